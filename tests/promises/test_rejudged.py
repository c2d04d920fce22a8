"""Clocks are judged anew only when somebody asks for it: exactly those that were listed, each with a row.

Promise: nothing is written without --yes; a second run lists nothing; a file that is not in force is refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from slabot.cli import edge, main
from slabot.runtime.evaluation import evaluate
from slabot.store import LedgerEvent, LedgerRow, clocks, ledger
from slabot.store.clocks import ClockRow
from slabot.store.of_tickets import Name
from tests.promises.scene import HOUR, MINUTE, Make, Scene, environment_of, policy_text
from tests.promises.test_verdicts_stay import clock_of, play, severities

SINCE = "2026-01-01T00:00:00Z"


class Stage:
    """slabot on its stage, and the command beside it."""

    def __init__(self, scene: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scene, self.file = scene, folder / "config.yaml"
        monkeypatch.setattr(edge, "now", scene.clock.now)
        for name, value in {"DATABASE_URL": scene.store_url, **environment_of(scene.sandbox)}.items():
            monkeypatch.setenv(name, value)

    def edit(self, **changes: Any) -> None:
        """Restart slabot with another file, and give the command the same."""
        self.scene.restart(**changes)
        self.scene.run_for(10 * MINUTE)
        text = policy_text(self.scene.helpdesks, self.scene.sandbox, self.scene.store_url, **self.scene.changes)
        self.file.write_text(text, encoding="utf-8")

    def run(self, *more: str) -> Result:
        given = ["rejudge", "-c", str(self.file), "--since", SINCE, "--why", "the targets were wrong", *more]
        return CliRunner().invoke(main, given)

    def listed(self, *more: str) -> list[dict[str, Any]]:
        result = self.run("--json", *more)
        assert result.exit_code == 0, result.output
        found: list[dict[str, Any]] = json.loads(result.stdout)["clocks"]
        return found

    def everything(self) -> tuple[list[LedgerRow], dict[Name, list[ClockRow]]]:
        """Ledger and clock rows."""
        store = self.scene.parts.store
        rows = store.read(lambda conn: ledger.since(conn, self.scene.parts.now() - 1000 * HOUR))
        names: list[Name] = [("acme", str(number)) for number in range(1, 20)]
        return rows, store.read(lambda conn: clocks.of_tickets(conn, names))


@pytest.fixture
def on_stage(stage: Make, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    scene = stage(store_url)
    scene.start()
    return Stage(scene, tmp_path, monkeypatch)


def test_exactly_what_was_listed_is_judged_anew(on_stage: Stage) -> None:
    scene = on_stage.scene
    met, missed, solved, running = play(scene)
    on_stage.edit(severities=severities("10h", "12h"))
    assert clock_of(scene, missed).verdict == "missed"
    before = on_stage.everything()

    listed = on_stage.listed()
    assert {(each["ticket"], each["old"]["verdict"], each["new"]["verdict"]) for each in listed} == {
        (str(missed), "missed", "met"),
        (str(met), "met", "met"),  # with another target
    }
    shown = on_stage.run()
    assert "Nothing was written" in shown.stdout
    assert on_stage.everything() == before

    assert on_stage.listed("--yes", "--by", "Maya") == listed
    for ticket in (met, missed):
        found = clock_of(scene, ticket)
        assert (found.verdict, str(found.terms.target)) == ("met", "10h")
        (row,) = scene.told(ticket, LedgerEvent.CLOCK_REJUDGED)
        assert row.startswith("Maya had the first response judged anew by policy version 2: it was m")
        assert "because the targets were wrong" in row
    rows, kept = on_stage.everything()
    assert len(rows) == len(before[0]) + 2
    assert {name for name, clock in kept.items() if before[1][name] != clock} == {
        ("acme", str(met)),
        ("acme", str(missed)),
    }
    for ticket in (solved, running):
        assert scene.told(ticket, LedgerEvent.CLOCK_REJUDGED) == []
    assert on_stage.listed() == []
    assert "Nothing comes out otherwise" in on_stage.run("--yes").stdout

    scene.run_for(HOUR)
    on_stage.edit(severities=severities("1m", "1m"))
    assert clock_of(scene, missed).verdict == "met"  # what was judged anew stays, too
    scene.parts.write(lambda conn: evaluate(conn, scene.parts, "acme", str(missed), now=scene.parts.now()))
    assert scene.told(missed, LedgerEvent.CLOCK_MOVED) == []


def test_one_ticket_alone_and_a_file_that_is_not_in_force(on_stage: Stage) -> None:
    scene = on_stage.scene
    met, missed, *_ = play(scene)
    on_stage.edit(severities=severities("10h", "12h"))
    assert len(on_stage.listed("--ticket", f"acme/{missed}", "--yes")) == 1
    assert [each["ticket"] for each in on_stage.listed()] == [str(met)]

    on_stage.file.write_text(on_stage.file.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    refused = on_stage.run("--yes")
    assert refused.exit_code == 1
    assert "is not the policy in force, which is version 2" in refused.output
    assert "restart slabot with this one first" in refused.output
