"""Keep every policy text that was in force, by number.

Promise: every text that was ever in force can be read again, and the same text always has the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from slabot.store import ledger, schema
from slabot.store.once import insert_once
from slabot.store.vocabulary import LedgerEvent

IN_FORCE = "policy_version"  # the fact of ``slabot.started`` that names the version

_POLICY = schema.policy_version


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """A policy file as it was loaded for the first time, at ``at``."""

    version: int
    digest: str
    text: str
    at: datetime


def record(conn: Connection, digest: str, text: str, at: datetime) -> int:
    """The number of this text; a new one if it was never recorded."""
    insert_once(conn, _POLICY, {"digest": digest, "text": text, "at": at})
    version: int = conn.execute(select(_POLICY.c.version).where(_POLICY.c.digest == digest)).scalar_one()
    return version


def get(conn: Connection, version: int) -> PolicyVersion | None:
    """The text of that number."""
    row = conn.execute(select(_POLICY).where(_POLICY.c.version == version)).mappings().one_or_none()
    return None if row is None else PolicyVersion(**row)


def texts(conn: Connection) -> dict[int, str]:
    """Every text that was ever in force, by its number."""
    return {row.version: row.text for row in conn.execute(select(_POLICY.c.version, _POLICY.c.text))}


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
