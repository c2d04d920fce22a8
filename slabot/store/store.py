"""Open the store, read from it and write to it.

Promise: `Store.write` returns after the COMMIT, or raises and has written nothing. `Store.read` sees one instant of the
store and changes nothing. Both take a function of a connection, so that one transaction holds what belongs together:

    store.write(lambda conn: inbox.accept(conn, "acme", delivery_id, ticket_id, now))

The questions are asked by the modules beside this one, one module a question.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection
from types import TracebackType
from typing import TypeVar

import psycopg
from sqlalchemy import Connection, Engine, QueuePool, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from slabot.store import meta, processes
from slabot.store.address import StoreAddress, read_address
from slabot.store.engines import open_engines
from slabot.store.errors import Fault, StoreClosed, StoreMisuse, StoreReplaced, StoreUnavailable
from slabot.store.faults import fault_of, opening_fault, unavailable
from slabot.store.guard import RESTART, Guard
from slabot.store.migrate import fits, migrate, rehearse, revision
from slabot.store.processes import Process, ProcessKind
from slabot.store.writer import DirectWriter, GroupCommit, StoreWriter

T = TypeVar("T")

BUSY_TIMEOUT = 5.0  # seconds; how long SQLite waits for another process that is writing
PATIENCE = 2.0  # seconds; how long closing waits for threads that are reading, or writing to PostgreSQL


class Store:
    """An open store. Safe to be used by many threads; close it at the end (or use it in a ``with``)."""

    def __init__(
        self,
        address: StoreAddress,
        *,
        busy_timeout: float = BUSY_TIMEOUT,
        finish_migrating: bool = False,
        among_others: bool = False,
        amid_move: bool = False,
    ) -> None:
        self.address = address
        self._name = str(address)
        self._inside = threading.local()
        self._closed = False
        self.writes = 0
        """How many writes have gone through this object; while it stays the same, nothing that it reads changes."""
        self.failing: str | None = None
        """Why the last write could not be made; None if it was made, or was its caller's own mistake."""
        self._counting = threading.Lock()
        self._reader: Engine
        self._writes: Engine
        self._reader, self._writes = open_engines(address, busy_timeout=busy_timeout, among_others=among_others)
        try:
            migrate(self._reader, self._writes, self._name, finish=finish_migrating, amid_move=amid_move)
        except BaseException as error:
            self._dispose()
            fault = opening_fault(error, self._name)
            if fault is None or fault is error:
                raise
            raise fault from error
        self._guard = Guard(self._name, address.file)
        self._writer: StoreWriter
        if address.is_sqlite:
            self._writer = GroupCommit(self._writes, self._name)
        else:
            self._writer = DirectWriter(self._writes, self._name)

    def read(self, fn: Callable[[Connection], T]) -> T:
        """What the function finds, all of it as at one instant.

        Raises:
            StoreUnavailable: the store cannot be read now.
        """
        self._refuse_nesting("read")
        if self._closed:
            raise StoreClosed
        self._guard.check()
        try:
            with self._reader.connect() as conn:
                return fn(conn)  # closing rolls back: there is nothing to keep
        except Exception as error:
            fault = fault_of(error, self._name)
            if fault is None or fault is error:
                raise
            raise fault from error

    def write(self, fn: Callable[[Connection], T]) -> T:
        """What the function returns, once everything that it wrote is committed.

        The function may run in another thread. It must neither commit nor call `read` or `write` of the store; an
        error that it raises undoes what it wrote and is raised here, with its traceback.

        Raises:
            StoreUnavailable: nothing was written; trying again later may succeed.
            StoreReplaced: it is not the store any more that was opened, or stopped being it while this was written.
        """
        self._refuse_nesting("write")
        self._guard.check()

        def marked(conn: Connection) -> T:
            self._inside.writing = True
            try:
                return fn(conn)
            finally:
                self._inside.writing = False

        failing: str | None = None
        try:
            result = self._writer.write(marked)
        except StoreUnavailable as error:
            failing = str(error)
            raise
        finally:
            self.failing = failing
            with self._counting:
                self.writes += 1
        self._guard.check()
        return result

    def stay_with(self, identity: str) -> None:
        """Refuse every further connection that leads to a store of another name; see `slabot.store.meta.identity`."""
        for engine in {id(engine.pool): engine for engine in (self._writes, self._reader)}.values():

            @event.listens_for(engine.pool, "connect")
            def _compare(connection: DBAPIConnection, _: object) -> None:
                if _identity(connection) != identity:
                    raise StoreReplaced(
                        f"Another store is in the place of the one that was opened ({self._name})", RESTART
                    )

    def condemn(self, why: str, remedy: str = RESTART) -> StoreReplaced:
        """Neither read nor write from now on; returns the error that says so.

        Args:
            why: what it is instead of the store that was opened; completes "the store …".
            remedy: what people can do.
        """
        return self._guard.condemn(why, remedy)

    @property
    def connections_in_use(self) -> int:
        """How many connections are handed out at this moment, but for the one that SQLite's writer keeps; 0 when nobody
        reads, or writes to PostgreSQL.
        """
        pool = self._reader.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0

    def close(self) -> None:
        """Finish what is under way and give back every connection. Closing again does nothing."""
        self._writer.close()
        self._closed = True
        end = time.monotonic() + PATIENCE
        while self.connections_in_use and time.monotonic() < end:
            time.sleep(0.01)
        self._dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _refuse_nesting(self, what: str) -> None:
        if getattr(self._inside, "writing", False):
            raise StoreMisuse(
                f"Store.{what} was called by a function that runs inside Store.write",
                "use the connection it was handed",
            )

    def _dispose(self) -> None:
        self._reader.dispose()
        self._writes.dispose()


def open_store(
    url: str,
    *,
    busy_timeout: float = BUSY_TIMEOUT,
    finish_migrating: bool = False,
    among_others: bool = False,
    amid_move: bool = False,
) -> Store:
    """Open the store that the address names; make it, or bring its tables up to date, where that is needed.

    Args:
        url: ``sqlite:///slabot.db`` or ``postgresql://user:password@host/name`` (``postgres://`` as well).
        busy_timeout: seconds; how long SQLite waits for another process that is writing.
        finish_migrating: take away from the tables what only an older slabot needs.
        among_others: several processes work on it, so that none may hold its locks for long.
        amid_move: it is to be moved, or moved to; opened although nobody may work on it.

    Raises:
        StoreAddressError: the address names no store that slabot can use.
        StoreUnavailable: it cannot be reached, opened or written to.
        StoreDamaged: the file is no database.
        SchemaTooNew, SchemaForeign: its tables are not for this slabot.
        OlderProcesses: processes of an older slabot run on it, and need what a migration takes away.
        StoreMoved, StoreNotWhole: it was moved away, or has not arrived yet.
    """
    return Store(
        read_address(url),
        busy_timeout=busy_timeout,
        finish_migrating=finish_migrating,
        among_others=among_others,
        amid_move=amid_move,
    )


def forget_dead_processes(
    url: str, wait: Callable[[], object], kinds: Collection[ProcessKind] = tuple(ProcessKind)
) -> list[Process]:
    """Take out of a store on PostgreSQL the processes that were killed; the tables stay as they are.

    Args:
        url: of the store.
        wait: called if there are any processes, for as long as one that lives takes for its next beat.
        kinds: of the processes that are looked at.

    Returns:
        Those that live. None on SQLite, where a lock on the file says whether one does.

    Raises:
        StoreError: it cannot be read or written.
    """
    address = read_address(url)
    if address.is_sqlite:
        return []
    reader, writes = open_engines(address, busy_timeout=BUSY_TIMEOUT)
    try:
        with reader.connect() as conn:
            known = [each for each in processes.if_any(conn) if each.kind in kinds]
        if not known:
            return []
        wait()
        with writes.begin() as conn:
            return [each for each in known if not processes.take_out(conn, each)]
    except Exception as error:
        fault = opening_fault(error, str(address))
        if fault is None or fault is error:
            raise
        raise fault from error
    finally:
        reader.dispose()
        writes.dispose()


def try_store(url: str, *, busy_timeout: float = BUSY_TIMEOUT) -> str:
    """Find out whether `open_store` would open this store, and leave everything as it is; nothing is made.

    Returns:
        Where it is, for people.

    Raises:
        StoreError: as `open_store` would.
    """
    address = read_address(url)
    name = str(address)
    if address.file is not None and not address.file.exists():
        folder = address.file.absolute().parent
        if not os.access(folder, os.W_OK | os.X_OK):
            reason = "there is no such folder" if not folder.is_dir() else "its folder may not be written in"
            raise unavailable(Fault.CANNOT_OPEN, name, reason)
        return f"{name}, which slabot run makes"
    reader, writes = open_engines(address, busy_timeout=busy_timeout)
    try:
        rehearse(reader, writes, name)
    except BaseException as error:
        fault = fault_of(error, name)
        if fault is None or fault is error:
            raise
        raise fault from error
    finally:
        reader.dispose()
        writes.dispose()
    return name


def read_if_current(url: str, fn: Callable[[Connection], T]) -> T | None:
    """What the function finds in a store of this slabot; None where there is none, or one of another version.

    Nothing is made or brought up to date.

    Raises:
        StoreError: it cannot be read.
    """
    return read_as_it_is(url, lambda conn: fn(conn) if fits(conn) else None)


def tables_of(url: str) -> str | None:
    """The name of the last migration of a store; None where there is no store yet. Nothing is made.

    Raises:
        StoreError: it cannot be read.
    """
    return read_as_it_is(url, revision)


def read_as_it_is(url: str, fn: Callable[[Connection], T | None]) -> T | None:
    """What the function finds in a store of whichever version; None where there is no SQLite file. Nothing is made.

    Raises:
        StoreError: it cannot be read.
    """
    address = read_address(url)
    if address.file is not None and not address.file.exists():
        return None
    reader, writes = open_engines(address, busy_timeout=BUSY_TIMEOUT)
    try:
        with reader.connect() as conn:
            return fn(conn)
    except Exception as error:
        fault = opening_fault(error, str(address))
        if fault is None or fault is error:
            raise
        raise fault from error
    finally:
        reader.dispose()
        writes.dispose()


def _identity(connection: DBAPIConnection) -> object:
    """The name of the store that a new connection leads to; None where it holds no tables of slabot's."""
    cursor = connection.cursor()
    try:
        cursor.execute(f"SELECT value FROM meta WHERE name = '{meta.IDENTITY}'")
        row = cursor.fetchone()
    except (sqlite3.Error, psycopg.ProgrammingError):
        return None
    finally:
        cursor.close()
        connection.rollback()
    return None if row is None else row[0]
