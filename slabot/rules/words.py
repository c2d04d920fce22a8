"""How are instants, lengths and reasons said to people?

Promise: a sentence about a decision never depends on when it was asked, so the same decision always reads the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(instant: datetime, zone: ZoneInfo) -> str:
    """``Fri 9 Jan 2026 18:00 +05:30``; seconds only where there are some."""
    local = instant.astimezone(zone)
    return f"{_shown(local)} {local.isoformat(timespec='seconds')[19:25]}"  # strftime takes ten times as long


def local_time(instant: datetime, zone: ZoneInfo) -> str:
    """``Fri 9 Jan 2026 18:00``, for places that name the zone once for all."""
    return _shown(instant.astimezone(zone))


def _shown(local: datetime) -> str:
    seconds = f":{local.second:02}" if local.second else ""
    return (
        f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year} "
        f"{local.hour:02}:{local.minute:02}{seconds}"
    )


def length(amount: timedelta) -> str:
    """``1 d 2 h 30 min``: the two or three largest units, nothing for zero ones; ``0 s``."""
    seconds = int(amount.total_seconds())
    if seconds < 0:
        return f"-{length(-amount)}"
    parts = [(seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    said = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(said) if said else "0 s"


def worked(amount: timedelta) -> str:
    """``43 h 30 min``: working time, never in days, since a day of it is as long as the calendar is open."""
    seconds = int(amount.total_seconds())
    parts = [(seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    said = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(said) if said else "0 s"


def days_and_hours(amount: timedelta) -> str:
    """A length from the policy as people say it: ``7 days``, ``3 days``, ``4 hours``, ``90 minutes``."""
    seconds = int(amount.total_seconds())
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % unit == 0 and seconds >= unit:
            count = seconds // unit
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "no time"


def shorten(text: str, most: int = 80) -> str:
    """One line of at most that many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def quoted(text: str, most: int = 80) -> str:
    """A customer's words in quotation marks, to follow "says": so they are found where they have to be taken out."""
    words = shorten(text, most).replace('"', "'")  # a quote within a quote would end it early
    return f'"{words}"'


def listed(items: tuple[str, ...]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def stamp(instant: datetime) -> str:
    """``20260109T123000Z``: an instant as part of a key, in UTC."""
    text = instant.isoformat(timespec="seconds")  # strftime takes four times as long
    return f"{text[:4]}{text[5:7]}{text[8:13]}{text[14:16]}{text[17:19]}Z"


def named_priority(priority: str | None) -> str:
    """The helpdesk's priority as it is said to people."""
    return "no priority" if priority is None else f'the priority "{priority}"'
