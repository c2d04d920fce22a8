"""Read the tickets of one helpdesk that a webhook or a sweep named.

Promise: a ticket is read and evaluated after the last hint about it came; until then it stays to be read, also over a
crash. First come those whose known deadline is near, then those that were never read, then the others, and each kind
has a fifth of the turns at least. What one call brings of several is brought first. A ticket that cannot be read stands
behind them all, with pauses that grow, and one reader at most is busy with such tickets; each helpdesk has readers of
its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from datetime import datetime, timedelta

from sqlalchemy import Connection

from adapters.base import Adapter, Snapshot
from adapters.errors import AdapterError, Gone, NotAllowed, RateLimited, UnmappedStatus, Unreachable
from slabot.rules.words import length
from slabot.runtime.evaluation import take_in, take_out
from slabot.runtime.parts import DOWN, Parts
from slabot.runtime.reading.look_ahead import LookAhead
from slabot.runtime.reading.merged import tell_of_merged
from slabot.runtime.reading.reachability import Reachability
from slabot.runtime.unexpected import log_unexpected
from slabot.store import LedgerEvent, StoreUnavailable, feeds, ledger, unread
from slabot.store.unread import Turn, Unread

READERS = 4  # tickets read at a time
AT_ONCE = 20  # tickets chosen together; few, so that a new, more urgent one waits for few
CHOSEN_FOR = 1.0  # seconds after which they are chosen anew
FETCH = 20.0  # seconds for a ticket with its history; twice as long each time it fails
LONGEST_FETCH = 300.0  # seconds
LONGEST_PAUSE = timedelta(minutes=10)  # before a ticket that cannot be read is tried again
DOUBLED = 10  # times at most, which is beyond the longest of both; a ticket may fail for weeks
WAIT = 0.5  # seconds after which it is looked whether slabot is to stop

TURNS = (Turn.DUE_SOON, Turn.DUE_SOON, Turn.DUE_SOON, Turn.NEVER_READ, Turn.OTHER)
"""Who is read in five turns; where a kind has none left, its turn goes to the first that has."""


class SnapshotReader:
    """Reads what must be read in one helpdesk."""

    def __init__(self, parts: Parts, adapter: Adapter, pool: Executor | None = None) -> None:
        """`pool` reads several tickets at a time; None for one after the other."""
        self._parts, self._adapter, self._pool = parts, adapter, pool
        self._reachability = Reachability(adapter, parts.clock)
        self._chosen: deque[Unread] = deque()
        self._chosen_at = float("-inf")
        self._ahead: LookAhead | None = None  # of the chosen ones
        self._busy: dict[str, Future[None]] = {}  # by ticket
        self._failed: str | None = None  # the ticket that failed before and is being read
        self._passed_over: set[str] = set()  # tickets at which reading paused, until one is read

    def drain(self) -> bool:
        """Read what can be read now, or begin to; True if there was anything."""
        self._collect()
        began = False
        while not self._parts.stopping.is_set() and len(self._busy) < READERS and (row := self._next()) is not None:
            began = True
            ahead = self._ahead if row.attempts == 0 else None  # one that failed is read by itself
            if self._pool is None:
                self._read(row, ahead)
            else:
                self._busy[row.ticket_id] = future = self._pool.submit(self._read, row, ahead)
                future.add_done_callback(self._ended)
        if len(self._busy) == READERS:
            wait(self._busy.values(), timeout=WAIT, return_when=FIRST_COMPLETED)
            return True
        return began

    def next_instant(self) -> datetime | None:
        """When something can be read again; now if it can be, None if only a hint brings work."""
        now, closed = self._parts.now(), self._reachability.closed_for()
        if closed:
            return now + closed
        good, again = self._parts.store.read(
            lambda conn: unread.next_try(conn, self._adapter.name, but_not=list(self._busy))
        )
        if good:
            return now
        if again is not None and self._failed is not None:
            return max(again, now + timedelta(seconds=1))  # the reader for such tickets is busy
        return again

    @property
    def helpdesk(self) -> str:
        """The helpdesk's name in the policy."""
        return self._adapter.name

    # -- the order ----------------------------------------------------------------------------------------------------

    def _next(self) -> Unread | None:
        """The ticket whose turn it is; None if there is none, or nothing can be read here now."""
        if self._reachability.closed_for():
            self._chosen.clear()
            return None
        monotonic = self._parts.clock.monotonic()
        if not self._chosen or monotonic - self._chosen_at >= CHOSEN_FOR:
            self._chosen, self._chosen_at = deque(self._choose()), monotonic
            self._ahead = LookAhead(self._adapter, [row.ticket_id for row in self._chosen])
        while self._chosen:
            row = self._first()
            if row.ticket_id not in self._busy:
                return row
        if self._failed is not None:
            return None
        for row in self._rows(Turn.FAILED, self._parts.now(), 1):
            self._failed = row.ticket_id
            return row
        return None

    def _first(self) -> Unread:
        """The first of the chosen ones at which reading has not paused; the account may be well but for those."""
        row = next((row for row in self._chosen if row.ticket_id not in self._passed_over), None)
        if row is None:
            self._passed_over.clear()
            return self._chosen.popleft()
        self._chosen.remove(row)
        return row

    def _choose(self) -> Iterator[Unread]:
        """Those that never failed, in their order."""
        now, name = self._parts.now(), self._adapter.name
        if not self._parts.store.read(lambda conn: unread.next_try(conn, name))[0]:
            return
        queues = {turn: deque(self._rows(turn, now, AT_ONCE)) for turn in set(TURNS)}
        seen: set[str] = set()
        for number in range(AT_ONCE):
            wanted = TURNS[number % len(TURNS)]
            queue = next((queues[turn] for turn in (wanted, *TURNS) if queues[turn]), None)
            if queue is None:
                return
            row = queue.popleft()
            if row.ticket_id not in seen:
                seen.add(row.ticket_id)
                yield row

    def _rows(self, turn: Turn, now: datetime, limit: int) -> list[Unread]:
        """The first of those that nobody is reading."""
        name, soon, most = self._adapter.name, self._parts.sweep_every, limit + len(self._busy)
        found = self._parts.store.read(lambda conn: unread.next_of(conn, name, turn, now, most, soon=soon))
        return [row for row in found if row.ticket_id not in self._busy][:limit]

    def _ended(self, _: Future[None]) -> None:
        """Wake whoever drives this and may be asleep: for a hint that came meanwhile, or an error."""
        if len(self._busy) < READERS:  # else `drain` waits for the first that ends
            self._parts.waker.wake()

    def _collect(self) -> None:
        """Forget readers that have ended.

        Raises:
            StoreUnavailable: one of them could not store what it read.
        """
        ended = [ticket for ticket, future in self._busy.items() if future.done()]
        for future in [self._busy.pop(ticket) for ticket in ended]:
            future.result()

    # -- one ticket ---------------------------------------------------------------------------------------------------

    def _read(self, row: Unread, ahead: LookAhead | None) -> None:
        parts, began, seen_at = self._parts, self._parts.clock.monotonic(), self._parts.now()
        try:
            if parts.stopping.is_set():
                return  # it stays to be read
            if ahead is not None:
                ahead.bring()
            snapshot = self._adapter.fetch(row.ticket_id, timeout=min(FETCH * _growth(row), LONGEST_FETCH))
            parts.write(lambda conn: self._take_in(conn, row, snapshot, seen_at))
            self._answered()
        except Gone as error:
            if not self._reachability.confirms_gone(began, parts.now()):
                self._down(error)
                return
            parts.write(lambda conn: self._gone(conn, row))
            self._answered()
        except StoreUnavailable:
            raise  # no fault of this ticket
        except UnmappedStatus as error:
            self._answered()
            self._cannot(row, error)
        except AdapterError as error:
            if self._reachability.concerns_all(error, began, parts.now(), is_first=row.attempts == 0):
                self._passed_over.add(row.ticket_id)
                self._down(error)
            else:
                self._cannot(row, error)
        except Exception as error:
            self._cannot(row, error)
        finally:
            if self._failed == row.ticket_id:
                self._failed = None

    def _answered(self) -> None:
        self._reachability.answered()
        self._passed_over.clear()

    def _take_in(self, conn: Connection, row: Unread, snapshot: Snapshot, seen_at: datetime) -> None:
        take_in(conn, self._parts, snapshot, seen_at)
        tell_of_merged(conn, self._parts, snapshot)
        unread.done(conn, row, seen_at)
        if row.failing_since is not None:
            text = f"it could be read again; from {row.failing_since:%Y-%m-%d %H:%M} UTC on it could not"
            key = f"{row.helpdesk}/{row.ticket_id}/{row.failing_since:%Y%m%dT%H%M%S}"
            now = self._parts.now()
            ledger.write(conn, now, LedgerEvent.TICKET_READABLE, text, row.helpdesk, row.ticket_id, key)

    def _gone(self, conn: Connection, row: Unread) -> None:
        now, name = self._parts.now(), (row.helpdesk, row.ticket_id)
        if take_out(conn, self._parts, *name, now) is None:
            text = "the helpdesk has no such ticket, or does not show it to slabot's account; nothing is done about it"
            ledger.write(conn, now, LedgerEvent.TICKET_GONE, text, *name, f"{'/'.join(name)}/gone")
        unread.done(conn, row, now)

    def _down(self, error: AdapterError) -> None:
        text, now, name = str(error), self._parts.now(), self._adapter.name
        self._parts.write(lambda conn: feeds.failed(conn, name, text, now))

    def _cannot(self, row: Unread, error: Exception) -> None:
        """Put the ticket behind all others; the ledger says so once for each kind of error."""
        now, pause = self._parts.now(), min(DOWN * _growth(row), LONGEST_PAUSE)
        asked: datetime | None = getattr(error, "until", None)
        again = now + pause if asked is None else min(max(asked, now + pause), now + LONGEST_PAUSE)
        why = log_unexpected("ticket.broke", error, pause, helpdesk=row.helpdesk, ticket=row.ticket_id)
        event, text = LedgerEvent.TICKET_DECISION_FAILED, f"it cannot be decided about now, and is tried again: {why}"
        key = f"{row.helpdesk}/{row.ticket_id}/{type(error).__name__}"
        if isinstance(error, NotAllowed | RateLimited | Unreachable):
            event, key = LedgerEvent.TICKET_UNREADABLE, f"{key}/{row.failing_since or now:%Y%m%dT%H%M%S}"
            text = (
                f"it cannot be read now, though other tickets can be; it is tried again in {length(again - now)}: {why}"
            )

        def keep(conn: Connection) -> None:
            unread.failed(conn, row, why, now, again)
            ledger.write(conn, now, event, text, row.helpdesk, row.ticket_id, key)

        self._parts.write(keep)


def _growth(row: Unread) -> int:
    """How many times longer a ticket is given, and left alone, after the tries that failed."""
    return 1 << min(row.attempts, DOUBLED)
