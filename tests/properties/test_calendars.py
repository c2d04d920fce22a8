"""Does working time add up, on any calendar, in any zone, across any change of clocks?

Promise: the laws of elapsed, due, met until, subtract, spans and periods hold for all of them. (Whether the answers are
the right ones is asked in test_calendars_watched.py.)
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, takewhile

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from slabot.calendars import BusinessDays, Calendar, CalendarSpec, RealTime, Worked
from tests.properties.any_calendar import Case, cases, enough, joined_specs, opened, specs

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
# A calendar takes longer to be drawn and compiled than other examples do; each test has half as many.
half = settings(max_examples=settings().max_examples // 2)


def next_or_assume(calendar: Calendar, at: datetime) -> datetime:
    """A calendar may open once only, and that before the question."""
    following = next(calendar.periods(after=at), None)
    assume(following is not None)
    assert following is not None
    return following[0]


@half
@given(cases())
def test_due_is_the_earliest_instant_at_which_the_target_has_been_worked(case: Case) -> None:
    calendar, start = case.calendar, case.instants[0]
    assume(enough(calendar, start, case.amount))
    due = calendar.due(start, Worked(case.amount))
    assert due > start
    assert calendar.elapsed(start, due) == case.amount
    assert calendar.elapsed(start, due - SECOND) == case.amount - SECOND
    assert due == calendar.add(start, case.amount)


@half
@given(cases())
def test_working_time_adds_up_and_never_runs_back(case: Case) -> None:
    calendar, (a, b, c) = case.calendar, case.instants
    assert calendar.elapsed(a, b) + calendar.elapsed(b, c) == calendar.elapsed(a, c)
    assert timedelta(0) <= calendar.elapsed(a, b) <= min(b - a, calendar.elapsed(a, c))
    assert calendar.elapsed(b, a) == timedelta(0)


@half
@given(cases())
def test_a_later_start_or_a_longer_target_is_never_due_earlier(case: Case) -> None:
    calendar, (a, b, _) = case.calendar, case.instants
    assume(enough(calendar, b, case.amount + MINUTE))
    assert calendar.add(a, case.amount) <= calendar.add(b, case.amount) < calendar.add(b, case.amount + MINUTE)


@half
@given(cases(), st.integers(1, 4))
def test_business_days_are_due_at_the_earliest_instant_and_in_order(case: Case, days: int) -> None:
    calendar, start = case.calendar, case.instants[0]
    assume(enough(calendar, start, timedelta(days=12 * days)))
    due, later = calendar.due(start, BusinessDays(days)), calendar.due(start, BusinessDays(days + 1))
    assert start < due <= later
    assert calendar.elapsed(start, due - SECOND) < calendar.elapsed(start, due)


@half
@given(cases())
def test_the_target_is_met_until_the_last_instant_without_working_time(case: Case) -> None:
    calendar, due = case.calendar, case.instants[0]
    opening = next_or_assume(calendar, due)
    met_until = calendar.met_until(due)
    assert met_until == opening
    assert calendar.elapsed(due, met_until) == timedelta(0)
    assert calendar.is_open(met_until)
    assert calendar.elapsed(due, met_until + SECOND) == SECOND


@half
@given(cases())
def test_subtract_undoes_add_up_to_the_opening(case: Case) -> None:
    calendar, start = case.calendar, case.instants[0]
    assume(enough(calendar, start, case.amount))
    due = calendar.add(start, case.amount)
    assert calendar.subtract(due, case.amount) == calendar.next_open(start)
    begun = calendar.subtract(due, case.amount)
    assert calendar.elapsed(begun, due) == case.amount
    assert calendar.elapsed(begun + SECOND, due) == case.amount - SECOND
    assert calendar.is_open(begun)


@half
@given(cases())
def test_real_time_is_not_moved(case: Case) -> None:
    assert case.calendar.due(case.instants[0], RealTime(case.amount)) == case.instants[0] + case.amount


@half
@given(cases())
def test_spans_are_contiguous_cover_the_time_and_add_up_to_elapsed(case: Case) -> None:
    calendar, (start, _, end) = case.calendar, case.instants
    spans = calendar.spans(start, end)
    assume(start < end)
    assert (spans[0].start, spans[-1].end) == (start, end)
    for one, following in pairwise(spans):
        assert one.end == following.start
        assert (one.counts, one.why) != (following.counts, following.why)
    assert all(span.start < span.end and span.why for span in spans)
    assert sum((span.end - span.start for span in spans if span.counts), timedelta(0)) == calendar.elapsed(start, end)


@half
@given(cases())
def test_periods_forward_and_backward_are_the_same_open_time(case: Case) -> None:
    calendar, (start, _, end) = case.calendar, case.instants
    forward = [(a, min(b, end)) for a, b in takewhile(lambda pair: pair[0] < end, calendar.periods(after=start))]
    backward = [(max(a, start), b) for a, b in takewhile(lambda pair: pair[1] > start, calendar.periods(before=end))]
    assert forward == backward[::-1]
    assert sum((b - a for a, b in forward), timedelta(0)) == calendar.elapsed(start, end)


@settings(half, suppress_health_check=[HealthCheck.too_slow])
@given(specs() | joined_specs(), st.permutations(range(-1, 2)))
def test_a_calendar_compiled_bit_by_bit_equals_one_compiled_at_once(
    drawn: tuple[CalendarSpec, date], order: list[int]
) -> None:
    spec, anchor = drawn
    lazy, whole = opened(spec), opened(spec)
    first = datetime(spec.years[0], 1, 2, tzinfo=UTC)
    last = datetime(spec.years[1], 12, 30, tzinfo=UTC)
    everything = whole.elapsed(first, last)
    for year in order:
        lazy.is_open(datetime(anchor.year + year, 7, 1, tzinfo=UTC))
    assert lazy.elapsed(first, last) == everything
    assert lazy._timeline.compiled == whole._timeline.compiled
