from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, select, text

from slabot.store import SchemaForeign, SchemaTooNew, Store, meta, open_store, policies, records, schema_notes
from slabot.store.address import read_address
from slabot.store.migrate import newest, revision, upgrade
from slabot.store.schema import metadata, ticket_summary
from tests.fixtures.stored import keep, kept
from tests.fixtures.tickets import asked
from tests.fixtures.times import NOON


def engine_of(url: str) -> Engine:
    return create_engine(read_address(url).url)


def apart(table: str | None) -> bool:
    """True for tables about the tables, and for those of the engine that hands out work."""
    return table is not None and table.startswith(("alembic_version", "schema_note", "procrastinate_"))


def shape(conn: Connection) -> dict[str, Any]:
    """Everything that the engine itself knows about the tables, but for those apart."""
    if conn.dialect.name == "sqlite":
        rows = conn.execute(text("SELECT tbl_name, name, sql FROM sqlite_master"))
        return {name: " ".join((sql or "").replace('"', "").split()) for of, name, sql in rows if not apart(of)}
    columns = conn.execute(
        text(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
            "WHERE table_schema = 'public'"
        )
    )
    found: dict[str, Any] = {f"{table}.{column}": rest for table, column, *rest in columns if not apart(table)}
    indexes = conn.execute(text("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
    found |= {row.indexname: row.indexdef for row in indexes if not apart(row.tablename)}
    constraints = conn.execute(
        text(
            "SELECT conname, conrelid::regclass::text AS of, pg_get_constraintdef(oid) AS definition "
            "FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        )
    )
    return found | {f"constraint {row.conname}": row.definition for row in constraints if not apart(row.of)}


def test_the_migrations_build_what_the_code_expects(empty_store_url: str) -> None:
    open_store(empty_store_url).close()
    engine = engine_of(empty_store_url)
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"include_name": lambda name, *_: not apart(name)})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_engine_sees_no_difference_between_the_migrations_and_the_code(empty_store_url: str) -> None:
    engine = engine_of(empty_store_url)
    with engine.begin() as conn:
        upgrade(conn)
        migrated = shape(conn)
        metadata.drop_all(conn)
        assert shape(conn) == {}
        metadata.create_all(conn)
        assert shape(conn) == migrated
    engine.dispose()


@pytest.fixture
def first_store_url(empty_store_url: str) -> str:
    """A store as the first version of slabot left it, with something in it."""
    engine = engine_of(empty_store_url)
    with engine.begin() as conn:
        upgrade(conn, "0001")
        conn.execute(text("INSERT INTO policy_version (digest, text, at) VALUES ('d1', 'version: 1', 1767960000)"))
    engine.dispose()
    return empty_store_url


def test_a_store_of_the_first_version_opens_and_keeps_what_is_in_it(first_store_url: str) -> None:
    with open_store(first_store_url) as store:
        assert store.read(revision) == newest()
        policy = store.read(policies.latest)
        assert policy is not None
        assert (policy.version, policy.text, policy.at) == (1, "version: 1", NOON)
        keep(store, asked())
        assert len(kept(store).timeline) == 1


def test_records_of_an_earlier_release_are_kept_and_lack_what_the_reader_finds(empty_store_url: str) -> None:
    engine = engine_of(empty_store_url)
    with engine.begin() as conn:
        upgrade(conn, "0010")
        ticket = "('acme', '1', '{}', '1', 1767960000, 1767960000, 1, 1)"
        columns = "(helpdesk, id, facts, version, created_at, seen_at, generation, policy_version)"
        conn.execute(text(f"INSERT INTO ticket {columns} VALUES {ticket}"))
        named = dict.fromkeys(("helpdesk", "ticket_id", "digest", "agreement", "category", "severity"), "x")
        named |= {"severity_source": "rule", "proposed_severity": "high", "proposed_source": "rule", "form": "1a"}
        row = {
            **named,
            "helpdesk": "acme",
            "ticket_id": "1",
            "since": 1767960000,
            "confirmed": True,
            "clocks_running": 0,
        }
        values = ", ".join(f":{name}" for name in row)
        conn.execute(text(f"INSERT INTO ticket_summary ({', '.join(row)}) VALUES ({values})"), row)
    engine.dispose()

    with open_store(empty_store_url) as store:
        form = records.form_of(by_agent=True)
        assert store.read(lambda conn: records.unrecorded(conn, form, 9)) == [("acme", "1")]
        (kept,) = store.read(lambda conn: conn.execute(select(ticket_summary)).mappings().all())
        assert (kept["proposed_severity"], kept["confirmed"], kept["read_severity"]) == ("high", True, None)
        store.write(lambda conn: conn.execute(text("DELETE FROM ticket")))
        assert store.read(lambda conn: conn.execute(select(ticket_summary)).all()) == []


def test_opening_again_changes_nothing(store: Store, store_url: str) -> None:
    store.write(lambda conn: meta.put(conn, "a", "1"))
    with open_store(store_url) as again:
        assert again.read(lambda conn: meta.get(conn, "a")) == "1"


def test_a_store_of_a_newer_slabot_is_refused_and_left_alone(store_url: str) -> None:
    with open_store(store_url) as store:
        store.write(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        store.write(lambda conn: schema_notes.put(conn, schema_notes.SERVES, "9998"))
    with pytest.raises(SchemaTooNew, match="newer slabot: its tables are at 9999") as caught:
        open_store(store_url)
    assert "Install the newer slabot again" in str(caught.value)
    engine = engine_of(store_url)
    with engine.connect() as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_a_database_with_tables_of_somebody_else_is_refused_and_left_alone(empty_store_url: str) -> None:
    engine = engine_of(empty_store_url)
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE ticket (seat integer)"))
    with pytest.raises(SchemaForeign, match="table named ticket that slabot did not make"):
        open_store(empty_store_url)
    with engine.connect() as conn:
        assert inspect(conn).get_table_names() == ["ticket"]
    engine.dispose()


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    first_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_table = op.create_table

    def breaks_after_the_work(*args: Any, **options: Any) -> None:
        create_table(*args, **options)
        raise RuntimeError("the power fails")

    monkeypatch.setattr(op, "create_table", breaks_after_the_work)
    with pytest.raises(RuntimeError, match="the power fails"):
        open_store(first_store_url)
    monkeypatch.undo()
    engine = engine_of(first_store_url)
    with engine.connect() as conn:
        assert revision(conn) == "0001"
        assert "erased" not in inspect(conn).get_table_names()
    engine.dispose()
    open_store(first_store_url).close()


def test_two_processes_that_start_at_once_do_not_run_into_each_other(empty_store_url: str) -> None:
    wrong: list[BaseException] = []

    def start() -> None:
        try:
            open_store(empty_store_url).close()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_scripts_are_part_of_the_package() -> None:
    import slabot.store

    folder = Path(slabot.store.__file__).parent / "migrations"
    assert sorted(script.name for script in (folder / "versions").glob("0*.py")) == [
        "0001_first.py",
        "0002_erased.py",
        "0003_message_places.py",
        "0004_typed_work.py",
        "0005_unread.py",
        "0006_severity_first.py",
        "0007_as_first_read.py",
        "0008_terms_and_dates.py",
        "0009_records.py",
        "0010_outages.py",
        "0011_readings.py",
        "0012_processes.py",
    ]
