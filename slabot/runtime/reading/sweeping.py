"""Sweep a helpdesk for changes, whether a webhook named them or not.

Promise: the sweep finds everything. A batch of it is stored together with the cursor behind it, so that a crash repeats
a batch and never leaves one out; no call is made per ticket.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from adapters.base import Adapter, Changed, SweepBatch
from adapters.errors import AdapterError, RateLimited, Unreachable
from slabot.domain import InstantError, parse_instant
from slabot.runtime.parts import DOWN, Parts, brings_work
from slabot.runtime.pauses import NextTime
from slabot.runtime.reading import backlog
from slabot.store import LedgerEvent, feeds, inbox, ledger, tickets
from slabot.store.inbox import HookDelivery

SAME_SECOND = timedelta(seconds=2)  # a ticket read this soon after its mark may have changed again within its second
KEPT = timedelta(days=7)  # how long a hint that was followed up is remembered; no helpdesk repeats one after so long


class Sweeper:
    """Reads what changed in one helpdesk."""

    def __init__(self, parts: Parts, adapter: Adapter) -> None:
        self._parts, self._adapter = parts, adapter
        self._next = NextTime(parts.clock, parts.now())
        self._failures = 0  # one after the other
        self._has_old = False  # of the first sweep, which the account's limits may cut into several

    def drain(self) -> bool:
        """Sweep if it is time to; True if something was found."""
        return self._next.has_come and self.sweep()

    def next_instant(self) -> datetime:
        """When the next sweep is due."""
        return self._next.at

    def sweep(self) -> bool:
        """Sweep now, to the end or to the first error; True if something changed."""
        parts, name = self._parts, self._adapter.name
        now = parts.now()
        since = parts.policy.start_from or now
        cursor, since = parts.write(lambda conn: feeds.resume(conn, name, since=since))
        is_first = parts.store.read(lambda conn: feeds.get(conn, name)).swept_at is None
        found = False
        try:
            for page in self._adapter.sweep(cursor, since=since):
                self._has_old = self._has_old or (is_first and backlog.has_old(parts, page))
                found = parts.write(partial(self._keep, page=page)) > 0 or found
                if parts.stopping.is_set():
                    return found  # the cursor is kept: the next start goes on from there
        except (RateLimited, Unreachable) as error:
            self._failed(error, error.until or now + min(DOWN * 2**self._failures, parts.sweep_every))
        except AdapterError as error:
            self._failed(error, now + self._parts.sweep_every)
        else:
            self._next.set(now + self._parts.sweep_every)
            self._failures = 0
            if is_first and (self._has_old or backlog.has_read_old(parts, name)):
                backlog.tell(parts, self._adapter)
        return found

    def _failed(self, error: AdapterError, until: datetime) -> None:
        name, now = self._adapter.name, self._parts.now()
        self._next.set(max(until, now + timedelta(seconds=1)))
        self._failures = min(self._failures + 1, 10)
        resume_at = error.until if isinstance(error, RateLimited) else None

        def tell(conn: Connection) -> None:
            feeds.failed(conn, name, str(error), now, resume_at=resume_at)
            key = f"{name}/{type(error).__name__}/{now:%Y%m%dT%H}"
            ledger.write(conn, now, LedgerEvent.FEED_FAILED, str(error), name, None, key)

        self._parts.write(tell)

    def _keep(self, conn: Connection, page: SweepBatch) -> int:
        """Note what must be read, and the cursor behind it, in one transaction; returns how many tickets."""
        name, now = self._adapter.name, self._parts.now()
        known = tickets.seen(conn, name, [changed.id for changed in page.changed])
        deliveries: list[HookDelivery] = []
        for changed in page.changed:
            version, seen_at = known.get(changed.id, (None, None))
            if changed.gone is not None and version is None:
                continue  # it came and went before slabot ever knew it
            if version is not None and seen_at is not None and not _is_news(changed, version, seen_at):
                continue
            of_this = f"sweep:{changed.id}:{changed.version}:{changed.status}"
            due_by = backlog.due_by(self._parts.policy, changed) if version is None else None
            deliveries.append(
                HookDelivery(helpdesk=name, id=of_this, ticket_id=changed.id, accepted_at=now, due_by=due_by)
            )
        owed = sum(inbox.accept_all(conn, deliveries)) if deliveries else 0
        for text in page.unreadable:
            ledger.write(conn, now, LedgerEvent.FEED_FAILED, text, name, None, f"{name}/row/{text[:80]}")
        if (failed_at := feeds.get(conn, name).error_at) is not None:
            text = f"{name} is read again; slabot could not read it when it last tried, at {failed_at:%H:%M} UTC"
            ledger.write(conn, now, LedgerEvent.FEED_RECOVERED, text, name, None, f"{name}/{now:%Y%m%dT%H}")
        if page.cursor:
            feeds.advance(conn, name, page.cursor, now, end=page.end)
        else:
            feeds.ok(conn, name, now, end=page.end)
        if page.end:
            inbox.prune(conn, now - KEPT)
        if owed:
            brings_work(conn)
        return owed


def _is_news(changed: Changed, version: str, seen_at: datetime) -> bool:
    """True unless the stored ticket is at least as new as this row."""
    if changed.version != version:
        return changed.version > version
    try:
        return seen_at < parse_instant(version) + SAME_SECOND
    except InstantError:
        return True
