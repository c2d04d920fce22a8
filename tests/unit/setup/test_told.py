"""Does Slack know everybody whom the policy names? Over HTTP, on the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from slabot.clock import SteppedClock
from slabot.composition import connect
from slabot.domain import Finding, Level
from slabot.policy import Policy, load_policy
from slabot.setup.people_check import check_told
from slabot_sandbox import FaultKind, Sandbox

POLICY = """\
version: 1
helpdesks:
  acme: {{kind: zendesk, subdomain: acme, email: bot@acme.example, token_env: TOKEN, base_url: "{zendesk}"}}
slack: {{token_env: SLACK, channel: "#pages", api_url: "{slack}"}}
calendars:
  office: {{time_zone: UTC, open: {{mon-fri: ["09:00-17:00"]}}}}
severities:
  high: {{means: No workaround, respond_within: 6h, calendar: office}}
classify: {{otherwise: high}}
rotas:
  primary: {{time_zone: UTC, people: [raj@acme.example, nobody]}}
  nights: {{group: "@nights"}}
escalate:
  - rungs:
      - {{at: 50% used, notify: ["group:@leads", "user:maya@acme.example"]}}
      - {{at: breach, notify: ["group:@leads", "rota:primary", "rota:nights"]}}
permissions:
  - {{do: [snooze], who: ["group:@leads", "user:lea@acme.example"], ask: "#support-leads"}}
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SteppedClock(datetime(2026, 1, 12, 10, 0, tzinfo=UTC))) as sandbox:
        workspace = sandbox.slack.workspace
        for name in ("maya", "raj", "lea"):
            workspace.add_user(f"{name}@acme.example")
        workspace.add_group("leads", ["lea@acme.example"])
        workspace.add_group("nights", ["raj@acme.example", "maya@acme.example"])
        yield sandbox


@pytest.fixture
def policy(sandbox: Sandbox) -> Policy:
    return load_policy(POLICY.format(zendesk=sandbox.zendesk.url, slack=f"{sandbox.slack.url}/api"), "config.yaml")


def checked(sandbox: Sandbox, policy: Policy) -> tuple[Finding, ...]:
    environment = {"TOKEN": sandbox.zendesk.token, "SLACK": sandbox.slack.token}
    connections = connect(policy, clock=sandbox.clock, environment=environment)
    try:
        assert connections.sender is not None
        return check_told(policy, connections.sender.directory)
    finally:
        connections.close()


def test_groups_that_exist_are_told_with_their_people_and_each_is_asked_for_once(
    sandbox: Sandbox, policy: Policy
) -> None:
    assert [found.words for found in checked(sandbox, policy)] == [
        "Slack knows the user group @leads, with 1 person",
        "Slack knows the user group @nights, with 2 people",
    ]
    assert len(sandbox.journal.calls(endpoint="usergroups.list")) == 1
    assert len(sandbox.journal.calls(endpoint="usergroups.users.list")) == 2
    assert len(sandbox.journal.calls(endpoint="users.lookupByEmail")) == 3
    assert sandbox.journal.effects() == ()


def test_a_group_that_does_not_exist_is_wrong(sandbox: Sandbox, policy: Policy) -> None:
    groups = sandbox.slack.workspace.groups
    del groups[next(own for own, group in groups.items() if group["handle"] == "leads")]
    first, second = checked(sandbox, policy)
    assert first.level is Level.WRONG
    assert "Slack knows no user group @leads" in first.words
    assert first.remedy
    assert second.level is Level.RIGHT


def test_a_group_without_people_is_something_to_know_of(sandbox: Sandbox, policy: Policy) -> None:
    for group in sandbox.slack.workspace.groups.values():
        group["users"] = []
    assert [found.level for found in checked(sandbox, policy)] == [Level.NOTICE, Level.NOTICE]


def test_an_address_that_nobody_has_is_wrong_wherever_it_is_named(sandbox: Sandbox, policy: Policy) -> None:
    sandbox.slack.workspace.users.clear()
    wrong = [found for found in checked(sandbox, policy) if found.level is Level.WRONG]
    assert len(wrong) == 3
    for found, name in zip(wrong, ("maya", "lea", "raj"), strict=True):
        assert f"Slack knows nobody by the address {name}@acme.example" in found.words


def test_a_token_that_may_not_look_is_wrong_and_a_slack_that_is_down_is_not_known(
    sandbox: Sandbox, policy: Policy
) -> None:
    sandbox.slack.api.tokens.allow(sandbox.slack.token, {"chat:write", "users:read", "users:read.email"})
    found = checked(sandbox, policy)
    assert [one.level for one in found] == [Level.WRONG, Level.WRONG]
    assert "usergroups:read" in str(found[0])
    sandbox.faults.add(FaultKind.DOWN, service="slack")
    assert {one.level for one in checked(sandbox, policy)} == {Level.UNKNOWN}


def test_a_policy_that_names_nobody_asks_nothing(sandbox: Sandbox) -> None:
    text = POLICY.format(zendesk=sandbox.zendesk.url, slack=f"{sandbox.slack.url}/api")
    lines = text.partition("rotas:")[0] + "escalate: [{rungs: [{at: breach}]}]\n"
    assert checked(sandbox, load_policy(lines, "config.yaml")) == ()
    assert sandbox.journal.calls(service="slack") == ()
