"""`slabot migrate-store` moves a SQLite store to PostgreSQL, and says what it did, would not do, and what is next."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from slabot.cli import main
from slabot.runtime.instance_lock import InstanceLock
from slabot.store import LedgerEvent, ledger, open_store, processes, schema_notes, tables_of
from slabot.store.address import holds_password, read_address
from slabot.store.ledger import LedgerEntry
from slabot.store.migrate import newest, upgrade
from slabot.store.processes import Process, ProcessKind
from tests.fixtures.policies import example
from tests.fixtures.times import NOON
from tests.fixtures.waits import until

VARIABLE = "SLABOT_NEW_STORE"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite store with a row of the ledger."""
    file = tmp_path / "slabot.db"
    with open_store(f"sqlite:///{file}") as store:
        store.write(lambda conn: ledger.write(conn, NOON, "page.sent", "paged", "acme", "4711"))
    return file


@pytest.fixture(autouse=True)
def variable(monkeypatch: pytest.MonkeyPatch, empty_postgres_url: str) -> str:
    """The address of an empty database stands in the environment."""
    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    monkeypatch.setattr("slabot.cli.migrate_store.DEAD", 0.01)
    return empty_postgres_url


def config(file: Path, url: str = "") -> Path:
    path = file.with_name("config.yaml")
    path.write_text(json.dumps(example() | {"store": {"url": url or f"sqlite:///{file}"}}), encoding="utf-8")
    return path


def run(file: Path, *more: str, to: tuple[str, ...] = ("--to-env", VARIABLE)) -> Result:
    return CliRunner().invoke(main, ["migrate-store", "-c", str(config(file)), *to, *more])


def test_it_is_moved_and_says_what_comes_next(file: Path, variable: str) -> None:
    result = run(file)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Moved: ")
    assert f"from the SQLite file {file} to the {read_address(variable)}" in result.stdout
    assert f"Now name the new store in the policy file (store: {{url_env: {VARIABLE}}})" in result.stdout
    with open_store(variable) as store:
        assert [row.text for row in store.read(lambda conn: ledger.of_ticket(conn, "acme", "4711"))] == ["paged."]
        assert store.read(lambda conn: schema_notes.get(conn, schema_notes.QUEUE)), "tables of Procrastinate"
    again = run(file)
    assert (again.exit_code, again.stdout) == (
        0,
        f"Everything was moved before: the store is the {read_address(variable)}.\n",
    )


def test_the_machine_form(file: Path) -> None:
    found = json.loads(run(file, "--json").stdout)
    assert (found["version"], found["state"], found["altered_rows"]) == (1, "moved", 0)
    tables = {each["name"]: each for each in found["tables"]}
    assert tables["ledger"]["rows"] == 1
    assert len(tables["ledger"]["digest"]) == 64
    compared = json.loads(run(file, "--check", "--json").stdout)
    assert compared["state"] == "same"
    assert compared["tables"] == found["tables"]


def test_a_store_of_an_older_slabot_is_brought_up_to_date_first(tmp_path: Path, variable: str) -> None:
    file = tmp_path / "old.db"
    with create_engine(f"sqlite:///{file}").begin() as conn:
        upgrade(conn, "0009")
        conn.execute(text("INSERT INTO erased (mark) VALUES ('a')"))
    assert run(file).exit_code == 0
    with open_store(variable) as store:
        assert store.read(lambda conn: conn.execute(text("SELECT mark FROM erased")).scalars().all()) == ["a"]
        assert (
            store.read(lambda conn: conn.execute(text("SELECT version_num FROM alembic_version")).scalar()) == newest()
        )


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://slabot:hunter2@db.example/slabot",
        "postgresql://slabot@db.example/slabot?password=hunter2",
        "postgresql://slabot:hunter2@db.example:port/slabot",
    ],
)
@pytest.mark.parametrize("option", ["--to", "--from"])
def test_a_password_on_the_command_line_is_refused_and_not_repeated(file: Path, address: str, option: str) -> None:
    assert holds_password(address)
    result = run(file, option, address, to=() if option == "--to" else ("--to-env", VARIABLE))
    assert result.exit_code == 2
    assert "Put the address into an environment variable" in " ".join(result.output.split())
    assert "hunter2" not in result.output


def test_an_address_without_a_password_may_stand_on_the_command_line(file: Path, tmp_path: Path) -> None:
    assert run(file, to=("--to", f"sqlite:///{tmp_path / 'new.db'}")).exit_code == 0


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ((), 2, "Say where to"),
        (("--to", "sqlite:///x.db", "--to-env", VARIABLE), 2, "two ways to say one thing"),
        (("--to-env", VARIABLE, "--check", "--afresh"), 2, "three different things"),
        (("--to-env", "SLABOT_THAT_IS_NOT_SET"), 1, "SLABOT_THAT_IS_NOT_SET, which is not set"),
        (("--to", "sqlite:////nowhere/at/all/x.db"), 1, "There is no folder /nowhere/at/all"),
        (("--to-env", VARIABLE, "--from", "sqlite:////nowhere/x.db"), 1, "There is no store at /nowhere/x.db"),
        (("--to-env", VARIABLE, "--check"), 1, "holds no slabot's tables; nothing was moved there yet"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(file: Path, given: tuple[str, ...], code: int, words: str) -> None:
    result = run(file, to=given)
    assert result.exit_code == code, result.output
    assert words in " ".join(result.output.split())


def test_a_store_is_not_moved_to_where_it_is(file: Path) -> None:
    link = file.with_name("link.db")
    link.symlink_to(file)
    result = run(file, to=("--to", f"sqlite:///{link}"))
    assert result.exit_code == 1
    assert "to be moved to where it is" in result.output
    assert "name the old one with --from" in result.output


def test_a_sqlite_store_that_a_slabot_works_on_is_left_as_it_is(file: Path) -> None:
    with InstanceLock(file):
        result = run(file)
    assert result.exit_code == 1
    assert "another slabot works on" in result.output
    open_store(f"sqlite:///{file}").close()


def test_a_sqlite_store_that_a_command_works_on_is_left_as_it_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slabot.store.engines.ENDING", 0.05)
    with open_store(f"sqlite:///{file}") as store:
        result = run(file)
        assert result.exit_code == 1
        assert "Another process has the store" in result.output
        assert store.write(lambda conn: ledger.write(conn, NOON, "page.sent", "more", None, None))
    assert run(file).exit_code == 0


def test_a_store_of_a_newer_slabot_is_left_as_it_is(file: Path, variable: str) -> None:
    with contextlib.closing(sqlite3.connect(file)) as conn, conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.execute("DELETE FROM schema_note")
    result = run(file)
    assert result.exit_code == 1
    assert "was last used by a newer slabot" in result.output
    assert tables_of(variable) is None


def test_no_store_and_no_server_are_told_in_words(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://slabot:hunter2@127.0.0.1:9/slabot")
    result = run(file)
    assert result.exit_code == 1
    assert "PostgreSQL database slabot at 127.0.0.1:9" in result.output
    assert "hunter2" not in result.output
    file.write_bytes(b"This is no database at all. " * 100)
    damaged = run(file)
    assert damaged.exit_code == 1
    assert "is not a database that can be read" in damaged.output
    open_elsewhere = run(file.with_name("other.db"))
    assert "There is no store at" in open_elsewhere.output


def test_one_that_is_stopped_says_how_to_go_on(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("slabot.store.move.StoreMove.copy", stopped)
        result = run(file)
    assert result.exit_code == 1
    assert "What was copied stays, and slabot works on neither store. Run the same command again" in result.output
    assert run(file).exit_code == 0


def test_a_postgresql_that_a_slabot_works_on_is_left_as_it_is_and_one_that_was_killed_holds_nothing_up(
    file: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(variable) as store:
        one = Process(
            name="one", kind=ProcessKind.RUN, place="web-1:33", tables=newest(), policy_version=1, started_at=NOON
        )
        store.write(lambda conn: processes.enter(conn, one))
        with monkeypatch.context() as beating:
            beating.setattr(
                "slabot.cli.migrate_store.time.sleep",
                lambda seconds: store.write(lambda conn: processes.beat(conn, "one")),
            )
            result = run(file)
        assert result.exit_code == 1
        assert (
            f"slabot run at web-1:33 works on the store ({read_address(variable)}), since 2026-01-09" in result.output
        )
        open_store(f"sqlite:///{file}").close()
        assert run(file).exit_code == 0, "its beats have stopped"


def test_a_database_that_holds_something_is_left_as_it_is(file: Path, variable: str) -> None:
    engine = create_engine(read_address(variable).url)
    with engine.begin() as conn:
        upgrade(conn, "0009")
        conn.execute(text("INSERT INTO erased (mark) VALUES ('a')"))
    result = run(file)
    assert result.exit_code == 1
    assert "already holds something in its table erased" in result.output
    with engine.connect() as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0009"
    engine.dispose()
    open_store(f"sqlite:///{file}").close()


def test_tables_of_somebody_else_are_left_as_they_are(file: Path, variable: str) -> None:
    engine = create_engine(read_address(variable).url)
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE ticket (price integer)"))
    result = run(file)
    assert result.exit_code == 1
    assert "a table named ticket that slabot did not make" in result.output
    engine.dispose()


def test_a_difference_is_told_with_its_table_and_row(file: Path, variable: str) -> None:
    run(file)
    with open_store(variable) as store:
        store.write(lambda conn: conn.execute(text("UPDATE ledger SET words = 'other' WHERE n = 1")))
    result = run(file, "--check")
    assert result.exit_code == 1
    assert "differ in the table ledger" in result.output
    assert "The first row that differs: n = 1." in result.output
    found = run(file, "--check", "--json")
    assert found.exit_code == 1
    assert {"state": "different", "table": "ledger", "row": "n = 1"}.items() <= json.loads(found.stdout).items()


def test_a_move_is_given_up(file: Path, variable: str) -> None:
    run(file)
    refused = CliRunner().invoke(main, ["status", "-c", str(config(file))])
    assert refused.exit_code == 1
    assert f"was moved to the {read_address(variable)}" in refused.output
    result = run(file, "--give-up")
    assert result.exit_code == 0
    assert f"slabot works on the SQLite file {file} again" in result.output
    assert "What slabot did there is not known here" in result.output
    open_store(f"sqlite:///{file}").close()
    assert "was not moved, so there is nothing to give up" in run(file, "--give-up", to=()).output
    assert run(file, "--afresh").exit_code == 0


def test_a_move_is_given_up_also_where_the_new_store_is_gone(file: Path) -> None:
    run(file)
    assert "end any slabot there yourself" in run(file, "--give-up", to=()).output
    open_store(f"sqlite:///{file}").close()


def test_it_goes_on_after_it_was_killed(file: Path, variable: str) -> None:
    """kill -9 of the command itself, as soon as the old store is closed."""
    with open_store(f"sqlite:///{file}") as store:
        many = [
            LedgerEntry(at=NOON, event=LedgerEvent.PAGE_SENT, text=f"{number}", helpdesk=None, ticket_id=None)
            for number in range(5000)
        ]
        store.write(lambda conn: ledger.write_all(conn, many))
    command = [sys.executable, "-m", "slabot", "migrate-store", "-c", str(config(file)), "--to-env", VARIABLE]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        until(lambda: is_closed(file), "closing the old store")
        process.kill()
    assert process.returncode == -signal.SIGKILL
    result = run(file)
    assert result.exit_code == 0, result.output
    with open_store(variable) as store:
        assert store.read(lambda conn: ledger.count(conn, [LedgerEvent.PAGE_SENT], NOON)) == 5001


def is_closed(file: Path) -> bool:
    """True once the move has begun."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as conn:
        return bool(conn.execute("SELECT 1 FROM schema_note WHERE name = 'leaving'").fetchall())
