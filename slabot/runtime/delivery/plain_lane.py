"""Claim what waits in a lane whose work needs no preparation.

Promise: the most urgent rows come first; no address is held back, and nothing waits outside the lane.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from slabot.store import Lane, OutboxRow, outbox


class PlainLane:
    """What a lane does around sending, where it does nothing of its own.

    Attributes:
        at_once: how many rows are claimed together.
    """

    lane: Lane
    at_once: int

    def begin(self, now: datetime) -> bool:
        """Nothing."""
        return False

    def claim(self, conn: Connection, now: datetime, closed: Collection[str]) -> list[OutboxRow]:
        """A few."""
        return outbox.claim(conn, now, self.lane, self.at_once, but_not_to=closed)

    def closed(self) -> Mapping[str, datetime]:
        """None."""
        return {}

    def let_through(self, rows: Sequence[OutboxRow]) -> Sequence[OutboxRow]:
        """All of them."""
        return rows

    def finish(self, now: datetime) -> bool:
        """Nothing."""
        return False

    def next_instant(self) -> datetime | None:
        """None: what waits is in the lane."""
        return None
