"""What follows from each line of the default policy, config.example.yaml?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.policy import Mode
from slabot.rules import Action, GovernedRun, Kind, Proposal, govern
from tests.fixtures.policies import policy
from tests.fixtures.tickets import PENDING, THIRD_PARTY, clock, only, planned, ticket
from tests.fixtures.times import at

SATURDAY = "Sat 10 Jan 15:00"


@pytest.mark.parametrize(
    ("severity", "within"),
    [("critical", "1h"), ("high", "36h"), ("medium", "36h"), ("low", "36h")],
)
def test_all_but_critical_are_answered_by_the_end_of_the_next_working_day(severity: str, within: str) -> None:
    # With longer targets than the agreement's, of which only that of low reaches past the next working day.
    rules = policy({f"severities.{severity}.respond_within": within})
    due_at = clock(ticket(SATURDAY).severity(SATURDAY, severity).decide(SATURDAY, rules)).due_at
    assert due_at == (at("Sat 10 Jan 16:00") if severity == "critical" else at("Tue 13 Jan 00:00"))


@pytest.mark.parametrize(
    ("priority", "severity"),
    [("urgent", "critical"), ("high", "high"), ("normal", "medium"), ("medium", "medium"), ("low", "low")],
)
def test_each_priority_of_a_helpdesk_means_a_severity(priority: str, severity: str) -> None:
    rules = policy({"classify.otherwise": "low" if severity != "low" else "high"})
    assert ticket(priority=priority).decide("Mon 12 Jan 09:00", rules).severity.severity == severity


@pytest.mark.parametrize(
    ("severity", "priority"), [("critical", "urgent"), ("high", "high"), ("medium", "normal"), ("low", "low")]
)
def test_each_severity_is_written_back_as_its_priority(severity: str, priority: str) -> None:
    rules = policy({"classify.mode": "act", "exempt.severities": []})
    story = ticket().severity("Mon 12 Jan 09:00", severity)
    assert only(story.decide("Mon 12 Jan 09:00", rules), Kind.SET_SEVERITY).fact("priority") == priority
    assert rules.severities[severity].priority == priority


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        *((text, "critical") for text in ("production down", "cannot start", "ransomware", "data breach")),
        ("active attack", "critical"),
        ("no workaround", "high"),
        ("business stopped", "high"),
    ],
)
def test_each_rule_gives_its_severity(text: str, severity: str) -> None:
    assert ticket().asks("Mon 12 Jan 09:00", text).decide("Mon 12 Jan 09:00").severity.severity == severity


@pytest.mark.parametrize(
    ("priority", "severity"), [("urgent", "critical"), ("high", "high"), ("normal", "low"), (None, "low")]
)
def test_a_routine_question_is_low_unless_the_helpdesk_says_urgent_or_high(priority: str | None, severity: str) -> None:
    story = ticket(subject="How to export", priority=priority)
    assert story.decide("Mon 12 Jan 09:00").severity.severity == severity


def test_updates_from_third_parties_are_owed_in_working_days_of_the_support_week() -> None:
    story = ticket().answers("Mon 12 Jan 09:30").becomes("Fri 16 Jan 10:00", THIRD_PARTY)
    found = clock(story.decide("Fri 16 Jan 12:00"), "third_party_update")
    assert found.due_at == at("Tue 20 Jan 10:00")
    assert found.terms.calendar.name == "support_week"
    assert planned(story.decide("Fri 16 Jan 12:00"), Kind.NUDGE)[0] == at("Tue 20 Jan 10:00")
    assert clock(
        story.becomes("Mon 19 Jan 00:00", PENDING).decide("Tue 20 Jan 12:00"), "third_party_update"
    ).elapsed == (timedelta(hours=14))


@pytest.mark.parametrize(("priority", "due_at"), [("normal", "Mon 12 Jan 21:00"), ("low", "Wed 14 Jan 09:00")])
def test_medium_and_low_are_paged_about_one_hour_before_and_at_the_breach(priority: str, due_at: str) -> None:
    decision = ticket("Mon 12 Jan 09:00", priority=priority).decide("Mon 12 Jan 09:00")
    assert planned(decision, Kind.PAGE) == [at(due_at) - timedelta(hours=1), at(due_at)]


def run_of(tickets: int, *, open_tickets: int) -> GovernedRun:
    """So many tickets are to be solved at once, under the limits of the default policy."""
    now = at("Mon 12 Jan 12:00")
    actions = [
        Action(kind=Kind.AUTO_SOLVE, mode=Mode.ACT, at=now, key=f"{number}", because="…") for number in range(tickets)
    ]
    proposals = [Proposal(f"acme/{action.key}", action) for action in actions]
    return govern(proposals, policy().limits, open_tickets=open_tickets, now=now, every=timedelta(minutes=1))


def test_fifty_writes_go_out_in_a_run_and_a_hundred_tickets_or_a_fifth_of_them_do_not_stop_it() -> None:
    run = run_of(60, open_tickets=1000)
    assert (len(run.allowed), len(run.held), run.tripped) == (50, 10, None)
    assert run_of(100, open_tickets=1000).tripped is None
    assert run_of(101, open_tickets=1000).tripped is not None
    assert run_of(20, open_tickets=100).tripped is None
    assert run_of(21, open_tickets=100).tripped is not None


def test_the_texts_of_messages_are_kept_for_thirty_days() -> None:
    assert policy().keep_text == timedelta(days=30)


def test_more_than_ten_pages_waiting_for_a_channel_are_a_storm() -> None:
    assert policy().storm.above == 10
