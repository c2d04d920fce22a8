"""Count business hours as a helpdesk does.

Promise: minute by minute of a week that repeats, day after day, without anything of slabot's calendars: the stand-ins
must not share a mistake with what they test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 3 * 366  # how far ahead it looks
RAILS = {  # the names that accounts of the stand-ins are set up with; others are taken as they are
    "Chennai": "Asia/Kolkata",
    "Eastern Time (US & Canada)": "America/New_York",
    "London": "Europe/London",
    "New Delhi": "Asia/Kolkata",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Tokyo": "Asia/Tokyo",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessWeek:
    """When an account is open.

    Attributes:
        zone: as the account writes it.
        spans: weekday (0 is Monday) to the seconds after midnight between which it is open, in order.
        closed: dates on which it is not.
    """

    zone: str
    spans: Mapping[int, tuple[tuple[int, int], ...]]
    closed: frozenset[date] = field(default_factory=frozenset)

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The first instant at which so much has been open since the start.

        Raises:
            ValueError: it is not open for so long within three years.
        """
        left = amount
        for opens, closes in self._open_from(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta())
        raise ValueError(f"not open for {amount} within three years of {start}")

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How long it is open between two instants."""
        total = timedelta()
        for opens, closes in self._open_from(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def _open_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        zone = ZoneInfo(RAILS.get(self.zone, self.zone))
        first = start.astimezone(zone).date() - timedelta(days=1)
        for day in (first + timedelta(days=number) for number in range(DAYS)):
            if day in self.closed:
                continue
            for opens, closes in self.spans.get(day.weekday(), ()):
                yield _at(day, opens, zone), _at(day, closes, zone)


def dates(begins: str, ends: str) -> Iterable[date]:
    """Every date from one to another, both included."""
    first, last = date.fromisoformat(begins), date.fromisoformat(ends)
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _at(day: date, seconds: int, zone: ZoneInfo) -> datetime:
    wall = datetime.combine(day, time()) + timedelta(seconds=seconds)
    return wall.replace(tzinfo=zone).astimezone(UTC)
