"""What is asked of the outbox after each write.

Promise: the statements are built once, since they are run so often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, union_all

from slabot.store import schema
from slabot.store.vocabulary import Lane

_OUTBOX = schema.outbox
ORDER = (_OUTBOX.c.rank, _OUTBOX.c.urgency, _OUTBOX.c.key)
"""The most severe first, then the most urgent."""

_OF_LANE = _OUTBOX.c.lane == bindparam("lane")

UNKNOWN = select(_OUTBOX).where(schema.OUTBOX_SENDING, _OUTBOX.c.sending_since <= bindparam("before")).order_by(*ORDER)
"""Rows claimed by then and never settled."""

UNKNOWN_OF_LANE = UNKNOWN.where(_OF_LANE)
"""The same, of one lane."""

# Reads the lane's part of the index of waiting rows. An index by time would tempt SQLite to claim by it and sort.
EARLIEST = select(func.min(_OUTBOX.c.not_before)).where(schema.OUTBOX_PENDING, _OF_LANE)
"""When the next row of a lane may be claimed."""

CLAIMED = select(func.min(_OUTBOX.c.sending_since)).where(schema.OUTBOX_SENDING, _OF_LANE)
"""When the row of a lane was claimed that is being sent for the longest time."""

_OLDEST = select(func.min(_OUTBOX.c.created_at).label("at")).where(_OF_LANE)
OLDEST = select(
    func.min(
        union_all(*(_OLDEST.where(part) for part in (schema.OUTBOX_PENDING, schema.OUTBOX_SENDING))).subquery().c.at
    )
)
"""When the row of a lane was put in that has been open for the longest time."""

NEXT = select(EARLIEST.scalar_subquery(), CLAIMED.scalar_subquery())
"""Both in one."""


def next_instants(
    conn: Connection, lane: Lane, *, but_not_to: Collection[str] = ()
) -> tuple[datetime | None, datetime | None]:
    """When the next row of a lane may be claimed, and when the longest sent one was claimed."""
    query = NEXT
    if but_not_to:
        pending = EARLIEST.where(*not_to(lane, but_not_to)).scalar_subquery()
        query = select(pending, CLAIMED.scalar_subquery())
    waiting, claimed = conn.execute(query, {"lane": lane.value}).one()
    return waiting, claimed


def oldest_open(conn: Connection, lane: Lane) -> datetime | None:
    """When the row of a lane was put in that has not been settled for the longest time."""
    return conn.execute(OLDEST, {"lane": lane.value}).scalar()


def crowded(conn: Connection, lane: Lane, now: datetime, least: int) -> dict[str, frozenset[str]]:
    """The channels for which at least so many rows of a lane may be sent now, each with the keys of these rows."""
    query = select(_OUTBOX.c.channel, _OUTBOX.c.key).where(schema.OUTBOX_PENDING, _OUTBOX.c.lane == lane.value)
    query = query.where(_OUTBOX.c.not_before <= now, _OUTBOX.c.channel.is_not(None))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for channel, key in conn.execute(query):
        found[channel].append(key)
    return {channel: frozenset(keys) for channel, keys in found.items() if len(keys) >= least}


def not_to(lane: Lane, addresses: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """The condition that leaves out rows for these addresses: helpdesks for writes, channels for all others."""
    if not addresses:
        return ()
    if lane is Lane.WRITE:
        return (_OUTBOX.c.helpdesk.not_in(addresses),)
    return (or_(_OUTBOX.c.channel.is_(None), _OUTBOX.c.channel.not_in(addresses)),)


def ready(lane: Lane, now: datetime, but_not_to: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """The condition for rows that may be sent now, to other addresses than these."""
    waits = (schema.OUTBOX_PENDING, _OUTBOX.c.lane == lane.value, _OUTBOX.c.not_before <= now)
    return (*waits, *not_to(lane, but_not_to))


@dataclass(frozen=True, slots=True)
class FirstOfChannel:
    """A row that may be sent, without its work."""

    key: str
    channel: str | None
    rank: int
    urgency: datetime
    helpdesk: str
    ticket_id: str


_FIRST = tuple(_OUTBOX.c[name.name] for name in fields(FirstOfChannel))


def first_of_each(
    conn: Connection, now: datetime, lane: Lane, most: int, *, but_not_to: Collection[str] = ()
) -> list[FirstOfChannel]:
    """The most severe and urgent rows that may be sent now, so many for each channel; none is taken."""
    place = func.row_number().over(partition_by=_OUTBOX.c.channel, order_by=ORDER).label("place")
    placed = select(*_FIRST, place).where(*ready(lane, now, but_not_to)).subquery()
    query = select(*(placed.c[column.name] for column in _FIRST)).where(placed.c.place <= most)
    return [FirstOfChannel(*row) for row in conn.execute(query)]
