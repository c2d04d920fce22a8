"""A policy with dated rows gives each clock what the policy with the rows of its start would give, without dates."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from slabot.domain import Actor, Category, Message, Person, StatusChanged, TagsChanged, Ticket, Timeline
from slabot.policy import Policy, load_policy
from slabot.rules import decide

BOUNDARY = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # 2027-01-01 00:00 in Kolkata
DAY = "2027-01-01"
TARGETS, RESOLUTION, HOURS = ("6h", "2 business days"), ("40h", "3d"), ("09:00-17:00", "08:00-20:00")


def rows(name: str, values: tuple[Any, Any]) -> list[dict[str, Any]]:
    return [{name: values[0], "until": DAY}, {name: values[1], "from": DAY}]


@cache
def policies() -> tuple[Policy, Policy, Policy]:
    """With dates; and without, as it is before and after the boundary."""
    weeks = {"mon-fri": [HOURS[0]]}, {"mon-fri": [HOURS[1]]}

    def text(target: Any, resolution: Any, week: Any) -> str:
        gold = {"name": "gold", "when": {"tags": ["gold"]}, "severities": {"high": {"respond_within": target}}}
        return json.dumps(
            {
                "version": 1,
                "calendars": {
                    "office": {"time_zone": "Asia/Kolkata", "open": week},
                    "saturday": {"time_zone": "Asia/Kolkata", "open": {"sat": ["10:00-12:00"]}},
                    "both": {"open_when": ["office", "saturday"]},
                },
                "severities": {"high": {"means": "x", "respond_within": target, "calendar": "both"}},
                "classify": {"otherwise": "high"},
                "clocks": [
                    {"name": "next", "kind": "next_response", "within": target, "calendar": "office"},
                    {"name": "resolution", "kind": "resolution", "within": resolution},
                ],
                "agreements": [gold],
                "start_from": "2000-01-01",
            }
        )

    dated = text(rows("within", TARGETS), rows("within", RESOLUTION), rows("hours", weeks))
    before, after = (text(TARGETS[n], RESOLUTION[n], weeks[n]) for n in (0, 1))
    return load_policy(dated), load_policy(before), load_policy(after)


_HOURS = st.integers(0, 200)


@given(st.integers(-400_000, 400_000), st.lists(st.tuples(_HOURS, st.integers(0, 4)), max_size=8), _HOURS)
def test_each_clock_is_as_without_dates(start: int, happened: list[tuple[int, int]], later: int) -> None:
    created = BOUNDARY + timedelta(seconds=start)
    events = [_event(created + timedelta(hours=hours), kind, str(n)) for n, (hours, kind) in enumerate(happened)]
    ticket = Ticket(helpdesk="acme", id="1", created_at=created, requester=Person(id="r1"))
    now = max([created, *(event.at for event in events)]) + timedelta(hours=later)
    dated, before, after = (
        {clock.label: clock for clock in decide(ticket, Timeline.of(events), policy, now).clocks}
        for policy in policies()
    )
    assert dated.keys() == before.keys() == after.keys()
    for label, clock in dated.items():
        same = before[label] if clock.started_at < BOUNDARY else after[label]
        assert (clock.due_at, clock.met_until, clock.verdict, clock.elapsed) == (
            *(same.due_at, same.met_until, same.verdict, same.elapsed),
        )
        assert (str(clock.terms.target), clock.spans()) == (str(same.terms.target), same.spans())


def _event(at: datetime, kind: int, name: str) -> Any:
    match kind:
        case 0:
            return Message(at=at, by=Actor.AGENT, by_id="9", text="x", id=name)
        case 1:
            return Message(at=at, by=Actor.CUSTOMER, by_id="r1", text="y", id=name)
        case 2:
            return StatusChanged(at=at, by=Actor.AGENT, to=Category.SOLVED, id=name)
        case 3:
            return StatusChanged(at=at, by=Actor.AGENT, to=Category.WAITING_ON_CUSTOMER, id=name)
        case _:
            return TagsChanged(at=at, by=Actor.AGENT, to=("gold",), id=name)
