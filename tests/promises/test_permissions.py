"""What the policy keeps for certain people.

Promise: it is done by them and by nobody else, however they are named: by address, by Slack's id, by a user group, by a
rota. The others are told, alone, whom to ask. Where Slack cannot say who somebody is, nothing is done, and that is said
too. Nothing of it is lost silently.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import Acknowledged, Snoozed
from slabot.store import LedgerEvent
from slabot_sandbox import FaultKind
from tests.fixtures.waits import comes
from tests.promises.scene import AGENT, Make, Scene
from tests.promises.test_clicks import paged, whispers
from tests.promises.test_dialogs import dialog, events, snooze

LEAD, BO = "lena@acme.example", "bo@acme.example"
MINUTE = timedelta(minutes=1)


def kept_for(stage: Make, url: str, *who: str, do: str = "acknowledge", **more: Any) -> Scene:
    scene = stage(
        url, permissions=[{"do": do, "severity": "critical", "who": list(who), "ask": "#support-leads"}], **more
    )
    scene.sandbox.slack.workspace.add_group("leads", [LEAD])
    scene.start()
    return scene


def until(scene: Scene, ticket: int, kind: type) -> int:
    """How many such events there are, once there is one."""
    comes(lambda: events(scene, ticket, kind))
    return len(events(scene, ticket, kind))


@pytest.mark.parametrize("who", ["group:@leads", f"user:{LEAD}", f"user:{LEAD.upper()}", "rota:primary"])
def test_those_whom_it_names_may(stage: Make, store_url: str, who: str) -> None:
    rotas = {"primary": {"time_zone": "Asia/Kolkata", "begins": "2026-01-05", "people": [LEAD]}}
    scene = kept_for(stage, store_url, who, rotas=rotas)
    ticket, page = paged(scene)
    assert scene.click(page, "acknowledge", LEAD) == 200
    assert until(scene, ticket, Acknowledged) == 1
    assert whispers(scene, 0) == []


def test_somebody_named_by_slacks_id_is_known_without_asking(stage: Make, store_url: str) -> None:
    scene = kept_for(stage, store_url, "user:U0NOBODY")
    lead = scene.sandbox.slack.workspace.add_user(LEAD)["id"]
    scene.restart(permissions=[{"do": "acknowledge", "who": [f"user:{lead}"], "ask": "#support-leads"}])
    ticket, page = paged(scene)
    asked = len(scene.sandbox.journal.calls(endpoint="users.info"))
    assert scene.click(page, "acknowledge", LEAD) == 200
    assert len(events(scene, ticket, Acknowledged)) == 1  # before slabot had answered
    assert len(scene.sandbox.journal.calls(endpoint="users.info")) == asked


@pytest.mark.parametrize("who", ["group:@leads", f"user:{LEAD}"])
def test_the_others_are_told_alone_whom_to_ask(stage: Make, store_url: str, who: str) -> None:
    scene = kept_for(stage, store_url, who)
    ticket, page = paged(scene)
    assert scene.click(page, "acknowledge", BO) == 200
    [words] = whispers(scene, 1)
    assert words.startswith("Acknowledge is for ")
    assert words.endswith("Nothing was changed. Please ask #support-leads.")
    assert events(scene, ticket, Acknowledged) == []
    assert len(scene.told(ticket, LedgerEvent.PAGE_CLICK_REFUSED)) == 1
    assert len(scene.told(ticket, LedgerEvent.PAGE_CLICK_WAITS)) == 1


def test_what_no_entry_covers_is_everybodys(stage: Make, store_url: str) -> None:
    scene = kept_for(stage, store_url, "group:@leads", do="snooze")
    ticket, page = paged(scene)
    assert scene.click(page, "acknowledge", BO) == 200
    assert len(events(scene, ticket, Acknowledged)) == 1


def test_an_answer_of_slack_holds_for_five_minutes_and_no_longer(stage: Make, store_url: str) -> None:
    scene = kept_for(stage, store_url, "group:@leads")
    ticket, page = paged(scene)
    scene.click(page, "acknowledge", BO)
    assert len(whispers(scene, 1)) == 1
    [group] = scene.sandbox.slack.workspace.groups.values()
    group["users"].append(scene.sandbox.slack.workspace.add_user(BO)["id"])
    scene.click(page, "acknowledge", BO)
    assert len(whispers(scene, 2)) == 2  # still not among them
    scene.run_for(6 * MINUTE)
    scene.click(page, "acknowledge", BO)
    assert until(scene, ticket, Acknowledged) == 1


def test_where_slack_cannot_be_asked_nothing_is_done_and_that_is_said(stage: Make, store_url: str) -> None:
    scene = kept_for(stage, store_url, "group:@leads")
    ticket, page = paged(scene)
    scene.sandbox.faults.add(FaultKind.UNAVAILABLE, service="slack", path="*usergroups.*", times=1)
    assert scene.click(page, "acknowledge", LEAD) == 200
    [words] = whispers(scene, 1)
    assert "it could not be found out whether you are one of them" in words
    assert "Please ask #support-leads, or click again in a moment." in words
    assert events(scene, ticket, Acknowledged) == []
    scene.click(page, "acknowledge", LEAD)
    assert until(scene, ticket, Acknowledged) == 1


def test_a_missing_scope_is_a_reason_and_no_permission(stage: Make, store_url: str) -> None:
    scene = kept_for(stage, store_url, "group:@leads")
    ticket, page = paged(scene)
    tokens, token = scene.sandbox.slack.api.tokens, scene.sandbox.slack.token
    tokens.allow(token, tokens.scopes[token] - {"usergroups:read"})
    scene.click(page, "acknowledge", LEAD)
    assert "usergroups:read" in whispers(scene, 1)[0]
    assert events(scene, ticket, Acknowledged) == []


def test_a_dialog_is_shown_at_once_and_its_answer_is_checked(stage: Make, store_url: str) -> None:
    scene = kept_for(stage, store_url, "group:@leads", do="snooze")
    ticket, page = paged(scene)
    refused = dialog(scene, page, "snooze", BO)
    values = {"slabot_for": {"slabot_for": {"selected_option": {"value": "1800"}}}}
    assert scene.sandbox.slack.people.submit_view(refused["id"], BO, values).body == ""
    assert whispers(scene, 1)[0].startswith("Snooze is for @\u2060leads where the severity is critical")
    assert events(scene, ticket, Snoozed) == []
    allowed = dialog(scene, page, "snooze", LEAD)
    scene.sandbox.slack.people.submit_view(allowed["id"], LEAD, values)
    assert until(scene, ticket, Snoozed) == 1


def test_a_dialog_of_somebody_who_is_known_not_to_may_is_not_shown(stage: Make, store_url: str) -> None:
    scene = kept_for(stage, store_url, "user:U0NOBODY", do="snooze")
    _, page = paged(scene)
    assert scene.click(page, "snooze", BO) == 200
    assert whispers(scene, 1)[0].startswith("Snooze is for U0NOBODY")
    assert scene.sandbox.slack.workspace.views == {}


def test_the_same_click_that_waits_for_slack_twice_is_one(stage: Make, store_url: str) -> None:
    scene = kept_for(stage, store_url, f"user:{AGENT}", do="snooze")
    ticket, page = paged(scene)
    view = dialog(scene, page, "snooze")
    scene.run_for(10 * MINUTE)  # what Slack said is no longer held to be true
    assert [snooze(scene, view).status for _ in range(3)] == [200] * 3
    assert until(scene, ticket, Snoozed) == 1
    scene.run_for(MINUTE)
    assert len(events(scene, ticket, Snoozed)) == 1
    assert len(scene.told(ticket, LedgerEvent.PAGE_CLICK_WAITS)) == 1
    assert whispers(scene, 0) == []
