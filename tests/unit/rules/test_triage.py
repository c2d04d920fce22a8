"""Which severities is a person asked about, until when, and what came of it?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.policy import Policy, TriageAbout
from slabot.rules import Action, Decision, Kind, SeveritySource
from slabot.rules.questions import End, TicketQuestion
from tests.fixtures.policies import NO_RULES, policy
from tests.fixtures.tickets import AGENT, AUTOMATION, SOLVED, Story, ticket
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
UNDECIDED = "All users cannot log in."
BROKEN = "The export does not work."
QUESTION = "How do I rename a report?"
DOWN = "All agents are offline since this morning, nobody can work."
QUIET = {"calendars.nights": {"time_zone": "Asia/Kolkata", "open": {"mon-sun": ["22:00-08:00"]}}}


def rules(**triage: Any) -> Policy:
    edits = {"classify.reader": {"mode": "act"}, "classify.triage": {"to": ["#triage"], **triage}}
    return policy(NO_RULES, edits)


def decided(story: Story, now: str = "Mon 12 Jan 09:05", **triage: Any) -> Decision:
    return story.decide(now, rules(**triage))


def asked(decision: Decision) -> list[Action]:
    return [action for action in decision.due_now if action.kind is Kind.ASK]


def only(decision: Decision) -> TicketQuestion:
    [question] = decision.asked
    return question


def test_a_text_that_bears_two_severities_is_asked_about_and_counts_as_the_more_severe() -> None:
    decision = decided(ticket(START).asks(START, UNDECIDED))
    question = only(decision)
    assert question.waits
    assert (question.asks, question.between) == (TriageAbout.UNDECIDED, ("critical", "high"))
    assert (decision.severity.severity, question.severity) == ("critical", "critical")
    assert question.quotes == ("All users cannot log in",)
    [ask] = asked(decision)
    assert ask.because == "the severity may be critical or high, so a person is asked which it is"
    assert (ask.at, ask.fact("to")) == (at(START), "#triage")
    assert ask.key == f"{decision.case.ticket.reference}/ask/{question.label}"  # type: ignore[union-attr]


def test_a_text_that_reads_below_the_native_priority_is_asked_about_and_the_priority_counts() -> None:
    decision = decided(ticket(START, priority="urgent").asks(START, QUESTION))
    question = only(decision)
    assert (question.asks, question.between) == (TriageAbout.BELOW_PRIORITY, ("critical", "low"))
    assert decision.severity.severity == "critical"


@pytest.mark.parametrize(
    ("text", "priority"), [(DOWN, None), (DOWN, "low"), (DOWN, "urgent"), (QUESTION, None), (QUESTION, "low")]
)
def test_a_text_that_decides_is_not_asked_about(text: str, priority: str | None) -> None:
    assert decided(ticket(START, priority=priority).asks(START, text)).asked == ()


def test_where_the_policy_says_so_every_severity_is_asked_about_that_nobody_has_confirmed() -> None:
    story = ticket(START).asks(START, DOWN)
    question = only(decided(story, about=["unconfirmed"]))
    assert (question.asks, question.between) == (TriageAbout.UNCONFIRMED, ("critical",))
    confirmed = story.severity("Mon 12 Jan 09:03", "critical")
    assert only(decided(confirmed, about=["unconfirmed"])).outcome is not None


def test_nobody_is_asked_unless_the_policy_names_whom() -> None:
    decision = (
        ticket(START).asks(START, UNDECIDED).decide(START, policy(NO_RULES, {"classify.reader": {"mode": "act"}}))
    )
    assert decision.asked == ()
    assert asked(decision) == []


def test_a_rule_of_the_file_decides() -> None:
    by_rule = policy(
        {"classify.rules": [{"name": "Login", "severity": "low", "when": {"text": ["log in"]}}]},
        {"classify.reader": {"mode": "act"}, "classify.triage": {"to": ["#triage"]}},
    )
    assert ticket(START).asks(START, UNDECIDED).decide(START, by_rule).asked == ()


# ── What comes of it ────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_agents_choice_answers_it_by_whatever_way() -> None:
    story = ticket(START).asks(START, UNDECIDED)
    for chosen, value in (
        (story.severity("Mon 12 Jan 09:03", "high"), "high"),
        (story.priority("Mon 12 Jan 09:03", "normal"), "medium"),
    ):
        decision = decided(chosen)
        outcome = only(decision).outcome
        assert outcome is not None
        assert (outcome.end, outcome.value, outcome.at) == (End.SAID, value, at("Mon 12 Jan 09:03"))
        assert (decision.severity.severity, decision.severity.source) == (value, SeveritySource.AGENT)
        assert asked(decision) == []


def test_machines_read_what_was_asked_and_what_came_of_it() -> None:
    story = ticket(START).asks(START, UNDECIDED).severity("Mon 12 Jan 09:03", "high")
    [asked_about] = decided(story).as_json()["asked"]
    assert (asked_about["between"], asked_about["because"]) == (["critical", "high"], "undecided")
    assert (asked_about["ended"]["because"], asked_about["ended"]["value"]) == ("said", "high")
    assert "asked" not in ticket(START).asks(START, UNDECIDED).decide(START).as_json()


def test_what_the_customer_writes_later_may_settle_it() -> None:
    decision = decided(ticket(START).asks(START, UNDECIDED).asks("Mon 12 Jan 09:02", DOWN))
    outcome = only(decision).outcome
    assert outcome is not None
    assert (outcome.end, outcome.value, outcome.at) == (End.SETTLED, "critical", at("Mon 12 Jan 09:02"))


def test_an_answer_a_solve_and_a_merge_end_it() -> None:
    story = ticket(START).asks(START, UNDECIDED)
    ends = {
        End.ANSWERED: story.says("Mon 12 Jan 09:03", AGENT, "We look into it."),
        End.SOLVED: story.becomes("Mon 12 Jan 09:03", SOLVED),
        End.GONE: story.merged("Mon 12 Jan 09:03", "4700"),
    }
    for end, ended in ends.items():
        decision = decided(ended)
        outcome = only(decision).outcome
        assert outcome is not None, end
        assert (outcome.end, outcome.at) == (end, at("Mon 12 Jan 09:03"))
        assert asked(decision) == []


def test_a_choice_after_the_answer_changes_nothing_of_how_it_ended() -> None:
    story = ticket(START).asks(START, UNDECIDED).says("Mon 12 Jan 09:02", AGENT, "We look into it.")
    outcome = only(decided(story.severity("Mon 12 Jan 09:03", "high"))).outcome
    assert outcome is not None
    assert outcome.end is End.ANSWERED


# ── Its own clock ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_asked_once_and_then_reminded_of_in_its_time() -> None:
    story = ticket(START).asks(START, UNDECIDED)
    [ask] = asked(decided(story))
    told = story.noted("Mon 12 Jan 09:00", ask.key)
    assert asked(decided(told, "Mon 12 Jan 09:14")) == []
    assert decided(told, "Mon 12 Jan 09:00").next_look is not None
    [first] = asked(decided(told, "Mon 12 Jan 09:15"))
    assert first.at == only(decided(told)).due == at("Mon 12 Jan 09:15")
    assert first.because.endswith("and nobody has said which it is in 15 min")
    assert first.fact("reminder") == "1"
    again = told.noted("Mon 12 Jan 09:15", first.key)
    assert asked(decided(again, "Mon 12 Jan 09:44")) == []
    [second] = asked(decided(again, "Mon 12 Jan 09:45"))
    assert second.key != first.key


def test_of_several_reminders_that_are_due_the_newest_comes_alone_and_they_end() -> None:
    story = ticket(START).asks(START, UNDECIDED)
    [ask] = asked(decided(story))
    told = story.noted("Mon 12 Jan 09:00", ask.key)
    [reminder] = asked(decided(told, "Mon 12 Jan 13:00"))
    assert reminder.fact("reminder") == "3"
    assert asked(decided(told.noted("Mon 12 Jan 13:00", reminder.key), "Mon 12 Jan 14:00")) == []
    assert asked(decided(told, "Mon 12 Jan 13:00", reminders=0)) == []


@pytest.mark.parametrize(
    ("calendar", "due"),
    [(None, "Sat 10 Jan 12:15"), ("around_the_clock", "Sat 10 Jan 12:15"), ("support_week", "Mon 12 Jan 00:15")],
)
def test_its_time_is_counted_in_the_calendar_that_is_named_or_in_that_of_its_severity(
    calendar: str | None, due: str
) -> None:
    triage = {} if calendar is None else {"calendar": calendar}
    question = only(
        decided(ticket("Sat 10 Jan 12:00").asks("Sat 10 Jan 12:00", UNDECIDED), "Sat 10 Jan 12:00", **triage)
    )
    assert question.due == at(due)


def test_quiet_hours_hold_questions_and_reminders_as_they_hold_pages() -> None:
    quiet = policy(
        NO_RULES,
        {"classify.reader": {"mode": "act"}, "classify.triage": {"to": ["#triage"], "about": "unconfirmed"}},
        {**QUIET, "quiet_hours": {"calendar": "nights", "severities": ["medium"]}},
    )
    story = ticket("Mon 12 Jan 23:00").asks("Mon 12 Jan 23:00", "The report shows the wrong logo on one page.")
    decision = story.decide("Mon 12 Jan 23:30", quiet)
    assert decision.severity.severity == "medium"
    assert asked(decision) == []
    [ask] = asked(story.decide("Tue 13 Jan 08:00", quiet))
    assert "held from Mon 12 Jan 2026 23:00" in ask.because
    told = story.noted("Tue 13 Jan 08:00", ask.key)
    [reminder] = asked(told.decide("Tue 13 Jan 08:00", quiet))
    assert reminder.at == at("Tue 13 Jan 08:00")


def test_everybody_who_is_named_is_asked_once() -> None:
    story = ticket(START).asks(START, UNDECIDED)
    to = ["#triage", "user:maya@acme.example", "group:@leads"]
    asks = asked(decided(story, to=to))
    assert [ask.fact("to") for ask in asks] == ["#triage", "user:maya@acme.example"]
    assert {ask.fact("mention") for ask in asks} == {"user:maya@acme.example, group:@leads"}
    [other] = asked(decided(story.noted("Mon 12 Jan 09:01", asks[0].key), to=to))
    assert other.key == asks[1].key


def test_tickets_from_before_the_start_and_those_without_a_promise_are_not_asked_about() -> None:
    story = ticket(START).asks(START, UNDECIDED)
    late = policy(
        NO_RULES,
        {"classify.reader": {"mode": "act"}, "classify.triage": {"to": ["#triage"]}, "start_from": "2026-02-01"},
    )
    assert asked(story.decide(START, late)) == []
    ours = policy(
        NO_RULES,
        {"classify.reader": {"mode": "act"}, "classify.triage": {"to": ["#triage"]}},
        {"agreements": [{"name": "ours", "when": {"organization": ["Customer Ltd"]}, "no_promise": "our own people"}]},
    )
    assert story.decide(START, ours).asked == ()


def test_words_that_are_no_longer_kept_leave_the_question_as_it_was() -> None:
    story = ticket(START).asks(START, "", text_gone=True)
    pinned = story.severity(START, "critical", by=AUTOMATION, or_else="high", by_reader=True, reason="it reads so")
    question = only(decided(pinned))
    assert (question.between, question.quotes, question.reason) == (("critical", "high"), (), "it reads so")
    assert question.since + timedelta(minutes=15) == question.due
