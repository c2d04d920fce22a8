"""The examples of the agreement and of the design, and the rules behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from slabot.calendars import (
    Break,
    BusinessDays,
    Calendar,
    Override,
    RealTime,
    Target,
    Worked,
    parse_hours,
    parse_target,
)
from tests.unit.calendars.conftest import ALL_DAY, OFFICE, Make, utc

KOLKATA = ZoneInfo("Asia/Kolkata")


def local(text: str) -> datetime:
    """January 2026 in Kolkata, the 5th being a Monday: "05 15:00"."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-01-{day}T{clock}").replace(tzinfo=KOLKATA)


@pytest.mark.parametrize(
    ("start", "target", "due", "met_until"),
    [
        ("09 18:00", "6h", "10 00:00", "12 00:00"),  # High at Friday 18:00: a Sunday answer meets it
        ("09 18:00", "5h", "09 23:00", "09 23:00"),
        ("09 18:00", "12h", "12 06:00", "12 06:00"),  # Medium
        ("10 15:00", "6h", "12 06:00", "12 06:00"),  # from Saturday, counted from Monday 00:00
        ("08 00:00", "2 business days", "10 00:00", "12 00:00"),  # Thursday 00:00: Saturday 00:00
        ("05 15:00", "2 business days", "07 15:00", "07 15:00"),  # Monday 15:00: Wednesday 15:00
        ("10 15:00", "2 business days", "14 00:00", "14 00:00"),  # Saturday: counts from Monday 00:00
        ("09 15:00", "1 business day", "12 15:00", "12 15:00"),
        ("22 15:00", "2 business days", "27 15:00", "27 15:00"),  # over a weekend and Republic Day
        ("26 12:00", "1 business day", "28 00:00", "28 00:00"),  # from the holiday: counts from Tuesday 00:00
        ("10 15:00", "0 business days", "12 00:00", "12 00:00"),
        ("10 15:00", "0h", "12 00:00", "12 00:00"),
        ("07 15:00", "0 business days", "07 15:00", "07 15:00"),
        ("03 15:00", "7d", "10 15:00", "12 00:00"),  # real time, not moved back over the weekend
    ],
)
def test_due_is_the_earliest_instant_and_met_until_the_next_working_one(
    support_week: Calendar, start: str, target: str, due: str, met_until: str
) -> None:
    found = support_week.due(local(start), parse_target(target))
    assert found == local(due)
    assert support_week.met_until(found) == local(met_until)


def test_low_on_saturday_is_due_by_the_promise_or_the_target_whichever_is_earlier(support_week: Calendar) -> None:
    saturday = local("10 15:00")
    assert support_week.closes_all_day(saturday)
    assert support_week.due(saturday, BusinessDays(2)) == local("14 00:00")
    assert support_week.end_of_next_working_day(saturday) == local("13 00:00")


def test_real_time_claims_no_working_time(make: Make) -> None:
    office = make(week={"mon-fri": ["09:00-17:00"]})
    start = datetime(2026, 1, 9, 18, tzinfo=UTC)
    assert office.due(start, RealTime(timedelta(hours=5))) == start + timedelta(hours=5)
    assert office.due(start, RealTime(timedelta(0))) == start


# ── Business days in an office ───────────────────────────────────────────────────────────────────────────────────────


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (at(5, 12), 1, at(6, 12)),
        (at(5, 12), 5, at(10, 12)),  # Saturday is a business date
        (at(5, 12), 6, at(12, 12)),
        (at(5, 18), 1, at(6, 17)),  # from Tuesday 09:00 to Wednesday 09:00, where Tuesday's work is done
        (at(9, 16), 1, at(10, 14, 30)),  # Saturday closes at 14:30, before 16:00: moved back to the closing
        (at(9, 12), 2, at(12, 12)),
        (at(10, 12), 1, at(12, 12)),
        (at(10, 11), 1, at(12, 11)),
    ],
)
def test_business_days_keep_the_wall_clock_time(make: Make, start: datetime, days: int, due: datetime) -> None:
    office = make(week={"mon-fri": ["09:00-17:00"], "sat": ["11:00-14:30"]})
    assert office.due(start, BusinessDays(days)) == due


def test_business_days_keep_the_time_of_day_to_the_second(make: Make) -> None:
    start = utc(2026, 1, 5, 15, 0, 30)
    assert make(week=OFFICE).due(start, BusinessDays(2)) == utc(2026, 1, 7, 15, 0, 30)
    assert make(zone="Asia/Kolkata", week=ALL_DAY).due(start, BusinessDays(2)) == utc(2026, 1, 7, 15, 0, 30)
    night = make(week={"mon-sun": ["22:00-06:00"]})
    assert night.due(utc(2026, 1, 6, 1, 2, 3), BusinessDays(1)) == utc(2026, 1, 7, 1, 2, 3)


def test_a_wall_clock_time_before_opening_is_moved_back_to_the_closing_before(make: Make) -> None:
    office = make(week={"mon": ["08:00-17:00"], "tue": ["10:00-17:00"]})
    assert office.due(at(5, 9), BusinessDays(1)) == at(5, 17)


def test_a_start_in_a_break_counts_from_its_end(make: Make) -> None:
    office = make(
        week={"mon-fri": ["09:00-17:00"]},
        breaks=(Break(hours=parse_hours("12:00-13:00"), name="Lunch", weekdays=(0,)),),
    )
    assert office.due(at(5, 12, 30), BusinessDays(1)) == at(6, 13)


def test_in_a_span_over_midnight_business_days_count_from_its_opening_date(make: Make) -> None:
    nights = make(week={"mon-fri": ["22:00-06:00"]})
    assert nights.due(at(6, 3), BusinessDays(1)) == at(7, 3)  # in Monday's shift: the same time of Tuesday's
    assert nights.due(at(10, 3), BusinessDays(1)) == at(13, 3)  # in Friday's shift: the same time of Monday's
    assert nights.due(at(9, 23), BusinessDays(1)) == at(12, 23)


def test_a_wall_clock_time_in_a_gap_moves_forward(make: Make) -> None:
    calendar = make(zone="America/New_York", week={"mon-sun": ["00:00-24:00"]})
    start = calendar.resolve(date(2024, 3, 9), 2 * 3600 + 1800)
    assert calendar.due(start, BusinessDays(1)) == datetime(2024, 3, 10, 7, 30, tzinfo=UTC)  # 03:30 summer time
    assert calendar.due(start, BusinessDays(2)) == datetime(2024, 3, 11, 6, 30, tzinfo=UTC)  # 02:30 again


def test_a_start_in_the_second_of_two_hours_keeps_what_the_clock_showed(make: Make) -> None:
    calendar = make(zone="America/New_York", week={"mon-sun": ["00:00-24:00"]})
    second = datetime(2024, 11, 3, 6, 30, tzinfo=UTC)  # 01:30 again, in winter time
    assert calendar.due(second, BusinessDays(1)) == datetime(2024, 11, 4, 6, 30, tzinfo=UTC)


def test_business_days_skip_closed_dates_of_every_kind(make: Make) -> None:
    calendar = make(
        week={"mon-fri": ["09:00-17:00"]},
        holidays={date(2026, 1, 6): "Epiphany"},
        overrides={
            date(2026, 1, 7): Override((), "Company day"),
            date(2026, 1, 10): Override((parse_hours("09:00-17:00"),), "Migration"),
        },
        breaks=(Break(hours=parse_hours("00:00-24:00"), name="Move", date=date(2026, 1, 8)),),
    )
    assert calendar.due(at(5, 12), BusinessDays(1)) == at(9, 12)
    assert calendar.due(at(5, 12), BusinessDays(2)) == at(10, 12)
    assert calendar.due(at(5, 12), BusinessDays(3)) == at(12, 12)


def test_a_date_that_the_zone_jumped_over_is_no_business_date(make: Make) -> None:
    calendar = make(zone="Pacific/Apia", week={"mon-sun": ["09:00-17:00"]})
    thursday = calendar.resolve(date(2011, 12, 29), 12 * 3600)
    assert calendar.due(thursday, BusinessDays(1)) == calendar.resolve(date(2011, 12, 31), 12 * 3600)


@pytest.mark.parametrize("target", [Worked(timedelta(hours=8)), BusinessDays(1)])
def test_due_over_the_turn_of_the_year(make: Make, target: Target) -> None:
    office = make(week={"mon-fri": ["09:00-17:00"]}, holidays={date(2026, 1, 1): "New Year"})
    assert office.due(datetime(2025, 12, 31, 12, tzinfo=UTC), target) == at(2, 12)
