"""When is any of several calendars open, and by whose dates?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from slabot.calendars import (
    Break,
    BusinessDays,
    Calendar,
    CalendarError,
    CalendarSpec,
    NeverOpensError,
    OutsideYearsError,
    Override,
    Worked,
    parse_hours,
)
from tests.unit.calendars.conftest import HOUR, OFFICE, SECOND, Make

BERLIN, CHENNAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")


def at(day: int, hour: int, minute: int = 0, month: int = 1) -> datetime:
    """An instant of 2027 in Berlin; the 4th of January is a Monday."""
    return datetime(2027, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def joined(*parts: Calendar, zone: ZoneInfo | None = None, name: str = "both") -> Calendar:
    specs = tuple(part.spec for part in parts)
    return Calendar(CalendarSpec(name=name, joins=specs, zone=zone or specs[0].zone, years=specs[0].years))


@pytest.fixture
def berlin(make: Make) -> Calendar:
    return make(name="berlin", zone="Europe/Berlin", week=OFFICE, country="DE")


@pytest.fixture
def chennai(make: Make) -> Calendar:
    return make(name="chennai", zone="Asia/Kolkata", week=OFFICE)  # 04:30 to 12:30 in Berlin, in winter


@pytest.fixture
def both(berlin: Calendar, chennai: Calendar) -> Calendar:
    return joined(berlin, chennai)


def told(calendar: Calendar, start: datetime, end: datetime) -> list[tuple[str, bool, str]]:
    spans = calendar.spans(start, end)
    assert [span.start for span in spans] == [start, *(span.end for span in spans[:-1])]
    return [(f"{span.start.astimezone(BERLIN):%d %H:%M}", span.counts, span.why) for span in spans]


def test_it_is_open_when_any_of_them_is_and_each_reason_says_which(both: Calendar) -> None:
    assert both.elapsed(at(4, 0), at(5, 0)) == timedelta(hours=12, minutes=30)
    assert told(both, at(4, 0), at(5, 0)) == [
        ("04 00:00", False, "outside opening hours"),
        ("04 04:30", True, "chennai"),
        ("04 09:00", True, "berlin and chennai"),
        ("04 12:30", True, "berlin"),
        ("04 17:00", False, "outside opening hours"),
    ]


def test_where_they_are_closed_for_different_reasons_each_is_said(both: Calendar) -> None:
    assert told(both, at(1, 0), at(3, 0)) == [
        ("01 00:00", False, "berlin: New Year's Day; chennai: outside opening hours"),
        ("01 04:30", True, "chennai"),
        ("01 12:30", False, "berlin: New Year's Day; chennai: outside opening hours"),
        ("01 19:30", False, "berlin: New Year's Day; chennai: Saturday"),  # it is Saturday there already
        ("02 00:00", False, "Saturday"),
        ("02 19:30", False, "berlin: Saturday; chennai: Sunday"),
    ]


def test_a_part_that_is_open_for_a_reason_of_its_own_says_it(make: Make, chennai: Calendar) -> None:
    eve = make(
        name="berlin",
        zone="Europe/Berlin",
        week=OFFICE,
        overrides={date(2027, 1, 4): Override((parse_hours("13:00-14:00"),), "Stocktaking")},
    )
    third = make(name="late_shift", zone="Europe/Berlin", week={"mon": ["13:30-14:00"]})
    whys = [why for _, counts, why in told(joined(eve, chennai, third), at(4, 0), at(5, 0)) if counts]
    assert whys == ["chennai", "berlin (Stocktaking)", "berlin (Stocktaking) and late shift"]


def test_three_of_one_reason_are_listed_as_people_do(make: Make, chennai: Calendar) -> None:
    parts = [make(name=name, zone="Europe/Berlin", week=OFFICE, country="DE") for name in ("a", "b", "c")]
    spans = told(joined(*parts, chennai), at(1, 0), at(1, 1))
    assert spans == [("01 00:00", False, "a, b and c: New Year's Day; chennai: outside opening hours")]


def test_a_part_may_join_others_itself(make: Make, both: Calendar) -> None:
    night = make(name="lima", zone="America/Lima", week=OFFICE)  # 15:00 to 23:00 in Berlin
    around = joined(night, both, zone=BERLIN, name="around")

    assert around.elapsed(at(4, 0), at(5, 0)) == timedelta(hours=18, minutes=30)
    assert ("04 15:00", True, "lima and both (berlin)") in told(around, at(4, 0), at(5, 0))
    assert around.spec.members == (night.spec, *both.spec.joins)


# ── Whose dates ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_dates_are_those_of_its_own_zone(berlin: Calendar, chennai: Calendar) -> None:
    late_sunday = at(10, 23)  # already Monday the 11th in Chennai, before it opens
    assert joined(berlin, chennai).closes_all_day(late_sunday)
    assert not joined(berlin, chennai, zone=CHENNAI).closes_all_day(late_sunday)
    assert joined(berlin, chennai, zone=CHENNAI).zone == CHENNAI


def test_a_date_on_which_one_of_them_opens_is_a_business_date(both: Calendar, berlin: Calendar) -> None:
    new_year = at(1, 15)
    assert berlin.closes_all_day(new_year)
    assert not both.closes_all_day(new_year)
    assert both.business_date(new_year) == date(2027, 1, 1)
    assert both.holiday(new_year) is None
    assert berlin.holiday(new_year) == "New Year's Day"


def test_the_end_of_the_next_working_day_is_the_last_closing_of_any(both: Calendar) -> None:
    assert both.end_of_next_working_day(at(2, 15)) == at(4, 17)
    holiday = datetime(2026, 12, 24, 15, tzinfo=BERLIN)  # the 25th is Christmas Day in Berlin alone
    assert both.end_of_next_working_day(holiday) == datetime(2026, 12, 25, 12, 30, tzinfo=BERLIN).astimezone(UTC)


def test_two_business_days_are_counted_by_its_own_dates(both: Calendar) -> None:
    assert both.due(at(4, 10), BusinessDays(2)) == at(6, 10)
    assert both.due(at(7, 15), BusinessDays(2)) == at(11, 15)
    assert both.due(at(9, 15), BusinessDays(1)) == at(11, 17)  # from Monday 04:30: Tuesday 04:30, so Monday's close
    assert both.met_until(at(11, 17)) == at(12, 4, 30)


def test_a_night_shift_elsewhere_makes_no_business_date_of_its_morning(make: Make, berlin: Calendar) -> None:
    angeles = make(name="angeles", zone="America/Los_Angeles", week=OFFICE)  # 18:00 to 02:00 in Berlin
    calendar = joined(berlin, angeles)

    assert calendar.is_open(at(9, 1))  # Saturday, 01:00
    assert calendar.business_date(at(9, 1)) == date(2027, 1, 8)
    assert calendar.closes_all_day(at(9, 15))
    assert calendar.due(at(8, 15), BusinessDays(1)) == at(11, 15)
    assert calendar.end_of_next_working_day(at(9, 15)) == at(12, 2)


def test_a_monday_elsewhere_that_opens_on_sunday_here_makes_sunday_a_business_date(
    make: Make, berlin: Calendar
) -> None:
    auckland = make(name="auckland", zone="Pacific/Auckland", week=OFFICE)  # 21:00 to 05:00 in Berlin, in winter
    calendar = joined(berlin, auckland)

    assert calendar.business_date(at(10, 22)) == date(2027, 1, 10)
    assert calendar.due(at(8, 15), BusinessDays(1)) == at(8, 17)  # Sunday 15:00, moved back to what is worked by then
    assert calendar.due(at(8, 15), BusinessDays(2)) == at(11, 15)
    assert calendar.closes_all_day(at(9, 15))
    # Easter Monday in Berlin, in whose evening Tuesday begins in Auckland.
    assert berlin.holiday(at(29, 12, month=3)) == "Easter Monday"
    assert calendar.holiday(at(29, 12, month=3)) is None


def test_a_calendar_that_joins_one_alone_answers_as_that_one(make: Make) -> None:
    alone = make(
        name="night_shift",
        zone="Europe/Berlin",
        week={"mon-fri": ["22:00-06:00"]},
        country="DE",
        breaks=(Break(parse_hours("01:00-02:00"), "Supper"),),
    )
    calendar = joined(alone, name="same")
    instants = [at(day, hour, 30, month) for day in range(20, 30) for hour in range(0, 24, 3) for month in (3, 5)]
    for instant in instants:
        assert calendar.business_date(instant) == alone.business_date(instant)
        assert calendar.on_break(instant) == alone.on_break(instant)
        assert calendar.holiday(instant) == alone.holiday(instant)
        assert calendar.due(instant, Worked(9 * HOUR)) == alone.due(instant, Worked(9 * HOUR))
        assert calendar.due(instant, BusinessDays(2)) == alone.due(instant, BusinessDays(2))
        assert calendar.end_of_next_working_day(instant) == alone.end_of_next_working_day(instant)
    assert calendar.holidays(2027) == alone.holidays(2027)


def test_a_part_that_never_closes_leaves_no_closed_second(make: Make, chennai: Calendar) -> None:
    always = Calendar(CalendarSpec(name="around_the_clock", always=True))
    calendar = joined(chennai, always)
    assert calendar.elapsed(at(4, 0), at(11, 0)) == timedelta(days=7)
    assert {counts for _, counts, _ in told(calendar, at(8, 0), at(11, 0))} == {True}


def test_clocks_change_in_each_zone_on_its_own_day(make: Make) -> None:
    berlin = make(name="berlin", zone="Europe/Berlin", week={"mon-sun": ["09:00-17:00"]})
    york = make(name="york", zone="America/New_York", week={"mon-sun": ["09:00-17:00"]})
    calendar = joined(berlin, york)
    # 8 hours each; in the two weeks between the changes New York begins an hour earlier by Berlin's clock.
    lengths = {day: calendar.elapsed(at(day, 0, month=3), at(day + 1, 0, month=3)) for day in (13, 14, 27, 29)}
    assert lengths == {13: 14 * HOUR, 14: 13 * HOUR, 27: 13 * HOUR, 29: 14 * HOUR}


# ── Breaks and holidays ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_break_of_one_counts_only_while_the_others_are_closed_too(make: Make, chennai: Calendar) -> None:
    breaks = (Break(parse_hours("12:00-13:00"), "Lunch"),)
    berlin = make(name="berlin", zone="Europe/Berlin", week=OFFICE, breaks=breaks)
    calendar = joined(berlin, chennai)

    assert calendar.on_break(at(4, 12, 15)) is None  # Chennai is open
    assert calendar.on_break(at(4, 12, 45)) == "Lunch"
    assert calendar.on_break(at(4, 3)) is None
    assert joined(joined(berlin, name="inner")).on_break(at(4, 12, 45)) == "Lunch"
    assert told(calendar, at(4, 12), at(4, 13)) == [
        ("04 12:00", True, "chennai"),
        ("04 12:30", False, "berlin: Lunch; chennai: outside opening hours"),
    ]


def test_a_holiday_is_one_only_where_none_of_them_opens(make: Make, berlin: Calendar) -> None:
    vienna = make(name="vienna", zone="Europe/Vienna", week=OFFICE, country="AT")
    calendar = joined(berlin, vienna)

    assert calendar.holiday(at(1, 12)) == "New Year's Day"
    assert calendar.holiday(at(6, 12)) is None  # Epiphany, in Austria alone
    assert date(2027, 1, 1) in calendar.holidays(2027)
    assert date(2027, 1, 6) not in calendar.holidays(2027)
    assert calendar.unused_exceptions(range(2026, 2028)) == ()
    assert calendar.returning_dates(2027) == {}


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_has_no_hours_of_its_own(berlin: Calendar) -> None:
    spec = CalendarSpec(name="both", joins=(berlin.spec,), week={0: (parse_hours("09:00-10:00"),)})
    with pytest.raises(CalendarError, match="joins others and has hours"):
        Calendar(spec)
    with pytest.raises(CalendarError, match="is always open and has hours"):
        Calendar(CalendarSpec(name="both", joins=(berlin.spec,), always=True))


def test_it_answers_only_for_years_for_which_all_of_them_do(make: Make, chennai: Calendar) -> None:
    short = make(name="short", week=OFFICE, years=(2020, 2030))
    with pytest.raises(CalendarError, match="1970 to 2100, and not all that it joins do"):
        joined(chennai, short)
    calendar = Calendar(CalendarSpec(name="both", joins=(chennai.spec, short.spec), zone=CHENNAI, years=(2020, 2030)))
    with pytest.raises(OutsideYearsError):
        calendar.next_open(datetime(2031, 1, 4, tzinfo=UTC))
    first = datetime(2020, 1, 1, tzinfo=CHENNAI)
    assert told(calendar, first.astimezone(UTC), first.astimezone(UTC) + HOUR)
    last = datetime(2031, 1, 1, tzinfo=CHENNAI).astimezone(UTC)
    assert sum((span.end - span.start for span in calendar.spans(last - 48 * HOUR, last)), timedelta()) == 48 * HOUR


def test_one_that_never_opens_in_the_common_years_is_refused(make: Make) -> None:
    early = make(name="early", overrides={date(1999, 1, 1): Override((parse_hours("09:00-10:00"),), "Once")})
    with pytest.raises(NeverOpensError, match="none of those that it joins opens from 2020 to 2030"):
        Calendar(CalendarSpec(name="both", joins=(early.spec,), years=(2020, 2030)))
    with pytest.raises(NeverOpensError, match='"shut"'):
        Calendar(CalendarSpec(name="both", joins=(CalendarSpec(name="shut"),)))


def test_what_was_made_of_the_same_spec_is_the_same(both: Calendar) -> None:
    assert Calendar(replace(both.spec)) == both
    assert both != Calendar(replace(both.spec, zone=CHENNAI))


def test_periods_run_on_without_joints(both: Calendar) -> None:
    periods = list(zip(range(300), both.periods(after=at(4, 0)), strict=False))
    assert all(end < begin for (_, (_, end)), (_, (begin, _)) in pairwise(periods))
    assert both.add(at(4, 0), timedelta(hours=12, minutes=30)) == at(4, 17)
    assert both.subtract(at(4, 17), timedelta(hours=12, minutes=30)) == at(4, 4, 30)
    assert both.is_open(at(4, 17) - SECOND)
    assert not both.is_open(at(4, 17))
