"""Erase a person from the store.

Promise: after `erase`, nothing in the tables names a person or repeats what they wrote, and what the helpdesk sends
about them later is erased as it comes in (`slabot.store.erased`). That something happened, when, and what was done
about it stays, so that clocks and reports do not change. Which columns can hold such data: `slabot.store.personal`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Text, func, literal, or_, select, type_coerce, update

from slabot.domain import (
    ParticipantsChanged,
    RequesterChanged,
    Ticket,
    TicketRecord,
    Timeline,
    read_tickets,
)
from slabot.domain import write_ticket as ticket_text
from slabot.store import records, schema, tickets
from slabot.store.columns import storable
from slabot.store.erased import GONE, address_mark, forget, mark, pseudonym, words_of
from slabot.store.event_rows import EventRow, event_row
from slabot.store.once import insert_once
from slabot.store.personal import PERSONAL
from slabot.store.privacy import SETTLED, Removed, each_text, rewrite_ledger, without_quotes

_EVENT, _LEDGER, _OUTBOX, _TICKET = schema.event, schema.ledger, schema.outbox, schema.ticket

_KINDS: Mapping[type[Any], str] = {RequesterChanged: "requester", ParticipantsChanged: "participants"}
Change = TypeVar("Change", RequesterChanged, ParticipantsChanged)

# What slabot goes by when it sends a row: names of the policy, kinds and keys. Nothing of a customer's stands there.
_STRUCTURE = frozenset(
    {
        *("kind", "mode", "at", "facts", "clock", "cause", "keys", "what"),
        *("severity", "assign", "by", "channel", "instead_of", "place", "bundle", "repeat"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person, as far as the store knows them.

    Attributes:
        addresses: e-mail addresses, in small letters.
        own: numbers of the tickets of which they are, or were, the requester.
        elsewhere: numbers of other people's tickets on which they wrote or were in copy.
    """

    helpdesk: str
    id: str
    addresses: frozenset[str] = frozenset()
    own: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def marks(self) -> frozenset[str]:
        """By which they are recognised once nothing names them any more."""
        return frozenset({mark(self.helpdesk, self.id), *(address_mark(self.helpdesk, one) for one in self.addresses)})


def find(conn: Connection, person: str, helpdesk: str | None = None) -> list[KnownPerson]:
    """Find the person of an address or a helpdesk's id; several where it is known in several places."""
    if "@" not in person:
        names = [helpdesk] if helpdesk is not None else _helpdesks(conn)
        found = [_known(conn, name, person) for name in names]
        return [known for known in found if known.own or known.elsewhere]
    named = sorted({*_requesters(conn, person, helpdesk), *_authors(conn, person, helpdesk)})
    names = [helpdesk] if helpdesk is not None else _helpdesks(conn)
    nameless = [name for name in names if name not in dict(named) and _in_copy(conn, name, {person.casefold()})]
    return [
        _known(conn, name, person_id, person) for name, person_id in [*named, *((name, person) for name in nameless)]
    ]


def is_remembered(conn: Connection, person: str, helpdesks: Collection[str]) -> bool:
    """True if this person was erased before."""
    make = address_mark if "@" in person else mark
    marks = [make(helpdesk, person) for helpdesk in helpdesks]
    return conn.execute(select(schema.erased.c.mark).where(schema.erased.c.mark.in_(marks))).first() is not None


def remember(conn: Connection, person: KnownPerson) -> None:
    """From now on, what comes in about this person is forgotten at once."""
    for each in sorted(person.marks):
        insert_once(conn, schema.erased, {"mark": each})


def erase(conn: Connection, person: KnownPerson, ticket_id: str) -> Removed:
    """Erase a person from one ticket and from what was done about it: all texts if it is theirs, else their own."""
    helpdesk, own = person.helpdesk, ticket_id in person.own
    tickets.lock(conn, helpdesk, ticket_id)
    where = (_TICKET.c.helpdesk == helpdesk, _TICKET.c.id == ticket_id)
    facts = conn.execute(select(_TICKET.c.facts).where(*where)).scalar_one()
    before = read_tickets(facts)[0].ticket
    after, _ = forget(before, (), person.marks, own=own)
    kept = tickets.event_rows(conn, helpdesk, ticket_id)
    changed = [new for row in kept.values() if (new := _forgotten(row, before, person.marks, own)) != row]
    for row in changed:
        tickets.write_event(conn, helpdesk, ticket_id, row)
    if after != before:
        values = {"facts": storable(ticket_text(TicketRecord(after, Timeline())))}
        if before.requester is not None and before.requester.id == person.id:
            values["requester_id"] = pseudonym(mark(helpdesk, person.id))
        conn.execute(update(_TICKET).where(*where).values(**values))
    records.erase_person(conn, helpdesk, person.id, pseudonym(mark(helpdesk, person.id)))
    named = {person.id, *person.addresses, *(words_of(before, (row.event() for row in kept.values())) if own else ())}
    clean = _cleaner(named)
    about = (_LEDGER.c.helpdesk == helpdesk, _LEDGER.c.ticket_id == ticket_id)
    return Removed(
        tickets=1 if own else 0,
        messages=len(changed),
        ledger_rows=rewrite_ledger(conn, about, clean),
        outbox_rows=_rewrite_outbox(conn, helpdesk, ticket_id, clean),
    )


def erase_mentions(conn: Connection, person: KnownPerson) -> Removed:
    """Take a person's addresses out of everything else: other tickets, rows about none, former policies."""
    number = sum(_without(conn, column, address) for address in sorted(person.addresses) for column in PERSONAL)
    return Removed(mentions=number)


def erase_requester(conn: Connection, requester_id: str, *, helpdesk: str | None = None) -> Removed:
    """Forget a person in one transaction.

    Args:
        conn: of a `Store.write`.
        requester_id: the helpdesk's id of the person.
        helpdesk: only there; None for every helpdesk that the store knows (ids of two helpdesks may coincide).
    """
    removed = Removed()
    for name in [helpdesk] if helpdesk is not None else _helpdesks(conn):
        person = _known(conn, name, requester_id)
        remember(conn, person)
        for ticket_id in (*person.own, *person.elsewhere):
            removed += erase(conn, person, ticket_id)
        removed += erase_mentions(conn, person)
    return removed


def in_policies(conn: Connection, person: KnownPerson) -> bool:
    """True if the policy file, as it was read last, names one of the person's addresses."""
    table = schema.policy_version
    text = conn.execute(select(table.c.text).order_by(table.c.version.desc()).limit(1)).scalar() or ""
    return any(address in text.casefold() for address in person.addresses)


# -- who is meant -----------------------------------------------------------------------------------------------------


def _helpdesks(conn: Connection) -> list[str]:
    known = {*conn.execute(select(_TICKET.c.helpdesk).distinct()).scalars()}
    return sorted(known | {*conn.execute(select(schema.feed.c.helpdesk)).scalars()})


def _requesters(conn: Connection, address: str, helpdesk: str | None) -> Iterator[tuple[str, str]]:
    where = [_holds(_TICKET.c.facts, address), *([] if helpdesk is None else [_TICKET.c.helpdesk == helpdesk])]
    for row in conn.execute(select(_TICKET.c.helpdesk, _TICKET.c.facts).where(*where)):
        requester = read_tickets(row.facts)[0].ticket.requester
        if requester is not None and (requester.email or "").casefold() == address.casefold():
            yield row.helpdesk, requester.id
    for name, _, event in _events(conn, RequesterChanged, address, helpdesk):
        if event.to is not None and (event.email or "").casefold() == address.casefold():
            yield name, event.to


def _authors(conn: Connection, address: str, helpdesk: str | None) -> Iterator[tuple[str, str]]:
    where = [_holds(_EVENT.c.body, address), *([] if helpdesk is None else [_EVENT.c.helpdesk == helpdesk])]
    query = select(_EVENT.c.helpdesk, _EVENT.c.author, _EVENT.c.body).where(_EVENT.c.author.is_not(None), *where)
    for row in conn.execute(query):
        if str(json.loads(row.body).get("author_email") or "").casefold() == address.casefold():
            yield row.helpdesk, row.author


def _known(conn: Connection, helpdesk: str, person: str, *addresses: str) -> KnownPerson:
    own, found = set[str](), {address.casefold() for address in addresses}
    query = select(_TICKET.c.id, _TICKET.c.facts).where(_TICKET.c.helpdesk == helpdesk)
    for row in conn.execute(query.where(_TICKET.c.requester_id == person)):
        requester = read_tickets(row.facts)[0].ticket.requester
        own.add(row.id)
        if requester is not None and requester.email:
            found.add(requester.email.casefold())
    for _, ticket_id, event in _events(conn, RequesterChanged, person, helpdesk):
        if event.to == person:
            own.add(ticket_id)
            found |= {event.email.casefold()} if event.email else set()
    elsewhere = set[str]()
    events = select(_EVENT.c.ticket_id, _EVENT.c.body).where(_EVENT.c.helpdesk == helpdesk, _EVENT.c.author == person)
    for row in conn.execute(events):
        elsewhere.add(row.ticket_id)
        if email := json.loads(row.body).get("author_email"):
            found.add(str(email).casefold())
    elsewhere |= _in_copy(conn, helpdesk, {person.casefold(), *found})
    return KnownPerson(
        helpdesk=helpdesk,
        id=person,
        addresses=frozenset(found),
        own=tuple(sorted(own)),
        elsewhere=tuple(sorted(elsewhere - own)),
    )


def _in_copy(conn: Connection, helpdesk: str, names: Collection[str]) -> set[str]:
    """Numbers of the tickets on which somebody of one of these names, in small letters, is or was in copy."""
    found = set[str]()
    for name in names:
        query = select(_TICKET.c.id, _TICKET.c.facts).where(_TICKET.c.helpdesk == helpdesk)
        for row in conn.execute(query.where(_holds(_TICKET.c.facts, name))):
            if name in map(str.casefold, read_tickets(row.facts)[0].ticket.participants):
                found.add(row.id)
        for _, ticket_id, event in _events(conn, ParticipantsChanged, name, helpdesk):
            if name in map(str.casefold, event.to):
                found.add(ticket_id)
    return found


def _events(
    conn: Connection, kind: type[Change], holding: str, helpdesk: str | None
) -> Iterator[tuple[str, str, Change]]:
    """Helpdesk, ticket and event, of one kind, in which a name or an address stands."""
    where = [_EVENT.c.type == _KINDS[kind], _holds(_EVENT.c.body, holding)]
    where += [] if helpdesk is None else [_EVENT.c.helpdesk == helpdesk]
    for row in conn.execute(select(_EVENT).where(*where)).mappings():
        event = tickets.event_of(row)
        assert isinstance(event, kind), "the type of the row says so"
        yield row["helpdesk"], row["ticket_id"], event


# -- what goes --------------------------------------------------------------------------------------------------------


def _forgotten(row: EventRow, ticket: Ticket, known: Collection[str], own: bool) -> EventRow:
    event = row.event()
    _, (after,) = forget(ticket, (event,), known, own=own)
    if after == event:
        return row
    new = replace(event_row(after, row.version, first_read=row.first_read), id=row.id)
    return new.without_text() if new.text == "" else new


def _cleaner(named: Collection[str]) -> Callable[[str], str]:
    """Takes out the words that name or quote the person; the longest first, so that no part of one is left."""
    ordered = sorted((word for word in named if word.strip()), key=len, reverse=True)
    patterns = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE) for word in ordered]

    def cleaned(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(GONE, text)
        return without_quotes(text)

    return cleaned


def _rewrite_outbox(conn: Connection, helpdesk: str, ticket_id: str, clean: Callable[[str], str]) -> int:
    """Settled rows lose their bodies; those that wait lose the person, and are sent without."""
    where = (_OUTBOX.c.helpdesk == helpdesk, _OUTBOX.c.ticket_id == ticket_id)
    columns = (_OUTBOX.c.key, _OUTBOX.c.state, _OUTBOX.c.body, _OUTBOX.c.words)
    changed = 0
    for row in conn.execute(select(*columns).where(*where)).all():
        body = {} if row.state in SETTLED else _cleaned_body(row.body, clean)
        reason = None if row.words is None else clean(row.words)
        if (body, reason) != (row.body, row.words):
            conn.execute(update(_OUTBOX).where(_OUTBOX.c.key == row.key).values(body=body, words=reason))
            changed += 1
    return changed


def _cleaned_body(body: Mapping[str, Any], clean: Callable[[str], str]) -> dict[str, Any]:
    return {name: value if name in _STRUCTURE else each_text(value, clean) for name, value in body.items()}


def _holds(column: Column[Any], address: str) -> Any:
    return or_(*(func.lower(type_coerce(column, Text)).contains(form, autoescape=True) for form in _forms(address)))


def _forms(address: str) -> list[str]:
    """As it stands in text and in JSON."""
    folded = address.casefold()
    return list(dict.fromkeys((folded, json.dumps(folded)[1:-1])))


def _without(conn: Connection, column: Column[Any], address: str) -> int:
    """Take an address out of one column; returns how many rows held it."""
    table = column.table
    keys = list(table.primary_key)
    raw = type_coerce(column, Text).label("raw")
    either = "|".join(map(re.escape, _forms(address)))
    pattern = re.compile(rf"(?<![\w.+'-])(?:{either})(?![\w-])", re.IGNORECASE)
    changed = 0
    for row in conn.execute(select(*keys, raw).where(_holds(column, address))).all():
        new = pattern.sub(GONE, row.raw)
        if new != row.raw:
            here = [key == getattr(row, key.name) for key in keys]
            conn.execute(update(table).where(*here).values({column: literal(new, Text())}))
            changed += 1
    return changed
