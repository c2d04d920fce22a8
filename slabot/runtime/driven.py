"""Run all actors in one thread, on a clock that jumps.

Promise: the same actors as in the embedded runtime, asked by turns until none has anything to do; then the clock
jumps to the next instant that one of them wants. A run can be repeated, and can be killed between any two effects.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from slabot.clock import SteppedClock
from slabot.runtime.actors import make_actors
from slabot.runtime.parts import LONGEST_SLEEP, Parts

LEAST = timedelta(seconds=1)  # somebody who wants to be asked in the past, and finds nothing to do, is asked again then


class Driven:
    """The runtime on a stepped clock."""

    def __init__(self, parts: Parts, clock: SteppedClock) -> None:
        self._actors, self._store, self._clock = make_actors(parts).everyone(), parts.store, clock
        self._asked: dict[str, tuple[int, datetime, datetime | None]] = {}  # by name: writes until then, when, answer

    def start(self) -> None:
        """Nothing: it is driven from outside."""

    def stop(self, patience: timedelta = timedelta(0)) -> None:
        """Nothing: what is under way has ended when `settle` returns."""

    def settle(self) -> datetime | None:
        """Do everything that can be done now; returns the next instant that anybody wants, if any."""
        while self._pass():
            pass
        instants = [self._next_instant(name) for name in self._actors]
        following = min((instant for instant in instants if instant is not None), default=None)
        return None if following is None else max(following, self._clock.now() + LEAST)

    def _pass(self) -> bool:
        """Let everyone do what is due, once; True if anybody did something."""
        did = False
        for name, actor in self._actors.items():
            instant = self._next_instant(name)
            if instant is not None and instant <= self._clock.now():
                self._asked.pop(name, None)  # its answer may rest on what it knows by itself
                did = actor.drain() or did
        return did

    def _next_instant(self, name: str) -> datetime | None:
        """When an actor wants to be asked: asked once while nothing is written here, and as seldom as a thread asks.

        Another process may write too, a command beside slabot for instance.
        """
        writes, now = self._store.writes, self._clock.now()
        asked = self._asked.get(name)
        if asked is None or asked[0] != writes or now - asked[1] >= LONGEST_SLEEP:
            asked = self._asked[name] = (writes, now, self._actors[name].next_instant())
        return asked[2]
