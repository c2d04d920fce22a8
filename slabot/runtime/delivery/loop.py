"""Work off a lane of the outbox, the most urgent row first.

Promise: work goes out at least once, and never while it is known to be needless. Work for one address goes one after
the other, for several at the same time; an address that takes nothing, or hangs, holds its own rows and no others. What
was begun and never settled stays unknown until it was looked up; what was claimed and surely not tried goes back into
the queue. An unexpected error about one row stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from slabot.runtime.parts import LEASE, Parts
from slabot.runtime.pauses import NextTime
from slabot.runtime.unexpected import log_unexpected
from slabot.store import Lane, OutboxRow, StoreUnavailable, outbox, outbox_questions
from slabot.tracing import Fact, span

RETRY = timedelta(seconds=60)  # before work that was refused for good is tried again: a person may have fixed the cause
SLOW = 2.0  # seconds after which what is left of a queue is claimed anew, in its order
NEXT_LOOK = timedelta(seconds=1)  # before a claimed row is looked at again while others are on their way
ANY = timedelta(days=1)  # ahead of now; nothing unknown is put off for that long
LONGEST_PAUSE = timedelta(seconds=60)  # between two tries of the same work
NO_TURN = "it waits for its turn"


@dataclass(frozen=True, slots=True)
class Crashed:
    """An unexpected error came in between: the work may have been done before it."""

    why: str


R = TypeVar("R")


class LaneHandler(Protocol[R]):
    """Handles the work of one lane: prepares it, sends it, and stores the outcome."""

    lane: Lane

    def begin(self, now: datetime) -> bool:
        """Before anything is claimed; True if that did something."""

    def claim(self, conn: Connection, now: datetime, closed: Collection[str]) -> list[OutboxRow]:
        """The most urgent rows that may be sent, for other addresses than those."""

    def closed(self) -> Mapping[str, datetime]:
        """Addresses that take nothing now, and until when; their rows are not claimed."""

    def let_through(self, rows: Sequence[OutboxRow]) -> Sequence[OutboxRow]:
        """Which of the claimed rows may be sent; the others are put back or settled by then."""

    def send(self, row: OutboxRow) -> R:
        """Prepare a row and send it, once."""

    def look_up(self, row: OutboxRow) -> R | None:
        """The outcome of a row that may have been sent; None where it is to be tried again."""

    def save(self, row: OutboxRow, result: R | Crashed, *, was_unknown: bool) -> None:
        """Store the outcome, in one transaction."""

    def again(self, row: OutboxRow) -> None:
        """Queue a row again after its outcome was unknown."""

    def finish(self, now: datetime) -> bool:
        """After everything was sent; True if that did something."""

    def next_instant(self) -> datetime | None:
        """When there is something to do that does not wait in the lane."""


class Delivery(Generic[R]):
    """One lane of the outbox."""

    def __init__(
        self,
        parts: Parts,
        handler: LaneHandler[R],
        pools: Callable[[str], Executor] | None = None,
        *,
        after_another: timedelta = timedelta(),
    ) -> None:
        """Send nothing yet.

        Args:
            parts: of the runtime.
            handler: of the lane.
            pools: makes the threads that serve several addresses of one kind at the same time (the channels of Slack,
                one helpdesk), so that one that hangs holds no threads of another; None for one address after the other.
            after_another: for how long another process, which had the lane until now and may live, may still be sending
                what it had begun; nothing is looked up before.
        """
        self._parts, self.handler, self._new_pool = parts, handler, pools
        self._pools: dict[str, Executor] = {}
        self._busy: dict[str, Future[None]] = {}  # by address
        self._looks_up = NextTime(parts.clock, parts.clock.now() + after_another)

    def drain(self) -> bool:
        """Send what may be sent now, or begin to; True if there was anything."""
        parts, handler, now = self._parts, self.handler, self._parts.now()
        self._collect()
        unknown: list[OutboxRow] = []
        if self._looks_up.has_come:
            unknown = parts.store.read(lambda conn: outbox.unknown(conn, now - LEASE, handler.lane))
            unknown = [row for row in unknown if row.address not in self._busy]
            self._each_address(unknown, claimed=False)
        did = handler.begin(now)
        closed = [*handler.closed(), *self._busy]
        rows = parts.write(lambda conn: handler.claim(conn, now, closed))
        self._each_address(handler.let_through(rows), claimed=True)
        return any((handler.finish(now), unknown, did, rows))

    def next_instant(self) -> datetime | None:
        """When something may be sent next, or looked up; past if that is now, None if only an event brings work."""
        lane, closed = self.handler.lane, self.handler.closed()
        pending, claimed = self._parts.store.read(
            lambda conn: outbox_questions.next_instants(conn, lane, but_not_to=[*closed, *self._busy])
        )
        looked_up = None if claimed is None else max(claimed + LEASE, self._looks_up.at)
        if looked_up is not None and self._busy:
            looked_up = max(looked_up, self._parts.now() + NEXT_LOOK)  # it may be one that is on its way here
        instants = (pending, looked_up, self.handler.next_instant(), *closed.values())
        return min((instant for instant in instants if instant is not None), default=None)

    def _each_address(self, rows: Sequence[OutboxRow], *, claimed: bool) -> None:
        queues: dict[str, list[OutboxRow]] = {}
        for row in rows:
            queues.setdefault(row.address, []).append(row)
        for address, queue in queues.items():
            job = partial(self._in_order, queue, claimed=claimed)
            if self._new_pool is None:
                job()
                continue
            self._busy[address] = future = self._pool(queue[0]).submit(job)
            future.add_done_callback(partial(self._ended, queue if claimed else ()))

    def _ended(self, claimed: Sequence[OutboxRow], future: Future[None]) -> None:
        """Put back what no thread began before slabot was stopped, and wake whoever drives this."""
        if future.cancelled():
            with suppress(StoreUnavailable):  # then the next start looks them up
                put_back(self._parts, claimed, NO_TURN)
        self._parts.waker.wake()

    def _pool(self, row: OutboxRow) -> Executor:
        """The threads for addresses of its kind."""
        assert self._new_pool is not None, "one address goes after the other"
        if self.handler.lane is Lane.MODEL:
            kind = row.address
        else:
            kind = row.helpdesk if self.handler.lane is Lane.WRITE else str(row.to.way)
        if kind not in self._pools:
            self._pools[kind] = self._new_pool(f"{self.handler.lane.value} {kind}")
        return self._pools[kind]

    def _collect(self) -> None:
        """Forget addresses whose work has ended.

        Raises:
            StoreUnavailable: an outcome could not be stored; it is unknown then.
        """
        ended = [address for address, future in self._busy.items() if future.done()]
        for future in [self._busy.pop(address) for address in ended]:
            future.result()

    def _in_order(self, rows: Sequence[OutboxRow], *, claimed: bool) -> None:
        clock, began = self._parts.clock, self._parts.clock.monotonic()
        is_ranked = claimed and self.handler.lane is Lane.PAGE
        for place, row in enumerate(rows):
            slow = is_ranked and clock.monotonic() - began > SLOW  # then a more urgent one may have come
            if slow or self._parts.stopping.is_set() or (claimed and row.address in self.handler.closed()):
                if claimed:
                    put_back(self._parts, rows[place:], NO_TURN)
                return
            self._handle(row, claimed=claimed)

    def _handle(self, row: OutboxRow, *, claimed: bool) -> None:
        """Send a claimed row, or look up one whose outcome is unknown, and store the outcome."""
        handler = self.handler
        result: R | Crashed | None
        about: dict[str, Fact] = {
            "slabot.helpdesk": row.helpdesk,
            "slabot.ticket": row.ticket_id,
            "slabot.looked_up": not claimed,
        }
        with span(f"deliver {handler.lane.value}", about) as made:
            try:
                result = handler.send(row) if claimed else handler.look_up(row)
            except StoreUnavailable:
                raise  # no fault of this row
            except Exception as error:
                result = Crashed(log_unexpected(f"{handler.lane.value}.broke", error, RETRY, key=row.key))
                made.note("error.type", type(error).__name__)
            made.note("slabot.outcome", "again" if result is None else type(result).__name__)
            if result is None:
                handler.again(row)
            else:
                handler.save(row, result, was_unknown=not claimed)


def put_back(parts: Parts, rows: Sequence[OutboxRow], why: str) -> None:
    """Put rows back that were claimed and not tried; they may be claimed again at once."""
    now = parts.now()

    def hold_all(conn: Connection) -> None:
        for row in rows:
            outbox.hold(conn, row.key, now, why)

    if rows:
        parts.write(hold_all)


def put_off(parts: Parts, row: OutboxRow, until: datetime, why: str, *, unknown: bool) -> None:
    """Retry a row at an instant; see `hold`."""
    parts.write(lambda conn: hold(conn, row, until, why, unknown=unknown))


def hold(conn: Connection, row: OutboxRow, until: datetime, why: str, *, unknown: bool) -> None:
    """Retry a row at an instant; one whose outcome is unknown is looked up then."""
    if unknown:
        stays_unknown(conn, row, until)
    else:
        outbox.hold(conn, row.key, until, why)


def stays_unknown(conn: Connection, row: OutboxRow, until: datetime) -> None:
    """Keep the outcome unknown; it is looked up at that instant."""
    outbox.renew(conn, row.key, until - LEASE)


def pause(row: OutboxRow, now: datetime) -> timedelta:
    """The pause after a failure: a tenth of the time for which it has been failing, so that an outage
    of an hour does not end in a storm of calls.
    """
    return max(LEASE, min((now - row.created_at) / 10, LONGEST_PAUSE))
