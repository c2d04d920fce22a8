"""Was this row there already?

Promise: of many who insert the same key, exactly one is told that it was the first. No error, so the transaction
goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(conn: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row; False if one with the same unique key exists, which then stays as it is."""
    insert = postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)
    # Not by counting: drivers do not agree on how many rows an INSERT that did nothing has inserted.
    inserted = insert.on_conflict_do_nothing().returning(*table.primary_key)
    return conn.execute(inserted, dict(row)).first() is not None


def replace(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert the row, or overwrite the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    insert = postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)
    conn.execute(insert.values(**row).on_conflict_do_update(index_elements=keys, set_=rest))
