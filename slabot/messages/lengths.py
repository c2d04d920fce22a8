"""How long is that, in words?

Promise: never more time than there is: what is said is rounded down to minutes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from slabot.calendars import BusinessDays, RealTime, TargetError, Worked, parse_target
from slabot.messages.styles import Style
from slabot.messages.view import PageView


def amount(length: timedelta) -> str:
    """``1 hour 30 minutes``, rounded down to minutes: never more time than there is."""
    minutes = max(0, int(length.total_seconds())) // 60
    if minutes == 0:
        return "less than a minute"
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        days, hours = divmod(hours, 24)
        return two((days, "day"), (hours, "hour"))
    return two((hours, "hour"), (minutes, "minute"))


def two(*parts: tuple[int, str]) -> str:
    """These counts with their names, those of nothing left out: ``1 hour 30 minutes``."""
    return " ".join(f"{count} {name}" if count == 1 else f"{count} {name}s" for count, name in parts if count)


def target(text: str, style: Style) -> str:
    """A target of the policy as text: ``2 hours``."""
    try:
        found = parse_target(text)
    except TargetError:
        return style.escape(text, 40)
    match found:
        case Worked(length) | RealTime(length):
            return amount(length)
        case BusinessDays():
            return str(found)
        case _:
            assert_never(found)


def counted(length: timedelta, view: PageView) -> str:
    """An amount of the clock's own time; in hours only where its calendar closes at night, since its days are
    shorter.
    """
    if view.always_open:
        return amount(length)
    minutes = max(0, int(length.total_seconds())) // 60
    time = two((minutes // 60, "hour"), (minutes % 60, "minute")) if minutes else "less than a minute"
    return f"{time} of working time"
