"""Which tickets must be read again, because a webhook or a sweep said so?

Promise: a hint is done when the ticket was read and evaluated after it came; until then it stays, also over a
crash. One ticket that cannot be read never stands in the way of another.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from datetime import datetime, timedelta

from sqlalchemy import Connection

from adapters.base import Snapshot
from adapters.errors import Gone, NotAllowed, RateLimited, Unreachable
from slabot.domain import Deleted, SlabotError
from slabot.runtime.evaluation import evaluate, take_in
from slabot.runtime.parts import Parts
from slabot.store import InboxRow, LedgerEvent, feeds, inbox, ledger, tickets

AT_ONCE = 200  # hints looked at together
DOWN = timedelta(seconds=10)  # before a helpdesk that did not answer is asked again
BAD = timedelta(minutes=10)  # before a ticket that cannot be read is tried again


class OwedReads:
    """Works off the inbox."""

    def __init__(self, parts: Parts, pool: Executor | None = None) -> None:
        self._parts, self._pool = parts, pool
        self._helpdesk_after: dict[str, datetime] = {}
        self._ticket_after: dict[tuple[str, str], datetime] = {}

    def drain(self) -> bool:
        """Read and evaluate what can be read now; True if there was anything."""
        now = self._parts.now()
        rows = [row for row in self._pending() if self._after(row) <= now]
        groups: dict[tuple[str, str], list[InboxRow]] = {}
        for row in rows[:AT_ONCE]:
            groups.setdefault((row.helpdesk, row.ticket_id), []).append(row)
        work = map if self._pool is None else self._pool.map
        return sum(work(self._read, groups, groups.values())) > 0

    def next_instant(self) -> datetime | None:
        """When something that could not be read is tried again."""
        rows = self._pending()
        return min((self._after(row) for row in rows), default=None)

    def _pending(self) -> list[InboxRow]:
        return self._parts.store.read(lambda conn: inbox.pending(conn, AT_ONCE * 10))

    def _after(self, row: InboxRow) -> datetime:
        waits = (
            row.accepted_at,
            self._helpdesk_after.get(row.helpdesk, row.accepted_at),
            self._ticket_after.get((row.helpdesk, row.ticket_id), row.accepted_at),
        )
        return max(waits)

    def _read(self, of: tuple[str, str], rows: Iterable[InboxRow]) -> bool:
        parts, ids = self._parts, [row.id for row in rows]
        helpdesk, ticket_id = of
        adapter = parts.adapters.get(helpdesk)
        if adapter is None:
            parts.store.write(lambda conn: inbox.done(conn, ids))
            return True
        now = parts.now()
        if self._helpdesk_after.get(helpdesk, now) > now:
            return False  # it went down a moment ago, while others of this round were read
        try:
            snapshot = adapter.fetch(ticket_id)
            parts.store.write(lambda conn: self._take_in(conn, snapshot, ids))
        except Gone:
            parts.store.write(lambda conn: self._gone(conn, helpdesk, ticket_id, ids))
        except (RateLimited, Unreachable) as error:
            self._down(helpdesk, error, max(error.until or now + DOWN, now + timedelta(seconds=1)))
            return False
        except NotAllowed as error:
            self._down(helpdesk, error, now + BAD)
            return False
        except SlabotError as error:
            self._cannot(helpdesk, ticket_id, error)
            return False
        return True

    def _take_in(self, conn: Connection, snapshot: Snapshot, ids: list[int]) -> None:
        take_in(conn, self._parts, snapshot, self._parts.now())
        inbox.done(conn, ids)

    def _gone(self, conn: Connection, helpdesk: str, ticket_id: str, ids: list[int]) -> None:
        """A ticket that is not there any more: its clocks end; one that was never stored needs nothing."""
        now = self._parts.now()
        if tickets.load(conn, helpdesk, ticket_id) is not None:
            tickets.add_act(conn, helpdesk, ticket_id, Deleted(at=now, id="gone:deleted"))
            evaluate(conn, self._parts, helpdesk, ticket_id, now=now)
        words = "the helpdesk has no such ticket any more"
        ledger.write(conn, now, LedgerEvent.TICKET_GONE, words, helpdesk, ticket_id, f"{helpdesk}/{ticket_id}/gone")
        inbox.done(conn, ids)

    def _down(self, helpdesk: str, error: SlabotError, until: datetime) -> None:
        self._helpdesk_after[helpdesk] = until
        words, now = str(error), self._parts.now()
        self._parts.store.write(lambda conn: feeds.failed(conn, helpdesk, words, now))

    def _cannot(self, helpdesk: str, ticket_id: str, error: SlabotError) -> None:
        now = self._parts.now()
        self._ticket_after[helpdesk, ticket_id] = now + BAD
        words = (
            f"it cannot be decided about now, and is tried again in {int(BAD.total_seconds()) // 60} minutes: {error}"
        )
        key = f"{helpdesk}/{ticket_id}/{type(error).__name__}"
        self._parts.store.write(
            lambda conn: ledger.write(conn, now, LedgerEvent.TICKET_DECISION_FAILED, words, helpdesk, ticket_id, key)
        )
