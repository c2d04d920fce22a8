"""Where many pages wait, the most urgent one leaves first.

Promise: pages leave by the deadline that they are about, whatever order they fell due in; a new, more urgent one
overtakes those that wait.
"""

from __future__ import annotations

from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness

SEVERITIES = {
    "critical": {"means": "x", "respond_within": "2h", "calendar": "around_the_clock", "priority": "urgent"},
    "medium": {"means": "y", "respond_within": "12h", "calendar": "around_the_clock", "priority": "normal"},
}


def order(h: Harness) -> list[int | None]:
    return [heard.ticket for heard in h.heard() if not heard.is_bundle]


def test_after_an_outage_they_leave_by_their_deadlines(harness: MakeHarness) -> None:
    ladders = [
        {"severity": "critical", "rungs": [{"at": "50% used"}]},
        {"severity": "medium", "rungs": [{"at": "11h before"}]},
    ]
    h = harness(severities=SEVERITIES, escalate=ladders)
    calm = [h.asks("a question", who=f"m{number}@contoso.example") for number in range(3)]  # pages 1 h later
    h.fast_forward("5m")
    urgent = [h.asks(who=f"c{number}@contoso.example") for number in range(3)]
    h.fast_forward("50m")
    h.slack.is_down(for_="20m")
    h.fast_forward("30m")
    pages = [ticket for ticket in order(h) if ticket is not None]  # one message announces them first
    assert pages == [*urgent, *calm]
    h.expects_all(h.heard())
    for ticket in (*calm, *urgent):
        h.answers(ticket)


def test_a_more_urgent_one_overtakes_those_that_wait_for_their_turn(harness: MakeHarness) -> None:
    ladders = [
        {"severity": "critical", "rungs": [{"at": "1% used"}]},  # 72 seconds after it was asked
        {"severity": "medium", "rungs": [{"at": "11h before"}]},
    ]
    h = harness(severities=SEVERITIES, escalate=ladders)
    calm = [h.asks("a question", who=f"m{number}@contoso.example") for number in range(12)]
    h.fast_forward("3533s")
    urgent = h.asks()  # its page falls due 5 s after theirs, when a few of them have left: one a second
    h.fast_forward("3m")
    place = order(h).index(urgent)
    assert place <= 8, f"it left as number {place + 1} of 13"
    assert sorted(str(ticket) for ticket in order(h)) == sorted(str(ticket) for ticket in (*calm, urgent))
    h.expects_all(h.heard())
    for ticket in (*calm, urgent):
        h.answers(ticket)
