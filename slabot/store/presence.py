"""Find out whether a slabot runs on this store.

Promise: known within 10 seconds of its end, however it ended, and whatever the clocks say: each running process renews
a sign of its own every two seconds and takes it away at a clean end. A sign that is not fresh is looked at twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from slabot.domain import parse_instant, utc
from slabot.store import meta, schema
from slabot.store.store import Store

EVERY = 2.0  # seconds of real time between two signs
FRESH = timedelta(seconds=5)  # a sign no older than this is of a process that runs
AHEAD = timedelta(seconds=1)  # stored instants are whole seconds
LOOK_AGAIN = EVERY + 1  # seconds after which a running process has renewed a sign that is not fresh
FORGOTTEN = timedelta(minutes=1)  # a sign this far from now, of a process that was killed, is swept away

_META = schema.meta
_PREFIX = "running/"


def show(conn: Connection, who: str, number: int, now: datetime) -> None:
    """Renew the sign of a process; the number rises each time, so that a clock that was set hides nothing."""
    for other, sign in signs(conn).items():
        if other != who and abs(now - _at(sign)) > FORGOTTEN:
            leave(conn, other)
    meta.put(conn, f"{_PREFIX}{who}", f"{number} {utc(now).isoformat()}")


def leave(conn: Connection, who: str) -> None:
    """Take the sign of a process away."""
    conn.execute(delete(_META).where(_META.c.name == f"{_PREFIX}{who}"))


def signs(conn: Connection) -> Mapping[str, str]:
    """The sign of each process, by its name."""
    rows = conn.execute(select(_META.c.name, _META.c.value).where(_META.c.name.startswith(_PREFIX)))
    return {name.removeprefix(_PREFIX): value for name, value in rows}


def runs(store: Store, now: datetime, wait: Callable[[float], object]) -> bool:
    """True if a slabot runs on the store.

    Args:
        store: to be asked.
        now: the present instant.
        wait: called with `LOOK_AGAIN` seconds if a sign is there that is not fresh.
    """
    before = store.read(signs)
    if any(-AHEAD <= now - _at(sign) <= FRESH for sign in before.values()):
        return True
    if not before:
        return False
    wait(LOOK_AGAIN)
    return any(before.get(who) != sign for who, sign in store.read(signs).items())


def _at(sign: str) -> datetime:
    return parse_instant(sign.partition(" ")[2])
