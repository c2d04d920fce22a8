"""Are working time, due times and pauses right to the second, wherever spans, breaks and pauses touch or overlap?

Promise: every arrangement of a few seconds is tried, and compared with counting the seconds one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise, product

import pytest

from slabot.calendars import (
    Break,
    Calendar,
    CalendarSpec,
    Hours,
    Override,
    Pause,
    due_with_pauses,
    elapsed_with_pauses,
    met_until_with_pauses,
    spans_with_pauses,
    subtract_with_pauses,
)

LAST = 6  # seconds of each small world
INTERVALS = list(combinations(range(LAST), 2))
MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)


def second(number: int, midnight: datetime = MIDNIGHT) -> datetime:
    return midnight + timedelta(seconds=number)


def held(intervals: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> set[int]:
    return {number for begin, end in intervals for number in range(begin, end)}


# ── Spans and breaks ────────────────────────────────────────────────────────────────────────────────────────────────

Arrangement = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
FIXED = (3, 4)  # a second break, so that breaks meet each other too
ARRANGEMENTS: list[Arrangement] = [
    (*pair, taken, FIXED) for pair in combinations(INTERVALS, 2) for taken in INTERVALS if pair[0][0] <= 2
]


@pytest.fixture(scope="module")
def worlds() -> tuple[Calendar, dict[date, Arrangement]]:
    """One calendar that has every arrangement, each on a date of its own."""
    first = date(2026, 1, 5)
    by_date = {first + timedelta(days=number): each for number, each in enumerate(ARRANGEMENTS)}
    spec = CalendarSpec(
        name="small_world",
        overrides={
            day: Override((Hours(*one), Hours(*two)), "small world") for day, (one, two, _, _) in by_date.items()
        },
        breaks=tuple(
            each
            for day, (_, _, taken, fixed) in by_date.items()
            for each in (Break(Hours(*fixed), "fixed", (), day), Break(Hours(*taken), "taken", (), day))
        ),
        years=(2026, 2026 + len(ARRANGEMENTS) // 365 + 1),
    )
    return Calendar(spec), by_date


def at_midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_each_second_counts_or_not_and_says_why(worlds: tuple[Calendar, dict[date, Arrangement]]) -> None:
    calendar, by_date = worlds
    for day, (one, two, taken, fixed) in by_date.items():
        hours, away = held([one, two]), held([taken, fixed])
        open_seconds = hours - away
        midnight = at_midnight(day)
        spans = calendar.spans(midnight, second(LAST, midnight))
        assert (spans[0].start, spans[-1].end) == (midnight, second(LAST, midnight))
        said = {}
        for span in spans:
            for number in range(int((span.start - midnight).seconds), int((span.end - midnight).seconds)):
                said[number] = (span.counts, span.why)
        for number in range(LAST):
            breaks = sorted((begin, end, name) for (begin, end), name in [(taken, "taken"), (fixed, "fixed")])
            why = next((name for begin, end, name in breaks if number in hours and begin <= number < end), None)
            instant = second(number, midnight)
            assert calendar.is_open(instant) == (number in open_seconds)
            assert calendar.on_break(instant) == why, (day, number)
            closed = (False, why or "small world")
            assert said[number] == ((True, "small world") if number in open_seconds else closed), (day, number)
        joined = [(span.counts, span.why) for span in spans]
        assert all(before != after for before, after in pairwise(joined))


def test_working_time_is_the_number_of_open_seconds(worlds: tuple[Calendar, dict[date, Arrangement]]) -> None:
    calendar, by_date = worlds
    for day, (one, two, taken, fixed) in by_date.items():
        open_seconds = held([one, two]) - held([taken, fixed])
        midnight = at_midnight(day)
        for begin, end in INTERVALS:
            counted = sum(begin <= number < end for number in open_seconds)
            worked = calendar.elapsed(second(begin, midnight), second(end, midnight))
            assert worked == timedelta(seconds=counted), (day, begin, end)


def test_a_date_belongs_to_the_span_that_holds_the_instant(worlds: tuple[Calendar, dict[date, Arrangement]]) -> None:
    calendar, by_date = worlds
    for day, (one, two, taken, fixed) in by_date.items():
        opens = bool(held([one, two]) - held([taken, fixed]))
        for number in range(LAST):
            assert calendar.business_date(second(number, at_midnight(day))) == (day if opens else None)


# ── Pauses ──────────────────────────────────────────────────────────────────────────────────────────────────────────

OPEN = {1, 2, 4}  # of the first seconds of the date, and again much later
LATER = 100


@pytest.fixture(scope="module")
def seconds() -> Calendar:
    hours = (Hours(1, 3), Hours(4, 5), Hours(LATER, LATER + 50))
    return Calendar(CalendarSpec(name="seconds", week=dict.fromkeys(range(7), hours)))


Interval = tuple[int, int | None]
PAUSES: list[Interval] = [*INTERVALS, *((begin, None) for begin in range(LAST))]
# Two pauses that meet in every way, and a third one before them or after them.
TRIPLES = [(one, two, (0, 1)) for one, two in product(PAUSES, repeat=2)] + [
    ((0, 1), one, two) for one, two in product(PAUSES[5:], repeat=2)
]
COUNTED = sorted(OPEN | set(range(LATER, LATER + 50)))


def lasting(each: tuple[Interval, ...]) -> tuple[list[Pause], set[int]]:
    """The pauses, and the open seconds that they leave of the date."""
    pauses = [
        Pause(second(begin), None if end is None else second(end), name)
        for (begin, end), name in zip(each, "abc", strict=True)
    ]
    gone = {number for begin, end in each for number in COUNTED if begin <= number and (end is None or number < end)}
    return pauses, set(COUNTED) - gone


@pytest.mark.parametrize("start", [0, 1, 2, 4])
def test_a_pause_takes_away_its_seconds_and_no_more(seconds: Calendar, start: int) -> None:
    for each in TRIPLES:
        pauses, left = lasting(each)
        for end in range(start, LAST + 1):
            worked = elapsed_with_pauses(seconds, second(start), second(end), pauses)
            assert worked == timedelta(seconds=sum(start <= number < end for number in left)), (each, end)


@pytest.mark.parametrize("start", [0, 1, 2, 4])
def test_a_budget_is_due_at_the_first_second_that_has_worked_it_off(seconds: Calendar, start: int) -> None:
    for each in TRIPLES:
        pauses, left = lasting(each)
        endless = [begin for begin, end in each if end is None]
        counting = sorted(number for number in left if number >= start)
        for budget in range(1, 6):
            found = due_with_pauses(seconds, second(start), timedelta(seconds=budget), pauses)
            expected = None if endless and len(counting) < budget else second(counting[budget - 1] + 1)
            assert found == expected, (each, budget)


@pytest.mark.parametrize("due", range(LAST))
def test_it_can_be_met_until_the_next_second_that_counts(seconds: Calendar, due: int) -> None:
    for each in TRIPLES:
        pauses, left = lasting(each)
        counting = [number for number in sorted(left) if number >= due]
        found = met_until_with_pauses(seconds, second(due), pauses)
        assert found == (second(counting[0]) if counting else None), each


@pytest.mark.parametrize("end", range(1, LAST + 1))
def test_going_back_lands_where_going_forward_began(seconds: Calendar, end: int) -> None:
    for each in TRIPLES:
        pauses, left = lasting(each)
        counting = [number for number in sorted(left) if number < end]
        assert subtract_with_pauses(seconds, second(end), timedelta(), pauses) == second(end)
        for amount in range(1, len(counting) + 1):
            found = subtract_with_pauses(seconds, second(end), timedelta(seconds=amount), pauses)
            assert found == second(counting[-amount]), (each, amount)


def test_a_pause_is_one_span_for_the_reason_of_the_one_that_began_first(seconds: Calendar) -> None:
    for each in TRIPLES:
        pauses, left = lasting(each)
        spans = spans_with_pauses(seconds, second(0), second(LAST), pauses)
        assert (spans[0].start, spans[-1].end) == (second(0), second(LAST))
        assert all(one.end == two.start for one, two in pairwise(spans))
        assert all((one.counts, one.why) != (two.counts, two.why) for one, two in pairwise(spans))
        for span in spans:
            assert span.start < span.end
            for number in range((span.start - MIDNIGHT).seconds, (span.end - MIDNIGHT).seconds):
                assert span.counts == (number in left), each
                paused = [pause for pause in pauses if number >= (pause.since - MIDNIGHT).seconds]
                paused = [pause for pause in paused if pause.until is None or second(number) < pause.until]
                if not paused:
                    assert span.why == ("seconds" if number in OPEN else "outside opening hours")
                else:
                    assert span.why in {pause.why for pause in paused}


# ── A whole date, and the night ─────────────────────────────────────────────────────────────────────────────────────

NIGHT = Hours(86_398, 86_400 + 3)  # from two seconds before midnight to three after it
DAWN = Hours(5, 7)


@pytest.fixture(scope="module")
def nights() -> Calendar:
    return Calendar(CalendarSpec(name="nights", week=dict.fromkeys(range(7), (NIGHT, DAWN))))


NIGHTLY = sorted(
    day * 86_400 + number for day in range(-3, 3) for number in (*range(86_398, 86_403), 5, 6)
)  # open seconds around the date
AROUND = [*range(-4, 10), *range(86_395, 86_405)]


@pytest.mark.parametrize("begin", AROUND)
def test_amounts_are_added_and_taken_away_to_the_second(nights: Calendar, begin: int) -> None:
    after = [number for number in NIGHTLY if number >= begin]
    before = [number for number in NIGHTLY if number < begin]
    assert nights.next_open(second(begin)) == nights.add(second(begin), timedelta()) == second(after[0])
    for amount in range(1, 8):
        assert nights.add(second(begin), timedelta(seconds=amount)) == second(after[amount - 1] + 1)
        assert nights.subtract(second(begin), timedelta(seconds=amount)) == second(before[-amount])
    for end in AROUND:
        counted = sum(begin <= number < end for number in NIGHTLY)
        assert nights.elapsed(second(begin), second(end)) == timedelta(seconds=counted)
        assert sum((s.end - s.start for s in nights.spans(second(begin), second(end)) if s.counts), timedelta()) == (
            timedelta(seconds=counted)
        )


@pytest.mark.parametrize("begin", AROUND)
def test_periods_run_both_ways_to_the_second(nights: Calendar, begin: int) -> None:
    ahead, back = nights.periods(after=second(begin)), nights.periods(before=second(begin))
    seen = [next(ahead) for _ in range(3)]
    assert [number for first, last in seen for number in range(_number(first), _number(last))] == [
        number for number in NIGHTLY if number >= begin and second(number) < seen[-1][1]
    ]
    passed = [next(back) for _ in range(2)]
    assert sorted(number for first, last in passed for number in range(_number(first), _number(last))) == [
        number for number in NIGHTLY if number < begin and second(number) >= passed[-1][0]
    ]


def _number(instant: datetime) -> int:
    return int((instant - MIDNIGHT).total_seconds())


@pytest.mark.parametrize("number", AROUND)
def test_the_date_of_the_night_is_the_one_on_which_it_opened(nights: Calendar, number: int) -> None:
    day = date(2026, 1, 5) + timedelta(days=number // 86_400)
    of_the_night = number % 86_400 < 3
    expected = day - timedelta(days=1) if of_the_night else day
    assert nights.business_date(second(number)) == expected
    following = expected + timedelta(days=1)
    assert nights.end_of_next_working_day(second(number)) == at_midnight(following) + timedelta(seconds=NIGHT.closes)
