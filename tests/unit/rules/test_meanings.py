"""What follows from what a reply means, where the policy has replies judged?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.rules import Decision, Kind
from slabot.store.privacy import without_quotes
from tests.fixtures.policies import NEXT_RESPONSE, SOLVED_ACTS, WAITING_ACTS, policy
from tests.fixtures.tickets import AGENT, AUTOMATION, CUSTOMER, PENDING, SLABOT, SOLVED, Story, ticket

START = "Mon 12 Jan 09:00"
THANKS, CLOSING = "Many thanks for your help!", "It works now, you can close the ticket."


def rules(*edits: dict[str, Any], **replies: Any) -> Any:
    return policy(WAITING_ACTS, SOLVED_ACTS, {"replies": {"mode": "act", **replies}}, *edits)


def kinds(decision: Decision) -> list[Kind]:
    return [action.kind for action in decision.due_now if action.kind is not Kind.PAGE]


def solved(text: str) -> Story:
    story = ticket(START).asks(START, "The export fails.").answers("Mon 12 Jan 10:00", "Please update.")
    return story.becomes("Mon 12 Jan 10:00", SOLVED).asks("Mon 12 Jan 11:00", text)


def waiting(text: str) -> Story:
    return ticket(START).asks(START, "The export fails.").waits("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00", text)


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        (THANKS, "act", []),
        (CLOSING, "act", []),
        (THANKS, "observe", [Kind.REOPEN]),
        (THANKS, "off", [Kind.REOPEN]),
        ("Thanks, but it still fails.", "act", [Kind.REOPEN]),
        ("?", "act", [Kind.REOPEN]),
    ],
)
def test_thanks_and_closing_words_take_no_solved_ticket_up_again(text: str, mode: str, expected: list[Kind]) -> None:
    assert kinds(solved(text).decide("Mon 12 Jan 12:00", rules(mode=mode))) == expected


def test_a_solved_ticket_with_thanks_is_closed_in_its_time() -> None:
    assert kinds(solved(THANKS).decide("Fri 16 Jan 12:00", rules())) == [Kind.AUTO_CLOSE]


def test_thanks_on_a_solved_ticket_start_no_clock() -> None:
    clocks = {"clocks": [NEXT_RESPONSE]}
    named = [clock.name for clock in solved(THANKS).decide("Mon 12 Jan 12:00", rules(clocks)).clocks]
    assert named == ["first_response"]
    named = [clock.name for clock in solved("It fails again.").decide("Mon 12 Jan 12:00", rules(clocks)).clocks]
    assert named == ["first_response", "next_response"]


def test_thanks_are_feedback_in_a_wait_unless_the_file_says_otherwise() -> None:
    assert kinds(waiting(THANKS).decide("Mon 12 Jan 12:00", rules())) == [Kind.SET_CATEGORY]
    assert kinds(waiting(THANKS).decide("Mon 12 Jan 12:00", rules(thanks_in_wait="nothing"))) == []


def test_what_a_reply_reads_as_is_shown() -> None:
    odd = solved(THANKS).decide("Mon 12 Jan 12:00", rules()).odd_messages
    assert [said.why for said in odd] == ["it reads as no more than thanks"]
    odd = solved(THANKS).decide("Mon 12 Jan 12:00", rules(mode="observe")).odd_messages
    assert [said.why for said in odd] == [
        "it reads as no more than thanks; replies.mode is observe, so it is feedback all the same"
    ]


def test_the_request_itself_is_no_reply() -> None:
    assert ticket(START).asks(START, THANKS).decide("Mon 12 Jan 12:00", rules()).odd_messages == ()


# ── A closing word ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("back", [False, True])
def test_a_closing_word_solves_at_once_where_the_file_says_so(back: bool) -> None:
    story = waiting(CLOSING)
    if back:  # a helpdesk that opens the ticket because somebody wrote
        story = story.becomes("Mon 12 Jan 11:00", PENDING, CUSTOMER)
    decision = story.decide("Mon 12 Jan 12:00", rules(solve_on_closing_word=True))
    (action,) = [action for action in decision.due_now if action.kind is Kind.SET_CATEGORY]
    assert action.fact("to") == "solved"
    assert f'says "{CLOSING}"' in action.because
    assert action.kind.can_be_undone


def test_a_closing_word_is_feedback_otherwise() -> None:
    decision = waiting(CLOSING).decide("Mon 12 Jan 12:00", rules())
    assert [action.fact("to") for action in decision.due_now if action.kind is Kind.SET_CATEGORY] == ["pending"]


@pytest.mark.parametrize(
    "story",
    [
        waiting("It works now, but only on one machine."),
        waiting(CLOSING).asks("Mon 12 Jan 11:30", "Sorry, it fails again."),
        waiting(CLOSING).answers("Mon 12 Jan 11:30", "Good to hear, one more question."),
        ticket(START).asks(START, CLOSING),
    ],
)
def test_no_other_word_solves(story: Story) -> None:
    decision = story.decide("Mon 12 Jan 12:00", rules(solve_on_closing_word=True))
    assert "solved" not in [action.fact("to") for action in decision.due_now if action.kind is Kind.SET_CATEGORY]


def test_whoever_changed_the_ticket_since_decides() -> None:
    story = waiting(CLOSING).becomes("Mon 12 Jan 11:30", PENDING, AGENT)
    assert kinds(story.decide("Mon 12 Jan 12:00", rules(solve_on_closing_word=True))) == []


# ── Automatic replies, and robots ────────────────────────────────────────────────────────────────────────────────────


def test_what_reads_as_an_automatic_reply_holds_what_silence_leads_to() -> None:
    away = "I'm currently on annual leave and will be back on the 30th."
    decision = waiting(away).decide("Mon 26 Jan 12:00", rules())
    assert kinds(decision) == [Kind.ASK]
    assert kinds(waiting(away).decide("Mon 12 Jan 12:00", rules(mode="off"))) == [Kind.SET_CATEGORY]


def _robots(rounds: int, **facts: Any) -> Story:
    story = ticket(START).asks(START, "The export fails.").waits("Mon 12 Jan 10:00")
    for day in range(13, 13 + rounds):
        weekday = ("Tue", "Wed", "Thu")[day - 13]
        story = story.says(f"{weekday} {day} Jan 10:00", SLABOT, "We are still waiting for your answer")
        story = story.says(f"{weekday} {day} Jan 10:01", CUSTOMER, "Ticket received.", auto_reply=True, **facts)
    return story


def test_two_robots_are_stopped_after_the_second_round_and_told_once() -> None:
    once = _robots(1).decide("Tue 13 Jan 12:00", rules())
    assert kinds(once) == []
    assert [action.kind for action in once.upcoming][:1] == [Kind.FOLLOW_UP]
    twice = _robots(2).decide("Thu 15 Jan 12:00", rules())
    assert kinds(twice) == [Kind.NOTE]
    assert "answered by automatic replies 2 times" in twice.due_now[-1].because
    assert [refusal.because for refusal in twice.refusals] == [
        "two robots answer each other, so a person should look first"
    ]


def test_a_person_who_looks_lets_them_go_on() -> None:
    story = _robots(2).says("Wed 14 Jan 11:00", AGENT, "She is away, go on", public=False)
    assert kinds(story.decide("Thu 15 Jan 12:00", rules())) == [Kind.FOLLOW_UP]


def test_a_word_of_the_customer_begins_the_count_anew() -> None:
    story = (
        _robots(1).says("Tue 13 Jan 11:00", CUSTOMER, "I am here.").says("Tue 13 Jan 11:01", AUTOMATION, "Received.")
    )
    story = story.says("Tue 13 Jan 11:02", CUSTOMER, "Ticket received.", auto_reply=True)
    assert not [action for action in story.decide("Tue 13 Jan 12:00", rules()).due_now if "robots" in action.key]


def test_more_rounds_may_be_allowed() -> None:
    assert kinds(_robots(2).decide("Thu 15 Jan 12:00", rules(robot_rounds=3))) == [Kind.FOLLOW_UP]


def test_robots_stay_stopped_once_their_words_are_gone() -> None:
    story = ticket(START).asks(START, "The export fails.").waits("Mon 12 Jan 10:00")
    for when in ("Tue 13 Jan 10:00", "Wed 14 Jan 10:00"):
        story = story.says(when, SLABOT, "We are still waiting for your answer")
        story = story.says(when.replace("10:00", "10:01"), CUSTOMER, "", text_gone=True, looked_automatic=True)
    told = [action.key for action in story.decide("Thu 15 Jan 12:00", rules()).due_now]
    assert [key for key in told if "/note/robots/" in key]


def test_the_words_of_an_automatic_reply_can_be_taken_out_of_the_note_about_it() -> None:
    away = 'I am out of the office, says "Zacharias", until Monday.'
    (note,) = waiting(away).decide("Mon 26 Jan 12:00", rules()).due_now
    assert "Zacharias" in note.because
    left = without_quotes(note.because)
    assert not any(word in left for word in ("Zacharias", "out of the office", "I am"))
