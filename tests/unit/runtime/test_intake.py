"""Webhooks that come together are stored together, and each is answered for itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import pytest

from adapters.base import Hint
from slabot.runtime import Intake
from slabot.runtime.reading import intake as intake_module
from slabot.store import Fault, Store, StoreUnavailable, unread
from tests.fixtures.waits import comes
from tests.unit.runtime.conftest import World

MANY = 8


class Hints:
    """A helpdesk whose deliveries are their own ids."""

    def read_hint(self, _headers: Mapping[str, str], body: bytes, _now: datetime) -> Hint:
        return Hint(delivery_id=body.decode(), ticket_id="1", kind="test")


class Door:
    """A store that writes nothing before so many writes or deliveries wait."""

    def __init__(self, write: Callable[[Any], Any]) -> None:
        self.open, self.writes, self._write = threading.Event(), 0, write

    def write(self, fn: Any) -> Any:
        self.writes += 1
        assert self.open.wait(60)
        return self._write(fn)


def intake_of(world: World, store: Any) -> Intake:
    return Intake(replace(world.parts, store=cast(Store, store), adapters=cast(Any, {"acme": Hints()})))


def all_at_once(intake: Intake, door: Door, ids: list[str]) -> list[bool | BaseException]:
    """Hand in all of them while the first cannot be written, and return what became of each."""
    with ThreadPoolExecutor(len(ids)) as pool:
        found = [pool.submit(intake.accept, "acme", {}, name.encode()) for name in ids]
        comes(lambda: len(intake._next.deliveries) >= len(ids))
        door.open.set()
    return [one.exception() or one.result() for one in found]


def test_what_comes_while_another_is_written_is_stored_with_it_in_one_write(world: World) -> None:
    door = Door(world.parts.store.write)
    ids = [f"d{number}" for number in range(MANY)]
    assert all_at_once(intake_of(world, door), door, ids) == [True] * MANY
    assert door.writes == 1
    waiting = world.parts.store.read(lambda conn: unread.waiting(conn, 100))
    assert [(row.ticket_id, row.hints) for row in waiting] == [("1", 1)]  # MANY deliveries that name one ticket


def test_a_delivery_that_comes_twice_at_once_is_new_once(world: World) -> None:
    door = Door(world.parts.store.write)
    found = all_at_once(intake_of(world, door), door, ["a", "b", "a", "a", "b"])
    assert (found.count(True), found.count(False)) == (2, 3)
    door.open.set()
    assert intake_of(world, door).accept("acme", {}, b"a") is False


@pytest.mark.parametrize(
    ("raised", "fault"),
    [
        (StoreUnavailable("the disk is full", fault=Fault.FULL), Fault.FULL),
        (ZeroDivisionError("the disk is full"), Fault.LOST),
    ],
)
def test_where_it_cannot_be_stored_everybody_is_told_for_themselves(
    world: World, raised: Exception, fault: Fault
) -> None:
    def refuse(_: Any) -> Any:
        raise raised

    door = Door(refuse)
    found = all_at_once(intake_of(world, door), door, [f"d{number}" for number in range(MANY)])
    told = [error for error in found if isinstance(error, StoreUnavailable)]
    assert len(told) >= MANY - 1  # whoever met an error that nobody foresaw raises that one
    assert {(str(error), error.fault) for error in told} == {("the disk is full", fault)}
    assert len(set(map(id, found))) == MANY
    assert all(isinstance(error, BaseException) for error in found)
    assert world.parts.store.read(lambda conn: unread.waiting(conn, 1)) == []


def test_after_a_write_that_failed_the_next_delivery_is_stored(world: World) -> None:
    failing = [True, False]

    def once(fn: Any) -> Any:
        if failing.pop(0):
            raise StoreUnavailable("the disk is full", fault=Fault.FULL)
        return world.parts.store.write(fn)

    door = Door(once)
    door.open.set()
    intake = intake_of(world, door)
    with pytest.raises(StoreUnavailable):
        intake.accept("acme", {}, b"a")
    assert intake.accept("acme", {}, b"a")


def test_a_store_that_is_slow_is_not_waited_for_and_what_comes_meanwhile_is_refused_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "SLOW", 0.05)
    door = Door(world.parts.store.write)
    intake = intake_of(world, door)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(intake.accept, "acme", {}, b"a")
        comes(lambda: door.writes == 1)
        for one in [pool.submit(intake.accept, "acme", {}, name) for name in (b"b", b"c")]:
            assert cast(StoreUnavailable, one.exception(60)).fault is Fault.SLOW
        comes(intake._is_stuck)
        waiting = len(intake._next.deliveries)
        with pytest.raises(StoreUnavailable) as refused:
            intake.accept("acme", {}, b"d")
        assert (refused.value.fault, len(intake._next.deliveries)) == (Fault.SLOW, waiting), "it was not even kept"
        door.open.set()
        assert first.result(60) is True
    assert intake.accept("acme", {}, b"d") is True, "sent again, it is stored"


def test_deliveries_that_come_while_a_batch_is_written_make_the_next_one(world: World) -> None:
    door = Door(world.parts.store.write)
    intake = intake_of(world, door)

    def once_begun(fn: Any) -> Any:
        begun.set()
        return door.write(fn)

    begun = threading.Event()
    intake._parts = replace(intake._parts, store=cast(Store, Writes(once_begun)))
    with ThreadPoolExecutor(MANY) as pool:
        first = pool.submit(intake.accept, "acme", {}, b"first")
        assert begun.wait(60)
        intake._close(intake._next)  # as the write does when its transaction has begun
        rest = [pool.submit(intake.accept, "acme", {}, f"d{number}".encode()) for number in range(MANY - 1)]
        comes(lambda: len(intake._next.deliveries) == MANY - 1)
        assert door.writes == 1, "nobody else writes meanwhile"
        door.open.set()
        assert [one.result(60) for one in (first, *rest)] == [True] * MANY
    assert door.writes == 2


class Writes:
    """A store that writes like this."""

    def __init__(self, write: Callable[[Any], Any]) -> None:
        self.write = write
