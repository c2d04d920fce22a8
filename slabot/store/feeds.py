"""Keep how far each helpdesk has been read.

Promise: a cursor is moved on in the transaction that stores what it led to, so that a crash between two pages
repeats a page and never leaves one out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from slabot.store import schema
from slabot.store.columns import not_earlier
from slabot.store.once import replace

_FEED = schema.feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How the reading of one helpdesk stands.

    Attributes:
        cursor: where to go on; None before the first page.
        since: from when on it was read the first time.
        swept_at: when a sweep last came to its end.
        ok_at: when the helpdesk last answered as it should.
        error, error_at: what went wrong since then, as text; None if nothing did.
        resume_at: not to be asked before (it set a limit); None if it may be asked.
    """

    helpdesk: str
    cursor: str | None = None
    since: datetime | None = None
    swept_at: datetime | None = None
    ok_at: datetime | None = None
    error: str | None = None
    error_at: datetime | None = None
    resume_at: datetime | None = None


def get(conn: Connection, helpdesk: str) -> Feed:
    """How it stands; a blank one for a helpdesk that was never read."""
    row = conn.execute(select(_FEED).where(_FEED.c.helpdesk == helpdesk)).mappings().one_or_none()
    return Feed(helpdesk=helpdesk) if row is None else Feed(**row)


def everyone(conn: Connection) -> list[Feed]:
    """All of them, by name."""
    return [Feed(**row) for row in conn.execute(select(_FEED).order_by(_FEED.c.helpdesk)).mappings()]


def resume(conn: Connection, helpdesk: str, *, since: datetime) -> tuple[str | None, datetime]:
    """Where to go on reading: the cursor, if there is one, and the instant to start from if there is none.

    The instant is settled the first time; a later start without a cursor reads from there again.
    """
    feed = get(conn, helpdesk)
    if feed.since is None:
        _set(conn, helpdesk, since=since)
    return feed.cursor, feed.since or since.replace(microsecond=0)


def advance(conn: Connection, helpdesk: str, cursor: str | None, at: datetime, *, end: bool) -> None:
    """A page was read and stored; ``end`` says that it was the last one for now."""
    ended = {"swept_at": at} if end else {}
    _set(conn, helpdesk, cursor=cursor, ok_at=at, error=None, error_at=None, resume_at=None, **ended)


def ok(conn: Connection, helpdesk: str, at: datetime, *, end: bool) -> None:
    """It was read, and gave no cursor yet; ``end`` says that there was nothing more for now."""
    ended = {"swept_at": at} if end else {}
    _set(conn, helpdesk, ok_at=at, error=None, error_at=None, resume_at=None, **ended)


def is_swept(conn: Connection, helpdesk: str, since: datetime) -> bool:
    """True if a sweep came to its end at that instant or later, and none has begun to bring more since then."""
    feed = get(conn, helpdesk)
    return feed.swept_at is not None and feed.swept_at >= max(since, feed.ok_at or since)


def failed(conn: Connection, helpdesk: str, error: str, at: datetime, *, resume_at: datetime | None = None) -> None:
    """Reading it failed: why, with the remedy, and before when not to ask again."""
    wait = None if resume_at is None else not_earlier(resume_at)
    _set(conn, helpdesk, error=error, error_at=at, resume_at=wait)


def _set(conn: Connection, helpdesk: str, **changes: Any) -> None:
    replace(conn, _FEED, {"helpdesk": helpdesk, **changes})
