"""Read the rows of a table as both engines can keep them, write them, and tell two stores apart.

Promise: a row has one form, whichever engine it comes from, and one function makes a digest of it. What SQLite would
keep and PostgreSQL would not is told by table and row; nothing is changed on the way but the two signs that slabot
itself never stores (`slabot.store.columns.storable`).

Rows are read in the order of their primary key, a thousand at a time, so that no store is too large for the memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    Table,
    Text,
    TypeDecorator,
    column,
    func,
    insert,
    select,
    table,
    tuple_,
)

from slabot.store.columns import NUMBER, storable
from slabot.store.errors import UnmovableRow
from slabot.store.schema import lease, metadata, process

AT_ONCE = 1000  # rows in memory
ASKED_AT_ONCE = 50  # rows asked for by their keys; SQLite takes at least 999 parameters
LONGEST_SHOWN = 40  # characters of a key's value in a message

_HALF = re.compile("[\ud800-\udfff]")

Row = tuple[Any, ...]
"""The values of a row, in the order of the table's columns."""

OF_PROCESSES = frozenset({process.name, lease.name})
"""Tables that say who works on a store just now: they are empty when nobody does, and are not moved."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a table holds, in short.

    Attributes:
        rows: their number.
        digest: of all rows, in whichever order they were read: the sum of BLAKE2b over each, modulo 2^256, in hex.
    """

    rows: int
    digest: str


class TableRows:
    """The rows of one table."""

    def __init__(self, of: Table) -> None:
        self.name = of.name
        self._columns: tuple[Column[Any], ...] = tuple(of.columns)
        self._places = tuple(self._columns.index(each) for each in of.primary_key)
        self._plain = table(of.name, *(column(each.name) for each in of.columns))  # without the types of Python
        self._is_kept = [_IS_KEPT[_kind(each)] for each in of.columns]
        self._key = [self._plain.c[each.name] for each in of.primary_key]
        self.counted = None if of.autoincrement_column is None else of.autoincrement_column.name
        """The column whose numbers the engine gives; None where it gives none."""

    def count(self, conn: Connection) -> int:
        """How many there are."""
        return int(conn.execute(select(func.count()).select_from(self._plain)).scalar_one())

    def batches(self, conn: Connection, after: Row | None = None) -> Iterator[list[Row]]:
        """The rows as they lie there, the first ones first.

        Args:
            conn: to the store.
            after: the key of the last row that is not wanted any more; None from the beginning.

        Raises:
            UnmovableRow: a key is no text, so there is no asking for what comes after it.
        """
        query = select(self._plain).order_by(*self._key).limit(AT_ONCE)
        while True:
            with _any_text(conn):
                part = query if after is None else query.where(tuple_(*self._key) > tuple_(*after))
                found = [tuple(row) for row in conn.execute(part)]
            if not found:
                return
            for row in found:
                if any(isinstance(value, str) and _HALF.search(value) for value in self.key(row)):
                    raise self._unmovable(row, "is named by text that is no UTF-8")
            after = self.key(found[-1])
            yield found

    def by_key(self, conn: Connection, keys: Sequence[Row]) -> dict[Row, Row]:
        """Those rows that have one of these keys, by key."""
        found: dict[Row, Row] = {}
        for start in range(0, len(keys), ASKED_AT_ONCE):
            wanted = tuple_(*self._key).in_(list(keys[start : start + ASKED_AT_ONCE]))
            with _any_text(conn):
                found |= {self.key(tuple(row)): tuple(row) for row in conn.execute(select(self._plain).where(wanted))}
        return found

    def write(self, conn: Connection, rows: Sequence[Row]) -> None:
        """Put rows in that are not there yet."""
        statement = str(insert(self._plain).compile(dialect=conn.dialect))
        driver: Any = conn.connection.dbapi_connection
        if conn.dialect.name == "sqlite":
            driver.executemany(statement, rows)
            return
        named = statement.partition(" VALUES ")[0].removeprefix("INSERT INTO ")
        with driver.cursor() as cursor, cursor.copy(f"COPY {named} FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)

    def empty(self, conn: Connection) -> None:
        """Take all of them out."""
        conn.execute(self._plain.delete())

    def key(self, row: Row) -> Row:
        """The primary key of a row."""
        return tuple(row[place] for place in self._places)

    def named(self, row: Row) -> str:
        """A row by its key, for people."""
        values = zip(self._key, self.key(row), strict=True)
        return ", ".join(f"{each.name} = {repr(value)[:LONGEST_SHOWN]}" for each, value in values)

    def kept(self, row: Row) -> Row:
        """The row as every engine keeps it.

        Raises:
            UnmovableRow: PostgreSQL cannot keep it.
        """
        return tuple(
            [
                value if is_kept(value) else self._mended(row, place)
                for place, (is_kept, value) in enumerate(zip(self._is_kept, row, strict=True))
            ]
        )

    def fingerprint(self, conn: Connection) -> Fingerprint:
        """All rows in short.

        Raises:
            UnmovableRow: as `kept`.
        """
        number = total = 0
        for batch in self.batches(conn):
            number += len(batch)
            total += sum(_digest(self.kept(row)) for row in batch)
        return Fingerprint(number, f"{total % 2**256:064x}")

    def first_difference(self, one: Connection, other: Connection) -> str | None:
        """The first row that is not in both stores, or not the same, for people; None if all are."""
        for this, that in ((one, other), (other, one)):
            for batch in self.batches(this):
                rows = [self.kept(row) for row in batch]
                there = self.by_key(that, [self.key(row) for row in rows])
                for row in rows:
                    if (found := there.get(self.key(row))) is None or self.kept(found) != row:
                        return self.named(row)
        return None

    def _mended(self, row: Row, place: int) -> Any:
        """A value that is not kept as it is."""
        of, value = self._columns[place], row[place]
        if value is None and (of.nullable or of.name == self.counted):
            return None
        match _kind(of), value:
            case "text", str():
                return storable(value)
            case "boolean", 0 | 1:
                return bool(value)
            case kind, _:
                raise self._unmovable(row, f"holds no {kind} in the column {of.name} that PostgreSQL could keep")

    def _unmovable(self, row: Row, why: str) -> UnmovableRow:
        return UnmovableRow(
            f"A row of the table {self.name} ({self.named(row)}) {why}. No slabot writes such a row. It was not "
            "copied, and the store was left as it is.",
            "Find out who wrote it, mend or delete it in a copy of the store, and move that; or put back a backup",
        )


def moved_tables() -> list[TableRows]:
    """All tables that are moved, those first that others refer to."""
    return [TableRows(each) for each in metadata.sorted_tables if each.name not in OF_PROCESSES]


def _kind(of: Column[Any]) -> str:
    """How PostgreSQL keeps a column: "text", "boolean", "integer" (32 bits) or "number" (64 bits)."""
    kept = of.type.impl if isinstance(of.type, TypeDecorator) else of.type
    if isinstance(kept, Boolean):
        return "boolean"
    if isinstance(kept, BigInteger) or of.type is NUMBER:
        return "number"
    if isinstance(kept, Integer):
        return "integer"
    assert isinstance(kept, Text), of
    return "text"


def _is_plain(value: Any) -> bool:
    return type(value) is str and value.isascii() and "\x00" not in value


def _is_boolean(value: Any) -> bool:
    return type(value) is bool


def _is_integer(value: Any) -> bool:
    return type(value) is int and -(2**31) <= value < 2**31


def _is_number(value: Any) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


# What is kept as it is, as nearly always; the rest is looked at more closely.
_IS_KEPT = {"text": _is_plain, "boolean": _is_boolean, "integer": _is_integer, "number": _is_number}


_as_json = json.JSONEncoder(separators=(",", ":")).encode


def _digest(row: Row) -> int:
    return int.from_bytes(hashlib.blake2b(_as_json(row).encode("ascii"), digest_size=32).digest())


@contextlib.contextmanager
def _any_text(conn: Connection) -> Iterator[None]:
    """Let SQLite hand out what is no UTF-8 too, as halves of pairs, which cannot be stored (`columns.storable`)."""
    if conn.dialect.name != "sqlite":
        yield
        return
    driver: Any = conn.connection.dbapi_connection
    before, driver.text_factory = driver.text_factory, lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before
