"""Keep accepted webhooks until they are followed up.

Promise: a delivery that was accepted is followed up, also after a crash; the same delivery is accepted once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from slabot.store import schema
from slabot.store.columns import storable
from slabot.store.once import insert_each_once
from slabot.store.vocabulary import LedgerEvent

_INBOX = schema.inbox
_PENDING = select(_INBOX).where(schema.INBOX_PENDING).order_by(_INBOX.c.n).limit(bindparam("limit"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A webhook as a helpdesk sent it: its own id, and the ticket that changed."""

    helpdesk: str
    id: str
    ticket_id: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A hint that a ticket changed. ``id`` is the store's own and rises."""

    id: int
    helpdesk: str
    delivery_id: str
    ticket_id: str
    accepted_at: datetime


def accept(conn: Connection, helpdesk: str, delivery_id: str, ticket_id: str, at: datetime) -> bool:
    """Keep a delivery; False if it was accepted before."""
    return accept_all(conn, [Delivery(helpdesk=helpdesk, id=delivery_id, ticket_id=ticket_id, accepted_at=at)])[0]


def accept_all(conn: Connection, deliveries: Sequence[Delivery]) -> list[bool]:
    """Keep deliveries; for each of them False if it was accepted before, also among these."""
    rows = [
        {
            "helpdesk": each.helpdesk,
            "delivery_id": each.id,
            "ticket_id": each.ticket_id,
            "accepted_at": each.accepted_at,
            "state": "pending",
        }
        for each in deliveries
    ]
    new = insert_each_once(conn, _INBOX, rows, _INBOX.c.helpdesk, _INBOX.c.delivery_id)
    fresh = []
    for each in deliveries:
        key = (storable(each.helpdesk), storable(each.id))
        fresh.append(key in new)
        new.discard(key)
    return fresh


def pending(
    conn: Connection, limit: int, *, but_not_of: Collection[str] = (), after: int | None = None
) -> list[InboxRow]:
    """Deliveries that nobody has followed up, in the order in which they came.

    Args:
        conn: of either kind.
        limit: how many at most.
        but_not_of: helpdesks that cannot be read now; their deliveries stand in nobody's way.
        after: only those behind the one of this id.
    """
    query = _PENDING
    if but_not_of:
        query = query.where(_INBOX.c.helpdesk.not_in(but_not_of))
    if after is not None:
        query = query.where(_INBOX.c.n > after)
    return [
        InboxRow(
            id=row.n,
            helpdesk=row.helpdesk,
            delivery_id=row.delivery_id,
            ticket_id=row.ticket_id,
            accepted_at=row.accepted_at,
        )
        for row in conn.execute(query, {"limit": limit})
    ]


def count_pending(conn: Connection, helpdesk: str, *, after: datetime, until: datetime) -> int:
    """How many tickets of a helpdesk must still be read because of what came in between two instants.

    Tickets that could not be decided about before are not counted: nobody knows when they can.
    """
    ledger = schema.ledger
    failed = select(ledger.c.ticket_id).where(
        ledger.c.event == LedgerEvent.TICKET_DECISION_FAILED.value,
        ledger.c.helpdesk == helpdesk,
        ledger.c.ticket_id.is_not(None),
    )
    came = (_INBOX.c.helpdesk == helpdesk, _INBOX.c.accepted_at > after, _INBOX.c.accepted_at <= until)
    query = select(func.count(_INBOX.c.ticket_id.distinct())).where(schema.INBOX_PENDING, *came)
    return conn.execute(query.where(_INBOX.c.ticket_id.not_in(failed))).scalar_one()


def done(conn: Connection, ids: Sequence[int]) -> None:
    """These were followed up."""
    if ids:
        conn.execute(update(_INBOX).where(_INBOX.c.n.in_(ids)).values(state="done"))


def prune(conn: Connection, before: datetime) -> int:
    """Forget deliveries that were followed up and came before an instant; returns how many.

    Keep them for longer than a helpdesk repeats a delivery, and than its signature is accepted.
    """
    return conn.execute(delete(_INBOX).where(schema.INBOX_DONE, _INBOX.c.accepted_at < before)).rowcount
