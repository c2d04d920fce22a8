"""Under which policy was this decided?

Promise: every text that was ever in force can be read again, and the same text always has the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from slabot.store import schema
from slabot.store.once import insert_once

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


def latest(conn: Connection) -> PolicyVersion | None:
    """The one recorded last."""
    row = conn.execute(select(_POLICY).order_by(_POLICY.c.version.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else PolicyVersion(**row)
