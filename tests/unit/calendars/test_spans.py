from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from slabot.calendars import Break, Calendar, Override, Span, parse_hours
from tests.unit.calendars.conftest import ALL_DAY, SECOND, Make, on, utc


def told(calendar: Calendar, start: datetime, end: datetime) -> list[tuple[str, str, bool, str]]:
    spans = calendar.spans(start, end)
    return [(f"{span.start:%d %H:%M}", f"{span.end:%d %H:%M}", span.counts, span.why) for span in spans]


def test_spans_name_the_calendar_the_weekend_and_the_holiday(make: Make) -> None:
    calendar = make(name="support_week", week={"mon-fri": ["00:00-24:00"]}, country="IN")
    assert told(calendar, on(22, 12), on(28)) == [
        ("22 12:00", "24 00:00", True, "support week"),
        ("24 00:00", "25 00:00", False, "Saturday"),
        ("25 00:00", "26 00:00", False, "Sunday"),
        ("26 00:00", "27 00:00", False, "Republic Day"),
        ("27 00:00", "28 00:00", True, "support week"),
    ]


def test_spans_name_breaks_overrides_and_the_hours_outside(make: Make) -> None:
    calendar = make(
        name="office",
        week={"mon-fri": ["09:00-17:00"]},
        breaks=(Break(hours=parse_hours("12:00-13:00"), name="Lunch"),),
        overrides={
            date(2026, 1, 6): Override((parse_hours("10:00-12:30"),), "Stocktaking"),
            date(2026, 1, 7): Override((), "Company day"),
        },
    )
    assert told(calendar, on(5, 8), on(8, 10)) == [
        ("05 08:00", "05 09:00", False, "outside opening hours"),
        ("05 09:00", "05 12:00", True, "office"),
        ("05 12:00", "05 13:00", False, "Lunch"),
        ("05 13:00", "05 17:00", True, "office"),
        ("05 17:00", "06 00:00", False, "outside opening hours"),
        ("06 00:00", "06 10:00", False, "Stocktaking"),
        ("06 10:00", "06 12:00", True, "Stocktaking"),
        ("06 12:00", "06 12:30", False, "Lunch"),
        ("06 12:30", "07 00:00", False, "Stocktaking"),
        ("07 00:00", "08 00:00", False, "Company day"),
        ("08 00:00", "08 09:00", False, "outside opening hours"),
        ("08 09:00", "08 10:00", True, "office"),
    ]


def test_a_break_explains_no_time_that_is_closed_anyway(make: Make) -> None:
    calendar = make(
        name="office",
        week={"mon": ["09:00-17:00"]},
        breaks=(Break(hours=parse_hours("16:00-20:00"), name="Drill", weekdays=(0, 1)),),
    )
    assert told(calendar, on(5, 15), on(6, 21)) == [
        ("05 15:00", "05 16:00", True, "office"),
        ("05 16:00", "05 17:00", False, "Drill"),
        ("05 17:00", "06 00:00", False, "outside opening hours"),
        ("06 00:00", "06 21:00", False, "Tuesday"),
    ]


def test_a_span_over_midnight_keeps_the_reason_of_its_opening_date(make: Make) -> None:
    calendar = make(
        name="nights",
        week={"mon-fri": ["22:00-06:00"]},
        holidays={date(2026, 1, 6): "Epiphany"},
        overrides={date(2026, 1, 7): Override((parse_hours("20:00-04:00"),), "Migration")},
    )
    assert told(calendar, on(5, 21), on(8, 22)) == [
        ("05 21:00", "05 22:00", False, "outside opening hours"),
        ("05 22:00", "06 06:00", True, "nights"),
        ("06 06:00", "07 00:00", False, "Epiphany"),
        ("07 00:00", "07 20:00", False, "Migration"),
        ("07 20:00", "08 04:00", True, "Migration"),
        ("08 04:00", "08 22:00", False, "outside opening hours"),
    ]


def test_always_is_one_span_around_the_clock(make: Make) -> None:
    calendar = make(name="around_the_clock", always=True)
    assert told(calendar, on(2), on(13)) == [("02 00:00", "13 00:00", True, "around the clock")]


def test_names_that_were_left_out_are_made_up_for(make: Make) -> None:
    calendar = make(
        name="office",
        week={"mon": ["09:00-17:00"]},
        breaks=(Break(hours=parse_hours("12:00-13:00"), name=""),),
        overrides={date(2026, 1, 6): Override((), ""), date(2026, 1, 7): Override((parse_hours("09:00-10:00"),), "")},
    )
    assert {why for *_, why in told(calendar, on(5), on(8))} == {"outside opening hours", "office", "break", "closed"}


def test_one_second_has_one_span_and_no_time_has_none(make: Make) -> None:
    for calendar in (make(always=True), make(week=ALL_DAY)):
        moment = utc(2026, 1, 5)
        assert calendar.spans(moment, moment) == calendar.spans(moment, moment - SECOND) == ()
        (span,) = calendar.spans(moment, moment + SECOND)
        assert (span.start, span.end, span.counts) == (moment, moment + SECOND, True)
        assert calendar.elapsed(moment, moment + SECOND) == SECOND


def test_spans_end_one_second_into_a_date(make: Make) -> None:
    calendar = make(week={"mon": ["00:00-24:00"]})
    spans = calendar.spans(utc(2026, 1, 4, 23), utc(2026, 1, 5, 0, 0, 1))
    assert [(span.end, span.counts) for span in spans] == [(utc(2026, 1, 5), False), (utc(2026, 1, 5, 0, 0, 1), True)]


def test_spans_cover_what_was_asked_to_the_second(make: Make) -> None:
    calendar = make(name="office", week={"mon": ["09:00-17:00"]})
    start, end = on(5, 9) + timedelta(seconds=1), on(5, 9) + timedelta(seconds=2)
    assert calendar.spans(start, end) == (Span(start, end, True, "office"),)


def test_spans_run_to_the_very_end_of_the_years(make: Make) -> None:
    calendar = make(name="office", week={"mon-sun": ["00:00-24:00"]}, years=(2026, 2026))
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert calendar.spans(start, end) == (Span(start, end, True, "office"),)
    assert calendar._timeline.compiled[-1].last_year == 2026  # the end is no instant of another year
