"""Every page goes out at least once.

Promise: whatever happens on the way (a request lost, Slack away, slabot killed at the very moment), each rung that
fell due while nobody answered has reached people.
"""

from __future__ import annotations

import pytest

from slabot.store import LedgerEvent
from tests.promises.harness import Harness


def test_each_rung_that_nobody_answered_is_heard(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    h.escalations.expects_page(ticket).at("10:00:00").says("1 hour left")
    h.fast_forward("30m")
    h.escalations.expects_reply(ticket).at("10:30:00").says("30 minutes left")
    h.fast_forward("30m")
    h.escalations.expects_reply(ticket).at("11:00:00").says("no time left")
    h.answers(ticket)
    assert len(h.scene.told(ticket, LedgerEvent.PAGE_SENT)) == 3


def test_a_request_that_was_lost_is_made_up_for(h: Harness) -> None:
    ticket = h.asks()
    h.slack.loses_requests(times=3)
    h.fast_forward("1h")
    h.escalations.expects_page(ticket).within("2m").is_repeat()
    h.answers(ticket)


def test_what_fell_due_while_slabot_was_dead_is_heard_at_its_start(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("59m")
    h.kill()
    h.fast_forward("16m")
    h.starts()
    h.escalations.expects_page(ticket).within("2s").says("slabot was not running")
    h.answers(ticket)


def test_killed_while_slack_was_away_it_still_pages(h: Harness) -> None:
    ticket = h.asks()
    h.slack.is_down(for_="65m")
    h.fast_forward("62m")
    h.kill()
    h.fast_forward("5m")
    h.starts()
    h.escalations.expects_page(ticket).within("10s").says("53 minutes left", "7 minutes late")
    h.answers(ticket)


@pytest.mark.parametrize("tickets", [7])
def test_of_many_none_is_lost(h: Harness, tickets: int) -> None:
    asked = [h.asks(who=f"c{number}@contoso.example") for number in range(tickets)]
    h.slack.loses_requests(times=2)
    h.fast_forward("62m")
    for ticket in asked:
        h.escalations.expects_page(ticket).within("1m")
        h.answers(ticket)
