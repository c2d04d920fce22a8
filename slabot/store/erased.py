"""Remember who was erased, and erase what arrives about them.

Promise: what was erased does not come back with the next sweep. The store keeps a digest that recognises a person
without naming them, and everything that arrives passes through `forget`.

What is left: that there was a ticket, when, in whose organisation, and what became of it; the person is
``erased-…``, the same everywhere, so that clocks and verdicts stay what they were.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection, select

from slabot.domain import (
    AnyEvent,
    BreachReasonGiven,
    Excused,
    ExcuseWithdrawn,
    FieldChanged,
    Message,
    ParticipantsChanged,
    Person,
    Rated,
    RequesterChanged,
    SeverityChanged,
    Ticket,
)
from slabot.store import schema

ERASED = "erased-"
GONE = "(no longer kept)"
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_MARKS = select(schema.erased.c.mark)


def mark(helpdesk: str, person_id: str) -> str:
    """What the store remembers of a person who was erased."""
    return hashlib.sha256(f"{helpdesk}\n{person_id}".encode(errors="replace")).hexdigest()


def address_mark(helpdesk: str, address: str) -> str:
    """What the store remembers of an e-mail address that was erased."""
    return mark(helpdesk, f"mailto:{address.casefold()}")


def pseudonym(mark: str) -> str:
    """What takes the place of the person's id."""
    return f"{ERASED}{mark[:16]}"


def marks(conn: Connection) -> frozenset[str]:
    """Everybody who was erased."""
    return frozenset(conn.execute(_MARKS).scalars())


def forget(
    ticket: Ticket, events: Iterable[AnyEvent], erased: Collection[str], *, own: bool | None = None
) -> tuple[Ticket, tuple[AnyEvent, ...]]:
    """The ticket and its events without what these people said and are called.

    On a ticket of such a person, everybody's texts are deleted, since an answer repeats the question. On a ticket of
    somebody else, the person's own do, and their address goes wherever it stands.

    Args:
        ticket: at its creation.
        events: any of its timeline.
        erased: marks of people.
        own: whether such a person is or was its requester; None to see it from ticket and events.
    """
    events = tuple(events)
    if not erased:
        return ticket, events
    requester = ticket.requester
    by_them = requester is not None and _is_theirs(ticket, requester.id, requester.email, erased)
    if own is None:
        own = by_them or any(
            isinstance(event, RequesterChanged) and _is_theirs(ticket, event.to, event.email, erased)
            for event in events
        )
    if by_them and requester is not None:
        ticket = replace(ticket, requester=Person(_name(ticket, requester.id), None, requester.organization))
    ticket = replace(
        ticket,
        subject="" if own else _without_addresses(ticket, ticket.subject, erased),
        fields={} if own else ticket.fields,
        participants=_in_copy(ticket, ticket.participants, erased),
    )
    return ticket, tuple(_without(event, ticket, own, erased) for event in events)


def words_of(ticket: Ticket, events: Iterable[AnyEvent]) -> Iterator[str]:
    """What was written on a person's ticket, apart from messages, whose quotes are known by the words before them."""
    yield ticket.subject
    yield from (value for value in ticket.fields.values() if value)
    for event in events:
        match event:
            case FieldChanged(to=str(value)):
                yield value
            case SeverityChanged(reason=reason):
                yield reason
            case Excused(text=text, proof=proof):
                yield from (text, proof)
            case BreachReasonGiven(text=text) | ExcuseWithdrawn(text=text):
                yield text
            case _:
                pass


def _without(event: AnyEvent, ticket: Ticket, own: bool, erased: Collection[str]) -> AnyEvent:
    theirs = event.by_id is not None and _is_erased(ticket, event.by_id, erased)
    theirs = theirs or (isinstance(event, Message) and _has_address(ticket, event.email, erased))
    if theirs and event.by_id is not None:
        event = replace(event, by_id=_name(ticket, event.by_id))
    match event:
        case Message() if theirs:
            return replace(event, text="", email=None)
        case Message() | Rated() if own or theirs:
            return replace(event, text="")
        case Message() | Rated():
            return replace(event, text=_without_addresses(ticket, event.text, erased))
        case BreachReasonGiven() | ExcuseWithdrawn():
            return replace(event, text="" if own or theirs else _without_addresses(ticket, event.text, erased))
        case Excused():
            text, proof = (
                "" if own or theirs else _without_addresses(ticket, words, erased)
                for words in (event.text, event.proof)
            )
            return replace(event, text=text, proof=proof)
        case RequesterChanged() if _is_theirs(ticket, event.to, event.email, erased):
            return replace(event, to=None if event.to is None else _name(ticket, event.to), email=None)
        case ParticipantsChanged():
            return replace(event, to=_in_copy(ticket, event.to, erased))
        case FieldChanged() if own:
            return replace(event, to=None)
        case SeverityChanged() if own:
            return replace(event, reason="")
        case _:
            return event


def _is_theirs(ticket: Ticket, person_id: str | None, address: str | None, erased: Collection[str]) -> bool:
    by_id = person_id is not None and _is_erased(ticket, person_id, erased)
    return by_id or _has_address(ticket, address, erased)


def _in_copy(ticket: Ticket, names: tuple[str, ...], erased: Collection[str]) -> tuple[str, ...]:
    """Ids and addresses, those of these people replaced."""
    return tuple(_other_name(ticket, name, erased) for name in names)


def _other_name(ticket: Ticket, name: str, erased: Collection[str]) -> str:
    if _is_erased(ticket, name, erased):
        return _name(ticket, name)
    return pseudonym(address_mark(ticket.helpdesk, name)) if _has_address(ticket, name, erased) else name


def _is_erased(ticket: Ticket, person_id: str, erased: Collection[str]) -> bool:
    return person_id.startswith(ERASED) or mark(ticket.helpdesk, person_id) in erased


def _has_address(ticket: Ticket, address: str | None, erased: Collection[str]) -> bool:
    return address is not None and address_mark(ticket.helpdesk, address) in erased


def _without_addresses(ticket: Ticket, text: str, erased: Collection[str]) -> str:
    def gone(found: re.Match[str]) -> str:
        return GONE if _has_address(ticket, found[0], erased) else found[0]

    return _ADDRESS.sub(gone, text) if "@" in text else text


def _name(ticket: Ticket, person_id: str) -> str:
    return person_id if person_id.startswith(ERASED) else pseudonym(mark(ticket.helpdesk, person_id))
