"""A ticket that was answered is not paged about.

Promise: just before a page leaves the ticket is read once more, so an answer counts although no webhook told of it
and no sweep has come by. What waits for Slack while the answer comes is dropped, with its reason in the ledger.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.store import LedgerEvent
from tests.promises.harness import Harness


@pytest.mark.parametrize("before", ["59m", "3599s", "1m"])
def test_answered_before_the_first_rung(h: Harness, before: str) -> None:
    ticket = h.asks()
    h.fast_forward(before)
    h.answers(ticket)
    h.stays_quiet(for_="5h")


def test_answered_without_anybody_telling(h: Harness) -> None:
    h.scene.sweep_every = timedelta(days=1)
    h.starts()
    ticket = h.asks()
    h.fast_forward("50m")
    h.helpdesk.loses_webhooks()
    h.answers(ticket)
    h.stays_quiet(for_="3h")
    [words] = h.scene.told(ticket, LedgerEvent.PAGE_SUPERSEDED)
    assert words.startswith("not paged: the clock had stopped (met)")


def test_answered_while_the_page_waited_for_slack(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.slack.is_down(for_="30m")
    h.fast_forward("10m")
    h.answers(ticket)
    h.stays_quiet(for_="2h")
    assert h.scene.told(ticket, LedgerEvent.PAGE_SUPERSEDED)


def test_answered_while_slabot_was_dead(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("30m")
    h.kill()
    h.fast_forward("10m")
    h.answers(ticket)
    h.fast_forward("1h")
    h.starts()
    h.stays_quiet(for_="1h")


def test_solved_and_deleted_tickets_page_nobody(h: Harness) -> None:
    people = h.scene.sandbox.zendesk.people
    solved, deleted = h.asks(), h.asks(who="bo@contoso.example")
    h.fast_forward("30m")
    people.solve(solved, "maya@acme.example", "Fixed.")
    people.delete(deleted, "maya@acme.example")
    h.stays_quiet(for_="5h")
