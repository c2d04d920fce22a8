"""When does a calendar that is open now close, and when did it open?

Promise: years that a calendar does not answer for are no error here: then nothing is known of an opening.
"""

from __future__ import annotations

from datetime import datetime

from slabot.calendars import Calendar, OutsideYearsError


def closes(calendar: Calendar, now: datetime) -> datetime:
    """When the calendar closes that is open now; now, if it is closed, or answers for other years."""
    try:
        return next((end for _, end in calendar.periods(after=now)), now) if calendar.is_open(now) else now
    except OutsideYearsError:
        return now


def opened(calendar: Calendar, now: datetime) -> datetime:
    """When the calendar opened that was open until now; now, if it was closed just before."""
    try:
        start, end = next(calendar.periods(before=now), (now, now))
    except OutsideYearsError:
        return now
    return start if end == now else now
