"""Keep the time of which this store does not know what slabot did.

Promise: the time from the store's last sign of life to the start of the process. As a rule nothing happened in it;
but where a backup was put back, slabot paged people and wrote to customers, and this store does not know it. The time
is kept until everything of it was looked up, so that a second start does not take the first one for a sign of life.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from slabot.domain import parse_instant, utc
from slabot.store import audits, meta, schema

LEAST = timedelta(minutes=5)  # a shorter absence is a restart: nobody puts back a backup that young

_ABSENCE = "absence"


@dataclass(frozen=True, slots=True)
class Absence:
    """A time of which the store knows nothing; both ends UTC."""

    since: datetime
    until: datetime


def begin(conn: Connection, now: datetime) -> Absence | None:
    """The absence that ends with this start; None after a mere restart, and for a new store. Needs a `Store.write`.

    Ask before anything else is written.
    """
    last, kept = last_sign(conn), _kept(conn)
    if kept is None and (last is None or now - last < LEAST):
        return None
    since = min(instant for instant in (last, kept) if instant is not None)
    meta.put(conn, _ABSENCE, json.dumps(utc(since).isoformat()))
    return Absence(since, utc(now))


def end(conn: Connection) -> None:
    """Everything that was due in it has been looked up."""
    meta.put(conn, _ABSENCE, json.dumps(None))


def _kept(conn: Connection) -> datetime | None:
    text = meta.get(conn, _ABSENCE)
    value = None if text is None else json.loads(text)
    return None if value is None else parse_instant(value)


def last_sign(conn: Connection) -> datetime | None:
    """When slabot last wrote down that it runs on this store, as its clock showed it then; None for a new one."""
    verdict = audits.last_verdict(conn)  # once a minute while slabot runs
    written = conn.execute(select(func.max(schema.ledger.c.at))).scalar()
    return max((at for at in (written, None if verdict is None else verdict.at) if at is not None), default=None)
