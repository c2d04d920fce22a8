"""Open each engine so that the store's promises hold.

Promise: what is committed survives a crash of the process and of the machine; a reader sees one instant of the store
and can write nothing.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from slabot.store.address import StoreAddress
from slabot.store.errors import Fault, StoreUnavailable

READERS = 8  # connections kept open for reading
MORE_READERS = 24  # further ones at a peak
LOCK_TIMEOUT = "10s"  # PostgreSQL: for how long one evaluation may wait for another of the same ticket
IDLE_TIMEOUT = "60s"  # PostgreSQL: a transaction whose process has stopped moving gives its locks back
IDLE_AMONG_OTHERS = "5s"  # the same, where other processes wait for these locks
ENDING = 3.0  # seconds that a command which is about to end may take for it
OWNER_ONLY = 0o600  # the file holds what customers wrote


def open_engines(address: StoreAddress, *, busy_timeout: float, among_others: bool = False) -> tuple[Engine, Engine]:
    """One engine for reading and one for writing; the same where the engine is PostgreSQL.

    Args:
        address: where the store is.
        busy_timeout: seconds; how long SQLite waits for another process that is writing.
        among_others: PostgreSQL: several processes work on it, so that none may hold its locks for long.
    """
    if not address.is_sqlite:
        return _postgres(address, IDLE_AMONG_OTHERS if among_others else IDLE_TIMEOUT)
    if address.file is not None:
        _create_for_owner(address)
    # URI addresses, file:x?mode=ro, are SQLite's own and are passed on by SQLAlchemy.
    connect: dict[str, Any] = {"check_same_thread": False, "timeout": busy_timeout}
    writer = create_engine(address.url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=connect)
    reader = create_engine(
        address.url, poolclass=QueuePool, pool_size=READERS, max_overflow=MORE_READERS, connect_args=connect
    )
    _drive_transactions(writer, "BEGIN IMMEDIATE")
    _drive_transactions(reader, "BEGIN")

    @event.listens_for(writer, "connect")
    def _writes(connection: DBAPIConnection, _: object) -> None:
        # What is deleted is overwritten, so that scrubbed texts cannot be read from the file's free space.
        _set(connection, "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", "PRAGMA secure_delete=ON")
        mode = _ask(connection, "PRAGMA journal_mode=WAL")
        if mode != "wal":
            raise StoreUnavailable(
                f"The store ({address}) lies where SQLite cannot keep its write-ahead log (it says {mode!r})",
                "put it on a local disk, or use PostgreSQL",
                fault=Fault.CANNOT_OPEN,
            )

    @event.listens_for(reader, "connect")
    def _reads(connection: DBAPIConnection, _: object) -> None:
        _set(connection, "PRAGMA query_only=ON")

    return reader, writer


def is_open_elsewhere(file: Path) -> bool:
    """True if any connection to a SQLite file is open, of this process or another; a command may be at work on it.

    SQLite leaves its write-ahead log only where nobody else is connected, so that is tried, and taken back.

    Raises:
        sqlite3.Error: the file cannot be used.
    """
    with contextlib.closing(sqlite3.connect(file, timeout=ENDING, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return True
        connection.execute("PRAGMA journal_mode=WAL")
    return False


def _postgres(address: StoreAddress, idle: str) -> tuple[Engine, Engine]:
    # Asking a pooled connection whether it is still there costs a round trip, and spares a lost write after a restart.
    engine = create_engine(
        address.url,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=READERS,
        max_overflow=MORE_READERS,
    )

    @event.listens_for(engine, "connect")
    def _limits(connection: DBAPIConnection, _: object) -> None:
        _set(
            connection,
            f"SET lock_timeout = '{LOCK_TIMEOUT}'",
            f"SET idle_in_transaction_session_timeout = '{idle}'",
        )
        connection.commit()

    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reader, engine


def _create_for_owner(address: StoreAddress) -> None:
    # SQLite gives its side files (-wal, -shm) the permissions of this one. Where it cannot be made, SQLite says why.
    if address.file is None:
        return
    with contextlib.suppress(OSError):
        os.close(os.open(address.file, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER_ONLY))


def _drive_transactions(engine: Engine, begin: str) -> None:
    """Take the beginning of transactions out of the driver's hands: it would begin late, and never IMMEDIATE."""

    @event.listens_for(engine, "connect")
    def _by_hand(connection: Any, _: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _set(connection: DBAPIConnection, *statements: str) -> None:
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()


def _ask(connection: DBAPIConnection, statement: str) -> object:
    cursor = connection.cursor()
    cursor.execute(statement)
    row = cursor.fetchone()
    cursor.close()
    return None if row is None else row[0]
