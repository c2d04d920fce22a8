"""Keep whether the connection of Socket Mode is there, so that every process on the store can say so.

Promise: since when it is lost stays as it was first noted, until it is there again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete

from slabot.domain import parse_instant, utc
from slabot.store import meta, schema

_NAME = "socket_mode"


@dataclass(frozen=True, slots=True)
class SocketState:
    """Whether Slack reaches slabot.

    Attributes:
        lost_since: None while the connection is there.
        reason: why it is lost, for people; empty while it is there.
    """

    lost_since: datetime | None
    reason: str = ""


def note(conn: Connection, state: SocketState) -> None:
    """Write down how it stands. Needs a `Store.write`."""
    since = None if state.lost_since is None else utc(state.lost_since).isoformat()
    meta.put(conn, _NAME, json.dumps({"lost_since": since, "reason": state.reason}))


def state(conn: Connection) -> SocketState | None:
    """How it stands; None where nobody keeps a connection."""
    text = meta.get(conn, _NAME)
    if text is None:
        return None
    values = json.loads(text)
    since = values["lost_since"]
    return SocketState(None if since is None else parse_instant(since), values["reason"])


def forget(conn: Connection) -> None:
    """Nobody keeps a connection any more."""
    conn.execute(delete(schema.meta).where(schema.meta.c.name == _NAME))
