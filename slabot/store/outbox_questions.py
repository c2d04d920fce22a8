"""The statements that are run after each write to the outbox.

Promise: they are built once, since they are run so often.
"""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from slabot.store import schema

_OUTBOX = schema.outbox
_OF_LANE = _OUTBOX.c.lane == bindparam("lane")

UNKNOWN = (
    select(_OUTBOX)
    .where(schema.OUTBOX_SENDING, _OUTBOX.c.sending_since <= bindparam("before"))
    .order_by(_OUTBOX.c.urgency, _OUTBOX.c.key)
)
"""Rows claimed by then and never settled."""

UNKNOWN_OF_LANE = UNKNOWN.where(_OF_LANE)
"""The same, of one lane."""

# Reads the lane's part of the index of waiting rows. An index by time would tempt SQLite to claim by it and sort.
EARLIEST = select(func.min(_OUTBOX.c.not_before)).where(schema.OUTBOX_PENDING, _OF_LANE)
"""When the next row of a lane may be claimed."""
