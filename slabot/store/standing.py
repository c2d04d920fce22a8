"""What is to be kept of a reading that shows how things are, and not since when?

Promise: who wrote a message, and for whom, stays as it was at the first complete reading of it. A ticket's requester,
participants, organisation, group, brand and form, where the helpdesk does not date them, are at its creation what they
were at its first reading; where a later one differs, it changed when that was noticed, and never earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from slabot.domain import (
    Actor,
    AnyEvent,
    BrandChanged,
    FormChanged,
    GroupChanged,
    Message,
    OrganizationChanged,
    ParticipantsChanged,
    Person,
    RequesterChanged,
    Ticket,
    TicketRecord,
    Timeline,
    write_ticket,
)
from slabot.rules.words import stamp

_NAMED = (("group", GroupChanged), ("brand", BrandChanged), ("form", FormChanged))


def as_first_read(events: Iterable[AnyEvent], seen_at: datetime) -> tuple[AnyEvent, ...]:
    """The events of a complete reading; each message whose author is known is marked with when that was."""
    return tuple(
        replace(event, as_first_read=seen_at)
        if isinstance(event, Message) and event.author_known and event.as_first_read is None
        else event
        for event in events
    )


def as_created(ticket: Ticket, events: Iterable[AnyEvent], shown: Ticket) -> Ticket:
    """The ticket at its creation: as `shown` in everything that the events do not date."""
    dated = {type(event) for event in events}
    ours, theirs = ticket.requester, shown.requester
    requester = ours if RequesterChanged in dated else theirs
    if ours is not None and requester is not None and ours.id == requester.id:  # of the same person, as told last
        requester = replace(requester, name=ours.name, language=ours.language)
    if requester is not None and OrganizationChanged in dated:
        requester = replace(requester, organization=None if ours is None else ours.organization)
    named = {name: getattr(shown, name) for name, change in _NAMED if change not in dated}
    participants = ticket.participants if ParticipantsChanged in dated else shown.participants
    return replace(ticket, requester=requester, participants=participants, **named)


def as_written_down(ticket: Ticket, known: Ticket) -> Ticket:
    """The ticket with whoever wrote it down by the first complete reading: they may be no agent today."""
    certain = known.history_complete or known.written_by is not None
    return replace(ticket, written_by=known.written_by) if certain else ticket


def last_complete(newest: Ticket, readings: Sequence[tuple[datetime, Ticket]]) -> Ticket | None:
    """The facts of the latest complete reading, with the words of the newest; None where none was complete.

    Args:
        newest: the newest reading, which is not complete.
        readings: all that are known, each with when it was made.
    """
    made = [(base.complete_until, base) for _, base in readings if base.complete_until is not None]
    made += [(at, base) for at, base in readings if base.history_complete]
    known = [
        (at, replace(base, history_complete=False, complete_until=at, subject=newest.subject, url=newest.url))
        for at, base in made
    ]
    return max(known, key=lambda each: (each[0], *_knowledge(each[1])))[1] if known else None


def _knowledge(ticket: Ticket) -> tuple[int, int, str]:
    """How much of a ticket is known, of two readings of the same moment; then any, but always the same."""
    whole = write_ticket(TicketRecord(ticket, Timeline()))
    return -sum(gap.until is None for gap in ticket.gaps), -len(ticket.gaps), whole


def observed_changes(ticket: Ticket, timeline: Iterable[AnyEvent], shown: Ticket, seen_at: datetime) -> list[AnyEvent]:
    """What must have changed since, because a reading shows it otherwise than the timeline ends.

    Args:
        ticket: at its creation.
        timeline: all that is known, in order.
        shown: the ticket as it was read.
        seen_at: when that was.
    """
    at = max(seen_at, ticket.created_at)
    return list(_changes(_now(ticket, timeline, at), shown, at))


def _now(ticket: Ticket, timeline: Iterable[AnyEvent], at: datetime) -> Ticket:
    """The ticket as it is at the end of its timeline, in what this module is about."""
    person = ticket.requester or Person("")
    for event in timeline:
        match event:
            case RequesterChanged():
                person = Person(event.to or "", event.email, person.organization)
            case OrganizationChanged():
                person = replace(person, organization=event.to)
            case ParticipantsChanged():
                ticket = replace(ticket, participants=event.to)
            case GroupChanged():
                ticket = replace(ticket, group=event.to)
            case BrandChanged():
                ticket = replace(ticket, brand=event.to)
            case FormChanged():
                ticket = replace(ticket, form=event.to)
            case _:
                pass
    return replace(ticket, requester=person)


def _changes(known: Ticket, shown: Ticket, at: datetime) -> Iterator[AnyEvent]:
    was, now = known.requester or Person(""), shown.requester or Person("")

    def event_id(of: str) -> str:
        return f"observed:{of}:{stamp(at)}"

    if now.id != was.id:
        yield RequesterChanged(
            at=at, by=Actor.SYSTEM, observed_at=at, id=event_id("requester"), to=now.id or None, email=now.email
        )
    if now.organization != was.organization:
        yield OrganizationChanged(
            at=at, by=Actor.SYSTEM, observed_at=at, id=event_id("organization"), to=now.organization
        )
    if set(shown.participants) != set(known.participants):
        yield ParticipantsChanged(
            at=at, by=Actor.SYSTEM, observed_at=at, id=event_id("participants"), to=shown.participants
        )
    for name, change in _NAMED:
        if getattr(shown, name) != getattr(known, name):
            yield change(at=at, by=Actor.SYSTEM, observed_at=at, id=event_id(name), to=getattr(shown, name))
