"""Does a decision depend on when slabot looked, or on how often?

Not where the helpdesk dates what happened: whatever of the readings in between was made, in whatever order they were
stored, the last one leads to the same decision. What is told without a date (who somebody is today) is noise in every
reading of an event but the first.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from slabot.domain import (
    Actor,
    AnyEvent,
    Category,
    Message,
    OrganizationChanged,
    ParticipantsChanged,
    PriorityChanged,
    PrivacyChanged,
    Rated,
    RequesterChanged,
    StatusChanged,
    TagsChanged,
    Ticket,
    Timeline,
)
from slabot.policy import Policy
from slabot.rules import Decision, decide
from slabot.store import Store, tickets
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, policy, with_clocks
from tests.fixtures.stores import postgres_url, sqlite_url, store, store_url
from tests.fixtures.tickets import a_ticket
from tests.fixtures.times import after

__all__ = ["postgres_url", "sqlite_url", "store", "store_url"]

RULES: Policy = policy(with_clocks(NEXT_RESPONSE, RESOLUTION), {"waiting.mode": "act", "solved.mode": "act"})
AUTHORS = (
    (Actor.CUSTOMER, "r1"),
    (Actor.CUSTOMER, "r2"),
    (Actor.THIRD_PARTY, "r3"),
    (Actor.AGENT, "agent-7"),
    (Actor.AGENT, "agent-8"),
    (Actor.SYSTEM, None),
)
_numbers = itertools.count()


@st.composite
def _event(draw: st.DrawFn, number: int) -> AnyEvent:
    at = after(minutes=draw(st.integers(0, 6 * 1440)))
    facts: dict[str, Any] = {"at": at, "id": f"e{number}", "seq": number}
    by, by_id = draw(st.sampled_from(AUTHORS))
    organization = draw(st.sampled_from([None, "Customer Ltd", "Other Ltd"]))
    people: list[AnyEvent] = [
        RequesterChanged(**facts, to=draw(st.sampled_from([None, "r1", "r2", "agent-7"]))),
        ParticipantsChanged(**facts, to=draw(st.sampled_from([(), ("r2",), ("r3", "agent-8")]))),
        OrganizationChanged(**facts, to=organization),
        PrivacyChanged(**facts, of=f"e{draw(st.integers(0, 9))}", public=draw(st.booleans())),
        Rated(**facts, by_id="r1", score=draw(st.sampled_from(["good", "bad"]))),
        StatusChanged(**facts, to=draw(st.sampled_from(Category))),
        PriorityChanged(**facts, to=draw(st.sampled_from([None, "urgent", "low"]))),
        TagsChanged(**facts, to=draw(st.sampled_from([(), ("vip",)]))),
    ]
    if draw(st.booleans()):
        text = draw(st.sampled_from(["production down", "thanks", "…"]))
        public = draw(st.sampled_from([True, True, False]))
        return Message(**facts, by=by, by_id=by_id, organization=organization, text=text, public=public)
    return draw(st.sampled_from(people))


@dataclass(frozen=True)
class Reading:
    """What a helpdesk told at one moment."""

    seen_at: datetime
    events: tuple[AnyEvent, ...]


@st.composite
def stories(draw: st.DrawFn) -> tuple[Ticket, list[Reading]]:
    """A ticket, and every reading of it that could be made; the last one tells all."""
    events = [draw(_event(number)) for number in range(draw(st.integers(1, 9)))]
    ticket = a_ticket(priority=draw(st.sampled_from([None, "urgent", "low"])), participants=("r2",))
    moments = sorted({event.at for event in events} | {after(minutes=draw(st.integers(0, 8640)))})
    moments[-1] = max(moments[-1], after(days=6))
    return ticket, [Reading(at, tuple(event for event in events if event.at <= at)) for at in moments]


def noisy(readings: Sequence[Reading], noise: Sequence[Message]) -> list[Reading]:
    """The readings with other people's roles in all but the first telling of an event."""
    seen, found = set[str](), list[Reading]()
    for reading in sorted(readings, key=lambda each: each.seen_at):
        told = [_changed(event, noise) if event.id in seen else event for event in reading.events]
        seen.update(event.id for event in reading.events)
        found.append(Reading(reading.seen_at, tuple(told)))
    return found


def _changed(event: AnyEvent, noise: Sequence[Message]) -> AnyEvent:
    if not noise:
        return event
    other = noise[event.seq % len(noise)]
    if not isinstance(event, Message):
        return replace(event, by=other.by, by_id=other.by_id)
    return replace(
        event,
        by=other.by,
        by_id=other.by_id,
        public=other.public,
        organization=other.organization,
        light_agent=other.light_agent,
        auto_reply=other.auto_reply,
    )


def _take(conn: Connection, *, own: Ticket, reading: Reading, version: str) -> None:
    tickets.merge(conn, own, reading.events, version, reading.seen_at)


def stored_after(store: Store, ticket: Ticket, readings: Sequence[Reading]) -> tuple[Ticket, Timeline]:
    """The ticket and its timeline once these readings were stored, in this order."""
    own = replace(ticket, id=str(next(_numbers)))
    for reading in readings:
        version = f"{reading.seen_at:%Y%m%dT%H%M%S}"
        store.write(partial(_take, own=own, reading=reading, version=version))
    kept = store.read(lambda conn: tickets.load(conn, "acme", own.id))
    assert kept is not None
    return replace(kept.ticket, id="any"), kept.timeline


def outline(decision: Decision) -> object:
    """What a decision is, without the words that it is explained in."""
    return (
        decision.category,
        decision.severity.severity,
        [(clock.label, clock.verdict, clock.due_at, clock.met_until, clock.stopped_at) for clock in decision.clocks],
        [(action.kind, action.key, action.at) for action in decision.due_now],
        [(action.kind, action.key, action.at) for action in decision.upcoming],
        decision.next_look,
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(story=stories(), data=st.data())
def test_a_decision_rests_on_what_happened_and_not_on_when_or_how_often_slabot_looked(
    store: Store, story: tuple[Ticket, list[Reading]], data: st.DataObject
) -> None:
    ticket, readings = story
    last = readings[-1]
    now = last.seen_at + timedelta(minutes=data.draw(st.integers(0, 20_000)))
    others = st.builds(
        Message,
        at=st.just(now),
        by=st.sampled_from(Actor),
        by_id=st.sampled_from(["r1", "agent-7", "gone"]),
        public=st.booleans(),
        organization=st.sampled_from([None, "Other Ltd"]),
        light_agent=st.booleans(),
        auto_reply=st.booleans(),
    )
    chosen = [reading for reading in readings[:-1] if data.draw(st.booleans())]
    made = noisy([*chosen, last], data.draw(st.lists(others, max_size=3)))

    at_the_end = stored_after(store, ticket, [last])
    between = stored_after(store, ticket, data.draw(st.permutations(made)))

    assert between[0] == at_the_end[0]
    expected = outline(decide(*at_the_end, RULES, now))
    assert outline(decide(*between, RULES, now)) == expected
