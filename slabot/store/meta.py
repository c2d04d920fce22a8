"""Keep single values about the store itself.

Promise: the day of installation and the store's own name are written once and never change, unless that day turns out
to lie in the future; the count only rises.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, Text, cast, select, update

from slabot.domain import parse_instant, utc
from slabot.store import schema
from slabot.store.once import insert_once, replace

_META = schema.meta
_INSTALLED = "installed_at"
IDENTITY = "identity"
_COUNT = "count"
_OVERWRITES = "overwrites_deleted"  # set in a file that never held anything which was deleted without being overwritten


def installed_at(conn: Connection, now: datetime) -> datetime:
    """When slabot first ran on this store; ``now`` if that is now. Needs a `Store.write`."""
    if insert_once(conn, _META, {"name": _INSTALLED, "value": utc(now).isoformat()}):
        leaves_no_remains(conn)
    return parse_instant(get(conn, _INSTALLED))


def installed(conn: Connection) -> datetime | None:
    """When slabot first ran on this store; None if it never did."""
    value = get(conn, _INSTALLED)
    return None if value is None else parse_instant(value)


def installed_sooner(conn: Connection, now: datetime, by: timedelta) -> None:
    """The clock was ahead by that much, perhaps also when slabot first ran. Needs a `Store.write`."""
    noted = installed(conn)
    if noted is not None and noted > now:
        put(conn, _INSTALLED, utc(noted - by).isoformat())


def identity(conn: Connection) -> str:
    """The name that this store gave itself, unlike that of any other. Needs a `Store.write`."""
    insert_once(conn, _META, {"name": IDENTITY, "value": uuid.uuid4().hex})
    return str(get(conn, IDENTITY))


def count_up(conn: Connection) -> int:
    """Add one to the store's count and return it; an older copy of the store has a lower one. Needs a `Store.write`."""
    insert_once(conn, _META, {"name": _COUNT, "value": "0"})
    raised = cast(cast(_META.c.value, Integer) + 1, Text)
    conn.execute(update(_META).where(_META.c.name == _COUNT).values(value=raised))
    return int(get(conn, _COUNT) or 0)


def get(conn: Connection, name: str) -> str | None:
    """A single value by name."""
    return conn.execute(select(_META.c.value).where(_META.c.name == name)).scalar()


def put(conn: Connection, name: str, value: str) -> None:
    """Set a single value."""
    replace(conn, _META, {"name": name, "value": value})


def leaves_no_remains(conn: Connection) -> None:
    """From now on, what is deleted is overwritten, and nothing older is left in the file."""
    put(conn, _OVERWRITES, "yes")


def may_hold_remains(conn: Connection) -> bool:
    """True for a SQLite file of an earlier slabot, which did not overwrite what it deleted."""
    return get(conn, _OVERWRITES) is None
