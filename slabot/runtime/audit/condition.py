"""Check that the store is being worked off, and that the helpdesks are being read.

Promise: one list of what is not in order, for the health page and the auditor alike; each finding says which part,
since when, and what you can do.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from slabot.domain.sentences import clause
from slabot.runtime.parts import SWEEP_EVERY
from slabot.store import Lane, audits, feeds, outbox, socket_mode, unread
from slabot.store.feeds import Feed

STALE = timedelta(minutes=5)  # without a whole sweep, before people are told
SWEEPS = 3  # that may be missed, where they come more seldom
UNWELL = timedelta(seconds=90)  # without a whole sweep, where the last one failed; it is shown, and nobody is told yet
SILENT = timedelta(seconds=110)  # the same, where none failed and none goes on
WAITING = timedelta(minutes=2)  # in the outbox
UNHEARD = timedelta(minutes=2)  # without a connection of Socket Mode; it is made anew within seconds as a rule
FAILED = timedelta(days=1)  # for how long a page that failed is held against us


LOOKED_UP = ("slack/", "feed/", "pages/", "lane/", "unread/")  # how the names of what `troubles` finds begin


class Watched(Protocol):
    """What must be known about a process to judge its store; the `Parts` of a running one have it."""

    @property
    def adapters(self) -> Collection[str]:
        """The names of the helpdesks that are read."""

    @property
    def started_at(self) -> datetime:
        """When the process began."""

    @property
    def sweep_every(self) -> timedelta:
        """Real time between two sweeps of a helpdesk."""


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """One thing that is not in order.

    Attributes:
        what: the part, the same each time: ``feed/acme``.
        text: what and since when; no full stop.
        remedy: what follows from it, and what you can do; whole sentences.
        is_quiet: True if people are not told of it: not yet, or by something else.
    """

    what: str
    text: str
    remedy: str
    is_quiet: bool = False


def troubles(conn: Connection, parts: Watched, now: datetime) -> list[AuditProblem]:
    """Everything that is not in order."""
    feeds_found = _feeds(conn, parts, now)
    known = {trouble.what for trouble in feeds_found}
    unread_found = [  # it follows from a helpdesk that is not read
        trouble for trouble in _unread(conn, parts, now) if trouble.what.replace("unread/", "feed/") not in known
    ]
    return [*feeds_found, *unread_found, *_failed(conn, now), *_waiting(conn, now), *_unheard(conn, now)]


def is_still_so(conn: Connection, parts: Watched, what: str, now: datetime) -> bool:
    """False if this was found by `troubles`, or is about tickets that could not be read, and is not so any more."""
    if what.count("/") == 2 and what.startswith("unread/"):
        _, helpdesk, ticket_ids = what.split("/")
        return any(unread.is_failing(conn, helpdesk, ticket_id) for ticket_id in ticket_ids.split(","))
    return not what.startswith(LOOKED_UP) or any(trouble.what == what for trouble in troubles(conn, parts, now))


def audit_trouble(conn: Connection, parts: Watched, now: datetime) -> list[str]:
    """What the auditor found last, or that it has not run for too long."""
    verdict = audits.last_verdict(conn)
    if verdict is None:
        return []  # it looks for the first time a minute after the start
    since = max(verdict.at, parts.started_at)
    if now - since > max(STALE, SWEEPS * parts.sweep_every):
        return [f"the auditor has not looked since {since:%Y-%m-%d %H:%M:%S} UTC"]
    return list(verdict.of_the_plan) if verdict.at >= parts.started_at else []


def _feeds(conn: Connection, parts: Watched, now: datetime) -> list[AuditProblem]:
    found = list[AuditProblem]()
    known = {feed.helpdesk: feed for feed in feeds.everyone(conn)}
    for name in parts.adapters:  # one that the policy no longer names is read no more, and nobody misses it
        if name not in known:
            found.append(AuditProblem(f"feed/{name}", f"{name} has not been read yet", _FEED_REMEDY))
            continue
        trouble = _stale(known[name], parts, now)
        if trouble is not None:
            found.append(trouble)
    return found


_FEED_REMEDY = (
    "Tickets and answers since then are not known here: a page may be missing, or needless. Clocks that are known go "
    "on, and pages say that they could not be re-checked. Look whether the helpdesk answers and its token is valid: "
    "slabot doctor asks it."
)
_PAGE_REMEDY = "Look at slabot status for what stands in the way; until it is mended, look into the helpdesk yourself."


def _stale(feed: Feed, parts: Watched, now: datetime) -> AuditProblem | None:
    """A sweep that goes on is in order, however long it takes."""
    since = feed.swept_at or parts.started_at
    if feed.error is None and feed.ok_at is not None:
        since = max(since, feed.ok_at)
    pace = max(1.0, parts.sweep_every / SWEEP_EVERY)
    if now - since <= (SILENT if feed.error is None else UNWELL) * pace:
        return None
    why = f": {feed.error}" if feed.error else ""
    text = f"{feed.helpdesk} was last read to the end at {since:%Y-%m-%d %H:%M:%S} UTC{why}"
    if feed.swept_at is None:
        text = (
            f"{feed.helpdesk} has not been read to the end yet; slabot tries since {since:%Y-%m-%d %H:%M:%S} UTC{why}"
        )
    quiet = now - since <= max(STALE, SWEEPS * parts.sweep_every)
    return AuditProblem(f"feed/{feed.helpdesk}", text, _FEED_REMEDY, quiet)


def _unread(conn: Connection, parts: Watched, now: datetime) -> list[AuditProblem]:
    """What somebody said has changed, and was not read since."""
    found = []
    for name in parts.adapters:
        number, failing, since = unread.oldest(conn, name)
        if not _is_late(since, now):
            continue
        tickets, at = f"{number} tickets of {name} wait to be read, the first", f"{since:%Y-%m-%d %H:%M:%S} UTC"
        if number == 1:
            tickets = f"a ticket of {name} waits to be read"
        text = f"{tickets} since {at}"
        if failing:
            text += f"; {failing} of them cannot be read, while others can" if number > 1 else ", and cannot be read"
        has_error = feeds.get(conn, name).error is not None  # then people are told that the helpdesk cannot be read
        found.append(AuditProblem(f"unread/{name}", text, _UNREAD_REMEDY, has_error or number == failing))
    return found


_UNREAD_REMEDY = (
    "Clocks that are known go on. What happened in those tickets since then is not known here: a page may be missing, "
    "or needless. They are read as fast as the helpdesk answers, those whose deadline is near first; slabot status "
    "shows how many are left. If that does not fall, see whether the helpdesk is slow or its API limit is reached."
)


def _failed(conn: Connection, now: datetime) -> list[AuditProblem]:
    failed = audits.failed_since(conn, Lane.PAGE, now - FAILED)
    return [AuditProblem("pages/failed", f"{failed} pages failed; see slabot status", _PAGE_REMEDY)] if failed else []


def _waiting(conn: Connection, now: datetime) -> list[AuditProblem]:
    """What should have been sent by now.

    A page waits for nobody. What else is put off, by the governor or by a limit, is in order until its time has come.
    """
    found = []
    since = outbox.oldest_pending(conn, Lane.PAGE)
    if _is_late(since, now):
        why = next((f": {clause(row.reason)}" for row in outbox.waiting(conn, Lane.PAGE) if row.reason), "")
        text = f"a page waits to be sent since {since:%Y-%m-%d %H:%M:%S} UTC{why}"
        found.append(AuditProblem("pages/waiting", text, _PAGE_REMEDY))
    since = audits.under_way_since(conn, Lane.PAGE)
    if _is_late(since, now):
        text = f"it is not known since {since:%Y-%m-%d %H:%M:%S} UTC whether a page arrived"
        found.append(AuditProblem("pages/doubtful", text, _PAGE_REMEDY))
    for lane in (Lane.WRITE, Lane.UPDATE):
        since = outbox.earliest(conn, lane)
        if _is_late(since, now):
            text = f"the outbox's lane {lane.value} is not worked off since {since:%Y-%m-%d %H:%M:%S} UTC"
            found.append(
                AuditProblem(f"lane/{lane.value}", text, "Pages go out all the same. Restart slabot if it stays.")
            )
    return found


def _unheard(conn: Connection, now: datetime) -> list[AuditProblem]:
    """What people do in Slack does not arrive."""
    state = socket_mode.state(conn)
    if state is None or state.lost_since is None or now - state.lost_since <= UNHEARD:
        return []
    text = f"Slack has not reached slabot over Socket Mode since {state.lost_since:%Y-%m-%d %H:%M:%S} UTC"
    return [AuditProblem("slack/socket", f"{text}: {clause(state.reason)}", _UNHEARD_REMEDY)]


_UNHEARD_REMEDY = (
    "Pages go out all the same, but buttons, dialogs and commands in Slack do nothing, so nobody can acknowledge "
    "there: answer the ticket in the helpdesk. slabot goes on trying. slabot doctor asks Slack what is wrong."
)


def _is_late(since: datetime | None, now: datetime) -> bool:
    return since is not None and now - since > WAITING
