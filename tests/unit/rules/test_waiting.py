"""What does slabot do, or write down, while the customer is silent?"""

from __future__ import annotations

import pytest

from slabot.domain import Category
from slabot.policy import Mode
from slabot.rules import Kind
from tests.fixtures.policies import WAITING_ACTS, policy
from tests.fixtures.tickets import AGENT, CUSTOMER, PENDING, SOLVED, WAITING, Story, due, kinds, only, planned, ticket
from tests.fixtures.times import at

OBSERVES, ACTS = policy(), policy(WAITING_ACTS)
ASKED = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
DAYS = ("Tue 13 Jan 10:00", "Wed 14 Jan 10:00", "Thu 15 Jan 10:00")
START = "Mon 12 Jan 09:00"


def test_a_whole_wait_in_act_mode() -> None:
    story = ASKED
    for number, day in enumerate(DAYS, 1):
        action = only(story.decide(day, ACTS), Kind.FOLLOW_UP)
        assert action.key == f"acme/4711/follow_up/20260112T043000Z/{number}"
        assert action.because == (
            f"no feedback since Mon 12 Jan 2026 10:00 +05:30: follow-up {number} of 3, on business day "
            f"{number} of the wait"
        )
        story = story.does(day, Kind.FOLLOW_UP, ACTS)
    action = only(story.decide("Fri 16 Jan 10:00", ACTS), Kind.AUTO_SOLVE)
    assert action.key == "acme/4711/auto_solve/20260112T043000Z"
    solved = story.becomes("Fri 16 Jan 10:00", SOLVED)
    assert kinds(solved.decide("Fri 16 Jan 10:01", ACTS)) == []


def test_a_whole_wait_in_observe_mode_says_what_act_would_have_done() -> None:
    story = ASKED
    for number, day in enumerate(DAYS, 1):
        action = only(story.decide(day, OBSERVES), Kind.FOLLOW_UP)
        assert (action.mode, action.fact("number")) == (Mode.OBSERVE, str(number))
        story = story.does(day, Kind.FOLLOW_UP, OBSERVES)
        assert due(story.decide(day, OBSERVES), Kind.FOLLOW_UP) == []
    assert planned(story.decide(DAYS[-1], OBSERVES), Kind.AUTO_SOLVE) == [at("Fri 16 Jan 10:00")]
    assert only(story.decide("Fri 16 Jan 10:00", OBSERVES), Kind.AUTO_SOLVE).mode is Mode.OBSERVE


def test_what_would_have_been_sent_keeps_its_distance_like_what_was() -> None:
    story = ASKED.does("Tue 13 Jan 10:00", Kind.FOLLOW_UP, OBSERVES)
    too_soon = story.answers("Tue 13 Jan 13:59:59", "Are you there?").decide("Tue 13 Jan 14:00", OBSERVES).waiting
    assert too_soon is not None
    assert too_soon.follow_ups == (at("Tue 13 Jan 10:00"),)
    later = story.answers("Tue 13 Jan 14:00", "Are you there?").decide("Tue 13 Jan 14:00", OBSERVES).waiting
    assert later is not None
    assert later.follow_ups == (at("Tue 13 Jan 10:00"), at("Tue 13 Jan 14:00"))


def test_what_would_have_been_sent_counts_no_more_when_the_rule_acts() -> None:
    story = ASKED.does("Tue 13 Jan 10:00", Kind.FOLLOW_UP, OBSERVES)
    assert only(story.decide("Tue 13 Jan 12:00", ACTS), Kind.FOLLOW_UP).fact("number") == "1"


def test_what_would_have_been_sent_in_an_earlier_round_does_not_count() -> None:
    story = ASKED.does("Tue 13 Jan 10:00", Kind.FOLLOW_UP, OBSERVES)
    again = story.becomes("Tue 13 Jan 12:00", PENDING).waits("Tue 13 Jan 13:00").decide("Tue 13 Jan 18:00", OBSERVES)
    assert again.waiting is not None
    assert again.waiting.follow_ups == ()
    other = ASKED.would("Tue 13 Jan 10:00", "acme/4712/follow_up/20260112T043000Z/1").decide(
        "Tue 13 Jan 12:00", OBSERVES
    )
    assert other.waiting is not None
    assert other.waiting.follow_ups == ()


def test_what_is_to_come_supposes_that_each_reminder_is_sent_in_time() -> None:
    coming = [(action.kind, action.at) for action in ASKED.decide("Mon 12 Jan 10:00", ACTS).upcoming]
    assert coming == [
        (Kind.FOLLOW_UP, at("Tue 13 Jan 10:00")),
        (Kind.FOLLOW_UP, at("Wed 14 Jan 10:00")),
        (Kind.FOLLOW_UP, at("Thu 15 Jan 10:00")),
        (Kind.AUTO_SOLVE, at("Fri 16 Jan 10:00")),
    ]


def test_a_reminder_that_is_held_back_stays_due_and_the_next_waits_for_it() -> None:
    decision = ASKED.decide("Thu 15 Jan 12:00", ACTS)
    assert only(decision, Kind.FOLLOW_UP).fact("number") == "1"
    late = ASKED.follows_up("Thu 15 Jan 12:00")
    assert planned(late.decide("Thu 15 Jan 12:00", ACTS), Kind.FOLLOW_UP)[0] == at("Thu 15 Jan 16:00")
    # The third would follow at 20:00 and the grace end on Friday at 20:00, before the seven days.
    assert planned(late.decide("Thu 15 Jan 12:00", ACTS), Kind.AUTO_SOLVE) == [at("Fri 16 Jan 20:00")]


def test_without_a_spacing_the_question_itself_is_still_no_reminder() -> None:
    rules = policy(WAITING_ACTS, {"waiting.follow_up_spacing": "0m"})
    turn = ASKED.answers("Mon 12 Jan 10:00:01", "?").decide("Mon 12 Jan 11:00", rules).waiting
    assert turn is not None
    assert turn.follow_ups == (at("Mon 12 Jan 10:00:01"),)


def test_a_reminder_in_the_second_of_the_next_entry_is_of_the_round_before() -> None:
    story = (
        ASKED.becomes("Tue 13 Jan 09:00", PENDING).follows_up("Tue 13 Jan 10:00").becomes("Tue 13 Jan 10:00", WAITING)
    )
    turn = story.decide("Tue 13 Jan 12:00", ACTS).waiting
    assert turn is not None
    assert (turn.ask, turn.follow_ups) == (at("Mon 12 Jan 10:00"), ())


def test_too_long_a_wait_ends_it_though_reminders_are_missing() -> None:
    assert kinds(ASKED.follows_up("Sun 18 Jan 12:00").decide("Mon 19 Jan 10:00:01", ACTS)) == ["auto_solve"]


@pytest.mark.parametrize(
    ("sent", "grace_ends"),
    [("Thu 15 Jan 10:00", "Fri 16 Jan 10:00"), ("Fri 16 Jan 00:00", "Mon 19 Jan 00:00")],
)
def test_the_grace_counts_from_the_third_reminder(sent: str, grace_ends: str) -> None:
    story = ASKED.follows_up(DAYS[0]).follows_up(DAYS[1]).follows_up(sent)
    assert planned(story.decide(sent, ACTS), Kind.AUTO_SOLVE) == [at(grace_ends)]


def test_fewer_reminders_by_policy() -> None:
    rules = policy(WAITING_ACTS, {"waiting.follow_ups": 1, "waiting.on_business_days": [2], "waiting.grace": "2h"})
    assert planned(ASKED.decide("Mon 12 Jan 10:00", rules), Kind.FOLLOW_UP) == [at("Wed 14 Jan 10:00")]
    story = ASKED.follows_up("Wed 14 Jan 10:00")
    assert due(story.decide("Wed 14 Jan 11:59:59", rules), Kind.AUTO_SOLVE) == []
    assert only(story.decide("Wed 14 Jan 12:00", rules), Kind.AUTO_SOLVE).because.endswith("and 2h more")


def test_the_calendar_of_the_wait_may_be_another() -> None:
    rules = policy(WAITING_ACTS, {"waiting.calendar": "around_the_clock"})
    story = ticket("Fri 9 Jan 09:00").waits("Fri 9 Jan 10:00")
    assert planned(story.decide("Fri 9 Jan 10:00", rules), Kind.FOLLOW_UP)[0] == at("Sat 10 Jan 10:00")
    unnamed = policy(WAITING_ACTS, {"waiting.calendar": None})
    assert planned(story.decide("Fri 9 Jan 10:00", unnamed), Kind.FOLLOW_UP)[0] == at("Mon 12 Jan 10:00")


def test_two_answers_end_the_wait_once() -> None:
    story = ASKED.asks("Mon 12 Jan 12:00").asks("Mon 12 Jan 13:00")
    action = only(story.decide("Mon 12 Jan 14:00", ACTS), Kind.SET_CATEGORY)
    assert (action.at, action.key) == (at("Mon 12 Jan 13:00"), "acme/4711/set_category/20260112T073000Z")


def test_the_customers_words_before_the_entry_do_not_end_the_wait() -> None:
    story = ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:30").waits("Mon 12 Jan 10:00")
    decision = story.decide("Mon 12 Jan 11:00", ACTS)
    assert kinds(decision) == []
    assert decision.waiting is not None


def test_a_message_one_second_before_the_entry_does_not_end_the_wait_and_one_after_it_does() -> None:
    story = ticket(START).answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 10:59:59").becomes("Mon 12 Jan 11:00", WAITING)
    assert due(story.decide("Mon 12 Jan 12:00", ACTS), Kind.SET_CATEGORY) == []
    ended = story.asks("Mon 12 Jan 11:00:01").decide("Mon 12 Jan 12:00", ACTS)
    assert only(ended, Kind.SET_CATEGORY).at == at("Mon 12 Jan 11:00:01")


def test_the_request_itself_does_not_end_a_wait_that_began_with_the_ticket() -> None:
    waiting = ticket(START, status=Category.WAITING_ON_CUSTOMER).asks(START)
    assert due(waiting.decide("Mon 12 Jan 12:00", ACTS), Kind.SET_CATEGORY) == []
    answered = waiting.asks("Mon 12 Jan 09:00:01").decide("Mon 12 Jan 12:00", ACTS)
    assert only(answered, Kind.SET_CATEGORY).at == at("Mon 12 Jan 09:00:01")


def test_nobody_is_reminded_after_a_second_message_of_the_customer() -> None:
    story = ticket(START).asks("Mon 12 Jan 09:30").waits("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00")
    decision = story.decide("Mon 26 Jan 12:00", ACTS)
    assert decision.waiting is None
    assert kinds(decision) == ["set_category"]


def test_a_round_after_several_answers_begins_with_the_question_after_the_last() -> None:
    story = ticket(START).waits("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00").answers("Mon 12 Jan 11:10")
    story = story.asks("Mon 12 Jan 12:00").answers("Mon 12 Jan 12:10")
    turn = story.decide("Mon 12 Jan 12:30").waiting
    assert turn is not None
    assert (turn.began, turn.waiting_since, turn.ask) == (
        at("Mon 12 Jan 12:10"),
        at("Mon 12 Jan 12:00"),
        at("Mon 12 Jan 12:10"),
    )


def test_an_answer_in_the_second_of_the_entry_is_not_lost() -> None:
    story = ASKED.asks("Mon 12 Jan 10:00", "Version 7")
    assert kinds(story.decide("Tue 13 Jan 10:00", ACTS)) == ["set_category"]


def test_only_the_present_wait_counts() -> None:
    story = ASKED.asks("Mon 12 Jan 12:00").becomes("Mon 12 Jan 12:00", PENDING).waits("Tue 13 Jan 12:00")
    turn = story.decide("Tue 13 Jan 12:00", ACTS).waiting
    assert turn is not None
    assert turn.waiting_since == at("Tue 13 Jan 12:00")
    assert ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").decide("Mon 12 Jan 11:00", ACTS).waiting is None


def test_an_agent_and_a_customer_in_one_second_leave_the_word_to_the_customer() -> None:
    story = ASKED.says("Tue 13 Jan 09:00", CUSTOMER, "Version 7").says("Tue 13 Jan 09:00", AGENT, "Hello?")
    assert kinds(story.decide("Wed 21 Jan 10:00", ACTS)) == ["set_category"]
    numbered = ASKED.says("Tue 13 Jan 09:00", CUSTOMER, "Version 7", id="1", seq=1)
    numbered = numbered.says("Tue 13 Jan 09:00", AGENT, "And the build?", id="2", seq=2)
    turn = numbered.decide("Tue 13 Jan 10:00", ACTS).waiting
    assert turn is not None
    assert (turn.began, turn.ask, turn.waiting_since) == (at("Tue 13 Jan 09:00"),) * 3


def test_the_category_at_creation_may_be_the_wait_itself() -> None:
    story = ticket("Mon 12 Jan 09:00", status=WAITING).answers("Mon 12 Jan 09:00", "As asked on the telephone")
    turn = story.decide("Mon 12 Jan 10:00", ACTS).waiting
    assert turn is not None
    assert turn.ask == at("Mon 12 Jan 09:00")


def test_nobody_is_solved_for_a_silence_from_before_the_question() -> None:
    story = (
        ticket("Mon 12 Jan 09:00")
        .waits("Mon 12 Jan 10:00")
        .says("Mon 12 Jan 11:00", CUSTOMER, "Version 4.2")
        .says("Wed 21 Jan 15:00", AGENT, "And which browser?")
    )
    decided = story.decide("Wed 21 Jan 15:00", ACTS)
    assert decided.waiting is not None
    assert decided.waiting.waiting_since == at("Wed 21 Jan 15:00")
    assert decided.due_now == ()
    assert decided.upcoming[0].at == at("Thu 22 Jan 15:00")


def test_a_late_reminder_waits_for_the_hours_of_the_week() -> None:
    late = ASKED.decide("Sat 17 Jan 12:00", ACTS)
    assert due(late, Kind.FOLLOW_UP) == []
    assert planned(late, Kind.FOLLOW_UP) == [at("Mon 19 Jan 00:00")]
    assert late.next_look == at("Mon 19 Jan 00:00")
    on_monday = only(ASKED.decide("Mon 19 Jan 00:00", ACTS), Kind.FOLLOW_UP)
    assert on_monday.at == at("Tue 13 Jan 10:00")


def test_what_supposes_a_late_reminder_is_not_foretold() -> None:
    decided = ASKED.decide("Wed 14 Jan 12:00", ACTS)
    assert only(decided, Kind.FOLLOW_UP).fact("number") == "1"
    assert [action.kind for action in decided.upcoming] == [Kind.AUTO_SOLVE]
    assert decided.upcoming[0].at == at("Mon 19 Jan 10:00:01")


def test_a_question_just_after_the_entry_is_the_question_and_no_reminder() -> None:
    story = (
        ticket("Mon 12 Jan 09:00")
        .says("Mon 12 Jan 09:30", AGENT, "Looking into it")
        .becomes("Mon 12 Jan 16:00", WAITING)
        .says("Mon 12 Jan 16:01", AGENT, "Which browser?")
    )
    turn = story.decide("Mon 12 Jan 17:00", ACTS).waiting
    assert turn is not None
    assert (turn.ask, turn.follow_ups) == (at("Mon 12 Jan 16:01"), ())


@pytest.mark.parametrize(
    ("spoken", "question", "since"),
    [
        # The last one up to the entry at 12:00, unless one follows within four hours and none was within four before.
        (("09:00", "10:00", "12:00"), "12:00", "12:00"),
        (("08:00", "12:00:01"), "12:00:01", "12:00"),
        (("08:00", "15:59:59"), "15:59:59", "12:00"),
        (("08:00", "16:00"), "08:00", "12:00"),
        (("08:00:01", "12:30"), "08:00:01", "12:00"),
        (("08:00", "12:30"), "12:30", "12:00"),
        (("07:00", "10:00", "12:30"), "10:00", "12:00"),
        (("07:00", "12:30", "13:30"), "12:30", "12:00"),
        # None before it: the first after it; where that is more than four hours later, the wait begins with it.
        (("12:30", "13:30"), "12:30", "12:00"),
        (("16:00", "16:30", "17:00"), "16:00", "12:00"),
        (("16:00:01", "16:30", "17:00"), "16:00:01", "16:00:01"),
    ],
)
def test_the_question_is_the_last_up_to_the_entry_or_soon_after(
    spoken: tuple[str, ...], question: str, since: str
) -> None:
    story: Story = ticket("Mon 12 Jan 06:00")
    for time in spoken:
        story = story.answers(f"Mon 12 Jan {time}")
    turn = story.becomes("Mon 12 Jan 12:00", WAITING).decide("Mon 12 Jan 18:00").waiting
    assert turn is not None
    assert (turn.ask, turn.waiting_since) == (at(f"Mon 12 Jan {question}"), at(f"Mon 12 Jan {since}"))


def test_of_two_reasons_to_solve_the_one_that_came_first_is_given() -> None:
    story = ticket(START).waits("Mon 12 Jan 10:00")
    for when_sent in ("Tue 13 Jan 10:00", "Wed 14 Jan 10:00", "Thu 15 Jan 10:00"):
        story = story.follows_up(when_sent)
    found = only(story.decide("Mon 2 Feb 10:00", ACTS), Kind.AUTO_SOLVE)
    assert found.at == at("Fri 16 Jan 10:00")
    assert found.because.startswith("3 follow-ups without feedback")
