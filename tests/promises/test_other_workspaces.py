"""Somebody of another workspace, who sees the pages because the channel is shared with them (Slack Connect).

Promise: slabot serves the members of its own workspace. A guest's click, command or event changes nothing, shows
nothing of a ticket, and is told so calmly.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.channels.slack.conversations import Identity
from slabot.channels.slack.membership import Membership
from slabot.domain import Acknowledged
from slabot.runtime.serving import TurnedAway
from slabot.store import LedgerEvent
from slabot_sandbox import Effect
from tests.fixtures.waits import until
from tests.promises.scene import AGENT, Scene
from tests.promises.test_clicks import paged, whispers

GUEST = "guest@partner.example"
ELSEWHERE = "T0ELSEWHERE"


def guest(scene: Scene) -> str:
    """A member of another workspace."""
    scene.sandbox.slack.workspace.add_user(GUEST)["team_id"] = ELSEWHERE
    return GUEST


def away(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on Slack says that everything happens in another workspace."""
    workspace = scene.sandbox.slack.workspace
    monkeypatch.setattr(workspace, "team", {**workspace.team, "id": ELSEWHERE})


def acknowledged(scene: Scene, ticket: int) -> bool:
    stored = scene.stored(ticket)
    assert stored is not None
    return any(isinstance(event, Acknowledged) for event in stored.timeline)


def presses(scene: Scene, page: Effect, who: str, name: str = "slabot_acknowledge") -> None:
    assert scene.sandbox.slack.people.click(page["channel"], page["ts"], name, who).status == 200


@pytest.mark.parametrize("button", ["acknowledge", "claim", "escalate", "snooze"])
def test_a_guest_of_a_shared_channel_presses_in_vain(scene: Scene, button: str) -> None:
    ticket, page = paged(scene)
    before = scene.stored(ticket)
    presses(scene, page, guest(scene), f"slabot_{button}")
    [words] = whispers(scene, 1)
    assert words.startswith("This is for members of the workspace that slabot belongs to")
    assert words.endswith("Nothing was changed.")
    assert scene.stored(ticket) == before
    assert not scene.sandbox.slack.workspace.views
    assert len(scene.told(ticket, LedgerEvent.PAGE_CLICK_REFUSED)) == 1
    assert scene.parts.refusals.totals()[TurnedAway.OTHER_WORKSPACE] == 1
    presses(scene, page, AGENT)
    assert acknowledged(scene, ticket)


def test_a_click_in_another_workspace_changes_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, page = paged(scene)
    away(scene, monkeypatch)
    presses(scene, page, AGENT)
    assert len(whispers(scene, 1)) == 1
    assert not acknowledged(scene, ticket)


def test_a_command_of_another_workspace_is_told_nothing_about_tickets(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, _ = paged(scene)
    away(scene, monkeypatch)
    for text in ("next", "mine", f"{ticket}", "quiet", "help"):
        answer = scene.sandbox.slack.people.command(AGENT, "/sla", text, channel="support-escalations")
        assert answer.status == 200
        assert answer.body["response_type"] == "ephemeral"
        assert set(answer.body) == {"response_type", "text"}
        assert answer.body["text"].startswith("This is for members of the workspace")


def test_a_home_tab_of_another_workspace_stays_empty(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    away(scene, monkeypatch)
    people = scene.sandbox.slack.people
    assert people.opens_home(AGENT).status == 200
    assert scene.parts.refusals.totals()[TurnedAway.OTHER_WORKSPACE] == 1
    assert scene.sandbox.slack.workspace.homes == {}


def test_until_slack_has_said_which_workspace_it_is_nobody_is_served(scene: Scene) -> None:
    ticket, page = paged(scene)
    sender: Any = scene.parts.sender
    sender._identity = None  # Slack did not answer at the start
    presses(scene, page, AGENT)
    [words] = whispers(scene, 1)
    assert words.endswith("Nothing was changed; try again in a few seconds.")
    until(lambda: sender.known_identity is not None)
    scene.run_for(timedelta(seconds=5))
    presses(scene, page, AGENT)
    assert acknowledged(scene, ticket)


OURS = Identity(team="Acme", user_id="U0", bot_id="B0", scopes=None, team_id="T1")
IN_A_GRID = Identity(team="Acme", user_id="U0", bot_id="B0", scopes=None, team_id="T1", enterprise_id="E1")


@pytest.mark.parametrize(
    ("identity", "membership", "is_ours"),
    [
        (OURS, Membership(), True),  # it says nothing, and the signature is Slack's
        (OURS, Membership("T1"), True),
        (OURS, Membership("T1", home="T1"), True),
        (OURS, Membership("T2"), False),
        (OURS, Membership("T1", home="T2"), False),
        (OURS, Membership("T2", home="T1"), False),
        (OURS, Membership("", "E1"), False),
        (IN_A_GRID, Membership("", "E1"), True),  # installed for the whole organisation
        (IN_A_GRID, Membership("T2", "E1"), True),
        (IN_A_GRID, Membership("T1", "E1", home="E1"), True),
        (IN_A_GRID, Membership("T1", "E1", home="T9"), False),
        (IN_A_GRID, Membership("T2", "E2"), False),
    ],
)
def test_what_speaks_against_a_membership(identity: Identity, membership: Membership, is_ours: bool) -> None:
    assert membership.is_of(identity) is is_ours
