"""People are names.

Promise: whoever has a ticket is shown by their name, on pages, updates and in webhook bodies. A name that cannot be
read holds no page: it says "an agent", and the next state of it the name.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot_sandbox import FaultKind, Sandbox
from tests.promises.scene import AGENT, HOUR, MINUTE, SECOND, Make, Scene, said
from tests.promises.ways import WebhookWay

PRIYA = "priya@acme.example"


@pytest.fixture
def scene(stage: Make, sqlite_url: str, sandbox: Sandbox) -> Scene:
    """Each rung tells Slack's channel and a webhook."""
    way = WebhookWay(sandbox)
    rungs = [{"at": at, "notify": [way.to]} for at in ("50% used", "75% used")]
    scene = stage(sqlite_url, **way.settings(), escalate=[{"rungs": rungs}])
    sandbox.zendesk.account.add_agent(PRIYA, name="Priya Nair")
    sandbox.zendesk.account.add_agent("raj@acme.example", name="Raj Mehta")
    scene.start()
    return scene


def assigned(scene: Scene, who: str = PRIYA) -> int:
    ticket = scene.ask()
    scene.sandbox.zendesk.people.agent_sets_assignee(ticket, AGENT, who)
    scene.run_for(SECOND)
    return ticket


def agent_id(sandbox: Sandbox, email: str = PRIYA) -> str:
    return str(sandbox.zendesk.account.add_agent(email)["id"])


def test_a_page_and_a_webhook_name_the_assignee(scene: Scene, sandbox: Sandbox) -> None:
    ticket = assigned(scene)
    scene.run_for(HOUR)
    [page] = scene.pages(ticket)
    assert "assigned to Priya Nair" in said(page)
    assert agent_id(sandbox) not in said(page)
    [body] = sandbox.receiver.pages
    assert body["ticket"]["assignee"] == "Priya Nair"
    assert body["ticket"]["assignee_id"] == agent_id(sandbox)
    assert "assigned to Priya Nair" in body["text"]


def test_an_update_names_whoever_has_it_then(scene: Scene, sandbox: Sandbox) -> None:
    ticket = assigned(scene)
    scene.run_for(HOUR)
    sandbox.zendesk.people.agent_sets_assignee(ticket, AGENT, "raj@acme.example")
    scene.run_for(MINUTE)
    [update] = sandbox.journal.effects(kind="message.updated")
    assert "assigned to Raj Mehta" in said(update)


def test_a_name_that_cannot_be_read_holds_no_page(scene: Scene, sandbox: Sandbox) -> None:
    ticket = assigned(scene)
    scene.restart()
    scene.run_for(HOUR - 30 * SECOND)
    sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=timedelta(minutes=5))
    scene.run_for(40 * SECOND)
    [page] = scene.pages(ticket)
    assert "assigned to an agent" in said(page)
    assert agent_id(sandbox) not in said(page)


def test_a_priority_that_an_agent_set_names_the_agent(scene: Scene, sandbox: Sandbox) -> None:
    ticket = scene.ask("Cannot log in")
    sandbox.zendesk.people.agent_sets_priority(ticket, PRIYA, "urgent")
    scene.run_for(HOUR + SECOND)
    [page] = scene.pages(ticket)
    assert 'Priya Nair set the priority to "urgent"' in page["text"] + said(page).replace('\\"', '"')
    assert f"agent {agent_id(sandbox)}" not in said(page)
