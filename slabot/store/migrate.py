"""Bring the tables up to date.

Promise: a store of any earlier version opens and is brought up to date in one transaction, or is left as it was. A
store of a later version is refused with an explanation. Two processes that start at once do not run into each other.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, delete, false, func, inspect, select

from slabot.store.errors import SchemaForeign, SchemaTooNew
from slabot.store.schema import metadata

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 0x51AB07  # PostgreSQL's advisory lock that slabot's migrations agree on


def migrate(reader: Engine, writer: Engine, store: str) -> None:
    """Bring the tables up to date. Writes nothing where they are so already.

    Raises:
        SchemaTooNew: the store is from a newer slabot.
        SchemaForeign: there are tables under our names that slabot did not make.
    """
    scripts = ScriptDirectory.from_config(_config())
    with reader.connect() as conn:
        if _is_current(conn, scripts, store):
            return
    with writer.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(select(func.pg_advisory_xact_lock(LOCK)))
        if not _is_current(conn, scripts, store):  # another process may have come first
            upgrade(conn)


def rehearse(reader: Engine, writer: Engine, store: str) -> None:
    """Do what `migrate` and the first write would do, and take it back: the store is as it was.

    Raises:
        SchemaTooNew, SchemaForeign: as `migrate`.
    """
    scripts = ScriptDirectory.from_config(_config())
    with reader.connect() as conn:
        current = _is_current(conn, scripts, store)
    with writer.connect() as conn, conn.begin() as transaction:
        if current:
            conn.execute(delete(metadata.tables["meta"]).where(false()))
        else:
            upgrade(conn)
        transaction.rollback()


def upgrade(conn: Connection, to: str = "head") -> None:
    """Run the migrations up to one, in the connection's transaction."""
    config = _config()
    config.attributes["connection"] = conn
    command.upgrade(config, to)


def revision(conn: Connection) -> str | None:
    """The name of the last migration that ran; None for an empty database."""
    return MigrationContext.configure(conn).get_current_revision()


def newest() -> str | None:
    """The last migration that this slabot knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _is_current(conn: Connection, scripts: ScriptDirectory, store: str) -> bool:
    found = revision(conn)
    if found is None:
        _refuse_foreign(conn, store)
        return False
    try:
        scripts.get_revision(found)
    except CommandError:
        raise SchemaTooNew(
            f"The store ({store}) was last used by a newer slabot: its tables are at {found}, and this slabot knows "
            f"them up to {scripts.get_current_head()}. Nothing was changed.",
            "Install the newer slabot again, or put back the backup from before it",
        ) from None
    return found == scripts.get_current_head()


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
