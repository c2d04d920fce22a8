"""Write and read the ledger: what slabot did or refused to do, and why.

Promise: every decision, action and refusal has a row that a support lead understands, in the order in which it was
written. With a key, the same event is written once, however often it is decided again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, literal_column, select

from slabot.domain.sentences import sentence
from slabot.store import schema
from slabot.store.errors import StoreMisuse
from slabot.store.of_tickets import Name, OfTickets
from slabot.store.once import insert_once, insert_where_missing
from slabot.store.vocabulary import OF_DECISIONS, LedgerEvent

_LEDGER = schema.ledger
_TOLD = OfTickets(
    select(_LEDGER.c.helpdesk, _LEDGER.c.ticket_id, _LEDGER.c.event, _LEDGER.c.key).where(
        _LEDGER.c.key.is_not(None), _LEDGER.c.event.in_([literal_column(f"'{event}'") for event in OF_DECISIONS])
    ),
    _LEDGER.c.helpdesk,
    _LEDGER.c.ticket_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One thing that happened.

    Attributes:
        n: rises with every row; the order of writing.
        key: of the action that it is about, if any; unique together with the event.
        facts: for machines.
        evidence: quotes that it rests on; scrubbed together with the messages they are from.
    """

    n: int
    at: datetime
    event: LedgerEvent
    text: str
    helpdesk: str | None
    ticket_id: str | None
    key: str | None
    facts: Mapping[str, Any]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A row that is to be written; the meaning of each attribute is that of `LedgerRow`.

    Words may quote a customer only as `slabot.rules` does (``the customer says "…"``): that is what is found again
    when the quote must go. Other quotes belong into ``evidence``. A full stop that is missing is added.
    """

    at: datetime
    event: str
    text: str
    helpdesk: str | None
    ticket_id: str | None
    key: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    evidence: Sequence[str] = ()


def write(
    conn: Connection,
    at: datetime,
    event: str,
    text: str,
    helpdesk: str | None,
    ticket_id: str | None,
    key: str | None = None,
    facts: Mapping[str, Any] | None = None,
    *,
    evidence: Sequence[str] = (),
) -> bool:
    """Write a row (see `LedgerEntry`); False if this event was written with this key before.

    Raises:
        StoreMisuse: the event is not in the vocabulary.
    """
    return insert_once(
        conn, _LEDGER, _columns(LedgerEntry(at, event, text, helpdesk, ticket_id, key, facts or {}, evidence))
    )


def write_all(conn: Connection, entries: Iterable[LedgerEntry]) -> None:
    """Write several rows; one whose event was written with its key before is left out.

    Raises:
        StoreMisuse: an event is not in the vocabulary.
    """
    if rows := [_columns(entry) for entry in entries]:
        insert_where_missing(conn, _LEDGER, rows)


def told(conn: Connection, names: Iterable[Name]) -> dict[Name, set[tuple[str, str]]]:
    """What decisions about these tickets have told so far, as event and key; tickets without anything are missing."""
    found: dict[Name, set[tuple[str, str]]] = {}
    for row in _TOLD.rows(conn, names):
        found.setdefault((row["helpdesk"], row["ticket_id"]), set()).add((row["event"], row["key"]))
    return found


def count(conn: Connection, events: Sequence[LedgerEvent], since: datetime) -> int:
    """How many rows of these events there are from an instant on."""
    where = (_LEDGER.c.event.in_([event.value for event in events]), _LEDGER.c.at >= since)
    return conn.execute(select(func.count()).select_from(_LEDGER).where(*where)).scalar_one()


def written(conn: Connection, event: LedgerEvent, key: str) -> bool:
    """True if this event was written with this key before."""
    query = select(_LEDGER.c.n).where(_LEDGER.c.event == event.value, _LEDGER.c.key == key)
    return conn.execute(query).first() is not None


def _columns(entry: LedgerEntry) -> dict[str, Any]:
    try:
        event = LedgerEvent(entry.event)
    except ValueError:
        remedy = "add it to slabot/store/vocabulary.py"
        raise StoreMisuse(f'"{entry.event}" is no ledger event', remedy) from None
    return {
        "at": entry.at,
        "event": event.value,
        "words": sentence(entry.text),
        "helpdesk": entry.helpdesk,
        "ticket_id": entry.ticket_id,
        "key": entry.key,
        "facts": dict(entry.facts),
        "evidence": list(entry.evidence),
    }


def of_ticket(conn: Connection, helpdesk: str, ticket_id: str) -> list[LedgerRow]:
    """Everything about a ticket, in the order of time."""
    where = (_LEDGER.c.helpdesk == helpdesk, _LEDGER.c.ticket_id == ticket_id)
    return _rows(conn, select(_LEDGER).where(*where).order_by(_LEDGER.c.at, _LEDGER.c.n))


def since(conn: Connection, at: datetime, limit: int | None = None) -> list[LedgerRow]:
    """Everything from an instant on, in the order of time."""
    return _rows(conn, select(_LEDGER).where(_LEDGER.c.at >= at).order_by(_LEDGER.c.at, _LEDGER.c.n).limit(limit))


def latest(conn: Connection, events: Sequence[LedgerEvent], limit: int) -> list[LedgerRow]:
    """The last rows of these events, the newest first."""
    query = select(_LEDGER).where(_LEDGER.c.event.in_([event.value for event in events]))
    return _rows(conn, query.order_by(_LEDGER.c.at.desc(), _LEDGER.c.n.desc()).limit(limit))


def _rows(conn: Connection, query: Select[*tuple[Any, ...]]) -> list[LedgerRow]:
    return [_row(row) for row in conn.execute(query)]


def _row(row: Row[*tuple[Any, ...]]) -> LedgerRow:
    return LedgerRow(
        n=row.n,
        at=row.at,
        event=LedgerEvent(row.event),
        text=row.words,
        helpdesk=row.helpdesk,
        ticket_id=row.ticket_id,
        key=row.key,
        facts=row.facts,
        evidence=tuple(row.evidence),
    )
