"""Bring the tables up to date.

Promise: a store of any earlier version opens and is brought up to date in one transaction, or is left as it was. A
store of a later version is refused with an explanation, unless its tables serve this slabot as well. Two processes that
start at once do not run into each other.

Where several processes share a store, they are exchanged one after the other. So a migration says its ``phase``: one
that only adds is ``pre`` and runs before the new slabot starts, while the old one works on; one that takes away what an
old slabot needs is ``post`` and runs when the last old process has ended.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, delete, false, func, inspect, select

from slabot.store import handover, processes, schema_notes
from slabot.store.errors import OlderProcesses, SchemaForeign, SchemaTooNew
from slabot.store.schema import metadata

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 0x51AB07  # PostgreSQL's advisory lock that slabot's migrations agree on


class Phase(StrEnum):
    """When a migration runs where several processes share a store."""

    PRE = "pre"
    POST = "post"


def migrate(reader: Engine, writer: Engine, store: str, *, finish: bool = False, amid_move: bool = False) -> None:
    """Bring the tables up to date. Writes nothing where they are so already.

    Args:
        reader: of the store.
        writer: of the store.
        store: its name, for people.
        finish: run those last migrations too that take away what an older slabot needs. On SQLite, which one process
            works on, they always run.
        amid_move: the store is moved, so it is brought up to date although nobody may work on it.

    Raises:
        SchemaTooNew: the store is from a newer slabot.
        StoreMoved, StoreNotWhole: it was moved away, or has not arrived yet.
        SchemaForeign: there are tables under our names that slabot did not make.
        OlderProcesses: a migration would take from processes that run what they need.
    """
    scripts = ScriptDirectory.from_config(_config())
    with reader.connect() as conn:
        if not amid_move:
            handover.refuse_amid_move(conn, store)
        if not _outstanding(conn, scripts, store, finish=finish):
            return
    with writer.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(select(func.pg_advisory_xact_lock(LOCK)))
        _run(conn, _outstanding(conn, scripts, store, finish=finish))  # another process may have come first


def rehearse(reader: Engine, writer: Engine, store: str) -> None:
    """Do what `migrate` and the first write would do, and take it back: the store is as it was.

    Raises:
        SchemaTooNew, SchemaForeign, OlderProcesses, StoreMoved, StoreNotWhole: as `migrate`.
    """
    scripts = ScriptDirectory.from_config(_config())
    with reader.connect() as conn:
        handover.refuse_amid_move(conn, store)
        outstanding = _outstanding(conn, scripts, store, finish=False)
    with writer.connect() as conn, conn.begin() as transaction:
        if outstanding:
            _run(conn, outstanding)
        else:
            conn.execute(delete(metadata.tables["meta"]).where(false()))
        transaction.rollback()


def upgrade(conn: Connection, to: str = "head") -> None:
    """Run the migrations up to one, in the connection's transaction."""
    config = _config()
    config.attributes["connection"] = conn
    command.upgrade(config, to)


def revision(conn: Connection) -> str | None:
    """The name of the last migration that ran; None for an empty database."""
    return MigrationContext.configure(conn).get_current_revision()


def newest() -> str:
    """The last migration that this slabot knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def fits(conn: Connection) -> bool:
    """True if this slabot may work on the tables as they are."""
    scripts, found = ScriptDirectory.from_config(_config()), revision(conn)
    if found is None:
        return False
    if _script(scripts, found) is None:
        return _serve(conn, scripts)
    return all(_phase(script) is Phase.POST for script in _after(scripts, found))


def _outstanding(conn: Connection, scripts: ScriptDirectory, store: str, *, finish: bool) -> list[Script]:
    """The migrations that are to run now, in their order."""
    found = revision(conn)
    if found is None:
        _refuse_foreign(conn, store)
        return _after(scripts, None)
    if _script(scripts, found) is None:
        if _serve(conn, scripts):
            return []
        raise SchemaTooNew(
            f"The store ({store}) was last used by a newer slabot: its tables are at {found}, and this slabot knows "
            f"them up to {scripts.get_current_head()}. Nothing was changed.",
            "Install the newer slabot again, or put back the backup from before it",
        )
    after = _after(scripts, found)
    if conn.dialect.name == "postgresql" and not finish:
        while after and _phase(after[-1]) is Phase.POST:
            del after[-1]
    for script in after:
        if _phase(script) is Phase.POST and (old := processes.knowing_less(conn, script.revision)):
            raise OlderProcesses(old, script.revision)
    return after


def _run(conn: Connection, scripts: list[Script]) -> None:
    if not scripts:
        return
    upgrade(conn, scripts[-1].revision)
    taking = [script.revision for script in scripts if _phase(script) is Phase.POST]
    if taking:
        schema_notes.put(conn, schema_notes.SERVES, taking[-1])
    elif schema_notes.get(conn, schema_notes.SERVES) is None:
        schema_notes.put(
            conn, schema_notes.SERVES, scripts[-1].revision
        )  # made, or brought up from a time without phases


def _serve(conn: Connection, scripts: ScriptDirectory) -> bool:
    """True if a newer slabot's tables serve this one: what it added is in nobody's way."""
    oldest = schema_notes.get(conn, schema_notes.SERVES)
    return oldest is not None and _script(scripts, oldest) is not None


def _script(scripts: ScriptDirectory, name: str) -> Script | None:
    try:
        return scripts.get_revision(name)
    except CommandError:
        return None


def _after(scripts: ScriptDirectory, found: str | None) -> list[Script]:
    """The migrations after one, the first one first."""
    return [script for script in scripts.iterate_revisions("head", found or "base") if script.revision != found][::-1]


def _phase(script: Script) -> Phase:
    module: Any = script.module
    return Phase(getattr(module, "phase", Phase.PRE))


def _refuse_foreign(conn: Connection, store: str) -> None:
    foreign = sorted(set(inspect(conn).get_table_names()) & set(metadata.tables))
    if foreign:
        raise SchemaForeign(
            f"The store ({store}) already holds a table named {foreign[0]} that slabot did not make. "
            "Nothing was changed.",
            "Give slabot a database of its own",
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
