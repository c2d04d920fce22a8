"""Be the only process on a PostgreSQL that does everything by itself.

Promise: a second `slabot run` ends before it does anything, and says who runs and since when; one that was killed holds
nobody up for longer than `DEAD` seconds. One that was taken for dead, because it hung or had lost the store, and finds
that another has begun meanwhile, does nothing any more. On SQLite a lock on the file does the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from slabot.clock import Clock
from slabot.domain import utc
from slabot.runtime.instance_lock import AlreadyRunning
from slabot.runtime.leases import BEAT, DEAD, WHOLE, Leases
from slabot.store import Store, forget_dead_processes
from slabot.store.address import read_address
from slabot.store.processes import Process, ProcessKind

PATIENCE = DEAD + 2 * BEAT  # seconds; by then one that died has been found dead

log = structlog.get_logger("slabot.runtime")


def refuse_second(url: str, wait: Callable[[], object]) -> None:
    """Refuse a store on PostgreSQL on which a process lives that does everything; nothing is made or changed.

    Args:
        url: of the store.
        wait: called if there is one, for as long as one that lives takes for its next beat.

    Raises:
        AlreadyRunning: it lives.
        StoreError: the store cannot be read.
    """
    living = forget_dead_processes(url, wait, (ProcessKind.RUN,))
    if living:
        raise already_running(str(read_address(url)), living[0])


def already_running(store: str, other: Process) -> AlreadyRunning:
    """Say who works on the store."""
    return AlreadyRunning(
        f"another slabot run works on the {store} already: {other.place}, since {utc(other.started_at):%Y-%m-%d %H:%M} "
        "UTC",
        "two would page twice. End that one first; or, for several processes on one store, start slabot web and slabot "
        "worker in its place",
    )


class SoleRun:
    """Shows that this process lives, and holds the lease of which there is one."""

    def __init__(self, store: Store, clock: Clock, leases: Leases) -> None:
        self._store, self._clock, self._leases = store, clock, leases
        leases.want((WHOLE,))

    def claim(self) -> None:
        """Be the only one, from now on.

        Raises:
            AlreadyRunning: there is another one.
            StoreError: it cannot be found out.
        """
        end = self._clock.monotonic() + PATIENCE
        self._leases.beat()
        while (other := self._leases.other_whole()) is not None:
            if self._clock.monotonic() >= end:
                self._leases.leave()
                raise already_running(str(self._store.address), other)
            self._clock.sleep_until(self._clock.now() + timedelta(seconds=BEAT), threading.Event())
            self._leases.beat()
        self._leases.after_beat = self._look
        self._leases.start()

    def read_policy(self, version: int) -> None:
        """Say which policy this process reads; that was not known when it made its claim."""
        self._leases.read_policy(version)

    def start(self) -> None:
        """Nothing: it has begun with the claim, before anything was written."""

    def stop(self, patience: timedelta = timedelta(seconds=1)) -> None:
        """Be gone, so that the next one need not wait."""
        self._leases.stop(patience)

    def _look(self) -> None:
        other = self._leases.other_whole()
        if other is None:
            return
        error = self._store.condemn(
            f"is worked on by another slabot run ({other.place}), which began when this one was not to be seen for "
            "some seconds",
            "That one does everything, and this one nothing any more; end it",
        )
        log.error("process.replaced", reason=str(error))
