"""Does a severity rest on what was agreed, and change as agreed?

Each paragraph of a docstring is a clause of the agreement: `tests/golden/test_agreement_is_covered.py`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.rules import Kind, SeveritySource, Verdict
from tests.fixtures.tickets import AUTOMATION, CUSTOMER, SYSTEM, Story, clock, due, only, ticket
from tests.fixtures.times import at


def test_severity_rests_on_the_evidence_that_the_customer_gave() -> None:
    """Severity is set on the evidence the customer gave, by the definitions above."""
    story = ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:00", "Since 8:50 our Production  Down alarm rings")
    found = story.decide("Mon 12 Jan 09:00").severity
    assert (found.severity, found.source) == ("critical", SeveritySource.RULE)
    assert found.because == ('rule "Product unusable": the customer says "Production Down"',)


def _precedence(agent: bool, by_rule: bool, native: bool) -> Story:
    story = ticket("Mon 12 Jan 09:00", priority="urgent" if native else None)
    if agent:
        story = story.severity("Mon 12 Jan 09:10", "low")
    if by_rule:
        story = story.asks("Mon 12 Jan 09:20", "There is no workaround")
    return story


@pytest.mark.parametrize(
    ("agent", "by_rule", "native", "severity", "source"),
    [
        (True, True, True, "low", SeveritySource.AGENT),
        (True, True, False, "low", SeveritySource.AGENT),
        (True, False, True, "low", SeveritySource.AGENT),
        (True, False, False, "low", SeveritySource.AGENT),
        (False, True, True, "high", SeveritySource.RULE),
        (False, True, False, "high", SeveritySource.RULE),
        (False, False, True, "critical", SeveritySource.PRIORITY),
        (False, False, False, "medium", SeveritySource.DEFAULT),
    ],
)
def test_an_agents_choice_beats_a_rules_beats_the_priority_beats_the_default(
    agent: bool, by_rule: bool, native: bool, severity: str, source: SeveritySource
) -> None:
    """Severity in force at a time: an agent's or admin's choice > a rule's

    > the native priority's > the default, whatever came last;
    """
    found = _precedence(agent, by_rule, native).decide("Mon 12 Jan 10:00").severity
    assert (found.severity, found.source) == (severity, source)


def test_the_stronger_choice_stands_though_the_weaker_one_comes_later() -> None:
    """> the native priority's > the default, whatever came last;"""
    chosen = (
        ticket("Mon 12 Jan 09:00").severity("Mon 12 Jan 09:10", "low").priority("Mon 12 Jan 09:20", "urgent", SYSTEM)
    )
    assert chosen.decide("Mon 12 Jan 10:00").severity.severity == "low"
    by_rule = (
        ticket("Mon 12 Jan 09:00")
        .asks("Mon 12 Jan 09:00", "No workaround")
        .priority("Mon 12 Jan 09:20", "low", AUTOMATION)
    )
    assert by_rule.decide("Mon 12 Jan 10:00").severity.severity == "high"


def test_an_agents_change_of_priority_is_a_choice() -> None:
    """an agent's or admin's choice"""
    story = ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:00", "No workaround").priority("Mon 12 Jan 09:30", "low")
    found = story.decide("Mon 12 Jan 10:00").severity
    assert (found.severity, found.source, found.since) == ("low", SeveritySource.AGENT, at("Mon 12 Jan 09:30"))


def test_a_customers_lower_priority_is_noted_and_changes_nothing() -> None:
    """a customer's later change of priority is evidence for the rules and a reason to tell people, never a
    downgrade.
    """
    story = ticket("Mon 12 Jan 09:00", priority="high").priority("Mon 12 Jan 09:30", "low", CUSTOMER)
    decision = story.decide("Mon 12 Jan 09:30")
    assert decision.severity.severity == "high"
    note = only(decision, Kind.NOTE)
    assert note.because == (
        'the customer changed the priority from the priority "high" to the priority "low" at '
        "Mon 12 Jan 2026 09:30 +05:30; the severity stays as it is; an agent decides"
    )
    assert due(story.noted("Mon 12 Jan 09:31", note.key).decide("Mon 12 Jan 09:31"), Kind.NOTE) == []


def test_a_customers_higher_priority_raises_the_severity() -> None:
    """is evidence for the rules and a reason to tell people"""
    decision = ticket("Mon 12 Jan 09:00").priority("Mon 12 Jan 09:30", "urgent", CUSTOMER).decide("Mon 12 Jan 09:30")
    assert (decision.severity.severity, clock(decision).due_at) == ("critical", at("Mon 12 Jan 11:00"))
    assert only(decision, Kind.NOTE).because.endswith("the severity was raised by it")


def test_rules_read_all_customer_messages_until_the_answer() -> None:
    """Rules read all customer messages while the ticket is unanswered."""
    story = (
        ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:00", "It is slow").asks("Mon 12 Jan 10:00", "Now: system down")
    )
    assert story.decide("Mon 12 Jan 09:59:59").severity.severity == "medium"
    assert story.decide("Mon 12 Jan 10:00").severity.severity == "critical"
    answered = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 09:30").asks("Mon 12 Jan 10:00", "Now: system down")
    assert clock(answered.decide("Mon 12 Jan 10:00")).terms.severity == "medium"


def test_severity_freezes_for_a_clock_that_stops() -> None:
    """It freezes for a clock when that clock stops."""
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 15:00").severity("Mon 12 Jan 16:00", "critical")
    decision = story.decide("Mon 12 Jan 16:00")
    assert decision.severity.severity == "critical"
    assert (clock(decision).terms.severity, clock(decision).verdict) == ("medium", Verdict.MET)


def test_an_answer_that_raises_the_severity_in_the_same_second_was_given_under_the_former_one() -> None:
    """It freezes for a clock when that clock stops."""
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 15:00").priority("Mon 12 Jan 15:00", "urgent")
    found = clock(story.decide("Mon 12 Jan 16:00"))
    assert (found.terms.severity, found.verdict) == ("medium", Verdict.MET)


def test_a_change_of_severity_keeps_the_start_and_takes_the_new_target_and_calendar() -> None:
    """Severity changes: the start stays; target and calendar follow the severity in force; elapsed is recomputed."""
    story = ticket("Fri 9 Jan 18:00", priority="high").severity("Sun 11 Jan 10:00", "critical")
    before, after = clock(story.decide("Sun 11 Jan 09:59:59")), clock(story.decide("Sun 11 Jan 10:00"))
    assert (before.started_at, before.due_at) == (at("Fri 9 Jan 18:00"), at("Sat 10 Jan 00:00"))
    assert (before.elapsed, before.terms.calendar.name) == (timedelta(hours=6), "support_week")
    assert (after.started_at, after.due_at) == (at("Fri 9 Jan 18:00"), at("Fri 9 Jan 20:00"))
    assert (after.elapsed, after.terms.calendar.name) == (timedelta(hours=40), "around_the_clock")


def test_a_miss_stays_though_the_severity_is_lowered_afterwards() -> None:
    """Lowered after a miss: the miss stays."""
    story = ticket("Mon 12 Jan 09:00", priority="urgent").severity("Mon 12 Jan 11:00:01", "low")
    found = clock(story.answers("Mon 12 Jan 12:00").decide("Mon 12 Jan 12:00"))
    assert (found.verdict, found.terms.severity) == (Verdict.MISSED, "low")
    assert found.missed is not None
    assert (found.missed.severity, found.missed.met_until) == ("critical", at("Mon 12 Jan 11:00"))
    in_time = ticket("Mon 12 Jan 09:00", priority="urgent").severity("Mon 12 Jan 11:00", "low")
    assert clock(in_time.answers("Mon 12 Jan 12:00").decide("Mon 12 Jan 12:00")).verdict is Verdict.MET
