"""Overwrite deleted data in the files too.

Promise: on SQLite, file and write-ahead log hold nothing of what was deleted once `wipe` says so; where somebody who
reads or writes stands in the way, it says that instead. On PostgreSQL the tables are vacuumed, and what is beyond that
is for its administrator (`slabot.cli.erase` says what).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from enum import StrEnum

from sqlalchemy import NullPool, create_engine, exc, text

from slabot.store import meta
from slabot.store.address import StoreAddress
from slabot.store.store import Store

QUICK = 200 * 1024 * 1024  # bytes; a file up to here is rewritten in a second or two, for which a running slabot waits
PATIENCE = 10.0  # seconds for readers to finish, so that the log can be emptied
PAUSE = 0.2  # seconds between two tries

TOUCHED = ("event", "ticket", "ledger", "outbox", "feed", "meta", "policy_version")


class Wiped(StrEnum):
    """How much of what was deleted can still be read from the files."""

    GONE = "gone"
    VACUUMED = "vacuumed"
    """PostgreSQL: its space is free to be used again; an administrator sees to the rest."""
    LOG_LEFT = "log_left"
    """SQLite: somebody reads, so the write-ahead log still holds it."""
    REMAINS_LEFT = "remains_left"
    """SQLite: the file is of an earlier slabot, and is too large to be rewritten while slabot runs."""
    REFUSED = "refused"
    """The database did not let us."""


def wipe(store: Store, *, alone: bool, sleep: Callable[[float], None] = time.sleep) -> Wiped:
    """Overwrite what was deleted.

    Args:
        store: open; nobody writes through it meanwhile.
        alone: nothing else works on it, so that it may be rewritten whole, however long that takes.
        sleep: waits for somebody else.
    """
    if not store.address.is_sqlite:
        return _vacuum(store.address)
    rewrite = store.read(meta.may_hold_remains)
    if rewrite and not alone and _size(store.address) > QUICK:
        return _emptied(store.address, (), sleep, Wiped.REMAINS_LEFT)
    wiped = _emptied(store.address, ("VACUUM",) if rewrite else (), sleep, Wiped.GONE)
    if rewrite and wiped is Wiped.GONE:
        store.write(meta.leaves_no_remains)
    return wiped


def _size(address: StoreAddress) -> int:
    return 0 if address.file is None else address.file.stat().st_size


def _emptied(address: StoreAddress, first: Sequence[str], sleep: Callable[[float], None], then: Wiped) -> Wiped:
    name = str(address.url.database)
    conn = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, uri=name.startswith("file:"))
    try:
        for statement in ("PRAGMA secure_delete=ON", *first):
            conn.execute(statement)
        for _ in range(int(PATIENCE / PAUSE)):
            busy, _, _ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return then
            sleep(PAUSE)
        return Wiped.LOG_LEFT
    except sqlite3.OperationalError:
        return Wiped.REFUSED
    finally:
        conn.close()


def _vacuum(address: StoreAddress) -> Wiped:
    engine = create_engine(address.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with engine.connect() as conn:
            for table in TOUCHED:
                conn.execute(text(f"VACUUM {table}"))
        return Wiped.VACUUMED
    except exc.DBAPIError:
        return Wiped.REFUSED
    finally:
        engine.dispose()
