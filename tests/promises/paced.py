"""Let a whole world run faster than the wall, threads, hangs and all.

Promise: every thread waits for the same clock, which runs `PACE` times as fast as the wall's, so that what takes two
minutes on it takes two seconds here. A hang on the wire is real, so the deadlines of calls are shortened with it, in
one place (`DEADLINES`): longer than in earnest, since a busy machine needs its time too, and in the same order.
"""

from __future__ import annotations

import importlib
import os
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

PACE = float(os.environ.get("SLABOT_TEST_PACE", "60"))  # seconds of the clock in a real one; fewer on a busy machine
SLICE = 0.02  # real seconds; how long a thread sleeps before it reads the clock again

DEADLINES: Mapping[str, Mapping[str, Any]] = {
    "adapters.http.session": {"CONNECT": 18, "READ": 18, "WHOLE": 30, "PATIENCE": 30, "IDLE": 30},
    "slabot.channels.http": {"WHOLE": 18, "CONNECT": 15, "READ": 15},
    "slabot.channels.email.channel": {"WHOLE": 18},
    "slabot.channels.email.smtp": {"STEP": 15, "GOODBYE": 6},
    "slabot.channels.slack.calls": {"TIMEOUT": 15},
    "slabot.runtime.parts": {"RECHECK": 15, "LEASE": timedelta(seconds=24)},
}
"""Seconds of the clock, by module and name."""

DEFAULTS = {("slabot.channels.slack.calls", "open_client"): {"timeout": 15}}
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
                _everywhere(patch, getattr(importlib.import_module(place), name), name, real(value))
        for (place, function), defaults in DEFAULTS.items():
            patched = getattr(importlib.import_module(place), function)
            shortened = {name: real(value) for name, value in defaults.items()}
            patch.setattr(patched, "__kwdefaults__", {**(patched.__kwdefaults__ or {}), **shortened})
        yield


def real(value: Any) -> Any:
    """A deadline as whoever waits for it needs it: seconds are the machine's, a timedelta is the clock's."""
    return value if isinstance(value, timedelta) else value / PACE


def _everywhere(patch: pytest.MonkeyPatch, former: object, name: str, value: object) -> None:
    """Replace a constant in its module and wherever it was imported."""
    for place, module in list(sys.modules.items()):
        if place.partition(".")[0] in ("slabot", "adapters") and getattr(module, name, None) is former:
            patch.setattr(module, name, value)
