from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from slabot.calendars import Break, CalendarError, iana_zone, parse_days, parse_hours
from slabot.calendars.walltime import date_at, resolve, seconds_of
from tests.unit.calendars.conftest import ALL_DAY, Make

HOUR = 3600


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected"),
    [
        ("America/New_York", "2024-03-10", 2 * HOUR + 1800, "2024-03-10T07:30:00Z"),  # in the gap: 03:30 summer time
        ("America/New_York", "2024-03-10", 2 * HOUR, "2024-03-10T07:00:00Z"),  # its first second: the change itself
        ("America/New_York", "2024-03-10", 3 * HOUR, "2024-03-10T07:00:00Z"),
        ("America/New_York", "2024-11-03", HOUR + 1800, "2024-11-03T05:30:00Z"),  # shown twice: the first
        ("America/New_York", "2024-11-03", 2 * HOUR, "2024-11-03T07:00:00Z"),
        ("America/Sao_Paulo", "2018-11-04", 0, "2018-11-04T03:00:00Z"),  # midnight is in the gap
        ("America/Sao_Paulo", "2018-02-17", 24 * HOUR, "2018-02-18T03:00:00Z"),  # a date of 25 hours
        ("America/Havana", "2019-11-03", 0, "2019-11-03T04:00:00Z"),  # midnight is shown twice
        ("Australia/Lord_Howe", "2020-10-04", 2 * HOUR + 900, "2020-10-03T15:45:00Z"),  # a gap of half an hour
        ("Pacific/Apia", "2011-12-30", 9 * HOUR, "2011-12-30T19:00:00Z"),  # the lost date: moved on by 24 hours
        ("Asia/Kolkata", "2026-01-01", 24 * HOUR, "2026-01-01T18:30:00Z"),  # 24:00 is the next date's 00:00
        ("Asia/Kolkata", "2026-01-01", 30 * HOUR, "2026-01-02T00:30:00Z"),
    ],
)
def test_every_wall_time_is_one_instant(make: Make, zone: str, day: str, wall: int, expected: str) -> None:
    calendar = make(zone=zone, week=ALL_DAY)
    assert calendar.resolve(date.fromisoformat(day), wall) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2024-03-31", 23),
        ("Europe/Berlin", "2024-10-27", 25),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("America/Sao_Paulo", "2018-02-17", 25),
        ("Australia/Lord_Howe", "2020-04-05", 24.5),
        ("Pacific/Apia", "2011-12-29", 24),
        ("Pacific/Apia", "2011-12-31", 24),
    ],
)
def test_elapsed_time_of_a_date_is_real_time(make: Make, zone: str, day: str, hours: float) -> None:
    calendar, first = make(zone=zone, week=ALL_DAY), date.fromisoformat(day)
    assert calendar.elapsed(calendar.resolve(first, 0), calendar.resolve(first, 86_400)) == timedelta(hours=hours)


def test_a_span_that_the_gap_swallows_is_dropped(make: Make) -> None:
    calendar = make(zone="America/Los_Angeles", week={"sun": ["02:30-03:15"]})
    assert calendar.elapsed(datetime(2006, 4, 2, tzinfo=UTC), datetime(2006, 4, 3, tzinfo=UTC)) == timedelta(0)
    assert calendar.elapsed(datetime(2006, 4, 9, tzinfo=UTC), datetime(2006, 4, 10, tzinfo=UTC)) == timedelta(
        minutes=45
    )


def test_a_span_that_the_gap_leaves_without_a_second_makes_no_business_date(make: Make) -> None:
    # On the night of the change 02:30 is moved to 03:30, where the span would end.
    calendar = make(zone="America/Los_Angeles", week={"sun": ["02:30-03:30"]})
    assert calendar.closes_all_day(datetime(2006, 4, 2, 20, tzinfo=UTC))
    assert calendar.business_date(datetime(2006, 4, 9, 20, tzinfo=UTC)) == date(2006, 4, 9)
    assert calendar.end_of_next_working_day(datetime(2006, 4, 1, tzinfo=UTC)) == datetime(
        2006, 4, 9, 10, 30, tzinfo=UTC
    )


def test_a_span_that_begins_in_the_gap_is_moved_forward(make: Make) -> None:
    calendar = make(zone="America/Los_Angeles", week={"sun": ["02:30-05:00"]})
    assert calendar.next_open(datetime(2006, 4, 2, tzinfo=UTC)) == datetime(2006, 4, 2, 10, 30, tzinfo=UTC)


def test_spans_that_the_gap_pushes_together_merge(make: Make) -> None:
    calendar = make(zone="America/Los_Angeles", week={"sun": ["01:00-02:30", "03:00-04:00"]})
    first = next(calendar.periods(after=datetime(2006, 4, 2, tzinfo=UTC)))
    assert first == (datetime(2006, 4, 2, 9, tzinfo=UTC), datetime(2006, 4, 2, 11, tzinfo=UTC))


def test_a_night_shift_is_an_hour_shorter_or_longer_when_the_clocks_change(make: Make) -> None:
    calendar = make(zone="Europe/Berlin", week={"sat": ["22:00-06:00"]})
    for night, hours in (date(2024, 3, 30), 7), (date(2024, 10, 26), 9), (date(2024, 6, 1), 8):
        begin = calendar.resolve(night, 12 * HOUR)
        assert calendar.elapsed(begin, begin + timedelta(days=1)) == timedelta(hours=hours)


def test_a_date_that_the_zone_jumped_over_has_no_time(make: Make) -> None:
    calendar = make(zone="Pacific/Apia", week={"fri": ["09:00-17:00"], "thu": ["22:00-06:00"]})
    begin, end = datetime(2011, 12, 29, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC)
    # Friday 2011-12-30 was jumped over; Thursday's night shift ends on Saturday at 06:00.
    assert list(calendar.periods(after=begin))[:1] == [
        (datetime(2011, 12, 30, 8, tzinfo=UTC), datetime(2011, 12, 30, 16, tzinfo=UTC))
    ]
    assert [span.why for span in calendar.spans(datetime(2011, 12, 30, 0, tzinfo=UTC), end)][:3] == [
        "outside opening hours",
        "test week",
        "Saturday",
    ]
    assert calendar.business_date(datetime(2011, 12, 30, 12, tzinfo=UTC)) == date(2011, 12, 29)


# ── Dates that never were ────────────────────────────────────────────────────────────────────────────────────────────

APIA = "Pacific/Apia"  # went from Thursday 29 to Saturday 31 December 2011


def apia(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2011, 12, day, hour, minute, tzinfo=iana_zone(APIA)).astimezone(UTC)


def test_a_break_on_a_date_that_never_was_takes_nothing_from_the_next(make: Make) -> None:
    noon = (Break(parse_hours("12:00-13:00"), "Lunch", parse_days("thu,fri")),)
    calendar = make(zone=APIA, week=ALL_DAY, breaks=noon)
    assert calendar.on_break(apia(29, 12, 30)) == "Lunch"
    assert calendar.on_break(apia(31, 12, 30)) is None
    assert calendar.elapsed(apia(31, 12), apia(31, 13)) == timedelta(hours=1)


def test_a_break_on_the_date_after_one_that_never_was_takes_what_it_says(make: Make) -> None:
    noon = (Break(parse_hours("12:00-13:00"), "Lunch", parse_days("sat")),)
    calendar = make(zone=APIA, week=ALL_DAY, breaks=noon)
    assert calendar.on_break(apia(31, 12, 30)) == "Lunch"
    assert calendar.elapsed(apia(29, 0), apia(31, 13)) == timedelta(hours=36)


def test_a_break_cuts_a_span_that_reaches_over_a_date_that_never_was(make: Make) -> None:
    early = (Break(parse_hours("03:00-04:00"), "Early", (), date(2011, 12, 31)),)
    calendar = make(zone=APIA, week={"thu": ["22:00-05:00"]}, breaks=early)
    assert calendar.is_open(apia(31, 2))
    assert calendar.on_break(apia(31, 3, 30)) == "Early"
    assert calendar.elapsed(apia(29, 21), apia(31, 6)) == timedelta(hours=6)


def test_a_span_reaches_over_a_last_date_of_the_year_that_never_was(make: Make) -> None:
    zone = "Pacific/Kiritimati"  # went from Friday 30 December 1994 to Sunday 1 January 1995
    friday = {"fri": ["12:00-11:00"]}
    new_year = datetime(1995, 1, 1, 10, tzinfo=iana_zone(zone)).astimezone(UTC)
    assert make(zone=zone, week=friday).is_open(new_year)
    assert make(zone=zone, week=friday).business_date(new_year) == date(1994, 12, 30)
    assert make(zone=zone, week=friday).elapsed(new_year, new_year + timedelta(hours=2)) == timedelta(hours=1)


def test_a_date_begins_at_the_first_of_two_midnights(make: Make) -> None:
    # In St. John's the clock was put back at 00:01, so 23:01 to 24:00 of the old date came again.
    zone = make(zone="America/St_Johns", week=ALL_DAY).zone
    second_time = seconds_of(datetime(2010, 11, 7, 3, 0, tzinfo=UTC))
    assert datetime.fromtimestamp(second_time, zone).date() == date(2010, 11, 6)
    assert date_at(zone, second_time) == date(2010, 11, 7).toordinal()
    assert resolve(zone, date(2010, 11, 7).toordinal(), 0) <= second_time


def test_a_naive_datetime_is_refused_with_an_example(make: Make) -> None:
    calendar, naive, aware = make(week=ALL_DAY), datetime(2026, 1, 9, 18), datetime(2026, 1, 9, 18, tzinfo=UTC)
    words = (
        "2026-01-09 18:00:00 has no offset from UTC, so it could mean many instants; "
        'give it one, for example "2026-01-09T18:00:00Z"'
    )
    for ask in (
        lambda: calendar.elapsed(naive, aware),
        lambda: calendar.elapsed(aware, naive),
        lambda: calendar.add(naive, timedelta(hours=1)),
        lambda: calendar.subtract(naive, timedelta(hours=1)),
        lambda: calendar.is_open(naive),
        lambda: calendar.spans(aware, naive),
        lambda: calendar.periods(after=naive),
    ):
        with pytest.raises(CalendarError) as refused:
            ask()
        assert str(refused.value) == words


def test_fractions_of_a_second_are_cut_off(make: Make) -> None:
    calendar = make(week=ALL_DAY)
    at = datetime(2026, 1, 9, 18, 0, 0, 999_999, tzinfo=UTC)
    assert calendar.next_open(at) == at.replace(microsecond=0)
    assert calendar.add(at, timedelta(seconds=1, microseconds=999_999)) == datetime(2026, 1, 9, 18, 0, 1, tzinfo=UTC)


def test_instants_of_any_zone_are_answered_in_utc(make: Make) -> None:
    calendar = make(zone="Asia/Kolkata", week=ALL_DAY)
    due = calendar.add(datetime(2026, 1, 9, 18, tzinfo=calendar.zone), timedelta(hours=1))
    assert due.tzinfo is UTC
    assert due == datetime(2026, 1, 9, 13, 30, tzinfo=UTC)
