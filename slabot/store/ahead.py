"""Read the tickets that time alone will change.

Promise: by the one indexed column that the alarm goes by (`slabot.store.looks`), and in parts, so that memory stays
flat however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, func, select, union

from slabot.domain import Category
from slabot.store import schema, tickets
from slabot.store.of_tickets import Name
from slabot.store.schema import OUTBOX_PENDING
from slabot.store.tickets import StoredTicket
from slabot.store.vocabulary import OutboxKind

AT_ONCE = 200  # tickets in memory, each with all that was said on it

_TICKET, _CLOCK, _OUTBOX, _UNREAD = schema.ticket, schema.clock, schema.outbox, schema.unread


def names(conn: Connection, until: datetime) -> list[Name]:
    """(helpdesk, id) of the tickets about which something changes before an instant, although nothing happens.

    Those too about which something is owed now: their next look may be none until that is done.
    """
    looks = select(_TICKET.c.helpdesk, _TICKET.c.id).where(_TICKET.c.next_look < until)
    owed = select(_OUTBOX.c.helpdesk, _OUTBOX.c.ticket_id).where(
        OUTBOX_PENDING, _OUTBOX.c.kind.in_((OutboxKind.PAGE.value, OutboxKind.WRITE.value))
    )
    return sorted((row[0], row[1]) for row in conn.execute(union(looks, owed)))


def not_over(conn: Connection) -> list[Name]:
    """(helpdesk, id) of the tickets that are neither solved nor closed, and of those of which a clock runs."""
    ended = [category.value for category in Category if category.ended]
    open_now = select(_TICKET.c.helpdesk, _TICKET.c.id).where(_TICKET.c.category.not_in(ended))
    running = select(_CLOCK.c.helpdesk, _CLOCK.c.ticket_id).where(_CLOCK.c.verdict == "running")
    return sorted((row[0], row[1]) for row in conn.execute(union(open_now, running)))


def load(conn: Connection, some: list[Name]) -> Iterator[StoredTicket]:
    """These tickets with their timelines, in the order of the names of each part."""
    for start in range(0, len(some), AT_ONCE):
        yield from tickets.load_several(conn, some[start : start + AT_ONCE]).values()


def count_overdue(conn: Connection, now: datetime) -> int:
    """How many clocks run that can be met no more."""
    running = _CLOCK.c.verdict == "running"
    return conn.execute(select(func.count()).where(running, _CLOCK.c.met_until < now)).scalar_one()


def count_unread(conn: Connection) -> int:
    """How many tickets must still be read: what is to come of these is not known."""
    return conn.execute(select(func.count()).select_from(_UNREAD)).scalar_one()
