"""When do many pages become one message with a thread?

Promise: pages for one channel that come in a storm, late after an outage, or together at the end of the quiet hours are
announced by one message, and each follows in its thread with its buttons. Nothing is dropped: a page whose bundle
cannot be posted goes out by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from slabot.paging import LateCause, PageView, compose
from slabot.paging.bundle_words import SHOWN, Bundle, BundleCause
from slabot.policy import DestinationKind
from slabot.rules import QUIET, Action, decide
from slabot.rules.words import stamp
from slabot.runtime.acts import action_of, destination_of, wanted
from slabot.runtime.pages.fallbacks import planned_key
from slabot.runtime.pages.lateness import lateness
from slabot.runtime.parts import LATE, Parts
from slabot.runtime.refresh import assignee_of, clock_of, message_key
from slabot.store import Lane, LedgerEvent, OutboxKind, OutboxRow, OutboxState, ledger, outbox, tickets

LEAST = 2  # pages that can come together
BUNDLE = "bundle"  # the key of the bundle in a page's body

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # the urgency of a bundle: it goes before its pages
_KINDS = (DestinationKind.CHANNEL, DestinationKind.USER, DestinationKind.ROTA)


class Bundles:
    """Puts bundles into the outbox, and says what they say."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def gather(self, now: datetime) -> bool:
        """Bundle what should come together; True if there was anything."""
        crowded = self._parts.store.read(lambda conn: outbox.crowded(conn, Lane.PAGE, now, LEAST))
        did = [self._gather(channel, now) for channel in crowded if destination_of(channel).kind in _KINDS]
        return any(did)

    def _gather(self, channel: str, now: datetime) -> bool:
        rows = self._parts.store.read(lambda conn: outbox.waiting(conn, Lane.PAGE, channel=channel))
        before = next((row for row in rows if row.kind is OutboxKind.BUNDLE), None)
        ready = [row for row in rows if row.kind is OutboxKind.PAGE and row.not_before <= now]
        single = [row for row in ready if BUNDLE not in row.body]
        if not single:
            return False
        if before is not None:
            return self._parts.write(lambda conn: self._join(conn, before.key, dict(before.body), single))
        cause = self._cause(single, now)
        if cause is None:
            return False
        pages = [row for row in single if _is_held(row)] if cause is BundleCause.QUIET else single
        first = sha256(pages[0].key.encode()).hexdigest()[:8]  # two may begin within one second
        key = f"bundle/{channel}/{cause.value}/{stamp(now)}/{first}"
        return self._parts.write(lambda conn: self._put(conn, key, channel, cause, pages, now))

    def _cause(self, rows: Sequence[OutboxRow], now: datetime) -> BundleCause | None:
        if sum(_is_held(row) for row in rows) >= LEAST:
            return BundleCause.QUIET
        if sum(now - action_of(row).at > LATE for row in rows) >= LEAST:
            return BundleCause.OUTAGE
        return BundleCause.STORM if len(rows) > self._parts.policy.storm.above else None

    def _put(
        self, conn: Connection, key: str, channel: str, cause: BundleCause, rows: Sequence[OutboxRow], now: datetime
    ) -> bool:
        bundle = OutboxRow(
            key=key,
            kind=OutboxKind.BUNDLE,
            lane=Lane.PAGE,
            helpdesk="",
            ticket_id="",
            channel=channel,
            body={"cause": cause.value, "keys": []},
            urgency=_FIRST,
            not_before=now,
            created_at=now,
        )
        return outbox.put(conn, bundle) and self._join(conn, key, dict(bundle.body), rows)

    def _join(self, conn: Connection, key: str, body: dict[str, Any], rows: Sequence[OutboxRow]) -> bool:
        """Add pages to a bundle that was not sent yet; False if there was nothing to add, or it left meanwhile."""
        joined = [row.key for row in rows if outbox.amend(conn, row.key, {**row.body, BUNDLE: key})]
        if outbox.amend(conn, key, {**body, "keys": [*body["keys"], *joined]}):
            return bool(joined)
        for row in rows:  # they go by themselves
            outbox.amend(conn, row.key, row.body)
        return False

    def of(self, row: OutboxRow) -> OutboxRow | None:
        """The bundle that a page belongs to, if any."""
        key = row.body.get(BUNDLE)
        return None if key is None else self._parts.store.read(lambda conn: outbox.get(conn, str(key)))

    def compose(self, row: OutboxRow, *, repeat: bool) -> Bundle | None:
        """What a bundle says now; None if fewer than two of its pages are still wanted."""
        return self._parts.store.read(lambda conn: self._compose(conn, row, repeat))

    def _compose(self, conn: Connection, row: OutboxRow, repeat: bool) -> Bundle | None:
        parts, now = self._parts, self._parts.now()
        members = [found for key in row.body["keys"] if (found := outbox.get(conn, str(key))) is not None]
        views: list[PageView] = []
        kept: list[Action] = []
        causes: Counter[LateCause] = Counter()
        for member in sorted(members, key=lambda each: (each.urgency, each.key)):
            if member.state.settled:
                continue
            stored = tickets.load(conn, member.helpdesk, member.ticket_id)
            decision = None if stored is None else decide(stored.ticket, stored.timeline, parts.policy, now)
            action = None if decision is None else wanted(decision, planned_key(member))
            if stored is None or decision is None or action is None:
                continue
            kept.append(action)
            late = lateness(parts, action, member)
            if late is not None:
                causes[late.cause] += 1
            clock = clock_of(decision, action.fact("clock") or "")
            if clock is not None and len(views) < SHOWN:
                view = compose(
                    ticket=stored.ticket,
                    timeline=stored.timeline,
                    policy=parts.policy,
                    decision=decision,
                    clock=clock,
                    key=message_key(stored.ticket.reference, clock.label),
                    generation=stored.generation,
                    action=action,
                    assignee=assignee_of(stored),
                    late=late,
                )
                views.append(view)
        if len(kept) < LEAST:
            return None
        cause = BundleCause(row.body["cause"])
        if cause is BundleCause.STORM and causes.total() >= LEAST:
            cause = BundleCause.OUTAGE  # it had to wait itself, and its pages with it
        return Bundle(
            cause=cause,
            count=len(kept),
            since=min(action.at for action in kept),
            at=now,
            views=views,
            severities=self._counted(kept),
            zone=parts.policy.display_zone,
            late=causes.most_common(1)[0][0] if causes else None,
            repeat=repeat,
        )

    def _counted(self, actions: Sequence[Action]) -> list[tuple[str, int]]:
        counted = Counter(action.fact("severity") or "" for action in actions)
        order = [severity for severity in self._parts.policy.severities if severity in counted]
        return [(severity, counted[severity]) for severity in order]

    def settle(self, row: OutboxRow, words: str, outcome: dict[str, str] | None) -> None:
        """It was posted, or is not needed."""
        now = self._parts.now()
        state = OutboxState.SUPERSEDED if outcome is None else OutboxState.SENT

        def settle(conn: Connection) -> None:
            if outbox.settle(conn, row.key, state, words, outcome) and outcome is not None:
                ledger.write(conn, now, LedgerEvent.PAGE_BUNDLED, words, None, None, row.key)

        self._parts.write(settle)


def _is_held(row: OutboxRow) -> bool:
    return action_of(row).fact("held") == QUIET
