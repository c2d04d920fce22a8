"""Give hooks, clicks, health and everything else threads of their own.

Promise: a flood at one kind of address, or one that waits for the store, keeps no thread of the others.
"""

from __future__ import annotations

from typing import Any

from waitress.task import ThreadedTaskDispatcher

LANES = {"/hooks/": 8, "/slack/": 4, "/healthz": 2, "/readyz": 2, "": 2}
"""Threads by how an address begins; the last one is for all others, the console and metrics among them."""


class Lanes:
    """What Waitress hands requests to, instead of one queue for all. Its tasks are connections with a request."""

    def __init__(self) -> None:
        self._lanes: dict[str, Any] = {}
        for prefix, threads in LANES.items():
            lane = ThreadedTaskDispatcher()
            lane.set_thread_count(threads)
            self._lanes[prefix] = lane

    def add_task(self, connection: Any) -> None:
        """Put a connection's first request into the queue of its kind."""
        path = getattr(connection.requests[0], "path", "")  # what could not be read has none
        lane = next(prefix for prefix in self._lanes if path.startswith(prefix))
        self._lanes[lane].add_task(connection)

    def shutdown(self, timeout: float) -> None:
        """End all threads, each once it has answered what it is at."""
        for lane in self._lanes.values():
            lane.shutdown(timeout=timeout)
