"""What else acts on tickets in this account, and does it get in slabot's way?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.base import Plans
from adapters.zendesk.races import automations, sla_policies, triggers
from slabot.domain import Finding, Level

HOUR = timedelta(hours=1)


def automation(
    hours: object = 96, *, since: str = "SOLVED", operator: str = "greater_than", **sets: Any
) -> dict[str, Any]:
    sets = sets or {"status": "closed"}
    return {
        "title": "Close ticket 4 days after status is set to solved",
        "active": True,
        "actions": [{"field": name, "value": value} for name, value in sets.items()],
        "conditions": {"all": [{"field": since, "operator": operator, "value": str(hours)}], "any": []},
    }


def one(raw: dict[str, Any], *, close_after: timedelta | None = 72 * HOUR, solves: bool = False) -> Finding:
    plans = Plans(hook_path="/hooks/acme", close_after=close_after, reopen_within=72 * HOUR, solves=solves)
    (found,) = automations([raw], plans)
    return found


def test_the_shipped_automation_is_named_with_its_title_and_hours() -> None:
    found = one(automation())
    assert found.level is Level.NOTICE
    assert found.words == (
        'The automation "Close ticket 4 days after status is set to solved" closes tickets 96 hours after they became '
        "solved; the policy does so after 72 hours, so slabot comes first"
    )
    assert "does not fight it" in found.remedy


def test_one_that_is_faster_than_slabot_is_said_to_be_first() -> None:
    assert "so the automation comes first" in one(automation(80), close_after=100 * HOUR).words


def test_one_that_takes_the_time_to_reopen_away_is_wrong() -> None:
    found = one(automation(24))
    assert found.level is Level.WRONG
    assert "sooner than the 72 hours that customers have" in found.words
    assert "more than 72 hours" in found.remedy


def test_where_slabot_closes_nothing_it_is_left_to_the_automation() -> None:
    assert one(automation(), close_after=None).words.endswith("the policy closes none")


@pytest.mark.parametrize("hours", ["", "soon", None])
def test_hours_that_cannot_be_read_are_no_reason_to_fail(hours: object) -> None:
    assert "time to reopen" in one(automation(hours)).remedy


def test_one_that_solves_waits_races_the_reminders() -> None:
    found = one(automation(120, since="PENDING", status="solved"), solves=True)
    assert "solves tickets 120 hours after they became pending" in found.words
    assert "waiting.mode: off" in found.remedy


def test_one_that_writes_to_customers_doubles_the_reminders() -> None:
    found = one(automation(24, since="PENDING", notification_user=["requester_id", "Still there?", "…"]))
    assert "writes to requesters 24 hours after they became pending" in found.words


def test_one_that_is_off_or_does_other_things_is_nothing_to_say() -> None:
    plans = Plans(hook_path="/hooks/acme")
    for quiet in ([], [automation() | {"active": False}], [automation(priority="high")]):
        (found,) = automations(quiet, plans)
        assert found.level is Level.RIGHT


def test_triggers_that_set_status_or_priority_are_named_and_others_are_not() -> None:
    found = list(
        triggers(
            [
                {"title": "VIP", "active": True, "actions": [{"field": "priority", "value": "urgent"}]},
                {"title": "Off", "active": False, "actions": [{"field": "status", "value": "open"}]},
                {"title": "Mail", "active": True, "actions": [{"field": "notification_user", "value": []}]},
                {"title": "Odd", "actions": None},
            ]
        )
    )
    assert [finding.words for finding in found] == ['The trigger "VIP" sets the priority to urgent by itself']


def test_sla_policies_are_told_with_what_they_promise_first() -> None:
    metrics = [
        {"priority": "urgent", "metric": "first_reply_time", "target": 120, "business_hours": False},
        {"priority": "low", "metric": "first_reply_time", "target": 90, "business_hours": True},
        {"priority": "low", "metric": "first_reply_time", "target": None},
        {"priority": "low", "metric": "agent_work_time", "target": 10},
    ]
    (found,) = sla_policies([{"title": "Gold", "policy_metrics": metrics}, {"title": "None", "policy_metrics": []}])
    assert '"Gold" promises first replies of its own: urgent 2 h, low 90 min of business hours, low ?' in found.words
