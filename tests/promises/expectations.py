"""How does a test say which message must come, and what is said where it does not?

Promise: an expectation takes the oldest message that fits it and that nobody expected before; it may still come within
the time that was given to it. Where none comes, the failure names what was stated, where, and what there was instead.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol, Self

from tests.promises.heard import Heard

PATIENCE = timedelta(seconds=2)  # in which a message may come where the test names no other time
OURS = frozenset({"expectations.py", "harness.py", "people.py"})  # files between a test and what it states

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")


def span(given: str | timedelta) -> timedelta:
    """``"90s"``, ``"10m"``, ``"1h30m"`` or ``"2d"`` (of 24 hours)."""
    if isinstance(given, timedelta):
        return given
    parts = _PART.findall(given)
    if not parts or "".join(f"{amount}{unit}" for amount, unit in parts) != given.replace(" ", ""):
        raise ValueError(f'"{given}" is no span of time; write it like "90s", "10m", "1h30m" or "2d"')
    return timedelta(seconds=sum(float(amount) * _UNITS[unit] for amount, unit in parts))


class Listener(Protocol):
    """Where messages are heard, and time is let pass."""

    def unexpected(self) -> list[Heard]:
        """What came and nobody expected yet, oldest first."""

    def claim(self, *heard: Heard) -> None:
        """These were expected."""

    def wait_for(self, come: Callable[[], bool], most: timedelta) -> bool:
        """Let time pass until it has come, or so long; True if it has."""

    def recent(self) -> Sequence[Heard]:
        """The last messages, expected or not, for a report."""

    def instant(self) -> str:
        """The present instant, in words."""

    def open(self, expectation: Expectation) -> None:
        """Remember what was stated and not yet heard."""


class Expectation:
    """One message that must come."""

    def __init__(
        self, listener: Listener, what: str, fits: Callable[[Heard], bool], *, takes_earlier: bool = False
    ) -> None:
        """Look for it among what has come already.

        Args:
            listener: where messages are heard.
            what: in words: "a page about ticket 1 in #support-escalations".
            fits: whether a message is it.
            takes_earlier: take all that fit, and look at the newest: for updates, of which the latest wins.
        """
        self._listener, self._what, self._fits, self._takes_earlier = listener, what, fits, takes_earlier
        self._stated, self._since = stated_at(), listener.instant()
        self._heard: Heard | None = None
        if not self._take():
            listener.open(self)

    @property
    def heard(self) -> Heard:
        """The message; waits for it for a moment if it has not come yet."""
        if self._heard is None:
            self.within(PATIENCE)
        assert self._heard is not None
        return self._heard

    def within(self, most: str | timedelta) -> Self:
        """It has come, or comes within so much time from now."""
        if self._heard is None and not self._listener.wait_for(self._take, span(most)):
            raise AssertionError(self._missing(most))
        return self

    def says(self, *words: str) -> Self:
        """It says all of this, in its text or its blocks."""
        for each in words:
            assert each.lower() in self.heard.whole.lower(), self._wrong(f"does not say {each!r}")
        return self

    def never_says(self, *words: str) -> Self:
        """It says nothing of this."""
        for each in words:
            assert each.lower() not in self.heard.whole.lower(), self._wrong(f"says {each!r}")
        return self

    def is_repeat(self) -> Self:
        """It says that it may be a repeat."""
        assert self.heard.is_repeat, self._wrong("does not say that it may be a repeat")
        return self

    def is_no_repeat(self) -> Self:
        """It claims to be the first."""
        assert not self.heard.is_repeat, self._wrong("says that it may be a repeat")
        return self

    def shown_in_channel(self) -> Self:
        """It is a reply that the channel shows too."""
        assert self.heard.broadcast, self._wrong("is hidden in its thread")
        return self

    def at(self, clock: str) -> Self:
        """It came at this time of the day, in UTC: ``"10:00"`` means any second of that minute."""
        came = f"{self.heard.at:%H:%M:%S}"
        assert came.startswith(clock), self._wrong(f"came at {came}, not at {clock}")
        return self

    def _take(self) -> bool:
        fitting = [heard for heard in self._listener.unexpected() if self._fits(heard)]
        if not fitting:
            return False
        taken = fitting if self._takes_earlier else fitting[:1]
        self._heard = taken[-1]
        self._listener.claim(*taken)
        return True

    def _missing(self, most: str | timedelta) -> str:
        return (
            f"expected {self._what} within {most} of {self._since} ({self._stated}), and none came.\n{self._instead()}"
        )

    def _instead(self) -> str:
        others = self._listener.unexpected()
        if others:
            return "What came instead, and nobody had expected:\n" + listed(others)
        recent = self._listener.recent()
        return f"The last that came:\n{listed(recent)}" if recent else "Nothing has come at all."

    def _wrong(self, what: str) -> str:
        return f"{self._what} {what} ({self._stated}). It reads:\n  {self.heard.line}\n  {self.heard.whole}"


def listed(messages: Sequence[Heard]) -> str:
    """One a line."""
    return "\n".join(f"  {heard.line}" for heard in messages)


def stated_at() -> str:
    """The line of the test that is being run."""
    frame = sys._getframe(1)
    while frame.f_back is not None and Path(frame.f_code.co_filename).name in OURS:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
