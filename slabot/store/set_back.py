"""Bound what waits in the store for an instant that has moved away, because the wall clock was set back.

Promise: nothing waits for longer than it would have, and nothing is lost or done twice: what was put off may be tried
now, what was being sent counts as claimed now, each open ticket is looked at again. No event, no deadline and no
verdict is changed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, or_, update

from slabot.domain import Category
from slabot.store import schema

_OUTBOX, _FEED, _TICKET, _UNREAD = schema.outbox, schema.feed, schema.ticket, schema.unread


def bound(conn: Connection, now: datetime) -> None:
    """Let what lies in the future be now, where something waits for it. Needs a `Store.write`."""
    _let_be_now(conn, now, _OUTBOX, _OUTBOX.c.not_before, schema.OUTBOX_PENDING)
    _let_be_now(conn, now, _OUTBOX, _OUTBOX.c.sending_since, schema.OUTBOX_SENDING)
    # The fallback and the pauses between tries go by the age of a row.
    _let_be_now(conn, now, _OUTBOX, _OUTBOX.c.created_at, schema.OUTBOX_PENDING | schema.OUTBOX_SENDING)
    for column in (_UNREAD.c.since, _UNREAD.c.failing_since, _UNREAD.c.not_before):
        _let_be_now(conn, now, _UNREAD, column)
    for column in (_FEED.c.resume_at, _FEED.c.swept_at, _FEED.c.ok_at, _FEED.c.error_at):
        _let_be_now(conn, now, _FEED, column)
    looks_later = or_(_TICKET.c.next_look.is_(None), _TICKET.c.next_look > now)
    conn.execute(update(_TICKET).where(looks_later, _TICKET.c.category != Category.CLOSED.value).values(next_look=now))


def _let_be_now(conn: Connection, now: datetime, table: Table, column: Column[Any], *where: Any) -> None:
    conn.execute(update(table).where(column > now, *where).values({column: now}))
