"""Web and worker on a store that one process works on, and who does what on one that several share."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from slabot.cli import main
from slabot.store import Store, forget_dead_processes, open_store, policies, processes
from slabot.store.ledger import write
from slabot.store.processes import Process, ProcessKind
from slabot.store.vocabulary import LedgerEvent
from tests.fixtures.policies import example
from tests.fixtures.stores import postgres_url  # noqa: F401
from tests.fixtures.times import NOON


def run(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    whole = example()
    whole["store"] = {"url_env": "DATABASE_URL"}
    monkeypatch.setenv("DATABASE_URL", url)
    config = folder / "config.yaml"
    config.write_text(json.dumps(whole), encoding="utf-8")
    command, *more = arguments
    return CliRunner().invoke(main, [command, "-c", str(config), *more])


@pytest.mark.parametrize("command", ["web", "worker"])
def test_on_sqlite_they_refuse_and_say_what_to_do_instead(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = run(tmp_path, f"sqlite:///{tmp_path / 'slabot.db'}", monkeypatch, command)
    assert refused.exit_code == 1
    said = " ".join(refused.output.split())
    assert f"slabot {command} is one of several processes, and on a SQLite file only one process can work" in said
    assert "start slabot run, which does everything in one process, or put the store into PostgreSQL" in said
    assert not (tmp_path / "slabot.db").exists()


def lives(store: Store, name: str, kind: ProcessKind, version: int, *leases: str) -> None:
    process = Process(name=name, kind=kind, place=f"{name}:1", tables="0012", policy_version=version, started_at=NOON)
    store.write(lambda conn: processes.enter(conn, process))
    for lease in leases:
        store.write(lambda conn, lease=lease: processes.take(conn, lease, name, of=None))  # type: ignore[misc]


@pytest.fixture
def shared(postgres_url: str) -> str:  # noqa: F811
    """A store on which a web and two workers live, one of them with an older file."""
    with open_store(postgres_url) as store:
        facts = {policies.IN_FORCE: 2}
        store.write(lambda conn: write(conn, NOON, LedgerEvent.SLABOT_STARTED, "started", None, None, facts=facts))
        lives(store, "a", ProcessKind.WORKER, 2, "pages", "alarm")
        lives(store, "b", ProcessKind.WORKER, 1)
        lives(store, "c", ProcessKind.WEB, 2)
    return postgres_url


def test_status_says_which_process_does_what_and_which_reads_another_policy(
    shared: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    shown = run(tmp_path, shared, monkeypatch, "status").output
    assert re.search(r"Processes\s+worker\s+a:1: alarm and pages\s+worker\s+b:1\s+web\s+c:1", shown)
    assert "The worker process b:1 reads policy version 1, and version 2 is in force." in " ".join(shown.split())

    told = json.loads(run(tmp_path, shared, monkeypatch, "status", "--json").stdout)
    assert [(each["kind"], each["place"], each["leases"]) for each in told["processes"]] == [
        ("worker", "a:1", ["alarm", "pages"]),
        ("worker", "b:1", []),
        ("web", "c:1", []),
    ]
    assert told["well"] is False


def test_migrate_forgets_processes_that_were_killed_and_no_others(
    shared: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def others_beat(_: float) -> None:
        with open_store(shared) as store:
            store.write(lambda conn: conn.execute(text("UPDATE process SET beats = beats + 1 WHERE name <> 'b'")))

    monkeypatch.setattr("slabot.cli.migrate.time.sleep", others_beat)
    done = run(tmp_path, shared, monkeypatch, "migrate", "--finish")
    assert (done.exit_code, "is up to date" in done.output) == (0, True), done.output
    with open_store(shared) as store:
        assert [each.name for each in store.read(processes.everyone)] == ["a", "c"]


def test_a_store_on_sqlite_has_no_dead_processes(tmp_path: Path) -> None:
    forget_dead_processes(f"sqlite:///{tmp_path / 'none.db'}", lambda: pytest.fail("nobody is waited for"))
    assert not (tmp_path / "none.db").exists()
