"""Outages are logged from Slack: by those who may, each once, and with the answer of what was logged.

Promise: a word that is not understood logs nothing; whoever may not is told whom to ask, and the ledger has a row.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.store import LedgerEvent, outages
from slabot.store.outages import LoggedOutage
from slabot_sandbox import FaultKind
from tests.fixtures.waits import until
from tests.promises.scene import AGENT, MINUTE, Make, Scene
from tests.promises.test_commands_and_home import later, said

SERVICES = {"services": ["console", "agents"], "outages": [{"name": "Marked", "when": {"tags": ["outage"]}}]}
KEPT = [{"do": "outage", "severity": "critical", "who": [f"user:{AGENT}"], "ask": "#ops"}]
BO = "bo@acme.example"


@pytest.fixture
def ours(stage: Make, store_url: str) -> Scene:
    scene = stage(store_url, availability=SERVICES)
    scene.start()
    return scene


def logged(scene: Scene) -> list[LoggedOutage]:
    now = scene.parts.now()
    return scene.parts.store.read(lambda conn: outages.between(conn, now - timedelta(days=40), now + MINUTE))


def told(scene: Scene, event: LedgerEvent) -> list[str]:
    return [row.text for row in scene.ledger() if row.event is event]


def test_an_outage_begins_and_ends_and_each_is_done_once(ours: Scene) -> None:
    answer = said(ours, "outage begin Console because login fails for everybody")
    assert "Logged as number 1: an outage of console since " in answer
    assert "Nothing was logged: number 1 is an outage of console" in said(ours, "outage begin console")
    ours.run_for(10 * MINUTE)
    assert "Number 1 is over: an outage of console" in said(ours, "outage end console")
    assert "no entry of an outage of console lasts" in said(ours, "outage end console")
    [entry] = logged(ours)
    assert entry.reason == "login fails for everybody"
    assert entry.ends is not None
    assert entry.ends - entry.begins == 10 * MINUTE
    assert len(told(ours, LedgerEvent.OUTAGE_BEGUN)) == len(told(ours, LedgerEvent.OUTAGE_ENDED)) == 1


def test_the_same_request_twice_is_one(ours: Scene) -> None:
    people = ours.sandbox.slack.people
    workspace = people.workspace
    trigger = workspace.new_trigger
    workspace.new_trigger = lambda: "1.2.same"  # type: ignore[method-assign]
    try:
        said(ours, "outage begin")
        ours.run_for(MINUTE)
        workspace.new_trigger = trigger  # type: ignore[method-assign]
        said(ours, "outage end")
        workspace.new_trigger = lambda: "1.2.same"  # type: ignore[method-assign]
        assert "This request came before" in said(ours, "outage begin")
    finally:
        workspace.new_trigger = trigger  # type: ignore[method-assign]
    assert len(logged(ours)) == 1


def test_time_and_maintenance_may_be_typed_and_the_list_shows_it(ours: Scene) -> None:
    here = ours.parts.now().astimezone(ours.parts.policy.display_zone)
    earlier = here - 30 * MINUTE
    assert "Logged as number 1: maintenance of the whole service" in said(
        ours, f"outage begin maintenance at {earlier:%H:%M} because an upgrade"
    )
    assert logged(ours)[0].begins == earlier.replace(second=0, microsecond=0)
    assert said(ours, "outage") == ""
    assert "maintenance of the whole service" in later(ours)


def test_a_ticket_that_bears_the_mark_is_in_the_list(ours: Scene) -> None:
    ticket = ours.ask()
    ours.sandbox.zendesk.people.agent_sets_tags(ticket, AGENT, ["outage"])
    ours.run_for(MINUTE)
    assert said(ours, "outage list") == ""
    assert f"acme/{ticket}: the whole service" in later(ours)


@pytest.mark.parametrize(
    "text",
    [
        "outage begin consle",
        "outage begin console login fails",
        "outage begin at 25:00",
        "outage begin at",
        "outage end console because it works",
        "outage stop",
        "outage begin <!channel>",
    ],
)
def test_what_is_not_understood_logs_nothing_and_says_how_it_is_typed(ours: Scene, text: str) -> None:
    answer = said(ours, text)
    assert "is not understood. You can type:" in answer
    assert "`/sla outage begin SERVICE`" in answer
    assert "The services are console and agents." in answer
    assert "<!channel>" not in answer
    assert logged(ours) == []


def test_help_says_how_and_a_future_time_is_refused(ours: Scene) -> None:
    assert "is not understood" not in said(ours, "outage help")
    later_then = ours.parts.now() + timedelta(days=1)
    assert "Nothing was logged: this time is still to come" in said(ours, f"outage begin at {later_then.isoformat()}")


def test_only_those_whom_the_policy_names_log_outages(stage: Make, store_url: str) -> None:
    scene = stage(store_url, availability=SERVICES, permissions=KEPT)
    scene.start()
    scene.sandbox.slack.workspace.add_user(BO)
    assert said(scene, "outage begin", BO) == ""  # Slack is asked who they are
    assert "as far as Slack says you are not among them" in later(scene)
    assert "Please ask #ops." in later(scene)
    assert logged(scene) == []
    [refused] = told(scene, LedgerEvent.OUTAGE_REFUSED)
    assert "typed /sla outage begin" in refused
    assert "Please ask #ops" in said(scene, "outage begin", BO)  # Slack's answer holds for five minutes
    assert said(scene, "outage begin because all is dark") == ""
    until(lambda: logged(scene), "an entry")
    assert logged(scene)[0].reason == "all is dark"
    assert "lasts still" in said(scene, "outage begin")


def test_where_slack_cannot_say_who_somebody_is_nothing_is_logged(stage: Make, store_url: str) -> None:
    scene = stage(store_url, availability=SERVICES, permissions=KEPT)
    scene.start()
    scene.sandbox.faults.add(FaultKind.DOWN, service="slack", path="*users.info", lasting=timedelta(hours=1))
    assert said(scene, "outage begin") == ""
    assert "it could not be found out whether you are one of them" in later(scene)
    assert logged(scene) == []
    assert len(told(scene, LedgerEvent.OUTAGE_REFUSED)) == 1
