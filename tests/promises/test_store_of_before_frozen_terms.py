"""A store of before clocks had frozen terms (migration 0008), whose policy is edited right after the upgrade.

Promise: every clock that had stopped keeps the terms of the policy under which it was last decided: not one verdict,
clock row or ledger row moves. Clocks that run are not frozen by the upgrade.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, column, create_engine, insert, select, table, text

from slabot.domain import TermsFrozen
from slabot.reports.rows import ALWAYS, PeriodBy
from slabot.runtime.reporting import StoreSource
from slabot.store import LedgerEvent, Store, clocks, ledger, records, schema, tickets
from slabot.store.address import read_address
from slabot.store.event_rows import event_row
from slabot.store.migrate import upgrade
from tests.fixtures.stores import empty_postgres_url, empty_store_url
from tests.promises.scene import HOUR, MINUTE, Make, Scene
from tests.promises.test_verdicts_stay import EDITS, judged, play

__all__ = ["empty_postgres_url", "empty_store_url"]

ADDED = {"policy_version": {"dates"}}  # columns of this migration
LATER = ("clock_record", "ticket_summary", "open_stretch", "agent")  # tables of later ones


def before(store: Store, url: str) -> None:
    """The same store as the version of before would have written it."""
    engine = create_engine(read_address(url).url)
    with engine.begin() as conn:
        upgrade(conn, "0007")
        for each in (each for each in schema.metadata.sorted_tables if each.name not in LATER):
            rows = store.read(partial(_raw, each=each))
            names = [one.name for one in each.columns if one.name not in ADDED.get(each.name, ())]
            kept = [{name: row[name] for name in names} for row in rows if row.get("type") != "terms"]
            if kept:
                conn.execute(insert(table(each.name, *map(column, names))), kept)
            counted = each.autoincrement_column
            if kept and counted is not None and conn.dialect.name == "postgresql":
                sequence = f"pg_get_serial_sequence('{each.name}', '{counted.name}')"
                conn.execute(text(f"SELECT setval({sequence}, (SELECT max({counted.name}) FROM {each.name}))"))
    engine.dispose()


def _raw(conn: Connection, each: Any) -> list[dict[str, Any]]:
    """The rows as they are kept, without the types of Python."""
    plain = table(each.name, *(column(one.name) for one in each.columns))
    return [dict(row) for row in conn.execute(select(plain)).mappings()]


def rows(scene: Scene) -> tuple[Any, ...]:
    """Everything that is known of clocks, and what was told of these tickets.

    But for the severity and the agreement that the file of today gives to whatever begins from now on.
    """
    names = [("acme", str(number)) for number in range(1, 4)]
    today = (LedgerEvent.SEVERITY_SET, LedgerEvent.AGREEMENT_SET)
    told = [row for row in scene.ledger() if row.ticket_id in ("1", "2", "3") and row.event not in today]
    return scene.parts.store.read(lambda conn: clocks.of_tickets(conn, names)), [(row.n, row.text) for row in told]


@dataclass
class Upgraded:
    """A scene on a store of before, and what was known of its clocks there."""

    scene: Scene
    found: tuple[Any, ...]


@pytest.fixture
def upgraded(stage: Make, empty_store_url: str, tmp_path: Path) -> Upgraded:
    """Three clocks that have stopped and one that runs, in a store of before; slabot is stopped."""
    scene = stage(f"sqlite:///{tmp_path / 'scratch.db'}", waiting={"mode": "off"}, solved={"mode": "off"})
    scene.start()
    play(scene)
    scene.run_for(10 * MINUTE)
    found = [judged(scene, number) for number in (1, 2, 3)], rows(scene)
    before(scene.parts.store, empty_store_url)
    scene.stop()
    scene.store_url = empty_store_url
    return Upgraded(scene, found)


@pytest.fixture
def scene(upgraded: Upgraded) -> Scene:
    """The scene alone."""
    return upgraded.scene


def terms(scene: Scene, number: int) -> list[TermsFrozen]:
    stored = scene.stored(number)
    assert stored is not None
    return [event for event in stored.timeline if isinstance(event, TermsFrozen)]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_right_after_the_upgrade_moves_nothing(upgraded: Upgraded, edit: str) -> None:
    scene = upgraded.scene
    scene.start(**EDITS[edit])
    scene.run_for(HOUR)
    assert ([judged(scene, number) for number in (1, 2, 3)], rows(scene)) == upgraded.found
    for number in (1, 2, 3):
        (frozen,) = terms(scene, number)
        assert (frozen.clock, frozen.agreement, frozen.policy_version) == ("first_response", "default", 1)
    (running,) = terms(scene, 4)
    assert (running.policy_version, running.stopped_at) == (2, None)


def test_what_reports_need_is_filled_in_while_slabot_runs(scene: Scene) -> None:
    scene.start()
    before_it_runs = scene.parts.store.read(lambda conn: records.count_unrecorded(conn))
    scene.run_for(MINUTE)
    assert before_it_runs == (4, 4)
    assert scene.parts.store.read(lambda conn: records.count_unrecorded(conn)) == (0, 0)
    kept = scene.parts.store.read(lambda conn: list(StoreSource(conn).clocks(ALWAYS, PeriodBy.STARTED)))
    assert sorted((row.ticket, row.verdict) for row in kept) == sorted(
        (row.ticket_id, row.verdict)
        for found in scene.parts.store.read(
            lambda conn: clocks.of_tickets(conn, [("acme", str(number)) for number in range(1, 5)])
        ).values()
        for row in found
    )


def test_the_events_are_as_the_runtime_writes_them(scene: Scene) -> None:
    scene.start()
    scene.run_for(MINUTE)
    found = scene.parts.store.read(lambda conn: tickets.event_rows(conn, "acme", "2"))
    (row,) = [row for row in found.values() if row.type == "terms"]
    event = row.event()
    assert isinstance(event, TermsFrozen)
    made = event_row(event, "")
    assert (made.body, made.author, made.text, made.version) == (row.body, None, None, "")
    assert json.loads(row.body)["target"] == "2h"


def test_terms_that_are_frozen_already_stay_and_a_second_upgrade_adds_nothing(scene: Scene) -> None:
    scene.start()
    scene.run_for(MINUTE)
    first = {number: terms(scene, number) for number in (1, 2, 3, 4)}
    scene.restart()
    scene.run_for(HOUR)
    assert {number: terms(scene, number) for number in (1, 2, 3, 4)} == first
    moved = scene.parts.store.read(lambda conn: ledger.latest(conn, [LedgerEvent.CLOCK_MOVED], 9))
    assert list(moved) == []
