"""Are silent customers reminded as agreed?

Each paragraph of a docstring is a clause of the agreement: `tests/golden/test_agreement_is_covered.py`.
"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.policy import Mode
from slabot.policy.customer_texts import SHIPPED
from slabot.rules import Decision, Kind
from tests.fixtures.policies import WAITING_ACTS, Edits, policy
from tests.fixtures.tickets import (
    AGENT,
    AUTOMATION,
    CUSTOMER,
    PENDING,
    SLABOT,
    SYSTEM,
    WAITING,
    due,
    kinds,
    only,
    planned,
    ticket,
)
from tests.fixtures.times import at

# ── Feedback ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_waiting_on_the_customer_lasts_until_the_customer_answers() -> None:
    """Waiting on Customer lasts until the requested information is received;"""
    story = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
    assert story.decide("Tue 13 Jan 09:59").waiting is not None
    answered = story.asks("Tue 13 Jan 09:59", "It is version 7").decide("Tue 13 Jan 09:59")
    assert answered.waiting is None
    assert only(answered, Kind.SET_CATEGORY).fact("to") == "pending"


ACTS = policy(WAITING_ACTS)
ASKED = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")


def _is_waiting(decision: Decision) -> bool:
    return decision.waiting is not None


@pytest.mark.parametrize("by", [{"by_id": "r1"}, {"by_id": "colleague"}, {"by_id": None}])
def test_a_message_by_the_customers_side_is_feedback(by: dict[str, Any]) -> None:
    """Feedback: any message by the requester or a customer-side participant that is not an auto-reply or
    out-of-office
    """
    story = ASKED.says("Mon 12 Jan 12:00", CUSTOMER, "Version 7", **by)
    assert not _is_waiting(story.decide("Mon 12 Jan 12:00", ACTS))


def test_an_agent_who_asked_for_help_gives_feedback_too() -> None:
    """any message by the requester"""
    story = ASKED.says("Mon 12 Jan 12:00", AGENT, "Version 7", by_id="r1")
    assert only(story.decide("Mon 12 Jan 12:00", ACTS), Kind.SET_CATEGORY).fact("to") == "pending"


def test_an_automatic_answer_is_no_feedback() -> None:
    """that is not an auto-reply or out-of-office"""
    story = ASKED.asks("Mon 12 Jan 12:00", "I am out of office", auto_reply=True)
    assert _is_waiting(story.decide("Mon 12 Jan 12:00", ACTS))
    assert due(story.decide("Tue 13 Jan 10:00", ACTS), Kind.FOLLOW_UP) != []


@pytest.mark.parametrize("by", [AUTOMATION, SYSTEM, SLABOT])
def test_a_message_that_is_not_the_customers_is_no_feedback(by: Any) -> None:
    """any message by the requester or a customer-side participant"""
    assert _is_waiting(ASKED.says("Mon 12 Jan 12:00", by, "…").decide("Mon 12 Jan 12:00", ACTS))


@pytest.mark.parametrize(
    ("edits", "text", "feedback"),
    [
        ({}, "thanks", True),
        ({"waiting.not_feedback": ["thanks", "thank you"]}, "  Thank\nyou!", False),
        ({"waiting.not_feedback": ["thanks", "thank you"]}, "THANKS.", False),
        ({"waiting.not_feedback": ["thanks", "thank you"]}, "thanks, it is version 7", True),
        ({"waiting.not_feedback": ["thanks", "thank you"]}, "", True),
    ],
)
def test_thanks_is_feedback_unless_the_policy_says_otherwise(edits: Edits, text: str, feedback: bool) -> None:
    """("thanks" in a wait is feedback, unless the policy says otherwise;"""
    story = ASKED.asks("Mon 12 Jan 12:00", text)
    assert _is_waiting(story.decide("Mon 12 Jan 12:00", policy(WAITING_ACTS, edits))) is not feedback


def test_feedback_ends_the_wait_and_slabot_sets_pending() -> None:
    """Feedback in Waiting on Customer ends the wait: slabot sets Pending if the helpdesk has not."""
    story = ASKED.asks("Mon 12 Jan 12:00", "Version 7")
    action = only(story.decide("Mon 12 Jan 12:00", ACTS), Kind.SET_CATEGORY)
    assert (action.mode, action.fact("to"), action.at) == (Mode.ACT, "pending", at("Mon 12 Jan 12:00"))
    assert action.because == (
        "the customer answered at Mon 12 Jan 2026 12:00 +05:30, so the wait is over and support is next"
    )
    assert kinds(story.becomes("Mon 12 Jan 12:00", PENDING, AUTOMATION).decide("Mon 12 Jan 12:00", ACTS)) == []


def test_nobody_is_reminded_while_the_last_public_message_is_the_customers() -> None:
    """Never follow up or solve while the last public word is the customer's."""
    asked = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00", "And now?")
    silent = asked.becomes("Mon 12 Jan 12:00", WAITING)  # support asks nothing, and waits
    for now in ("Tue 13 Jan 12:00", "Thu 15 Jan 12:00", "Mon 19 Jan 12:00:01", "Fri 30 Jan 12:00"):
        assert kinds(silent.decide(now, ACTS)) == []
    noted = silent.says("Tue 13 Jan 09:00", AGENT, "an internal note", public=False)
    assert not _is_waiting(noted.decide("Fri 30 Jan 12:00", ACTS))
    never_answered = ticket("Mon 12 Jan 09:00").becomes("Mon 12 Jan 12:00", WAITING)
    assert due(never_answered.decide("Fri 30 Jan 12:00", ACTS), Kind.AUTO_SOLVE) == []


def test_a_follow_up_that_crossed_the_customers_answer_does_not_hide_it() -> None:
    """Never follow up or solve while the last public word is the customer's."""
    story = ASKED.asks("Tue 13 Jan 09:59:59", "Version 7").follows_up("Tue 13 Jan 10:00:01")
    assert kinds(story.decide("Tue 20 Jan 12:00", ACTS)) == ["set_category"]


# ── Rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_round_begins_with_each_entry() -> None:
    """A round begins with each entry into Waiting on Customer,"""
    story = ASKED.follows_up("Tue 13 Jan 10:00").follows_up("Wed 14 Jan 10:00")
    again = story.becomes("Wed 14 Jan 11:00", PENDING).waits("Wed 14 Jan 12:00")
    turn = again.decide("Wed 14 Jan 12:00", ACTS).waiting
    assert turn is not None
    assert (turn.began, turn.waiting_since, turn.follow_ups) == (at("Wed 14 Jan 12:00"), at("Wed 14 Jan 12:00"), ())


def test_follow_ups_of_an_earlier_round_do_not_count_though_nobody_asked_anew() -> None:
    """A round begins with each entry into Waiting on Customer,

    Follow-ups: public messages by an agent or by slabot after the ask in this round;
    """
    story = ASKED.follows_up("Tue 13 Jan 10:00").follows_up("Wed 14 Jan 10:00")
    again = story.becomes("Wed 14 Jan 11:00", PENDING).becomes("Wed 14 Jan 12:00", WAITING)  # without a word
    turn = again.decide("Wed 14 Jan 12:00", ACTS).waiting
    assert turn is not None
    assert (turn.ask, turn.follow_ups) == (at("Mon 12 Jan 10:00"), ())
    assert planned(again.decide("Wed 14 Jan 12:00", ACTS), Kind.FOLLOW_UP)[0] == at("Thu 15 Jan 12:00")


def test_a_round_begins_with_a_new_question_after_feedback() -> None:
    """or with an agent's new question after feedback."""
    story = (
        ASKED.follows_up("Tue 13 Jan 10:00").asks("Tue 13 Jan 11:00", "Version 7").answers("Tue 13 Jan 15:00", "And?")
    )
    turn = story.decide("Tue 13 Jan 15:00", ACTS).waiting
    assert turn is not None
    assert (turn.began, turn.ask, turn.follow_ups) == (at("Tue 13 Jan 15:00"), at("Tue 13 Jan 15:00"), ())


def test_waiting_since_is_the_later_of_the_entry_and_the_last_feedback() -> None:
    """Waiting since: the later of that entry and the last feedback."""
    entered = ASKED.decide("Mon 12 Jan 12:00", ACTS).waiting
    assert entered is not None
    assert entered.waiting_since == at("Mon 12 Jan 10:00")
    story = ASKED.asks("Tue 13 Jan 11:00", "Version 7").answers("Tue 13 Jan 15:00", "And?")
    again = story.decide("Tue 13 Jan 15:00", ACTS).waiting
    assert again is not None
    assert again.waiting_since == at("Tue 13 Jan 11:00")


def test_an_entry_that_was_noticed_later_counts_from_then() -> None:
    """Waiting since: the later of that entry and the last feedback."""
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00")
    story = story.becomes("Mon 12 Jan 10:00", WAITING, observed_at=at("Mon 12 Jan 10:20"))
    turn = story.decide("Mon 12 Jan 12:00", ACTS).waiting
    assert turn is not None
    assert turn.waiting_since == at("Mon 12 Jan 10:20")


@pytest.mark.parametrize(
    ("messages", "ask"),
    [
        (["Mon 12 Jan 09:30", "Mon 12 Jan 09:50"], "Mon 12 Jan 09:50"),
        (["Mon 12 Jan 09:50", "Mon 12 Jan 10:00"], "Mon 12 Jan 10:00"),  # with the entry, in the same second
        (["Mon 12 Jan 09:50", "Mon 12 Jan 10:00:01"], "Mon 12 Jan 09:50"),
        (["Mon 12 Jan 10:05", "Mon 12 Jan 16:00"], "Mon 12 Jan 10:05"),
    ],
)
def test_the_ask_is_the_last_public_message_up_to_the_entry_or_the_first_after(messages: list[str], ask: str) -> None:
    """The ask is the last public agent message up to the entry, else the first after."""
    story = ticket("Mon 12 Jan 09:00").becomes("Mon 12 Jan 10:00", WAITING)
    for when in messages:
        story = story.answers(when, "Which version?")
    story = story.says("Mon 12 Jan 09:59", AGENT, "an internal note", public=False)
    turn = story.decide("Mon 12 Jan 18:00", ACTS).waiting
    assert turn is not None
    assert turn.ask == at(ask)


# ── Follow-ups ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("when", "by", "counted"),
    [
        ("Mon 12 Jan 13:59:59", AGENT, False),  # within 4 h of the ask
        ("Mon 12 Jan 14:00", AGENT, True),
        ("Mon 12 Jan 14:00", SLABOT, True),
        ("Mon 12 Jan 14:00", AUTOMATION, False),
        ("Mon 12 Jan 14:00", SYSTEM, False),
    ],
)
def test_public_messages_after_the_ask_count_unless_they_come_too_soon(when: str, by: Any, counted: bool) -> None:
    """Follow-ups: public messages by an agent or by slabot after the ask in this round;

    one within `follow_up_spacing` (default 4 h) of the last counted one is not another.
    """
    turn = ASKED.says(when, by, "?").decide("Mon 12 Jan 18:00", ACTS).waiting
    assert turn is not None
    assert turn.follow_ups == ((at(when),) if counted else ())


def test_the_distance_is_kept_from_the_last_one_that_counted() -> None:
    """one within `follow_up_spacing` (default 4 h) of the last counted one is not another."""
    story = ASKED
    for when in ("Tue 13 Jan 10:00", "Tue 13 Jan 13:00", "Tue 13 Jan 13:59:59", "Tue 13 Jan 14:00", "Tue 13 Jan 17:59"):
        story = story.answers(when, "?")
    story = story.says("Tue 13 Jan 23:00", AGENT, "an internal note", public=False)
    turn = story.decide("Wed 14 Jan 00:00", ACTS).waiting
    assert turn is not None
    assert turn.follow_ups == (at("Tue 13 Jan 10:00"), at("Tue 13 Jan 14:00"))


@pytest.mark.parametrize(
    ("entered", "days"),
    [
        ("Mon 12 Jan 10:00", ["Tue 13 Jan 10:00", "Wed 14 Jan 10:00", "Thu 15 Jan 10:00"]),
        ("Fri 9 Jan 18:00", ["Mon 12 Jan 18:00", "Tue 13 Jan 18:00", "Wed 14 Jan 18:00"]),
        ("Sat 10 Jan 15:00", ["Tue 13 Jan 00:00", "Wed 14 Jan 00:00", "Thu 15 Jan 00:00"]),  # counts from Monday 00:00
        ("Thu 8 Jan 00:00", ["Fri 9 Jan 00:00", "Mon 12 Jan 00:00", "Tue 13 Jan 00:00"]),  # no reminder on a Saturday
    ],
)
def test_follow_ups_are_sent_on_business_days_one_two_and_three(entered: str, days: list[str]) -> None:
    """slabot sends the missing ones itself, at the later of the schedule (default business days 1, 2 and 3 of the
    support week, in its hours) and the previous one plus spacing,
    """
    story = ticket("Wed 7 Jan 09:00").waits(entered)
    assert planned(story.decide(entered, ACTS), Kind.FOLLOW_UP) == [at(day) for day in days]
    for number, day in enumerate(days, 1):
        action = only(story.decide(day, ACTS), Kind.FOLLOW_UP)
        assert (action.at, action.fact("number")) == (at(day), str(number))
        story = story.follows_up(day)
        assert due(story.decide(day, ACTS), Kind.FOLLOW_UP) == []


def test_only_the_missing_ones_are_sent_and_keep_their_distance() -> None:
    """slabot sends the missing ones itself,

    and the previous one plus spacing,
    """
    story = ASKED.answers("Wed 14 Jan 08:00", "Are you there?")  # the first, late; the second is planned for 10:00
    assert planned(story.decide("Wed 14 Jan 08:00", ACTS), Kind.FOLLOW_UP)[0] == at("Wed 14 Jan 12:00")
    assert only(story.decide("Wed 14 Jan 12:00", ACTS), Kind.FOLLOW_UP).fact("number") == "2"


def test_a_follow_up_waits_for_opening_hours() -> None:
    """of the support week, in its hours)"""
    rules = policy(WAITING_ACTS, {"calendars.support_week.open": {"mon-fri": ["09:00-17:00"]}})
    story = ASKED.answers("Tue 13 Jan 16:00", "Are you there?").answers("Wed 14 Jan 15:30", "Hello?")
    # The third is planned for Thursday 10:00; the next one before that would be too soon after the second anyway.
    assert planned(story.decide("Wed 14 Jan 16:00", rules), Kind.FOLLOW_UP) == [at("Thu 15 Jan 10:00")]
    late = ASKED.answers("Thu 15 Jan 15:30", "Hello?")  # the second is overdue: 19:30 is closed, so on Friday
    assert planned(late.decide("Thu 15 Jan 15:30", rules), Kind.FOLLOW_UP)[0] == at("Fri 16 Jan 09:00")


def test_the_default_texts_state_the_whole_rule_and_the_way_out() -> None:
    """from templates that state the whole rule and the way out."""
    for texts, language in ((ACTS.waiting.templates, "en"), (SHIPPED, "en"), (SHIPPED, "de")):
        for placeholder in ("{number}", "{follow_ups}", "{or_after}", "{reopen_within}"):
            assert placeholder in (texts.text("follow_up", language) or "")
        for placeholder in ("{reopen_within}", "{late_reply}"):
            assert placeholder in (texts.text("solved", language) or "")
