"""Show in the store that this process runs, and notice that it is not the same store any more.

Promise: the sign is renewed by real seconds, not by the clock, and is gone after a clean end. While the store cannot
be written, a sign is left out and nothing else happens. Within two seconds it is known that the store is gone or that
an older copy is in its place (its count is lower than it was), and people are told. One that has lost less than a few
minutes, as after a failover, is worked on.
"""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from slabot.clock import Clock
from slabot.runtime.unexpected import log_unexpected
from slabot.store import Store, StoreError, StoreReplaced, absences, meta, presence

log = structlog.get_logger("slabot.runtime")

OLDER = (
    "is an older copy of the one that was opened, as after a backup was put back: it does not know what slabot did "
    "since"
)
FORGOT = (
    "the store has forgotten the last seconds, as after PostgreSQL went over to its standby; a page of that time may "
    "come twice"
)
FIRST = 1  # of the count: it was not there
FORGOTTEN = int(absences.LEAST.total_seconds() / presence.EVERY)  # so many counts are no failover: it was put back
AGAIN = timedelta(seconds=presence.EVERY)


class Presence:
    """A thread that renews the sign."""

    def __init__(self, store: Store, clock: Clock, on_replaced: Callable[[StoreReplaced], None]) -> None:
        """`on_replaced` is called once each time that the store turns out to be another one."""
        self._store, self._clock, self._on_replaced = store, clock, on_replaced
        self._who = uuid.uuid4().hex[:12]
        self._number = 0
        self._count = 0  # of the store, when it was last raised
        self._is_replaced = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="presence", daemon=True)

    def start(self) -> None:
        """Show it from now on."""
        self.show()
        self._thread.start()

    def stop(self) -> None:
        """Take the sign away; of one that was never shown, nothing."""
        self._ending.set()
        if self._thread.ident is None:
            return
        self._thread.join()
        with contextlib.suppress(StoreError):
            self._store.write(lambda conn: presence.leave(conn, self._who))

    def show(self) -> None:
        """Renew the sign once."""
        self._number += 1
        try:
            count = self._store.write(self._write)
            if count == FIRST < self._count or count <= self._count - FORGOTTEN:
                raise self._store.condemn(OLDER)
            if count <= self._count:
                log.warning("store.forgot", reason=FORGOT)
            self._count, self._is_replaced = count, False
        except StoreReplaced as error:
            if not self._is_replaced:
                self._is_replaced = True
                self._on_replaced(error)
        except StoreError:
            pass

    def _renew(self) -> None:
        while not self._ending.wait(presence.EVERY):
            try:
                self.show()
            except Exception as error:  # whatever it is, the next sign may succeed
                log_unexpected("presence.broke", error, AGAIN)

    def _write(self, conn: Connection) -> int:
        presence.show(conn, self._who, self._number, self._clock.now())
        return meta.count_up(conn)
