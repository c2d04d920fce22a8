"""What does the store know about itself?

Promise: the day of installation is written once and never moves.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from slabot.domain import parse_instant, utc
from slabot.store import schema
from slabot.store.once import insert_once, replace

_META = schema.meta
_INSTALLED = "installed_at"


def installed_at(conn: Connection, now: datetime) -> datetime:
    """When slabot first ran on this store; ``now`` if that is now. Needs a `Store.write`."""
    insert_once(conn, _META, {"name": _INSTALLED, "value": utc(now).isoformat()})
    return parse_instant(get(conn, _INSTALLED))


def installed(conn: Connection) -> datetime | None:
    """When slabot first ran on this store; None if it never did."""
    value = get(conn, _INSTALLED)
    return None if value is None else parse_instant(value)


def get(conn: Connection, name: str) -> str | None:
    """A single value by name."""
    return conn.execute(select(_META.c.value).where(_META.c.name == name)).scalar()


def put(conn: Connection, name: str, value: str) -> None:
    """Set a single value."""
    replace(conn, _META, {"name": name, "value": value})
