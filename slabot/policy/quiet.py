"""When do the quiet hours of several calendars end, taken together, and when did they begin?

Promise: no page is held back for ever. Quiet times that follow each other without a gap are one, and one that is longer
than `LONGEST` holds nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from slabot.calendars import Calendar
from slabot.policy.open_times import closes, opened

LONGEST = timedelta(days=31)


def quiet_until(calendars: Sequence[Calendar], at: datetime) -> datetime | None:
    """When the quiet time ends in which an instant is; None if it is in none, or that does not end within `LONGEST`."""
    end = at
    while calendars and end - at <= LONGEST:
        later = max(closes(calendar, end) for calendar in calendars)
        if later == end:
            return None if end == at else end
        end = later  # another quiet time may have begun meanwhile
    return None


def quiet_since(calendars: Sequence[Calendar], at: datetime) -> datetime | None:
    """The first instant of the quiet time in which an instant is; None if it is in none."""
    end = quiet_until(calendars, at)
    if end is None:
        return None
    start = at
    while (earlier := min(opened(calendar, start) for calendar in calendars)) != start:
        start = earlier
    return max(start, end - LONGEST)
