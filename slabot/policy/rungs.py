"""At which point before or after a deadline are people told?

Promise: the words of a rung mean one thing; all offsets are working time of the clock's own calendar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from slabot.calendars import CalendarError, Worked, parse_target
from slabot.domain.errors import SlabotError


class RungError(SlabotError):
    """Words that are no rung; the remedy says which are."""


@dataclass(frozen=True, slots=True)
class Used:
    """A share of the working time between start and due: ``50% used``."""

    percent: int

    def __str__(self) -> str:
        return f"{self.percent}% used"


@dataclass(frozen=True, slots=True)
class Before:
    """Working time before due: ``30m before``."""

    amount: timedelta

    def __str__(self) -> str:
        return f"{Worked(self.amount)} before"


@dataclass(frozen=True, slots=True)
class Breach:
    """The last instant at which the deadline can still be met: ``breach``."""

    def __str__(self) -> str:
        return "breach"


@dataclass(frozen=True, slots=True)
class After:
    """Working time after the breach, once or again and again: ``30m after, then every 30m``."""

    amount: timedelta
    every: timedelta | None = None

    def __str__(self) -> str:
        again = "" if self.every is None else f", then every {Worked(self.every)}"
        return f"{Worked(self.amount)} after{again}"


Rung = Used | Before | Breach | After

_USED = re.compile(r"(\d{1,3})\s*% used")
_BEFORE = re.compile(r"(\S+) before")
_AFTER = re.compile(r"(\S+) after(?:, then every (\S+))?")


def parse_rung(text: str) -> Rung:
    """Read the words of a rung.

    Raises:
        RungError: they are none of ``50% used``, ``30m before``, ``breach``, ``30m after`` and
            ``30m after, then every 30m``.
    """
    words = " ".join(text.split())
    if words in ("breach", "at breach"):
        return Breach()
    if match := _USED.fullmatch(words):
        percent = int(match[1])
        if not 1 <= percent <= 99:
            raise RungError(f'"{words}" lies outside 1% to 99% used', "for the deadline itself write breach")
        return Used(percent)
    if match := _BEFORE.fullmatch(words):
        return Before(_amount(match[1], words))
    if match := _AFTER.fullmatch(words):
        return After(_amount(match[1], words), None if match[2] is None else _amount(match[2], words))
    raise RungError(
        f'"{words}" is no rung', 'write one of: 50% used, 30m before, breach, 30m after, "30m after, then every 30m"'
    )


def _amount(text: str, words: str) -> timedelta:
    try:
        target = parse_target(text)
    except CalendarError:
        target = None
    if not isinstance(target, Worked) or target.amount <= timedelta():
        raise RungError(
            f'"{text}" in "{words}" is no length of working time', "write minutes or hours such as 30m or 2h"
        )
    return target.amount
