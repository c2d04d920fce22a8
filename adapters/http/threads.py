"""Who may use a connection that two threads must not share?

Promise: each thread has its own, and all of them end when they are closed: what another thread waits for just then, and
what a thread would open later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Closable(Protocol):
    """Something that holds connections."""

    def close(self) -> None:
        """Give them back."""


Held = TypeVar("Held", bound=Closable)


class OneEach(Generic[Held]):
    """One for each thread, made when the thread first asks."""

    def __init__(self, make: Callable[[], Held]) -> None:
        """Make none yet."""
        self._make = make
        self._mine = threading.local()
        self._all: list[Held] = []
        self._lock = threading.Lock()
        self._closed = False

    def mine(self) -> Held:
        """The calling thread's own."""
        held: Held | None = getattr(self._mine, "held", None)
        if held is not None:
            return held
        held = self._make()
        self._mine.held = held
        with self._lock:
            self._all.append(held)
            if self._closed:
                held.close()
        return held

    def close(self) -> None:
        """Close those of all threads, from whichever thread."""
        with self._lock:
            self._closed = True
            for held in self._all:
                held.close()
