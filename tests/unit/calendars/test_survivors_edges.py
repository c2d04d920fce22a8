"""Is every answer right at the edge: of a year, of the epoch, of a date that never was, of what may be written?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from slabot.calendars import (
    Break,
    BusinessDays,
    Calendar,
    CalendarError,
    CalendarSpec,
    Hours,
    HoursError,
    NeverOpensError,
    OutsideYearsError,
    Override,
    RealTime,
    TargetError,
    UnknownZoneError,
    Worked,
    iana_zone,
    parse_days,
    parse_hours,
    parse_target,
)
from tests.unit.calendars.conftest import Make

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
ALL_DAY = {"mon-sun": ["00:00-24:00"]}
OFFICE = {"mon-fri": ["09:00-17:00"]}


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


# ── The edges of the years that are known so far ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("back", [1, 2, 86_400, 400 * 86_400])
def test_time_that_begins_before_what_is_known_is_counted_from_its_beginning(make: Make, back: int) -> None:
    calendar, new_year = make(week=ALL_DAY), utc(2026, 1, 1)
    calendar.elapsed(new_year, utc(2026, 1, 2))  # now 2026 is known
    begin = new_year - timedelta(seconds=back)
    assert calendar.elapsed(begin, utc(2026, 1, 2)) == timedelta(seconds=back + 86_400)


@pytest.mark.parametrize("on", [1, 2, 86_400, 400 * 86_400])
def test_time_that_ends_after_what_is_known_is_counted_to_its_end(make: Make, on: int) -> None:
    calendar, new_year = make(week=ALL_DAY), utc(2027, 1, 1)
    calendar.elapsed(utc(2026, 12, 1), utc(2026, 12, 31))
    end = new_year + timedelta(seconds=on)
    assert calendar.elapsed(utc(2026, 12, 31), end) == timedelta(seconds=on + 86_400)


@pytest.mark.parametrize("back", [1, 2, 86_400, 400 * 86_400])
def test_an_amount_is_added_from_before_what_is_known(make: Make, back: int) -> None:
    calendar, new_year = make(week=ALL_DAY), utc(2026, 1, 1)
    calendar.add(utc(2026, 6, 1), HOUR)
    begin = new_year - timedelta(seconds=back)
    assert calendar.add(begin, HOUR) == begin + HOUR


def test_going_back_one_second_past_what_is_known_ends_in_the_year_before(make: Make) -> None:
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


def test_periods_run_back_over_a_closed_new_year_that_nobody_asked_about_before(make: Make) -> None:
    for before in (utc(2026, 1, 1), utc(2026, 1, 1, 5), utc(2026, 1, 1, 9)):
        assert next(make(week=OFFICE).periods(before=before)) == (utc(2025, 12, 31, 9), utc(2025, 12, 31, 17))
    for after in (utc(2025, 12, 31, 17), utc(2025, 12, 31, 23, 59, 59), utc(2026, 1, 1)):
        assert next(make(week=OFFICE).periods(after=after)) == (utc(2026, 1, 1, 9), utc(2026, 1, 1, 17))


# ── The edges of the calendar's own years ───────────────────────────────────────────────────────────────────────────

YEARS = (2026, 2027)
BEGINS, ENDS = utc(2026, 1, 1), utc(2028, 1, 1)


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


def test_a_search_that_knows_more_years_never_knows_more_than_the_calendars_own(make: Make) -> None:
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


def test_a_search_that_finds_nothing_says_so_at_the_end_of_the_years(make: Make) -> None:
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


# ── Around the epoch, from which seconds are counted ────────────────────────────────────────────────────────────────


EAST = "Asia/Kolkata"  # where 1970 had begun five and a half hours before the epoch


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


# ── No time, and less than none ─────────────────────────────────────────────────────────────────────────────────────


def test_one_second_less_than_nothing_is_refused(make: Make) -> None:
    calendar, moment = make(week=ALL_DAY), utc(2026, 1, 5)
    with pytest.raises(TargetError):
        calendar.add(moment, -SECOND)
    with pytest.raises(TargetError):
        calendar.subtract(moment, -SECOND)
    assert calendar.add(moment, SECOND) == moment + SECOND
    assert calendar.subtract(moment, SECOND) == moment - SECOND


def test_no_time_has_no_spans_and_one_second_has_one(make: Make) -> None:
    for calendar in (make(always=True), make(week=ALL_DAY)):
        moment = utc(2026, 1, 5)
        assert calendar.spans(moment, moment) == calendar.spans(moment, moment - SECOND) == ()
        (span,) = calendar.spans(moment, moment + SECOND)
        assert (span.start, span.end, span.counts) == (moment, moment + SECOND, True)
        assert calendar.elapsed(moment, moment + SECOND) == SECOND


def test_no_time_is_nothing_in_any_year(make: Make) -> None:
    before = utc(1969, 1, 1)
    assert make(week=ALL_DAY).elapsed(before, before) == timedelta()


def test_spans_end_one_second_into_a_date(make: Make) -> None:
    calendar = make(week={"mon": ["00:00-24:00"]})
    spans = calendar.spans(utc(2026, 1, 4, 23), utc(2026, 1, 5, 0, 0, 1))
    assert [(span.end, span.counts) for span in spans] == [(utc(2026, 1, 5), False), (utc(2026, 1, 5, 0, 0, 1), True)]


# ── Dates that never were, and clocks that are moved ────────────────────────────────────────────────────────────────

APIA = "Pacific/Apia"  # went from Thursday 29 to Saturday 31 December 2011


def apia(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2011, 12, day, hour, minute, tzinfo=iana_zone(APIA)).astimezone(UTC)


def test_a_break_on_a_date_that_never_was_takes_nothing_from_the_next(make: Make) -> None:
    noon = (Break(parse_hours("12:00-13:00"), "Lunch", parse_days("thu,fri")),)
    calendar = make(zone=APIA, week=ALL_DAY, breaks=noon)
    assert calendar.on_break(apia(29, 12, 30)) == "Lunch"
    assert calendar.on_break(apia(31, 12, 30)) is None
    assert calendar.elapsed(apia(31, 12), apia(31, 13)) == HOUR


def test_a_break_on_the_date_after_one_that_never_was_takes_what_it_says(make: Make) -> None:
    noon = (Break(parse_hours("12:00-13:00"), "Lunch", parse_days("sat")),)
    calendar = make(zone=APIA, week=ALL_DAY, breaks=noon)
    assert calendar.on_break(apia(31, 12, 30)) == "Lunch"
    assert calendar.elapsed(apia(29, 0), apia(31, 13)) == 36 * HOUR


def test_a_break_cuts_a_span_that_reaches_over_a_date_that_never_was(make: Make) -> None:
    early = (Break(parse_hours("03:00-04:00"), "Early", (), date(2011, 12, 31)),)
    calendar = make(zone=APIA, week={"thu": ["22:00-05:00"]}, breaks=early)
    assert calendar.is_open(apia(31, 2))
    assert calendar.on_break(apia(31, 3, 30)) == "Early"
    assert calendar.elapsed(apia(29, 21), apia(31, 6)) == 6 * HOUR


def test_a_span_reaches_over_a_last_date_of_the_year_that_never_was(make: Make) -> None:
    zone = "Pacific/Kiritimati"  # went from Friday 30 December 1994 to Sunday 1 January 1995
    friday = {"fri": ["12:00-11:00"]}
    new_year = datetime(1995, 1, 1, 10, tzinfo=iana_zone(zone)).astimezone(UTC)
    assert make(zone=zone, week=friday).is_open(new_year)
    assert make(zone=zone, week=friday).business_date(new_year) == date(1994, 12, 30)
    assert make(zone=zone, week=friday).elapsed(new_year, new_year + 2 * HOUR) == HOUR


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


def test_business_days_keep_the_time_of_day_to_the_second(make: Make) -> None:
    start = utc(2026, 1, 5, 15, 0, 30)
    assert make(week=OFFICE).due(start, BusinessDays(2)) == utc(2026, 1, 7, 15, 0, 30)
    assert make(zone="Asia/Kolkata", week=ALL_DAY).due(start, BusinessDays(2)) == utc(2026, 1, 7, 15, 0, 30)
    night = make(week={"mon-sun": ["22:00-06:00"]})
    assert night.due(utc(2026, 1, 6, 1, 2, 3), BusinessDays(1)) == utc(2026, 1, 7, 1, 2, 3)


# ── Holidays ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_holidays_of_a_year_are_in_the_order_of_their_dates_and_of_that_year_alone(make: Make) -> None:
    own = {date(2026, 1, 2): "Second", date(2025, 12, 31): "Before", date(2027, 1, 1): "After"}
    listed = list(make(week=ALL_DAY, country="IN", holidays=own).holidays(2026))
    assert listed == sorted(listed)
    assert date(2026, 1, 2) in listed
    assert {day.year for day in listed} == {2026}
    for year in (2025, 2026, 2027):
        assert list(make(week=ALL_DAY, holidays=own).holidays(year)) == [day for day in own if day.year == year]


def test_unused_exceptions_are_listed_in_order(make: Make) -> None:
    names = [f"{letter} Day" for letter in "QWERTZUIOP"]
    calendar = make(week=ALL_DAY, country="IN", except_holidays=frozenset({*names, date(2026, 3, 3)}))
    assert calendar.unused_exceptions(range(2026, 2027)) == ("2026-03-03", *sorted(names))


# ── A calendar that opens once ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("last", [date(2026, 12, 31), date(2027, 12, 31)])
def test_one_open_date_at_the_very_end_is_enough(make: Make, last: date) -> None:
    years, closed = (2026, last.year), {}
    day = date(2026, 1, 1)
    while day < last:
        closed[day] = Override((), "Closed")
        day += timedelta(days=1)
    assert make(week=ALL_DAY, overrides=closed, years=years).next_open(utc(2026, 1, 1)) == utc(*last.timetuple()[:3])
    with pytest.raises(NeverOpensError):
        make(week=ALL_DAY, overrides={**closed, last: Override((), "Closed")}, years=years)


@pytest.mark.parametrize("length", [8, 9, 24, 25, 56, 57, 120])
def test_one_open_date_is_found_at_each_end_of_what_is_looked_at(make: Make, length: int) -> None:
    first = date(2026, 1, 1)
    closed = {first + timedelta(days=number): Override((), "Closed") for number in range(365)}
    for place in (length - 1, length):
        overrides = {day: each for day, each in closed.items() if day != first + timedelta(days=place)}
        opens = make(week=ALL_DAY, overrides=overrides, years=(2026, 2026)).next_open(utc(2026, 1, 1))
        assert opens.date() == first + timedelta(days=place)


# ── What may be written ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    ["00:00-24:00", "00:00-00:01", "23:59-24:00", "23:59:59-24:00", "09:59-10:59", "09:00:59-17:00:59", "22:00-06:00"],
)
def test_hours_are_shown_as_they_are_written(text: str) -> None:
    assert str(parse_hours(text)) == text


@pytest.mark.parametrize("text", ["09:60-17:00", "09:00:60-17:00", "09:00-24:01", "09:00-24:00:01", "24:00-25:00"])
def test_a_time_that_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(HoursError):
        parse_hours(text)


def test_hours_reach_from_the_first_second_of_a_date_to_the_end_of_the_next() -> None:
    assert Hours(86_399, 172_800).closes == 172_800
    assert Hours(0, 1).closes == 1
    for opens, closes in [(86_400, 90_000), (-1, 5), (0, 172_801), (5, 5), (6, 5)]:
        with pytest.raises(HoursError):
            Hours(opens, closes)


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        (Hours(0, 86_400), "00:00-24:00"),
        (Hours(2, 86_401), "00:00:02-00:00:01"),
        (Hours(1, 86_401), "00:00:01-24:00:01"),  # a whole day: "00:00:01-00:00:01" would be none
        (Hours(1, 86_400), "00:00:01-24:00"),
        (Hours(3_600, 86_400 + 7_200), "01:00-26:00"),
    ],
)
def test_hours_that_close_on_the_next_date_are_shown_so_that_they_can_be_told_apart(hours: Hours, shown: str) -> None:
    assert str(hours) == shown


def test_weekdays_are_sorted_whatever_the_order_they_are_written_in() -> None:
    assert parse_days("sun,wed,fri-mon") == (0, 2, 4, 5, 6)
    assert parse_days("tue-tue") == (1,)


def test_a_day_of_the_week_is_one_of_seven() -> None:
    for day in (0, 6):
        Calendar(CalendarSpec(name="x", week={day: (Hours(0, 60),)}))
    for day in (-1, 7):
        with pytest.raises(HoursError):
            Calendar(CalendarSpec(name="x", week={day: (Hours(0, 60),)}))


def test_years_may_reach_from_the_first_to_the_last_that_can_be_trusted_and_be_one_alone(make: Make) -> None:
    for years in [(1970, 2200), (1970, 1970), (2200, 2200), (2026, 2026)]:
        assert make(week=ALL_DAY, years=years).spec.years == years
    for years in [(1969, 2026), (2026, 2201), (2027, 2026)]:
        with pytest.raises(CalendarError, match="which is no range"):
            make(week=ALL_DAY, years=years)


def test_a_calendar_that_says_nothing_of_its_years_answers_from_1970_to_2100(make: Make) -> None:
    calendar = make(week=ALL_DAY)
    assert calendar.is_open(utc(1970, 1, 1))
    assert calendar.is_open(utc(2100, 12, 31, 23, 59, 59))
    for beyond in (utc(1969, 12, 31, 23, 59, 59), utc(2101, 1, 1)):
        with pytest.raises(OutsideYearsError):
            calendar.is_open(beyond)


def test_dated_entries_may_lie_on_the_first_and_the_last_date_of_the_years(make: Make) -> None:
    for day in (date(2026, 1, 1), date(2027, 12, 31)):
        assert make(week=ALL_DAY, holidays={day: "x"}, years=YEARS).holidays(day.year) == {day: "x"}
    for day in (date(2025, 12, 31), date(2028, 1, 1)):
        with pytest.raises(OutsideYearsError):
            make(week=ALL_DAY, holidays={day: "x"}, years=YEARS)


def test_a_target_is_at_most_a_hundred_years() -> None:
    most = 36_525
    assert parse_target(f"{most}d") == RealTime(timedelta(days=most))
    assert parse_target(f"{most} business days") == BusinessDays(most)
    assert parse_target(f"{most * 24}h") == Worked(timedelta(days=most))
    assert parse_target(f"{most * 86_400}s") == Worked(timedelta(days=most))
    for text in (f"{most + 1}d", f"{most + 1} business days", f"{most * 24 + 1}h", f"{most * 86_400 + 1}s"):
        with pytest.raises(TargetError, match="longer than a hundred years"):
            parse_target(text)
    assert parse_target("0" * 11 + "5m") == Worked(timedelta(minutes=5))
    with pytest.raises(TargetError, match="longer than a hundred years"):
        parse_target("0" * 12 + "5m")


@pytest.mark.parametrize("target", ["0s", "1s", "59s", "1m", "90s", "59m", "1h", "25h", "0d", "1d", "7d"])
def test_a_target_is_shown_in_the_largest_unit_that_fits(target: str) -> None:
    assert str(parse_target(target)) == ("0h" if target == "0s" else target)


def test_less_than_nothing_is_no_target_and_nothing_is_one() -> None:
    for build in (Worked, RealTime):
        assert build(timedelta()).amount == timedelta()
        with pytest.raises(TargetError):
            build(-SECOND)
    assert str(BusinessDays(0)) == "0 business days"
    assert str(BusinessDays(1)) == "1 business day"
    with pytest.raises(TargetError):
        BusinessDays(-1)


@pytest.mark.parametrize("length", [59, 60, 61])
def test_a_long_text_is_not_repeated_in_the_message(length: int) -> None:
    text = "9" * (length - 1) + "h"
    with pytest.raises(TargetError) as error:
        parse_target(text)
    assert (text in str(error.value)) == (length <= 60)
    assert ("this target" in str(error.value)) == (length > 60)


# ── Names that are nearly right ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("city", "zone"),
    [
        ("istanbul", "Asia/Istanbul"),
        ("nicosia", "Asia/Nicosia"),
        ("louisville", "America/Kentucky/Louisville"),
        ("indianapolis", "America/Indiana/Indianapolis"),
        ("cordoba", "America/Argentina/Cordoba"),
        ("mendoza", "America/Argentina/Mendoza"),
        ("jujuy", "America/Argentina/Jujuy"),
        ("catamarca", "America/Argentina/Catamarca"),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_of_several_zones_of_a_city_the_first_in_the_alphabet_is_suggested(city: str, zone: str) -> None:
    with pytest.raises(UnknownZoneError, match=f'did you mean "{zone}"'):
        iana_zone(city)


def test_a_zone_is_suggested_for_a_city_that_is_nearly_right() -> None:
    with pytest.raises(UnknownZoneError, match=r"Europe/Berlin"):
        iana_zone("berlim")
