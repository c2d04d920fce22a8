"""Are pages about a deadline planned as agreed?

Each paragraph of a docstring is a clause of the agreement: `tests/golden/test_agreement_is_covered.py`.
"""

from __future__ import annotations

import pytest

from slabot.rules import Kind
from tests.fixtures.policies import ladder, ladders, policy
from tests.fixtures.tickets import clock, due, only, planned, rung, ticket
from tests.fixtures.times import at

EVERY_RUNG = ladders(ladder("50% used", "30m before", "breach", "30m after", "2h after, then every 4h"))


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


def test_a_late_raise_keeps_the_due_time_and_pages_once() -> None:
    """Raised so late that due has passed: due stands, one page goes out, worded "raised at 08:00, already past"."""
    story = ticket("Mon 12 Jan 02:00").severity("Mon 12 Jan 08:00", "critical")
    decision = story.decide("Mon 12 Jan 08:00")
    assert clock(decision).due_at == at("Mon 12 Jan 04:00")
    page = only(decision, Kind.PAGE)
    assert "raised to critical at Mon 12 Jan 2026 08:00 +05:30, already past" in page.because
    sent = story.paged("Mon 12 Jan 08:00:01", page.fact("rung") or "", severity="critical", repetition=7)
    assert due(sent.decide("Mon 12 Jan 08:00:02"), Kind.PAGE) == []


def test_of_several_rungs_passed_at_once_the_newest_is_sent_and_names_the_others() -> None:
    """Several rungs passed at once (outage, late raise): only the newest is sent and names the others."""
    decision = ticket("Mon 12 Jan 09:00", priority="urgent").decide("Mon 12 Jan 11:00")
    assert rung(decision) == "breach"
    assert only(decision, Kind.PAGE).because == (
        "the deadline of Mon 12 Jan 2026 11:00 +05:30 passes; passed before it without a page: 50% used, 75% used and "
        "15m before"
    )
