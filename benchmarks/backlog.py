"""How long does a first start on a full helpdesk take, and is the first page in time?

    python -m benchmarks.backlog [--tickets 20000] [--a-minute 700]

A helpdesk with that many tickets of the last 30 days, and slabot's sweeper, reader and alarm on a clock that jumps: a
call takes no time, and the account allows so many a minute, of which no more than ten may list what changed, a thousand
tickets each. So the minutes are those that the limits alone cost. A ticket's history is a call, and what was chosen
together costs one more. One ticket in ten was never answered, two in three have ended. No channel takes part: a page is
in time if it is in the outbox within a minute of its time. The store is in memory where the machine has such a folder.

Aims: everything has a clock within the minutes that the calls alone take, and a tenth more; whoever could still be
answered in time at the start is known before the deadline, and each page about them is in time, the first one too.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from adapters.base import Changed, ReadingPace, Snapshot, SweepBatch
from adapters.errors import CallsKept, RateLimited
from adapters.memory.adapter import MemoryAdapter
from adapters.memory.desk import desk_at, forget
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot.policy import Policy, load_policy
from slabot.runtime import Parts
from slabot.runtime.alarm import Alarm
from slabot.runtime.parts import LATE
from slabot.runtime.reading.backlog import due_by
from slabot.runtime.reading.reader import SnapshotReader
from slabot.runtime.reading.sweeping import Sweeper
from slabot.store import Lane, LedgerEvent, Store, ledger, meta, open_store, outbox, tickets, unread
from slabot.store.work import Page

START = datetime(2026, 2, 4, 9, 0, tzinfo=UTC)  # a Wednesday
BACK = timedelta(days=30)
MINUTE = timedelta(minutes=1)
LISTS = 10  # a minute
A_LIST = 10  # pages of the memory desk, a hundred tickets each
KEPT = 20  # percent of the calls, for people
MORE = 1.1  # times the minutes that the calls alone take
STATUSES = {
    "open": Category.OPEN,
    "pending": Category.WAITING_ON_CUSTOMER,
    "solved": Category.SOLVED,
    "closed": Category.CLOSED,
}
AGENT = "901"


class Metered(MemoryAdapter):
    """The memory desk behind an account's limits."""

    def __init__(self, url: str, clock: SteppedClock, a_minute: int) -> None:
        super().__init__(name="acme", url=url, token="t", statuses=STATUSES, clock=clock)
        self._time, self._allowed = clock, a_minute
        self._window, self._used, self._lists = datetime.min.replace(tzinfo=UTC), 0, 0
        self.calls = 0

    def reading_pace(self) -> ReadingPace:
        """What is left after the share that is kept for people."""
        return ReadingPace(calls=1.05, a_minute=self._allowed * (100 - KEPT) // 100)

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        """A thousand tickets a call."""
        pages, rows = 0, list[Changed]()
        for page in super().sweep(cursor, since=since):
            if pages == 0 and (until := self._full(self._lists, LISTS)) is not None:
                raise CallsKept(until, endpoint="memory changed")
            rows += page.changed
            pages += 1
            if pages == A_LIST or page.end:
                self._call()
                self._lists += 1
                yield SweepBatch(changed=tuple(rows), cursor=page.cursor, end=page.end)
                pages, rows = 0, []

    def fetch(self, ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        """One call."""
        self._call()
        return super().fetch(ticket_id, timeout=timeout)

    def look_ahead(self, ticket_ids: Collection[str], *, timeout: float | None = None) -> None:
        """One call, whatever it brings."""
        self._call()

    def whoami(self, *, timeout: float | None = None) -> Any:
        """One call."""
        self._call()
        return super().whoami(timeout=timeout)

    def _full(self, used: int, most: int) -> datetime | None:
        """The end of this minute where nothing is left of it."""
        now = self._time.now()
        if now >= self._window + MINUTE:
            self._window, self._used, self._lists, used = now, 0, 0, 0
        return self._window + MINUTE if used >= most else None

    def _call(self) -> None:
        if (until := self._full(self._used, self._allowed)) is not None:
            raise RateLimited(until, endpoint="memory")
        self._used += 1
        self.calls += 1


def fill(url: str, clock: SteppedClock, count: int) -> None:
    """So many tickets, evenly over the last days."""
    desk, chance = desk_at(url, clock.now), random.Random(4711)
    every = BACK / count
    for number in range(count):
        priority = chance.choices([None, "urgent", "high", "normal", "low"], [60, 5, 10, 15, 10])[0]
        own = desk.create(f"Question {number}", "It does not work", priority=priority)
        if chance.random() < 0.9:
            status = chance.choices(["solved", "pending", "open"], [67, 13, 10])[0]
            desk.write(own, AGENT, {"message": "We look at it"})
            if status != "open":
                desk.write(own, AGENT, {"status": status})
        clock.elapse(every)


@dataclass(slots=True)
class Outcome:
    """What came of a start.

    Attributes:
        listed, read: minutes until everything was listed, and until everything was read.
        savable: never answered, and within its target at the start; saved: those of them that were read before it.
        waits: how long after their time pages about the savable ones were planned that became due after the start.
        others: how many pages became due meanwhile about deadlines that had passed before the start.
    """

    listed: float
    read: float
    calls: int
    savable: int
    saved: int
    waits: list[timedelta]
    others: int
    said: str


def run(store: Store, policy: Policy, adapter: Metered, clock: SteppedClock) -> Outcome:
    """Start, and go on until everything was read."""
    parts = Parts(
        store=store,
        policy=policy,
        policy_version=1,
        adapters={"acme": adapter},
        sender=None,
        clock=clock,
        started_at=clock.now(),
    )
    begun, listed, told = clock.now(), None, ""
    store.write(lambda conn: meta.installed_at(conn, begun))
    targets = dict(savable(adapter, policy, begun))
    adapter.calls = 0
    sweeper, reader, alarm = Sweeper(parts, adapter), SnapshotReader(parts, adapter), Alarm(parts)
    known: dict[str, datetime] = {}
    while listed is None or store.read(lambda conn: unread.count_never_read(conn, "acme")):
        while sweeper.drain() or reader.drain() or alarm.drain():
            pass
        if listed is None and (told := _said(store)):
            listed = clock.now()
        known |= dict.fromkeys(_read(store, set(targets) - set(known)), clock.now())
        following = [sweeper.next_instant(), reader.next_instant(), alarm.next_instant()]
        clock.elapse(max(min(at for at in following if at is not None) - clock.now(), timedelta(seconds=1)))
    pages = [row for row in store.read(lambda conn: outbox.waiting(conn, Lane.PAGE)) if isinstance(row.work, Page)]
    due = [(row.ticket_id, cast(Page, row.work).action.at, row.created_at) for row in pages]
    due = [(ticket, at, planned) for ticket, at, planned in due if at >= begun]
    return Outcome(
        listed=(listed - begun) / MINUTE,
        read=(clock.now() - begun) / MINUTE,
        calls=adapter.calls,
        savable=len(targets),
        saved=sum(known.get(number, clock.now()) < target for number, target in targets.items()),
        waits=[planned - at for ticket, at, planned in due if ticket in targets],
        others=sum(ticket not in targets for ticket, _, _ in due),
        said=told,
    )


def savable(adapter: Metered, policy: Policy, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Tickets without an answer whose target is still ahead, with it."""
    for page in MemoryAdapter.sweep(adapter, None, since=now - 2 * BACK):
        for changed in page.changed:
            target = due_by(policy, changed)
            if target is not None and target > now:
                snapshot = MemoryAdapter.fetch(adapter, changed.id)
                if all(event.by_id != AGENT for event in snapshot.events):
                    yield changed.id, target


def _said(store: Store) -> str:
    rows = store.read(lambda conn: ledger.latest(conn, [LedgerEvent.FEED_BACKLOG], 1))
    return rows[0].text if rows else ""


def _read(store: Store, numbers: set[str]) -> Collection[str]:
    return store.read(lambda conn: tickets.seen(conn, "acme", sorted(numbers)))


def aim(words: str, *, met: bool) -> str:
    """An aim, and whether it was met."""
    return f"  {'met   ' if met else 'MISSED'}  {words}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--a-minute", type=int, default=700)
    options = parser.parse_args()
    url, clock, spent = "memory://backlog", SteppedClock(START - BACK), time.perf_counter()
    policy = load_policy(Path("config.example.yaml").read_text(encoding="utf-8"), "config.example.yaml")
    policy = policy.model_copy(update={"start_from": START - 2 * BACK})
    fill(url, clock, options.tickets)
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # no disk is measured here
    with tempfile.TemporaryDirectory(dir=memory) as folder, open_store(f"sqlite:///{folder}/slabot.db") as store:
        came = run(store, policy, Metered(url, clock, options.a_minute), clock)
    forget(url)
    least = came.calls / options.a_minute
    print(f"{options.tickets:,} tickets, {options.a_minute} calls a minute; {time.perf_counter() - spent:.0f} s here")
    print(f"  the start says: {came.said}")
    print(f"  all are listed after {came.listed:.0f} min")
    print(f"  all have a clock after {came.read:.0f} min and {came.calls:,} calls")
    worst = max(came.waits, default=timedelta())
    late = sum(wait > LATE for wait in came.waits)
    print(f"  {len(came.waits)} pages became due about those who can be answered in time; the latest left {worst} late")
    print(f"  {came.others} pages became due about deadlines that had passed before")
    print(aim(f"a clock within {MORE} times the least, {least:.0f} min", met=came.read <= math.ceil(least * MORE)))
    print(aim(f"known before their deadline: {came.saved} of {came.savable}", met=came.saved == came.savable))
    print(aim("every page about those is in time", met=late == 0))


if __name__ == "__main__":
    main()
