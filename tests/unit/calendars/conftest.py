"""Calendars for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from slabot.calendars import Calendar, CalendarSpec, iana_zone, parse_days, parse_hours

Make = Callable[..., Calendar]
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
ALL_DAY = {"mon-sun": ["00:00-24:00"]}
OFFICE = {"mon-fri": ["09:00-17:00"]}


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """An instant, as a clock in UTC shows it."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def on(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """An instant of January 2026 in UTC; the 5th is a Monday."""
    return utc(2026, 1, day, hour, minute, second)


@pytest.fixture
def make() -> Make:
    """A calendar from words: make(zone="Asia/Kolkata", week={"mon-fri": ["09:00-17:00"]}, ...)."""

    def build(*, zone: str = "UTC", week: dict[str, list[str]] | None = None, **said: Any) -> Calendar:
        hours = {
            day: tuple(parse_hours(span) for span in spans)
            for days, spans in (week or {}).items()
            for day in parse_days(days)
        }
        said.setdefault("name", "test_week")
        return Calendar(CalendarSpec(zone=iana_zone(zone), week=hours, **said))

    return build


@pytest.fixture
def support_week(make: Make) -> Calendar:
    """The agreement's: 24 hours, Monday to Friday, except the holidays of India."""
    return make(name="support_week", zone="Asia/Kolkata", week={"mon-fri": ["00:00-24:00"]}, country="IN")
