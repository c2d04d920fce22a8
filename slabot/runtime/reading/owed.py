"""Read the tickets again that a webhook or a sweep named.

Promise: a hint is done when the ticket was read and evaluated after it came; until then it stays, also over a
crash. One ticket, or one helpdesk, that cannot be read never keeps another from being read.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from datetime import datetime, timedelta

from sqlalchemy import Connection

from adapters.base import Snapshot
from adapters.errors import Gone, NotAllowed, RateLimited, Unreachable
from slabot.domain import SlabotError
from slabot.rules.words import length
from slabot.runtime.evaluation import take_in, take_out
from slabot.runtime.parts import DOWN, Parts
from slabot.runtime.unexpected import log_unexpected
from slabot.runtime.waits import Waits
from slabot.store import InboxRow, LedgerEvent, StoreUnavailable, feeds, inbox, ledger

AT_ONCE = 200  # hints looked at together
LOOKED_THROUGH = 2000  # hints read from the store together, in search of those
BAD = timedelta(minutes=10)  # before a ticket that cannot be read is tried again


class OwedReads:
    """Works off the inbox."""

    def __init__(self, parts: Parts, pool: Executor | None = None) -> None:
        self._parts, self._pool = parts, pool
        self._helpdesks = Waits[str](parts.clock)
        self._tickets = Waits[tuple[str, str]](parts.clock)

    def drain(self) -> bool:
        """Read and evaluate what can be read now; True if there was anything."""
        groups: dict[tuple[str, str], list[InboxRow]] = {}
        for row in self._ready():
            groups.setdefault((row.helpdesk, row.ticket_id), []).append(row)
        work = map if self._pool is None else self._pool.map
        return sum(work(self._read, groups, groups.values())) > 0

    def next_instant(self) -> datetime | None:
        """When something that could not be read is tried again; in the past if there is something to read."""
        if self._ready(most=1):
            return self._parts.now()
        return min([*self._helpdesks.all().values(), *self._tickets.all().values()], default=None)

    def _ready(self, most: int = AT_ONCE) -> list[InboxRow]:
        """Hints that can be followed up, the oldest first, wherever they stand in the queue."""
        waiting, closed = self._tickets.all(), list(self._helpdesks.all())
        ready: list[InboxRow] = []
        last: int | None = None
        while len(ready) < most:
            rows = self._pending(closed, last)
            ready.extend(row for row in rows if (row.helpdesk, row.ticket_id) not in waiting)
            if len(rows) < LOOKED_THROUGH:
                break
            last = rows[-1].id
        return ready[:most]

    def _pending(self, closed: list[str], after: int | None) -> list[InboxRow]:
        return self._parts.store.read(lambda conn: inbox.pending(conn, LOOKED_THROUGH, but_not_of=closed, after=after))

    def _read(self, of: tuple[str, str], rows: Iterable[InboxRow]) -> bool:
        parts, ids = self._parts, [row.id for row in rows]
        helpdesk, ticket_id = of
        if parts.stopping.is_set():
            return False  # the hint stays
        adapter = parts.adapters.get(helpdesk)
        if adapter is None:
            parts.write(lambda conn: inbox.done(conn, ids))
            return True
        now = parts.now()  # before reading: what happens meanwhile is not in what is read
        if helpdesk in self._helpdesks:
            return False  # it went down a moment ago, while others of this round were read
        try:
            snapshot = adapter.fetch(ticket_id)
            parts.write(lambda conn: self._take_in(conn, snapshot, now, ids))
        except Gone:
            parts.write(lambda conn: self._gone(conn, helpdesk, ticket_id, ids))
        except (RateLimited, Unreachable) as error:
            self._down(helpdesk, error, max(error.until or now + DOWN, now + timedelta(seconds=1)))
            return False
        except NotAllowed as error:
            self._down(helpdesk, error, now + BAD)
            return False
        except StoreUnavailable:
            raise  # no fault of this ticket
        except Exception as error:
            self._cannot(helpdesk, ticket_id, error)
            return False
        return True

    def _take_in(self, conn: Connection, snapshot: Snapshot, seen_at: datetime, ids: list[int]) -> None:
        take_in(conn, self._parts, snapshot, seen_at)
        inbox.done(conn, ids)

    def _gone(self, conn: Connection, helpdesk: str, ticket_id: str, ids: list[int]) -> None:
        now = self._parts.now()
        if take_out(conn, self._parts, helpdesk, ticket_id, now) is None:
            text = "the helpdesk has no such ticket, or does not show it to slabot's account; nothing is done about it"
            key = f"{helpdesk}/{ticket_id}/gone"
            ledger.write(conn, now, LedgerEvent.TICKET_GONE, text, helpdesk, ticket_id, key)
        inbox.done(conn, ids)

    def _down(self, helpdesk: str, error: SlabotError, until: datetime) -> None:
        self._helpdesks.begin(helpdesk, until)
        text, now = str(error), self._parts.now()
        self._parts.write(lambda conn: feeds.failed(conn, helpdesk, text, now))

    def _cannot(self, helpdesk: str, ticket_id: str, error: Exception) -> None:
        now = self._parts.now()
        self._tickets.begin((helpdesk, ticket_id), now + BAD)
        why = log_unexpected("ticket.broke", error, BAD, helpdesk=helpdesk, ticket=ticket_id)
        text = f"it cannot be decided about now, and is tried again in {length(BAD)}: {why}"
        key = f"{helpdesk}/{ticket_id}/{type(error).__name__}"
        self._parts.write(
            lambda conn: ledger.write(conn, now, LedgerEvent.TICKET_DECISION_FAILED, text, helpdesk, ticket_id, key)
        )
