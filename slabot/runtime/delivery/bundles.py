"""Bundle many pages into one message with a thread.

Promise: pages for one channel that come in a storm, late after an outage, or together at the end of the quiet hours are
announced by one message, and each follows in its thread with its buttons. Nothing is dropped: a page whose bundle
cannot be posted goes out by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import assert_never

from sqlalchemy import Connection

from slabot.channels.base import Dropped, Failed, MessageRef
from slabot.domain import SECOND
from slabot.messages.bundle import SHOWN, BundleCause, BundleView
from slabot.messages.view import Late, PageView
from slabot.policy import DestinationKind
from slabot.rules import Action, Decision
from slabot.rules.words import stamp
from slabot.runtime.delivery.lateness import lateness
from slabot.runtime.delivery.loop import ANY
from slabot.runtime.delivery.page_outcomes import SentPage
from slabot.runtime.parts import LATE, Parts
from slabot.runtime.refresh import clock_of, view_of
from slabot.store import (
    Lane,
    LedgerEvent,
    OutboxRow,
    OutboxState,
    StoredTicket,
    ledger,
    outbox,
    outbox_questions,
    tickets,
)
from slabot.store.work import BundleWork, Page

LEAST = 2  # pages that can come together

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # the urgency of a bundle: it goes before its pages


@dataclass(frozen=True, slots=True)
class _BundledPage:
    """A page of a bundle."""

    stored: StoredTicket
    decision: Decision
    action: Action
    late: Late | None

    def view(self, parts: Parts) -> PageView | None:
        clock = clock_of(self.decision, self.action.fact("clock") or "")
        if clock is None:
            return None
        return view_of(parts, self.stored, self.decision, clock, action=self.action, late=self.late)


@dataclass(frozen=True, slots=True)
class _Apart:
    """Pages of a channel that do not come together, before an instant at which one of them is late.

    A storm is worked off page by page, and what waits is decoded once, not for each of them.
    """

    keys: frozenset[str]
    until: datetime


class Bundles:
    """Puts bundles into the outbox, and composes their text."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._apart: dict[str, _Apart] = {}  # by channel

    def gather(self, now: datetime) -> bool:
        """Bundle what should come together; True if there was anything."""
        crowded = self._parts.store.read(lambda conn: outbox_questions.crowded(conn, Lane.PAGE, now, LEAST))
        known, self._apart = self._apart, {}
        did = False
        for to, keys in crowded.items():
            if to in known and keys <= known[to].keys and now < known[to].until:
                self._apart[to] = known[to]
            elif self._takes_bundles(to):
                did = self._gather(to, keys, now) or did
        return did

    def _takes_bundles(self, to: str) -> bool:
        destination = outbox.destination_of(to)
        channel = self._parts.channels.get(destination.way)
        return channel is not None and channel.can.thread and destination.kind is not DestinationKind.ASSIGNEE

    def _gather(self, channel: str, keys: frozenset[str], now: datetime) -> bool:
        rows = self._parts.store.read(lambda conn: outbox.waiting(conn, Lane.PAGE, channel=channel))
        single = [row for row in rows if isinstance(row.work, Page) and row.not_before <= now and not row.work.bundle]
        if not single:
            self._apart[channel] = _Apart(keys, now + ANY)
            return False
        before = next(((row.key, row.work) for row in rows if isinstance(row.work, BundleWork)), None)
        if before is not None:
            return self._parts.write(lambda conn: self._join(conn, *before, single))
        cause = self._cause(single, now)
        if cause is None:
            late = (page_of(row).at + LATE + SECOND for row in single)
            self._apart[channel] = _Apart(keys, min((at for at in late if at > now), default=now + ANY))
            return False
        pages = [row for row in single if _is_held(row)] if cause is BundleCause.QUIET else single
        first = sha256(pages[0].key.encode()).hexdigest()[:8]  # two may begin within one second
        key = f"bundle/{channel}/{cause.value}/{stamp(now)}/{first}"
        return self._parts.write(lambda conn: self._put(conn, key, channel, cause, pages, now))

    def _cause(self, rows: Sequence[OutboxRow], now: datetime) -> BundleCause | None:
        if sum(_is_held(row) for row in rows) >= LEAST:
            return BundleCause.QUIET
        if sum(now - page_of(row).at > LATE for row in rows) >= LEAST:
            return BundleCause.OUTAGE
        return BundleCause.STORM if len(rows) > self._parts.policy.storm.above else None

    def _put(
        self, conn: Connection, key: str, channel: str, cause: BundleCause, rows: Sequence[OutboxRow], now: datetime
    ) -> bool:
        bundle = BundleWork(cause.value)
        owed = outbox.owe(conn, bundle, key=key, to=channel, urgency=_FIRST, rank=-1, now=now)
        return owed and self._join(conn, key, bundle, rows)

    def _join(self, conn: Connection, key: str, bundle: BundleWork, rows: Sequence[OutboxRow]) -> bool:
        """Add pages to a bundle that was not sent yet; False if there was nothing to add, or it left meanwhile."""
        joined = [row.key for row in rows if outbox.amend(conn, row.key, replace(page_of(row), bundle=key))]
        if outbox.amend(conn, key, replace(bundle, keys=(*bundle.keys, *joined))):
            return bool(joined)
        for row in rows:  # they go by themselves
            outbox.amend(conn, row.key, page_of(row))
        return False

    def of(self, page: Page) -> OutboxRow | None:
        """The bundle that a page belongs to, if any."""
        key = page.bundle
        return None if key is None else self._parts.store.read(lambda conn: outbox.get(conn, key))

    def ref_of(self, page: Page) -> str | None:
        """The message of its bundle, if that was posted and is still there."""
        bundle = self.of(page)
        if bundle is None or bundle.state is not OutboxState.SENT or bundle.outcome is None:
            return None
        return str(bundle.outcome["ts"])

    def compose(self, bundle: BundleWork) -> BundleView | None:
        """The present text of a bundle; None if fewer than two of its pages are still wanted."""
        kept = self._parts.store.read(lambda conn: self._still_wanted(conn, bundle))
        if len(kept) < LEAST:
            return None
        cause, late = BundleCause(bundle.cause), Counter(each.late.cause for each in kept if each.late is not None)
        if cause is BundleCause.STORM and late.total() >= LEAST:
            cause = BundleCause.OUTAGE  # it had to wait itself, and its pages with it
        return BundleView(
            cause=cause,
            count=len(kept),
            since=min(each.action.at for each in kept),
            at=self._parts.now(),
            views=list(islice((view for each in kept if (view := each.view(self._parts)) is not None), SHOWN)),
            severities=self._counted([each.action for each in kept]),
            organizations=Counter(name for each in kept if (name := _organization(each.stored))).most_common(),
            zone=self._parts.policy.display_zone,
            late=late.most_common(1)[0][0] if late else None,
            repeat=bundle.repeat,
        )

    def _still_wanted(self, conn: Connection, bundle: BundleWork) -> list[_BundledPage]:
        """Its pages that have not left and are wanted now, the most urgent first."""
        parts, now, kept = self._parts, self._parts.now(), list[_BundledPage]()
        rows = [row for key in bundle.keys if (row := outbox.get(conn, key)) is not None and not row.state.settled]
        for row in sorted(rows, key=lambda each: (each.urgency, each.key)):
            stored = tickets.load(conn, row.helpdesk, row.ticket_id)
            if stored is None:
                continue
            decision = parts.decide(stored, now)
            action = decision.due_by_key.get(row.planned_key)
            if action is not None:
                kept.append(_BundledPage(stored, decision, action, lateness(parts, action, row)))
        return kept

    def _counted(self, actions: Sequence[Action]) -> list[tuple[str, int]]:
        counted = Counter(action.fact("severity") or "" for action in actions)
        order = [severity for severity in self._parts.policy.severities if severity in counted]
        return [(severity, counted[severity]) for severity in order]

    def settle(self, conn: Connection, *, row: OutboxRow, came: SentPage | Dropped | Failed) -> None:
        """It was posted, or is not needed, or was refused: then its pages go by themselves."""
        match came:
            case SentPage(place=MessageRef(channel, ts), reason=reason):
                outcome = {"channel": channel, "ts": ts}
                if outbox.settle(conn, row.key, OutboxState.SENT, reason, outcome):
                    ledger.write(conn, self._parts.now(), LedgerEvent.PAGE_BUNDLED, reason, None, None, row.key)
            case SentPage(reason=why) | Dropped(why):
                outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
            case Failed(why):
                why = f"its pages go by themselves, for it was refused: {why}"
                outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
            case _:
                assert_never(came)

    def forget(self, page: Page) -> None:
        """The message of a bundle was deleted: its other pages go out by themselves."""
        key = page.bundle
        if key is not None:
            self._parts.write(lambda conn: outbox.forget_outcome(conn, key))


def page_of(row: OutboxRow) -> Page:
    """The page of a row that holds one."""
    assert isinstance(row.work, Page), f"{row.key} is no page"
    return row.work


def _organization(stored: StoredTicket) -> str | None:
    requester = stored.timeline.requester(stored.ticket.requester)
    return None if requester is None else requester.organization


def _is_held(row: OutboxRow) -> bool:
    return page_of(row).held
