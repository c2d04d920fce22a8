"""Which severity has a request, and what does it take to change it?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import SECOND
from slabot.policy import Mode, Policy
from slabot.rules import Assessment, Kind, SeveritySource, assessments
from slabot.rules.severity import SeverityHistory
from tests.fixtures.policies import NO_RULES, SEVERITY_ACTS, Edits, policy, rule
from tests.fixtures.tickets import AGENT, AUTOMATION, CUSTOMER, SLABOT, SOLVED, SYSTEM, Story, clock, due, only, ticket
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
LATER = "Mon 12 Jan 20:00"
NOON = at("Mon 12 Jan 12:00")


# ── The native priority, and what people choose ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("priority", "severity", "source", "because"),
    [
        ("urgent", "critical", SeveritySource.PRIORITY, 'the helpdesk\'s priority is "urgent"'),
        ("HIGH", "high", SeveritySource.PRIORITY, 'the helpdesk\'s priority is "HIGH"'),
        (None, "medium", SeveritySource.DEFAULT, "no rule matched and the helpdesk gives no priority, so it is medium"),
        (
            "blocker",
            "medium",
            SeveritySource.DEFAULT,
            'no rule matched and the helpdesk gives the priority "blocker", which the policy does not list, '
            "so it is medium",
        ),
    ],
)
def test_the_native_priority_counts_where_nobody_says_more(
    priority: str | None, severity: str, source: SeveritySource, because: str
) -> None:
    found = ticket(START, priority=priority).decide(START).severity
    assert (found.severity, found.source, found.because) == (severity, source, (because,))


@pytest.mark.parametrize("by", [AUTOMATION, SYSTEM, SLABOT])
def test_a_priority_that_nobody_chose_is_the_native_one(by: Any) -> None:
    story = ticket(START).priority("Mon 12 Jan 10:00", "urgent", by)
    found = story.decide("Mon 12 Jan 10:00").severity
    assert (found.severity, found.source, found.since) == ("critical", SeveritySource.PRIORITY, at("Mon 12 Jan 10:00"))


def test_an_agents_choice_says_who_chose_when_and_why() -> None:
    story = ticket(START).severity("Mon 12 Jan 10:00", "critical", by_id="7", reason="the bank is down")
    assert story.decide("Mon 12 Jan 10:00").severity.because == (
        "agent 7 chose critical at Mon 12 Jan 2026 10:00 +05:30: the bank is down",
    )
    named = ticket(START).priority("Mon 12 Jan 10:00", "high")
    assert named.decide("Mon 12 Jan 10:00").severity.because == (
        'an agent set the priority to "high" at Mon 12 Jan 2026 10:00 +05:30',
    )


def test_the_last_choice_of_an_agent_stands() -> None:
    story = ticket(START).severity("Mon 12 Jan 10:00", "critical").priority("Mon 12 Jan 11:00", "low")
    assert story.decide("Mon 12 Jan 10:59").severity.severity == "critical"
    assert story.decide("Mon 12 Jan 11:00").severity.severity == "low"
    unlisted = story.priority("Mon 12 Jan 12:00", "blocker")  # means nothing here, so it is no choice
    assert unlisted.decide("Mon 12 Jan 12:00").severity.severity == "low"


@pytest.mark.parametrize("by", [SYSTEM, CUSTOMER])
def test_only_people_of_support_choose_a_severity_by_name(by: Any) -> None:
    assert ticket(START).severity(START, "critical", by).decide(START).severity.severity == "medium"
    assert (
        ticket(START).severity(START, "critical", SLABOT).decide(START).severity.source is SeveritySource.AGENT
    )  # a button


def test_a_severity_that_the_policy_no_longer_has_is_passed_over() -> None:
    assert ticket(START).severity(START, "blocker").decide(START).severity.severity == "medium"


def _wishing(story: Story, to: str | None) -> Story:
    return story.priority("Mon 12 Jan 10:00", to, CUSTOMER)


@pytest.mark.parametrize(
    ("before", "to", "severity", "raised"),
    [
        (None, "high", "high", True),
        (None, "normal", "medium", False),
        (None, "low", "medium", False),
        ("high", "urgent", "critical", True),
        ("high", "high", "high", False),
        ("high", "low", "high", False),
        ("high", None, "high", False),
        ("high", "blocker", "high", False),
    ],
)
def test_a_customers_change_of_priority_may_raise_and_never_lowers(
    before: str | None, to: str | None, severity: str, raised: bool
) -> None:
    decision = _wishing(ticket(START, priority=before), to).decide("Mon 12 Jan 10:00")
    assert decision.severity.severity == severity
    effect = "the severity was raised by it" if raised else "the severity stays as it is; an agent decides"
    assert only(decision, Kind.NOTE).because.endswith(effect)


def test_a_wish_for_what_is_in_force_anyway_is_no_evidence() -> None:
    assert _wishing(ticket(START), "normal").decide("Mon 12 Jan 10:00").severity.source is SeveritySource.DEFAULT


def test_a_wish_does_not_raise_what_an_agent_chose_and_does_not_say_so() -> None:
    decision = _wishing(ticket(START).severity("Mon 12 Jan 09:30", "low"), "urgent").decide("Mon 12 Jan 10:00")
    assert decision.severity.severity == "low"
    assert only(decision, Kind.NOTE).because.endswith("the severity stays as it is; an agent decides")


def test_a_wish_does_not_raise_what_a_rule_says_and_does_not_say_so() -> None:
    story = _wishing(ticket(START, subject="offline"), "urgent")
    decision = story.decide("Mon 12 Jan 10:00", policy(rule("high", {"subject": "offline"})))
    assert decision.severity.severity == "high"
    assert only(decision, Kind.NOTE).because.endswith("the severity stays as it is; an agent decides")


def test_a_wish_is_evidence_for_the_rules() -> None:
    rules = policy(rule("critical", {"priority": ["high"], "tags": ["vip"]}))
    story = _wishing(ticket(START, tags=("vip",)), "high")
    assert story.decide("Mon 12 Jan 10:00", rules).severity.source is SeveritySource.RULE
    assert story.decide("Mon 12 Jan 10:00", rules).severity.severity == "critical"


def test_a_wish_for_more_never_lowers_through_a_rule() -> None:
    rules = policy(rule("critical", {"priority": ["normal"]}))
    story = _wishing(ticket(START, priority="normal"), "high")
    assert story.decide("Mon 12 Jan 10:00", rules).severity.severity == "critical"
    odd = policy(rule("low", {"priority": ["high"]}))
    assert (
        _wishing(ticket(START, priority="normal"), "high").decide("Mon 12 Jan 10:00", odd).severity.severity == "medium"
    )


def test_a_wish_that_a_rule_outranks_counts_when_the_rule_holds_no_more() -> None:
    rules = policy(rule("high", {"tags": ["vip"]}))
    story = _wishing(ticket(START, tags=("vip",)), "urgent").tagged("Mon 12 Jan 11:00")
    assert story.decide("Mon 12 Jan 10:59", rules).severity.severity == "high"
    assert story.decide("Mon 12 Jan 11:00", rules).severity.severity == "critical"


def test_two_wishes_in_one_second_are_told_once() -> None:
    story = _wishing(_wishing(ticket(START, priority="high"), "low"), "normal")
    assert len(due(story.decide("Mon 12 Jan 10:00"), Kind.NOTE)) == 1


@pytest.mark.parametrize("ending", ["solved", "merged"])
def test_a_wish_on_a_ticket_that_has_ended_is_told_to_nobody(ending: str) -> None:
    story = _wishing(ticket(START), "low")
    story = story.becomes("Mon 12 Jan 11:00", SOLVED) if ending == "solved" else story.merged("Mon 12 Jan 11:00")
    assert due(story.decide("Mon 12 Jan 11:00"), Kind.NOTE) == []


# ── Which messages count ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_scrubbed_message_is_no_evidence_and_harms_nothing() -> None:
    found = ticket(START).asks(START, "").decide(START).severity
    assert (found.severity, found.source) == ("medium", SeveritySource.DEFAULT)


def test_evidence_names_the_first_message_that_has_it() -> None:
    rules = policy(rule("high", {"text": ["no workaround", "offline"]}))
    story = ticket(START).asks(START, "All is Offline").asks("Mon 12 Jan 09:10", "and there is no workaround")
    assert story.decide("Mon 12 Jan 10:00", rules).severity.because == ('rule "The rule": the customer says "Offline"',)
    assert story.decide("Mon 12 Jan 10:00", rules).severity.since == at(START)


# ── Which time counts ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("when", "severity"),
    [
        ("Mon 12 Jan 09:59:59", "critical"),
        ("Mon 12 Jan 10:00", "medium"),
        ("Mon 12 Jan 10:00:01", "medium"),
    ],
)
def test_the_clock_rests_on_the_customers_messages_before_the_second_of_the_answer(when: str, severity: str) -> None:
    story = ticket(START).says("Mon 12 Jan 10:00", AGENT).asks(when, "production down")
    decision = story.decide(LATER)
    assert (clock(decision).terms.severity, decision.severity.severity) == (severity, "critical")


def test_assessments_lists_every_severity_that_was_in_force() -> None:
    story = ticket(START).severity("Mon 12 Jan 09:30", "high").asks("Mon 12 Jan 09:40", "production down")
    for answered in (story, story.answers("Mon 12 Jan 10:00")):
        found = assessments(answered.ticket, answered.timeline, policy(), at("Mon 12 Jan 11:00"))
        assert [(each.severity, each.since) for each in found] == [
            ("medium", at(START)),
            ("high", at("Mon 12 Jan 09:30")),
        ]
    unread = ticket(START).answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 10:30", "production down")
    assert [each.since for each in assessments(unread.ticket, unread.timeline, policy(), at(LATER))] == [
        at(START),
        at("Mon 12 Jan 10:30"),
    ]


def test_everything_in_the_second_of_the_creation_is_read_at_once() -> None:
    story = ticket(START).asks(START, "production down").tagged(START, "vip").field(START, "plan", "gold")
    history = story.decide(LATER)
    assert (history.severity.severity, history.severity.since) == ("critical", at(START))
    rules = policy(rule("high", {"tags": ["vip"], "fields": {"plan": ["gold"]}}))
    found = story.decide(LATER, rules)
    assert (found.severity.severity, found.severity.since) == ("high", at(START))
    assert clock(found).raised is False


def test_a_change_one_second_after_the_creation_is_a_change() -> None:
    rules: Policy = policy(rule("high", {"tags": ["vip"]}))
    found = ticket(START).tagged("Mon 12 Jan 09:00:01", "vip").decide(LATER, rules)
    assert (found.severity.since, clock(found).raised) == (at("Mon 12 Jan 09:00:01"), True)


def test_of_two_changes_in_one_second_the_last_holds() -> None:
    rules = policy(rule("high", {"tags": ["vip"]}))
    story = ticket(START).happens(
        *ticket().tagged("Mon 12 Jan 09:30", "vip").events,
        *ticket().severity("Mon 12 Jan 09:30", "low").events,
    )
    found = story.decide("Mon 12 Jan 09:40", rules)
    assert (found.severity.severity, found.severity.source) == ("low", SeveritySource.AGENT)
    assert clock(found).raised is False


def test_messages_of_others_than_the_customer_change_no_severity() -> None:
    story = ticket(START).says("Mon 12 Jan 09:10", AGENT, "production down", public=False)
    story = story.says("Mon 12 Jan 09:20", AUTOMATION, "production down").assigned("Mon 12 Jan 09:30")
    found = story.asks("Mon 12 Jan 09:40", "").decide(LATER)
    assert (found.severity.severity, found.severity.since) == ("medium", at(START))


def test_what_rules_found_in_words_that_are_no_longer_kept_counts_as_a_rules() -> None:
    pinned = (
        ticket(START, priority="low").asks(START, "").severity(START, "high", AUTOMATION, reason="(no longer kept)")
    )
    found = pinned.decide(START).severity
    assert (found.severity, found.source, found.because) == ("high", SeveritySource.RULE, ("(no longer kept)",))
    assert pinned.severity("Mon 12 Jan 10:00", "low").decide("Mon 12 Jan 10:00").severity.severity == "low"
    outranked = pinned.asks("Mon 12 Jan 10:00", "production down")
    assert outranked.decide("Mon 12 Jan 10:00").severity.severity == "critical"


# ── Writing it back ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("native", "edits", "written"),
    [
        (None, SEVERITY_ACTS, True),
        ("normal", SEVERITY_ACTS, True),
        ("high", SEVERITY_ACTS, False),
        ("High", SEVERITY_ACTS, False),
        (None, {}, False),
    ],
)
def test_the_severity_is_written_back_where_the_helpdesk_shows_another(
    native: str | None, edits: Edits, written: bool
) -> None:
    rules = policy(edits, rule("high", {"subject": "offline"}))
    found = due(ticket(START, subject="Offline", priority=native).decide(START, rules), Kind.SET_SEVERITY)
    assert [(action.fact("to"), action.fact("priority"), action.mode) for action in found] == (
        [("high", "high", Mode.ACT)] if written else []
    )


def test_what_was_written_back_is_not_written_again() -> None:
    rules = policy(SEVERITY_ACTS, rule("high", {"subject": "offline"}))
    story = ticket(START, subject="Offline").priority("Mon 12 Jan 09:01", "high", SLABOT)
    assert due(story.decide("Mon 12 Jan 09:01", rules), Kind.SET_SEVERITY) == []


def test_a_severity_without_a_native_priority_is_not_written_back() -> None:
    rules = policy(SEVERITY_ACTS, {"severities.high.priority": None}, rule("high", {"subject": "offline"}))
    assert due(ticket(START, subject="Offline").decide(START, rules), Kind.SET_SEVERITY) == []


def test_nothing_is_written_back_to_what_has_ended_or_is_no_request() -> None:
    rules = policy(SEVERITY_ACTS, NO_RULES)
    ended = ticket(START).becomes("Mon 12 Jan 10:00", SOLVED)
    assert due(ended.decide("Mon 12 Jan 10:00", rules), Kind.SET_SEVERITY) == []
    assert due(ticket(START, channel="sample_ticket").decide(START, rules), Kind.SET_SEVERITY) == []
    assert due(ticket(START).merged("Mon 12 Jan 10:00").decide("Mon 12 Jan 10:00", rules), Kind.SET_SEVERITY) == []


def test_the_lowest_first_answer_target_follows_a_choice_within_the_second_of_creation() -> None:
    story = ticket(START).severity(START, "critical")
    found = clock(story.decide(START))
    assert (found.terms.severity, found.raised) == ("critical", False)


def test_before_the_first_severity_the_first_one_was_in_force() -> None:
    first, second = (
        Assessment(NOON + timedelta(hours=number), name, SeveritySource.RULE, ())
        for number, name in enumerate(("low", "high"))
    )
    history = SeverityHistory((first, second), (), None)
    hour = timedelta(hours=1)
    assert history.at(NOON - hour) == history.at(NOON) == history.at(NOON + hour - SECOND) == first
    assert history.at(NOON + hour) == history.at(NOON + 2 * hour) == history.current == second


def test_what_comes_after_a_message_that_would_have_lowered_it_is_read_like_any_other() -> None:
    offline = {
        "name": "Offline",
        "severity": "high",
        "when": {"text": ["offline"]},
        "unless": {"text": ["only the test"]},
    }
    down = {"name": "Down", "severity": "critical", "when": {"text": ["it is down"]}}
    rules = policy({"classify.rules": [offline, down]})
    story = ticket(START).asks(START, "offline").answers("Mon 12 Jan 09:10").asks("Mon 12 Jan 09:20", "only the test")
    assert story.decide("Mon 12 Jan 09:30", rules).severity.severity == "high"
    assert (
        story.asks("Mon 12 Jan 09:25", "it is down").decide("Mon 12 Jan 09:30", rules).severity.severity == "critical"
    )
