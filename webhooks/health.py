"""Does slabot do its work?

Promise: ready means that the store can be written, every helpdesk was read lately, and nothing waits that should
have been sent; if not, the answer says which of them, and since when.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from flask import Response
from sqlalchemy import Connection

from slabot.domain import SlabotError
from slabot.runtime import Parts
from slabot.store import Lane, OutboxState, meta, outbox
from slabot.store import status as store_status

STALE = timedelta(minutes=5)  # without a whole sweep
SWEEPS = 3  # that may be missed, where they come more seldom
WAITING = timedelta(minutes=2)  # in the outbox


def findings(parts: Parts) -> list[str]:
    """What is not in order, in words."""
    now = parts.now()
    try:
        parts.store.write(lambda conn: meta.put(conn, "ready_at", now.isoformat()))
        state = parts.store.read(lambda conn: store_status.status(conn, now))
        waiting = parts.store.read(lambda conn: _waiting(conn, now))
    except SlabotError as error:
        return [str(error)]
    stale = max(STALE, SWEEPS * parts.sweep_every)
    found = [_feed(feed.helpdesk, feed.swept_at, feed.error, now, parts.started_at, stale) for feed in state.feeds]
    for name in parts.adapters:
        if name not in {feed.helpdesk for feed in state.feeds}:
            found.append(f"{name} has not been read yet")
    failed = state.outbox.get((Lane.PAGE, OutboxState.FAILED), 0)
    if failed:
        found.append(f"{failed} pages failed; see slabot status")
    return [words for words in (*found, *waiting) if words]


def _waiting(conn: Connection, now: datetime) -> list[str]:
    """What should have been sent by now.

    A page waits for nobody. What else is put off, by the governor or by a limit, is in order until its time has come.
    """
    page = outbox.oldest_pending(conn, Lane.PAGE)
    found = [f"a page waits to be sent since {page:%Y-%m-%d %H:%M:%S} UTC"] if _is_late(page, now) else []
    for lane in (Lane.WRITE, Lane.UPDATE):
        since = outbox.earliest(conn, lane)
        if _is_late(since, now):
            found.append(f"the outbox's lane {lane.value} is not worked off since {since:%Y-%m-%d %H:%M:%S} UTC")
    return found


def _is_late(since: datetime | None, now: datetime) -> bool:
    return since is not None and now - since > WAITING


def ready(parts: Parts) -> Response:
    """200 if everything is in order, 503 and the reasons if not."""
    found = findings(parts)
    body = {"ready": not found, "findings": found}
    return Response(
        json.dumps(body, ensure_ascii=False) + "\n", status=503 if found else 200, mimetype="application/json"
    )


def _feed(
    name: str, swept_at: datetime | None, error: str | None, now: datetime, started_at: datetime, stale: timedelta
) -> str:
    since = swept_at or started_at
    if now - since <= stale:
        return ""
    why = f": {error}" if error else ""
    return f"{name} was last read to the end at {since:%Y-%m-%d %H:%M:%S} UTC{why}"
