"""Outages that people log.

Promise: of one service at most one entry of a kind lasts at a time, so beginning twice begins once. Nothing is
deleted: an entry that was a mistake is withdrawn, and stays with who withdrew it and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, update

from slabot.store import schema
from slabot.store.once import insert_once
from slabot.store.schema import EVERYTHING
from slabot.store.schema import OUTAGE_STANDS as _STANDS

_OUTAGE = schema.outage


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOutage:
    """An entry.

    Attributes:
        n: its number, for people.
        service: None for the service as a whole.
        ends: None while it lasts.
        logged_by, ended_by: as they were named, by Slack or on the command line.
        withdrawn_why: None unless it was a mistake.
    """

    n: int
    service: str | None
    maintenance: bool
    begins: datetime
    ends: datetime | None
    reason: str
    logged_at: datetime
    logged_by: str
    ended_by: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None


def insert(
    conn: Connection,
    service: str | None,
    begins: datetime,
    ends: datetime | None,
    reason: str,
    *,
    maintenance: bool,
    by: str,
    now: datetime,
) -> LoggedOutage | None:
    """Log an outage, or one that lasts, where `ends` is None.

    None if an entry of the same kind for the same service lasts already, or began at the same second.
    """
    row = {
        "service": EVERYTHING if service is None else service,
        "maintenance": int(maintenance),
        "begins": begins,
        "ends": ends,
        "reason": reason,
        "logged_at": now,
        "logged_by": by,
        "ended_by": None if ends is None else by,
    }
    if not insert_once(conn, _OUTAGE, row):
        return None
    return beginning(conn, service, begins, maintenance=maintenance)


def beginning(conn: Connection, service: str | None, begins: datetime, *, maintenance: bool) -> LoggedOutage | None:
    """The entry for a service that began at that second."""
    return next(_rows(conn, _same(service, maintenance).where(_OUTAGE.c.begins == begins, _STANDS)), None)


def end(conn: Connection, n: int, ends: datetime, by: str) -> bool:
    """End an entry that lasts; False if it does not any more."""
    where = (_OUTAGE.c.n == n, _OUTAGE.c.ends.is_(None), _STANDS)
    return conn.execute(update(_OUTAGE).where(*where).values(ends=ends, ended_by=by)).rowcount == 1


def withdraw(conn: Connection, n: int, at: datetime, by: str, why: str) -> bool:
    """Say that an entry was a mistake; False if there is none of that number, or it was withdrawn before."""
    values = {"withdrawn_at": at, "withdrawn_by": by, "withdrawn_why": why}
    return conn.execute(update(_OUTAGE).where(_OUTAGE.c.n == n, _STANDS).values(**values)).rowcount == 1


def get(conn: Connection, n: int) -> LoggedOutage | None:
    """The entry of that number, withdrawn or not."""
    return next(_rows(conn, select(_OUTAGE).where(_OUTAGE.c.n == n)), None)


def lasting(conn: Connection, service: str | None, *, maintenance: bool) -> LoggedOutage | None:
    """The entry for a service that lasts; None where none does."""
    return next(_rows(conn, _same(service, maintenance).where(_OUTAGE.c.ends.is_(None), _STANDS)), None)


def all_lasting(conn: Connection) -> list[LoggedOutage]:
    """Every entry that lasts, the one that began first before the others."""
    return list(_rows(conn, _ordered(and_(_OUTAGE.c.ends.is_(None), _STANDS))))


def every(conn: Connection) -> list[LoggedOutage]:
    """Every entry that was no mistake, in the order in which they began."""
    return list(_rows(conn, _ordered(_STANDS)))


def between(conn: Connection, since: datetime, until: datetime, *, withdrawn: bool = False) -> list[LoggedOutage]:
    """Every entry of which a part lies between two instants, in the order in which they began.

    Args:
        conn: of a `Store.read`.
        since: aware.
        until: aware.
        withdrawn: with those that were a mistake.
    """
    touches = and_(_OUTAGE.c.begins < until, or_(_OUTAGE.c.ends.is_(None), _OUTAGE.c.ends > since))
    return list(_rows(conn, _ordered(touches if withdrawn else and_(touches, _STANDS))))


def _same(service: str | None, maintenance: bool) -> Select[*tuple[Any, ...]]:
    name = EVERYTHING if service is None else service
    return select(_OUTAGE).where(_OUTAGE.c.service == name, _OUTAGE.c.maintenance == int(maintenance))


def _ordered(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(_OUTAGE).where(condition).order_by(_OUTAGE.c.begins, _OUTAGE.c.n)


def _rows(conn: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[LoggedOutage]:
    for row in conn.execute(query).mappings():
        service = None if row["service"] == EVERYTHING else row["service"]
        yield LoggedOutage(**{**row, "service": service, "maintenance": bool(row["maintenance"])})
