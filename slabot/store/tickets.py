"""What is known about a ticket, and how does more of it come in?

Promise: the stored timeline is the union of all that was ever told, the same in whatever order and however often
snapshots arrive. The ticket's facts are those of the newest snapshot; an older one never overwrites them. What a
helpdesk shows without a date stays as it was first read (`slabot.store.standing`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Update, bindparam, exists, insert, or_, select, update

from slabot.domain import (
    AnyEvent,
    Category,
    Severity,
    Ticket,
    TicketRecord,
    Timeline,
    read_tickets,
    utc,
    write_ticket,
)
from slabot.store import schema
from slabot.store.columns import storable
from slabot.store.erased import forget, marks
from slabot.store.errors import UnknownTicket
from slabot.store.event_rows import EventRow, better, event_row
from slabot.store.of_tickets import AT_ONCE, Name, OfTickets
from slabot.store.once import insert_once, insert_where_missing
from slabot.store.standing import as_created, as_first_read, as_written_down, last_complete, observed_changes

BEFORE = ""  # the version of what an older slabot knew, which did not keep facts as they were first read

_WRITTEN_BY = '"written_by":'

_TICKET = schema.ticket
_EVENT = schema.event
_EVENT_FIELDS = tuple(field.name for field in fields(EventRow))
_TICKETS = OfTickets(select(_TICKET), _TICKET.c.helpdesk, _TICKET.c.id)
# Rendered as an ordinary question on SQLite. In one order, or two processes could wait for one another.
_LOCKED = OfTickets(select(_TICKET).order_by(_TICKET.c.id).with_for_update(), _TICKET.c.helpdesk, _TICKET.c.id)
_FREE = OfTickets(
    select(_TICKET).order_by(_TICKET.c.id).with_for_update(skip_locked=True), _TICKET.c.helpdesk, _TICKET.c.id
)
_CUSTOMERS = OfTickets(
    select(_TICKET.c.helpdesk, _TICKET.c.id, _TICKET.c.facts, _TICKET.c.requester_id), _TICKET.c.helpdesk, _TICKET.c.id
)
_EVENTS = OfTickets(select(_EVENT), _EVENT.c.helpdesk, _EVENT.c.ticket_id)
_NEXT_GENERATION = (
    update(_TICKET)
    .where(*(key == bindparam(f"of_{key.name}") for key in _TICKET.primary_key))
    .values(generation=_TICKET.c.generation + 1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTicket:
    """A ticket as the store knows it.

    Attributes:
        version: the helpdesk's mark of the newest snapshot.
        seen_at: when a snapshot of it last arrived.
        generation: goes up whenever anything comes of what is known; for buttons, so that a late click is noticed.
        next_look: when it must be looked at again although nothing happens; None for never.
        category, severity, policy_version: of the last decision; None before the first.
        merged: False after a `merge` that changed nothing, because the snapshot was older and told nothing new.
    """

    record: TicketRecord
    version: str
    seen_at: datetime
    generation: int
    next_look: datetime | None
    category: Category | None
    severity: Severity | None
    policy_version: int | None
    merged: bool = True

    @property
    def ticket(self) -> Ticket:
        """As it was at its creation."""
        return self.record.ticket

    @property
    def timeline(self) -> Timeline:
        """Everything that happened since, slabot's own events included."""
        return self.record.timeline


def load(conn: Connection, helpdesk: str, ticket_id: str) -> StoredTicket | None:
    """The ticket with its whole timeline; None if it was never stored."""
    return load_several(conn, [(helpdesk, ticket_id)]).get((helpdesk, ticket_id))


def load_locked(conn: Connection, names: Sequence[Name], *, free: bool = False) -> dict[Name, StoredTicket]:
    """These tickets, each locked as by `lock`; one that was never stored is missing.

    Args:
        conn: of a `Store.write`.
        names: of the tickets.
        free: those that nobody else has locked; one that somebody has is missing, and is not waited for.
    """
    return _with_events((_FREE if free else _LOCKED).rows(conn, names), _EVENTS, conn)


def load_several(conn: Connection, names: Sequence[Name], events: OfTickets | None = None) -> dict[Name, StoredTicket]:
    """These tickets without a lock, with all events, or those that a question of one's own finds."""
    return _with_events(_TICKETS.rows(conn, names), events or _EVENTS, conn)


def _with_events(found: Iterable[RowMapping], asked: OfTickets, conn: Connection) -> dict[Name, StoredTicket]:
    rows = {(row["helpdesk"], row["id"]): row for row in found}
    events: defaultdict[Name, list[EventRow]] = defaultdict(list)
    for event in asked.rows(conn, rows):
        events[event["helpdesk"], event["ticket_id"]].append(_event_row(event))
    return {name: _stored(row, events[name]) for name, row in rows.items()}


def lock(conn: Connection, helpdesk: str, ticket_id: str) -> bool:
    """Keep everybody else from deciding about the ticket until this transaction ends; False if it is not stored.

    PostgreSQL locks the row. SQLite has locked out all other writers already, when the transaction began.
    """
    return _locked(conn, helpdesk, ticket_id) is not None


def merge(
    conn: Connection,
    ticket: Ticket,
    events: Iterable[AnyEvent],
    version: str,
    seen_at: datetime,
    *,
    present: Ticket | None = None,
) -> StoredTicket:
    """Take in a snapshot; the ticket is locked until the transaction ends.

    An older snapshot than the stored one is refused: facts and version stay. Should it tell of an event that is unknown
    still (a later snapshot may have been read in part only), that event is a fact all the same, and is kept.

    Args:
        conn: of a `Store.write`.
        ticket: at its creation.
        events: any part of its history.
        version: the helpdesk's mark of the snapshot; sorts as text.
        seen_at: when it was read.
        present: with requester, participants, group, brand and form as they were when it was read, where the helpdesk
            does not date them; None where `ticket` and `events` tell all of it.
    """
    version, seen_at = storable(version), utc(seen_at)
    erased = marks(conn)
    told = as_first_read(events, seen_at) if ticket.history_complete else events
    ticket, told = forget(ticket, told, erased)
    shown = None if present is None else forget(present, told, erased)[0]
    row, new = _row_of(conn, ticket if shown is None else as_created(ticket, told, shown), version, seen_at)
    kept = event_rows(conn, ticket.helpdesk, ticket.id)
    if shown is not None:
        is_first = row["version"] == BEFORE
        ticket = as_created(ticket, told, shown) if is_first else as_created(ticket, (), _read(row["facts"]))
        if (version, seen_at) >= (row["version"], row["seen_at"]):
            known = Timeline.of((*told, *(event.event() for event in kept.values())))
            told = (*told, *observed_changes(ticket, known, shown, seen_at))
    if not new and row["version"] != BEFORE and (_WRITTEN_BY in row["facts"]) is (ticket.written_by is None):
        ticket = as_written_down(ticket, _read(row["facts"]))
    facts = _written(ticket)
    changes = _facts(ticket, facts, version) if _replaces(version, ticket, facts, row) else {}
    if not new and (based := _based(ticket, seen_at, row, replaces=bool(changes))) is not None:
        changes = _facts(based, _written(based), max(version, row["version"]))
    first_read = seen_at if ticket.history_complete else None
    added = _take_in(conn, ticket, [event_row(event, version, first_read=first_read) for event in told], kept)
    refused = not new and version < row["version"] and not added
    if not refused and seen_at > row["seen_at"]:
        changes["seen_at"] = seen_at
    if changes:
        _change(conn, ticket.helpdesk, ticket.id, changes)
    return replace(_stored({**row, **changes}, kept.values()), merged=not refused)


def _based(ticket: Ticket, seen_at: datetime, row: RowMapping, *, replaces: bool) -> Ticket | None:
    """The facts of the last complete reading, where the newest one is none; None where there is no other to keep.

    What was read once stays known: a history that cannot be read any more shows how things are, and not how they were.
    """
    if replaces and ticket.history_complete:
        return None
    known = _read(row["facts"])
    if not replaces and (known.history_complete or not (ticket.history_complete or ticket.complete_until)):
        return None
    newest = ticket if replaces else known
    return last_complete(newest, ((row["seen_at"], known), (seen_at, ticket)))


def _row_of(conn: Connection, ticket: Ticket, version: str, seen_at: datetime) -> tuple[RowMapping, bool]:
    """The ticket's row, locked; and True if it was not there before."""
    row, new = _locked(conn, ticket.helpdesk, ticket.id), False
    if row is None:
        new = insert_once(conn, _TICKET, {**_facts(ticket, _written(ticket), version), **_blank(ticket, seen_at)})
        row = _locked(conn, ticket.helpdesk, ticket.id)
    if row is None:
        raise UnknownTicket(ticket.helpdesk, ticket.id)
    return row, new


def append_event(conn: Connection, helpdesk: str, ticket_id: str, event: AnyEvent) -> bool:
    """Put an event of slabot, or of a person on a page, into the timeline; False if it is there already.

    Raises:
        UnknownTicket: the ticket was never stored.
    """
    if _locked(conn, helpdesk, ticket_id) is None:
        raise UnknownTicket(helpdesk, ticket_id)
    return insert_once(conn, _EVENT, _columns(helpdesk, ticket_id, event_row(event, "")))


def next_generation(conn: Connection, helpdesk: str, ticket_id: str) -> None:
    """Something came of what is known about a ticket, although it was not decided about again."""
    conn.execute(_NEXT_GENERATION, {"of_helpdesk": helpdesk, "of_id": ticket_id})


def seen(conn: Connection, helpdesk: str, ticket_ids: Sequence[str]) -> dict[str, tuple[str, datetime]]:
    """Version and time of the last snapshot of each of these tickets that is stored: what need not be read again."""
    found: dict[str, tuple[str, datetime]] = {}
    columns = (_TICKET.c.id, _TICKET.c.version, _TICKET.c.seen_at)
    for start in range(0, len(ticket_ids), AT_ONCE):
        some = ticket_ids[start : start + AT_ONCE]
        query = select(*columns).where(_TICKET.c.helpdesk == helpdesk, _TICKET.c.id.in_(some))
        found.update((row.id, (row.version, row.seen_at)) for row in conn.execute(query))
    return found


def customers(conn: Connection, names: Iterable[Name]) -> dict[Name, tuple[str, str]]:
    """The organisation and the requester's id of these tickets; empty where the helpdesk names none."""
    found: dict[Name, tuple[str, str]] = {}
    for row in _CUSTOMERS.rows(conn, names):
        requester = json.loads(row["facts"]).get("requester") or {}
        found[row["helpdesk"], row["id"]] = (requester.get("organization") or "", row["requester_id"] or "")
    return found


def created_between(conn: Connection, since: datetime, until: datetime) -> list[Name]:
    """(helpdesk, id) of the tickets that were created in a time, the first first."""
    of_then = select(_TICKET.c.helpdesk, _TICKET.c.id).where(
        _TICKET.c.created_at >= since, _TICKET.c.created_at < until
    )
    return [(row.helpdesk, row.id) for row in conn.execute(of_then.order_by(_TICKET.c.created_at, _TICKET.c.id))]


def since(conn: Connection, instant: datetime | None) -> list[tuple[str, str]]:
    """(helpdesk, id) of the tickets that were made, or to which anything happened, since then; None for all."""
    query = select(_TICKET.c.helpdesk, _TICKET.c.id).order_by(_TICKET.c.created_at, _TICKET.c.helpdesk, _TICKET.c.id)
    if instant is not None:
        happened = exists().where(
            _EVENT.c.helpdesk == _TICKET.c.helpdesk, _EVENT.c.ticket_id == _TICKET.c.id, _EVENT.c.at >= utc(instant)
        )
        query = query.where(or_(_TICKET.c.created_at >= utc(instant), happened))
    return [(row.helpdesk, row.id) for row in conn.execute(query)]


def _locked(conn: Connection, helpdesk: str, ticket_id: str) -> RowMapping | None:
    return next(_LOCKED.rows(conn, [(helpdesk, ticket_id)]), None)


def _change(conn: Connection, helpdesk: str, ticket_id: str, changes: Mapping[str, Any]) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    conn.execute(_changed(tuple(changes)), {"of_helpdesk": helpdesk, "of_id": ticket_id, **new})


@cache
def _changed(names: tuple[str, ...]) -> Update:
    """The statement that changes these columns of a ticket."""
    of_ticket = (key == bindparam(f"of_{key.name}") for key in _TICKET.primary_key)
    return update(_TICKET).where(*of_ticket).values({name: bindparam(f"new_{name}") for name in names})


def _facts(ticket: Ticket, facts: str, version: str) -> dict[str, Any]:
    requester = None if ticket.requester is None else ticket.requester.id
    return {"facts": facts, "version": version, "created_at": ticket.created_at, "requester_id": requester}


def _blank(ticket: Ticket, seen_at: datetime) -> dict[str, Any]:
    return {"helpdesk": ticket.helpdesk, "id": ticket.id, "seen_at": seen_at, "generation": 0}


def _replaces(version: str, ticket: Ticket, facts: str, row: RowMapping) -> bool:
    """True where these facts are to be kept rather than the stored ones, whichever came first."""
    if version != row["version"]:
        return version > str(row["version"])
    if facts == row["facts"]:
        return False
    # Of two readings of the same version, the one that knows more; then any, but always the same.
    return (*_knowledge(ticket), facts) > (*_knowledge(_read(row["facts"])), row["facts"])


def _knowledge(ticket: Ticket) -> tuple[bool, int, int]:
    """How much of a ticket's history could be read; more is larger."""
    return ticket.history_complete, -sum(gap.until is None for gap in ticket.gaps), -len(ticket.gaps)


def _take_in(conn: Connection, ticket: Ticket, told: Iterable[EventRow], kept: dict[str, EventRow]) -> bool:
    """Bring the rows up to date, in the store and in ``kept``; False if there was nothing new."""
    added: dict[str, EventRow] = {}
    changed: dict[str, EventRow] = {}
    for row in told:
        former = kept.get(row.id)
        taken = row if former is None else better(row, former)
        if taken is None:
            continue
        (added if former is None or row.id in added else changed)[row.id] = taken
        kept[row.id] = taken
    if added:
        conn.execute(insert(_EVENT), [_columns(ticket.helpdesk, ticket.id, row) for row in added.values()])
    for row in changed.values():
        write_event(conn, ticket.helpdesk, ticket.id, row)
    return bool(added or changed)


def write_event(conn: Connection, helpdesk: str, ticket_id: str, row: EventRow) -> None:
    """Overwrite the stored row of the same id."""
    where = (_EVENT.c.helpdesk == helpdesk, _EVENT.c.ticket_id == ticket_id, _EVENT.c.id == row.id)
    conn.execute(update(_EVENT).where(*where).values(**_columns(helpdesk, ticket_id, row)))


def event_rows(conn: Connection, helpdesk: str, ticket_id: str) -> dict[str, EventRow]:
    """The rows of the ticket's events by id."""
    return {row["id"]: _event_row(row) for row in _EVENTS.rows(conn, [(helpdesk, ticket_id)])}


def add_events(conn: Connection, events: Iterable[tuple[Name, AnyEvent]]) -> None:
    """Put events of slabot into the timelines of tickets that are locked; what is there already stays as it is."""
    rows = [_columns(*name, event_row(event, "")) for name, event in events]
    if rows:
        insert_where_missing(conn, _EVENT, rows)


def event_of(row: RowMapping) -> AnyEvent:
    """The event of a row of the table."""
    return _event_row(row).event()


def _event_row(row: RowMapping) -> EventRow:
    return EventRow(**{name: row[name] for name in _EVENT_FIELDS})


def _columns(helpdesk: str, ticket_id: str, row: EventRow) -> dict[str, Any]:
    return {
        "helpdesk": helpdesk,
        "ticket_id": ticket_id,
        "id": row.id,
        "at": row.at,
        "type": row.type,
        "author": row.author,
        "body": row.body,
        "text": row.text,
        "version": row.version,
    }


def _written(ticket: Ticket) -> str:
    return storable(write_ticket(TicketRecord(ticket, Timeline())))


@lru_cache(maxsize=512)  # the same facts are read several times in a transaction, and again when its page leaves
def _read(facts: str) -> Ticket:
    return read_tickets(facts)[0].ticket


def _stored(row: Any, events: Iterable[EventRow]) -> StoredTicket:
    category = row["category"]
    return StoredTicket(
        record=TicketRecord(_read(row["facts"]), Timeline.of(event.event() for event in events)),
        version=row["version"],
        seen_at=row["seen_at"],
        generation=row["generation"],
        next_look=row["next_look"],
        category=None if category is None else Category(category),
        severity=row["severity"],
        policy_version=row["policy_version"],
    )
