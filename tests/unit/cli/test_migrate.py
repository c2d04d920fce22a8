"""The store is brought up to date before a release takes over, and never under one that runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine

from slabot.cli import main
from slabot.runtime.instance_lock import InstanceLock
from slabot.store.migrate import newest, upgrade
from tests.fixtures.policies import example


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "slabot.db"


def run(file: Path, *more: str, store: object = None) -> Result:
    whole = example()
    whole["store"] = store or {"url": f"sqlite:///{file}"}
    config = file.with_name("config.yaml")
    config.write_text(json.dumps(whole), encoding="utf-8")
    return CliRunner().invoke(main, ["migrate", "-c", str(config), *more])


def test_a_store_is_made_where_there_is_none_and_is_then_up_to_date(file: Path) -> None:
    made, again = run(file), run(file)
    assert made.exit_code == again.exit_code == 0, made.output
    assert made.stdout == f"The store was made: SQLite file {file}, with its tables at {newest()}.\n"
    assert again.stdout == f"The store is up to date: SQLite file {file}, with its tables at {newest()}.\n"


def test_an_older_store_is_brought_up_to_date(file: Path) -> None:
    with create_engine(f"sqlite:///{file}").begin() as conn:
        upgrade(conn, "0001")
    assert json.loads(run(file, "--json").stdout) == {
        "version": 1,
        "store": f"SQLite file {file}",
        "before": "0001",
        "after": newest(),
    }


def test_a_store_that_a_slabot_works_on_is_left_as_it_is(file: Path) -> None:
    with create_engine(f"sqlite:///{file}").begin() as conn:
        upgrade(conn, "0001")
    with InstanceLock(file):
        result = run(file)
    assert result.exit_code == 1
    assert "another slabot" in result.output
    assert json.loads(run(file, "--json").stdout)["before"] == "0001"


def test_a_variable_that_is_not_set_is_named(file: Path) -> None:
    result = run(file, store={"url_env": "SLABOT_STORE_THAT_IS_NOT_SET"})
    assert result.exit_code == 1
    assert "SLABOT_STORE_THAT_IS_NOT_SET, which is not set" in result.output


def test_a_file_without_a_store_takes_the_database_that_the_service_hands_out(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    whole = example()
    whole.pop("store", None)
    config = file.with_name("config.yaml")
    config.write_text(json.dumps(whole), encoding="utf-8")
    result = CliRunner().invoke(main, ["migrate", "-c", str(config)])
    assert result.stdout.startswith(f"The store was made: SQLite file {file}")
