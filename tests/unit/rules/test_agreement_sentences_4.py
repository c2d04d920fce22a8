"""Do clocks and rungs keep DESIGN §4, sentence by sentence?

Promise: as in `test_agreement_sentences_3.py`. What §4 says of calendars alone is tested in tests/unit/calendars.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.rules import Kind, Verdict
from tests.fixtures.policies import ladder, ladders, policy
from tests.fixtures.tickets import SOLVED, clock, due, only, planned, rung, ticket
from tests.fixtures.times import at

CALENDARS = "tests/unit/calendars"
SECTION = 4
ELSEWHERE = {
    "Time, exactly": "a heading",
    "Aware datetimes and `timedelta` only; seconds precision; stored in UTC.": "tests/unit/domain/test_instant.py",
    "IANA zone per calendar (Rails names are mapped).": CALENDARS,
    "A calendar: several spans a day (`00:00-24:00` allowed), dated overrides, part-day breaks, named "
    "holidays (from the "
    "`holidays` package by country and region, plus and minus the file's own). Spans are closed-open; a span "
    "over midnight "
    "belongs to its opening date. A calendar that never opens, or a holiday outside its year range, is a validation "
    "error.": CALENDARS,
    "then, like every due time, moved back to the earliest instant with the same worked time": CALENDARS,
    "DST: wall times in a gap move forward; ambiguous ones take the first occurrence. Elapsed time is always real "
    "time.": CALENDARS,
    "Speed: a calendar compiles once to sorted UTC spans with running sums, so `elapsed` and `due` are two "
    "bisections.": CALENDARS,
}

EVERY_RUNG = ladders(ladder("50% used", "30m before", "breach", "30m after", "2h after, then every 4h"))


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


@pytest.mark.parametrize(
    ("second_before", "instant", "name"),
    [
        ("Fri 9 Jan 20:59:59", "Fri 9 Jan 21:00", "50% used"),
        ("Fri 9 Jan 23:29:59", "Fri 9 Jan 23:30", "30m before"),
        ("Sun 11 Jan 23:59:59", "Mon 12 Jan 00:00", "breach"),
        ("Mon 12 Jan 00:29:59", "Mon 12 Jan 00:30", "30m after"),
        ("Mon 12 Jan 01:59:59", "Mon 12 Jan 02:00", "2h after, then every 4h"),
    ],
)
def test_rungs_are_planned_from_due_before_it_and_from_met_until_after_it(
    second_before: str, instant: str, name: str
) -> None:
    """Rungs before the deadline are planned from due; breach and later rungs from met until."""
    story, rules = ticket("Fri 9 Jan 18:00", priority="high"), policy(EVERY_RUNG)
    assert rung(story.decide(second_before, rules)) != name
    assert rung(story.decide(instant, rules)) == name


def test_offsets_of_rungs_are_working_time_of_the_clocks_own_calendar() -> None:
    """Every offset of a rung is working time of the clock's own calendar."""
    rules = policy(ladders(ladder("4h before", "8h after", "24h after, then every 24h")))
    high = ticket("Fri 9 Jan 19:00", priority="high")  # due Mon 01:00
    assert planned(high.decide("Fri 9 Jan 19:00", rules), Kind.PAGE) == [
        at("Fri 9 Jan 21:00"),  # 3 h before the weekend and 1 h after it are left
        at("Mon 12 Jan 09:00"),
        at("Tue 13 Jan 01:00"),
        at("Wed 14 Jan 01:00"),
        at("Thu 15 Jan 01:00"),
    ]
    rules = policy(ladders(ladder("8h after")))
    late = ticket("Fri 9 Jan 14:00", priority="high")  # due Fri 20:00
    assert planned(late.decide("Fri 9 Jan 14:00", rules), Kind.PAGE) == [at("Mon 12 Jan 04:00")]
    critical = ticket("Fri 9 Jan 14:00", priority="urgent")  # due 16:00, around the clock
    assert planned(critical.decide("Fri 9 Jan 14:00", rules), Kind.PAGE) == [at("Sat 10 Jan 00:00")]


def test_offsets_before_a_due_time_in_real_days_are_working_time_too() -> None:
    """Every offset of a rung is working time of the clock's own calendar."""
    rules = policy({"severities.high.respond_within": "3d"}, ladders(ladder("2h before")))
    story = ticket("Wed 7 Jan 12:00", priority="high")  # due Sat 10 Jan 12:00, met until Mon 00:00
    assert clock(story.decide("Wed 7 Jan 12:00", rules)).due_at == at("Sat 10 Jan 12:00")
    assert planned(story.decide("Wed 7 Jan 12:00", rules), Kind.PAGE) == [at("Fri 9 Jan 22:00")]


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


@pytest.mark.parametrize(
    ("target", "start", "half", "nine_tenths"),
    [
        ("6h", "Fri 9 Jan 18:00", "Fri 9 Jan 21:00", "Fri 9 Jan 23:24"),
        ("12h", "Fri 9 Jan 18:00", "Sat 10 Jan 00:00", "Mon 12 Jan 04:48"),
        ("2 business days", "Fri 9 Jan 12:00", "Mon 12 Jan 12:00", "Tue 13 Jan 07:12"),
        ("7d", "Mon 5 Jan 00:00", "Wed 7 Jan 12:00", "Fri 9 Jan 12:00"),  # 120 h of working time in the 7 days
    ],
)
def test_a_share_used_is_a_share_of_the_working_time_until_due(
    target: str, start: str, half: str, nine_tenths: str
) -> None:
    """ "N % used" is that share of the working time between start and due, whatever the target's unit."""
    rules = policy({"severities.high.respond_within": target}, ladders(ladder("50% used", "90% used")))
    story = ticket(start, priority="high")
    assert planned(story.decide(start, rules), Kind.PAGE) == [at(half), at(nine_tenths)]


def test_a_share_of_a_promise_is_counted_until_the_promise() -> None:
    """ "N % used" is that share of the working time between start and due, whatever the target's unit."""
    rules = policy(ladders(ladder("50% used")))
    story = ticket("Sat 10 Jan 15:00", priority="low")  # due at the end of Monday: 24 h of working time
    assert planned(story.decide("Sat 10 Jan 15:00", rules), Kind.PAGE) == [at("Mon 12 Jan 12:00")]


def test_more_than_seven_days_means_strictly_more() -> None:
    """`more than 7 days`, `more than 3 days`: strictly more elapsed time (not dates); exactly N days means not yet."""
    story = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
    assert due(story.decide("Mon 19 Jan 10:00"), Kind.AUTO_SOLVE) == []
    assert only(story.decide("Mon 19 Jan 10:00:01"), Kind.AUTO_SOLVE).because.startswith(
        "no feedback for more than 7 days"
    )


def test_more_than_three_days_means_strictly_more() -> None:
    """`more than 7 days`, `more than 3 days`: strictly more elapsed time (not dates); exactly N days means not yet."""
    story = ticket("Mon 12 Jan 09:00").becomes("Mon 12 Jan 10:00", SOLVED)
    assert due(story.decide("Thu 15 Jan 10:00"), Kind.AUTO_CLOSE) == []
    assert only(story.decide("Thu 15 Jan 10:00:01"), Kind.AUTO_CLOSE).because.startswith("solved for more than 3 days")


def test_elapsed_leaves_out_what_is_closed() -> None:
    """`Nm`, `Nh` are elapsed working time;"""
    story = ticket("Fri 9 Jan 18:00", priority="high")
    assert clock(story.decide("Mon 12 Jan 02:00")).elapsed == timedelta(hours=8)
    assert clock(story.decide("Mon 12 Jan 02:00")).overdue == timedelta(hours=2)
    assert clock(story.decide("Mon 12 Jan 00:00")).overdue == timedelta()
    assert clock(story.decide("Mon 12 Jan 00:00:01")).overdue == timedelta(seconds=1)
