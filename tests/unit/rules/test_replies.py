"""What follows once somebody has said whether a message was automatic, or an answer."""

from __future__ import annotations

import pytest

from slabot.domain import Category, ReplyIs
from slabot.rules import Decision, Kind
from slabot.rules.questions import End, TicketQuestion, Topic
from slabot.rules.replies import questions_of
from tests.fixtures.policies import WAITING_ACTS, policy
from tests.fixtures.tickets import CUSTOMER, OPEN, SYSTEM, Story, kinds, ticket

START = "Mon 12 Jan 09:00"
AWAY = "Automatic reply: I am away until Monday"
ACTS = policy(WAITING_ACTS, {"automatic_replies.mode": "act"})
ASKED = ticket(START).asks(START, "The export fails.").waits("Mon 12 Jan 10:00")
HELD = ASKED.says("Mon 12 Jan 11:00", CUSTOMER, AWAY, id="m1")


def reply_of(decision: Decision) -> TicketQuestion:
    [question] = [each for each in questions_of(decision) if each.topic is Topic.REPLY]
    return question


def test_it_is_asked_once_and_holds_until_somebody_says() -> None:
    decision = HELD.decide("Mon 12 Jan 12:00", ACTS)
    question = reply_of(decision)
    assert (question.waits, question.message_id, question.quotes) == (True, "m1", (AWAY,))
    [ask] = decision.due_now
    assert (ask.kind, ask.fact("about"), ask.fact("to")) == (Kind.ASK, question.label, "channel")
    assert kinds(HELD.noted("Mon 12 Jan 12:00", ask.key).decide("Thu 22 Jan 12:00", ACTS)) == []


def test_one_who_was_asked_by_a_note_of_an_older_slabot_is_not_asked_again() -> None:
    key = "acme/4711/note/automatic/20260112T053000Z"
    assert kinds(HELD.noted("Mon 12 Jan 11:01", key).decide("Mon 12 Jan 12:00", ACTS)) == []


def test_it_goes_to_whom_triage_asks_where_the_policy_says_so() -> None:
    triage = {"to": ["#triage", "user:maya@acme.example"]}
    rules = policy(WAITING_ACTS, {"classify.reader": {"mode": "act"}, "classify.triage": triage})
    asks = [action.fact("to") for action in HELD.decide("Mon 12 Jan 12:00", rules).due_now if action.kind is Kind.ASK]
    assert asks == ["#triage", "user:maya@acme.example"]


def test_said_to_be_automatic_it_is_no_feedback_and_the_wait_goes_on() -> None:
    said = HELD.declared("Mon 12 Jan 12:00", "m1", ReplyIs.AUTOMATIC)
    decision = said.decide("Tue 13 Jan 10:00", ACTS)
    assert kinds(decision) == [Kind.FOLLOW_UP]
    assert decision.waiting is not None
    outcome = reply_of(decision).outcome
    assert outcome is not None
    assert (outcome.end, outcome.value) == (End.SAID, "automatic")


def test_a_status_that_it_had_changed_is_set_back_then() -> None:
    moved = HELD.becomes("Mon 12 Jan 11:00", OPEN, by=SYSTEM)
    assert Kind.SET_BACK not in kinds(moved.decide("Mon 12 Jan 12:00", ACTS))
    said = moved.declared("Mon 12 Jan 12:00", "m1", ReplyIs.AUTOMATIC)
    assert kinds(said.decide("Mon 12 Jan 12:00", ACTS)) == [Kind.SET_BACK]


def test_said_to_be_an_answer_it_is_feedback_and_ends_the_wait() -> None:
    said = HELD.declared("Mon 12 Jan 12:00", "m1", ReplyIs.ANSWER)
    decision = said.decide("Mon 12 Jan 12:00", ACTS)
    assert kinds(decision) == [Kind.SET_CATEGORY]
    assert decision.due_now[0].fact("to") == Category.PENDING.value


def test_what_the_helpdesk_flagged_is_an_answer_where_somebody_says_so() -> None:
    flagged = ASKED.says("Mon 12 Jan 11:00", CUSTOMER, "Here is the log", id="m1", auto_reply=True)
    assert kinds(flagged.decide("Mon 12 Jan 12:00", ACTS)) == []
    said = flagged.declared("Mon 12 Jan 12:00", "m1", ReplyIs.ANSWER)
    assert kinds(said.decide("Mon 12 Jan 12:00", ACTS)) == [Kind.SET_CATEGORY]


@pytest.mark.parametrize("first", [ReplyIs.AUTOMATIC, ReplyIs.ANSWER])
def test_what_is_taken_back_is_as_if_it_had_never_been_said(first: ReplyIs) -> None:
    said = HELD.declared("Mon 12 Jan 12:00", "m1", first).declared("Mon 12 Jan 12:05", "m1", ReplyIs.UNSAID)
    decision = said.decide("Mon 12 Jan 12:05", ACTS)
    assert reply_of(decision).waits
    assert kinds(decision) == kinds(HELD.decide("Mon 12 Jan 12:05", ACTS))


def test_before_it_is_said_nothing_is_otherwise() -> None:
    said = HELD.declared("Mon 12 Jan 12:00", "m1", ReplyIs.AUTOMATIC)
    assert kinds(said.decide("Mon 12 Jan 11:59", ACTS)) == kinds(HELD.decide("Mon 12 Jan 11:59", ACTS))


@pytest.mark.parametrize(
    ("story", "end"),
    [
        (HELD.assigned("Mon 12 Jan 12:00"), End.LOOKED),
        (HELD.asks("Mon 12 Jan 12:00", "Here is the log"), End.WROTE_AGAIN),
        (HELD.merged("Mon 12 Jan 12:00"), End.GONE),
    ],
)
def test_what_else_ends_it_is_said(story: Story, end: End) -> None:
    outcome = reply_of(story.decide("Mon 12 Jan 13:00", ACTS)).outcome
    assert outcome is not None
    assert outcome.end is end


def test_whoever_says_what_it_was_has_not_written_to_the_ticket() -> None:
    other = HELD.declared("Mon 12 Jan 12:00", "another", ReplyIs.AUTOMATIC)
    assert reply_of(other.decide("Mon 12 Jan 12:00", ACTS)).waits
