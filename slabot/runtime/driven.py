"""How does everything run in one thread, on a clock that jumps?

Promise: the same actors as in the embedded runtime, asked by turns until nobody has anything to do; then the clock
jumps to the next instant that anybody wants. A run can be repeated, and can be killed between any two effects.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from slabot.clock import SteppedClock
from slabot.runtime.actors import make_actors
from slabot.runtime.parts import Parts

LEAST = timedelta(seconds=1)  # somebody who wants to be asked in the past, and finds nothing to do, is asked again then


class Driven:
    """The runtime on a stepped clock."""

    def __init__(self, parts: Parts, clock: SteppedClock) -> None:
        self._actors, self._clock = make_actors(parts), clock

    def start(self) -> None:
        """Nothing: it is driven from outside."""

    def stop(self) -> None:
        """Nothing: what is under way has ended when `settle` returns."""

    def settle(self) -> datetime | None:
        """Do everything that can be done now; returns the next instant that anybody wants, if any."""
        while self._actors.drain():
            pass
        following = self._actors.next_instant()
        return None if following is None else max(following, self._clock.now() + LEAST)
