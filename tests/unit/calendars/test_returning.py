"""What changes a date that would be open, year after year?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from slabot.calendars import (
    Break,
    BusinessDays,
    Calendar,
    CalendarError,
    Hours,
    Override,
    YearlyDate,
    half_holidays,
    parse_hours,
)
from slabot.calendars.holiday_book import known_country
from slabot.calendars.returning import ordinary_hours
from slabot.calendars.spec import CalendarSpec
from tests.unit.calendars.conftest import ALL_DAY, HOUR, OFFICE, Make, utc

CHRISTMAS_EVE = YearlyDate(12, 24)
MORNING = (parse_hours("09:00-12:00"),)


def worked(calendar: Calendar, day: date) -> timedelta:
    return calendar.elapsed(calendar.resolve(day, 0), calendar.resolve(day, 86_400))


def reasons(calendar: Calendar, day: date) -> list[tuple[bool, str]]:
    return [(span.counts, span.why) for span in calendar.spans(calendar.resolve(day, 0), calendar.resolve(day, 86_400))]


# ── Dates that return each year ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("year", "hours"), [(2026, 3), (2027, 3), (2028, 0), (2029, 3)])  # in 2028 it is a Sunday
def test_a_date_that_returns_changes_only_days_that_would_be_open(make: Make, year: int, hours: int) -> None:
    calendar = make(week=OFFICE, each_year={CHRISTMAS_EVE: Override(MORNING, "Christmas Eve")})

    assert worked(calendar, date(year, 12, 24)) == hours * HOUR
    assert worked(calendar, date(year, 12, 24)) == hours * HOUR
    assert ((True, "Christmas Eve") in reasons(calendar, date(year, 12, 24))) == (hours > 0)


def test_a_closed_weekday_stays_one_by_name(make: Make) -> None:
    calendar = make(week=OFFICE, each_year={CHRISTMAS_EVE: Override(MORNING, "Christmas Eve")})
    assert reasons(calendar, date(2028, 12, 24)) == [(False, "Sunday")]


def test_a_date_that_returns_opens_no_holiday(make: Make) -> None:
    calendar = make(week=ALL_DAY, country="DE", each_year={YearlyDate(12, 25): Override(MORNING, "Duty")})
    assert reasons(calendar, date(2026, 12, 25)) == [(False, "Christmas Day")]
    assert calendar.returning_dates(2026) == {}


def test_a_full_date_opens_and_wins_over_the_one_that_returns(make: Make) -> None:
    full = {date(2028, 12, 24): Override((parse_hours("10:00-11:00"),), "Stocktaking")}
    calendar = make(week=OFFICE, overrides=full, each_year={CHRISTMAS_EVE: Override(MORNING, "Christmas Eve")})

    assert worked(calendar, date(2028, 12, 24)) == HOUR
    assert (True, "Stocktaking") in reasons(calendar, date(2028, 12, 24))
    assert worked(calendar, date(2027, 12, 24)) == 3 * HOUR
    assert calendar.returning_dates(2028) == {}
    assert list(calendar.returning_dates(2027)) == [date(2027, 12, 24)]


def test_a_date_may_be_closed_each_year_and_is_no_business_date_then(make: Make) -> None:
    calendar = make(week=OFFICE, each_year={YearlyDate(12, 31): Override((), "Inventory")})

    assert reasons(calendar, date(2026, 12, 31)) == [(False, "Inventory")]
    assert calendar.closes_all_day(utc(2026, 12, 31, 10))
    assert calendar.holiday(utc(2026, 12, 31, 10)) is None
    assert calendar.due(utc(2026, 12, 30, 10), BusinessDays(1)) == utc(2027, 1, 1, 10)
    assert calendar.end_of_next_working_day(utc(2026, 12, 30, 10)) == utc(2027, 1, 1, 17)


def test_the_29th_of_february_returns_in_leap_years_only(make: Make) -> None:
    calendar = make(week=ALL_DAY, each_year={YearlyDate(2, 29): Override((), "Leap day")})
    closed = [year for year in range(1990, 2030) if calendar.returning_dates(year)]
    assert closed == [1992, 1996, 2000, 2004, 2008, 2012, 2016, 2020, 2024, 2028]
    assert worked(calendar, date(2027, 2, 28)) == worked(calendar, date(2027, 3, 1)) == 24 * HOUR


def test_a_holiday_of_your_own_may_return_and_a_full_date_names_it_otherwise(make: Make) -> None:
    own: dict[date | YearlyDate, str] = {YearlyDate(5, 4): "Founders' day", date(2027, 5, 4): "Tenth founders' day"}
    calendar = make(week=ALL_DAY, holidays=own)

    assert calendar.holidays(2026) == {date(2026, 5, 4): "Founders' day"}
    assert calendar.holidays(2027) == {date(2027, 5, 4): "Tenth founders' day"}
    assert calendar.closes_all_day(utc(2026, 5, 4, 12))


def test_a_break_may_return(make: Make) -> None:
    lunch = Break(parse_hours("12:00-16:00"), "Summer party", date=YearlyDate(7, 1))
    calendar = make(week=OFFICE, breaks=(lunch,))

    assert [worked(calendar, date(year, 7, 1)) for year in (2026, 2027, 2028)] == [4 * HOUR, 4 * HOUR, 0 * HOUR]
    assert calendar.on_break(utc(2026, 7, 1, 13)) == "Summer party"
    assert worked(calendar, date(2026, 7, 2)) == 8 * HOUR


def test_a_public_holiday_may_be_excepted_by_a_date_that_returns(make: Make) -> None:
    excepted = frozenset({YearlyDate(12, 26), YearlyDate(6, 3)})
    calendar = make(week=ALL_DAY, country="DE", except_holidays=excepted)

    assert all(date(year, 12, 26) not in calendar.holidays(year) for year in range(2020, 2030))
    assert date(2026, 12, 25) in calendar.holidays(2026)
    assert calendar.unused_exceptions(range(2025, 2028)) == ("06-03",)


def test_a_date_that_returns_is_written_as_in_the_file() -> None:
    assert [str(YearlyDate(12, 24)), str(YearlyDate(2, 9))] == ["12-24", "02-09"]
    assert (YearlyDate(2, 29).on(2027), YearlyDate(2, 29).on(2028)) == (None, date(2028, 2, 29))


# ── Before holidays ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_day_before_each_holiday_is_short_if_it_would_be_open(make: Make) -> None:
    calendar = make(week=OFFICE, country="DE", before_holidays=Override(MORNING, ""))

    short = {day: own.name for day, own in calendar.returning_dates(2026).items()}
    assert short == {
        date(2026, 4, 2): "day before Good Friday",
        date(2026, 4, 30): "day before Labor Day",
        date(2026, 5, 13): "day before Ascension Day",
        date(2026, 10, 2): "day before German Unity Day",  # which is a Saturday
        date(2026, 12, 24): "day before Christmas Day",
        date(2026, 12, 31): "day before New Year's Day",
    }
    assert all(worked(calendar, day) == 3 * HOUR for day in short)
    assert worked(calendar, date(2026, 4, 3)) == 0 * HOUR  # Good Friday is before no holiday, and would be closed
    assert reasons(calendar, date(2026, 4, 2)) == [
        (False, "day before Good Friday"),
        (True, "day before Good Friday"),
        (False, "day before Good Friday"),
    ]


def test_a_short_day_may_have_a_name(make: Make) -> None:
    calendar = make(week=OFFICE, country="DE", before_holidays=Override(MORNING, "Short day"))
    assert (True, "Short day") in reasons(calendar, date(2026, 12, 24))


def test_before_a_holiday_that_a_full_date_opens_or_an_exception_takes_away_the_day_is_not_short(make: Make) -> None:
    full = {date(2026, 12, 25): Override(MORNING, "Duty")}
    excepted: frozenset[date | YearlyDate | str] = frozenset({"New Year's Day"})
    calendar = make(
        week=OFFICE,
        country="DE",
        overrides=full,
        except_holidays=excepted,
        before_holidays=Override((parse_hours("09:00-10:00"),), ""),
    )

    assert worked(calendar, date(2026, 12, 24)) == 8 * HOUR
    assert worked(calendar, date(2026, 12, 31)) == 8 * HOUR
    assert worked(calendar, date(2026, 4, 2)) == HOUR


def test_own_holidays_have_short_days_before_them_over_the_end_of_the_year(make: Make) -> None:
    calendar = make(week=ALL_DAY, holidays={YearlyDate(1, 1): "New Year"}, before_holidays=Override(MORNING, ""))
    short = [day for year in range(2020, 2030) for day in calendar.returning_dates(year)]
    assert short == [date(year, 12, 31) for year in range(2020, 2030)]


def test_a_date_that_returns_wins_over_the_short_day(make: Make) -> None:
    calendar = make(
        week=OFFICE,
        country="DE",
        before_holidays=Override(MORNING, ""),
        each_year={CHRISTMAS_EVE: Override((parse_hours("09:00-10:00"),), "Christmas Eve")},
    )
    assert worked(calendar, date(2026, 12, 24)) == HOUR


# ── Half holidays ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_half_holidays_have_their_hours_and_names_and_only_on_days_that_would_be_open(make: Make) -> None:
    calendar = make(zone="Europe/Istanbul", week=OFFICE, country="TR", half_holidays=MORNING)

    assert worked(calendar, date(2026, 10, 28)) == 3 * HOUR
    assert (True, "Republic Day (from 1pm)") in reasons(calendar, date(2026, 10, 28))
    assert worked(calendar, date(2028, 10, 28)) == 0 * HOUR  # a Saturday
    assert worked(make(week=OFFICE, country="TR"), date(2026, 10, 28)) == 8 * HOUR


def test_a_half_holiday_is_excepted_by_name_or_date(make: Make) -> None:
    this, following = date(2026, 10, 28), date(2027, 10, 28)
    for excepted, left in (("Republic Day (from 1pm)", 8), (YearlyDate(10, 28), 8), (this, 3)):
        calendar = make(week=OFFICE, country="TR", half_holidays=MORNING, except_holidays=frozenset({excepted}))
        assert worked(calendar, this) == 8 * HOUR
        assert worked(calendar, following) == left * HOUR
        assert worked(calendar, date(2026, 3, 19)) == 3 * HOUR  # Eid al-Fitr
        assert calendar.unused_exceptions(range(2026, 2028)) == ()


def test_half_holidays_need_a_country(make: Make) -> None:
    with pytest.raises(CalendarError, match="half holidays of no country"):
        make(week=OFFICE, half_holidays=MORNING)


def test_a_country_without_the_category_has_no_half_holidays() -> None:
    assert half_holidays("DE", None, 2026) == {}
    assert date(2026, 12, 24) in half_holidays("GR", None, 2026)


# ── Moved working days ──────────────────────────────────────────────────────────────────────────────────────────────

CHINESE_SATURDAYS = [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20)]


@pytest.mark.parametrize("day", CHINESE_SATURDAYS)
def test_a_weekend_day_that_a_country_works_has_the_hours_of_an_ordinary_weekday(make: Make, day: date) -> None:
    week = {"mon-thu": ["09:00-18:00"], "fri": ["09:00-15:00"], "sat": ["10:00-12:00"]}
    calendar = make(zone="Asia/Shanghai", week=week, country="CN")

    assert worked(calendar, day) == 9 * HOUR
    assert reasons(calendar, day) == [
        (False, "outside opening hours"),
        (True, "moved working day (CN)"),
        (False, "outside opening hours"),
    ]
    assert calendar.business_date(calendar.resolve(day, 12 * 3600)) == day


@pytest.mark.parametrize(("country", "day"), [("UA", date(2019, 5, 11)), ("HU", date(2026, 8, 8))])
def test_other_countries_move_days_too(make: Make, country: str, day: date) -> None:
    assert worked(make(week=OFFICE, country=country), day) == 8 * HOUR


def test_moved_working_days_stay_closed_where_the_file_says_so(make: Make) -> None:
    day = CHINESE_SATURDAYS[1]
    assert worked(make(week=OFFICE, country="CN", moved_working_days=False), day) == 0 * HOUR
    assert worked(make(week=OFFICE, country="CN", holidays={day: "Company day"}), day) == 0 * HOUR
    assert worked(make(week=OFFICE, country="CN", overrides={day: Override((), "Closed")}), day) == 0 * HOUR


def test_a_moved_working_day_before_a_holiday_is_short_and_named_so(make: Make) -> None:
    day, holiday = date(2026, 2, 14), date(2026, 2, 15)
    calendar = make(
        week=OFFICE, country="CN", holidays={holiday: "Spring party"}, before_holidays=Override(MORNING, "")
    )
    assert worked(calendar, day) == 3 * HOUR
    assert reasons(calendar, day)[0] == (False, "day before Spring party")


def test_two_business_days_count_a_moved_saturday(make: Make) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    calendar = make(zone="Asia/Shanghai", week=OFFICE, country="CN")
    friday = datetime(2026, 2, 13, 10, tzinfo=zone)
    assert calendar.due(friday, BusinessDays(1)) == datetime(2026, 2, 14, 10, tzinfo=zone).astimezone(UTC)


def _spec(week: dict[int, tuple[Hours, ...]]) -> CalendarSpec:
    return CalendarSpec(name="week", week=week)


def test_the_ordinary_hours_are_those_of_most_weekdays_and_else_of_the_weekend() -> None:
    day, short, night = MORNING, (parse_hours("09:00-10:00"),), (parse_hours("22:00-06:00"),)
    assert ordinary_hours(_spec({0: short, 1: day, 2: day, 5: night, 6: night})) == day
    assert ordinary_hours(_spec({3: short, 1: day})) == day  # of two, the earlier in the week
    assert ordinary_hours(_spec({6: day, 5: night})) == night
    assert ordinary_hours(_spec({0: (), 1: ()})) == ordinary_hours(_spec({})) == ()
    assert known_country("cn") == "CN"
