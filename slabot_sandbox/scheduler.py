"""Run what the stand-ins have planned, when it is due.

Promise: what is planned happens at its instant, in time order and then in the order in which it was put
there, whether a thread watches the wall clock or a driver steps the time and calls `run_due`.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

from slabot.clock import Clock

FAR = timedelta(hours=1)  # an idle thread looks again at least this often


class Scheduler:
    """Runs calls at their instants, on one clock."""

    def __init__(self, clock: Clock, *, name: str = "sandbox") -> None:
        """Plan nothing yet. The clock lists the next instant under this name."""
        self._clock = clock
        self._name = name
        self._heap: list[tuple[datetime, int, Hashable]] = []
        self._acts: dict[Hashable, tuple[int, Callable[[], object]]] = {}
        self._order = itertools.count()
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def at(self, instant: datetime, act: Callable[[], object], key: Hashable = None) -> None:
        """Call this at the instant; another call planned under the same key is replaced."""
        with self._lock:
            order = next(self._order)
            key = ("unnamed", order) if key is None else key
            self._acts[key] = (order, act)
            heapq.heappush(self._heap, (instant, order, key))
            self._tell()
        self._wake.set()

    def cancel(self, key: Hashable) -> None:
        """Forget the call that was planned under this key."""
        with self._lock:
            self._acts.pop(key, None)
            self._tell()

    def next_instant(self) -> datetime | None:
        """When there is something to do next; None if nothing is planned."""
        with self._lock:
            while self._heap:
                instant, order, key = self._heap[0]
                if key in self._acts and self._acts[key][0] == order:
                    return instant
                heapq.heappop(self._heap)
            return None

    def run_due(self) -> bool:
        """Do all that is due. True if there was anything."""
        did = False
        while (act := self._take()) is not None:
            act()
            did = True
        with self._lock:
            self._tell()
        return did

    def start(self) -> None:
        """Watch the clock with a thread, until `stop`."""
        self._stopping = False
        self._thread = threading.Thread(target=self._watch, name=f"{self._name} scheduler", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, if there is one; what is not done stays planned."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _watch(self) -> None:
        while True:
            self._wake.clear()  # before looking, so that nothing planned meanwhile is missed
            if self._stopping:
                return
            self.run_due()
            self._clock.sleep_until(self.next_instant() or self._clock.now() + FAR, self._wake)

    def _take(self) -> Callable[[], object] | None:
        with self._lock:
            instant = self.next_instant()
            if instant is None or instant > self._clock.now():
                return None
            _, _, key = heapq.heappop(self._heap)
            return self._acts.pop(key)[1]

    def _tell(self) -> None:
        self._clock.waiting(self._name, self.next_instant())
