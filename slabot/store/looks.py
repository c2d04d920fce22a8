"""Find the tickets whose next look is due.

Promise: one indexed column is the only timer. With 100,000 tickets outstanding either question takes well under a
millisecond, because both read the index from its beginning.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select, update

from slabot.domain import Category
from slabot.store import schema
from slabot.store.columns import not_earlier

_TICKET = schema.ticket
_DUE = (
    select(_TICKET.c.helpdesk, _TICKET.c.id)
    .where(_TICKET.c.next_look <= bindparam("now"))
    .order_by(_TICKET.c.next_look, _TICKET.c.helpdesk, _TICKET.c.id)
    .limit(bindparam("limit"))
)
_NTH = (
    select(_TICKET.c.id)
    .where(_TICKET.c.next_look <= bindparam("now"))
    .order_by(_TICKET.c.next_look)
    .limit(1)
    .offset(bindparam("others"))
)
_EARLIEST = select(_TICKET.c.next_look).where(_TICKET.c.next_look.is_not(None)).order_by(_TICKET.c.next_look).limit(1)


def due(conn: Connection, now: datetime, limit: int) -> list[tuple[str, str]]:
    """(helpdesk, id) of the tickets whose look has come, the longest overdue first."""
    return [(row.helpdesk, row.id) for row in conn.execute(_DUE, {"now": now, "limit": limit})]


def take_due(conn: Connection, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Some of the tickets whose look has come and that nobody is looking at; they are locked until the transaction
    ends. For PostgreSQL.
    """
    query = _DUE.with_for_update(skip_locked=True)
    return [(row.helpdesk, row.id) for row in conn.execute(query, {"now": now, "limit": limit})]


def are_due(conn: Connection, now: datetime, least: int) -> bool:
    """True if the look of at least so many tickets has come."""
    return conn.execute(_NTH, {"now": now, "others": least - 1}).first() is not None


def count_due(conn: Connection, helpdesk: str, now: datetime) -> int:
    """How many tickets of a helpdesk have a look that has come."""
    query = select(func.count()).where(_TICKET.c.next_look <= now, _TICKET.c.helpdesk == helpdesk)
    return conn.execute(query).scalar_one()


def earliest(conn: Connection) -> datetime | None:
    """When the next look is owed, past or future; None if nobody waits for time."""
    return conn.execute(_EARLIEST).scalar()


def postpone(conn: Connection, helpdesk: str, ticket_id: str, until: datetime) -> None:
    """Look at it again then, because it could not be done now (a helpdesk that is down, an error)."""
    where = (_TICKET.c.helpdesk == helpdesk, _TICKET.c.id == ticket_id)
    conn.execute(update(_TICKET).where(*where).values(next_look=not_earlier(until)))


def recall(conn: Connection, at: datetime, policy_version: int) -> int:
    """Look at every ticket again that was decided under another policy and is not closed; returns how many."""
    changed = update(_TICKET).where(
        _TICKET.c.policy_version != policy_version,
        _TICKET.c.category != Category.CLOSED.value,
        or_(_TICKET.c.next_look.is_(None), _TICKET.c.next_look > at),
    )
    return conn.execute(changed.values(next_look=at)).rowcount
