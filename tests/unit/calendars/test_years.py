"""From which year to which does a calendar answer, and does it find its way from one year into the next?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from slabot.calendars import BusinessDays, Calendar, Hours, OutsideYearsError, Override, RealTime, Worked, parse_hours
from tests.unit.calendars.conftest import ALL_DAY, HOUR, OFFICE, SECOND, Make, on, utc

YEARS = (2026, 2027)
BEGINS, ENDS = utc(2026, 1, 1), utc(2028, 1, 1)
EAST = "Asia/Kolkata"  # where 1970 had begun five and a half hours before the epoch


def test_years_join_without_a_seam(make: Make) -> None:
    always_open = make(week=ALL_DAY, zone="Asia/Kolkata")
    eve, day = utc(2025, 12, 31, 12), utc(2026, 1, 1, 12)
    assert always_open.elapsed(eve, day) == 24 * HOUR
    nights = make(week={"mon-sun": ["22:00-06:00"]})
    assert nights.elapsed(utc(2025, 12, 31, 20), on(1, 12)) == 8 * HOUR
    assert nights.is_open(on(1, 3))  # the first question is for 2026: the shift of 2025 is known all the same
    assert nights.business_date(on(1, 3)) == date(2025, 12, 31)
    assert nights.add(utc(2025, 12, 31, 23), 8 * HOUR) == on(1, 23)


def test_the_first_question_of_a_year_knows_the_shift_of_the_year_before(make: Make) -> None:
    for nights in (
        make(week={"mon-sun": ["22:00-06:00"]}),
        make(week={"mon-sun": ["22:00-06:00"]}, years=(2026, 2026)),
    ):
        assert nights.is_open(on(1, 3))
        assert nights.elapsed(on(1), on(1, 12)) == 6 * HOUR


def test_a_search_runs_on_over_years(make: Make) -> None:
    calendar = make(overrides={date(2031, 5, 1): Override((parse_hours("09:00-10:00"),), "Once")})
    assert calendar.next_open(on(1)) == utc(2031, 5, 1, 9)
    assert calendar.subtract(utc(2040, 1, 1), 1 * HOUR) == utc(2031, 5, 1, 9)
    assert next(calendar.periods(before=utc(2040, 1, 1)))[0] == utc(2031, 5, 1, 9)
    assert calendar.end_of_next_working_day(on(1)) == utc(2031, 5, 1, 10)


@pytest.mark.parametrize("back", [1, 2, 86_400, 400 * 86_400])
def test_time_that_begins_in_a_year_not_compiled_yet_is_counted_in_full(make: Make, back: int) -> None:
    calendar, new_year = make(week=ALL_DAY), utc(2026, 1, 1)
    calendar.elapsed(new_year, utc(2026, 1, 2))  # now 2026 is known
    begin = new_year - timedelta(seconds=back)
    assert calendar.elapsed(begin, utc(2026, 1, 2)) == timedelta(seconds=back + 86_400)


@pytest.mark.parametrize("past", [1, 2, 86_400, 400 * 86_400])
def test_time_that_ends_in_a_year_not_compiled_yet_is_counted_in_full(make: Make, past: int) -> None:
    calendar, new_year = make(week=ALL_DAY), utc(2027, 1, 1)
    calendar.elapsed(utc(2026, 12, 1), utc(2026, 12, 31))
    end = new_year + timedelta(seconds=past)
    assert calendar.elapsed(utc(2026, 12, 31), end) == timedelta(seconds=past + 86_400)


@pytest.mark.parametrize("back", [1, 2, 86_400, 400 * 86_400])
def test_an_amount_is_added_from_a_year_not_compiled_yet(make: Make, back: int) -> None:
    calendar, new_year = make(week=ALL_DAY), utc(2026, 1, 1)
    calendar.add(utc(2026, 6, 1), HOUR)
    begin = new_year - timedelta(seconds=back)
    assert calendar.add(begin, HOUR) == begin + HOUR


def test_going_back_one_second_past_the_new_year_ends_in_the_year_before(make: Make) -> None:
    calendar = make(week=OFFICE)
    friday = utc(2027, 1, 1, 10)
    calendar.elapsed(friday, friday + HOUR)
    assert calendar.subtract(friday, HOUR) == utc(2027, 1, 1, 9)
    assert calendar.subtract(friday, HOUR + SECOND) == utc(2026, 12, 31, 16, 59, 59)


@pytest.mark.parametrize("moment", [utc(2025, 12, 31, 23, 59, 59), utc(2026, 1, 1), utc(2026, 12, 31, 23, 59, 59)])
def test_the_first_question_may_be_about_any_second_of_a_year(make: Make, moment: datetime) -> None:
    for end in (moment, moment + SECOND, moment + 2 * SECOND):
        assert make(week=ALL_DAY).elapsed(moment, end) == end - moment
        assert make(week=ALL_DAY).elapsed(moment - SECOND, end) == end - moment + SECOND
    assert make(week=ALL_DAY).is_open(moment)
    assert make(week=ALL_DAY).add(moment, SECOND) == moment + SECOND
    assert make(week=ALL_DAY).subtract(moment, SECOND) == moment - SECOND
    assert make(week=ALL_DAY).next_open(moment) == moment


def test_periods_run_over_a_closed_new_year_in_both_directions(make: Make) -> None:
    for before in (utc(2026, 1, 1), utc(2026, 1, 1, 5), utc(2026, 1, 1, 9)):
        assert next(make(week=OFFICE).periods(before=before)) == (utc(2025, 12, 31, 9), utc(2025, 12, 31, 17))
    for after in (utc(2025, 12, 31, 17), utc(2025, 12, 31, 23, 59, 59), utc(2026, 1, 1)):
        assert next(make(week=OFFICE).periods(after=after)) == (utc(2026, 1, 1, 9), utc(2026, 1, 1, 17))


# ── The years of a calendar ──────────────────────────────────────────────────────────────────────────────────────────


def test_questions_outside_the_years_are_refused(make: Make) -> None:
    calendar = make(name="office", week=OFFICE, years=(2025, 2026))
    early, late = utc(2024, 12, 31, 23, 59, 59), utc(2027, 1, 1, 0, 0, 1)
    end = 'but the calendar "office" answers for the years 2025 to 2026; '
    end += "check the date, or give the calendar wider `years`"
    for ask, at in (
        (lambda: calendar.elapsed(early, on(5)), "2024-12-31 23:59:59 UTC"),
        (lambda: calendar.elapsed(on(5), late), "2027-01-01 00:00:01 UTC"),
        (lambda: calendar.is_open(late), "2027-01-01 00:00:01 UTC"),
        (lambda: calendar.spans(early, on(5)), "2024-12-31 23:59:59 UTC"),
        (lambda: calendar.add(early, HOUR), "2024-12-31 23:59:59 UTC"),
        (lambda: calendar.business_date(early), "2024-12-31 23:59:59 UTC"),
        (lambda: calendar.periods(before=late), "2027-01-01 00:00:01 UTC"),
    ):
        with pytest.raises(OutsideYearsError) as refused:
            ask()
        assert str(refused.value) == f"{at} was asked for, {end}"


@pytest.mark.parametrize(
    ("ask", "what"),
    [
        (
            lambda c: c.next_open(utc(2026, 12, 31, 18)),
            "the next opening after 2026-12-31 18:00:00 UTC is later",
        ),
        (
            lambda c: c.due(utc(2026, 12, 31, 16), Worked(2 * HOUR)),
            "the due time of 2h from 2026-12-31 16:00:00 UTC is later",
        ),
        (
            lambda c: c.subtract(utc(2025, 1, 1, 10), 2 * HOUR),
            "the start of 2h until 2025-01-01 10:00:00 UTC is earlier",
        ),
        (
            lambda c: c.due(utc(2026, 12, 31, 16), BusinessDays(2)),
            "the date 2 business days after 2026-12-31 is later",
        ),
        (
            lambda c: c.end_of_next_working_day(utc(2026, 12, 31, 16)),
            "the date 1 business day after 2026-12-31 is later",
        ),
    ],
)
def test_answers_outside_the_years_are_refused(make: Make, ask: Callable[[Calendar], object], what: str) -> None:
    calendar = make(name="office", week=OFFICE, years=(2025, 2026))
    with pytest.raises(OutsideYearsError) as refused:
        ask(calendar)
    assert str(refused.value).startswith(f'{what}, but the calendar "office" answers for the years 2025 to 2026; ')


def test_the_very_ends_of_the_years_are_answered(make: Make) -> None:
    calendar = make(week=ALL_DAY, years=(2025, 2026))
    first, last = utc(2025, 1, 1), utc(2027, 1, 1)
    assert calendar.elapsed(first, last) == 730 * 24 * HOUR
    assert calendar.add(first, 730 * 24 * HOUR) == last
    assert calendar.subtract(last, 730 * 24 * HOUR) == first
    assert list(calendar.periods(after=first)) == list(calendar.periods(before=last)) == [(first, last)]
    assert calendar.is_open(last - SECOND)
    for ask in (lambda: calendar.next_open(last), lambda: calendar.is_open(last), lambda: calendar.add(last, HOUR)):
        with pytest.raises(OutsideYearsError):
            ask()


def test_business_days_that_end_in_a_shift_after_the_years_are_refused(make: Make) -> None:
    nights = make(week={"mon-sun": ["22:00-06:00"]}, years=(2025, 2026))
    in_shift = utc(2026, 12, 31, 3)  # of the 30th; a business day later is on January 1st
    assert nights.due(in_shift - 24 * HOUR, BusinessDays(1)) == in_shift
    with pytest.raises(OutsideYearsError, match="2027-01-01 03:00:00 UTC was asked for"):
        nights.due(in_shift, BusinessDays(1))


def test_the_end_of_the_years_is_no_year_of_its_own(make: Make) -> None:
    calendar = make(week={"mon-sun": ["09:00-17:00"]}, years=(2025, 2026))
    last = utc(2027, 1, 1)
    with pytest.raises(OutsideYearsError, match="the due time of 1h from 2027-01-01 00:00:00 UTC is later"):
        calendar.add(last, HOUR)
    assert calendar.subtract(last, HOUR) == utc(2026, 12, 31, 16)
    assert calendar._timeline.compiled[-1].last_year == 2026


def test_always_ends_with_its_years_too(make: Make) -> None:
    first, last = utc(1970, 1, 2), utc(2100, 12, 31)
    questions: list[Callable[[Calendar], object]] = [
        lambda calendar: calendar.add(last, 48 * HOUR),
        lambda calendar: calendar.subtract(first, 48 * HOUR),
        lambda calendar: calendar.next_open(last + 24 * HOUR),
        lambda calendar: calendar.due(last, BusinessDays(1)),
    ]
    for compiled in (False, True):
        calendar = make(name="around_the_clock", always=True)
        if compiled:
            assert calendar.business_date(last) == date(2100, 12, 31)
        for ask in questions:
            with pytest.raises(OutsideYearsError):
                ask(calendar)


@pytest.mark.parametrize("always", [True, False])
def test_a_calendar_answers_from_its_first_second_to_its_last_and_no_further(make: Make, always: bool) -> None:
    calendar = make(always=True, years=YEARS) if always else make(week=ALL_DAY, years=YEARS)
    assert calendar.elapsed(BEGINS, ENDS) == ENDS - BEGINS
    assert calendar.add(BEGINS, ENDS - BEGINS) == ENDS
    assert calendar.due(BEGINS, RealTime(ENDS - BEGINS)) == ENDS
    assert calendar.subtract(ENDS, ENDS - BEGINS) == BEGINS
    assert calendar.is_open(ENDS - SECOND)
    assert calendar.business_date(ENDS - SECOND) == date(2027, 12, 31)
    assert calendar.holiday(ENDS - SECOND) is calendar.on_break(ENDS - SECOND) is None
    assert calendar.next_open(ENDS - SECOND) == ENDS - SECOND
    assert [*calendar.periods(after=ENDS)] == [*calendar.periods(before=BEGINS)] == []
    assert [*calendar.periods(after=ENDS - SECOND)] == [(ENDS - SECOND, ENDS)]
    assert [*calendar.periods(before=BEGINS + SECOND)] == [(BEGINS, BEGINS + SECOND)]
    assert [*calendar.periods(after=BEGINS)] == [*calendar.periods(before=ENDS)] == [(BEGINS, ENDS)]
    assert calendar.spans(BEGINS, ENDS)[0].start == BEGINS
    assert calendar.spans(BEGINS, ENDS)[-1].end == ENDS
    with pytest.raises(OutsideYearsError, match="2025-12-31 23:59:59"):
        calendar.elapsed(BEGINS - SECOND, ENDS)
    with pytest.raises(OutsideYearsError, match="2028-01-01 00:00:01"):
        calendar.elapsed(BEGINS, ENDS + SECOND)
    for beyond in (BEGINS - SECOND, ENDS):
        with pytest.raises(OutsideYearsError):
            calendar.is_open(beyond)
        with pytest.raises(OutsideYearsError):
            calendar.next_open(beyond)
        with pytest.raises(OutsideYearsError):
            calendar.business_date(beyond)
    with pytest.raises(OutsideYearsError):
        calendar.add(ENDS, SECOND)
    with pytest.raises(OutsideYearsError):
        calendar.add(ENDS - SECOND, 2 * SECOND)
    with pytest.raises(OutsideYearsError):
        calendar.subtract(BEGINS, SECOND)
    with pytest.raises(OutsideYearsError):
        calendar.subtract(BEGINS + SECOND, 2 * SECOND)
    with pytest.raises(OutsideYearsError):
        calendar.due(BEGINS, RealTime(ENDS - BEGINS + SECOND))
    with pytest.raises(OutsideYearsError):
        calendar.spans(BEGINS, ENDS + SECOND)
    with pytest.raises(OutsideYearsError):
        calendar.periods(after=ENDS + SECOND)
    with pytest.raises(OutsideYearsError):
        calendar.periods(before=BEGINS - SECOND)


def test_a_search_compiles_no_year_beyond_the_calendars_own(make: Make) -> None:
    calendar = make(overrides={date(2026, 6, 1): Override((Hours(0, 60),), "Once")}, years=(2025, 2028))
    calendar.elapsed(utc(2026, 6, 1), utc(2027, 6, 1))
    with pytest.raises(OutsideYearsError, match="the next opening after 2027-06-01 00:00:00 UTC is later"):
        calendar.next_open(utc(2027, 6, 1))
    with pytest.raises(OutsideYearsError, match="2029-06-01 00:00:00 UTC was asked for"):
        calendar.elapsed(utc(2026, 6, 1), utc(2029, 6, 1))
    with pytest.raises(OutsideYearsError, match="2029-01-01 00:00:00 UTC was asked for"):
        calendar.next_open(utc(2029, 1, 1))


def test_the_last_business_date_of_the_years_can_be_reached_and_the_one_after_it_cannot(make: Make) -> None:
    for calendar in (make(week=ALL_DAY, years=YEARS), make(always=True, years=YEARS)):
        last = utc(2027, 12, 30, 12)
        assert calendar.due(last, BusinessDays(1)) == utc(2027, 12, 31, 12)
        assert calendar.end_of_next_working_day(last) == ENDS
        assert calendar.due(utc(2026, 1, 1, 12), BusinessDays(729)) == utc(2027, 12, 31, 12)
        with pytest.raises(OutsideYearsError):
            calendar.due(last, BusinessDays(2))
        with pytest.raises(OutsideYearsError):
            calendar.end_of_next_working_day(utc(2027, 12, 31, 12))
        with pytest.raises(OutsideYearsError):
            calendar.due(utc(2026, 1, 1, 12), BusinessDays(730))


def test_a_search_that_finds_nothing_is_refused_at_the_end_of_the_years(make: Make) -> None:
    once = {date(2026, 6, 1): Override((Hours(0, 60),), "Once")}
    calendar = make(overrides=once, years=(2020, 2030))
    opens = utc(2026, 6, 1)
    assert calendar.next_open(utc(2020, 1, 1)) == opens
    assert calendar.add(utc(2020, 1, 1), timedelta(seconds=60)) == opens + timedelta(seconds=60)
    assert calendar.subtract(utc(2030, 12, 31), timedelta(seconds=60)) == opens
    assert [*calendar.periods(after=utc(2020, 1, 1))] == [(opens, opens + timedelta(seconds=60))]
    assert [*calendar.periods(before=utc(2030, 12, 31))] == [(opens, opens + timedelta(seconds=60))]
    assert calendar.end_of_next_working_day(utc(2020, 1, 1)) == opens + timedelta(seconds=60)
    with pytest.raises(OutsideYearsError):
        calendar.next_open(utc(2026, 6, 1, 0, 1))
    with pytest.raises(OutsideYearsError):
        calendar.add(utc(2020, 1, 1), timedelta(seconds=61))
    with pytest.raises(OutsideYearsError):
        calendar.subtract(utc(2030, 12, 31), timedelta(seconds=61))


def test_without_years_of_its_own_a_calendar_answers_from_1970_to_2100(make: Make) -> None:
    calendar = make(week=ALL_DAY)
    assert calendar.is_open(utc(1970, 1, 1))
    assert calendar.is_open(utc(2100, 12, 31, 23, 59, 59))
    for beyond in (utc(1969, 12, 31, 23, 59, 59), utc(2101, 1, 1)):
        with pytest.raises(OutsideYearsError):
            calendar.is_open(beyond)


# ── Around the epoch, from which seconds are counted ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("second", range(-3, 4))
def test_an_amount_is_added_and_taken_away_around_the_epoch(make: Make, second: int) -> None:
    moment = utc(1970, 1, 1) + timedelta(seconds=second)
    assert make(zone=EAST, week=ALL_DAY).add(moment, HOUR) == moment + HOUR
    assert make(zone=EAST, week=ALL_DAY).subtract(moment, HOUR) == moment - HOUR
    assert make(zone=EAST, week=ALL_DAY).next_open(moment) == moment
    assert make(zone=EAST, week=ALL_DAY).elapsed(moment, moment + HOUR) == HOUR
    assert make(zone=EAST, week=ALL_DAY).is_open(moment)


@pytest.mark.parametrize("zone", ["UTC", EAST])
@pytest.mark.parametrize("minute", [0, 1, 60, 479])
def test_an_amount_is_added_from_a_closed_hour_near_the_epoch(make: Make, zone: str, minute: int) -> None:
    calendar = make(zone=zone, week=OFFICE)
    opens = calendar.resolve(date(1970, 1, 1), 9 * 3600)
    begin = calendar.resolve(date(1970, 1, 1), 60 * minute)
    assert calendar.add(begin, HOUR) == opens + HOUR
    assert calendar.add(begin, HOUR) == opens + HOUR  # and once more, now that the year is known
    assert calendar.elapsed(begin, opens + HOUR) == HOUR


def test_no_time_elapses_within_one_instant_even_outside_the_years(make: Make) -> None:
    before = utc(1969, 1, 1)
    assert make(week=ALL_DAY).elapsed(before, before) == timedelta()
