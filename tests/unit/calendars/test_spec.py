from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from slabot.calendars import (
    Break,
    Calendar,
    CalendarError,
    CalendarSpec,
    Hours,
    HoursError,
    NeverOpensError,
    OutsideYearsError,
    Override,
    parse_hours,
)
from tests.unit.calendars.conftest import ALL_DAY, Make, utc

DAY = "09:00-17:00"
OUTSIDE = "; check the date, or give the calendar wider `years`"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"holidays": {date(2031, 1, 1): "New Year"}}, 'the holiday "New Year" is on 2031-01-01'),
        ({"overrides": {date(2019, 12, 31): Override((), "Stocktaking")}}, '"Stocktaking" is on 2019-12-31'),
        (
            {"breaks": (Break(hours=Hours(0, 60), name="Drill", date=date(2031, 5, 1)),)},
            'the break "Drill" is on 2031-05-01',
        ),
        ({"except_holidays": frozenset({date(2031, 5, 1), "Diwali"})}, "an excepted holiday is on 2031-05-01"),
    ],
)
def test_a_dated_entry_outside_the_years_is_refused(make: Make, said: dict[str, Any], what: str) -> None:
    with pytest.raises(OutsideYearsError) as refused:
        make(week={"mon": [DAY]}, years=(2020, 2030), **said)
    assert str(refused.value) == f'{what}, but the calendar "test_week" answers for the years 2020 to 2030{OUTSIDE}'
    assert refused.value.years == (2020, 2030)


def test_dated_entries_may_lie_on_the_first_and_the_last_date_of_the_years(make: Make) -> None:
    for day in (date(2026, 1, 1), date(2027, 12, 31)):
        assert make(week=ALL_DAY, holidays={day: "x"}, years=(2026, 2027)).holidays(day.year) == {day: "x"}
    for day in (date(2025, 12, 31), date(2028, 1, 1)):
        with pytest.raises(OutsideYearsError):
            make(week=ALL_DAY, holidays={day: "x"}, years=(2026, 2027))


@pytest.mark.parametrize("years", [(2030, 2020), (1969, 2020), (2020, 2201)])
def test_years_must_be_a_range_within_those_that_instants_have(make: Make, years: tuple[int, int]) -> None:
    with pytest.raises(CalendarError, match="which is no range; give a first and a last year between 1970 and 2200"):
        make(week={"mon": [DAY]}, years=years)


def test_years_may_reach_from_1970_to_2200_and_be_one_alone(make: Make) -> None:
    for years in [(1970, 2200), (1970, 1970), (2200, 2200), (2026, 2026)]:
        assert make(week=ALL_DAY, years=years).spec.years == years


def test_always_leaves_no_room_for_hours_or_holidays(make: Make) -> None:
    with pytest.raises(CalendarError, match="is always open and has hours, breaks or holidays too; take out one"):
        make(week={"mon": [DAY]}, always=True)
    with pytest.raises(CalendarError):
        make(always=True, country="IN")


def test_a_region_needs_its_country(make: Make) -> None:
    with pytest.raises(CalendarError, match='has the region "BY" of no country; give the country'):
        make(week={"mon": [DAY]}, region="BY")


def test_a_weekday_is_0_to_6() -> None:
    with pytest.raises(HoursError, match="has a weekday 7; give 0"):
        Calendar(CalendarSpec(name="x", week={7: (Hours(0, 60),)}))
    with pytest.raises(HoursError, match="has a weekday -1; give 0"):
        Calendar(
            CalendarSpec(
                name="x", week={0: (Hours(0, 60),)}, breaks=(Break(hours=Hours(0, 9), name="b", weekdays=(-1,)),)
            )
        )


def test_0_and_6_are_weekdays_and_their_neighbours_are_none() -> None:
    for day in (0, 6):
        Calendar(CalendarSpec(name="x", week={day: (Hours(0, 60),)}))
    for day in (-1, 7):
        with pytest.raises(HoursError):
            Calendar(CalendarSpec(name="x", week={day: (Hours(0, 60),)}))


def test_a_calendar_without_hours_never_opens(make: Make) -> None:
    cases: list[dict[str, Any]] = [{}, {"week": {"mon": []}}, {"overrides": {date(2026, 1, 5): Override((), "Closed")}}]
    for said in cases:
        with pytest.raises(NeverOpensError) as refused:
            make(**said)
        assert str(refused.value) == (
            'the calendar "test_week" never opens: it has no opening hours; '
            'give it some, for example mon-fri "09:00-17:00"'
        )


def test_a_calendar_whose_only_hours_a_break_takes_away_never_opens(make: Make) -> None:
    lunch = Break(hours=parse_hours("08:00-18:00"), name="Long lunch")
    with pytest.raises(NeverOpensError) as refused:
        make(week={"mon": [DAY]}, breaks=(lunch,), years=(2020, 2030))
    assert str(refused.value) == (
        'the calendar "test_week" never opens: breaks, holidays and closed dates take away all of its hours '
        "from 2020 to 2030; take out a break or a date, or give it hours that they leave"
    )


def test_one_second_that_the_breaks_leave_is_an_opening(make: Make) -> None:
    breaks = (
        Break(hours=parse_hours("08:00-12:00"), name="a"),
        Break(hours=parse_hours("12:00:01-18:00"), name="b"),
    )
    assert make(week={"mon": [DAY]}, breaks=breaks).name == "test_week"


def test_two_breaks_that_touch_leave_nothing(make: Make) -> None:
    breaks = (Break(hours=parse_hours("08:00-12:00"), name="a"), Break(hours=parse_hours("12:00-18:00"), name="b"))
    with pytest.raises(NeverOpensError):
        make(week={"mon": [DAY]}, breaks=breaks, years=(2020, 2022))


def test_a_break_of_the_day_before_that_runs_over_midnight_takes_hours_away_too(make: Make) -> None:
    with pytest.raises(NeverOpensError):
        make(
            week={"tue": ["02:00-04:00"]},
            breaks=(Break(hours=parse_hours("22:00-06:00"), name="Night", weekdays=(0,)),),
            years=(2020, 2022),
        )


def test_holidays_on_every_working_date_close_the_calendar(make: Make) -> None:
    mondays = {
        date.fromordinal(n): "Closed" for n in range(date(2024, 1, 1).toordinal(), date(2025, 1, 1).toordinal(), 7)
    }
    with pytest.raises(NeverOpensError):
        make(week={"mon": [DAY]}, holidays=mondays, years=(2024, 2024))


def test_a_single_open_date_is_found_wherever_it_lies(make: Make) -> None:
    for left in range(53):
        mondays = {date(2024, 1, 1) + timedelta(weeks=week): "Closed" for week in range(53) if week != left}
        calendar = make(week={"mon": [DAY]}, holidays=mondays, years=(2024, 2024))
        start = datetime(2024, 1, 1, tzinfo=UTC)
        assert calendar.next_open(start) == start + timedelta(weeks=left, hours=9)


@pytest.mark.parametrize("last", [date(2026, 12, 31), date(2027, 12, 31)])
def test_an_open_date_at_the_very_end_of_the_years_is_enough(make: Make, last: date) -> None:
    years, closed = (2026, last.year), {}
    day = date(2026, 1, 1)
    while day < last:
        closed[day] = Override((), "Closed")
        day += timedelta(days=1)
    assert make(week=ALL_DAY, overrides=closed, years=years).next_open(utc(2026, 1, 1)) == utc(*last.timetuple()[:3])
    with pytest.raises(NeverOpensError):
        make(week=ALL_DAY, overrides={**closed, last: Override((), "Closed")}, years=years)


@pytest.mark.parametrize("length", [8, 9, 24, 25, 56, 57, 120])
def test_a_single_open_date_is_found_on_both_sides_of_each_stretch_of_the_search(make: Make, length: int) -> None:
    first = date(2026, 1, 1)
    closed = {first + timedelta(days=number): Override((), "Closed") for number in range(365)}
    for place in (length - 1, length):
        overrides = {day: each for day, each in closed.items() if day != first + timedelta(days=place)}
        opens = make(week=ALL_DAY, overrides=overrides, years=(2026, 2026)).next_open(utc(2026, 1, 1))
        assert opens.date() == first + timedelta(days=place)


def test_hours_of_one_date_alone_are_enough(make: Make) -> None:
    assert make(overrides={date(2099, 5, 1): Override((Hours(0, 60),), "Once")}).name == "test_week"


def test_hours_that_only_a_gap_ever_swallows_still_open_in_other_weeks(make: Make) -> None:
    assert make(zone="America/Los_Angeles", week={"sun": ["02:30-03:15"]}).name == "test_week"


def test_hours_on_a_date_that_never_was_never_open(make: Make) -> None:
    with pytest.raises(NeverOpensError):
        make(
            zone="Pacific/Apia",
            overrides={date(2011, 12, 30): Override((parse_hours(DAY),), "Lost day")},
            years=(2011, 2011),
        )
