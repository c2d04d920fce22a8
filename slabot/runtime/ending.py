"""End threads, waiting for so long at most.

Promise: whoever stops slabot gets an answer in time, whatever a thread hangs in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta


class EndingThreads:
    """Waits for several things to end, one after the other, in a thread that may be left behind."""

    def __init__(self, waits: Iterable[Callable[[], object]]) -> None:
        """Begin; each of `waits` returns when something has ended."""
        self._waits = tuple(waits)
        self._thread = threading.Thread(target=self._run, name="ending", daemon=True)
        self._thread.start()

    def wait(self, patience: timedelta) -> bool:
        """Wait for all of them, so long at most; True if they have ended."""
        self._thread.join(max(0.0, patience.total_seconds()))
        return not self._thread.is_alive()

    def _run(self) -> None:
        for wait in self._waits:
            wait()
