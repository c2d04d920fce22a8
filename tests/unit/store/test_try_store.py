"""Would this store open? Asked without changing anything, of both engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from slabot.store import Fault, SchemaTooNew, Store, StoreUnavailable, meta, open_store, schema_notes, try_store
from slabot.store.address import read_address
from slabot.store.migrate import newest, revision, upgrade


def engine_of(url: str) -> Engine:
    return create_engine(read_address(url).url)


def tables(url: str) -> list[str]:
    engine = engine_of(url)
    with engine.connect() as conn:
        found = inspect(conn).get_table_names()
    engine.dispose()
    return found


def test_an_empty_database_would_open_and_stays_empty(empty_store_url: str) -> None:
    assert try_store(empty_store_url).startswith(("SQLite file", "PostgreSQL database"))
    file = read_address(empty_store_url).file
    assert file is None or not file.exists()
    assert file is not None or tables(empty_store_url) == []


def test_an_older_store_would_open_and_stays_as_it_is(empty_store_url: str) -> None:
    engine = engine_of(empty_store_url)
    with engine.begin() as conn:
        upgrade(conn, "0001")
    try_store(empty_store_url)
    with engine.connect() as conn:
        assert revision(conn) == "0001"
    engine.dispose()
    open_store(empty_store_url).close()
    with engine.connect() as conn:
        assert revision(conn) == newest()
    engine.dispose()


def test_a_store_in_use_would_open_and_keeps_what_it_holds(store: Store, store_url: str) -> None:
    store.write(lambda conn: meta.put(conn, "a", "b"))
    assert try_store(store_url) == str(store.address)
    assert store.read(lambda conn: meta.get(conn, "a")) == "b"


def test_a_newer_store_would_not_open(empty_store_url: str) -> None:
    open_store(empty_store_url).close()
    engine = engine_of(empty_store_url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        schema_notes.put(conn, schema_notes.SERVES, "9998")
    engine.dispose()
    with pytest.raises(SchemaTooNew, match="Install the newer slabot again"):
        try_store(empty_store_url)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="there is no such folder") as refused:
        try_store(f"sqlite:///{tmp_path}/nowhere/slabot.db")
    assert refused.value.fault is Fault.CANNOT_OPEN
