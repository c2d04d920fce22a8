"""Is what `slabot diff` foretells what a new policy does?

Promise: with terms that running clocks keep, none moves; where the file lets them adopt others, each that would move is
named, and those that would be missed at once are counted. What slabot does when it is started with the file agrees.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import edge, main
from slabot.rules import decide
from tests.promises.scene import AGREEMENT, MINUTE, Make, Scene, policy_text

STRICT: dict[str, Any] = {
    name: terms | ({"respond_within": "1h"} if name == "critical" else {})
    for name, terms in AGREEMENT["severities"].items()
}


class Compared:
    """A store with three critical tickets and one other, and the command."""

    def __init__(self, scene: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scene, self.folder = scene, folder
        monkeypatch.setattr(edge, "now", scene.clock.now)
        monkeypatch.setenv("DATABASE_URL", scene.store_url)

    def write(self, name: str, **changes: Any) -> str:
        file = self.folder / name
        text = policy_text(self.scene.helpdesks, self.scene.sandbox, self.scene.store_url, **changes)
        file.write_text(text, encoding="utf-8")
        return str(file)

    def diff(self, old: str, new: str, *words: str) -> str:
        result = CliRunner().invoke(main, ["diff", old, new, *words])
        assert result.exit_code == 0, result.output
        return result.stdout


@pytest.fixture
def compared(stage: Make, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compared:
    scene = stage(store_url)
    scene.start()
    early = scene.ask()
    scene.ask("Cannot log in", who="kim@contoso.example")
    scene.run_for(70 * MINUTE)
    scene.ask(who="lee@contoso.example")
    scene.ask(who="pat@contoso.example")
    scene.run_for(5 * MINUTE)
    assert early == 1
    return Compared(scene, tmp_path, monkeypatch)


def test_running_clocks_that_keep_their_terms_do_not_move(compared: Compared) -> None:
    old, new = compared.write("old.yaml"), compared.write("new.yaml", severities=STRICT)
    found = json.loads(compared.diff(old, new, "--json"))
    assert [change["words"] for change in found["changes"]] == ["critical: respond within 2h → 1h"]
    assert found["store"]["running"] == 4
    assert found["store"]["moved"] == []
    assert "Running clocks keep the terms that they have" in compared.diff(old, new)


def test_clocks_that_adopt_new_terms_are_named_and_move_so_when_slabot_starts(compared: Compared) -> None:
    scene, changes = compared.scene, {"severities": STRICT, "terms_changes": "adopt"}
    old, new = compared.write("old.yaml"), compared.write("new.yaml", **changes)
    found = json.loads(compared.diff(old, new, "--json"))["store"]
    moved = {each["ticket"]: each for each in found["moved"]}
    assert sorted(moved) == ["acme/1", "acme/3", "acme/4"]
    assert [name for name, each in moved.items() if each["missed_at_once"]] == ["acme/1"]
    text = compared.diff(old, new)
    assert "3 running clocks of 4 move; 1 would be missed at once" in text
    scene.restart(**changes)
    scene.run_for(MINUTE)
    for ticket in (1, 3, 4):
        stored = scene.stored(ticket)
        assert stored is not None
        parts = scene.parts
        decision = decide(stored.ticket, stored.timeline, parts.policy, scene.clock.now(), past=parts.past)
        [clock] = [clock for clock in decision.clocks if clock.name == "first_response"]
        assert clock.due_at is not None
        assert clock.due_at.isoformat() == moved[f"acme/{ticket}"]["due_at"]["new"]
        assert clock.is_missed is moved[f"acme/{ticket}"]["missed_at_once"]


def test_without_a_store_the_meaning_is_told_alone(compared: Compared) -> None:
    old, new = compared.write("old.yaml"), compared.write("new.yaml", severities=STRICT)
    assert compared.diff(old, new, "--no-store") == "critical: respond within 2h → 1h\n"
    assert compared.diff(old, old, "--no-store") == "Both mean the same.\n"


def test_a_diff_changes_nothing_in_the_store(compared: Compared) -> None:
    scene = compared.scene
    old, new = compared.write("old.yaml"), compared.write("new.yaml", severities=STRICT, terms_changes="adopt")
    before = [(scene.stored(ticket), scene.told(ticket), scene.rows(ticket)) for ticket in (1, 2, 3, 4)]
    compared.diff(old, new)
    assert [(scene.stored(ticket), scene.told(ticket), scene.rows(ticket)) for ticket in (1, 2, 3, 4)] == before
