"""What makes a rule hold, and which words does it quote?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.domain import Person
from slabot.rules import SeveritySource
from tests.fixtures.policies import policy, rule
from tests.fixtures.tickets import AGENT, AUTOMATION, CUSTOMER, SYSTEM, ticket

START = "Mon 12 Jan 09:00"


@pytest.mark.parametrize(
    ("when", "facts", "quoted"),
    [
        ({"subject": ["agent offline"]}, {"subject": "AGENT  offline since 8"}, 'the subject says "AGENT offline"'),
        ({"text": ["agent offline"]}, {"subject": "Agent Offline!"}, 'the subject says "Agent Offline"'),
        ({"tags": ["vip", "gold"]}, {"tags": ("Gold", "x")}, 'it is tagged "Gold"'),
        ({"channel": ["phone"]}, {"channel": "Phone"}, 'it came by "Phone"'),
        ({"organization": ["customer ltd"]}, {}, 'the organisation is "Customer Ltd"'),
        ({"requester": ["ANA@customer.example"]}, {}, 'the requester is "ana@customer.example"'),
        ({"requester": ["@customer.example"]}, {}, 'the requester is "ana@customer.example"'),
        ({"type": ["incident"]}, {"kind": "Incident"}, 'the type is "Incident"'),
        ({"priority": ["urgent"]}, {"priority": "Urgent"}, 'the helpdesk\'s priority is "Urgent"'),
        ({"helpdesk": "acme"}, {}, 'it is on "acme"'),
        ({"fields": {"plan": "gold"}}, {"fields": {"plan": "Gold"}}, 'the field plan is "Gold"'),
        ({"fields": {"seats": 500}}, {"fields": {"seats": "500"}}, 'the field seats is "500"'),
    ],
)
def test_a_condition_that_holds_quotes_what_matched(when: dict[str, Any], facts: dict[str, Any], quoted: str) -> None:
    found = ticket(START, **facts).decide(START, policy(rule("high", when))).severity
    assert (found.severity, found.source, found.because) == (
        "high",
        SeveritySource.RULE,
        (f'rule "The rule": {quoted}',),
    )


@pytest.mark.parametrize(
    ("when", "facts"),
    [
        ({"subject": ["agent offline"]}, {"subject": "agents offline"}),
        ({"subject": ["down"]}, {"subject": "downloading"}),
        ({"subject": ["down"]}, {"subject": "shutdown"}),
        ({"tags": ["vip"]}, {"tags": ("vip2",)}),
        ({"tags": ["vip"]}, {}),
        ({"channel": ["phone"]}, {"channel": None}),
        ({"channel": ["phone"]}, {"channel": "email"}),
        ({"organization": ["Customer Ltd"]}, {"requester": Person("r1")}),
        ({"organization": ["Customer Ltd"]}, {"requester": None}),
        ({"requester": ["ana@customer.example"]}, {"requester": Person("r1", "ana@customer.example.org")}),
        ({"requester": ["customer.example"]}, {}),  # a domain begins with @
        ({"requester": ["@customer.example"]}, {"requester": Person("r1")}),
        ({"requester": ["@customer.example"]}, {"requester": None}),
        ({"type": ["incident"]}, {"kind": None}),
        ({"priority": ["urgent"]}, {"priority": None}),
        ({"helpdesk": "partners"}, {}),
        ({"fields": {"plan": "gold"}}, {"fields": {"plan": None}}),
        ({"fields": {"plan": "gold"}}, {"fields": {}}),
    ],
)
def test_a_condition_that_does_not_hold_leaves_the_default(when: dict[str, Any], facts: dict[str, Any]) -> None:
    found = ticket(START, **facts).decide(START, policy(rule("high", when), {"classify.priorities": {}})).severity
    assert (found.severity, found.source) == ("medium", SeveritySource.DEFAULT)


@pytest.mark.parametrize(
    ("term", "text", "quoted"),
    [
        ("crash*", "It crashes", "crashes"),
        ("crash*", "It had a crash.", "crash"),
        ("no workaround", "There is NO\n  workaround", "NO workaround"),
        ("c++", "written in C++ here", "C++"),
    ],
)
def test_terms_are_whole_words_in_any_case_and_spacing(term: str, text: str, quoted: str) -> None:
    story = ticket(START).asks(START, text)
    found = story.decide(START, policy(rule("high", {"text": [term]}))).severity
    assert found.because == (f'rule "The rule": the customer says "{quoted}"',)


def test_text_conditions_read_the_customer_alone() -> None:
    rules = policy(rule("high", {"text": "no workaround"}))
    for by, facts in [(AGENT, {"public": False}), (AUTOMATION, {}), (SYSTEM, {}), (CUSTOMER, {"auto_reply": True})]:
        story = ticket(START).says(START, by, "no workaround", **facts)
        assert story.decide(START, rules).severity.severity == "medium"
    subject_only = policy(rule("high", {"subject": "no workaround"}))
    assert ticket(START).asks(START, "no workaround").decide(START, subject_only).severity.severity == "medium"


def test_every_condition_of_a_rule_must_hold_and_each_is_quoted() -> None:
    rules = policy(rule("high", {"text": "offline", "tags": ["vip"], "channel": ["email"]}))
    both = ticket(START, tags=("vip",), channel="email", subject="Offline")
    assert both.decide(START, rules).severity.because == (
        'rule "The rule": the subject says "Offline", it is tagged "vip" and it came by "email"',
    )
    assert ticket(START, tags=("vip",), subject="Offline").decide(START, rules).severity.severity == "medium"
    assert ticket(START, channel="email", subject="Offline").decide(START, rules).severity.severity == "medium"


@pytest.mark.parametrize(
    ("facts", "severity"),
    [({}, "high"), ({"tags": ("test",)}, "medium"), ({"channel": "chat"}, "medium"), ({"tags": ("other",)}, "high")],
)
def test_one_condition_of_unless_is_enough_to_stop_a_rule(facts: dict[str, Any], severity: str) -> None:
    rules = policy(rule("high", {"subject": "offline"}, unless={"tags": ["test"], "channel": ["chat"]}))
    assert ticket(START, subject="Offline", **facts).decide(START, rules).severity.severity == severity


def test_the_most_severe_rule_wins_whatever_the_order_of_the_file() -> None:
    first = {"name": "Low", "severity": "low", "when": {"subject": "question"}}
    second = {"name": "Top", "severity": "critical", "when": {"subject": "down"}}
    third = {"name": "Also top", "severity": "critical", "when": {"subject": "offline"}}
    middle = {"name": "Middle", "severity": "high", "when": {"subject": "offline"}}
    story = ticket(START, subject="Question: down, offline?")
    for order in ([first, second, third, middle], [middle, second, first, third]):
        found = story.decide(START, policy({"classify.rules": order})).severity
        assert found.because == ('rule "Top": the subject says "down"',)


def test_a_rule_may_lower_what_the_native_priority_says() -> None:
    found = ticket(START, subject="How do I start it?", priority="normal").decide(START).severity
    assert (found.severity, found.source) == ("low", SeveritySource.RULE)
    urgent = ticket(START, subject="How do I start it?", priority="urgent").decide(START).severity
    assert (urgent.severity, urgent.source) == ("critical", SeveritySource.PRIORITY)


def test_tags_and_fields_that_come_later_are_evidence_too() -> None:
    tagged, field = policy(rule("high", {"tags": ["vip"]})), policy(rule("high", {"fields": {"plan": "gold"}}))
    story = ticket(START).tagged("Mon 12 Jan 10:00", "vip").tagged("Mon 12 Jan 11:00", "other")
    assert [story.decide(f"Mon 12 Jan {hour}:00", tagged).severity.severity for hour in ("09", "10", "11")] == [
        "medium",
        "high",
        "medium",
    ]
    story = ticket(START, fields={"seats": "5"}).field("Mon 12 Jan 10:00", "plan", "gold")
    story = story.field("Mon 12 Jan 11:00", "plan", None)
    assert [story.decide(f"Mon 12 Jan {hour}:00", field).severity.severity for hour in ("09", "10", "11")] == [
        "medium",
        "high",
        "medium",
    ]
