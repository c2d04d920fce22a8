"""Is every answer of a calendar the one of somebody who watches the clock?

Promise: the calendars and the pauses agree with an oracle that shares no code with them, on any calendar.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slabot.calendars import (
    BusinessDays,
    Pause,
    due_with_pauses,
    elapsed_with_pauses,
    met_until_with_pauses,
    spans_with_pauses,
    subtract_with_pauses,
)
from tests.properties.any_calendar import REACH, Case, cases
from tests.properties.watched_clock import oracle_of

# A clock that is watched takes longer than other examples do; each test has a third as many.
third = settings(max_examples=settings().max_examples // 3)

MINUTE, ONE_DAY = timedelta(minutes=1), timedelta(days=1)


def agree(case: Case, days: int, *, unit: int, reach: int = REACH) -> None:
    calendar, oracle = case.calendar, oracle_of(case.spec, case.anchor, unit=unit, reach=reach)
    start, middle, end = ticks = [oracle.at(instant) for instant in case.instants]
    tick = timedelta(0, unit)
    known = oracle.begins[max(day for day in oracle.begins if day <= oracle.known)]

    assert calendar.elapsed(*case.instants[::2]) == oracle.elapsed(start, end) * tick
    for instant, seen in zip(case.instants, ticks, strict=True):
        assert calendar.is_open(instant) == (seen in oracle.open)
        assert calendar.business_date(instant) == oracle.business_date(seen)
        on_break = calendar.on_break(instant)
        assert on_break in oracle.on_break(seen) if on_break else not oracle.on_break(seen)
    for span in calendar.spans(case.instants[0], case.instants[2]):
        first, last = oracle.at(span.start), oracle.at(span.end)
        for seen in {first, last - 1, *range(first, last, 2220 // unit)}:
            assert span.counts == (seen in oracle.open)
            assert span.why in oracle.why(seen)
    if oracle.elapsed(start, known) >= (amount := int(case.amount / tick)):
        assert oracle.at(calendar.add(case.instants[0], case.amount)) == oracle.due(start, amount)
    if any(seen in oracle.open for seen in range(middle, known)):
        assert oracle.at(calendar.next_open(case.instants[1])) == oracle.next_open(middle)
        following = oracle.business_dates_after(middle)
        if len(following) >= days and following[days - 1] <= oracle.known - 2 * ONE_DAY:
            assert oracle.at(calendar.due(case.instants[1], BusinessDays(days))) == oracle.business_days(middle, days)


@settings(third, suppress_health_check=[HealthCheck.too_slow])
@given(cases(unit=60, joined=False), st.integers(1, 3))
def test_every_answer_is_the_one_of_a_clock_watched_minute_by_minute(case: Case, days: int) -> None:
    agree(case, days, unit=60)


@settings(third, suppress_health_check=[HealthCheck.too_slow])
@given(cases(unit=60, joined=True), st.integers(1, 3))
def test_every_answer_of_joined_calendars_is_the_one_of_all_their_clocks_watched(case: Case, days: int) -> None:
    agree(case, days, unit=60)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=2)
@given(cases(unit=1, hours_unit=1, reach=1, joined=False), st.integers(1, 2))
def test_every_answer_is_the_one_of_a_clock_watched_second_by_second(case: Case, days: int) -> None:
    agree(case, days, unit=1, reach=1)


# ── Pauses ──────────────────────────────────────────────────────────────────────────────────────────────────


@settings(third, suppress_health_check=[HealthCheck.too_slow])
@given(
    cases(unit=60),
    st.lists(st.tuples(st.integers(-3000, 3000), st.integers(-60, 3000) | st.none()), max_size=4),
)
def test_pauses_take_away_what_a_watched_clock_shows(case: Case, drawn: list[tuple[int, int | None]]) -> None:
    calendar, oracle = case.calendar, oracle_of(case.spec, case.anchor, unit=60, reach=REACH)
    start, middle, end = (oracle.at(instant) for instant in case.instants)
    amount = int(case.amount / MINUTE)
    known = oracle.begins[max(day for day in oracle.begins if day <= oracle.known)]
    pauses = [
        Pause(
            case.instants[place % 3] + since * MINUTE,
            None if length is None else case.instants[place % 3] + (since + length) * MINUTE,
            f"pause {place}",
        )
        for place, (since, length) in enumerate(drawn)
    ]
    paused = {
        tick
        for since, until, _ in pauses
        for tick in range(oracle.at(since), known + 1 if until is None else oracle.at(until))
    }
    lasting = min((oracle.at(since) for since, until, _ in pauses if until is None), default=known + 1)
    counted = oracle.open - paused

    worked = sum(tick in counted for tick in range(start, end))
    assert elapsed_with_pauses(calendar, case.instants[0], case.instants[2], pauses) == worked * MINUTE

    ahead = [tick for tick in range(start, known) if tick in counted]
    if len(ahead) >= amount:
        due = due_with_pauses(calendar, case.instants[0], case.amount, pauses)
        assert due is not None
        assert oracle.at(due) == ahead[amount - 1] + 1
    elif lasting <= known:
        assert due_with_pauses(calendar, case.instants[0], case.amount, pauses) is None

    if any(tick in oracle.open for tick in range(middle, known)):
        following = next((tick for tick in range(middle, known) if tick in counted), None)
        if following is not None:
            met_until = met_until_with_pauses(calendar, case.instants[1], pauses)
            assert met_until is not None
            assert oracle.at(met_until) == following
        elif lasting <= oracle.next_open(middle):
            assert met_until_with_pauses(calendar, case.instants[1], pauses) is None

    behind = [tick for tick in range(start, end) if tick in counted]
    if len(behind) >= amount:
        assert oracle.at(subtract_with_pauses(calendar, case.instants[2], case.amount, pauses)) == behind[-amount]

    spans = spans_with_pauses(calendar, case.instants[0], case.instants[2], pauses)
    assert sum((span.end - span.start for span in spans if span.counts), timedelta(0)) == worked * MINUTE
    for span in spans:
        for tick in (oracle.at(span.start), oracle.at(span.end) - 1):
            assert span.counts == (tick in counted)
            assert span.why.startswith("pause ") == (tick in paused)
