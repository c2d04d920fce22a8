"""One ticket that cannot be read, or one helpdesk that is down, stands in nobody else's way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import update

from adapters.base import Snapshot
from adapters.errors import AdapterError, BadAnswer, CallsKept, Gone
from slabot.runtime.evaluation import take_in
from slabot.runtime.parts import DOWN
from slabot.runtime.reading.reachability import IN_A_ROW
from slabot.runtime.reading.reader import LONGEST_PAUSE, READERS, SnapshotReader
from slabot.store import LedgerEvent, feeds, schema
from tests.fixtures.waits import PATIENCE

from .conftest import MONDAY, Desk, World
from .unread_tickets import (
    BROKEN,
    FORBIDDEN,
    LIMITED,
    MINUTE,
    ODD,
    SECOND,
    SILENT,
    has,
    hint,
    is_stored,
    reader,
    told,
    waiting,
)


@pytest.mark.parametrize("error", [FORBIDDEN, BROKEN, ODD, LIMITED, SILENT, ZeroDivisionError()])
def test_what_concerns_one_ticket_holds_up_one_ticket(world: World, error: Exception) -> None:
    has(world, 1, 2, 3)
    world.desk.raises["1"] = error
    reads = reader(world)
    assert reads.drain()
    assert [is_stored(world, number) for number in "123"] == [False, True, True]
    assert world.desk.asked <= 1
    row = waiting(world)["1"]
    assert row.attempts == 1
    assert row.not_before is not None
    assert reads.next_instant() == row.not_before
    assert not reads.drain()
    event = LedgerEvent.TICKET_UNREADABLE
    if isinstance(error, ZeroDivisionError | BadAnswer):
        event = LedgerEvent.TICKET_DECISION_FAILED
    assert len(told(world, "1", event)) == 1
    assert world.parts.store.read(lambda conn: feeds.get(conn, "acme")).error is None


def test_pauses_grow_and_end_when_it_can_be_read(world: World) -> None:
    has(world, 1)
    world.desk.raises["1"] = FORBIDDEN
    reads = reader(world)
    pauses = []
    for _ in range(8):
        reads.drain()
        following = reads.next_instant()
        assert following is not None
        pauses.append((following - world.parts.now()) // SECOND)
        world.later(following - world.parts.now())
    assert pauses == [10, 20, 40, 80, 160, 320, 600, 600]
    assert len(told(world, "1", LedgerEvent.TICKET_UNREADABLE)) == 1  # not at each attempt
    del world.desk.raises["1"]
    reads.drain()
    assert waiting(world) == {}
    assert told(world, "1", LedgerEvent.TICKET_READABLE) == [
        "it could be read again; from 2026-01-12 09:00 UTC on it could not."
    ]
    assert reads.next_instant() is None


@pytest.mark.parametrize("attempts", [42, 43, 60, 5000])
def test_a_ticket_that_failed_for_weeks_still_waits_its_ten_minutes(world: World, attempts: int) -> None:
    has(world, 1)
    world.desk.raises["1"] = FORBIDDEN
    reads = reader(world)
    reads.drain()
    world.parts.write(lambda conn: conn.execute(update(schema.unread).values(attempts=attempts)))
    world.later(DOWN)
    assert reads.drain()
    assert reads.next_instant() == world.parts.now() + LONGEST_PAUSE


def test_bad_tickets_that_stand_first_keep_no_good_one_waiting(world: World) -> None:
    bad = [str(number) for number in range(1, 7)]
    hint(world, *bad)
    world.desk.raises |= dict.fromkeys(bad, BROKEN)
    has(world, 7, 8, 9)
    reads = reader(world)
    reads.drain()
    assert [is_stored(world, number) for number in "789"] == [True, True, True]
    assert world.desk.read == [*bad, "7", "8", "9"]
    has(world, 10)
    world.later(DOWN)
    reads.drain()
    assert world.desk.read[9] == "10"  # those that failed come after it
    assert world.desk.asked == 1


def test_an_account_that_is_not_well_is_left_alone_and_nothing_is_held_against_its_tickets(world: World) -> None:
    has(world, *range(1, 30))
    world.desk.raises["*"] = SILENT
    reads = reader(world)
    assert reads.drain()
    assert len(world.desk.read) == 1
    assert not reads.drain()
    assert reads.next_instant() == MONDAY + DOWN
    assert all(row.attempts == 0 for row in waiting(world).values())
    assert "no answer came" in str(world.parts.store.read(lambda conn: feeds.get(conn, "acme")).error)
    world.later(DOWN)
    assert reads.drain()
    assert (len(world.desk.read), world.desk.asked) == (2, 1)  # once a minute at most
    world.later(DOWN)
    world.desk.raises.clear()
    assert reads.drain()
    assert waiting(world) == {}


def test_an_account_that_was_well_a_moment_ago_is_left_alone_after_errors_in_a_row(world: World) -> None:
    has(world, 1, 2)
    world.desk.raises["1"] = BROKEN
    reads = reader(world)
    reads.drain()
    has(world, *range(3, 40))
    world.desk.raises["*"] = BROKEN
    reads.drain()
    assert len(world.desk.read) == 2 + IN_A_ROW
    assert world.desk.asked == 1
    assert reads.next_instant() == MONDAY + DOWN
    world.later(MINUTE)
    reads.drain()
    assert world.desk.asked == 2
    assert len(world.desk.read) == 3 + IN_A_ROW


def test_a_ticket_is_gone_only_where_the_helpdesk_answers_otherwise(world: World) -> None:
    has(world, 1, 2)
    reads = reader(world)
    reads.drain()
    world.desk.raises |= {"*": Gone("1", endpoint="GET /x"), "account": BROKEN}
    hint(world, "1", "2")
    reads.drain()
    assert told(world, "1", LedgerEvent.TICKET_GONE) == []
    assert sorted(waiting(world)) == ["1", "2"]
    assert reads.next_instant() == MONDAY + DOWN
    world.desk.raises = {"1": Gone("1", endpoint="GET /x")}
    world.later(DOWN)
    reads.drain()
    assert len(told(world, "1", LedgerEvent.TICKET_GONE)) == 1
    assert waiting(world) == {}


@pytest.mark.parametrize("account", [FORBIDDEN, SILENT])
@pytest.mark.parametrize("bad", [1, 6])
def test_an_account_that_cannot_be_asked_keeps_no_good_ticket_waiting(
    world: World, account: AdapterError, bad: int
) -> None:
    hint(world, *map(str, range(1, bad + 1)))
    world.desk.raises |= dict.fromkeys(map(str, range(1, bad + 1)), BROKEN) | {"account": account}
    has(world, 7, 8, 9)
    reads = reader(world)
    for _ in range(bad + 1):
        reads.drain()
        world.later(MINUTE)
    assert [is_stored(world, number) for number in "789"] == [True, True, True]
    has(world, 10)
    reads.drain()
    assert is_stored(world, "10")
    assert set(waiting(world)) == set(map(str, range(1, bad + 1)))


@pytest.mark.parametrize(
    ("error", "pause"), [(CallsKept(MONDAY + 3 * MINUTE, endpoint="GET /x"), 3 * MINUTE), (FORBIDDEN, MINUTE)]
)
def test_how_long_an_account_is_left_alone(world: World, error: AdapterError, pause: timedelta) -> None:
    has(world, 1, 2)
    world.desk.raises["*"] = error
    reads = reader(world)
    reads.drain()
    assert reads.next_instant() == MONDAY + pause
    assert world.desk.asked == (0 if isinstance(error, CallsKept) else 1)


def test_whose_deadline_is_near_comes_first_then_what_was_never_read_and_each_kind_has_its_turns(world: World) -> None:
    def store(number: int, age: timedelta) -> str:
        own = world.desk.has(number, MONDAY - age)
        world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], world.parts.now()))
        return own

    others = [store(number, timedelta(minutes=5)) for number in range(10, 20)]
    near = [store(number, 120 * MINUTE - 30 * SECOND) for number in range(20, 30)]  # of two hours
    new = [world.desk.has(number, MONDAY) for number in range(30, 40)]
    hint(world, *others)
    world.later(SECOND)
    hint(world, *new)
    world.later(SECOND)
    hint(world, *near)
    reader(world).drain()
    read = world.desk.read
    assert len(read) == len(set(read)) == 30
    assert [("near", "new", "other")[(number in new) + 2 * (number in others)] for number in read[:10]] == [
        *("near", "near", "near", "new", "other"),
        *("near", "near", "near", "new", "other"),
    ]
    assert set(read[:20]) >= set(near)  # in the first sixteen turns


def test_several_that_are_chosen_together_are_asked_for_at_once_before_the_first_is_read(world: World) -> None:
    has(world, 1, 2, 3)
    reads = reader(world)
    reads.drain()
    assert world.desk.ahead == [("1", "2", "3")]
    assert world.desk.read == ["1", "2", "3"]


def test_one_alone_and_those_that_failed_are_not_asked_for_ahead(world: World) -> None:
    has(world, 1)
    world.desk.raises["1"] = FORBIDDEN
    reads = reader(world)
    reads.drain()
    has(world, 2)
    world.later(DOWN)
    reads.drain()
    assert world.desk.read == ["1", "2", "1"]
    assert world.desk.ahead == []


@pytest.mark.parametrize("error", [BROKEN, LIMITED, CallsKept(MONDAY, endpoint="GET /x"), ZeroDivisionError()])
def test_a_call_for_several_that_fails_is_passed_over_and_each_is_read_by_itself(
    world: World, error: Exception
) -> None:
    has(world, 1, 2)
    world.desk.raises["ahead"] = error
    reader(world).drain()
    assert [is_stored(world, number) for number in "12"] == [True, True]
    assert waiting(world) == {}
    assert world.parts.store.read(lambda conn: feeds.get(conn, "acme")).error is None


def test_readers_wait_for_the_call_that_brings_their_tickets(world: World) -> None:
    has(world, *range(1, 5))
    order: list[str] = []
    fetch = world.desk.fetch

    def slowly(ids: Collection[str], *, timeout: float | None = None) -> None:
        time.sleep(0.2)
        order.append("ahead")

    def read(ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        order.append(ticket_id)
        return fetch(ticket_id)

    world.desk.look_ahead, world.desk.fetch = slowly, read  # type: ignore[method-assign,assignment]
    with ThreadPoolExecutor(READERS) as pool:
        SnapshotReader(world.parts, world.parts.adapters["acme"], pool).drain()
    assert order[0] == "ahead"
    assert sorted(order[1:]) == ["1", "2", "3", "4"]


def test_thousands_of_webhooks_about_a_few_tickets_are_a_few_tickets(world: World) -> None:
    few = [world.desk.has(number, MONDAY) for number in range(1, 6)]
    for _ in range(200):
        hint(world, *few)
    has(world, 6)
    reader(world).drain()
    assert sorted(world.desk.read) == ["1", "2", "3", "4", "5", "6"]


def test_a_hint_that_comes_while_its_ticket_is_read_is_followed_too(world: World) -> None:
    has(world, 1)
    real, hinted = world.desk.fetch, list[str]()

    def fetch(ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        if not hinted:
            hinted.append(ticket_id)
            hint(world, "1")
        return real(ticket_id)

    world.desk.fetch = fetch  # type: ignore[method-assign]
    reader(world).drain()
    assert world.desk.read == ["1", "1"]
    assert waiting(world) == {}


# -- with threads -----------------------------------------------------------------------------------------------------


@contextmanager
def threads(world: World) -> Iterator[SnapshotReader]:
    with ThreadPoolExecutor(READERS) as pool:
        yield SnapshotReader(world.parts, world.parts.adapters["acme"], pool)


def until(come: Callable[[], bool], what: Callable[[], object] = lambda: None) -> None:
    end = time.monotonic() + PATIENCE
    while not come():
        what()
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.005)


class Hanging:
    """Reads that do not end before they are let go."""

    def __init__(self, desk: Desk, *names: str) -> None:
        self.real, self.names, self.free, self.timeouts = desk.fetch, names, threading.Event(), list[float | None]()
        self.hang = threading.Semaphore(0)
        desk.fetch = self.fetch  # type: ignore[method-assign]

    def fetch(self, ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        if ticket_id in self.names:
            self.timeouts.append(timeout)
            self.hang.release()
            self.free.wait(60)
            raise SILENT
        return self.real(ticket_id, timeout=timeout)


def test_tickets_that_hang_hold_one_reader_once_that_is_known(world: World) -> None:
    bad = ("1", "2", "3")
    hanging = Hanging(world.desk, *bad)
    hint(world, *bad)
    has(world, 7)
    with threads(world) as reads:
        until(lambda: is_stored(world, "7"), reads.drain)  # beside three that hang
        hanging.free.set()
        until(lambda: all(row.attempts for row in waiting(world).values()), reads.drain)
        hanging.free.clear()
        world.later(DOWN)
        before = len(hanging.timeouts)
        for number in range(8, 20):
            has(world, number)
        until(lambda: is_stored(world, "19") and len(hanging.timeouts) > before, reads.drain)
        for _ in range(5):
            reads.drain()
        assert len(hanging.timeouts) == before + 1
        assert (hanging.timeouts[0], hanging.timeouts[-1]) == (20.0, 40.0)  # more patience each time
        assert (following := reads.next_instant()) is not None
        assert following > world.parts.now()  # nobody spins while the one reader is busy
        hanging.free.set()


def test_whoever_drives_the_reader_is_woken_for_a_hint_that_came_while_its_ticket_was_read(world: World) -> None:
    has(world, 1)
    begun, ends, real = threading.Event(), threading.Event(), world.desk.fetch

    def fetch(ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        begun.set()
        ends.wait(60)
        return real(ticket_id)

    world.desk.fetch = fetch  # type: ignore[method-assign]
    with threads(world) as reads:
        reads.drain()
        assert begun.wait(60)
        hint(world, "1")
        assert not reads.drain()
        assert reads.next_instant() is None  # it is being read
        world.waker.look = lambda: all(future.done() for future in reads._busy.values())
        ends.set()
        until(lambda: True in world.waker.seen)
        until(lambda: waiting(world) == {}, reads.drain)


def test_a_store_that_cannot_be_written_is_told_to_whoever_drives_the_reader(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from slabot.store import Fault, StoreUnavailable

    has(world, 1)

    def refuse(*_: object) -> None:
        raise StoreUnavailable("full", fault=Fault.FULL)

    monkeypatch.setattr(SnapshotReader, "_take_in", refuse)
    with threads(world) as reads:
        reads.drain()
        with pytest.raises(StoreUnavailable):
            until(lambda: False, reads.drain)
    assert waiting(world)["1"].attempts == 0
