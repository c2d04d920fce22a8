"""Are the helpdesks' own words used as they use them?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.policy import Policy
from slabot.policy.check_words import word_slips
from slabot.policy.nodes import Tree
from slabot.policy.paths import words
from slabot.policy.source import SourceText
from slabot.policy.walk import spots

DESKS = {"zendesk": {"z": {"kind": "zendesk"}}, "freshdesk": {"f": {"kind": "freshdesk"}}, "none": {}}
DESKS["a slip in the kind"] = {"z": {"kind": "zen"}}
DESKS["both"] = DESKS["zendesk"] | DESKS["freshdesk"]


def slips(value: Any) -> list[tuple[str, str]]:
    tree = Tree(SourceText("", "config.yaml"), value=value)
    return [(words(slip.path), slip.fix) for slip in word_slips(tree, spots(Policy, value))]


def in_rule(desks: str, *priorities: str) -> Any:
    return {"helpdesks": DESKS[desks], "classify": {"rules": [{"when": {"priority": list(priorities)}}]}}


@pytest.mark.parametrize(
    ("desks", "priority", "meant"),
    [
        ("zendesk", "urgnet", "urgent"),
        ("zendesk", "medium", "normal"),
        ("freshdesk", "normal", "medium"),
        ("both", "critical", "urgent"),
        ("freshdesk", "p3", "medium"),
        ("none", "hihg", "high"),
        ("zendesk", "Lowest", "low"),
    ],
)
def test_a_priority_that_no_helpdesk_has_is_told_with_the_nearest(desks: str, priority: str, meant: str) -> None:
    ((path, fix),) = slips(in_rule(desks, priority))

    assert path == "classify.rules[0].when.priority[0]"
    assert fix.endswith(f'did you mean "{meant}"?')


@pytest.mark.parametrize(
    ("desks", "priorities"),
    [
        ("zendesk", ("urgent", "Normal")),
        ("zendesk", ("normal", "medium")),  # for a Freshdesk that may come
        ("freshdesk", ("medium",)),
        ("both", ("normal",)),
        ("a slip in the kind", ("normal", "low")),
        ("none", ("Value 4",)),  # tickets from elsewhere
    ],
)
def test_priorities_that_exist_are_right(desks: str, priorities: tuple[str, ...]) -> None:
    assert slips(in_rule(desks, *priorities)) == []


def test_the_names_of_a_mapping_and_of_a_severity_are_looked_at_too() -> None:
    value = {
        "helpdesks": DESKS["zendesk"],
        "classify": {"priorities": {"urgnet": "a", "normal": "b", "medium": "b"}},
        "severities": {"a": {"priority": "Urgent"}, "b": {"priority": "medium"}},
    }

    assert [path for path, _ in slips(value)] == [
        "classify.priorities.urgnet",
        "severities.a.priority",
        "severities.b.priority",
    ]
    assert ("severities.a.priority", "write urgent") in slips(value)


def test_freshdesk_may_be_written_a_word_of_the_account_itself() -> None:
    value = {"helpdesks": DESKS["freshdesk"], "severities": {"a": {"priority": "Dringend"}, "b": {"priority": "urgnt"}}}

    assert [path for path, _ in slips(value)] == ["severities.b.priority"]


STATUSES = {
    "new": "open",
    "open": "pending",
    "pending": "pending",
    "hold": "pending",
    "solved": "solved",
    "closed": "closed",
}


@pytest.mark.parametrize(
    ("status", "native"),
    [
        ("opn", "open"),
        ("nwe", "new"),
        ("on-hold", "hold"),
        ("resolved", "solved"),
        ("close", "closed"),
        ("Pendng", "pending"),
    ],
)
def test_a_status_near_an_own_one_that_is_not_mapped_is_told(status: str, native: str) -> None:
    statuses = {status if name == native else name: category for name, category in STATUSES.items()}
    value = {"helpdesks": {"z": {"kind": "zendesk", "statuses": statuses}}}

    ((path, fix),) = slips(value)

    assert path == f"helpdesks.z.statuses.{status}"
    assert fix.startswith(f"write {native}: {STATUSES[native]}")
    assert slips({"helpdesks": {"z": {"kind": "zendesk", "statuses": {**STATUSES, status: "pending"}}}}) == []


@pytest.mark.parametrize(
    "statuses", [{"new": "open", "In review": "pending"}, {"OPEN": "pending"}, {"Reopened": "open"}]
)
def test_statuses_of_the_accounts_own_are_left_alone(statuses: dict[str, str]) -> None:
    assert slips({"helpdesks": {"z": {"kind": "zendesk", "statuses": statuses}}}) == []


def test_freshdesk_has_numbers_for_its_statuses() -> None:
    near = {"Waiting on Custmer": "waiting_on_customer"}
    value = {"helpdesks": {"f": {"kind": "freshdesk", "statuses": near}}}
    numbered = {"helpdesks": {"f": {"kind": "freshdesk", "statuses": {**near, "6": "waiting_on_customer"}}}}

    assert [path for path, _ in slips(value)] == ["helpdesks.f.statuses.Waiting on Custmer"]
    assert slips(numbered) == []
