"""In which month, on which day and at which hour of the week is an instant, for people?

Promise: everything is of one zone, by its own rules of summer time, and asked of the zone once for each quarter of an
hour at most.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

QUARTER = 900  # seconds; no zone is off the hour by a part of it
FIRST_YEAR, LAST_YEAR = 1971, 2200
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS_A_DAY = 24


class LocalTime:
    """Months, days and hours of a zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._quarters: dict[int, int] = {}

    @cached_property
    def _months(self) -> tuple[list[int], list[str]]:
        firsts = [date(year, month, 1) for year in range(FIRST_YEAR, LAST_YEAR) for month in range(1, 13)]
        return [self.midnight(first) for first in firsts], [f"{first:%Y-%m}" for first in firsts]

    def month(self, at: int) -> str:
        """``2026-01``."""
        starts, names = self._months
        return names[max(0, bisect_right(starts, at) - 1)]

    def hour_of_week(self, at: int) -> int:
        """0 for the first hour of Monday, 167 for the last of Sunday."""
        quarter = at // QUARTER
        found = self._quarters.get(quarter)
        if found is None:
            local = datetime.fromtimestamp(quarter * QUARTER, self.zone)
            found = self._quarters[quarter] = local.weekday() * HOURS_A_DAY + local.hour
        return found

    def local(self, at: int) -> datetime:
        """The instant in the zone."""
        return datetime.fromtimestamp(at, self.zone)

    def midnight(self, day: date) -> int:
        """When a date begins."""
        return int(datetime.combine(day, datetime.min.time(), self.zone).astimezone(UTC).timestamp())

    def days(self, since: int, until: int) -> list[tuple[date, int]]:
        """The dates of which the end lies after one instant and not after another, each with the instant of its end."""
        day = self.local(since).date()
        found = []
        while (end := self.midnight(day + timedelta(days=1))) <= until:
            if end > since:
                found.append((day, end))
            day += timedelta(days=1)
        return found


def seconds(instant: datetime) -> int:
    """Whole seconds since 1970 UTC."""
    return int(instant.timestamp())
