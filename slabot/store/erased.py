"""Who has asked to be forgotten, and what is left of them?

Promise: what was erased does not come back with the next sweep. The store keeps a digest that recognises a person and
names nobody, and everything that arrives passes through `forget`.

What is left: that there was a ticket, when, in whose organisation, and what became of it; the person is
``erased-…``, the same everywhere, so that clocks and verdicts stay what they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import Connection, select

from slabot.domain import AnyEvent, FieldChanged, Message, Person, SeverityChanged, Ticket
from slabot.store import schema

ERASED = "erased-"
_MARKS = select(schema.erased.c.mark)


def mark(helpdesk: str, person_id: str) -> str:
    """What the store remembers of a person who was erased."""
    return hashlib.sha256(f"{helpdesk}\n{person_id}".encode(errors="replace")).hexdigest()


def pseudonym(mark: str) -> str:
    """What takes the place of the person's id."""
    return f"{ERASED}{mark[:16]}"


def marks(conn: Connection) -> frozenset[str]:
    """Everybody who was erased."""
    return frozenset(conn.execute(_MARKS).scalars())


def forget(ticket: Ticket, events: Iterable[AnyEvent], erased: Collection[str]) -> tuple[Ticket, tuple[AnyEvent, ...]]:
    """The ticket and its events without what these people said and are called.

    On a ticket of such a person, everybody's words go: an answer repeats the question. On a ticket of somebody else,
    the person's own do.
    """
    events = tuple(events)
    if not erased:
        return ticket, events
    requester = ticket.requester
    own = requester is not None and _is_erased(ticket, requester.id, erased)
    if own and requester is not None:
        ticket = replace(
            ticket,
            subject="",
            fields={},
            requester=Person(_name(ticket, requester.id), None, requester.organization),
        )
    return ticket, tuple(_without(event, ticket, own, erased) for event in events)


def _without(event: AnyEvent, ticket: Ticket, own: bool, erased: Collection[str]) -> AnyEvent:
    theirs = event.by_id is not None and _is_erased(ticket, event.by_id, erased)
    if theirs and event.by_id is not None:
        event = replace(event, by_id=_name(ticket, event.by_id))
    match event:
        case Message() if theirs:
            return replace(event, text="", email=None)
        case Message() if own:
            return replace(event, text="")
        case FieldChanged() if own:
            return replace(event, to=None)
        case SeverityChanged() if own:
            return replace(event, reason="")
        case _:
            return event


def _is_erased(ticket: Ticket, person_id: str, erased: Collection[str]) -> bool:
    return person_id.startswith(ERASED) or mark(ticket.helpdesk, person_id) in erased


def _name(ticket: Ticket, person_id: str) -> str:
    return person_id if person_id.startswith(ERASED) else pseudonym(mark(ticket.helpdesk, person_id))
