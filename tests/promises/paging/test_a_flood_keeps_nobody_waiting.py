"""The flood of one customer keeps no other customer's page waiting.

Promise: pages leave by severity, then by deadline; where deadlines lie within five minutes of each other, customers
take turns, so the page of somebody who asked once leaves among the first, whatever somebody else sends meanwhile.
"""

from __future__ import annotations

from datetime import timedelta

from tests.promises.harness import Harness
from tests.promises.paging.conftest import MakeHarness

LADDERS = [
    {"severity": "critical", "rungs": [{"at": "50% used"}]},
    {"severity": "medium", "rungs": [{"at": "1h before"}]},
]
FLOOD = 15


def pages(h: Harness) -> list[int]:
    return [heard.ticket for heard in h.heard() if not heard.is_bundle and heard.ticket is not None]


def end(h: Harness, *tickets: int) -> None:
    h.expects_all(h.heard())
    for ticket in tickets:
        h.answers(ticket)


def test_one_page_leaves_among_the_first_of_a_flood(harness: MakeHarness) -> None:
    h = harness(escalate=LADDERS)
    flood = [h.asks(who="flood@fabrikam.example") for _ in range(FLOOD)]
    h.fast_forward("2m")
    other = h.asks(who="ana@contoso.example")
    h.fast_forward("58m")
    h.slack.is_down(for_="3m")  # so that all of them wait together
    h.fast_forward("4m")
    place = pages(h).index(other)
    assert place < 3, f"it left as number {place + 1} of {FLOOD + 1}"
    h.fast_forward("10m")
    assert sorted(pages(h)) == sorted([*flood, other])  # nobody was dropped or told of twice
    end(h, *flood, other)


def test_in_a_flood_the_most_severe_still_leave_first(harness: MakeHarness) -> None:
    h = harness(escalate=[{"severity": "critical", "rungs": [{"at": "1% used"}]}, LADDERS[1]])
    flood = [h.asks("a question", who="flood@fabrikam.example") for _ in range(FLOOD)]
    h.fast_forward_to(h.scene.clock.now() + timedelta(hours=10, minutes=59))
    urgent = h.asks(who="ana@contoso.example")
    h.slack.is_down(for_="4m")
    h.fast_forward("6m")
    assert pages(h)[0] == urgent
    h.fast_forward("10m")
    assert sorted(pages(h)) == sorted([*flood, urgent])
    end(h, *flood, urgent)
