"""What is decided where several rules want something at once?"""

from __future__ import annotations

from slabot.rules import Decision, Kind
from tests.fixtures.policies import (
    SEVERITY_ACTS,
    SOLVED_ACTS,
    WAITING_ACTS,
    policy,
)
from tests.fixtures.tickets import (
    AUTOMATION,
    CUSTOMER,
    PENDING,
    SOLVED,
    due,
    kinds,
    only,
    ticket,
)
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
ACTS = policy(WAITING_ACTS, SOLVED_ACTS)


def test_the_latest_clock_of_a_name_is_found_by_it() -> None:
    decision = ticket(START).answers("Mon 12 Jan 10:00").decide("Mon 12 Jan 10:00")
    assert decision.clock("first_response") is decision.clocks[0]
    assert decision.clock("resolution") is None


def test_an_act_gives_its_facts_by_name() -> None:
    page = only(ticket(START).decide("Mon 12 Jan 21:00"), Kind.PAGE)
    assert (page.fact("rung"), page.fact("to")) == ("breach", "channel")
    assert page.fact("snoozed") is None


def test_a_late_reply_is_told_once_and_says_why() -> None:
    story = ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED)
    story = story.asks("Thu 15 Jan 11:00:01")
    note = only(story.decide("Thu 15 Jan 12:00", ACTS), Kind.NOTE)
    assert note.because == (
        "the customer replied at Thu 15 Jan 2026 11:00:01 +05:30, more than 3 days after the solve at Mon 12 Jan 2026 "
        "11:00 +05:30, and the ticket is not closed; it stays solved until a person decides"
    )
    again = story.noted("Thu 15 Jan 12:00", note.key).asks("Fri 16 Jan 09:00")
    assert kinds(again.decide("Fri 16 Jan 09:00", ACTS)) == []


def test_a_note_about_another_reply_does_not_hide_this_one() -> None:
    rules = policy(SOLVED_ACTS)
    story = ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED).asks("Fri 16 Jan 11:00")
    note = only(story.decide("Fri 16 Jan 12:00", rules), Kind.NOTE)
    for key in ("acme/4711/a", "acme/4711/z", note.key[:-1], f"{note.key}/2"):
        told = story.noted("Fri 16 Jan 11:30", key)
        assert due(told.decide("Fri 16 Jan 12:00", rules), Kind.NOTE) == [note]
    assert due(story.noted("Fri 16 Jan 11:30", note.key).decide("Fri 16 Jan 12:00", rules), Kind.NOTE) == []


def test_a_reopening_says_why() -> None:
    story = ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED).asks("Tue 13 Jan 09:00")
    action = only(story.decide("Tue 13 Jan 10:00", ACTS), Kind.REOPEN)
    assert (action.key, action.at) == ("acme/4711/reopen/20260112T053000Z", at("Tue 13 Jan 09:00"))
    assert action.because == (
        "the customer replied at Tue 13 Jan 2026 09:00 +05:30, within 3 days of the solve at Mon 12 Jan 2026 "
        "11:00 +05:30"
    )


def test_a_close_says_why() -> None:
    story = ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED)
    action = only(story.decide("Thu 15 Jan 11:00:01", ACTS), Kind.AUTO_CLOSE)
    assert (action.key, action.at) == ("acme/4711/auto_close/20260112T053000Z", at("Thu 15 Jan 11:00:01"))
    assert action.because == "solved for more than 3 days without feedback, since Mon 12 Jan 2026 11:00 +05:30"


def test_reopening_and_closing_have_their_own_lengths() -> None:
    rules = policy(SOLVED_ACTS, {"solved.reopen_within": "1d", "solved.close_after": "5d"})
    story = ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED)
    assert due(story.decide("Sat 17 Jan 11:00", rules), Kind.AUTO_CLOSE) == []
    assert due(story.decide("Sat 17 Jan 11:00:01", rules), Kind.AUTO_CLOSE) != []
    assert due(story.asks("Tue 13 Jan 11:00").decide("Tue 13 Jan 11:00", rules), Kind.REOPEN) != []
    assert due(story.asks("Tue 13 Jan 11:00:01").decide("Tue 13 Jan 12:00", rules), Kind.REOPEN) == []


def test_solved_again_without_a_reply_in_between_is_the_same_solve() -> None:
    story = ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED)
    story = story.becomes("Wed 14 Jan 11:00", SOLVED, AUTOMATION)
    assert due(story.decide("Thu 15 Jan 11:00:01", ACTS), Kind.AUTO_CLOSE) != []


def test_thanks_on_a_solved_ticket_may_be_no_feedback_by_policy() -> None:
    story = (
        ticket(START)
        .answers("Mon 12 Jan 10:00")
        .becomes("Mon 12 Jan 11:00", SOLVED)
        .asks("Tue 13 Jan 09:00", "Thanks!")
    )
    assert kinds(story.decide("Tue 13 Jan 10:00", ACTS)) == ["reopen"]
    rules = policy(SOLVED_ACTS, {"waiting.not_feedback": ["thanks"]})
    assert kinds(story.decide("Thu 15 Jan 11:00:01", rules)) == ["auto_close"]


def _everything(decision: Decision) -> set[str]:
    return {action.kind.value for action in decision.due_now}


def test_what_concerns_several_rules_is_due_together() -> None:
    rules = policy(SEVERITY_ACTS, WAITING_ACTS)
    story = ticket(START).becomes("Mon 12 Jan 10:00", PENDING).priority("Mon 12 Jan 10:30", "low", CUSTOMER)
    assert _everything(story.decide("Mon 12 Jan 21:00", rules)) == {"page", "note", "set_severity"}
