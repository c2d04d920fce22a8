"""Keep what must be known about the tables themselves: whom they serve, and what Procrastinate's were made with.

Promise: the notes belong to the tables and not to what is in them, so nothing that copies, moves or compares a store
takes them along.
"""

from __future__ import annotations

from sqlalchemy import Connection, Text, column, delete, insert, inspect, select, table, update

SERVES = "serves"
"""The oldest slabot that may work on these tables, by the last migration that it knows."""
QUEUE = "procrastinate"
"""The last of Procrastinate's own migrations that its tables have seen."""

NAME = "schema_note"
_NOTE = table(NAME, column("name", Text), column("value", Text))


def get(conn: Connection, name: str, *, lock: bool = False) -> str | None:
    """A note; None where there is none, and in a store from before there were any.

    Args:
        conn: to the store.
        name: of the note.
        lock: within a write: on PostgreSQL, keep it from other writes until this one ends.
    """
    if not inspect(conn).has_table(NAME):
        return None
    query = select(_NOTE.c.value).where(_NOTE.c.name == name)
    return conn.execute(query.with_for_update() if lock else query).scalar()


def put(conn: Connection, name: str, value: str) -> None:
    """Set a note. Needs a migration that has made the table."""
    if conn.execute(update(_NOTE).where(_NOTE.c.name == name).values(value=value)).rowcount == 0:
        conn.execute(insert(_NOTE).values(name=name, value=value))


def forget(conn: Connection, name: str) -> None:
    """Take a note away."""
    conn.execute(delete(_NOTE).where(_NOTE.c.name == name))
