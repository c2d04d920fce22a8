from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from slabot.calendars import (
    Calendar,
    CalendarError,
    Pause,
    TargetError,
    due_with_pauses,
    elapsed_with_pauses,
    met_until_with_pauses,
    spans_with_pauses,
    subtract_with_pauses,
)
from tests.unit.calendars.conftest import HOUR, on

NOTHING = timedelta(0)
Pauses = list[tuple[datetime, datetime | None]]


@pytest.fixture
def office(make: Callable[..., Calendar]) -> Calendar:
    return make(name="office", week={"mon-fri": ["09:00-17:00"]})


def test_without_pauses_a_clock_counts_as_its_calendar(office: Calendar) -> None:
    assert elapsed_with_pauses(office, on(5, 10), on(6, 10), []) == 8 * HOUR
    assert due_with_pauses(office, on(5, 10), 7 * HOUR, []) == on(5, 17)
    assert met_until_with_pauses(office, on(5, 17), []) == on(6, 9)
    assert subtract_with_pauses(office, on(6, 10), HOUR, []) == on(6, 9)
    assert spans_with_pauses(office, on(5), on(7), []) == office.spans(on(5), on(7))


def test_pauses_count_once_however_they_overlap_and_in_whatever_order(office: Calendar) -> None:
    pauses: Pauses = [(on(5, 14), on(5, 16)), (on(5, 10), on(5, 12)), (on(5, 11), on(5, 14)), (on(5, 18), on(6, 10))]
    assert elapsed_with_pauses(office, on(5, 9), on(6, 11), pauses) == 3 * HOUR
    assert elapsed_with_pauses(office, on(5, 9), on(6, 11), pauses[::-1]) == 3 * HOUR
    assert due_with_pauses(office, on(5, 9), 3 * HOUR, pauses) == on(6, 11)


def test_a_pause_before_the_start_changes_nothing(office: Calendar) -> None:
    pauses: Pauses = [(on(5, 10), on(5, 12))]
    assert due_with_pauses(office, on(6, 9), HOUR, pauses) == on(6, 10)
    assert due_with_pauses(office, on(5, 11), HOUR, pauses) == on(5, 13)
    assert elapsed_with_pauses(office, on(6, 9), on(6, 10), pauses) == HOUR
    assert subtract_with_pauses(office, on(6, 10), HOUR, pauses) == on(6, 9)
    assert met_until_with_pauses(office, on(6, 9), pauses) == on(6, 9)


def test_a_fraction_of_a_second_is_no_budget(office: Calendar) -> None:
    half = timedelta(milliseconds=500)
    assert due_with_pauses(office, on(5, 10), half, [(on(5, 10), on(5, 12))]) == on(5, 12)
    assert due_with_pauses(office, on(5, 9), HOUR + half, [(on(5, 10), on(5, 12))]) == on(5, 10)
    assert subtract_with_pauses(office, on(5, 12), half, [(on(5, 10), on(5, 12))]) == on(5, 12)


def test_a_pause_outside_opening_hours_changes_nothing(office: Calendar) -> None:
    pauses: Pauses = [(on(5, 17), on(6, 9)), (on(9, 17), on(12, 9))]
    assert elapsed_with_pauses(office, on(5), on(13), pauses) == office.elapsed(on(5), on(13))
    assert due_with_pauses(office, on(5, 16), 2 * HOUR, pauses) == on(6, 10)


def test_a_budget_used_up_as_the_pause_begins_is_due_there(office: Calendar) -> None:
    assert due_with_pauses(office, on(5, 9), HOUR, [(on(5, 10), on(5, 12))]) == on(5, 10)
    assert due_with_pauses(office, on(5, 9), HOUR, [(on(5, 10), None)]) == on(5, 10)


def test_a_lasting_pause_leaves_the_due_time_open(office: Calendar) -> None:
    assert due_with_pauses(office, on(5, 9), 2 * HOUR, [(on(5, 10), None)]) is None
    assert due_with_pauses(office, on(5, 9), 2 * HOUR, [(on(5, 10), None), (on(5, 8), on(5, 9, 30))]) is None
    assert elapsed_with_pauses(office, on(5, 9), on(9), [(on(5, 10), None)]) == HOUR
    assert elapsed_with_pauses(office, on(5, 9), on(9), [(on(5, 10), None), (on(5, 12), on(5, 13))]) == HOUR


def test_a_budget_of_nothing_is_due_at_the_first_instant_that_counts(office: Calendar) -> None:
    assert due_with_pauses(office, on(5, 3), NOTHING, [(on(5, 8), on(5, 12))]) == on(5, 12)
    assert due_with_pauses(office, on(5, 3), NOTHING, [(on(5, 8), None)]) is None
    assert due_with_pauses(office, on(5, 3), NOTHING, [(on(5, 12), None)]) == on(5, 9)


def test_met_until_runs_on_over_the_pauses(office: Calendar) -> None:
    assert met_until_with_pauses(office, on(5, 10), [(on(5, 10), on(5, 12))]) == on(5, 12)
    assert met_until_with_pauses(office, on(5, 9, 59), [(on(5, 10), on(5, 12))]) == on(5, 9, 59)
    assert met_until_with_pauses(office, on(5, 17), [(on(6, 8), on(6, 17))]) == on(7, 9)
    assert met_until_with_pauses(office, on(5, 10), [(on(5, 10), on(5, 12)), (on(5, 12), on(5, 13))]) == on(5, 13)
    assert met_until_with_pauses(office, on(5, 12), [(on(5, 10), on(5, 12))]) == on(5, 12)
    assert met_until_with_pauses(office, on(5, 10), [(on(5, 9), None)]) is None
    assert met_until_with_pauses(office, on(5, 17), [(on(5, 20), None)]) is None


def test_subtract_goes_back_over_the_pauses_to_the_latest_start(office: Calendar) -> None:
    pauses: Pauses = [(on(5, 10), on(5, 12))]
    assert subtract_with_pauses(office, on(5, 13), HOUR, pauses) == on(5, 12)
    assert subtract_with_pauses(office, on(5, 13), 2 * HOUR, pauses) == on(5, 9)
    assert subtract_with_pauses(office, on(5, 11), HOUR, pauses) == on(5, 9)
    assert subtract_with_pauses(office, on(5, 13), NOTHING, pauses) == on(5, 13)
    assert subtract_with_pauses(office, on(5, 13), HOUR, [(on(5, 10), None)]) == on(5, 9)
    assert subtract_with_pauses(office, on(5, 13), HOUR, [(on(5, 14), None)]) == on(5, 12)


def test_a_pause_is_a_span_with_its_own_reason_closed_hours_included(office: Calendar) -> None:
    pauses = [
        Pause(on(9, 16), on(12, 10), "waiting on customer"),
        Pause(on(12, 9), on(12, 11), "waiting on third party"),
        Pause(on(12, 12), None),
    ]
    spans = spans_with_pauses(office, on(9, 15), on(13), pauses)
    assert [(span.start, span.end, span.counts, span.why) for span in spans] == [
        (on(9, 15), on(9, 16), True, "office"),
        (on(9, 16), on(12, 10), False, "waiting on customer"),
        (on(12, 10), on(12, 11), False, "waiting on third party"),
        (on(12, 11), on(12, 12), True, "office"),
        (on(12, 12), on(13), False, "paused"),
    ]


def test_pauses_of_the_same_reason_that_touch_are_one_span(office: Calendar) -> None:
    pauses = [Pause(on(5, 10), on(5, 11), "waiting"), Pause(on(5, 11), on(5, 12), "waiting")]
    assert [span.why for span in spans_with_pauses(office, on(5, 10), on(5, 13), pauses)] == ["waiting", "office"]


def test_a_pause_of_no_length_or_backwards_is_none(office: Calendar) -> None:
    pauses: Pauses = [(on(5, 10), on(5, 10)), (on(5, 12), on(5, 11))]
    assert elapsed_with_pauses(office, on(5, 9), on(5, 13), pauses) == 4 * HOUR
    assert spans_with_pauses(office, on(5, 9), on(5, 13), pauses) == office.spans(on(5, 9), on(5, 13))


def test_what_the_calendar_refuses_is_refused_here_too(office: Calendar) -> None:
    with pytest.raises(TargetError):
        due_with_pauses(office, on(5), -HOUR, [])
    with pytest.raises(TargetError):
        subtract_with_pauses(office, on(5), -HOUR, [])
    with pytest.raises(CalendarError, match="has no offset from UTC"):
        elapsed_with_pauses(office, on(5), on(6), [(datetime(2026, 1, 5), None)])
