"""A person who was erased is gone, and what was promised to them is kept.

Promise: erasing works beside a running slabot. No byte of the store names the person or repeats their words, the next
sweep brings nothing back, and the page in Slack loses the subject. Severity, clocks and pages stay as they were.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Text, select, type_coerce

from slabot.cli import edge, main
from slabot.domain import Message
from slabot.rules import decide
from slabot.runtime.instance_lock import InstanceLock
from slabot.store.schema import metadata
from tests.promises.scene import AGENT, HOUR, MINUTE, Scene, policy_text

WHO = "ana.wanderfalke@contoso.example"
Erase = Callable[..., Result]
SECRETS = ("wanderfalke", "regenbogen", "kopfschmerz")


@pytest.fixture
def erase(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Erase:
    """Calls the command as its user would, beside the running slabot."""
    file = tmp_path / "config.yaml"
    file.write_text(policy_text(scene.helpdesks, scene.sandbox, scene.store_url), encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", scene.store_url)
    monkeypatch.setattr(edge, "now", scene.clock.now)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["erase", "-c", str(file), *arguments])

    return call


def kept(scene: Scene) -> str:
    """All that the store holds, in small letters: the bytes of its files, or the rows of its tables."""
    address = scene.parts.store.address
    if address.file is not None:
        parts = sorted(address.file.parent.glob(f"{address.file.name}*"))
        return b"".join(part.read_bytes() for part in parts).decode("utf-8", "replace").lower()
    queries = [select(*(type_coerce(column, Text) for column in table.columns)) for table in metadata.sorted_tables]
    return scene.parts.store.read(lambda conn: "".join(str(conn.execute(query).all()) for query in queries)).lower()


def held(scene: Scene) -> list[str]:
    return [secret for secret in SECRETS if secret in kept(scene)]


def ask(scene: Scene) -> int:
    text = "Kopfschmerz: production down, write to regenbogen"
    number = scene.sandbox.zendesk.people.create_ticket(WHO, "Regenbogen laptop", text)
    scene.run_for(61 * MINUTE)
    return int(number)


def test_it_is_gone_from_the_store_and_the_promise_stays(scene: Scene, erase: Erase) -> None:
    ticket = ask(scene)
    assert held(scene) == list(SECRETS)
    assert "Regenbogen" in scene.shown(ticket)
    before = scene.stored(ticket)
    assert before is not None
    decision = decide(before.ticket, before.timeline, scene.parts.policy, scene.clock.now())

    said = erase(WHO, "--yes")

    assert said.exit_code == 0, said.output
    assert "1 ticket of their own: acme/" in said.stdout
    assert "slabot cannot reach:" in said.stdout
    assert held(scene) == []
    after = scene.stored(ticket)
    assert after is not None
    again = decide(after.ticket, after.timeline, scene.parts.policy, scene.clock.now())
    assert (again.severity.severity, again.severity.since) == (decision.severity.severity, decision.severity.since)
    assert again.clocks == decision.clocks
    assert again.due_now == decision.due_now

    pages = len(scene.pages(ticket))
    scene.run_for(MINUTE)
    assert "Regenbogen" not in scene.shown(ticket)
    scene.run_for(HOUR)
    assert len(scene.pages(ticket)) > pages  # the next rungs come, and name nobody
    assert held(scene) == []


def test_the_next_sweep_brings_nothing_back(scene: Scene, erase: Erase) -> None:
    ticket = ask(scene)
    assert erase(WHO, "--yes").exit_code == 0
    scene.answer(ticket, "Dear Ana Wanderfalke, Regenbogen")
    other = scene.sandbox.zendesk.people.create_ticket("ben@contoso.example", "Hi", f"production down. Ask {WHO}!")
    scene.run_for(HOUR)
    scene.restart()
    scene.run_for(HOUR)

    assert held(scene) == []
    stored, others = scene.stored(ticket), scene.stored(other)
    assert stored is not None
    assert others is not None
    assert [event.text for event in stored.timeline if isinstance(event, Message)] == ["", ""]
    assert [event.text for event in others.timeline if isinstance(event, Message)] == [
        "production down. Ask (no longer kept)!"
    ]


def test_nothing_goes_before_somebody_agrees(scene: Scene, erase: Erase) -> None:
    ask(scene)
    shown = erase(WHO, "--dry-run")
    assert shown.exit_code == 0
    assert "Nothing was erased." in shown.stdout
    assert erase(WHO).exit_code == 1  # no terminal that could be asked
    asked = json.loads(erase(WHO, "--dry-run", "--json").stdout)
    assert (asked["version"], asked["erased"], asked["removed"]) == (1, False, None)
    assert held(scene) == list(SECRETS)

    done = json.loads(erase(WHO, "--yes", "--json").stdout)
    assert done["erased"] is True
    assert done["removed"]["tickets"] == 1
    assert held(scene) == []


def test_erasing_again_finds_nobody_and_says_that_it_was_done(scene: Scene, erase: Erase) -> None:
    ask(scene)
    assert erase(WHO, "--yes").exit_code == 0
    again = erase(WHO, "--yes")
    assert again.exit_code == 0
    assert "was erased before, and has not come back" in again.stdout


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("nobody@contoso.example", "the store knows nobody of the name nobody@contoso.example"),
        ("acmee/12", 'the policy has no helpdesk "acmee"; it has acme; did you mean "acme"?'),
        ("acme/12", "the store knows nobody of the name acme/12"),
    ],
)
def test_whom_nobody_knows_is_no_success(scene: Scene, erase: Erase, named: str, said: str) -> None:
    result = erase(named, "--yes")
    assert result.exit_code == 1
    assert said in result.stderr


def test_it_works_while_slabot_holds_its_lock(scene: Scene, erase: Erase) -> None:
    ticket = ask(scene)
    file = scene.parts.store.address.file
    if file is None:
        assert erase(WHO, "--yes").exit_code == 0
        return
    with InstanceLock(file):
        assert erase(WHO, "--yes").exit_code == 0
    assert held(scene) == []
    scene.sandbox.zendesk.people.agent_replies(ticket, AGENT, "Done", status="solved")
    scene.run_for(HOUR)
    assert held(scene) == []
