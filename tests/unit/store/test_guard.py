"""The store is deleted, moved or replaced under slabot: nothing is read from it, or answered on its strength."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, make_url

from slabot.store import Fault, Store, StoreReplaced, StoreUnavailable, inbox, meta, open_store, unread
from tests.fixtures.stores import postgres_server

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


def accept(store: Store, delivery: str) -> bool:
    return store.write(lambda conn: inbox.accept(conn, "acme", delivery, delivery, NOW))


def pending(store: Store) -> list[str]:
    return [row.ticket_id for row in store.read(lambda conn: unread.waiting(conn, 9))]


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(make_url(sqlite_url).database or "")


@pytest.fixture
def opened(sqlite_url: str) -> Iterator[Store]:
    with open_store(sqlite_url) as store:
        store.stay_with(store.write(meta.identity))
        assert accept(store, "before")
        yield store


def test_a_deleted_file_is_noticed_by_the_next_question_and_the_next_write(opened: Store, file: Path) -> None:
    file.unlink()
    with pytest.raises(StoreReplaced, match="its file was deleted or moved") as caught:
        accept(opened, "after")
    assert caught.value.fault is Fault.REPLACED
    assert "restart slabot" in caught.value.remedy
    with pytest.raises(StoreReplaced):
        pending(opened)
    assert not file.exists(), "no other file is made in its place"


def test_a_file_that_was_moved_away_and_put_back_is_worked_on_again(opened: Store, file: Path) -> None:
    away = file.with_name("away.db")
    file.rename(away)
    with pytest.raises(StoreReplaced):
        accept(opened, "while away")
    away.rename(file)
    assert accept(opened, "again")
    assert sorted(pending(opened)) == ["again", "before"]


def test_another_file_in_its_place_is_not_written_to(opened: Store, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with open_store(f"sqlite:///{other}") as store:
        assert accept(store, "of the other")
    os.replace(other, file)
    with pytest.raises(StoreReplaced, match="another file is there"):
        accept(opened, "after")
    for side in ("-wal", "-shm"):  # of the one that is gone
        Path(f"{file}{side}").unlink(missing_ok=True)
    with open_store(f"sqlite:///{file}") as store:
        assert pending(store) == ["of the other"]


def test_a_write_in_whose_time_the_file_went_away_is_not_answered_as_done(opened: Store, file: Path) -> None:
    def write(conn: Connection) -> bool:
        file.unlink()
        return inbox.accept(conn, "acme", "d", "1", NOW)

    with pytest.raises(StoreReplaced):
        opened.write(write)


def test_through_a_symbolic_link_it_is_the_file_behind_it_that_counts(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(file)
    with open_store(f"sqlite:///{link}") as store:
        assert accept(store, "before")
        shutil.copyfile(file, file.with_name("copy.db"))
        os.replace(file.with_name("copy.db"), file)
        with pytest.raises(StoreReplaced):
            accept(store, "after")


def test_a_condemned_store_is_neither_read_nor_written(store: Store) -> None:
    store.condemn("is an older copy of itself")
    with pytest.raises(StoreReplaced, match="is an older copy of itself"):
        accept(store, "d")
    with pytest.raises(StoreReplaced):
        pending(store)


def test_each_store_has_a_name_of_its_own_that_stays(store: Store, tmp_path: Path) -> None:
    name = store.write(meta.identity)
    assert store.write(meta.identity) == name
    with open_store(f"sqlite:///{tmp_path / 'another.db'}") as another:
        assert another.write(meta.identity) != name


def test_the_count_rises_with_each_call(store: Store) -> None:
    assert [store.write(meta.count_up) for _ in range(3)] == [1, 2, 3]


class TestPostgres:
    @pytest.fixture
    def opened(self, postgres_url: str) -> Iterator[Store]:
        with open_store(postgres_url) as store:
            store.stay_with(store.write(meta.identity))
            assert accept(store, "before")
            yield store

    def test_another_database_behind_the_same_address_is_refused_at_the_next_connection(
        self, opened: Store, postgres_url: str
    ) -> None:
        renew(postgres_url)
        with open_store(postgres_url) as other:
            other.write(meta.identity)
        with pytest.raises(StoreReplaced, match="Another store is in the place"):
            accept(opened, "after")
        with open_store(postgres_url) as other:
            assert pending(other) == []

    def test_an_empty_database_behind_the_same_address_is_refused_too(self, opened: Store, postgres_url: str) -> None:
        renew(postgres_url)
        with pytest.raises(StoreReplaced):
            pending(opened)

    def test_a_dropped_database_cannot_be_reached_and_the_same_one_is_worked_on_after_a_lost_connection(
        self, opened: Store, postgres_url: str
    ) -> None:
        with psycopg.connect(postgres_server(), autocommit=True) as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [make_url(postgres_url).database],
            )
        assert accept(opened, "after")
        drop(postgres_url)
        with pytest.raises(StoreUnavailable) as caught:
            accept(opened, "gone")
        assert caught.value.fault is Fault.LOST
        renew(postgres_url)  # for the fixture, which drops it


def drop(url: str) -> None:
    name = sql.Identifier(make_url(url).database or "")
    with psycopg.connect(postgres_server(), autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def renew(url: str) -> None:
    """Put an empty database behind the address."""
    drop(url)
    with psycopg.connect(postgres_server(), autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(make_url(url).database or "")))
