"""A ticket's clock has one message in a channel, however often people are told.

Promise: the first page is a message; each further rung is a reply in its thread that the channel shows as well. So a
channel holds one card a ticket and clock, and that card says how things are now.
"""

from __future__ import annotations

from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness


def test_further_rungs_are_replies_that_the_channel_shows_too(h: Harness) -> None:
    ticket = h.asks()
    h.fast_forward("1h")
    page = h.escalations.expects_page(ticket).heard
    h.fast_forward("1h")
    for said in ("30 minutes left", "no time left"):
        reply = h.escalations.expects_reply(ticket).says(said).shown_in_channel().heard
        assert reply.effect["thread_ts"] == page.effect["ts"]
    h.answers(ticket)


def test_repeats_after_the_deadline_stay_in_the_thread(harness: MakeHarness) -> None:
    rungs = [{"at": "breach"}, {"at": "30m after, then every 30m"}]
    h = harness(escalate=[{"severity": "critical", "rungs": rungs}])
    ticket = h.asks()
    h.fast_forward("2h")
    h.escalations.expects_page(ticket).at("11:00:00")
    h.fast_forward("2h")
    for time in ("11:30:00", "12:00:00", "12:30:00", "13:00:00"):
        h.escalations.expects_reply(ticket).at(time).shown_in_channel()
    h.answers(ticket)


def test_two_tickets_have_two_messages(h: Harness) -> None:
    first, second = h.asks(), h.asks(who="bo@contoso.example")
    h.fast_forward("61m")
    h.escalations.expects_page(first)
    h.escalations.expects_page(second)
    h.answers(first)
    h.answers(second)


def test_two_clocks_of_a_ticket_have_two_messages(harness: MakeHarness) -> None:
    clocks = [{"name": "resolution", "kind": "resolution", "within": {"critical": "4h"}}]
    ladder = {"severity": "critical", "clock": ["first_response", "resolution"], "rungs": [{"at": "50% used"}]}
    h = harness(clocks=clocks, escalate=[ladder])
    ticket = h.asks()
    h.fast_forward("1h")
    first = h.escalations.expects_page(ticket).says("first answer").heard
    h.answers(ticket)
    h.escalations.expects_update(ticket).within("5s").says("in time")
    h.fast_forward("1h")
    second = h.escalations.expects_page(ticket).says("solution").heard
    assert first.effect["ts"] != second.effect["ts"]
    h.scene.sandbox.zendesk.people.solve(ticket, "maya@acme.example", "Fixed.")


def test_repeats_end_and_the_last_page_says_so(harness: MakeHarness) -> None:
    rungs = [{"at": "breach"}, {"at": "30m after, then every 30m for 30m"}]
    h = harness(escalate=[{"rungs": rungs, "after_repeats": {"every": "working day", "for": "1 day"}}])
    ticket = h.asks()
    h.fast_forward("3h")
    h.escalations.expects_page(ticket).at("11:00")
    h.escalations.expects_reply(ticket).at("11:30")
    h.escalations.expects_reply(ticket).at("12:00")
    h.fast_forward("24h1s")
    h.escalations.expects_reply(ticket).at("12:00").says("This is the last page about this")
    h.stays_quiet(for_="48h")
    h.answers(ticket)
