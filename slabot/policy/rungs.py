"""At which point before or after a deadline are people told?

Promise: the words of a rung mean one thing; all offsets are working time of the clock's own calendar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from slabot.calendars import BusinessDays, CalendarError, Worked, parse_target
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
    """Working time after the breach, once or again and again: ``30m after, then every 30m for 3 days``.

    Attributes:
        lasts: how long it is repeated, from the rung itself on: working time, or so many working days; None: no end.
    """

    amount: timedelta
    every: timedelta | None = None
    lasts: Worked | BusinessDays | None = None

    def __str__(self) -> str:
        again = "" if self.every is None else f", then every {Worked(self.every)}"
        ends = "" if self.lasts is None else f" for {lasting(self.lasts)}"
        return f"{Worked(self.amount)} after{again}{ends}"


Rung = Used | Before | Breach | After

MOST_DAYS = 366
FORMS = '50% used, 30m before, breach, 30m after, "30m after, then every 30m for 3 days"'

_USED = re.compile(r"(\d{1,3})\s*% used")
_BEFORE = re.compile(r"(\S+) before")
_AFTER = re.compile(r"(\S+) after(?:, then every (\S+))?(?: for (.+))?")
_DAYS = re.compile(r"(\d{1,6}) (?:working |business )?days?")
_EACH_DAY = re.compile(r"every working day for (\d{1,3}) days?")


def days_text(days: int) -> str:
    """``1 day``, ``3 days``: working days of a clock's calendar, as a file writes them."""
    return "1 day" if days == 1 else f"{days} days"


def lasting(lasts: Worked | BusinessDays) -> str:
    """How long a rung is repeated, as a file writes it: ``3 days``, ``12h``."""
    return days_text(lasts.days) if isinstance(lasts, BusinessDays) else str(lasts)


def each_day(days: int) -> str:
    """The name of the pages after the repeats, as their rung: ``every working day for 10 days``."""
    return f"every working day for {days_text(days)}"


def days_of_each_day(name: str) -> int | None:
    """For how many days pages come by that name; None if it names another rung."""
    match = _EACH_DAY.fullmatch(name)
    return None if match is None else int(match[1])


def parse_days_of_work(text: str) -> int:
    """Read a number of working days: ``10 days``, ``1 day``, ``3 working days``.

    Raises:
        RungError: it is none, or not from 1 to 366.
    """
    words = " ".join(text.split())
    match = _DAYS.fullmatch(words)
    if match is None:
        raise RungError(f'"{words}" is no number of working days', "write it like 10 days")
    if not 1 <= int(match[1]) <= MOST_DAYS:
        raise RungError(f'"{words}" lies outside 1 to {MOST_DAYS} days', "write it like 10 days")
    return int(match[1])


def parse_rung(text: str) -> Rung:
    """Read the words of a rung.

    Raises:
        RungError: they are none of ``50% used``, ``30m before``, ``breach``, ``30m after``,
            ``30m after, then every 30m`` and ``30m after, then every 30m for 3 days``.
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
        return _after(*match.groups(), words=words)
    raise RungError(f'"{words}" is no rung', f"write one of: {FORMS}")


def _after(amount: str, every: str | None, lasts: str | None, *, words: str) -> After:
    if every is None:
        if lasts is not None:
            fix = f'write "{amount} after, then every 30m for {lasts}", or {amount} after alone'
            raise RungError(f'"for {lasts}" in "{words}" ends what is not repeated', fix)
        return After(_amount(amount, words))
    rung = After(_amount(amount, words), _amount(every, words), None if lasts is None else _lasts(lasts, words))
    if isinstance(rung.lasts, Worked) and rung.every is not None and rung.lasts.amount < rung.every:
        fix = f"write at least {every} behind for, or {amount} after alone"
        raise RungError(f'"{words}" ends before the first repeat', fix)
    return rung


def _lasts(text: str, words: str) -> Worked | BusinessDays:
    try:
        if " " in text:
            return BusinessDays(parse_days_of_work(text))
        return Worked(_amount(text, words))
    except RungError:
        why = f'"{text}" in "{words}" is no length of working time'
        raise RungError(why, f"write 1 to {MOST_DAYS} days as in 3 days, or hours such as 12h") from None


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
