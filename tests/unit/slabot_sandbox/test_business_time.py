"""Do the stand-ins count business hours as anybody would with a calendar on the wall?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from slabot_sandbox.base.business_time import BusinessWeek, dates

HOUR = 3600
WEEK = BusinessWeek(
    zone="London",
    spans=dict.fromkeys(range(5), ((9 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR))),
    closed=frozenset({date(2026, 1, 14)}),
)


def at(day: int, hour: int, minute: int = 0, month: int = 1) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(12, 10), 1, at(12, 11)),
        (at(12, 11, 30), 1, at(12, 13, 30)),  # over the break
        (at(12, 16), 2, at(13, 10)),
        (at(13, 16), 2, at(15, 10)),  # over the holiday
        (at(16, 16), 2, at(19, 10)),  # over the weekend
        (at(10, 3), 1, at(12, 10)),  # from a closed hour
        (at(27, 16, month=3), 2, at(30, 9, month=3)),  # summer time has come: nine in London is eight here
    ],
)
def test_time_is_added_where_it_is_open(start: datetime, hours: int, end: datetime) -> None:
    assert WEEK.add(start, timedelta(hours=hours)) == end
    assert WEEK.worked(start, end) == timedelta(hours=hours)


def test_a_week_that_never_opens_ends_the_search() -> None:
    with pytest.raises(ValueError, match="not open for"):
        BusinessWeek(zone="London", spans={}).add(at(12, 10), timedelta(hours=1))


def test_a_holiday_holds_both_its_dates() -> None:
    assert list(dates("2026-12-31", "2027-01-01")) == [date(2026, 12, 31), date(2027, 1, 1)]
