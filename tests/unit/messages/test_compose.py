from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from slabot.channels.slack.message import render
from slabot.domain import Acknowledged, Claimed, Snoozed, Unacknowledged
from slabot.messages.bundle import line
from slabot.messages.compose import compose
from slabot.messages.naming import named
from slabot.messages.styles import PlainText
from slabot.messages.view import (
    AcknowledgedBy,
    AnsweredInTime,
    ClaimedBy,
    MissedBy,
    NextStep,
    Open,
    PageView,
    SnoozedUntil,
    Superseded,
    Who,
)
from slabot.rules import Kind
from tests.fixtures.policies import RESOLUTION, policy, with_clocks
from tests.fixtures.tickets import SOLVED, Story, clock, due, ticket
from tests.fixtures.times import at

PEOPLE = {"agent-7": "Ravi"}
PLAIN = PlainText(ZoneInfo("Asia/Kolkata"))
PRIYA = Who(None, "U0PRIYA")

CRITICAL = ticket("Sat 10 Jan 02:00", subject="Production down since midnight", url="https://acme.example/4711")


def view(story: Story, now: str, name: str = "first_response", rules: Any = None, **more: Any) -> PageView:
    rules = rules or policy()
    decision = story.decide(now, rules)
    pages = due(decision, Kind.PAGE)
    composed = compose(
        ticket=story.ticket,
        timeline=story.timeline,
        policy=rules,
        decision=decision,
        clock=clock(decision, name),
        key="k",
        generation=3,
        action=pages[0] if pages else None,
        **more,
    )
    return named(composed, PEOPLE)


def acknowledged(when: str) -> Acknowledged:
    return Acknowledged(at=at(when), by_id="U0PRIYA")


def test_a_page_says_what_was_decided() -> None:
    shown = view(CRITICAL, "Sat 10 Jan 03:00")
    assert shown.severity == "critical"
    assert shown.because == ('rule "Product unusable": the subject says "Production down"',)
    assert (shown.due_at, shown.met_until) == (at("Sat 10 Jan 04:00"), at("Sat 10 Jan 04:00"))
    assert shown.left == timedelta(hours=1)
    assert shown.overdue == timedelta()
    assert shown.always_open
    assert shown.rung == "50% used"
    assert shown.why_now.startswith("50% of 2h used")
    assert (shown.organization, shown.requester) == ("Customer Ltd", "ana@customer.example")
    assert shown.state == Open()
    assert shown.next_steps[:3] == (
        NextStep(at("Sat 10 Jan 03:30"), "75% used"),
        NextStep(at("Sat 10 Jan 03:45"), "15m before"),
        NextStep(at("Sat 10 Jan 04:00"), "breach"),
    )


def test_working_time_is_told_as_such_and_both_instants_stand_there() -> None:
    shown = view(ticket("Fri 9 Jan 18:00", priority="high"), "Fri 9 Jan 23:30")
    assert shown.left == timedelta(minutes=30)
    assert not shown.always_open
    assert (shown.due_at, shown.met_until) == (at("Sat 10 Jan 00:00"), at("Mon 12 Jan 00:00"))
    assert "Nobody works in between" in render(shown).text


def test_between_due_and_met_until_no_time_is_left_and_nothing_is_late() -> None:
    shown = view(ticket("Fri 9 Jan 18:00", priority="high"), "Sun 11 Jan 12:00")
    assert (shown.left, shown.overdue, shown.past) == (timedelta(), timedelta(), False)


def test_past_the_deadline_it_counts_up() -> None:
    shown = view(CRITICAL, "Sat 10 Jan 04:30")
    assert shown.overdue == timedelta(minutes=30)
    assert shown.past
    assert {step.rung for step in shown.next_steps} == {"30m after, then every 30m for 3 days"}
    assert [step.repetition for step in shown.next_steps] == list(range(1, len(shown.next_steps) + 1))


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (acknowledged("Sat 10 Jan 03:12"), AcknowledgedBy(PRIYA, at("Sat 10 Jan 03:12"))),
        (Claimed(at=at("Sat 10 Jan 03:12"), by_id="agent-7"), ClaimedBy(Who("Ravi"), at("Sat 10 Jan 03:12"))),
        (
            Snoozed(at=at("Sat 10 Jan 03:12"), until=at("Sat 10 Jan 03:40"), by_id="U0NEW"),
            SnoozedUntil(Who(None, "U0NEW"), at("Sat 10 Jan 03:40")),
        ),
        (Acknowledged(at=at("Sat 10 Jan 03:12")), AcknowledgedBy(Who(None), at("Sat 10 Jan 03:12"))),
        (replace(acknowledged("Sat 10 Jan 03:12"), clock="another"), Open()),
    ],
    ids=["acknowledged", "claimed", "snoozed", "by nobody known", "another clock"],
)
def test_who_has_it_is_read_off_the_timeline(event: Any, state: Any) -> None:
    story = CRITICAL.paged("Sat 10 Jan 03:00", "50% used").happens(event)
    assert view(story, "Sat 10 Jan 03:15").state == state


def test_an_acknowledgement_that_was_taken_back_is_gone() -> None:
    story = CRITICAL.happens(acknowledged("Sat 10 Jan 03:12"), Unacknowledged(at=at("Sat 10 Jan 03:13")))
    assert view(story, "Sat 10 Jan 03:15").state == Open()


def test_once_pages_go_on_it_is_open_again_and_says_who_had_it() -> None:
    story = CRITICAL.paged("Sat 10 Jan 03:00", "50% used").happens(acknowledged("Sat 10 Jan 03:12"))
    again = Open((PRIYA, at("Sat 10 Jan 03:12")))
    assert isinstance(view(story, "Sat 10 Jan 03:41").state, AcknowledgedBy)
    due_again = view(story, "Sat 10 Jan 03:42")
    assert due_again.state == again
    assert due_again.rung is not None
    assert view(story.paged("Sat 10 Jan 03:42", due_again.rung), "Sat 10 Jan 03:43").state == again


def test_a_raised_severity_ends_the_quiet() -> None:
    story = ticket("Mon 12 Jan 09:00", priority="normal").happens(
        Acknowledged(at=at("Mon 12 Jan 10:00"), by_id="U0PRIYA")
    )
    raised = story.severity("Mon 12 Jan 10:05", "critical")
    assert view(raised, "Mon 12 Jan 10:06").state == Open((PRIYA, at("Mon 12 Jan 10:00")))


def test_an_answer_in_time_says_what_was_to_spare() -> None:
    shown = view(CRITICAL.answers("Sat 10 Jan 03:20"), "Sat 10 Jan 03:21")
    assert shown.state == AnsweredInTime(at("Sat 10 Jan 03:20"), timedelta(minutes=40))
    assert shown.next_steps == ()


def test_an_answer_too_late_says_by_how_much() -> None:
    shown = view(CRITICAL.answers("Sat 10 Jan 04:35"), "Sat 10 Jan 04:36")
    assert shown.state == MissedBy(timedelta(minutes=35), at("Sat 10 Jan 04:35"))


def test_solved_too_late_without_an_answer_is_told_apart() -> None:
    shown = view(CRITICAL.becomes("Sat 10 Jan 04:35", SOLVED), "Sat 10 Jan 04:36")
    assert shown.state == MissedBy(timedelta(minutes=35), at("Sat 10 Jan 04:35"), answered=False)


@pytest.mark.parametrize(
    ("story", "why"),
    [
        (CRITICAL.becomes("Sat 10 Jan 03:05", SOLVED), "the ticket was solved or closed before an answer was due"),
        (CRITICAL.merged("Sat 10 Jan 03:05"), "the ticket was merged into 4700"),
        (CRITICAL.merged("Sat 10 Jan 03:05", None), "the ticket was merged"),
        (CRITICAL.deleted("Sat 10 Jan 03:05"), "the ticket was deleted"),
        (CRITICAL.spam("Sat 10 Jan 03:05"), "the ticket was marked as spam"),
    ],
)
def test_a_page_that_no_longer_applies_says_why(story: Story, why: str) -> None:
    assert view(story, "Sat 10 Jan 03:06").state == Superseded(why, at("Sat 10 Jan 03:05"))


def test_a_paused_clock_says_since_when() -> None:
    rules = policy(with_clocks(RESOLUTION))
    story = ticket("Mon 12 Jan 09:00", priority="high").waits("Mon 12 Jan 10:00")
    shown = view(story, "Mon 12 Jan 11:00", "resolution", rules)
    assert (shown.due_at, shown.paused_since) == (None, at("Mon 12 Jan 10:00"))
    assert "Paused since" in render(shown).text


def test_the_assignee_is_named_where_the_name_is_known() -> None:
    assert view(CRITICAL, "Sat 10 Jan 03:00", assignee="agent-7").assignee == Who("Ravi")
    assert view(CRITICAL, "Sat 10 Jan 03:00", assignee="4242").assignee == Who(None)
    assert view(CRITICAL, "Sat 10 Jan 03:00").assignee is None


GOLD = {"name": "gold", "when": {"tags": ["vip"]}, "severities": {"critical": {"respond_within": "1h"}}}


def test_a_page_says_which_agreement_holds_where_it_is_not_the_files_own() -> None:
    vip = replace(CRITICAL, ticket=replace(CRITICAL.ticket, tags=("vip",)))
    shown = view(vip, "Sat 10 Jan 02:30", rules=policy({"agreements": [GOLD]}))
    assert shown.agreement == "gold"
    assert "promised within 1 hour by the agreement “gold”, is due" in render(shown).text
    assert line(replace(shown, organization="Gold Ltd"), PLAIN).endswith(", Gold Ltd (gold)")
    plainly = view(CRITICAL, "Sat 10 Jan 03:00", rules=policy({"agreements": [GOLD]}))
    assert "agreement" not in render(plainly).text
    assert "(" not in line(replace(plainly, organization="Gold Ltd"), PLAIN)
