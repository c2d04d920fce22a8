"""Is a due time counted as agreed: in working time, business days and real days, from closed dates too?

Each paragraph of a docstring is a clause of the agreement: `tests/golden/test_agreement_is_covered.py`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.rules import Verdict
from tests.fixtures.policies import policy
from tests.fixtures.tickets import clock, ticket
from tests.fixtures.times import at

# ── The support week ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_support_week_is_all_day_monday_to_friday_but_not_on_holidays() -> None:
    """Support week: 24 hours, Monday to Friday, except closed holidays."""
    week = policy().calendar("support_week")
    assert week.elapsed(at("Mon 12 Jan 00:00"), at("Mon 19 Jan 00:00")) == timedelta(hours=5 * 24)
    assert week.elapsed(at("Mon 26 Jan 00:00"), at("Tue 27 Jan 00:00")) == timedelta()  # Republic Day
    found = clock(ticket("Fri 23 Jan 20:00", priority="high").decide("Fri 23 Jan 20:00"))
    assert found.due_at == at("Tue 27 Jan 02:00")  # 4 h on Friday, 2 h after the long weekend


# ── Due and met until ────────────────────────────────────────────────────────────────────────────────────────────────


def test_due_is_the_earliest_instant_at_which_the_target_has_been_worked() -> None:
    """Due is the earliest instant at which the target has been worked.

    High at Friday 18:00 is due Saturday 00:00.
    """
    found = clock(ticket("Fri 9 Jan 18:00", priority="high").decide("Fri 9 Jan 18:00"))
    assert found.due_at == at("Sat 10 Jan 00:00")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("Sat 10 Jan 00:00", Verdict.MET),
        ("Sun 11 Jan 15:00", Verdict.MET),
        ("Sun 11 Jan 23:59:59", Verdict.MET),
        ("Mon 12 Jan 00:00", Verdict.MET),
        ("Mon 12 Jan 00:00:01", Verdict.MISSED),
    ],
)
def test_a_sunday_answer_to_a_target_due_on_saturday_is_in_time(answer: str, verdict: Verdict) -> None:
    """Met ⇔ no working time lies between due and the response, so a Sunday answer to it is met."""
    story = ticket("Fri 9 Jan 18:00", priority="high").answers(answer)
    assert clock(story.decide("Fri 16 Jan 00:00")).verdict is verdict


def test_both_instants_are_shown_where_they_differ() -> None:
    """Show both instants when they differ ("due Sat 00:00, met until Mon 00:00")."""
    found = clock(ticket("Fri 9 Jan 18:00", priority="high").decide("Fri 9 Jan 18:00"))
    assert (found.due_at, found.met_until) == (at("Sat 10 Jan 00:00"), at("Mon 12 Jan 00:00"))
    written = ticket("Fri 9 Jan 18:00", priority="high").decide("Fri 9 Jan 18:00").as_json()["clocks"][0]
    assert written["due_at"] == "2026-01-09T18:30:00+00:00"
    assert written["met_until"] == "2026-01-11T18:30:00+00:00"


def test_elapsed_leaves_out_what_is_closed() -> None:
    """`Nm`, `Nh` are elapsed working time;"""
    story = ticket("Fri 9 Jan 18:00", priority="high")
    assert clock(story.decide("Mon 12 Jan 02:00")).elapsed == timedelta(hours=8)
    assert clock(story.decide("Mon 12 Jan 02:00")).overdue == timedelta(hours=2)
    assert clock(story.decide("Mon 12 Jan 00:00")).overdue == timedelta()
    assert clock(story.decide("Mon 12 Jan 00:00:01")).overdue == timedelta(seconds=1)


# ── Units ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "end", "met_until"),
    [
        ("Thu 8 Jan 00:00", "Sat 10 Jan 00:00", "Mon 12 Jan 00:00"),
        ("Mon 12 Jan 15:00", "Wed 14 Jan 15:00", "Wed 14 Jan 15:00"),
        ("Fri 9 Jan 15:00", "Tue 13 Jan 15:00", "Tue 13 Jan 15:00"),
    ],
)
def test_low_is_due_at_the_same_wall_clock_time_two_business_days_later(start: str, end: str, met_until: str) -> None:
    """`2 business days`: start at the request, or at the next opening if closed then; the same wall-clock time on the
    second following business date;

    (Thursday 00:00 plus 2 business days is due Saturday 00:00, met until Monday 00:00; Monday 15:00 is due Wednesday
    15:00;
    """
    found = clock(ticket(start, priority="low").decide(start))
    assert (found.due_at, found.met_until) == (at(end), at(met_until))


def test_two_business_days_from_a_saturday_count_from_monday() -> None:
    """Saturday 15:00 counts from Monday 00:00)."""
    rules = policy({"severities.low.received_when_closed": "as_usual"})
    found = clock(ticket("Sat 10 Jan 15:00", priority="low").decide("Sat 10 Jan 15:00", rules))
    assert (found.due_at, found.terms.promise) == (at("Wed 14 Jan 00:00"), None)


@pytest.mark.parametrize(
    ("target", "end"),
    [("90m", "Mon 12 Jan 00:30"), ("2h", "Mon 12 Jan 01:00"), ("1h", "Sat 10 Jan 00:00"), ("7d", "Fri 16 Jan 23:00")],
)
def test_minutes_and_hours_are_working_time_and_days_are_real_time(target: str, end: str) -> None:
    """`Nm`, `Nh` are elapsed working time; `Nd` is N × 24 h of real time."""
    rules = policy({"severities.high.respond_within": target})
    assert clock(ticket("Fri 9 Jan 23:00", priority="high").decide("Fri 9 Jan 23:00", rules)).due_at == at(end)


# ── Requests on closed dates ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "target_due", "promise"),
    [
        ("Sat 10 Jan 15:00", "Wed 14 Jan 00:00", "Tue 13 Jan 00:00"),
        ("Sun 11 Jan 00:00", "Wed 14 Jan 00:00", "Tue 13 Jan 00:00"),
        ("Mon 26 Jan 10:00", "Thu 29 Jan 00:00", "Wed 28 Jan 00:00"),  # Republic Day
        ("Sun 25 Jan 15:00", "Thu 29 Jan 00:00", "Wed 28 Jan 00:00"),  # the holiday follows
        ("Thu 26 Mar 10:00", "Tue 31 Mar 00:00", "Sat 28 Mar 00:00"),  # holidays on Thursday and on Tuesday
    ],
)
def test_a_request_on_a_closed_date_is_promised_by_the_end_of_the_next_working_day(
    start: str, target_due: str, promise: str
) -> None:
    """A request received on Saturday, Sunday or a closed holiday is answered on the next working day

    for it the due time is the earlier of its target and the end of that next working day. (`received_when_closed`.)
    """
    found = clock(ticket(start, priority="low").decide(start))
    assert (found.terms.target_due, found.due_at) == (at(target_due), at(promise))


def test_the_target_stands_where_it_is_earlier_than_the_end_of_the_next_working_day() -> None:
    """for it the due time is the earlier of its target and the end of that next working day.
    (`received_when_closed`.)
    """
    found = clock(ticket("Sat 10 Jan 15:00", priority="high").decide("Sat 10 Jan 15:00"))
    assert (found.due_at, found.terms.promise) == (at("Mon 12 Jan 06:00"), None)


def test_a_critical_request_on_a_saturday_does_not_wait_for_a_working_day() -> None:
    """unless critical:"""
    found = clock(ticket("Sat 10 Jan 15:00", priority="urgent").decide("Sat 10 Jan 15:00"))
    assert (found.due_at, found.terms.promise) == (at("Sat 10 Jan 17:00"), None)


def test_received_when_closed_is_about_dates_not_about_closed_hours() -> None:
    """`received_when_closed` applies to a request on a date with no opening at all (Saturday, Sunday, holiday), in the
    calendar's zone, not to a closed hour of a working date.
    """
    rules = policy({"calendars.support_week.open": {"mon-fri": ["09:00-17:00"]}})
    for start, target_due, promise in [
        ("Mon 12 Jan 08:59:59", "Tue 13 Jan 17:00", None),  # closed still, but a working date: until Wednesday 09:00
        ("Mon 12 Jan 00:00", "Tue 13 Jan 17:00", None),
        ("Mon 12 Jan 17:00", "Wed 14 Jan 17:00", None),  # closed already: from Tuesday 09:00 until Thursday 09:00
        ("Sun 11 Jan 23:59:59", "Tue 13 Jan 17:00", "Mon 12 Jan 17:00"),
        ("Sat 10 Jan 00:00", "Tue 13 Jan 17:00", "Mon 12 Jan 17:00"),  # still Friday in UTC
    ]:
        found = clock(ticket(start, priority="low").decide(start, rules)).terms
        assert (found.target_due, found.promise) == (at(target_due), None if promise is None else at(promise)), start


def test_the_end_of_the_next_working_day_is_the_last_closing_of_the_first_business_date_after() -> None:
    """End of the next working day is the last closing time of the first business date after it."""
    rules = policy({"calendars.support_week.open": {"mon-fri": ["09:00-12:00", "13:00-17:30"]}})
    found = clock(ticket("Sat 10 Jan 15:00", priority="low").decide("Sat 10 Jan 15:00", rules))
    assert (found.due_at, found.met_until) == (at("Mon 12 Jan 17:30"), at("Tue 13 Jan 09:00"))


def test_low_on_a_saturday_is_due_at_the_promise_and_shows_its_target_too() -> None:
    """So Low on Saturday 15:00: target Wednesday 00:00, promise Tuesday 00:00, due is the earlier; the explanation
    shows both.
    """
    decision = ticket("Sat 10 Jan 15:00", priority="low").decide("Sat 10 Jan 15:00")
    terms = clock(decision).terms
    assert (terms.target_due, terms.promise, terms.due) == (
        at("Wed 14 Jan 00:00"),
        at("Tue 13 Jan 00:00"),
        at("Tue 13 Jan 00:00"),
    )
    written = decision.as_json()["clocks"][0]
    assert written["target_due_at"] == "2026-01-13T18:30:00+00:00"
    assert written["due_at"] == "2026-01-12T18:30:00+00:00"


def test_only_a_promise_that_is_earlier_is_shown_beside_the_target() -> None:
    """due is the earlier; the explanation shows both."""
    written = ticket("Sat 10 Jan 15:00", priority="high").decide("Sat 10 Jan 15:00").as_json()["clocks"][0]
    assert "target_due_at" not in written
