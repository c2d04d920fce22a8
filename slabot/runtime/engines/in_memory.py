"""Hand out hints within this process, for tests.

Promise: it keeps what `slabot.runtime.engine` asks for, as the driver on PostgreSQL does; the same tests hold both.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Connection, event

from slabot.runtime.ending import EndingThreads
from slabot.runtime.engine import Follow, WorkHint
from slabot.runtime.unexpected import log_unexpected

AT_ONCE = 4  # hints that are followed at a time


class InMemory:
    """Hints in a list. Safe to be used by many threads."""

    def __init__(self) -> None:
        """Nothing waits."""
        self._changed = threading.Condition()
        self._waiting: dict[str, WorkHint] = {}  # by key, in their order
        self._followed: set[str] = set()
        self._queues: Mapping[str, Follow] = {}
        self._ending = False
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hints")

    def start(self) -> None:
        """Begin."""
        for _ in range(AT_ONCE):
            self._pool.submit(self._run)

    def put(self, conn: Connection, hints: Sequence[WorkHint]) -> int:
        """Keep hints for the moment of the commit; see `slabot.runtime.engine.Hints`."""
        with self._changed:
            new = {hint.key: hint for hint in hints if hint.key not in self._waiting}

        def committed(_: Connection) -> None:
            with self._changed:
                self._waiting = self._waiting | {key: hint for key, hint in new.items() if key not in self._waiting}
                self._changed.notify_all()

        def over(_: Connection) -> None:
            for name, act in (("commit", committed), ("rollback", over)):
                event.remove(conn, name, act)

        event.listen(conn, "commit", committed)
        event.listen(conn, "rollback", over)
        return len(new)

    def waiting(self, conn: Connection, queue: str) -> int:
        """How many wait."""
        with self._changed:
            return sum(hint.queue == queue for hint in self._waiting.values())

    def serve(self, queues: Mapping[str, Follow]) -> None:
        """Follow the hints of these queues, and of no others."""
        with self._changed:
            self._queues = dict(queues)
            self._changed.notify_all()

    def stop(self, patience: timedelta) -> None:
        """End."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        EndingThreads((self._pool.shutdown,)).wait(patience)

    def _run(self) -> None:
        while (begun := self._begin()) is not None:
            hint, follow = begun
            try:
                follow(hint)
            except Exception as error:
                log_unexpected("hint.broke", error, timedelta(0), hint=hint.key)
            with self._changed:
                self._followed.discard(hint.key)
                self._changed.notify_all()

    def _begin(self) -> tuple[WorkHint, Follow] | None:
        """Wait for the first hint that may be followed; None at the end."""
        with self._changed:
            while not self._ending:
                for key, hint in self._waiting.items():
                    if hint.queue in self._queues and key not in self._followed:
                        del self._waiting[key]
                        self._followed.add(key)
                        return hint, self._queues[hint.queue]
                self._changed.wait()
            return None
