"""Move a store to the other engine.

Promise: everything arrives, or the new store cannot be worked on. A move that was killed at any moment goes on where it
stopped: each batch of rows and the note how far it came are one transaction of the new store. Before the new store is
opened, both are read whole and compared, and the old one is closed for good.

Whoever calls this has made sure that no slabot works on either (`slabot.setup.moving`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import psycopg
from sqlalchemy import Connection, func, inspect, select, text

from slabot.store import handover, meta, schema_notes
from slabot.store.address import StoreAddress
from slabot.store.errors import MoveRefused, StoreMoved, StoresDiffer
from slabot.store.handover import Arriving, Leaving
from slabot.store.migrate import LOCK
from slabot.store.rows import Fingerprint, Row, TableRows, moved_tables
from slabot.store.store import Store

_FAR = "arrived/"  # and the name of a table: how far it came


@dataclass(frozen=True, slots=True)
class Far:
    """How far the rows of one table have come.

    Attributes:
        after: the key of the last row that was copied, as the old store has it; None for none.
        rows: copied so far.
        altered: of them, those with a character that no store can hold, which became U+FFFD.
    """

    after: Row | None = None
    rows: int = 0
    altered: int = 0


@dataclass(frozen=True, slots=True)
class MoveStep:
    """What a move does just now.

    Attributes:
        act: "copying" or "comparing".
        table: which one.
        done: rows so far, of this table.
        of: all rows of this table.
    """

    act: str
    table: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a move.

    Attributes:
        tables: what each table holds, on both sides.
        altered: rows with a character that no store can hold, which became U+FFFD.
        before: True if everything had been moved already.
    """

    tables: dict[str, Fingerprint]
    altered: int
    before: bool = False


Progress = Callable[[MoveStep], None]


class StoreMove:
    """The move of one store to another; both are open, ``amid_move``."""

    def __init__(self, source: Store, target: Store, now: datetime, progress: Progress) -> None:
        """Nothing is done yet.

        Args:
            source: to be moved.
            target: to be moved to.
            now: the present instant.
            progress: told of each batch.
        """
        self._source, self._target, self._now, self._progress = source, target, now, progress
        self._tables = moved_tables()
        self._move = ""
        self._away: Leaving | None = None  # as it was noted before this move

    def begin(self, *, afresh: bool = False) -> bool:
        """Close both stores for everybody else; False if everything has been moved already.

        Args:
            afresh: forget what an earlier move to this store had copied.

        Raises:
            StoreMoved: it was moved elsewhere.
            MoveRefused: the other store holds something else.
        """
        away, found = self._source.read(handover.leaving), self._target.read(handover.arriving)
        same = away is not None and found is not None and away.move == found.move
        if same and found is not None and found.whole:
            return False
        if away is not None and away.gone and not same:
            raise StoreMoved(
                f"The store ({self._source.address}) was moved to the {away.to} already. Nothing was changed.",
                "To move it once more, take that back first: slabot migrate-store -c FILE --give-up",
            )
        if same and away is not None and (away.gone or not afresh):
            self._move, self._away = away.move, away
            return True
        self._move, self._away = handover.new_move(), away
        identity = self._source.write(meta.identity)
        self._source.write(self._leave)
        try:
            self._target.write(lambda conn: self._arrive(conn, identity, afresh=afresh))
        except BaseException:
            self._source.write(self._stay)
            raise
        return True

    def take_back(self) -> None:
        """Undo `begin`, if an earlier attempt had not begun already; nothing was copied since."""
        if self._source.read(handover.leaving) == self._away:
            return
        self._target.write(handover.never_arrived)
        self._source.write(self._stay)

    def copy(self) -> None:
        """Copy what has not arrived yet.

        Raises:
            MoveRefused: a row cannot be kept there, or another process copies as well.
        """
        for table in self._tables:
            self._copy(table)

    def finish(self) -> Moved:
        """Compare everything, close the old store for good, and open the new one.

        Raises:
            StoresDiffer: what arrived is not what there is. Both stay closed.
        """
        tables = self._source.write(self._compare_and_go)
        altered = self._target.read(lambda conn: sum(_far(conn, table).altered for table in self._tables))
        self._target.write(self._open)
        return Moved(tables, altered)

    def _copy(self, table: TableRows) -> None:
        far = self._target.read(partial(_far, table=table))
        of = self._source.read(table.count)
        self._progress(MoveStep("copying", table.name, far.rows, of))
        while (came := self._source.read(partial(_next, table=table, far=far))) is not None:
            self._target.write(partial(self._put, table=table, batch=came.rows, far=far, further=came.far))
            far = came.far
            self._progress(MoveStep("copying", table.name, far.rows, of))

    def _leave(self, conn: Connection) -> None:
        handover.note(conn, Leaving(move=self._move, to=str(self._target.address), since=self._now))

    def _stay(self, conn: Connection) -> None:
        handover.stay(conn)
        if self._away is not None:
            handover.note(conn, self._away)

    def _arrive(self, conn: Connection, identity: str, *, afresh: bool) -> None:
        if conn.dialect.name == "postgresql":
            conn.execute(select(func.pg_advisory_xact_lock(LOCK)))
        found = handover.arriving(conn, lock=True)
        if found is not None and not found.whole and found.source == identity:
            if not afresh:
                raise MoveRefused(
                    f"The store to move to ({self._target.address}) holds what an earlier move of the same store had "
                    "copied, which was given up since, and whatever slabot has done there in between. Nothing was "
                    "changed.",
                    "Add --afresh to take all of that out of it and begin anew",
                )
            for table in reversed(self._tables):
                table.empty(conn)
        else:
            refuse_full(conn, self._target.address, self._tables)
        for table in self._tables:
            schema_notes.forget(conn, _FAR + table.name)
        came = Arriving(move=self._move, source=identity, origin=str(self._source.address), since=self._now)
        handover.note(conn, came)

    def _put(self, conn: Connection, table: TableRows, batch: Sequence[Row], far: Far, further: Far) -> None:
        found = handover.arriving(conn, lock=True)
        if found is None or found.move != self._move or _far(conn, table) != far:
            raise MoveRefused(
                f"Another process moves a store to the same place ({self._target.address}). This one has stopped.",
                "Let one of them work alone: run slabot migrate-store again when the other has ended",
            )
        try:
            table.write(conn, batch)
        except (sqlite3.IntegrityError, psycopg.IntegrityError):
            raise MoveRefused(
                f"The table {table.name} of the store to move to ({self._target.address}) holds rows that were not "
                "copied by this move, or two rows of the old store would be one there.",
                "See that nobody else writes there, and begin anew with --afresh",
            ) from None
        text = {"after": further.after, "rows": further.rows, "altered": further.altered}
        schema_notes.put(conn, _FAR + table.name, json.dumps(text))

    def _compare_and_go(self, conn: Connection) -> dict[str, Fingerprint]:
        if conn.dialect.name == "postgresql":  # SQLite's write transaction keeps all others out by itself
            conn.execute(text(f"LOCK TABLE {', '.join(table.name for table in self._tables)} IN SHARE MODE"))
        tables = compare(conn, self._target, self._tables, self._progress)
        away = handover.leaving(conn)
        if away is None or away.move != self._move:
            raise MoveRefused(
                f"The move of the store ({self._source.address}) was given up by another process meanwhile.",
                "Run slabot migrate-store again if it is to be moved",
            )
        if not away.gone:
            handover.note(conn, replace(away, gone=True, since=self._now))
        return tables

    def _open(self, conn: Connection) -> None:
        if conn.dialect.name == "postgresql":
            for table in self._tables:
                if table.counted is not None:
                    _go_on_counting(conn, table)
            conn.execute(text("ANALYZE"))  # so that the first questions are planned by what is there
        found = handover.arriving(conn, lock=True)
        assert found is not None
        handover.note(conn, replace(found, whole=True, since=self._now))


def compare(
    conn: Connection, target: Store, tables: Sequence[TableRows], progress: Progress = lambda step: None
) -> dict[str, Fingerprint]:
    """What each table holds, if that is the same in both stores.

    Args:
        conn: to the one store, within a read or a write.
        target: the other store.
        tables: to be compared.
        progress: told of each table.

    Raises:
        StoresDiffer: it is not; the message names the first table and row.
    """
    found: dict[str, Fingerprint] = {}
    for table in tables:
        of = table.count(conn)
        progress(MoveStep("comparing", table.name, 0, of))
        here, there = table.fingerprint(conn), target.read(table.fingerprint)
        if here != there:
            row = target.read(partial(table.first_difference, conn)) or "nobody can tell which"
            raise StoresDiffer(
                f"The two stores differ in the table {table.name}: {here.rows:,} rows with the digest "
                f"{here.digest[:12]} in the old one, {there.rows:,} with {there.digest[:12]} in the new one. The first "
                f"row that differs: {row}.",
                "If this was at the end of a move, somebody wrote to one of them meanwhile, and slabot works on "
                "neither: run slabot migrate-store again with --afresh. If slabot has worked on the new one since, "
                "they have to differ",
                table=table.name,
                row=row,
            )
        found[table.name] = here
        progress(MoveStep("comparing", table.name, of, of))
    return found


def refuse_used(conn: Connection, address: StoreAddress) -> None:
    """Refuse to move into a database that holds a store, whichever version it is of; before its tables are touched.

    Raises:
        MoveRefused: it does.
    """
    if handover.arriving(conn) is None:
        there = set(inspect(conn).get_table_names())
        refuse_full(conn, address, [table for table in moved_tables() if table.name in there])


def refuse_full(conn: Connection, address: StoreAddress, tables: Sequence[TableRows]) -> None:
    """Refuse to move into a store that holds something.

    Raises:
        MoveRefused: it does.
    """
    for table in tables:
        if table.count(conn):
            raise MoveRefused(
                f"The store to move to ({address}) already holds something in its table {table.name}. Nothing was "
                "copied.",
                "Give an empty database",
            )


def give_up(source: Store, target: Store | None) -> Leaving | None:
    """Open the old store again, and close the new one; what was noted on the old one.

    Args:
        source: that was moved, or was to be.
        target: that it went to; None if that is not to be had.

    Raises:
        MoveRefused: it went elsewhere.
    """
    away = source.read(handover.leaving)
    if away is None:
        return None
    found = None if target is None else target.read(handover.arriving)
    if target is not None and (found is None or found.move != away.move):
        raise MoveRefused(
            f"The store ({source.address}) went to the {away.to}, and not to the {target.address}. Nothing changed.",
            "Name that one",
        )
    if target is not None:
        target.write(handover.close_again)
    source.write(handover.stay)
    return away


@dataclass(frozen=True, slots=True)
class _RowBatch:
    """Rows as they are to be kept, and how far the table has come with them."""

    rows: list[Row]
    far: Far


def _next(conn: Connection, table: TableRows, far: Far) -> _RowBatch | None:
    """The next batch; None if nothing is left."""
    batch = next(table.batches(conn, far.after), None)
    if batch is None:
        return None
    rows = [table.kept(row) for row in batch]
    altered = sum(old != new for old, new in zip(batch, rows, strict=True))
    return _RowBatch(rows, Far(table.key(batch[-1]), far.rows + len(rows), far.altered + altered))


def _far(conn: Connection, table: TableRows) -> Far:
    found = schema_notes.get(conn, _FAR + table.name)
    if found is None:
        return Far()
    values = json.loads(found)
    return Far(tuple(values["after"]), values["rows"], values["altered"])


def _go_on_counting(conn: Connection, table: TableRows) -> None:
    """Let numbers go on after the highest that came along."""
    sequence = f"pg_get_serial_sequence('{table.name}', '{table.counted}')"
    highest = f"(SELECT max({table.counted}) FROM {table.name})"
    conn.execute(text(f"SELECT setval({sequence}, coalesce({highest}, 1), {highest} IS NOT NULL)"))
