"""Turn errors of the driver into errors of the store, with a remedy.

Promise: what a person can fix (a full disk, a lock, a lost connection) becomes a `StoreError` with its remedy; an
error that only a programmer can fix (a missing table, a broken constraint) is left as it is.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
from sqlalchemy import exc

from slabot.policy.secrets import masked
from slabot.store.errors import Fault, StoreAddressError, StoreDamaged, StoreError, StoreUnavailable

_WORDS = {
    Fault.READ_ONLY: ("cannot be written to", "Give the user that runs slabot the right to write there"),
    Fault.FULL: ("has no room left", "Free some space on its disk; slabot goes on by itself"),
    Fault.LOCKED: (
        "is locked by another process",
        "Stop the other slabot or the tool that holds it; slabot tries again by itself",
    ),
    Fault.LOST: (
        "cannot be reached",
        "Check that it runs and that the address is right; slabot tries again by itself",
    ),
    Fault.CANNOT_OPEN: ("cannot be opened", "Check that the folder exists and that slabot's user may write in it"),
}

_SQLITE = {
    sqlite3.SQLITE_PERM: Fault.READ_ONLY,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_BUSY: Fault.LOCKED,
    sqlite3.SQLITE_LOCKED: Fault.LOCKED,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR: Fault.LOST,
    sqlite3.SQLITE_CANTOPEN: Fault.CANNOT_OPEN,
}
_SQLITE_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY = 0xFF  # the low byte of an extended SQLite code is the primary one

_POSTGRES = {
    "25006": Fault.READ_ONLY,  # read_only_sql_transaction: a standby, or a server set to read only
    "40P01": Fault.LOCKED,  # deadlock_detected
    "53100": Fault.FULL,  # disk_full
    "55P03": Fault.LOCKED,  # lock_not_available: lock_timeout
}
_POSTGRES_CLASSES = {
    "08": Fault.LOST,  # connection exception
    "53": Fault.LOST,  # insufficient resources: too many connections, out of memory
    "57": Fault.LOST,  # operator intervention: shutdown, terminated, starting up
    "58": Fault.LOST,  # system error
}


def fault_of(error: BaseException, store: str) -> StoreError | None:
    """The fault of the store that a driver's error tells of; None if it tells of none.

    Args:
        error: as SQLAlchemy or the driver raised it.
        store: how the store is named to people, without any password.
    """
    if isinstance(error, StoreError):
        return error
    if isinstance(error, exc.TimeoutError):
        return unavailable(Fault.LOCKED, store, "all connections are in use")
    original: Any = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        return _sqlite_fault(original, store)
    if isinstance(original, psycopg.Error):
        return _postgres_fault(original, store)
    return None


def opening_fault(error: BaseException, store: str) -> StoreError | None:
    """The fault that an error tells of which came while the store was opened; None if it tells of none.

    What the address asks for and the driver does not know comes as an error of a program, and is one of the address.
    """
    original = error.orig if isinstance(error, exc.DBAPIError) else error
    odd = isinstance(original, psycopg.ProgrammingError) and original.sqlstate is None
    if odd or isinstance(error, TypeError | ValueError | exc.ArgumentError):
        answer = masked(next(iter(str(original).strip().splitlines()), ""))
        return StoreAddressError(
            f"The store ({store}) cannot be opened with this address: {answer}.", "Look at what stands after its ?"
        )
    return fault_of(error, store)


def _sqlite_fault(error: sqlite3.Error, store: str) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code & _PRIMARY in _SQLITE_DAMAGED:
        return StoreDamaged(
            f"The store ({store}) is not a database that can be read: {error}.",
            "Put back the latest backup, or move the file away and let slabot start a new one",
        )
    fault = _SQLITE.get(code & _PRIMARY)
    return None if fault is None else unavailable(fault, store, str(error))


def _postgres_fault(error: psycopg.Error, store: str) -> StoreError | None:
    state = error.sqlstate
    answer = next(iter(str(error).strip().splitlines()), type(error).__name__)
    if state is None:
        # Neither an answer nor a code: the server was not reached, or was lost on the way.
        unreached = isinstance(error, psycopg.OperationalError)
        return unavailable(Fault.LOST, store, answer) if unreached else None
    fault = _POSTGRES.get(state) or _POSTGRES_CLASSES.get(state[:2])
    return None if fault is None else unavailable(fault, store, answer)


def unavailable(fault: Fault, store: str, answer: str) -> StoreUnavailable:
    """The error for a fault, with its remedy; `answer` is the driver's message."""
    state, remedy = _WORDS[fault]
    return StoreUnavailable(f"The store ({store}) {state}.", f"{remedy}. (It says: {masked(answer)})", fault=fault)
