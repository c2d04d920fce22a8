"""In which order did things happen?

Promise: the same events give the same timeline, in whatever order and however often they arrive.

Events are ordered by (second, kind, source sequence): within one second messages come before status changes, and
status changes before the rest. Where a source gives no sequence, ties are broken by what the events say: a
customer's message after everybody else's (so that an answer in the same second never hides a question), a later
category after an earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, overload

from slabot.domain.category import Actor, Category
from slabot.domain.events import (
    AnyEvent,
    AssigneeChanged,
    Message,
    OrganizationChanged,
    RequesterChanged,
    StatusChanged,
)
from slabot.domain.person import Person

_AT = attrgetter("at")
_ACTOR_ORDER = {
    Actor.SYSTEM: 0,
    Actor.AUTOMATION: 1,
    Actor.THIRD_PARTY: 2,
    Actor.AGENT: 3,
    Actor.SLABOT: 4,
    Actor.CUSTOMER: 5,
}
_CATEGORY_ORDER = {category: place for place, category in enumerate(Category)}


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in order, each once."""

    events: tuple[AnyEvent, ...] = ()

    @classmethod
    def of(cls, events: Iterable[AnyEvent]) -> Timeline:
        """Order the events and drop repeats: the same source id, or the same in every respect where there is none."""
        kept: list[AnyEvent] = []
        seen: set[str] = set()
        for event in _ordered(events):
            if event.id:
                if event.id in seen:
                    continue
                seen.add(event.id)
            elif kept and kept[-1] == event:
                continue
            kept.append(event)
        return cls(tuple(kept))

    def merged(self, events: Iterable[AnyEvent]) -> Timeline:
        """This timeline and more events; commutative, and repeating it changes nothing."""
        return Timeline.of((*self.events, *events))

    def until(self, now: datetime) -> Timeline:
        """What had happened by ``now``, that second included."""
        events = self.events
        if not events or events[-1].at <= now:
            return self
        return Timeline(tuple(event for event in events if event.at <= now))

    def assignee(self, at_creation: str | None) -> str | None:
        """Who has the ticket at the end, given who had it at its creation."""
        changes = (event.to for event in reversed(self.events) if isinstance(event, AssigneeChanged))
        return next(changes, at_creation)

    def requester(self, at_creation: Person | None) -> Person | None:
        """Who the requester is at the end, with the organisation that the ticket belongs to then."""
        person = at_creation
        for event in self.events:
            if isinstance(event, RequesterChanged):
                organization = None if person is None else person.organization
                person = None if event.to is None else Person(event.to, event.email, organization)
            elif isinstance(event, OrganizationChanged) and person is not None:
                person = replace(person, organization=event.to)
        return person

    def __iter__(self) -> Iterator[AnyEvent]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    @overload
    def __getitem__(self, index: int) -> AnyEvent: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[AnyEvent, ...]: ...
    def __getitem__(self, index: int | slice) -> AnyEvent | tuple[AnyEvent, ...]:
        return self.events[index]


def _ordered(events: Iterable[AnyEvent]) -> Iterator[AnyEvent]:
    # Most seconds hold one event; the full key is worked out only where two share one.
    for _, same_second in groupby(sorted(events, key=_AT), key=_AT):
        group = list(same_second)
        if len(group) > 1:
            group.sort(key=_order)
        yield from group


def _order(event: AnyEvent) -> tuple[Any, ...]:
    match event:
        case Message():
            return (event.at, 0, event.seq, _ACTOR_ORDER[event.by], *_ties(event))
        case StatusChanged():
            return (event.at, 1, event.seq, _CATEGORY_ORDER[event.to], *_ties(event))
        case _:
            return (event.at, 2, event.seq, 0, *_ties(event))


def _ties(event: AnyEvent) -> tuple[str, ...]:
    # Spelled out also where the source gives an id: one id may come with two contents, edited or scrubbed since.
    return (event.id, type(event).__name__, repr(event))
