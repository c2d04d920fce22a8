"""Let a whole world run faster than the wall, threads, hangs and all.

Promise: every thread waits for the same clock, which runs `PACE` times as fast as the wall's, so that what takes two
minutes on it takes two seconds here. A hang on the wire is real, so the deadlines of calls are given in real seconds,
in one place (`DEADLINES`), in the order of size that they have in earnest.
"""

from __future__ import annotations

import importlib
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from slabot.clock import Wake

PACE = 60  # seconds of the clock in a real one
SLICE = 0.02  # real seconds; how long a thread sleeps before it reads the clock again

DEADLINES: Mapping[str, Mapping[str, Any]] = {
    "adapters.http.session": {"CONNECT": 0.3, "READ": 0.3, "WHOLE": 0.5, "PATIENCE": 0.5, "IDLE": 0.5},
    "slabot.channels.http": {"WHOLE": 0.3, "CONNECT": 0.25, "READ": 0.25},
    "slabot.channels.email.channel": {"WHOLE": 0.3},
    "slabot.channels.email.smtp": {"STEP": 0.25, "GOODBYE": 0.1},
    "slabot.channels.slack.calls": {"TIMEOUT": 0.25},
    "slabot.runtime.parts": {"RECHECK": 0.25, "LEASE": timedelta(seconds=0.4 * PACE)},
}
"""Real seconds, by module and name; what is a timedelta there is one of the clock."""

DEFAULTS = {("slabot.channels.slack.calls", "open_client"): {"timeout": 0.25}}
"""The same where a function took one as its default."""


class PacedClock:
    """A clock that runs faster than the wall's."""

    def __init__(self, start: datetime, pace: float = PACE) -> None:
        """Stand at `start` now."""
        self._start, self._pace, self._began = start, pace, time.monotonic()

    def now(self) -> datetime:
        """The present instant."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds of this clock since it was made."""
        return (time.monotonic() - self._began) * self._pace

    def real(self, duration: timedelta) -> float:
        """Real seconds in which so much passes here."""
        return max(0.0, duration.total_seconds() / self._pace)

    def sleep_until(self, instant: datetime, wake: Wake | None = None) -> bool:
        """Idle until the instant; True if woken before it."""
        while (left := self.real(instant - self.now())) > 0:
            if wake is None:
                time.sleep(min(left, SLICE))
            elif wake.wait(left):
                return True
        return isinstance(wake, threading.Event) and wake.is_set()

    def elapse(self, duration: timedelta) -> None:
        """Sleep."""
        time.sleep(self.real(duration))

    def waiting(self, name: str, until: datetime | None) -> None:
        """Nothing to do: every instant comes by itself."""


@contextmanager
def paced(clock: PacedClock) -> Iterator[None]:
    """Sweeps are planned on this clock, and calls have the deadlines above."""

    class Planned(BackgroundScheduler):  # type: ignore[misc, no-any-unimported]
        def add_job(self, call: Any, trigger: str, *, run_date: datetime, **more: Any) -> Any:
            wall = datetime.now(run_date.tzinfo) + timedelta(seconds=clock.real(run_date - clock.now()))
            return super().add_job(call, trigger, run_date=wall, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("slabot.runtime.embedded.BackgroundScheduler", Planned)
        for place, named in DEADLINES.items():
            for name, value in named.items():
                _everywhere(patch, getattr(importlib.import_module(place), name), name, value)
        for (place, function), defaults in DEFAULTS.items():
            patched = getattr(importlib.import_module(place), function)
            patch.setattr(patched, "__kwdefaults__", {**patched.__kwdefaults__, **defaults})
        yield


def _everywhere(patch: pytest.MonkeyPatch, former: object, name: str, value: object) -> None:
    """Replace a constant in its module and wherever it was imported."""
    for place, module in list(sys.modules.items()):
        if place.partition(".")[0] in ("slabot", "adapters") and getattr(module, name, None) is former:
            patch.setattr(module, name, value)
