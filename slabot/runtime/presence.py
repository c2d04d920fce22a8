"""Show in the store that this process runs.

Promise: the sign is renewed by real seconds, not by the clock, and is gone after a clean end. While the store cannot
be written, a sign is left out and nothing else happens.
"""

from __future__ import annotations

import contextlib
import threading
import uuid

from slabot.clock import Clock
from slabot.store import Store, StoreError, presence


class Presence:
    """A thread that renews the sign."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._who = uuid.uuid4().hex[:12]
        self._number = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="presence", daemon=True)

    def start(self) -> None:
        """Show it from now on."""
        self._show()
        self._thread.start()

    def stop(self) -> None:
        """Take the sign away; of one that was never shown, nothing."""
        self._ending.set()
        if self._thread.ident is None:
            return
        self._thread.join()
        with contextlib.suppress(StoreError):
            self._store.write(lambda conn: presence.leave(conn, self._who))

    def _renew(self) -> None:
        while not self._ending.wait(presence.EVERY):
            self._show()

    def _show(self) -> None:
        self._number += 1
        with contextlib.suppress(StoreError):
            self._store.write(lambda conn: presence.show(conn, self._who, self._number, self._clock.now()))
