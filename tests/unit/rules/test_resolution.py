"""Until when must a ticket be solved, and what pauses that?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import Actor
from slabot.rules import ClockState, Verdict
from tests.fixtures.policies import NEXT_RESPONSE, NO_RULES, RESOLUTION, policy, with_clocks
from tests.fixtures.tickets import AGENT, CUSTOMER, PENDING, SLABOT, SOLVED, THIRD_PARTY, WAITING, Story, clock, ticket
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
RULES = policy(with_clocks(NEXT_RESPONSE, RESOLUTION))
THIRD = Actor.THIRD_PARTY
HIGH = ticket(START, priority="high")


def _resolution(story: Story, now: str) -> ClockState:
    return clock(story.decide(now, RULES), "resolution")


@pytest.mark.parametrize(
    ("solved", "verdict"),
    [("Tue 13 Jan 09:00", Verdict.MET), ("Tue 13 Jan 09:00:01", Verdict.MISSED)],
)
def test_the_solve_stops_the_resolution(solved: str, verdict: Verdict) -> None:
    found = _resolution(HIGH.answers("Mon 12 Jan 10:00").becomes(solved, SOLVED), "Fri 16 Jan 09:00")
    assert (found.verdict, found.stopped_at) == (verdict, at(solved))


def test_the_resolution_pauses_while_the_customer_is_waited_for() -> None:
    story = HIGH.waits("Mon 12 Jan 10:00").asks("Thu 15 Jan 10:00").becomes("Thu 15 Jan 10:00", PENDING)
    assert _resolution(story, "Wed 14 Jan 10:00").paused_since == at("Mon 12 Jan 10:00")
    assert _resolution(story, "Wed 14 Jan 10:00").elapsed == timedelta(hours=1)
    found = _resolution(story, "Thu 15 Jan 10:00")
    assert (found.paused_since, found.due_at) == (None, at("Fri 16 Jan 09:00"))
    assert _resolution(story.becomes("Fri 16 Jan 09:00", SOLVED), "Mon 19 Jan 09:00").verdict is Verdict.MET


def test_the_resolution_runs_on_while_a_third_party_is_waited_for() -> None:
    story = HIGH.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 10:00", THIRD_PARTY)
    assert _resolution(story, "Mon 12 Jan 12:00").elapsed == timedelta(hours=3)


def test_a_pause_that_lasts_when_the_ticket_goes_does_not_count() -> None:
    story = HIGH.waits("Mon 12 Jan 10:00").deleted("Mon 12 Jan 15:00")
    found = _resolution(story, "Tue 13 Jan 09:00")
    assert (found.verdict, found.elapsed) == (Verdict.VOID, timedelta(hours=1))
    assert sum((span.end - span.start for span in found.spans() if span.counts), timedelta()) == timedelta(hours=1)


def test_a_reopening_resumes_the_resolution() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", SOLVED).becomes("Wed 14 Jan 10:00", PENDING)
    found = _resolution(story, "Wed 14 Jan 12:00")
    assert (found.running, found.elapsed, found.due_at) == (True, timedelta(hours=3), at("Thu 15 Jan 09:00"))


def test_a_deadline_in_real_days_is_paused_in_real_time() -> None:
    rules = policy(with_clocks({**RESOLUTION, "within": "7d"}))
    story = HIGH.waits("Mon 12 Jan 10:00").asks("Sat 17 Jan 10:00").becomes("Sat 17 Jan 10:00", PENDING)
    found = clock(story.decide("Sat 17 Jan 10:00", rules), "resolution")
    assert (found.due_at, found.met_until) == (at("Sat 24 Jan 09:00"), at("Tue 27 Jan 00:00"))  # Republic Day on Monday


def test_waiting_on_the_customer_pauses_nothing_but_the_resolution() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", WAITING)  # without a word
    assert clock(story.decide("Mon 12 Jan 12:00", RULES)).elapsed == timedelta(hours=3)


def test_a_severity_without_a_target_ends_a_clock_unless_it_was_missed_before() -> None:
    rules = policy(with_clocks(RESOLUTION), NO_RULES)  # critical 8 h, high 24 h, medium 48 h, low has no target
    story = ticket(START, priority="urgent")
    in_time = story.severity("Mon 12 Jan 16:59", "low")
    assert in_time.decide("Mon 12 Jan 18:00", rules).clock("resolution") is None
    late = story.severity("Mon 12 Jan 17:30", "low").decide("Mon 12 Jan 18:00", rules)
    missed = clock(late, "resolution").missed
    assert missed is not None
    assert missed.severity == "critical"


WAITED = HIGH.waits("Mon 12 Jan 10:00")


def test_the_resolution_goes_on_when_the_customer_answers_whatever_the_status_says() -> None:
    found = _resolution(WAITED.asks("Tue 13 Jan 10:00"), "Tue 13 Jan 12:00")
    assert (found.elapsed, found.paused_since) == (timedelta(hours=3), None)
    assert found.due_at == at("Wed 14 Jan 09:00")
    assert [(span.counts, span.why) for span in found.spans()] == [
        (True, "support week"),
        (False, "Waiting on Customer"),
        (
            True,
            "support week: the customer answered Tue 13 Jan 2026 10:00 +05:30, though the status still said "
            "Waiting on Customer",
        ),
    ]


def test_it_goes_on_so_too_where_slabot_only_observes() -> None:
    observing = policy(with_clocks(RESOLUTION), {"waiting.mode": "observe"})
    found = clock(WAITED.asks("Tue 13 Jan 10:00").decide("Tue 13 Jan 12:00", observing), "resolution")
    assert found.elapsed == timedelta(hours=3)


def test_it_pauses_again_from_the_next_question_and_from_the_next_entry() -> None:
    story = WAITED.asks("Tue 13 Jan 10:00").answers("Tue 13 Jan 12:00")
    assert _resolution(story, "Wed 14 Jan 12:00").elapsed == timedelta(hours=3)
    assert _resolution(story, "Wed 14 Jan 12:00").paused_since == at("Tue 13 Jan 12:00")
    story = story.asks("Wed 14 Jan 12:00").becomes("Wed 14 Jan 13:00", PENDING).becomes("Wed 14 Jan 14:00", WAITING)
    assert _resolution(story, "Thu 15 Jan 12:00").elapsed == timedelta(hours=5)


@pytest.mark.parametrize(
    ("by", "facts"),
    [(CUSTOMER, {"auto_reply": True}), (AGENT, {"public": False}), (SLABOT, {}), (THIRD, {})],
)
def test_what_is_no_feedback_ends_no_pause(by: Actor, facts: dict[str, Any]) -> None:
    found = _resolution(WAITED.says("Tue 13 Jan 10:00", by, **facts), "Tue 13 Jan 12:00")
    assert (found.elapsed, found.paused_since) == (timedelta(hours=1), at("Mon 12 Jan 10:00"))


def test_what_slabot_sends_after_the_answer_pauses_nothing() -> None:
    story = WAITED.asks("Tue 13 Jan 10:00").says("Tue 13 Jan 10:05", SLABOT)
    assert _resolution(story, "Tue 13 Jan 12:00").elapsed == timedelta(hours=3)


def test_the_answer_counts_the_same_once_the_status_follows() -> None:
    story = WAITED.asks("Tue 13 Jan 10:00").becomes("Tue 13 Jan 11:00", PENDING)
    found = _resolution(story, "Tue 13 Jan 12:00")
    assert (found.elapsed, found.due_at) == (timedelta(hours=3), at("Wed 14 Jan 09:00"))
