from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from slabot.calendars import (
    Break,
    BusinessDays,
    Calendar,
    CalendarError,
    OutsideYearsError,
    Override,
    TargetError,
    Worked,
    parse_hours,
)

Make = Callable[..., Calendar]
HOURS, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def on(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """January 2026 in UTC; the 5th is a Monday."""
    return datetime(2026, 1, day, hour, minute, second, tzinfo=UTC)


@pytest.fixture
def office(make: Make) -> Calendar:
    return make(name="office", week={"mon-fri": ["09:00-17:00"]})


# ── Edges ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_spans_are_closed_open(office: Calendar) -> None:
    assert not office.is_open(on(5, 8, 59, 59))
    assert office.is_open(on(5, 9))
    assert office.is_open(on(5, 16, 59, 59))
    assert not office.is_open(on(5, 17))


def test_nothing_elapses_backwards_or_at_once(office: Calendar) -> None:
    assert office.elapsed(on(5, 12), on(5, 12)) == timedelta(0)
    assert office.elapsed(on(5, 12), on(5, 10)) == timedelta(0)


def test_a_target_that_ends_at_a_closing_is_due_there(office: Calendar) -> None:
    assert office.add(on(5, 12), 5 * HOURS) == on(5, 17)
    assert office.met_until(on(5, 17)) == on(6, 9)
    assert office.met_until(on(5, 16, 59, 59)) == on(5, 16, 59, 59)


def test_subtract_stays_on_the_opening_side_of_a_boundary(office: Calendar) -> None:
    assert office.subtract(on(6, 10), 1 * HOURS) == on(6, 9)
    assert office.subtract(on(6, 9), 1 * HOURS) == on(5, 16)
    assert office.subtract(on(6, 3), 8 * HOURS) == on(5, 9)
    assert office.subtract(on(6, 10), HOURS + SECOND) == on(5, 16, 59, 59)
    assert office.subtract(on(6, 3), timedelta(0)) == on(6, 3)


def test_an_amount_of_less_than_nothing_is_refused(office: Calendar) -> None:
    with pytest.raises(TargetError, match="is less than no time; use `subtract` to go back"):
        office.add(on(5), -HOURS)
    with pytest.raises(TargetError, match="is less than no time; use `add` to go forward"):
        office.subtract(on(5), -HOURS)


def test_nothing_added_is_the_next_opening(office: Calendar) -> None:
    assert office.add(on(5, 3), timedelta(0)) == on(5, 9)
    assert office.add(on(5, 17), timedelta(0)) == on(6, 9)
    assert office.add(on(5, 12), timedelta(0)) == on(5, 12)


# ── Whose date a span is ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_span_over_midnight_belongs_to_its_opening_date(make: Make) -> None:
    nights = make(week={"mon-fri": ["22:00-06:00"]})
    assert nights.business_date(on(6, 3)) == date(2026, 1, 5)
    assert nights.business_date(on(6, 12)) == date(2026, 1, 6)
    assert nights.business_date(on(10, 3)) == date(2026, 1, 9)  # Saturday, in Friday's shift
    assert nights.business_date(on(10, 6)) is None
    assert not nights.closes_all_day(on(10, 3))
    assert nights.closes_all_day(on(10, 6))


def test_a_holiday_on_the_next_date_does_not_cut_a_span_over_midnight(make: Make) -> None:
    nights = make(week={"mon-fri": ["22:00-06:00"]}, holidays={date(2026, 1, 6): "Epiphany"})
    assert nights.is_open(on(6, 5, 59, 59))
    assert not nights.is_open(on(6, 23))
    assert not nights.is_open(on(7, 3))  # the holiday's own shift is closed whole
    assert nights.elapsed(on(5), on(8)) == (8 + 2) * HOURS


def test_spans_of_different_dates_that_overlap_count_once(make: Make) -> None:
    both = make(week={"mon": ["20:00-06:00"], "tue": ["04:00-08:00"]})
    assert both.elapsed(on(5), on(7)) == 12 * HOURS
    assert next(both.periods(after=on(5))) == (on(5, 20), on(6, 8))
    assert both.business_date(on(6, 3)) == date(2026, 1, 5)
    assert both.business_date(on(6, 5)) == date(2026, 1, 6)  # of two, the latest


def test_a_break_in_a_night_shift_is_still_in_the_shift(make: Make) -> None:
    nights = make(week={"fri": ["22:00-06:00"]}, breaks=(Break(hours=parse_hours("02:00-03:00"), name="Meal"),))
    assert not nights.is_open(on(10, 2, 30))
    assert nights.on_break(on(10, 2, 30)) == "Meal"
    assert nights.business_date(on(10, 2, 30)) == date(2026, 1, 9)
    assert not nights.closes_all_day(on(10, 2, 30))


# ── Overrides and breaks ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dated_override_beats_the_week_and_a_holiday(make: Make) -> None:
    calendar = make(
        week={"mon-fri": ["09:00-17:00"]},
        holidays={date(2026, 1, 6): "Epiphany"},
        overrides={
            date(2026, 1, 5): Override((parse_hours("12:00-13:00"),), "Short day"),
            date(2026, 1, 6): Override((parse_hours("10:00-11:00"),), "Migration"),
            date(2026, 1, 7): Override((), "Company day"),
        },
    )
    assert [calendar.elapsed(on(day), on(day + 1)) for day in (5, 6, 7, 8)] == [HOURS, HOURS, timedelta(0), 8 * HOURS]
    assert calendar.holiday(on(6, 12)) is None
    assert calendar.closes_all_day(on(7, 12))


def test_a_break_is_taken_from_whatever_is_open(make: Make) -> None:
    lunch = Break(hours=parse_hours("12:00-13:00"), name="Lunch", weekdays=(0, 1))
    drill = Break(hours=parse_hours("10:00-10:30"), name="Drill", date=date(2026, 1, 7))
    calendar = make(
        week={"mon-fri": ["09:00-17:00"]},
        breaks=(lunch, drill),
        overrides={date(2026, 1, 6): Override((parse_hours("12:30-14:00"),), "Short day")},
    )
    worked = [calendar.elapsed(on(day), on(day + 1)) for day in (5, 6, 7, 8)]
    assert worked == [7 * HOURS, HOURS, 7.5 * HOURS, 8 * HOURS]


def test_a_break_is_closed_open_and_only_within_opening_hours(make: Make) -> None:
    calendar = make(week={"mon": ["09:00-17:00"]}, breaks=(Break(hours=parse_hours("12:00-18:00"), name="Siesta"),))
    assert calendar.on_break(on(5, 11, 59, 59)) is None
    assert calendar.on_break(on(5, 12)) == "Siesta"
    assert calendar.on_break(on(5, 16, 59, 59)) == "Siesta"
    assert calendar.on_break(on(5, 17)) is None  # closed anyway
    assert calendar.on_break(on(6, 13)) is None


def test_a_break_that_covers_all_makes_the_date_closed(make: Make) -> None:
    calendar = make(
        week={"mon-fri": ["09:00-17:00"]},
        breaks=(Break(hours=parse_hours("08:00-18:00"), name="Move", date=date(2026, 1, 6)),),
    )
    assert calendar.closes_all_day(on(6, 12))
    assert calendar.business_date(on(6, 12)) is None
    assert calendar.due(on(5, 12), BusinessDays(1)) == on(7, 12)
    assert calendar.end_of_next_working_day(on(5, 12)) == on(7, 17)


# ── The next working day ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_end_of_the_next_working_day_is_its_last_closing(make: Make) -> None:
    calendar = make(week={"mon-thu": ["09:00-12:00", "13:00-17:00"], "fri": ["09:00-13:00"]})
    assert calendar.end_of_next_working_day(on(10, 15)) == on(12, 17)  # Saturday
    assert calendar.end_of_next_working_day(on(5, 3)) == on(6, 17)  # Monday before opening: Tuesday
    assert calendar.end_of_next_working_day(on(8, 18)) == on(9, 13)


def test_in_a_span_over_midnight_the_next_working_day_follows_its_opening_date(make: Make) -> None:
    nights = make(week={"mon-fri": ["22:00-06:00"]})
    assert nights.end_of_next_working_day(on(6, 3)) == on(7, 6)  # in Monday's shift: the end of Tuesday's
    assert nights.end_of_next_working_day(on(6, 12)) == on(8, 6)  # on Tuesday itself: the end of Wednesday's
    assert nights.end_of_next_working_day(on(10, 3)) == on(13, 6)  # in Friday's shift: the end of Monday's


# ── Years ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_years_join_without_a_seam(make: Make) -> None:
    always_open = make(week={"mon-sun": ["00:00-24:00"]}, zone="Asia/Kolkata")
    eve, day = datetime(2025, 12, 31, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert always_open.elapsed(eve, day) == 24 * HOURS
    nights = make(week={"mon-sun": ["22:00-06:00"]})
    assert nights.elapsed(datetime(2025, 12, 31, 20, tzinfo=UTC), on(1, 12)) == 8 * HOURS
    assert nights.is_open(on(1, 3))  # the first question is for 2026: the shift of 2025 is known all the same
    assert nights.business_date(on(1, 3)) == date(2025, 12, 31)
    assert nights.add(datetime(2025, 12, 31, 23, tzinfo=UTC), 8 * HOURS) == on(1, 23)


def test_the_first_question_of_a_year_knows_the_shift_of_the_year_before(make: Make) -> None:
    for nights in (
        make(week={"mon-sun": ["22:00-06:00"]}),
        make(week={"mon-sun": ["22:00-06:00"]}, years=(2026, 2026)),
    ):
        assert nights.is_open(on(1, 3))
        assert nights.elapsed(on(1), on(1, 12)) == 6 * HOURS


def test_a_search_runs_on_over_years(make: Make) -> None:
    calendar = make(overrides={date(2031, 5, 1): Override((parse_hours("09:00-10:00"),), "Once")})
    assert calendar.next_open(on(1)) == datetime(2031, 5, 1, 9, tzinfo=UTC)
    assert calendar.subtract(datetime(2040, 1, 1, tzinfo=UTC), 1 * HOURS) == datetime(2031, 5, 1, 9, tzinfo=UTC)
    assert next(calendar.periods(before=datetime(2040, 1, 1, tzinfo=UTC)))[0] == datetime(2031, 5, 1, 9, tzinfo=UTC)
    assert calendar.end_of_next_working_day(on(1)) == datetime(2031, 5, 1, 10, tzinfo=UTC)


def test_questions_outside_the_years_are_refused(make: Make) -> None:
    calendar = make(name="office", week={"mon-fri": ["09:00-17:00"]}, years=(2025, 2026))
    early, late = datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC)
    end = 'but the calendar "office" answers for the years 2025 to 2026; '
    end += "check the date, or give the calendar wider `years`"
    for ask, at in (
        (lambda: calendar.elapsed(early, on(5)), "2024-12-31 23:59:59 UTC"),
        (lambda: calendar.elapsed(on(5), late), "2027-01-01 00:00:01 UTC"),
        (lambda: calendar.is_open(late), "2027-01-01 00:00:01 UTC"),
        (lambda: calendar.spans(early, on(5)), "2024-12-31 23:59:59 UTC"),
        (lambda: calendar.add(early, HOURS), "2024-12-31 23:59:59 UTC"),
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
            lambda c: c.next_open(datetime(2026, 12, 31, 18, tzinfo=UTC)),
            "the next opening after 2026-12-31 18:00:00 UTC is later",
        ),
        (
            lambda c: c.due(datetime(2026, 12, 31, 16, tzinfo=UTC), Worked(2 * HOURS)),
            "the due time of 2h from 2026-12-31 16:00:00 UTC is later",
        ),
        (
            lambda c: c.subtract(datetime(2025, 1, 1, 10, tzinfo=UTC), 2 * HOURS),
            "the start of 2h until 2025-01-01 10:00:00 UTC is earlier",
        ),
        (
            lambda c: c.due(datetime(2026, 12, 31, 16, tzinfo=UTC), BusinessDays(2)),
            "the date 2 business days after 2026-12-31 is later",
        ),
        (
            lambda c: c.end_of_next_working_day(datetime(2026, 12, 31, 16, tzinfo=UTC)),
            "the date 1 business day after 2026-12-31 is later",
        ),
    ],
)
def test_answers_outside_the_years_are_refused(make: Make, ask: Callable[[Calendar], object], what: str) -> None:
    calendar = make(name="office", week={"mon-fri": ["09:00-17:00"]}, years=(2025, 2026))
    with pytest.raises(OutsideYearsError) as refused:
        ask(calendar)
    assert str(refused.value).startswith(f'{what}, but the calendar "office" answers for the years 2025 to 2026; ')


def test_the_very_ends_of_the_years_are_answered(make: Make) -> None:
    calendar = make(week={"mon-sun": ["00:00-24:00"]}, years=(2025, 2026))
    first, last = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert calendar.elapsed(first, last) == 730 * 24 * HOURS
    assert calendar.add(first, 730 * 24 * HOURS) == last
    assert calendar.subtract(last, 730 * 24 * HOURS) == first
    assert list(calendar.periods(after=first)) == list(calendar.periods(before=last)) == [(first, last)]
    assert calendar.is_open(last - SECOND)
    for ask in (lambda: calendar.next_open(last), lambda: calendar.is_open(last), lambda: calendar.add(last, HOURS)):
        with pytest.raises(OutsideYearsError):
            ask()


def test_business_days_that_end_in_a_shift_after_the_years_are_refused(make: Make) -> None:
    nights = make(week={"mon-sun": ["22:00-06:00"]}, years=(2025, 2026))
    in_shift = datetime(2026, 12, 31, 3, tzinfo=UTC)  # of the 30th; a business day later is on January 1st
    assert nights.due(in_shift - 24 * HOURS, BusinessDays(1)) == in_shift
    with pytest.raises(OutsideYearsError, match="2027-01-01 03:00:00 UTC was asked for"):
        nights.due(in_shift, BusinessDays(1))


def test_the_end_of_the_years_is_no_year_of_its_own(make: Make) -> None:
    calendar = make(week={"mon-sun": ["09:00-17:00"]}, years=(2025, 2026))
    last = datetime(2027, 1, 1, tzinfo=UTC)
    with pytest.raises(OutsideYearsError, match="the due time of 1h from 2027-01-01 00:00:00 UTC is later"):
        calendar.add(last, HOURS)
    assert calendar.subtract(last, HOURS) == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert calendar._timeline.compiled[-1].last_year == 2026


# ── Always ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_always_counts_every_second_and_compiles_nothing(make: Make) -> None:
    calendar = make(name="around_the_clock", always=True)
    start = datetime(1990, 1, 1, tzinfo=UTC)
    assert calendar.elapsed(start, datetime(2090, 1, 1, tzinfo=UTC)) == datetime(2090, 1, 1, tzinfo=UTC) - start
    assert calendar.add(start, 2 * HOURS) == start + 2 * HOURS
    assert calendar.met_until(start) == start
    assert calendar._timeline.compiled[-1].by_ordinal == {}
    assert calendar.due(start, BusinessDays(2)) == start + 48 * HOURS
    assert calendar.due(start, BusinessDays(800)) == start + 800 * 24 * HOURS
    assert not calendar.closes_all_day(start)
    assert calendar.end_of_next_working_day(start) == datetime(1990, 1, 3, tzinfo=UTC)
    assert [(span.counts, span.why) for span in calendar.spans(start, start + 48 * HOURS)] == [
        (True, "around the clock")
    ]


def test_always_ends_with_its_years_too(make: Make) -> None:
    first, last = datetime(1970, 1, 2, tzinfo=UTC), datetime(2100, 12, 31, tzinfo=UTC)
    questions: list[Callable[[Calendar], object]] = [
        lambda calendar: calendar.add(last, 48 * HOURS),
        lambda calendar: calendar.subtract(first, 48 * HOURS),
        lambda calendar: calendar.next_open(last + 24 * HOURS),
        lambda calendar: calendar.due(last, BusinessDays(1)),
    ]
    for compiled in (False, True):
        calendar = make(name="around_the_clock", always=True)
        if compiled:
            assert calendar.business_date(last) == date(2100, 12, 31)
        for ask in questions:
            with pytest.raises(OutsideYearsError):
                ask(calendar)


# ── Periods ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_periods_are_lazy_and_the_first_is_cut(office: Calendar) -> None:
    assert list(itertools.islice(office.periods(after=on(5, 12)), 2)) == [(on(5, 12), on(5, 17)), (on(6, 9), on(6, 17))]
    assert list(itertools.islice(office.periods(before=on(6, 12)), 2)) == [(on(6, 9), on(6, 12)), (on(5, 9), on(5, 17))]


def test_periods_that_touch_are_one_over_the_turn_of_the_year(make: Make) -> None:
    week = make(week={"mon-fri": ["00:00-24:00"]})
    new_year = (datetime(2025, 12, 29, tzinfo=UTC), on(3))
    assert next(week.periods(after=datetime(2025, 12, 28, tzinfo=UTC))) == new_year
    fresh = make(week={"mon-fri": ["00:00-24:00"]})
    assert next(fresh.periods(before=on(4))) == new_year


def test_periods_want_one_side_of_an_instant(office: Calendar) -> None:
    with pytest.raises(CalendarError, match="periods lie on one side of an instant; give either `after` or `before`"):
        office.periods()
    with pytest.raises(CalendarError):
        office.periods(after=on(5), before=on(6))


# ── Threads ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_threads_that_ask_for_other_years_never_see_half_a_calendar(make: Make) -> None:
    calendar = make(week={"mon-sun": ["09:00-17:00"]})
    wrong: list[object] = []
    ready = threading.Barrier(8)

    def ask(offset: int) -> None:
        ready.wait()
        for step in range(40):
            start = datetime(1980 + (offset * 7 + step) % 60, 12, 20, tzinfo=UTC)
            worked = calendar.elapsed(start, start + timedelta(days=30))
            due = calendar.add(start, 240 * HOURS)
            if worked != 240 * HOURS or due != start + timedelta(days=29, hours=17):
                wrong.append((start, worked, due))

    threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_calendar_shows_its_name(office: Calendar) -> None:
    assert repr(office) == "<Calendar office Etc/UTC>"
