"""Keep what waits, and for how long yet, measured on the clock that only goes forward.

Promise: instants go in and come out as the wall clock shows them at that moment. If somebody sets that clock meanwhile,
ahead or back, no wait becomes longer or shorter by it.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from slabot.clock import Clock

ROUNDING = 1e-6  # seconds; instants are whole microseconds, and what is left of a wait is a difference of floats

K = TypeVar("K", bound=Hashable)


class Pauses(Generic[K]):
    """Pauses by name. Shared by threads."""

    def __init__(self, clock: Clock) -> None:
        """Nothing waits."""
        self._clock = clock
        self._lock = threading.Lock()
        self._ends: dict[K, float] = {}  # on the clock that only goes forward

    def begin(self, name: K, until: datetime) -> None:
        """Wait from now on until an instant; an earlier wait of this name is over."""
        with self._lock:
            self._ends[name] = self._clock.monotonic() + (until - self._clock.now()).total_seconds()

    def end(self, name: K) -> None:
        """It waits no longer."""
        with self._lock:
            self._ends.pop(name, None)

    def __contains__(self, name: K) -> bool:
        """True while it waits."""
        with self._lock:
            end = self._ends.get(name)
        return end is not None and end - self._clock.monotonic() > ROUNDING

    def all(self) -> dict[K, datetime]:
        """All that wait, and until when; those that are over are forgotten."""
        with self._lock:
            now, forward = self._clock.now(), self._clock.monotonic()
            self._ends = {name: end for name, end in self._ends.items() if end - forward > ROUNDING}
            return {name: now + timedelta(seconds=end - forward) for name, end in self._ends.items()}


class NextTime:
    """When something is done the next time."""

    def __init__(self, clock: Clock, at: datetime) -> None:
        self._clock = clock
        self.set(at)

    def set(self, at: datetime) -> None:
        """It is done then."""
        self._end = self._clock.monotonic() + (at - self._clock.now()).total_seconds()

    @property
    def at(self) -> datetime:
        """When, as the wall clock shows it now; in the past if it has come."""
        return self._clock.now() + timedelta(seconds=self._end - self._clock.monotonic())

    @property
    def has_come(self) -> bool:
        """True once it is to be done."""
        return self._end - self._clock.monotonic() <= ROUNDING
