"""Read a ticket again just before its page leaves.

Promise: it is read again just before a page leaves, and never for longer than two seconds. A helpdesk that does not
answer is not asked again for a while, so that the next pages do not wait for it as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Snapshot
from adapters.errors import AdapterError, Gone, RateLimited, Unreachable
from slabot.rules import Decision
from slabot.runtime.evaluation import evaluate, take_in, take_out
from slabot.runtime.parts import DOWN, RECHECK, Parts
from slabot.runtime.waits import Waits
from slabot.store import OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """What the helpdesk has of a ticket just now.

    Attributes:
        seen_at: before it was asked: what happens meanwhile is not in what it said.
        snapshot: None where it could not be read.
        gone: it has no such ticket any more.
        left: seconds of the time for asking the helpdesk that are left; none where it does not answer.
    """

    seen_at: datetime
    snapshot: Snapshot | None = None
    gone: bool = False
    left: float = 0.0


class Rechecks:
    """Reads tickets again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._down = Waits[str](parts.clock)  # helpdesks that did not answer, which costs a page 2 s

    def read(self, row: OutboxRow) -> Recheck:
        """Ask the helpdesk about the ticket of a row, for two seconds at most."""
        parts, now, began = self._parts, self._parts.now(), self._parts.clock.monotonic()
        adapter = parts.adapters.get(row.helpdesk)
        if adapter is None or row.helpdesk in self._down:
            return Recheck(seen_at=now)
        try:
            snapshot = adapter.version_of(row.ticket_id, timeout=RECHECK)
            left = RECHECK - (parts.clock.monotonic() - began)
            return Recheck(seen_at=now, snapshot=snapshot, left=left)
        except Gone:
            return Recheck(seen_at=now, gone=True)
        except (Unreachable, RateLimited):
            self._down.begin(row.helpdesk, parts.now() + DOWN)
        except AdapterError:
            pass
        return Recheck(seen_at=now)

    def decide(self, conn: Connection, row: OutboxRow, found: Recheck) -> Decision:
        """Decide about the ticket as it was found, in the caller's transaction."""
        parts = self._parts
        if found.snapshot is not None:
            return take_in(conn, parts, found.snapshot, found.seen_at)
        if found.gone:
            take_out(conn, parts, row.helpdesk, row.ticket_id, found.seen_at)
        return evaluate(conn, parts, row.helpdesk, row.ticket_id, now=parts.now())
