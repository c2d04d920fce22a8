"""Is the ticket still as it was when the page was planned?

Promise: it is read again just before a page leaves, and never for longer than two seconds. A helpdesk that does not
answer is not asked again for a while, so that the next pages do not wait for it as well.
"""

from __future__ import annotations

from datetime import datetime

from adapters.errors import AdapterError, Gone, RateLimited, Unreachable
from slabot.runtime.evaluation import take_in, take_out
from slabot.runtime.parts import DOWN, RECHECK, Parts
from slabot.store import OutboxRow, tickets


class Rechecks:
    """Reads tickets again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._helpdesk_after: dict[str, datetime] = {}  # not asked before: it did not answer, and costs a page 2 s

    def read(self, row: OutboxRow) -> datetime | None:
        """Read the ticket of a row once more; the time since which it could not be read, if it cannot."""
        parts, now = self._parts, self._parts.now()  # before reading: what happens meanwhile is not in what is read
        adapter = parts.adapters.get(row.helpdesk)
        if adapter is None:
            return None  # it is not wanted any more, and is dropped as such
        if self._helpdesk_after.get(row.helpdesk, now) <= now:
            try:
                snapshot = adapter.version_of(row.ticket_id, timeout=RECHECK)
            except Gone:
                parts.write(lambda conn: take_out(conn, parts, row.helpdesk, row.ticket_id, now))
                return None
            except (Unreachable, RateLimited):
                self._helpdesk_after[row.helpdesk] = parts.now() + DOWN
            except AdapterError:
                pass
            else:
                parts.write(lambda conn: take_in(conn, parts, snapshot, now))
                return None
        stored = parts.store.read(lambda conn: tickets.load(conn, row.helpdesk, row.ticket_id))
        return parts.now() if stored is None else stored.seen_at
