"""Let a whole world run faster than the wall, threads, hangs and all.

Promise: every thread waits for the same clock, which runs `PACE` times as fast as the wall's, so that what takes two
minutes on it takes three seconds here. A hang on the wire is real, so the deadlines of calls are shortened as well, all
of them alike and in one place.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from slabot.clock import Wake

PACE = float(os.environ.get("SLABOT_TEST_PACE", "40"))  # seconds of the clock in a real one; fewer on a busy machine
SLACK = 2  # calls may take twice as long as in earnest: a machine is not faster because its clock is
SLICE = 0.02  # real seconds; how long a thread sleeps before it reads the clock again

DEADLINES: Mapping[str, tuple[str, ...]] = {
    "adapters.http.session": ("CONNECT", "READ", "WHOLE", "PATIENCE", "IDLE"),
    "adapters.zendesk.tokens": ("REQUEST",),
    "slabot.outside.names": ("STALE",),
    "slabot.outside.transport": ("CONNECT",),
    "slabot.channels.http": ("WHOLE", "CONNECT"),
    "slabot.channels.email.channel": ("WHOLE",),
    "slabot.channels.email.smtp": ("CONNECT", "GOODBYE"),
    "slabot.channels.slack.client": ("TIMEOUT",),
    "slabot.channels.slack.channel": ("WHOLE",),
    "slabot.channels.slack.sender": ("PLACE",),
    "slabot.runtime.parts": ("RECHECK", "LEASE"),
    "slabot.runtime.delivery.rechecks": ("ASK_FOR",),
    "slabot.runtime.reading.reachability": ("ASK_FOR",),
    "slabot.runtime.reading.reader": ("FETCH", "LONGEST_FETCH"),
}
"""Every constant that says how long a call may take, by its module."""

DEFAULTS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("slabot.channels.slack.client", "open_client"): {"timeout": "TIMEOUT"},
}
"""The functions that took one as their default."""


class PacedClock:
    """A clock that runs faster than the wall's."""

    def __init__(self, start: datetime, pace: float = PACE) -> None:
        """Stand at `start` now."""
        self.pace, self._start, self._began = pace, start, time.monotonic()

    def now(self) -> datetime:
        """The present instant."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds of this clock since it was made."""
        return (time.monotonic() - self._began) * self.pace

    def real(self, duration: timedelta) -> float:
        """Real seconds in which so much passes here."""
        return max(0.0, duration.total_seconds() / self.pace)

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
        _shorten(patch, lambda deadline: _paced(deadline, clock.pace))
        yield


@contextmanager
def in_haste(longest: float) -> Iterator[None]:
    """No call takes longer than so many real seconds, for a clock that jumps: a hang is real on the wire."""
    with pytest.MonkeyPatch.context() as patch:
        _shorten(patch, lambda deadline: deadline if isinstance(deadline, timedelta) else min(deadline, longest))
        yield


def _shorten(patch: pytest.MonkeyPatch, shorter: Callable[[Any], Any]) -> None:
    for place, names in DEADLINES.items():
        module = importlib.import_module(place)
        for name in names:
            _everywhere(patch, former := getattr(module, name), name, shorter(former))
    for (place, function), defaults in DEFAULTS.items():
        module = importlib.import_module(place)
        patched = getattr(module, function)
        shortened = {name: getattr(module, constant) for name, constant in defaults.items()}
        patch.setattr(patched, "__kwdefaults__", {**patched.__kwdefaults__, **shortened})


def _paced(deadline: Any, pace: float) -> Any:
    """As whoever waits for it needs it: seconds are the machine's, a timedelta is this clock's."""
    return deadline * SLACK if isinstance(deadline, timedelta) else deadline * SLACK / pace


def _everywhere(patch: pytest.MonkeyPatch, former: object, name: str, value: object) -> None:
    """Replace a constant in its module and wherever it was imported."""
    for place, module in list(sys.modules.items()):
        if place.partition(".")[0] in ("slabot", "adapters") and getattr(module, name, None) is former:
            patch.setattr(module, name, value)
