from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from slabot.store import Store, inbox, ledger, open_store, outbox, policies
from slabot.store.move import main
from slabot.store.schema import metadata
from tests.fixtures.stored import a_row, decided, keep, save_decision
from tests.fixtures.tickets import answered, asked
from tests.fixtures.times import NOON


def filled(url: str) -> None:
    with open_store(url) as store:
        decision = decided(keep(store, asked("🙂"), answered()), NOON)
        version = store.write(lambda conn: policies.record(conn, "d", "text", NOON))
        save_decision(store, decision, version=version)
        store.write(lambda conn: outbox.put(conn, a_row()))
        store.write(lambda conn: inbox.accept(conn, "acme", "d1", "4711", NOON))
        for _ in range(3):
            store.write(lambda conn: ledger.write(conn, NOON, "page.sent", "paged", "acme", "4711", facts={"n": 1}))


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    def work(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
        return {
            table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }

    return store.read(work)


@pytest.mark.parametrize("there_and_back", [False, True])
def test_everything_arrives_at_the_other_engine(
    sqlite_url: str, postgres_url: str, there_and_back: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (postgres_url, sqlite_url) if there_and_back else (sqlite_url, postgres_url)
    filled(old)
    assert main([old, new]) == 0
    assert "Everything was copied" in capsys.readouterr().out
    with open_store(old) as source, open_store(new) as target:
        assert everything(target) == everything(source)
        # Numbers go on where they were.
        assert target.write(lambda conn: ledger.write(conn, NOON, "page.sent", "again", "acme", "4711"))
        assert target.write(lambda conn: policies.record(conn, "d2", "text", NOON)) == 2


def test_a_store_that_holds_something_is_not_moved_into(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(sqlite_url)
    assert main([sqlite_url, f"sqlite:///{tmp_path / 'new.db'}"]) == 0
    assert main([sqlite_url, f"sqlite:///{tmp_path / 'new.db'}"]) == 1
    assert "Give an empty database" in capsys.readouterr().err
    with open_store(f"sqlite:///{tmp_path / 'new.db'}") as target:
        assert len(everything(target)["ledger"]) == 3


def test_two_addresses_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "python -m slabot.store.move" in capsys.readouterr().err
