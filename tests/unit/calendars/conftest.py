"""Calendars for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from slabot.calendars import Calendar, CalendarSpec, iana_zone, parse_days, parse_hours

Make = Callable[..., Calendar]


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
