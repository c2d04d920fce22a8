"""Keep every policy text that was in force, with the dates that its calendars used, by number.

Promise: every text that was ever in force can be read again, and the same text with the same dates always has the same
number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select, update

from slabot.store import ledger, schema
from slabot.store.columns import to_json
from slabot.store.once import insert_once
from slabot.store.vocabulary import LedgerEvent

IN_FORCE = "policy_version"  # the fact of ``slabot.started`` that names the version

_POLICY = schema.policy_version


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """A policy file as it was loaded for the first time, at ``at``.

    Attributes:
        digest: of the text; where other dates made a further version of it, of these too.
        dates: see `slabot.policy.used_dates`; None where they are not known.
    """

    version: int
    digest: str
    text: str
    at: datetime
    dates: Any = None


def record(conn: Connection, digest: str, text: str, at: datetime, dates: Any = None) -> int:
    """The number of this text; a new one if it was never recorded.

    Args:
        conn: of a `Store.write`.
        digest: of the text.
        text: the file.
        at: now.
        dates: that the calendars of the text use; they are kept with a new version only.
    """
    insert_once(conn, _POLICY, {"digest": digest, "text": text, "at": at, "dates": dates})
    version: int = conn.execute(select(_POLICY.c.version).where(_POLICY.c.digest == digest)).scalar_one()
    return version


def record_other_dates(conn: Connection, digest: str, text: str, at: datetime, dates: Any) -> int:
    """The number of a recorded text that has got other dates."""
    return record(conn, f"{digest}:{sha256(to_json(dates).encode()).hexdigest()}", text, at, dates)


def of_text(conn: Connection, digest: str) -> list[PolicyVersion]:
    """All versions of a text, the newest first."""
    own = (_POLICY.c.digest == digest) | _POLICY.c.digest.startswith(f"{digest}:", autoescape=True)
    rows = conn.execute(select(_POLICY).where(own).order_by(_POLICY.c.version.desc())).mappings()
    return [PolicyVersion(**row) for row in rows]


def keep_dates(conn: Connection, version: int, dates: Any) -> None:
    """Keep the dates with a version: of a store from before they were kept, or of more years than before."""
    conn.execute(update(_POLICY).where(_POLICY.c.version == version).values(dates=dates))


def get(conn: Connection, version: int) -> PolicyVersion | None:
    """The text of that number."""
    row = conn.execute(select(_POLICY).where(_POLICY.c.version == version)).mappings().one_or_none()
    return None if row is None else PolicyVersion(**row)


def every(conn: Connection) -> dict[int, PolicyVersion]:
    """Every version that was ever in force, by its number."""
    return {row["version"]: PolicyVersion(**row) for row in conn.execute(select(_POLICY)).mappings()}


def starts(conn: Connection) -> list[tuple[datetime, int]]:
    """When slabot was started with which version, in order, as far as the ledger says."""
    rows = conn.execute(
        select(schema.ledger.c.at, schema.ledger.c.facts)
        .where(schema.ledger.c.event == LedgerEvent.SLABOT_STARTED.value)
        .order_by(schema.ledger.c.at, schema.ledger.c.n)
    )
    return [(row.at, row.facts[IN_FORCE]) for row in rows if IN_FORCE in row.facts]


def latest(conn: Connection) -> PolicyVersion | None:
    """The one recorded last."""
    row = conn.execute(select(_POLICY).order_by(_POLICY.c.version.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else PolicyVersion(**row)


def in_force(conn: Connection) -> int | None:
    """The version that slabot last started with; None before the first start.

    A start of before the ledger kept the version counts as one with the version recorded last.
    """
    started = next(iter(ledger.latest(conn, [LedgerEvent.SLABOT_STARTED], 1)), None)
    version: int | None = None if started is None else started.facts.get(IN_FORCE)
    recorded = latest(conn) if version is None else None
    return version if recorded is None else recorded.version
