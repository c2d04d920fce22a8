"""Group the writes of many threads to one SQLite file into shared commits.

Promise: a call returns after its COMMIT has reached the disk, or raises; nothing in between. A member of a group that
fails takes nobody with it. After `close` has returned, everything that was handed in has been answered.

SQLite has one writer at a time, and with ``synchronous=FULL`` each commit waits for the disk. So one thread writes for
all: it begins (IMMEDIATE: no other process can slip in), runs a member within a savepoint, goes on with whoever is
queued by then, and commits once for all of them. A lone member is committed at once: nobody waits for company.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, exc

from slabot.store.errors import Fault, StoreClosed, StoreError, StoreMisuse, StoreUnavailable
from slabot.store.faults import fault_of

T = TypeVar("T")

COMPANY = 0.005  # seconds; a group takes in whoever is queued for so long, then it commits
LARGEST = 500  # members of a group: what one failing commit can turn away at once

_SWALLOWED = (
    "a function handed to Store.write swallowed an error of the database, which had undone the transaction; let it "
    "through, or guard the statement with conn.begin_nested()"
)


class StoreWriter(Protocol):
    """One way of writing: a function goes in, its result comes out after the commit."""

    def write(self, fn: Callable[[Connection], T]) -> T:
        """Run the function in a transaction, commit, and return its result."""

    def close(self) -> None:
        """Answer what was handed in; take nothing more."""


class DirectWriter:
    """Each call is a transaction of its own, in the caller's thread. For PostgreSQL, whose rows lock each other out."""

    def __init__(self, engine: Engine, store: str) -> None:
        self._engine = engine
        self._store = store
        self._closed = False

    def write(self, fn: Callable[[Connection], T]) -> T:
        """Run the function in a transaction of its own.

        Raises:
            StoreUnavailable: nothing was written.
        """
        if self._closed:
            raise StoreClosed
        try:
            with self._engine.connect() as conn:
                transaction = conn.begin()
                with transaction:
                    result = fn(conn)
                    _check_open(transaction.is_active)
                    _check_sound(conn)
                return result
        except Exception as error:
            fault = fault_of(error, self._store)
            if fault is None or fault is error:
                raise
            raise fault from error

    def close(self) -> None:
        """Take nothing more."""
        self._closed = True


class _Member:
    """A function that waits to be run, and whoever waits for it."""

    __slots__ = ("error", "fn", "future", "result")

    def __init__(self, fn: Callable[[Connection], Any]) -> None:
        self.fn = fn
        self.future: Future[Any] = Future()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self, conn: Connection) -> None:
        """Run it in a savepoint; its own error undoes its own work only."""
        driver: Any = conn.connection.dbapi_connection  # SQLAlchemy's own savepoints take as long as an insert
        driver.execute("SAVEPOINT member")
        try:
            self.result = self.fn(conn)
        except BaseException as error:
            self.error = error
            # Undoing fails where the transaction is gone; the first error says why.
            with contextlib.suppress(sqlite3.Error):
                driver.execute("ROLLBACK TO member")
        try:
            driver.execute("RELEASE member")
        except sqlite3.Error as error:
            self.error = self.error or error

    def answer(self) -> None:
        """Hand over the result, or its own error with its traceback."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class GroupCommit:
    """One thread that writes for all. For SQLite."""

    def __init__(self, engine: Engine, store: str) -> None:
        self._engine = engine
        self._store = store
        self._queue: SimpleQueue[_Member | None] = SimpleQueue()
        self._door = threading.Lock()  # between "is it closed?" and putting into the queue nobody may close it
        self._closed = False
        self._last = False  # the writer has met the end of the queue
        self._conn: Connection | None = None  # of the writer alone, from one group to the next
        # A daemon: whoever forgets to close keeps no process alive, and loses no write that was answered.
        self._thread = threading.Thread(target=self._run, name="slabot-store-writer", daemon=True)
        self._thread.start()

    def write(self, fn: Callable[[Connection], T]) -> T:
        """Hand the function to the writer and wait for the commit.

        Raises:
            StoreUnavailable: nothing was written.
        """
        member = _Member(fn)
        with self._door:
            if self._closed:
                raise StoreClosed
            self._queue.put(member)
        try:
            result: T = member.future.result()
        finally:
            del member  # the future holds the error, whose traceback holds this frame
        return result

    def close(self) -> None:
        """Finish what was handed in, then stop."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not self._last and (first := self._queue.get()) is not None:
            self._commit_group(first)
            del first  # or an idle writer would keep the last caller's objects alive
        self._let_go()

    def _commit_group(self, first: _Member) -> None:
        group: list[_Member] = [first]
        try:
            # Taking it from the pool and giving it back for each group takes longer than an insert.
            conn = self._conn = self._conn or self._engine.connect()
            transaction = conn.begin()
            with transaction:
                for member in self._company(first):
                    if member is not first:
                        group.append(member)
                    member.run(conn)
                    _check_open(transaction.is_active)
                    self._check_whole(conn, member.error)
        except BaseException as error:
            self._let_go()
            for member in group:
                member.future.set_exception(self._told(error))
        else:
            for member in group:
                member.answer()

    def _let_go(self) -> None:
        """Give the connection back; the next group takes one anew."""
        conn, self._conn = self._conn, None
        if conn is not None:
            with contextlib.suppress(exc.SQLAlchemyError):  # what is wrong with it has been said
                conn.close()

    def _company(self, first: _Member) -> Iterator[_Member]:
        until = time.monotonic() + COMPANY
        yield first
        for _ in range(LARGEST - 1):
            if time.monotonic() >= until:
                return
            try:
                member = self._queue.get_nowait()
            except Empty:
                return
            if member is None:
                self._last = True
                return
            yield member

    def _check_whole(self, conn: Connection, error: BaseException | None) -> None:
        """A full disk is nobody's own fault, and SQLite then undoes the whole transaction by itself: all members get
        the error.
        """
        fault = None if error is None or isinstance(error, StoreError) else fault_of(error, self._store)
        if fault is not None:
            raise fault from error
        driver: Any = conn.connection.dbapi_connection
        if not driver.in_transaction:
            raise error or StoreMisuse(_SWALLOWED)

    def _told(self, error: BaseException) -> BaseException:
        """An error object for one caller: threads that raise the same one would mix up its tracebacks."""
        fault = fault_of(error, self._store)
        if isinstance(fault, StoreUnavailable):
            raised: BaseException = StoreUnavailable(fault.why, fault.remedy, fault=fault.fault)
        elif fault is not None:
            raised = type(fault)(fault.why, fault.remedy)
        else:
            raised = StoreUnavailable(
                f"The store ({self._store}) could not write: {error!r}. Nothing was written",
                "try again, and report it if it stays",
                fault=Fault.LOST,
            )
        raised.__cause__ = error
        return raised


def _check_open(is_active: bool) -> None:
    if not is_active:
        raise StoreMisuse(
            "a function handed to Store.write ended the transaction itself, by a commit or a rollback",
            "leave that to the store",
        )


def _check_sound(conn: Connection) -> None:
    """PostgreSQL answers the COMMIT of a failed transaction with a silent rollback."""
    driver: Any = conn.connection.dbapi_connection
    if driver.info.transaction_status == TransactionStatus.INERROR:
        raise StoreMisuse(_SWALLOWED)
