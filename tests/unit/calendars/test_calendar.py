from __future__ import annotations

import itertools
import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from slabot.calendars import (
    Break,
    BusinessDays,
    Calendar,
    CalendarError,
    Hours,
    NeverOpensError,
    Override,
    TargetError,
    parse_hours,
)
from tests.unit.calendars.conftest import ALL_DAY, HOUR, SECOND, Make, on, utc


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
    assert office.add(on(5, 12), 5 * HOUR) == on(5, 17)
    assert office.met_until(on(5, 17)) == on(6, 9)
    assert office.met_until(on(5, 16, 59, 59)) == on(5, 16, 59, 59)


def test_subtract_stays_on_the_opening_side_of_a_boundary(office: Calendar) -> None:
    assert office.subtract(on(6, 10), 1 * HOUR) == on(6, 9)
    assert office.subtract(on(6, 9), 1 * HOUR) == on(5, 16)
    assert office.subtract(on(6, 3), 8 * HOUR) == on(5, 9)
    assert office.subtract(on(6, 10), HOUR + SECOND) == on(5, 16, 59, 59)
    assert office.subtract(on(6, 3), timedelta(0)) == on(6, 3)


def test_an_amount_of_less_than_nothing_is_refused(office: Calendar) -> None:
    with pytest.raises(TargetError, match="is less than no time; use `subtract` to go back"):
        office.add(on(5), -SECOND)
    with pytest.raises(TargetError, match="is less than no time; use `add` to go forward"):
        office.subtract(on(5), -SECOND)


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
    assert nights.elapsed(on(5), on(8)) == (8 + 2) * HOUR


def test_spans_of_different_dates_that_overlap_count_once(make: Make) -> None:
    both = make(week={"mon": ["20:00-06:00"], "tue": ["04:00-08:00"]})
    assert both.elapsed(on(5), on(7)) == 12 * HOUR
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
    assert [calendar.elapsed(on(day), on(day + 1)) for day in (5, 6, 7, 8)] == [HOUR, HOUR, timedelta(0), 8 * HOUR]
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
    assert worked == [7 * HOUR, HOUR, 7.5 * HOUR, 8 * HOUR]


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


def test_a_break_of_one_second_is_a_break(make: Make) -> None:
    blink = (Break(Hours(43_200, 43_201), "Blink"),)
    calendar = make(week=ALL_DAY, breaks=blink)
    assert calendar.on_break(utc(2026, 1, 5, 12)) == "Blink"
    assert calendar.elapsed(utc(2026, 1, 5, 12), utc(2026, 1, 5, 12, 0, 2)) == SECOND
    with pytest.raises(NeverOpensError):
        make(week={"mon": ["12:00:00-12:00:01"]}, breaks=blink, years=(2026, 2026))


def test_of_breaks_that_overlap_the_earlier_one_explains_whatever_their_order(make: Make) -> None:
    early, late = Break(parse_hours("12:00-13:00"), "Early"), Break(parse_hours("12:30-14:00"), "Late")
    for breaks in ((early, late), (late, early)):
        calendar = make(week=ALL_DAY, breaks=breaks)
        assert calendar.on_break(utc(2026, 1, 5, 12, 45)) == "Early"
        assert calendar.on_break(utc(2026, 1, 5, 13)) == "Late"
        assert calendar.on_break(utc(2026, 1, 5, 14)) is None


def test_hours_of_one_date_are_joined_whatever_their_order(make: Make) -> None:
    spans = [parse_hours(text) for text in ("01:00-02:00", "04:00-06:00", "05:00-07:00", "10:00-11:00", "10:30-10:45")]
    for order in (spans, spans[::-1]):
        calendar = make(overrides={date(2026, 1, 5): Override(tuple(order), "Special")}, years=(2026, 2026))
        periods = [*calendar.periods(after=utc(2026, 1, 5))]
        assert [(begin.hour, end.hour) for begin, end in periods] == [(1, 2), (4, 7), (10, 11)]


def test_a_break_over_midnight_cuts_the_span_of_the_date_after(make: Make) -> None:
    late = (Break(parse_hours("23:00-01:00"), "Late"),)
    calendar = make(week={"tue": ["00:00-02:00"]}, breaks=late)
    assert calendar.elapsed(utc(2026, 1, 6), utc(2026, 1, 7)) == HOUR
    assert calendar.on_break(utc(2026, 1, 6, 0, 30)) == "Late"


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


# ── Always ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_always_counts_every_second_and_compiles_nothing(make: Make) -> None:
    calendar = make(name="around_the_clock", always=True)
    start = datetime(1990, 1, 1, tzinfo=UTC)
    assert calendar.elapsed(start, datetime(2090, 1, 1, tzinfo=UTC)) == datetime(2090, 1, 1, tzinfo=UTC) - start
    assert calendar.add(start, 2 * HOUR) == start + 2 * HOUR
    assert calendar.met_until(start) == start
    assert calendar._timeline.compiled[-1].by_ordinal == {}
    assert calendar.due(start, BusinessDays(2)) == start + 48 * HOUR
    assert calendar.due(start, BusinessDays(800)) == start + 800 * 24 * HOUR
    assert not calendar.closes_all_day(start)
    assert calendar.end_of_next_working_day(start) == datetime(1990, 1, 3, tzinfo=UTC)
    assert [(span.counts, span.why) for span in calendar.spans(start, start + 48 * HOUR)] == [
        (True, "around the clock")
    ]


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
            due = calendar.add(start, 240 * HOUR)
            if worked != 240 * HOUR or due != start + timedelta(days=29, hours=17):
                wrong.append((start, worked, due))

    threads = [threading.Thread(target=ask, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_calendar_shows_its_name(office: Calendar) -> None:
    assert repr(office) == "<Calendar office Etc/UTC>"
