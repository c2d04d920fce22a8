"""Within which time must something be done, and counted how?

Promise: three ways to count, each with one way to write it, and no text that could mean two of them.

    15m, 2h, 90s       elapsed working time of the calendar
    7d                 N times 24 hours of real time, weekends and all
    2 business days    the same wall-clock time, that many dates with opening hours later
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from slabot.calendars.errors import TargetError
from slabot.calendars.hours import DAY
from slabot.calendars.target_words import business_days, readings

UNITS = {"h": 3600, "m": 60, "s": 1}  # in seconds, the largest first
LONGEST = 36_525 * DAY  # seconds; a hundred years: more is a slip of the keyboard

SHORT = re.compile(r"(\d+)\s*([smhd])")
BUSINESS = re.compile(r"(\d+)\s+business\s+days?")


@dataclass(frozen=True, slots=True)
class Worked:
    """Working time of the calendar that must elapse."""

    amount: timedelta

    def __post_init__(self) -> None:
        _check(_whole(self.amount))

    def __str__(self) -> str:
        seconds = _whole(self.amount)
        unit, size = next((unit, size) for unit, size in UNITS.items() if seconds % size == 0)
        return f"{seconds // size}{unit}"


@dataclass(frozen=True, slots=True)
class RealTime:
    """Real time, whatever the calendar says: ``7d``."""

    amount: timedelta

    def __post_init__(self) -> None:
        _check(_whole(self.amount))

    def __str__(self) -> str:
        days, rest = divmod(_whole(self.amount), DAY)
        # The file can only say whole days of real time; anything else is shown in words that no file may
        # hold.
        return f"{Worked(self.amount)} of real time" if rest else f"{days}d"


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """The same wall-clock time on the N-th following date that has opening hours."""

    days: int

    def __post_init__(self) -> None:
        _check(self.days * DAY)

    def __str__(self) -> str:
        return business_days(self.days)


Target: TypeAlias = Worked | RealTime | BusinessDays


def parse_target(text: str) -> Target:
    """Read ``90s``, ``15m``, ``2h`` (working time), ``7d`` (real time) or ``2 business days``.

    Raises:
        TargetError: it is none of these; the message shows how to write what was probably meant.
    """
    words = text.strip().lower()
    if match := BUSINESS.fullmatch(words):
        return BusinessDays(_seconds(text, match[1], DAY) // DAY)
    if match := SHORT.fullmatch(words):
        if match[2] == "d":
            return RealTime(timedelta(0, _seconds(text, match[1], DAY)))
        return Worked(timedelta(0, _seconds(text, match[1], UNITS[match[2]])))
    meant = readings(words)
    raise TargetError(f'"{text}" is no target', _remedy(words, meant), meant)


def _remedy(words: str, meant: tuple[str, ...]) -> str:
    if not meant:
        return 'write it like "15m", "2h", "7d" or "2 business days"'
    if len(meant) > 1:
        return f'write "{meant[0]}" (of 24 hours, weekends too) or "{meant[1]}"'
    if re.search(r"\d[.,]\d", words):
        return f'write a whole number, "{meant[0]}"'
    if re.search(r"\d.*[a-z:].*\d", words):
        return f'write it in one unit, "{meant[0]}"'
    return f'write "{meant[0]}"'


def _seconds(text: str, digits: str, unit: int) -> int:
    # Text may hold numbers that no timedelta can, and even ones that int() refuses.
    seconds = int(digits) * unit if len(digits) <= 12 else LONGEST + 1
    _check(seconds, f'"{text}"' if len(text) <= 60 else "this target")
    return seconds


def _check(seconds: int, target: str = "a target") -> None:
    if seconds < 0:
        raise TargetError(f"{target} is less than nothing", "give 0 or more")
    if seconds > LONGEST:
        raise TargetError(f"{target} is longer than a hundred years", "give a smaller number")


def _whole(amount: timedelta) -> int:
    return amount.days * DAY + amount.seconds
