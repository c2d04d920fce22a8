"""A store is moved from SQLite to PostgreSQL in the middle of everything.

Promise: on PostgreSQL slabot does what it would have done on SQLite: the same pages to the same people at the same
instants, the same words to customers, the same solves; nothing twice and nothing left out. So does a store that an
older slabot wrote. slabot starts on neither of the two while the move lasts, and on the old one not after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from slabot.cli import main
from slabot.clock import SteppedClock
from slabot.domain import SlabotError
from slabot.store.errors import StoreMoved, StoreNotWhole
from slabot_sandbox import Sandbox
from tests.fixtures.policies import example
from tests.fixtures.stores import empty_postgres_url
from tests.promises.heard import everything
from tests.promises.scene import AGENT, CHANNEL, DAY, HOUR, MINUTE, Scene
from tests.promises.test_store_of_before_typed_work import Upgraded, has_every_effect_once, upgraded

__all__ = ["empty_postgres_url", "upgraded"]

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
VARIABLE = "SLABOT_NEW_STORE"

Mover = Callable[[str], str]


@pytest.fixture
def to_postgresql(empty_postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mover:
    """Moves a store as people do, and gives the address of the new one."""

    def move(url: str) -> str:
        config = tmp_path / "old.yaml"
        config.write_text(json.dumps(example() | {"store": {"url": url}}), encoding="utf-8")
        monkeypatch.setenv(VARIABLE, empty_postgres_url)
        result = CliRunner().invoke(main, ["migrate-store", "-c", str(config), "--to-env", VARIABLE])
        assert result.exit_code == 0, result.output
        return empty_postgres_url

    return move


def effects(folder: Path, between: Callable[[Scene], None]) -> list[tuple[object, ...]]:
    """Everything that reached people and the helpdesk over five days; ``between`` happens while slabot is stopped."""
    clock = SteppedClock(MONDAY)
    with Sandbox(clock=clock) as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        sandbox.slack.workspace.add_user(AGENT)
        scene = Scene(clock, sandbox, f"sqlite:///{folder / 'slabot.db'}", {"acme": sandbox})
        scene.changes["store"] = {"url_env": "DATABASE_URL"}  # so that the policy stays the same
        scene.sweep_every = 6 * HOUR
        try:
            scene.start()
            waits, solved, quiet, urgent = (scene.ask(text) for text in ("Help", "Help", "Help", "production down"))
            scene.asks_back(waits)
            scene.answer(solved, "Done.", status="solved")
            scene.run_for(HOUR + 5 * MINUTE)
            (page,) = scene.pages(urgent)
            assert scene.click(page) == 200
            scene.run_for(DAY)
            late = scene.ask("production down")
            scene.run_for(50 * MINUTE)
            scene.stop()
            scene.ask("production down", who="bob@contoso.example")
            scene.sandbox.zendesk.people.customer_replies(quiet, "Still broken.")
            between(scene)
            scene.run_for(12 * MINUTE)
            scene.start()
            scene.run_for(HOUR)
            scene.answer(late, "On it.")
            scene.run_for(4 * DAY)
            heard = [(each.at, each.way, each.where, each.key, each.ticket) for each in everything(sandbox)]
            written = [(each.kind, each.at) for each in scene.writes()]
            statuses = [(number, scene.status(number)) for number in (waits, solved, quiet, urgent, late)]
            told = [(row.at, row.event, row.helpdesk, row.ticket_id, row.text) for row in scene.ledger()]
            return [*sorted(heard, key=repr), *sorted(written, key=repr), *statuses, *sorted(told, key=repr)]
        finally:
            scene.stop()


def test_slabot_does_there_what_it_would_have_done_here(to_postgresql: Mover, tmp_path: Path) -> None:
    def moves(scene: Scene) -> None:
        scene.store_url = to_postgresql(scene.store_url)

    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    stayed = effects(here, lambda scene: None)
    assert len(stayed) > 40
    assert effects(there, moves) == stayed


def test_a_store_of_an_older_slabot_is_moved_and_loses_nothing(
    upgraded: Upgraded, to_postgresql: Mover, tmp_path: Path
) -> None:
    has_every_effect_once(upgraded(f"sqlite:///{tmp_path / 'slabot.db'}", to_postgresql))


def test_slabot_starts_on_neither_store_during_a_move_and_on_the_old_one_never_again(
    to_postgresql: Mover, empty_postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    scene = Scene(SteppedClock(MONDAY), sandbox, f"sqlite:///{tmp_path / 'slabot.db'}", {"acme": sandbox})
    old = scene.store_url
    scene.start()
    scene.stop()

    def breaks(*_: object) -> None:
        raise SlabotError("the plug was pulled", "put it in")

    with monkeypatch.context() as broken:
        broken.setattr("slabot.store.move.StoreMove.finish", breaks)
        with pytest.raises(AssertionError, match="the plug was pulled"):
            to_postgresql(old)
    with pytest.raises(StoreMoved, match="has been on its way to the PostgreSQL database"):
        scene.start()
    scene.store_url = empty_postgres_url
    with pytest.raises(StoreNotWhole, match=r"is not whole: .*Run slabot migrate-store"):
        scene.start()
    to_postgresql(old)
    scene.start()
    scene.stop()
    scene.store_url = old
    with pytest.raises(StoreMoved, match=r"was moved to the PostgreSQL database .* and slabot works there"):
        scene.start()
