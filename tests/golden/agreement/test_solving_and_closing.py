"""Are silent tickets solved, reopened and closed as agreed?

Each paragraph of a docstring is a clause of the agreement: `tests/golden/test_agreement_is_covered.py`.
"""

from __future__ import annotations

import pytest

from slabot.rules import Kind
from tests.fixtures.policies import SOLVED_ACTS, WAITING_ACTS, policy
from tests.fixtures.tickets import (
    AUTOMATION,
    CLOSED,
    PENDING,
    SLABOT,
    SOLVED,
    Story,
    clock,
    due,
    kinds,
    only,
    planned,
    ticket,
)
from tests.fixtures.times import at

ACTS = policy(WAITING_ACTS, SOLVED_ACTS)
ASKED = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
DONE = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED)


def _reminded(*days: str) -> Story:
    story = ASKED
    for day in days:
        story = story.follows_up(day)
    return story


# ── Solving ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_feedback_after_three_follow_ups_solves_the_ticket() -> None:
    """(resolved, or no feedback after three follow-ups or more than 7 days, whichever is earlier;"""
    story = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
    for day in ("Tue 13 Jan 10:00", "Wed 14 Jan 10:00", "Thu 15 Jan 10:00"):
        story = story.answers(day, "Are you there?")
    assert planned(story.decide("Thu 15 Jan 10:00"), Kind.AUTO_SOLVE) == [at("Fri 16 Jan 10:00")]
    assert only(story.decide("Fri 16 Jan 10:00"), Kind.AUTO_SOLVE).fact("to") == "solved"


def test_no_feedback_for_more_than_seven_days_solves_the_ticket() -> None:
    """(resolved, or no feedback after three follow-ups or more than 7 days, whichever is earlier;

    `more than 7 days`, `more than 3 days`: strictly more elapsed time (not dates); exactly N days means not yet.
    """
    story = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
    assert due(story.decide("Mon 19 Jan 10:00"), Kind.AUTO_SOLVE) == []
    action = only(story.decide("Mon 19 Jan 10:00:01"), Kind.AUTO_SOLVE)
    assert action.at == at("Mon 19 Jan 10:00:01")
    assert action.because.startswith("no feedback for more than 7 days")


def test_grace_after_the_third_follow_up_solves_the_ticket() -> None:
    """Auto-solve at the earlier of: `grace` (default 1 business day, our extension) after the third unanswered
    follow-up,
    """
    story = _reminded("Tue 13 Jan 10:00", "Wed 14 Jan 10:00", "Thu 15 Jan 10:00")
    assert due(story.decide("Fri 16 Jan 09:59:59", ACTS), Kind.AUTO_SOLVE) == []
    action = only(story.decide("Fri 16 Jan 10:00", ACTS), Kind.AUTO_SOLVE)
    assert action.because == (
        "3 follow-ups without feedback since Mon 12 Jan 2026 10:00 +05:30, and 1 business day more"
    )
    two = _reminded("Tue 13 Jan 10:00", "Wed 14 Jan 10:00")
    assert due(two.decide("Mon 19 Jan 10:00", ACTS), Kind.AUTO_SOLVE) == []


def test_a_fourth_message_does_not_lengthen_the_grace() -> None:
    """after the third unanswered follow-up,"""
    story = _reminded("Tue 13 Jan 10:00", "Wed 14 Jan 10:00", "Thu 15 Jan 10:00").answers("Fri 16 Jan 08:00", "Hello?")
    assert only(story.decide("Fri 16 Jan 10:00", ACTS), Kind.AUTO_SOLVE).at == at("Fri 16 Jan 10:00")


def test_more_than_seven_days_of_waiting_solve_the_ticket_if_that_is_earlier() -> None:
    """or more than 7 days waiting."""
    late = _reminded(
        "Tue 13 Jan 10:00", "Wed 14 Jan 10:00", "Sun 18 Jan 22:00"
    )  # the grace ends on Tuesday 20 Jan 00:00
    assert due(late.decide("Mon 19 Jan 10:00", ACTS), Kind.AUTO_SOLVE) == []
    action = only(late.decide("Mon 19 Jan 10:00:01", ACTS), Kind.AUTO_SOLVE)
    assert action.because == "no feedback for more than 7 days, since Mon 12 Jan 2026 10:00 +05:30"
    none_sent = ASKED.decide("Mon 19 Jan 10:00:01", ACTS)
    assert kinds(none_sent) == ["auto_solve"]


# ── Reopening ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("reply", "reopened"),
    [
        ("Mon 12 Jan 11:00:01", True),
        ("Thu 15 Jan 10:59:59", True),
        ("Thu 15 Jan 11:00", True),
        ("Thu 15 Jan 11:00:01", False),
    ],
)
def test_feedback_up_to_exactly_three_days_after_the_solve_reopens(reply: str, reopened: bool) -> None:
    """the customer has 3 days to reopen)

    Reopen: feedback on a Solved ticket up to exactly 3 days after makes it Pending
    """
    found = due(DONE.asks(reply, "It is back").decide(reply, ACTS), Kind.REOPEN)
    assert [action.fact("to") for action in found] == (["pending"] if reopened else [])


def test_nothing_is_reopened_that_the_helpdesk_has_reopened() -> None:
    """if the helpdesk has not already."""
    story = DONE.asks("Tue 13 Jan 09:00", "It is back").becomes("Tue 13 Jan 09:00", PENDING, AUTOMATION)
    assert due(story.decide("Tue 13 Jan 09:00", ACTS), Kind.REOPEN) == []


def test_the_request_itself_does_not_reopen_a_ticket_that_was_created_as_solved() -> None:
    """Reopen: feedback on a Solved ticket"""
    story = ticket("Mon 12 Jan 09:00", status=SOLVED).asks("Mon 12 Jan 09:00", "As told by telephone")
    assert due(story.decide("Mon 12 Jan 09:00", ACTS), Kind.REOPEN) == []
    assert planned(story.decide("Mon 12 Jan 09:00", ACTS), Kind.AUTO_CLOSE) == [at("Thu 15 Jan 09:00:01")]


# ── Closing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_solved_for_more_than_three_days_is_closed() -> None:
    """Closed (solved for more than 3 days without customer follow-up; archived).

    `more than 7 days`, `more than 3 days`: strictly more elapsed time (not dates); exactly N days means not yet.
    """
    story = ticket().answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED)
    assert due(story.decide("Thu 15 Jan 11:00"), Kind.AUTO_CLOSE) == []
    action = only(story.decide("Thu 15 Jan 11:00:01"), Kind.AUTO_CLOSE)
    assert action.fact("to") == "closed"
    assert action.because.startswith("solved for more than 3 days")
    assert story.becomes("Thu 15 Jan 12:00", CLOSED, AUTOMATION).decide("Fri 30 Jan 12:00").due_now == ()


@pytest.mark.parametrize(("now", "closed"), [("Thu 15 Jan 11:00", False), ("Thu 15 Jan 11:00:01", True)])
def test_an_automatic_answer_does_not_keep_a_solved_ticket_from_being_closed(now: str, closed: bool) -> None:
    """Auto-close: Solved for more than 3 days without feedback;"""
    assert (due(DONE.decide(now, ACTS), Kind.AUTO_CLOSE) != []) is closed
    automatic = DONE.asks("Tue 13 Jan 09:00", "Out of office", auto_reply=True)
    assert (due(automatic.decide(now, ACTS), Kind.AUTO_CLOSE) != []) is closed


def test_a_solve_that_was_noticed_later_counts_from_then() -> None:
    """Auto-close: Solved for more than 3 days without feedback;"""
    story = ticket("Mon 12 Jan 09:00").becomes("Mon 12 Jan 11:00", SOLVED, observed_at=at("Mon 12 Jan 11:30"))
    assert planned(story.decide("Mon 12 Jan 11:30", ACTS), Kind.AUTO_CLOSE) == [at("Thu 15 Jan 11:30:01")]


def test_a_reply_in_time_reopens_though_it_is_seen_after_the_days_are_over() -> None:
    """seen at once, the reply wins;"""
    story = DONE.asks("Thu 15 Jan 10:00", "It is back")  # slabot was away until Friday
    assert kinds(story.decide("Fri 16 Jan 12:00", ACTS)) == ["reopen"]


def test_a_late_reply_on_a_ticket_that_is_not_closed_yet_keeps_it_from_being_closed() -> None:
    """Auto-close: Solved for more than 3 days without feedback;"""
    story = DONE.asks("Thu 15 Jan 11:00:01", "It is back")
    decision = story.decide("Fri 16 Jan 12:00", ACTS)
    assert kinds(decision) == ["note"]
    assert kinds(story.does("Fri 16 Jan 12:00", Kind.NOTE, ACTS).decide("Fri 16 Jan 12:01", ACTS)) == []


def test_a_new_solve_starts_the_days_anew() -> None:
    """a new solve starts the days anew."""
    story = DONE.asks("Wed 14 Jan 09:00", "It is back").becomes("Wed 14 Jan 09:00", PENDING)
    story = story.becomes("Wed 14 Jan 15:00", SOLVED)
    assert planned(story.decide("Wed 14 Jan 15:00", ACTS), Kind.AUTO_CLOSE) == [at("Sat 17 Jan 15:00:01")]
    without_reopening = DONE.asks("Wed 14 Jan 09:00", "It is back").becomes("Wed 14 Jan 15:00", SOLVED)
    assert planned(without_reopening.decide("Wed 14 Jan 15:00", ACTS), Kind.AUTO_CLOSE) == [at("Sat 17 Jan 15:00:01")]


def test_a_follow_up_ticket_starts_its_own_clock() -> None:
    """A reply after that is a follow-up ticket (Zendesk)

    either way a clock starts,
    """
    closed = DONE.becomes("Thu 15 Jan 12:00", CLOSED).asks("Fri 16 Jan 09:00").decide("Fri 16 Jan 10:00", ACTS)
    assert kinds(closed) == ["note"]
    assert clock(ticket("Fri 16 Jan 09:00", id="4712").decide("Fri 16 Jan 10:00")).started_at == at("Fri 16 Jan 09:00")


def test_slabots_own_solve_is_a_solve_like_any_other() -> None:
    """Solved for more than 3 days without feedback;"""
    story = ASKED.becomes("Mon 19 Jan 10:00:02", SOLVED, SLABOT)
    assert planned(story.decide("Mon 19 Jan 10:01", ACTS), Kind.AUTO_CLOSE) == [at("Thu 22 Jan 10:00:03")]
