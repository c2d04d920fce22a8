"""Processes are exchanged one after the other: the tables serve the old ones and the new ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from slabot.store import (
    OlderProcesses,
    SchemaTooNew,
    Store,
    forget_dead_processes,
    migrate,
    open_store,
    processes,
    queue_schema,
    schema_notes,
)
from slabot.store.migrate import fits, newest, revision
from slabot.store.processes import Process, ProcessKind
from tests.fixtures.times import NOON

ADDS = ("9001", "pre", "op.add_column('agent', sa.Column('nick', sa.Text(), nullable=True))")
TAKES = ("9002", "post", "op.drop_column('agent', 'nick')")
ADDS_MORE = ("9003", "pre", "op.add_column('agent', sa.Column('team', sa.Text(), nullable=True))")


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Makes this slabot another release, with these migrations on top."""
    now = migrate.SCRIPTS

    def become(*further: tuple[str, str, str]) -> None:
        folder = tmp_path / "-".join(name for name, *_ in further or [("today",)])
        if not folder.exists():
            shutil.copytree(now, folder, ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setattr(migrate, "SCRIPTS", now)
        before = newest()
        for name, phase, act in further:
            (folder / "versions" / f"{name}_later.py").write_text(
                "import sqlalchemy as sa\nfrom alembic import op\n"
                f"revision, down_revision, phase = {name!r}, {before!r}, {phase!r}\n\n"
                f"def upgrade():\n    {act}\n"
            )
            before = name
        monkeypatch.setattr(migrate, "SCRIPTS", folder)

    yield become
    monkeypatch.setattr(migrate, "SCRIPTS", now)


def columns(store: Store) -> set[str]:
    query = text("SELECT column_name FROM information_schema.columns WHERE table_name = 'agent'")
    return set(store.read(lambda conn: conn.execute(query).scalars().all()))


def lives(store: Store, tables: str) -> None:
    """A process of the release that knows the tables up to there."""
    process = Process(
        name=tables, kind=ProcessKind.WORKER, place=f"old:{tables}", tables=tables, policy_version=1, started_at=NOON
    )
    store.write(lambda conn: processes.enter(conn, process))


def test_an_old_slabot_opens_tables_to_which_a_newer_one_has_added(
    postgres_url: str, release: Callable[..., None]
) -> None:
    release(ADDS)
    with open_store(postgres_url) as store:
        assert columns(store) == {"helpdesk", "id", "name", "nick"}
    release()
    with open_store(postgres_url) as old:
        assert old.read(revision) == "9001"
        assert old.read(fits)
        old.write(lambda conn: conn.execute(text("INSERT INTO agent (helpdesk, id, name) VALUES ('acme', '1', 'Ana')")))


def test_what_an_old_slabot_needs_is_taken_away_on_demand_and_then_it_is_refused(
    postgres_url: str, release: Callable[..., None]
) -> None:
    release(ADDS, TAKES)
    with open_store(postgres_url) as store:
        assert "nick" in columns(store)
        assert store.read(fits)
    open_store(postgres_url, finish_migrating=True).close()
    with open_store(postgres_url) as store:
        assert "nick" not in columns(store)
    release()
    with pytest.raises(SchemaTooNew):
        open_store(postgres_url)


def test_nothing_is_taken_away_while_a_process_runs_that_needs_it(
    postgres_url: str, release: Callable[..., None]
) -> None:
    with open_store(postgres_url) as store:
        lives(store, newest())
    release(ADDS, TAKES)
    open_store(postgres_url).close()
    with pytest.raises(OlderProcesses, match=r"one runs: old:\d+") as refused:
        open_store(postgres_url, finish_migrating=True)
    assert "slabot migrate" in str(refused.value)
    with open_store(postgres_url) as store:
        assert "nick" in columns(store)


def test_a_process_that_was_killed_holds_nothing_up(postgres_url: str, release: Callable[..., None]) -> None:
    with open_store(postgres_url) as store:
        lives(store, "0012")
        lives(store, "9002")
        release(ADDS, TAKES)

        def beats() -> None:
            store.write(lambda conn: processes.beat(conn, "9002"))

        forget_dead_processes(postgres_url, beats)
        assert [each.name for each in store.read(processes.everyone)] == ["9002"]
    open_store(postgres_url, finish_migrating=True).close()


def test_what_was_left_to_be_taken_away_goes_with_the_next_release(
    postgres_url: str, release: Callable[..., None]
) -> None:
    release(ADDS, TAKES)
    open_store(postgres_url).close()
    release(ADDS, TAKES, ADDS_MORE)
    with open_store(postgres_url) as store:
        assert columns(store) == {"helpdesk", "id", "name", "team"}
        assert store.read(lambda conn: schema_notes.get(conn, schema_notes.SERVES)) == "9002"


def test_on_sqlite_everything_is_done_at_once(sqlite_url: str, release: Callable[..., None]) -> None:
    release(ADDS, ("9002", "post", "op.execute('ALTER TABLE agent DROP COLUMN nick')"))
    with open_store(sqlite_url) as store:
        assert store.read(revision) == "9002"


def test_every_migration_of_procrastinate_is_run_by_one_of_ours(postgres_url: str) -> None:
    assert queue_schema.known()[-1] == queue_schema.LAST, (
        "Procrastinate brings migrations of its own: add a migration to slabot/store/migrations that calls "
        "queue_schema.bring_to with the last one of its phase, and set queue_schema.LAST"
    )
    with open_store(postgres_url) as store:
        assert store.read(lambda conn: schema_notes.get(conn, schema_notes.QUEUE)) == queue_schema.LAST


def test_procrastinates_later_migrations_are_run_once_each(
    empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = queue_schema.known()
    run: list[str] = []
    with open_store(empty_postgres_url) as store:
        real = queue_schema._run

        def counting(conn: object, script: str) -> None:
            run.append(script)
            real(conn, script)  # type: ignore[arg-type]

        monkeypatch.setattr(queue_schema, "_run", counting)
        store.write(lambda conn: queue_schema.bring_to(conn, everything[-1]))
        assert run == []
        # as if the tables had been made by the release before the last migration
        store.write(lambda conn: schema_notes.put(conn, schema_notes.QUEUE, everything[-2]))
        store.write(lambda conn: queue_schema.bring_to(conn, everything[-1]))
        assert len(run) == 1
        assert store.read(lambda conn: schema_notes.get(conn, schema_notes.QUEUE)) == everything[-1]
