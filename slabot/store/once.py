"""Was this row there already?

Promise: of many who insert the same key, exactly one is told that it was the first. No error, so the transaction
goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert


def insert_once(conn: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row; False if one with the same unique key exists, which then stays as it is."""
    return conn.execute(_inserted(table, conn.dialect.name, *table.primary_key), dict(row)).first() is not None


def insert_each_once(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *key: Column[Any]
) -> set[tuple[Any, ...]]:
    """Insert all rows in one go, and return the keys of those that were not there before."""
    if conn.dialect.name == "sqlite":
        text, columns = _one_row(table, tuple(rows[0]), *key)
        driver: Any = conn.connection.dbapi_connection  # SQLAlchemy takes longer to ask for several rows than SQLite
        return {new for row in rows for new in driver.execute(text, [bind(row[name]) for name, bind in columns])}
    return {tuple(row) for row in conn.execute(_inserted(table, conn.dialect.name, *key), list(rows))}


def insert_where_missing(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows; those whose unique key exists stay as they are."""
    conn.execute(_missing(table, conn.dialect.name), list(rows))


@cache
def _one_row(
    table: Table, names: tuple[str, ...], *returned: Column[Any]
) -> tuple[str, list[tuple[str, Callable[[Any], Any]]]]:
    """SQLite's statement, and how the value of each column is handed to the driver, in its order."""
    dialect = sqlite.dialect()
    statement = _inserted(table, dialect.name, *returned).compile(dialect=dialect, column_keys=names)
    columns: list[tuple[str, Callable[[Any], Any]]] = []
    for name in statement.positiontup or ():
        columns.append((name, table.c[name].type.bind_processor(dialect) or _as_it_is))
    return str(statement), columns


def _as_it_is(value: Any) -> Any:
    return value


@cache
def _missing(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing()


@cache
def _inserted(table: Table, dialect: str, *returned: Column[Any]) -> ReturningInsert[Any]:
    """The statement, made once."""
    # Not by counting: drivers do not agree on how many rows an INSERT that did nothing has inserted.
    return _missing(table, dialect).returning(*returned)


def replace(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert the row, or overwrite the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    insert = postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)
    conn.execute(insert.values(**row).on_conflict_do_update(index_elements=keys, set_=rest))
