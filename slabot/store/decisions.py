"""What does the store know that a decision rests on, and how is a decision written down?

Promise: only what a decision changes is written; the clocks that are stored are exactly those of the last one. The
questions and the writes are the same few for one ticket and for a hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, update

from slabot.domain import AnyEvent
from slabot.rules import Decision
from slabot.rules.records import Records
from slabot.store import clocks, ledger, messages, outbox, records, schema, tickets
from slabot.store.clocks import ClockRow
from slabot.store.ledger import LedgerEntry
from slabot.store.messages import PostedPage
from slabot.store.of_tickets import Name
from slabot.store.outbox import OutboxRow
from slabot.store.records import FORM, NOTHING, StoredRecords
from slabot.store.tickets import StoredTicket

_TICKET = schema.ticket
_DECIDED = ("next_look", "category", "severity", "policy_version")
_UPDATE = (
    update(_TICKET)
    .where(*(key == bindparam(f"of_{key.name}") for key in _TICKET.primary_key))
    .values({name: bindparam(f"new_{name}") for name in _DECIDED} | {"generation": _TICKET.c.generation + 1})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTicket:
    """A stored ticket, and what was done about it.

    Attributes:
        clocks: as they stood at the last decision.
        told: what decisions have told in the ledger, as event and key.
        posted: the messages about it that can be brought up to date.
        records: for reports, of the last decision.
    """

    stored: StoredTicket
    clocks: Sequence[ClockRow]
    told: AbstractSet[tuple[str, str]]
    posted: Sequence[PostedPage]
    records: StoredRecords = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """A decision, and what it adds to what is known.

    Attributes:
        events: of slabot's own, for the timeline.
        told: for the ledger; what was told before is left out.
        planned: work that is put in.
        revived: work that was dropped, and is wanted after all.
        outdated: a message shows something that is no longer so.
        records: for reports; None where none are kept.
        form: of the records.
    """

    known: KnownTicket
    decision: Decision
    events: Sequence[AnyEvent]
    told: Sequence[LedgerEntry]
    planned: Sequence[OutboxRow]
    revived: Sequence[OutboxRow]
    outdated: bool
    records: Records | None = None
    form: str = FORM


def known(conn: Connection, stored: Sequence[StoredTicket]) -> list[KnownTicket]:
    """What an evaluation of these tickets, locked before, must know; in their order."""
    names = [_name(ticket) for ticket in stored]
    rows = clocks.of_tickets(conn, names)
    told = ledger.told(conn, names)
    posted = messages.of_tickets(conn, names)
    recorded = records.of_tickets(conn, names)
    return [
        KnownTicket(
            stored=ticket,
            clocks=rows.get(name, ()),
            told=told.get(name, frozenset()),
            posted=posted.get(name, ()),
            records=recorded.get(name, NOTHING),
        )
        for name, ticket in zip(names, stored, strict=True)
    ]


def save(conn: Connection, evaluated: Iterable[Evaluated], policy_version: int) -> None:
    """Write decisions down; of a ticket about which one changes anything the generation goes up by one."""
    outdated: list[ClockRow] = []
    missing: list[ClockRow] = []
    changed: list[dict[str, Any]] = []
    evaluated = list(evaluated)
    for each in evaluated:
        name, stored, decision = _name(each.known.stored), each.known.stored, each.decision
        away, new = clocks.changes(name, decision.clocks, each.known.clocks)
        outdated += away
        missing += new
        was = (stored.next_look, stored.category, stored.severity, stored.policy_version)
        now = (decision.next_look, decision.category, decision.severity.severity, policy_version)
        more = (away, new, each.events, each.told, each.planned, each.revived)
        if was != now or each.outdated or any(more):
            changed.append(_changed(name, decision, policy_version))
    clocks.save(conn, outdated, missing)
    records.save(
        conn,
        (
            records.changes(_name(each.known.stored), each.records, each.form, each.known.records)
            for each in evaluated
            if each.records is not None
        ),
    )
    tickets.add_events(conn, [(_name(each.known.stored), event) for each in evaluated for event in each.events])
    if changed:
        conn.execute(_UPDATE, changed)
    ledger.write_all(conn, (entry for each in evaluated for entry in each.told))
    outbox.put_all(conn, (row for each in evaluated for row in each.planned))
    for each in evaluated:
        for row in each.revived:
            outbox.revive(conn, row)


def _changed(name: Name, decision: Decision, policy_version: int) -> dict[str, Any]:
    return {
        "of_helpdesk": name[0],
        "of_id": name[1],
        "new_next_look": decision.next_look,
        "new_category": decision.category.value,
        "new_severity": decision.severity.severity,
        "new_policy_version": policy_version,
    }


def _name(stored: StoredTicket) -> Name:
    return stored.ticket.helpdesk, stored.ticket.id
