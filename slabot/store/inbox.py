"""Keep which webhooks and rows of a sweep were accepted.

Promise: the same delivery is accepted once; its ticket must be read from then on (`slabot.store.unread`), in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete

from slabot.store import schema, unread
from slabot.store.columns import storable
from slabot.store.once import insert_each_once

_INBOX = schema.inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class HookDelivery:
    """A webhook as a helpdesk sent it: its own id, and the ticket that changed.

    Attributes:
        due_by: the ticket's earliest deadline, estimated for the case that it was never read; None where nothing can
            be missed.
    """

    helpdesk: str
    id: str
    ticket_id: str
    accepted_at: datetime
    due_by: datetime | None = None


def accept(conn: Connection, helpdesk: str, delivery_id: str, ticket_id: str, at: datetime) -> bool:
    """Keep a delivery; False if it was accepted before."""
    return accept_all(conn, [HookDelivery(helpdesk=helpdesk, id=delivery_id, ticket_id=ticket_id, accepted_at=at)])[0]


def accept_all(conn: Connection, deliveries: Sequence[HookDelivery]) -> list[bool]:
    """Keep deliveries; for each of them False if it was accepted before, also among these."""
    rows = [
        {
            "helpdesk": each.helpdesk,
            "delivery_id": each.id,
            "ticket_id": each.ticket_id,
            "accepted_at": each.accepted_at,
        }
        for each in deliveries
    ]
    new = insert_each_once(conn, _INBOX, rows, _INBOX.c.helpdesk, _INBOX.c.delivery_id)
    fresh = []
    for each in deliveries:
        key = (storable(each.helpdesk), storable(each.id))
        fresh.append(key in new)
        new.discard(key)
    named = {(each.helpdesk, each.ticket_id): each for each, is_new in zip(deliveries, fresh, strict=True) if is_new}
    if named:
        due_by = {name: each.due_by for name, each in named.items()}
        unread.add(conn, named, min(each.accepted_at for each in named.values()), due_by)
    return fresh


def prune(conn: Connection, before: datetime) -> int:
    """Forget deliveries that came before an instant; returns how many. Their tickets stay to be read.

    Keep them for longer than a helpdesk repeats a delivery, and than its signature is accepted.
    """
    return conn.execute(delete(_INBOX).where(_INBOX.c.accepted_at < before)).rowcount
