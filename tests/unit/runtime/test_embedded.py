"""Threads of one process: each actor in its own, none ended by an error, all ended when asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor

from adapters.base import SweepBatch
from adapters.errors import Unreachable
from slabot.clock import SystemClock
from slabot.runtime import Embedded, Wakers
from slabot.runtime import embedded as module
from slabot.runtime.embedded import log
from slabot.store import LedgerEvent, ledger
from tests.fixtures.waits import until

from .conftest import Desk, World


class Swept(Desk):
    """A helpdesk that is swept."""

    def __init__(self) -> None:
        super().__init__()
        self.sweeps: list[float] = []
        self.fails = 0

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        self.sweeps.append(time.monotonic())
        if self.fails:
            self.fails -= 1
            raise Unreachable("no answer", endpoint="GET /x", until=datetime.now(since.tzinfo) + timedelta(seconds=1))
        yield SweepBatch(changed=(), cursor="c", end=True)


class Odd:
    """An actor that fails as it was told, then does nothing."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.asked = list(errors), 0

    def drain(self) -> bool:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return False

    def next_instant(self) -> datetime | None:
        return None


@pytest.fixture
def engine(make: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Embedded, Swept, Wakers]]:
    desk = Swept()
    world = make(desks={"acme": desk})
    wakers = Wakers()
    parts = replace(world.parts, clock=SystemClock(), waker=wakers, sweep_every=timedelta(seconds=30))
    made = Embedded(parts, wakers)
    yield made, desk, wakers
    if not parts.stopping.is_set():
        made.stop()


def test_the_first_sweep_comes_at_once_and_a_failed_one_is_repeated_when_the_helpdesk_said(
    engine: tuple[Embedded, Swept, Wakers],
) -> None:
    made, desk, _ = engine
    desk.fails = 1
    made.start()
    until(lambda: len(desk.sweeps) == 2)  # not after the usual 30 seconds
    time.sleep(1.2)
    assert len(desk.sweeps) == 2


def test_a_sweep_that_takes_longer_than_its_interval_is_followed_by_the_next(
    make: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler must not take the next one for a second run of the one that is just ending."""
    desk, book = Swept(), Embedded._sweep_at

    def book_and_dawdle(self: Embedded, *given: Any) -> None:
        book(self, *given)
        time.sleep(0.1)  # the scheduler looks at once

    monkeypatch.setattr(Embedded, "_sweep_at", book_and_dawdle)
    world = make(desks={"acme": desk})
    made = Embedded(replace(world.parts, clock=SystemClock(), sweep_every=timedelta(0)), Wakers())
    try:
        made.start()
        until(lambda: len(desk.sweeps) >= 4)
    finally:
        made.stop()


def test_a_sweep_that_took_long_and_failed_is_not_repeated_at_once(
    engine: tuple[Embedded, Swept, Wakers], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, desk, _ = engine
    monkeypatch.setattr(module, "AFTER_ERROR", timedelta(seconds=0.3))
    ended: list[float] = []

    def sweep(*_: object, **__: object) -> Iterator[SweepBatch]:
        desk.sweeps.append(time.monotonic())
        time.sleep(0.4)
        ended.append(time.monotonic())
        raise ValueError("cannot be")

    monkeypatch.setattr(desk, "sweep", sweep)
    made.start()
    until(lambda: len(desk.sweeps) >= 3)
    assert all(begun - end >= 0.29 for begun, end in zip(desk.sweeps[1:], ended, strict=False))


def test_an_error_ends_no_thread(engine: tuple[Embedded, Swept, Wakers], monkeypatch: pytest.MonkeyPatch) -> None:
    made, _, wakers = engine
    monkeypatch.setattr(module, "AFTER_ERROR", timedelta(seconds=0.05))
    odd = Odd(ValueError("a customer's words"), ZeroDivisionError())
    waker = wakers.new()
    with structlog.testing.capture_logs() as logs:
        thread = threading.Thread(target=made._work, args=("odd", cast(Any, odd), waker))
        thread.start()
        until(lambda: odd.asked >= 3)
        wakers.wake()
        until(lambda: odd.asked >= 4)
        made.stop()
        thread.join(60)
    assert not thread.is_alive()
    assert [entry["error"] for entry in logs if entry["event"] == "actor.broke"] == ["ValueError", "ZeroDivisionError"]
    assert "a customer's words" not in str(logs)
    assert log is not None


def test_all_threads_end_when_asked_however_long_they_wanted_to_sleep(engine: tuple[Embedded, Swept, Wakers]) -> None:
    made, desk, _ = engine
    made.start()
    until(lambda: desk.sweeps)
    began = time.monotonic()
    made.stop()
    assert time.monotonic() - began < 20  # they sleep for 30 s
    assert [thread.name for thread in made._threads if thread.is_alive()] == []


def test_a_ring_between_looking_and_sleeping_is_not_missed(engine: tuple[Embedded, Swept, Wakers]) -> None:
    made, _, wakers = engine
    waker = wakers.new()

    class Rung(Odd):
        def next_instant(self) -> datetime | None:
            if self.asked == 1:
                wakers.wake()  # work came after the look
            return None

    rung = Rung()
    thread = threading.Thread(target=made._work, args=("rung", cast(Any, rung), waker))
    thread.start()
    until(lambda: rung.asked == 2)
    made.stop()
    thread.join(60)


def test_an_orderly_end_is_told_in_the_ledger(engine: tuple[Embedded, Swept, Wakers]) -> None:
    made, desk, _ = engine
    made.start()
    until(lambda: desk.sweeps)
    made.stop()
    assert _stopped(made) == ["slabot was stopped, and what was under way is finished."]


def test_a_sweep_that_is_booked_while_slabot_ends_holds_nobody_up(
    engine: tuple[Embedded, Swept, Wakers], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _, _ = engine
    booking, ending = threading.Event(), threading.Event()
    add_job = made._scheduler.add_job

    class Ending(ThreadPoolExecutor):  # type: ignore[misc, no-any-unimported]  # APScheduler 3 is untyped
        """Where sweeps run; the scheduler ends it while it lets nobody else book."""

        def shutdown(self, wait: bool = True) -> None:
            ending.set()
            super().shutdown(wait)

    def slowly(*args: Any, **options: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():  # the first sweep books the second
            booking.set()
            ending.wait(0.5)
        return add_job(*args, **options)

    made._scheduler.add_executor(Ending())
    monkeypatch.setattr(made._scheduler, "add_job", slowly)
    made.start()
    assert booking.wait(60)
    made.stop()
    assert _stopped(made) == ["slabot was stopped, and what was under way is finished."]


def test_an_end_that_waits_for_nobody_any_longer_names_who_was_not_finished(
    engine: tuple[Embedded, Swept, Wakers],
) -> None:
    made, _, _ = engine
    held = threading.Event()
    slow = threading.Thread(target=held.wait, name="pages", daemon=True)
    slow.start()
    made.start()
    made._threads.append(slow)
    made.stop(timedelta(seconds=1))
    held.set()
    slow.join(60)
    assert _stopped(made) == [
        "slabot was stopped before pages had finished; the next start settles what was under way."
    ]


def test_what_was_never_started_is_not_told_to_have_stopped(engine: tuple[Embedded, Swept, Wakers]) -> None:
    made, _, _ = engine
    made.stop()
    assert _stopped(made) == []


def test_a_store_that_takes_no_row_keeps_nobody_from_ending(engine: tuple[Embedded, Swept, Wakers]) -> None:
    made, desk, _ = engine
    made.start()
    until(lambda: desk.sweeps)
    made._parts.stopping.set()
    made._wakers.wake()
    for thread in made._threads:
        thread.join(60)  # whoever is in the middle of a read would keep a connection of the store that is closed
    with structlog.testing.capture_logs() as logs:
        made._parts.store.close()
        made.stop()
    assert "The store is closed" in next(entry["reason"] for entry in logs if entry["event"] == "slabot.stopped")


def _stopped(made: Embedded) -> list[str]:
    rows = made._parts.store.read(lambda conn: ledger.latest(conn, [LedgerEvent.SLABOT_STOPPED], 9))
    return [row.text for row in rows]
