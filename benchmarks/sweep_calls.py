"""How many calls, how much time and how much memory does a sweep take, beside the least that it could take?

    python -m benchmarks.sweep_calls [--tickets 1000 10000] [--read 200]

For Zendesk and for Freshdesk: an account on this machine, in a process of its own, holds that many changed tickets. The
floor is a client that follows the pages and takes each one's JSON apart, and nothing else. slabot's adapter sweeps the
same tickets; then it sweeps again with nothing new, and with a few changed; then it reads some of them as a rule would
ask for them, and tickets that changed: named by a sweep, by a webhook each, and by as many webhooks at once. Calls are
counted by the account, memory by `tracemalloc` in a sweep of its own, and time is that of this process alone. Where an
adapter has to wait for the account's limit, its clock jumps, and the wait is printed.

Aims: at Zendesk at most one call for 500 changed tickets, and 1, 2 and 1 + 1/n calls for a ticket that changed; at
Freshdesk at most a tenth more lists than the floor's, and one call for each ticket that is read; memory does not grow
with the number of tickets.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any, Literal

import requests

from adapters.base import Adapter, SweepBatch
from adapters.errors import RateLimited
from adapters.registry import open_adapter
from slabot.clock import SteppedClock
from slabot.policy.connections import FRESHDESK_STATUSES, ZENDESK_STATUSES
from slabot_sandbox import Sandbox, ZendeskLimits
from slabot_sandbox.freshdesk.limits import FreshdeskLimits

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
A_SECOND = 3  # tickets that change in the same second
CHANGED = 20  # tickets that change between two sweeps
WORDS = "It has been offline since this morning, and nothing that we tried helped. " * 8
AGENT = "maya@acme.example"
SETTLE = timedelta(minutes=3)  # everything is ready to be listed
ONE_CALL_FOR = 500  # changed tickets at Zendesk
LISTS = 1.1  # times the floor's, at Freshdesk
OF_CHANGED = {"sweep": 1.0, "webhook": 2.0, f"{CHANGED} webhooks": 1 + 1 / CHANGED}  # calls at Zendesk, by who named it
GROWTH = 2.0  # times the memory of a tenth: Zendesk's thousand are one page, and of more two are held at once

Kind = Literal["zendesk", "freshdesk"]


# -- the account, in a process of its own ------------------------------------------------------------------------------


def account(kind: Kind, count: int, pipe: Connection) -> None:
    """Hold that many tickets and do what the pipe says: ``change N``, ``counts``; ends with the pipe."""
    clock = SteppedClock(BEGAN)
    sandbox = Sandbox(
        clock=clock,
        zendesk_limits=ZendeskLimits(account=None, incremental=None),
        freshdesk_limits=FreshdeskLimits(total=None),
    )
    people = sandbox.zendesk.people if kind == "zendesk" else sandbox.freshdesk.people
    with sandbox:
        for index in range(count):
            people.create_ticket(f"c{index % 500}@contoso.example", f"Question {index}", WORDS)
            if index % A_SECOND == A_SECOND - 1:
                clock.elapse(timedelta(seconds=1))
        clock.elapse(SETTLE)
        desk = sandbox.zendesk if kind == "zendesk" else sandbox.freshdesk
        settings = {"url": desk.url, "token": desk.token} | ({"email": desk.email} if kind == "zendesk" else {})
        pipe.send((settings, clock.now()))
        while True:
            try:
                asked = pipe.recv()
            except EOFError:
                return
            if asked == "change":
                for number in range(1, CHANGED + 1):
                    people.customer_replies(number, "and another thing")
                clock.elapse(SETTLE)
                pipe.send(clock.now())
            else:
                pipe.send(dict(sandbox.journal.counts(service=kind)))


@dataclass(slots=True)
class Account:
    """The account, from outside."""

    kind: Kind
    settings: dict[str, str]
    now: datetime
    pipe: Any

    def change(self) -> None:
        """Let some tickets change."""
        self.pipe.send("change")
        self.now = self.pipe.recv()

    def counts(self) -> Counter[str]:
        """Calls by endpoint so far."""
        self.pipe.send("counts")
        return Counter(self.pipe.recv())


@contextmanager
def opened(kind: Kind, count: int) -> Iterator[Account]:
    """An account with tickets."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=account, args=(kind, count, theirs), daemon=True)
    process.start()
    theirs.close()
    settings, now = ours.recv()
    try:
        yield Account(kind, settings, now, ours)
    finally:
        ours.close()
        process.join(10)


# -- the floor ---------------------------------------------------------------------------------------------------------


def floor(at: Account) -> int:
    """Follow the pages and take their JSON apart; returns how many tickets there were."""
    with requests.Session() as session:
        session.trust_env = False
        if at.kind == "zendesk":
            session.auth = (f"{at.settings['email']}/token", at.settings["token"])
            return _zendesk_floor(session, at)
        session.auth = (at.settings["token"], "X")
        return _freshdesk_floor(session, at)


def _zendesk_floor(session: requests.Session, at: Account) -> int:
    query: dict[str, Any] = {"start_time": int(BEGAN.timestamp()), "per_page": 1000}
    found: set[int] = set()  # pages overlap
    while True:
        answer = session.get(f"{at.settings['url']}/api/v2/incremental/tickets/cursor.json", params=query, timeout=60)
        page = json.loads(answer.content)
        found.update(ticket["id"] for ticket in page["tickets"])
        if page["end_of_stream"]:
            return len(found)
        query = {"cursor": page["after_cursor"], "per_page": 1000}


def _freshdesk_floor(session: requests.Session, at: Account) -> int:
    found: set[int] = set()
    number = 1
    since = BEGAN.strftime("%Y-%m-%dT%H:%M:%SZ")
    while True:
        query: dict[str, Any] = {"updated_since": since, "order_by": "updated_at", "order_type": "asc"}
        query |= {"per_page": 100, "page": number}
        answer = session.get(f"{at.settings['url']}/api/v2/tickets", params=query, timeout=60)
        found.update(ticket["id"] for ticket in json.loads(answer.content))
        if 'rel="next"' not in answer.headers.get("Link", ""):
            return len(found)
        number += 1


# -- slabot ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Swept:
    """What came of a sweep."""

    cursor: str
    ids: set[str]
    waited: timedelta


def adapter_for(at: Account) -> tuple[Adapter, SteppedClock]:
    """The adapter for the account, on a clock that jumps."""
    clock = SteppedClock(at.now)
    statuses = ZENDESK_STATUSES if at.kind == "zendesk" else FRESHDESK_STATUSES
    settings: dict[str, Any] = {**at.settings}
    return open_adapter(at.kind, name="bench", statuses=statuses, clock=clock, **settings), clock


def sweep(adapter: Adapter, clock: SteppedClock, cursor: str | None) -> Swept:
    """To the end, waiting where the adapter is told to; of each page only the ids are kept."""
    ids: set[str] = set()
    began, now = cursor or "", clock.now()
    while True:
        try:
            for page in adapter.sweep(began or None, since=BEGAN):
                began = _kept(page, ids) or began
            return Swept(began, ids, clock.now() - now)
        except RateLimited as error:
            clock.elapse(error.until - clock.now())


def _kept(page: SweepBatch, ids: set[str]) -> str:
    ids.update(changed.id for changed in page.changed)
    return page.cursor


# -- the comparison ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Measured:
    """One account's figures."""

    floor_calls: int
    calls: int
    lists: int
    floor_cpu: float
    cpu: float
    wall: float
    waited: timedelta
    peak: int
    nothing_new: int
    few_changed: int
    reading: Counter[str]
    of_changed: dict[str, float]


def measure(kind: Kind, count: int, read: int) -> Measured:
    """Sweep an account of that many tickets; then read so many of them."""
    with opened(kind, count) as at:
        spent = -time.process_time()
        seen = floor(at)
        assert seen == count, f"{seen} of {count} tickets"
        spent += time.process_time()
        floor_calls = at.counts().total()

        adapter, clock = adapter_for(at)
        before, wall, cpu = at.counts(), time.perf_counter(), time.process_time()
        swept = sweep(adapter, clock, None)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        calls = at.counts() - before
        assert len(swept.ids) == count, "both saw the same tickets"

        clock.elapse(timedelta(minutes=2))
        before = at.counts()
        swept = sweep(adapter, clock, swept.cursor)
        nothing_new = (at.counts() - before).total()
        at.change()
        clock.elapse(max(at.now - clock.now(), timedelta()))
        before = at.counts()
        changed = sweep(adapter, clock, swept.cursor)
        few_changed = (at.counts() - before).total()
        assert {str(number) for number in range(1, CHANGED + 1)} <= changed.ids

        adapter.fetch("1")  # who we are, who the agents are: once an hour
        before = at.counts()
        for number in range(1, min(read, count) + 1):
            clock.elapse(timedelta(seconds=1))
            adapter.fetch(str(number))
        reading = at.counts() - before
        of_changed = calls_of_changed(at, adapter, clock, swept.cursor)
        adapter.close()
        return Measured(
            floor_calls=floor_calls,
            calls=calls.total(),
            lists=max(calls.values()),
            floor_cpu=spent,
            cpu=cpu,
            wall=wall,
            waited=swept.waited,
            peak=peak_of(at),
            nothing_new=nothing_new,
            few_changed=few_changed,
            reading=reading,
            of_changed=of_changed,
        )


def calls_of_changed(at: Account, adapter: Adapter, clock: SteppedClock, cursor: str) -> dict[str, float]:
    """Calls for each ticket that changed, by who named it; those of the sweep itself left out."""
    names = [str(number) for number in range(1, CHANGED + 1)]
    found: dict[str, float] = {}
    for named_by in OF_CHANGED:
        at.change()
        clock.elapse(max(at.now - clock.now(), timedelta()))
        if named_by == "sweep":
            sweep(adapter, clock, cursor)
        before = at.counts()
        if named_by not in ("sweep", "webhook"):
            adapter.look_ahead(names)
        for name in names:
            adapter.fetch(name)
        found[named_by] = (at.counts() - before).total() / CHANGED
    return found


def peak_of(at: Account) -> int:
    """Bytes at the peak of a sweep, in a sweep of its own since counting them takes time."""
    adapter, clock = adapter_for(at)
    tracemalloc.start()
    ids = 0
    cursor = None
    done = False
    while not done:
        try:
            for page in adapter.sweep(cursor, since=BEGAN):
                cursor, ids, done = page.cursor or cursor, ids + len(page.changed), page.end
        except RateLimited as error:
            clock.elapse(error.until - clock.now())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    adapter.close()
    return peak


def aim(words: str, *, met: bool) -> str:
    """An aim, and whether it was met."""
    return f"  {'met   ' if met else 'MISSED'}  {words}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--read", type=int, default=200, help="tickets that are read one by one")
    options = parser.parse_args()
    kinds: tuple[Kind, ...] = ("zendesk", "freshdesk")
    for kind in kinds:
        print(f"\n{kind:14} {'calls':>6} {'floor':>6} {'ratio':>6} {'CPU':>8} {'ratio':>6} {'wall':>8} {'peak':>9} "
              f"{'nothing new':>12} {f'{CHANGED} changed':>11} {'calls a ticket read':>20}")  # fmt: skip
        found = {count: measure(kind, count, options.read) for count in options.tickets}
        for count, one in found.items():
            each = one.reading.total() / min(options.read, count)
            print(
                f"{count:>7,} tickets {one.calls:>6} {one.floor_calls:>6} {one.calls / one.floor_calls:>6.2f} "
                f"{one.cpu:>6.2f} s {one.cpu / one.floor_cpu:>6.2f} {one.wall:>6.2f} s {one.peak / 2**20:>6.1f} MB "
                f"{one.nothing_new:>12} {one.few_changed:>11} {each:>20.2f}"
            )
            named = ", ".join(f"{calls:.2f} by {named_by}" for named_by, calls in one.of_changed.items())
            print(f"{'':15} calls for a ticket that changed, named: {named}")
        count = max(found)
        most = found[count]
        if kind == "zendesk":
            words = f"at most 1 call for {ONE_CALL_FOR} changed tickets: {most.calls} for {count:,}"
            print(aim(words, met=most.calls <= math.ceil(count / ONE_CALL_FOR)))
            for named_by, calls in OF_CHANGED.items():
                each = most.of_changed[named_by]
                print(aim(f"{calls:.2f} calls for a ticket named by {named_by}: {each:.2f}", met=each <= calls + 0.01))
        else:
            ratio = most.lists / most.floor_calls
            print(aim(f"lists at most {LISTS} times the floor: {ratio:.2f}", met=ratio <= LISTS))
            each = most.reading.total() / min(options.read, count)
            print(aim(f"1 call for a ticket that is read: {each:.2f}", met=each <= 1.01))
        growth = most.peak / found[min(found)].peak
        words = f"memory does not grow: {growth:.2f} times at {count:,} beside {min(found):,}"
        print(aim(words, met=growth <= GROWTH))


if __name__ == "__main__":
    main()
