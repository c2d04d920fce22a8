"""Is what is stored about a ticket the same, in whatever order and however often snapshots of it arrive?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slabot.domain import Actor, AnyEvent, Category, Gap, Message, StatusChanged, Ticket, Timeline
from slabot.store import Store, StoredTicket, tickets
from tests.fixtures.stores import postgres_url, sqlite_url, store, store_url
from tests.fixtures.tickets import a_ticket
from tests.fixtures.times import after

__all__ = ["postgres_url", "sqlite_url", "store", "store_url"]

_numbers = itertools.count()


@dataclass(frozen=True)
class FoundMessage:
    """One snapshot: a part of the history, as one version of the ticket tells it."""

    version: str
    seen_at: datetime
    ticket: Ticket
    events: tuple[AnyEvent, ...]


@st.composite
def histories(draw: st.DrawFn) -> list[FoundMessage]:
    """Snapshots of one ticket: partial histories, and events that a later version tells differently."""
    ids = [f"comment:{number}" for number in range(5)]
    told = []
    for _ in range(draw(st.integers(1, 4))):
        version = draw(st.sampled_from(["v1", "v2", "v3"]))
        events: list[AnyEvent] = []
        for event_id in draw(st.lists(st.sampled_from(ids), unique=True)):
            at = after(minutes=int(event_id[-1]) // 2)  # some share a second
            text = draw(st.sampled_from(["as it was", f"redacted in {version}"]))
            by, known = draw(st.sampled_from([Actor.CUSTOMER, Actor.AGENT])), draw(st.booleans())
            public = draw(st.booleans())
            events.append(Message(at=at, id=event_id, by=by, author_known=known, public=public, text=text))
        if draw(st.booleans()):
            seen = after(hours=draw(st.integers(1, 5)))
            exact = draw(st.booleans())
            by = draw(st.sampled_from([Actor.SYSTEM, Actor.CUSTOMER, Actor.AGENT]))
            to = draw(st.sampled_from([Category.SOLVED, Category.OPEN]))
            events.append(StatusChanged(at=seen, by=by, id="status", to=to, observed_at=None if exact else seen))
        if draw(st.booleans()):
            events.append(Message(at=after(minutes=9), text="without an id"))
        gaps = draw(st.sampled_from([(), (Gap(after(), None, "the chat is not over"),)]))
        ticket = a_ticket(subject=f"in {version}", history_complete=draw(st.booleans()), gaps=gaps)
        told.append(FoundMessage(version, after(minutes=10 * int(version[-1])), ticket, tuple(events)))
    return told


def stored_after(store: Store, snapshots: Sequence[FoundMessage]) -> StoredTicket:
    """What is stored once these have arrived, in this order; every one in a transaction of its own."""
    ticket_id = str(next(_numbers))
    last: StoredTicket | None = None
    for told in snapshots:
        ticket = replace(told.ticket, id=ticket_id)
        last = store.write(
            lambda conn, told=told, ticket=ticket: tickets.merge(  # type: ignore[misc]
                conn, ticket, told.events, told.version, told.seen_at
            )
        )
    loaded = store.read(lambda conn: tickets.load(conn, "acme", ticket_id))
    assert loaded is not None
    assert last is not None
    assert replace(last, merged=True) == loaded  # what merge says is what is there
    return loaded


def facts(stored: StoredTicket) -> tuple[Any, ...]:
    return (replace(stored.ticket, id="any"), stored.timeline, stored.version)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=histories(), data=st.data())
def test_any_order_and_any_repetition_gives_the_same(
    store: Store, told: list[FoundMessage], data: st.DataObject
) -> None:
    expected = facts(stored_after(store, told))
    shuffled = data.draw(st.permutations(told))
    repeated = data.draw(st.lists(st.sampled_from(told), max_size=3))
    assert facts(stored_after(store, shuffled)) == expected
    assert facts(stored_after(store, [*repeated, *told, *repeated])) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=histories())
def test_nothing_that_was_told_is_lost_and_the_newest_version_says_how_the_ticket_is(
    store: Store, told: list[FoundMessage]
) -> None:
    stored = stored_after(store, told)
    newest = max(each.version for each in told)
    assert stored.version == newest
    assert stored.ticket.subject == f"in {newest}"
    ids = {event.id for each in told for event in each.events}
    assert {event.id for event in stored.timeline} == ids
    assert stored.timeline == Timeline.of(stored.timeline)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=histories())
def test_who_wrote_a_message_is_of_the_first_complete_reading_and_its_words_are_of_the_newest(
    store: Store, told: list[FoundMessage]
) -> None:
    for kept in stored_after(store, told).timeline:
        if not isinstance(kept, Message) or not kept.id:
            continue
        tellings = [(each, event) for each in told for event in each.events if event.id == kept.id]
        newest = max(each.version for each, _ in tellings)
        assert kept.text in {getattr(event, "text", None) for each, event in tellings if each.version == newest}
        complete = [
            (each.seen_at, event)
            for each, event in tellings
            if isinstance(event, Message) and event.author_known and each.ticket.history_complete
        ]
        first = min((seen_at for seen_at, _ in complete), default=None)
        assert kept.as_first_read == first
        if first is not None:
            facts = {(event.by, event.public) for seen_at, event in complete if seen_at == first}
            assert (kept.by, kept.public) in facts
