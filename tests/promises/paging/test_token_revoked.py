"""Slack's token is revoked.

Promise: no page is lost by it: each waits, is tried once a minute and never in a spin, and goes out, saying how late
it is, as soon as the token is good. The ledger tells what to do.
"""

from __future__ import annotations

from slabot.store import LedgerEvent
from tests.promises.harness import Harness


def test_pages_wait_for_a_good_token_and_say_how_late_they_are(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.slack.revokes_the_token()
    h.stays_quiet(for_="21m")
    h.slack.gives_the_token_back()
    h.escalations.expects_page(ticket).within("61s").says("minutes late", "Slack did not take it")
    h.answers(ticket)


def test_nothing_spins_and_the_ledger_says_what_to_do(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.slack.revokes_the_token()
    h.stays_quiet(for_="11m")
    assert h.slack.posts() <= 11
    words = h.scene.told(ticket, LedgerEvent.PAGE_FAILED)
    assert "Put a valid bot token" in words[0]
    h.answers(ticket)


def test_a_ticket_answered_meanwhile_pages_nobody_once_it_is_good_again(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.slack.revokes_the_token()
    h.fast_forward("10m")
    h.answers(ticket)
    h.slack.gives_the_token_back()
    h.stays_quiet(for_="2h")
