"""Run actors for as long as a lease is held.

Promise: the actors of a term are made when it begins, so that they know nothing of an earlier one; once the lease is
not held any more they begin nothing new, what they had claimed and not begun is put back, and what is under way is
finished.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog

from slabot.domain import SlabotError
from slabot.runtime.actors import RuntimeActor
from slabot.runtime.embedded import AFTER_ERROR, THREADS, Wakers
from slabot.runtime.parts import Parts
from slabot.runtime.pools import EndingPool
from slabot.runtime.unexpected import log_unexpected

LONGEST_SLEEP = timedelta(seconds=2)  # an actor looks at least this often, should no notification reach this process

Pools = Callable[[str], EndingPool]

log = structlog.get_logger("slabot.runtime")


@dataclass(frozen=True, slots=True)
class Duty:
    """What there is only one of.

    Attributes:
        lease: whoever holds it does it.
        actors: makes them, by name.
    """

    lease: str
    actors: Callable[[Parts, Pools], Mapping[str, RuntimeActor]]


class Until(threading.Event):
    """Set for good by whoever ends a term, and by whoever notices that the process stops or the lease is not held."""

    def __init__(self, stopping: threading.Event, holds: Callable[[], bool]) -> None:
        super().__init__()
        self._stopping, self._holds = stopping, holds

    def is_set(self) -> bool:
        """True if nothing new is to be begun."""
        if not super().is_set() and (self._stopping.is_set() or not self._holds()):
            self.set()  # also if the lease comes back: some of the threads may have ended by then
        return super().is_set()


class LeaseTerm:
    """The threads of one duty, from when its lease was taken."""

    def __init__(self, duty: Duty, parts: Parts, wakers: Wakers, holds: Callable[[], bool]) -> None:
        """Begin."""
        self._wakers = wakers
        self._over = Until(parts.stopping, holds)
        self._parts = replace(parts, stopping=self._over)
        self._pools: list[EndingPool] = []
        self.actors = duty.actors(self._parts, self._new_pool)
        self._events = {name: wakers.new() for name in self.actors}
        self._threads = [
            threading.Thread(target=self._work, args=(name, actor), name=name, daemon=True)
            for name, actor in self.actors.items()
        ]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There is work for it."""
        for event in tuple(self._events.values()):
            event.set()

    def end(self) -> None:
        """Begin nothing new; returns at once."""
        self._over.set()
        self.wake()
        for pool in self._pools:
            pool.shutdown(wait=False, cancel_futures=True)

    @property
    def is_over(self) -> bool:
        """True once it begins nothing new."""
        return self._over.is_set()

    @property
    def has_ended(self) -> bool:
        """True once nothing of it is under way any more."""
        return not any(thread.is_alive() for thread in self._threads)

    def waits(self) -> Sequence[Callable[[], object]]:
        """What returns when something of it has ended."""
        pools = (partial(pool.shutdown, wait=True, cancel_futures=True) for pool in self._pools)
        return (*(thread.join for thread in self._threads), *pools)

    def _new_pool(self, name: str) -> EndingPool:
        self._pools.append(EndingPool(THREADS, name))
        return self._pools[-1]

    def _work(self, name: str, actor: RuntimeActor) -> None:
        event = self._events[name]
        try:
            while not self._over.is_set():
                event.clear()  # before looking for work: a wake-up from now on is not missed
                self._turn(name, actor, event)
        finally:
            self._wakers.forget(event)

    def _turn(self, name: str, actor: RuntimeActor, event: threading.Event) -> None:
        clock = self._parts.clock
        try:
            if actor.drain():
                return
            following = actor.next_instant()
        except SlabotError as error:
            log.error("actor.failed", actor=name, reason=str(error))
            following = clock.now() + AFTER_ERROR
            event = self._over
        except Exception as error:
            # A mistake of ours must not silence the pages of all others.
            log_unexpected("actor.broke", error, AFTER_ERROR, actor=name)
            following = clock.now() + AFTER_ERROR
            event = self._over
        latest = clock.now() + LONGEST_SLEEP
        clock.sleep_until(latest if following is None else min(following, latest), event)
