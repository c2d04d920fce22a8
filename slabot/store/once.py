"""Was this row there already?

Promise: of many who insert the same key, exactly one is told that it was the first. No error, so the transaction
goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert


def insert_once(conn: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row; False if one with the same unique key exists, which then stays as it is."""
    return conn.execute(_inserted(table, conn.dialect.name, *table.primary_key), dict(row)).first() is not None


def insert_each_once(
    conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *key: Column[Any]
) -> set[tuple[Any, ...]]:
    """Insert all rows in one go, and return the keys of those that were not there before."""
    return set(run_for_each(conn, _inserted(table, conn.dialect.name, *key), rows))


def run_for_each(
    conn: Connection, statement: Insert | ReturningInsert[Any], rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Any, ...]]:
    """Run an insert for each of the rows, one at least; the rows that it returns, if it returns any."""
    if conn.dialect.name == "sqlite":
        text, columns = _for_driver(statement, tuple(rows[0]))
        driver: Any = conn.connection.dbapi_connection  # SQLAlchemy takes longer to ask for several rows than SQLite
        return [came for row in rows for came in driver.execute(text, [bind(row[name]) for name, bind in columns])]
    result = conn.execute(statement, list(rows))
    return [tuple(row) for row in result] if result.returns_rows else []


def insert_where_missing(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows; those whose unique key exists stay as they are."""
    conn.execute(_missing(table, conn.dialect.name), list(rows))


@cache
def _for_driver(
    statement: Insert | ReturningInsert[Any], names: tuple[str, ...]
) -> tuple[str, list[tuple[str, Callable[[Any], Any]]]]:
    """SQLite's statement, and how the value of each column is handed to the driver, in its order."""
    dialect, table = sqlite.dialect(), statement.table
    compiled = statement.compile(dialect=dialect, column_keys=names)
    columns: list[tuple[str, Callable[[Any], Any]]] = [
        (name, table.c[name].type.bind_processor(dialect) or _as_it_is) for name in compiled.positiontup or ()
    ]
    return str(compiled), columns


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


def insert_or(table: Table, dialect: str, **changes: Any) -> postgresql.Insert | sqlite.Insert:
    """The statement that inserts a row, or changes the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_update(index_elements=keys, set_=changes)


def replace(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert the row, or overwrite the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    conn.execute(insert_or(table, conn.dialect.name, **rest).values(**row))
