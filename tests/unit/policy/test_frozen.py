"""Is what was frozen into a clock thawed as it was?"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from slabot.policy import FrozenLadders, freeze, plan_of, thaw
from tests.fixtures.policies import ladder, ladders, policy

MANY = ladders(
    {
        "severity": ["critical"],
        "helpdesk": ["acme"],
        "organization": ["Größe & Söhne"],
        "tag": ["vip", "gold"],
        "rungs": [
            {"at": "50% used", "notify": ["#leads", "user:maya@acme.example", "group:@leads", "assignee"]},
            {"at": "90m before"},
            {"at": "breach"},
            {"at": "30m after, then every 90s for 2 days"},
        ],
        "after_repeats": {"every": "working day", "notify": ["#leads"], "for": "4 days"},
    },
    ladder("breach", clock=["third_party_update"]),
    ladder("10% used", clock=["first_response", "third_party_update"]),
)
RULES = policy(MANY, {"re_page_after": "90m"})


@pytest.mark.parametrize("clock", ["first_response", "third_party_update", "no such clock"])
def test_what_is_thawed_is_what_was_frozen(clock: str) -> None:
    plan = plan_of(RULES, clock)
    assert thaw(freeze(plan)) == plan


def test_a_plan_is_the_ladders_of_one_clock_in_the_files_order() -> None:
    plan = plan_of(RULES, "third_party_update")
    assert plan.ladders == RULES.escalate[1:]
    assert plan.re_page_after == timedelta(minutes=90)
    assert plan.severities == ("critical", "high", "medium", "low")


def test_the_text_is_the_same_for_the_same_ladders_and_another_for_others() -> None:
    assert freeze(plan_of(policy(MANY, {"re_page_after": "90m", "keep_text": "9d"}), "first_response")) == freeze(
        plan_of(RULES, "first_response")
    )
    assert freeze(plan_of(policy(MANY), "first_response")) != freeze(plan_of(RULES, "first_response"))
    assert freeze(plan_of(RULES, "third_party_update")) != freeze(plan_of(RULES, "first_response"))


def test_the_text_says_what_the_file_said() -> None:
    written = json.loads(freeze(plan_of(RULES, "first_response")))
    assert written["re_page_after"] == 5400
    assert written["severities"] == ["critical", "high", "medium", "low"]
    first, second = written["ladders"]
    assert (first["severity"], first["organization"], first["tag"]) == (
        ["critical"],
        ["Größe & Söhne"],
        ["vip", "gold"],
    )
    assert first["rungs"] == [
        {"at": "50% used", "notify": ["#leads", "user:maya@acme.example", "group:@leads", "assignee"]},
        {"at": "90m before"},
        {"at": "breach"},
        {"at": "30m after, then every 90s for 2 days"},
    ]
    assert first["after_repeats"] == {"every": "working day", "notify": ["#leads"], "for": "4 days"}
    assert second == {"clock": ["first_response", "third_party_update"], "rungs": [{"at": "10% used"}]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        "7",
        "[]",
        "null",
        "{}",
        '{"ladders": []}',
        '{"ladders": [], "re_page_after": 60}',
        '{"ladders": {}, "re_page_after": 60, "severities": []}',
        '{"ladders": [], "re_page_after": -1, "severities": []}',
        '{"ladders": [], "re_page_after": 1e99, "severities": []}',
        '{"ladders": [], "re_page_after": 1' + "0" * 30 + ', "severities": []}',
        '{"ladders": [], "re_page_after": true, "severities": []}',
        '{"ladders": [], "re_page_after": 60, "severities": "high"}',
        '{"ladders": [{"rungs": []}], "re_page_after": 60, "severities": []}',
        '{"ladders": [{"rungs": [{"at": "soon"}]}], "re_page_after": 60, "severities": []}',
        '{"ladders": [{"rungs": [{"at": "breach", "notify": "x"}]}], "re_page_after": 60, "severities": []}',
        '{"ladders": [{"rungs": [{"at": "breach"}], "new": 1}], "re_page_after": 60, "severities": []}',
        "[" * 100_000,
    ],
)
def test_a_text_that_this_slabot_cannot_read_is_no_plan(text: str) -> None:
    assert thaw(text) is None


def test_a_file_without_ladders_is_frozen_too() -> None:
    assert thaw(freeze(plan_of(policy({"escalate": []}), "first_response"))) == FrozenLadders(
        (), timedelta(minutes=30), ("critical", "high", "medium", "low")
    )


def test_a_plan_knows_the_severities_that_the_file_had() -> None:
    plan = plan_of(RULES, "first_response")
    assert plan.knows("low")
    assert not plan.knows("blocker")
