"""What time is it, and who is waiting for a later one?

Promise: everything that reads or waits for time is handed a `Clock`, so the same code runs by the wall clock
(`SystemClock`) and in time lapse (`SteppedClock`). Stepped time never goes back, and no instant that somebody
waits for is jumped over.

Two words for letting time pass, because they mean two things:

- `sleep_until` is *idling*: I have nothing to do before that instant, or before I am woken.
- `elapse` is *work that takes time*: a slow answer, a pause between two tries. Whoever waits for it waits as
  long.

The stepped clock is driven by one thread: drain all work that can be done now, then jump to the earliest
instant that is waited for, and so on (`run_until`). An actor says what it waits for with `waiting`; a script
of acts is written with `call_at`. Actors that are driven need no threads of their own, which is what makes a
run repeatable.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeAlias

from slabot.domain.errors import SlabotError

SLICE = 1.0  # seconds; the system clock waits no longer before it reads the wall clock again (it may be set)
SET = 2.0  # seconds; a wall clock that has moved so much more, or less, than the one that only goes forward was set
POLL = 0.005  # seconds of real time; how often a thread that waits on a stepped clock looks again
ROUNDS = 100_000  # drains or callbacks at one instant after which a stepped run is called stuck

Wake: TypeAlias = threading.Event | threading.Condition


class ClockError(SlabotError):
    """A clock was used in a way that has no answer: a naive time, or a run that does not come to rest."""


class Clock(Protocol):
    """The port of time. All instants are aware and in UTC, microseconds kept."""

    def now(self) -> datetime:
        """The present instant."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; never goes back. For measuring durations."""

    def sleep_until(self, instant: datetime, wake: Wake | None = None) -> bool:
        """Idle until the instant. True if woken before it or if the clock was set meanwhile, False if it has come.

        A `Condition` must be held by the caller, as for `Condition.wait`; any notify wakes.
        """

    def elapse(self, duration: timedelta) -> None:
        """Let the duration pass, as part of work that takes this long."""

    def waiting(self, name: str, until: datetime | None) -> None:
        """Say which instant the actor of this name waits for next; None if it waits for none.

        One instant a name: saying it again replaces the former. Reached instants are forgotten.
        """


class SystemClock:
    """The wall clock of this machine."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return time.monotonic()

    def sleep_until(self, instant: datetime, wake: Wake | None = None) -> bool:
        """Idle until the instant. True if woken before it, or within a second of the machine's clock being set."""
        instant, now, began = _utc(instant), self.now(), self.monotonic()
        begun = now
        while now < instant:
            if _wait(wake, min((instant - now).total_seconds(), SLICE)):
                return True
            now = self.now()
            passed = self.monotonic() - began
            if now < instant and abs((now - begun).total_seconds() - passed) > SET:
                return True
        return isinstance(wake, threading.Event) and wake.is_set()

    def elapse(self, duration: timedelta) -> None:
        """Sleep in the calling thread."""
        time.sleep(max(0.0, duration.total_seconds()))

    def waiting(self, name: str, until: datetime | None) -> None:
        """Nothing to do: on the wall clock every instant comes by itself."""


def set_to(clock: Clock) -> float:
    """Seconds by which the wall clock is ahead of the one that only goes forward: the same until the clock is set."""
    return clock.now().timestamp() - clock.monotonic()


class SteppedClock:
    """Time that stands still until it is moved to the next instant that somebody waits for.

    The thread that made the clock drives it, until another calls `step` or `run_until`.
    """

    def __init__(self, start: datetime) -> None:
        """Stand at `start`."""
        self._start = self._now = _utc(start)
        self._order = itertools.count()
        self._waits: dict[str, datetime] = {}
        self._agenda: list[tuple[datetime, int, Hashable]] = []  # a heap; may hold calls replaced or cancelled since
        self._calls: dict[Hashable, tuple[int, Callable[[], object]]] = {}
        self._lock = threading.RLock()
        self._driver = threading.get_ident()

    def now(self) -> datetime:
        """The instant at which the clock stands, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds of stepped time since the start."""
        return (self._now - self._start).total_seconds()

    def elapse(self, duration: timedelta) -> None:
        """Move time on at once; callbacks that fall due on the way run at the next step, in their order."""
        with self._lock:
            self._move_to(self._now + max(duration, timedelta(0)))

    def sleep_until(self, instant: datetime, wake: Wake | None = None) -> bool:
        """Idle until the instant.

        The driving thread cannot wait for itself, so its own sleep moves time on, as `elapse` does. Any other
        thread blocks until the driver has come this far, or until it is woken.
        """
        instant = _utc(instant)
        if isinstance(wake, threading.Event) and wake.is_set():
            return True
        if threading.get_ident() == self._driver:
            self.elapse(instant - self._now)
            return False
        name = f"thread {threading.current_thread().name}"
        while self._now < instant:
            self.waiting(name, instant)
            if _wait(wake, POLL):
                self.waiting(name, None)
                return True
        return False

    def waiting(self, name: str, until: datetime | None) -> None:
        """Say which instant the actor of this name waits for next; a reached instant is forgotten."""
        with self._lock:
            self._waits.pop(name, None)
            if until is not None and (instant := _utc(until)) > self._now:
                self._waits[name] = instant

    def call_at(self, instant: datetime, call: Callable[[], object], key: Hashable = None) -> None:
        """Have the driver call this at the instant; at the next step if it has passed already.

        Calls run in time order, those of one instant in the order in which they were registered. A key names
        a call: registering it again replaces the pending one.
        """
        with self._lock:
            order = next(self._order)
            key = ("unnamed", order) if key is None else key
            self._calls[key] = (order, call)
            heapq.heappush(self._agenda, (_utc(instant), order, key))

    def cancel(self, key: Hashable) -> bool:
        """Forget the pending call of this key. False if there is none."""
        with self._lock:
            return self._calls.pop(key, None) is not None

    def next_instant(self) -> datetime | None:
        """The instant to which `step` would jump: the earliest pending call or wait; None if none."""
        with self._lock:
            ahead = list(self._waits.values())
            if (call := self._first_call()) is not None:
                ahead.append(max(call, self._now))
            return min(ahead, default=None)

    def waits(self) -> tuple[tuple[datetime, str], ...]:
        """Who waits for which instant, earliest first; for people who ask why nothing happens."""
        with self._lock:
            return tuple(sorted((instant, name) for name, instant in self._waits.items()))

    def step(self, *, until: datetime | None = None) -> datetime | None:
        """Jump to the earliest instant that is waited for and run the calls due there.

        Returns the instant, or None if nothing is waited for up to and including `until`; time then stands
        still. Call it when everything is drained: waits reached before the step have had their turn.

        Raises:
            ClockError: calls at one instant keep adding calls at that instant.
        """
        self._driver = threading.get_ident()
        with self._lock:
            instant = self.next_instant()
            if instant is None or (until is not None and instant > _utc(until)):
                return None
            self._move_to(instant)
        for _ in range(ROUNDS):
            if (call := self._take_call(due_by=instant)) is None:
                return instant
            call()
        raise ClockError(
            f"{ROUNDS} calls ran at {instant.isoformat()} and there are still more",
            "a call that repeats itself must name a later instant",
        )

    def run_until(self, instant: datetime, drain: Callable[[], bool]) -> None:
        """Drain and jump by turns until the instant has come and everything due by then is done.

        `drain` does what can be done now and returns True while it did something.

        Raises:
            ClockError: the work at one instant does not come to an end.
        """
        instant = _utc(instant)
        self._driver = threading.get_ident()
        while True:
            self._drain(drain)
            if self.step(until=max(instant, self._now)) is None:
                if self._now >= instant:
                    return
                with self._lock:
                    self._move_to(instant)

    def _drain(self, drain: Callable[[], bool]) -> None:
        at, rounds = self._now, 0
        while drain():
            rounds = rounds + 1 if at == self._now else 0
            at = self._now
            if rounds >= ROUNDS:
                raise ClockError(
                    f"the work at {at.isoformat()} does not come to an end: drain() said {ROUNDS} times that "
                    "it did something",
                    "return False from it once there is nothing left to do now",
                )

    def _first_call(self) -> datetime | None:
        while self._agenda:
            instant, order, key = self._agenda[0]
            if key in self._calls and self._calls[key][0] == order:
                return instant
            heapq.heappop(self._agenda)
        return None

    def _take_call(self, *, due_by: datetime) -> Callable[[], object] | None:
        with self._lock:
            first = self._first_call()
            if first is None or first > due_by:
                return None
            _, _, key = heapq.heappop(self._agenda)
            return self._calls.pop(key)[1]

    def _move_to(self, instant: datetime) -> None:
        self._now = max(self._now, instant)
        self._waits = {name: until for name, until in self._waits.items() if until > self._now}


def _wait(wake: Wake | None, seconds: float) -> bool:
    if wake is None:
        time.sleep(seconds)
        return False
    return wake.wait(seconds)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ClockError(f"{instant} has no offset from UTC", "hand the clock an aware datetime")
    return instant.astimezone(UTC)
