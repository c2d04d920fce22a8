"""Can a simulation do anything to a helpdesk?

Promise: it cannot. It reads by something that has no way to write, and while it runs over tickets to which the file
would write at once, and pages are due, the journals of the stand-ins stay empty.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.base import Adapter
from slabot.cli import edge, main
from slabot.runtime.reading.read_only import ReadOnly, TicketReader
from tests.promises.scene import DAY, HOUR, MINUTE, Make, Scene, environment_of, policy_text


def methods(of: type) -> set[str]:
    return {name for name in vars(of) if not name.startswith("_")}


def test_what_reads_has_no_method_that_writes() -> None:
    assert methods(ReadOnly) == methods(TicketReader) == {"sweep", "fetch"}
    assert methods(TicketReader) < methods(Adapter)


class Simulated:
    """Tickets at a helpdesk beside which no slabot runs, and the command."""

    def __init__(self, scene: Scene, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scene, self.file = scene, file
        file.write_text(policy_text(scene.helpdesks, scene.sandbox, scene.store_url), encoding="utf-8")
        for name, value in environment_of(scene.sandbox).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(edge, "now", scene.clock.now)

    def run(self, *words: str) -> str:
        result = CliRunner().invoke(main, ["simulate", "-c", str(self.file), *words])
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))


@pytest.fixture
def simulated(stage: Make, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Simulated:
    scene = stage(store_url)
    silent = scene.ask("Cannot log in", who="silent@contoso.example")
    scene.run_for(MINUTE)
    scene.asks_back(silent)
    scene.run_for(DAY + HOUR)
    scene.ask()
    done = scene.ask("Thank you", who="done@contoso.example")
    scene.answer(done, "You are welcome.", status="solved")
    scene.run_for(HOUR + MINUTE)
    return Simulated(scene, tmp_path / "config.yaml", monkeypatch)


def test_a_simulation_tells_what_would_be_done_and_does_none_of_it(simulated: Simulated) -> None:
    found = simulated.json("--hours", "100")
    happens = [(each["ticket"], each["what"], each["due_already"]) for each in found["ahead"]]
    assert ("1", "follow_up", True) in happens
    assert ("1", "auto_solve", False) in happens
    assert ("2", "page", True) in happens
    assert found["tickets"] == 2  # the solved one is over
    journal = simulated.scene.sandbox.journal
    assert list(journal.effects(by="api")) == []
    assert list(journal.effects(service="slack")) == []
    assert simulated.scene.status(1) == "pending"


def test_a_simulation_of_one_ticket_reads_that_one(simulated: Simulated) -> None:
    assert simulated.json("acme/3")["tickets"] == 1
    assert "Nothing was written, and nobody was told." in simulated.run("acme/1")


def test_what_slabot_did_before_is_taken_from_the_store(simulated: Simulated) -> None:
    scene = simulated.scene
    assert not simulated.json()["knows_own_acts"]
    scene.start()
    scene.run_for(2 * MINUTE)
    assert scene.comments(1)
    scene.stop()
    found = simulated.json("--hours", "2")
    assert found["knows_own_acts"]
    assert not [each for each in found["ahead"] if each["due_already"]]
