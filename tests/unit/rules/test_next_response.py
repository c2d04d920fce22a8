"""Which answers after the first are owed, and by when?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from slabot.domain import Actor
from slabot.rules import Verdict
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, policy, with_clocks
from tests.fixtures.tickets import AGENT, CUSTOMER, PENDING, SOLVED, Story, clock, ticket
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
RULES = policy(with_clocks(NEXT_RESPONSE, RESOLUTION))
HIGH = ticket(START, priority="high")


def _next(story: Story, now: str) -> list[tuple[str, datetime, datetime | None, Verdict]]:
    decision = story.decide(now, RULES)
    return [(c.label, c.started_at, c.stopped_at, c.verdict) for c in decision.clocks if c.name == "next_response"]


def test_each_question_after_the_first_answer_has_a_clock() -> None:
    story = HIGH.asks("Mon 12 Jan 09:30").answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00").asks("Mon 12 Jan 12:00")
    story = story.says("Mon 12 Jan 12:30", AGENT, "a note", public=False).answers("Mon 12 Jan 17:00")
    story = story.answers("Mon 12 Jan 18:00").asks("Tue 13 Jan 09:00")
    assert _next(story, "Tue 13 Jan 10:00") == [
        ("next_response", at("Mon 12 Jan 11:00"), at("Mon 12 Jan 17:00"), Verdict.MET),  # 6 h, to the second
        ("next_response#2", at("Tue 13 Jan 09:00"), None, Verdict.RUNNING),
    ]


def test_no_next_response_is_owed_before_the_first() -> None:
    assert _next(HIGH.asks("Mon 12 Jan 10:00"), "Mon 12 Jan 12:00") == []


@pytest.mark.parametrize(
    ("by", "facts"), [(CUSTOMER, {"auto_reply": True}), (Actor.THIRD_PARTY, {"by_id": "stranger"})]
)
def test_what_is_no_question_of_the_customer_starts_no_next_response(by: Actor, facts: dict[str, Any]) -> None:
    story = HIGH.answers("Mon 12 Jan 10:00").says("Mon 12 Jan 11:00", by, **facts)
    assert _next(story, "Mon 12 Jan 12:00") == []


def test_a_private_reply_by_mail_starts_a_next_response() -> None:
    story = HIGH.answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00", public=False)
    assert _next(story, "Mon 12 Jan 12:00") == [("next_response", at("Mon 12 Jan 11:00"), None, Verdict.RUNNING)]


def test_within_a_second_the_question_comes_after_the_answer_unless_the_source_says_otherwise() -> None:
    unnumbered = HIGH.answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 10:00")
    assert [label for label, *_ in _next(unnumbered, "Mon 12 Jan 12:00")] == ["next_response"]
    numbered = HIGH.asks("Mon 12 Jan 10:00", id="1", seq=1).answers("Mon 12 Jan 10:00", id="2", seq=2)
    assert _next(numbered, "Mon 12 Jan 12:00") == []


def test_a_next_response_follows_the_severity_then_in_force() -> None:
    story = HIGH.answers("Mon 12 Jan 10:00").severity("Mon 12 Jan 10:30", "critical").asks("Mon 12 Jan 11:00")
    found = clock(story.decide("Mon 12 Jan 11:00", RULES), "next_response")
    assert (found.terms.severity, found.due_at, found.raised) == ("critical", at("Mon 12 Jan 13:00"), False)
    same_second = HIGH.answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00").severity("Mon 12 Jan 11:00", "critical")
    assert clock(same_second.decide("Mon 12 Jan 11:00", RULES), "next_response").due_at == at("Mon 12 Jan 13:00")


def test_a_next_response_has_no_end_of_the_next_working_day() -> None:
    story = ticket("Fri 9 Jan 10:00", priority="low").answers("Fri 9 Jan 11:00").asks("Sat 10 Jan 15:00")
    assert clock(story.decide("Sat 10 Jan 15:00", RULES), "next_response").due_at == at("Wed 14 Jan 00:00")


def test_a_question_on_a_solved_ticket_is_unanswered_until_it_is_reopened() -> None:
    story = HIGH.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED).asks("Mon 12 Jan 12:00")
    assert _next(story, "Mon 12 Jan 13:00") == [
        ("next_response", at("Mon 12 Jan 12:00"), at("Mon 12 Jan 12:00"), Verdict.UNANSWERED)
    ]
    reopened = story.becomes("Mon 12 Jan 14:00", PENDING)
    found = clock(reopened.decide("Mon 12 Jan 15:00", RULES), "next_response")
    assert (found.running, found.elapsed) == (True, timedelta(hours=1))


def test_a_severity_without_a_target_has_no_such_clock() -> None:
    rules = policy(with_clocks({**NEXT_RESPONSE, "within": {"critical": "2h"}}))
    story = HIGH.answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00")
    assert story.decide("Mon 12 Jan 12:00", rules).clock("next_response") is None
    assert story.severity("Mon 12 Jan 11:30", "critical").decide("Mon 12 Jan 12:00", rules).clock("next_response")


def test_a_clock_may_count_in_a_calendar_of_its_own() -> None:
    rules = policy(with_clocks({**NEXT_RESPONSE, "within": "2h", "calendar": "around_the_clock"}))
    story = HIGH.answers("Mon 12 Jan 10:00").asks("Sat 17 Jan 11:00")
    found = clock(story.decide("Sat 17 Jan 11:00", rules), "next_response")
    assert (found.due_at, found.terms.calendar.name) == (at("Sat 17 Jan 13:00"), "around_the_clock")


def test_a_clock_is_found_by_its_name_in_its_latest_instance() -> None:
    story = ticket(START).answers("Mon 12 Jan 09:10").asks("Mon 12 Jan 10:00").answers("Mon 12 Jan 10:10")
    decision = story.asks("Mon 12 Jan 11:00").decide("Mon 12 Jan 11:30", policy(with_clocks(NEXT_RESPONSE)))
    assert [found.label for found in decision.clocks] == ["first_response", "next_response", "next_response#2"]
    assert clock(decision, "next_response").instance == 2
