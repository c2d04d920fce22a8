"""People are names.

Promise: whoever has a ticket is shown by their name, on pages, updates and in webhook bodies. A name that cannot be
read holds no page: it says "an agent", and the next state of it the name. `/sla TICKET` and `slabot explain` show names
as well, and a number only where no name is known.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from slabot.cli import main
from slabot_sandbox import FaultKind, Sandbox
from tests.promises.scene import AGENT, HOUR, MINUTE, SECOND, Make, Scene, environment_of, policy_text, said
from tests.promises.test_commands_and_home import said as answer
from tests.promises.ways import WebhookWay

Explain = Callable[..., str]

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


def chosen_by_priya(scene: Scene) -> int:
    """A ticket whose severity an agent chose."""
    ticket = scene.ask("Cannot log in")
    scene.sandbox.zendesk.people.agent_sets_priority(ticket, PRIYA, "urgent")
    scene.run_for(SECOND)
    return ticket


def answer_to_sla(scene: Scene, ticket: int) -> str:
    """What `/sla TICKET` answers, in one line."""
    return " ".join(answer(scene, str(ticket)).split())


def test_the_answer_to_sla_names_the_agent(scene: Scene, sandbox: Sandbox) -> None:
    shown = answer_to_sla(scene, chosen_by_priya(scene))
    assert 'because Priya Nair set the priority to "urgent"' in shown
    assert agent_id(sandbox) not in shown


def test_the_answer_to_sla_has_the_number_while_the_name_cannot_be_read(scene: Scene, sandbox: Sandbox) -> None:
    ticket = chosen_by_priya(scene)
    scene.restart()  # it knew her name from reading the ticket
    sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=timedelta(minutes=5))
    assert f'because agent {agent_id(sandbox)} set the priority to "urgent"' in answer_to_sla(scene, ticket)


@pytest.fixture
def explain(
    scene: Scene, sandbox: Sandbox, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Explain:
    """`slabot explain` beside the running bot."""
    file = tmp_path / "config.yaml"
    file.write_text(policy_text(scene.helpdesks, sandbox, sqlite_url), encoding="utf-8")
    for name, value in {"DATABASE_URL": sqlite_url, **environment_of(sandbox)}.items():
        monkeypatch.setenv(name, value)

    def run(ticket: int, *more: str) -> str:
        now = scene.clock.now().isoformat()
        result = CliRunner().invoke(main, ["explain", "-c", str(file), f"acme/{ticket}", "--now", now, *more])
        assert result.exit_code == 0, result.output
        return " ".join(result.stdout.split())

    return run


def test_explain_names_the_agent(scene: Scene, sandbox: Sandbox, explain: Explain) -> None:
    printed = explain(chosen_by_priya(scene))
    assert 'because Priya Nair set the priority to "urgent"' in printed
    assert agent_id(sandbox) not in printed


def test_explain_has_the_number_where_the_helpdesk_cannot_be_asked(
    scene: Scene, sandbox: Sandbox, explain: Explain, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, number = chosen_by_priya(scene), f"because agent {agent_id(sandbox)} set the priority"
    with monkeypatch.context() as without_secret:
        without_secret.delenv("ZENDESK_CLIENT_SECRET")
        assert number in explain(ticket)
    sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=timedelta(minutes=5))
    assert number in explain(ticket)


def test_the_machine_form_of_an_explanation_keeps_the_number(scene: Scene, sandbox: Sandbox, explain: Explain) -> None:
    assert agent_id(sandbox) in explain(chosen_by_priya(scene), "--json")
