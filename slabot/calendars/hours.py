"""How are opening hours and weekdays written, and what do they mean?

Promise: a span of hours is closed-open and belongs to the date on which it opens, even if it closes on the
next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from slabot.calendars.errors import HoursError

DAY = 86_400  # seconds on a wall clock, from one midnight to the next
LONGEST = 2 * DAY  # seconds; a span may run to the end of the date after its opening date
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")  # 0 is Monday
WEEKDAY_NAMES = {day.lower()[:size]: number for number, day in enumerate(WEEKDAYS) for size in (3, len(day))}

SPAN = re.compile(r"\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*")  # - or en dash


# How people write it otherwise: 9-17, 8.30-17, 9am-5:30pm, 10 to 18.
LOOSE = re.compile(
    r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?\s*(?:[-–]|to)\s*(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?\s*", re.IGNORECASE
)
EXAMPLE = "09:00-17:00"


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """An open span of a date, on the wall clock of the calendar's zone.

    Attributes:
        opens: seconds after local midnight, 0 to 86399.
        closes: seconds after the same midnight; beyond 86400 it is on the next date, at most 48 h.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY:
            raise HoursError(f"opening {self.opens} s after midnight is not within one day", f"give 0 to {DAY - 1}")
        if not self.opens < self.closes <= LONGEST:
            raise HoursError(
                f"closing {self.closes} s after midnight does not follow opening at {self.opens} s",
                f"give more than that, up to {LONGEST}",
            )

    def __str__(self) -> str:
        closes = self.closes
        if closes > DAY and closes - DAY < self.opens:
            closes -= DAY
        return f"{_clock(self.opens)}-{_clock(closes)}"


def parse_hours(text: str) -> Hours:
    """Read ``09:00-17:00``, ``00:00-24:00``, ``22:00-06:00`` (closes on the next date) or ``09:00:30-17:00``.

    Raises:
        HoursError: it is none of these; the message shows how to write it.
    """
    match = SPAN.fullmatch(text)
    if match is None:
        raise HoursError(f'"{text}" is no span of hours', f'write it like "{_meant(text)}"')
    numbers = [int(number or 0) for number in match.groups()]
    opens, closes = _seconds(text, *numbers[:3]), _seconds(text, *numbers[3:])
    if opens == DAY:
        raise HoursError(f'"{text}" opens at 24:00, which is on the next date', 'write "00:00" there')
    if opens == closes:
        raise HoursError(f'"{text}" opens and closes at the same time', 'write "00:00-24:00" for a whole day')
    return Hours(opens, closes if closes > opens else closes + DAY)


def parse_days(text: str) -> tuple[int, ...]:
    """Read ``mon``, ``mon-fri``, ``sat,sun`` or ``fri-mon`` (over the weekend); sorted, 0 is Monday.

    Raises:
        HoursError: a part of it is no weekday.
    """
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = (name.strip() for name in part.partition("-"))
        begin = _weekday(first, text)
        end = _weekday(last, text) if dash else begin
        days.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return tuple(sorted(days))


def _weekday(name: str, text: str) -> int:
    number = WEEKDAY_NAMES.get(name.lower())
    if number is None:
        raise HoursError(f'"{name}" in "{text}" is no weekday', "write mon, mon-fri or sat,sun")
    return number


def _seconds(text: str, hour: int, minute: int, second: int) -> int:
    total = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or total > DAY:
        raise HoursError(
            f'"{text}" has a time that no clock shows',
            'write 00:00 to 24:00, and hours that close on the next date like "22:00-06:00"',
        )
    return total


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}" if second else f"{hour:02}:{minute:02}"


def _meant(text: str) -> str:
    """What is probably meant by hours in another notation; an example where that is not plain."""
    match = LOOSE.fullmatch(text)
    if match is None:
        return EXAMPLE
    opens, closes = (_minutes(*match.groups()[start : start + 3]) for start in (0, 3))
    if not opens < closes <= DAY // 60:
        return EXAMPLE
    return f"{_clock(opens * 60)}-{_clock(closes * 60)}"


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    hours = int(hour) if half is None else int(hour) % 12 + (12 if half.lower() == "pm" else 0)
    return hours * 60 + int(minute or 0)
