"""Store the outcomes of pages.

Promise: every page of the outbox ends sent, superseded or failed, or waits with its reason; each step is a row of the
ledger in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from slabot.channels.base import MessageRef
from slabot.domain import PageSent
from slabot.domain.sentences import clause
from slabot.messages.view import PageView
from slabot.rules import MAIN
from slabot.rules.words import when
from slabot.runtime.delivery.alerts import owe_alert
from slabot.runtime.delivery.fallbacks import owe_instead
from slabot.runtime.delivery.loop import hold
from slabot.runtime.delivery.pacing import AGAIN
from slabot.runtime.delivery.recipients import Nobody
from slabot.runtime.evaluation import evaluate
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import PAGE_EVENT, digest
from slabot.store import LedgerEvent, OutboxRow, OutboxState, PostedPage, ledger, messages, outbox, tickets
from slabot.store.work import BundleWork, Page

REPEATED = "nobody knows whether it arrived, so it is sent again"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPage:
    """Where a page is now.

    Attributes:
        place: of the message, where there is one that can be brought up to date.
        view: what it shows; None where that is not known.
        thread: the message under which a page of its own stands.
        reason: how it came there.
        whom: the people whom its destination or its mentions stood for just then, to go on with in the ledger.
        at: when, if not now.
    """

    place: MessageRef | None
    view: PageView | None
    reason: str
    thread: str | None = None
    whom: str = ""
    at: datetime | None = None


class PageOutcomes:
    """Settles and holds pages and their bundles, each in the caller's transaction."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def sent(self, conn: Connection, *, row: OutboxRow, page: Page, came: SentPage | Nobody) -> None:
        """It arrived, or there is no recipient and the ladder goes on; either way the timeline gets the event."""
        now, at, place = self._parts.now(), None, None
        if isinstance(came, Nobody):
            state, reason, event = OutboxState.SUPERSEDED, came.why, LedgerEvent.PAGE_SUPERSEDED
            text = f"not paged {row.channel}: {reason}"
        else:
            state, reason, at, place = OutboxState.SENT, came.reason, came.at, came.place
            event = LedgerEvent.PAGE_REPEATED if page.repeat else LedgerEvent.PAGE_SENT
            text = f"paged {row.channel}{came.whom}: {page.because}"
            if at is not None:
                text = f"had paged {row.channel} at {when(at, self._parts.policy.display_zone)}; {reason}"
        tickets.lock(conn, row.helpdesk, row.ticket_id)  # the ticket first, as everywhere: else two wait in a ring
        outcome = None if place is None else {"channel": place.address, "ts": place.ref}
        if not outbox.settle(conn, row.key, state, reason, outcome):
            return
        paged = PageSent(
            at=at or now,
            id=f"{PAGE_EVENT}{row.key}",
            clock=page.clock,
            rung=page.rung,
            severity=page.severity or None,
            repetition=page.repetition,
            to=page.to or MAIN,
            asked_at=page.asked_at,
        )
        tickets.append_event(conn, row.helpdesk, row.ticket_id, paged)
        if isinstance(came, SentPage) and place is not None:
            self._keep_place(conn, row, page, came, place)
        ledger.write(conn, now, event, text, row.helpdesk, row.ticket_id, row.key)
        evaluate(conn, self._parts, row.helpdesk, row.ticket_id, now=now)

    def _keep_place(self, conn: Connection, row: OutboxRow, page: Page, came: SentPage, place: MessageRef) -> None:
        """Note where a message is that can be brought up to date, unless it went into the thread of a known one."""
        way, view = row.to.way, came.view
        if not self._parts.channels[way].can.each_page_stands_alone:
            known = messages.of_clock(conn, row.helpdesk, row.ticket_id, page.clock)
            if any((message.way, message.address) == (way, place.address) for message in known):
                return
        posted = PostedPage(
            helpdesk=row.helpdesk,
            ticket_id=row.ticket_id,
            clock=page.clock,
            way=way,
            address=place.address,
            ref=place.ref,
            digest="" if view is None else digest(replace(view, repeat=False)),
            state="" if view is None else type(view.state).__name__,
            updated_at=self._parts.now(),
            thread_ref=came.thread,
        )
        messages.put(conn, posted)

    def not_wanted(self, conn: Connection, row: OutboxRow, why: str) -> None:
        """It is not needed any more."""
        now = self._parts.now()
        outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
        ledger.write(conn, now, LedgerEvent.PAGE_SUPERSEDED, f"not paged: {why}", *_about(row), row.key)

    def waits(self, conn: Connection, *, row: OutboxRow, until: datetime, why: str, unknown: bool) -> None:
        """Not now; it is tried again, or looked up, at an instant."""
        now = self._parts.now()
        not_before = not_sooner(until, now)
        hold(conn, row, not_before, why, unknown=unknown)
        text = f"the page waits until {when(not_before, self._parts.policy.display_zone)}: {why}"
        ledger.write(conn, now, LedgerEvent.PAGE_HELD, text, *_about(row), row.key)

    def failed(self, conn: Connection, *, row: OutboxRow, until: datetime, why: str, unknown: bool) -> None:
        """Refused for good; retried at an instant all the same, since a person may have fixed the cause."""
        parts, now = self._parts, self._parts.now()
        hold(conn, row, until, why, unknown=unknown)
        ledger.write(conn, now, LedgerEvent.PAGE_FAILED, why, *_about(row), row.key)
        owe_instead(conn, parts, row, why, now)
        if row.channel != parts.policy.main_destination:  # which could not be told of itself
            text = f"a page could not be sent to {row.channel}: {clause(why)}. It is tried on, once a minute."
            owe_alert(conn, parts, f"page failed/{row.channel}", text, now)

    def again(self, conn: Connection, *, row: OutboxRow) -> None:
        """It was not found, or cannot be looked up: it is queued again, as a repeat."""
        work = row.work
        assert isinstance(work, Page | BundleWork), "nothing else queues among the pages"
        outbox.hold(conn, row.key, self._parts.now(), REPEATED)
        outbox.amend(conn, row.key, replace(work, repeat=True))


def not_sooner(until: datetime, now: datetime) -> datetime:
    """The first whole second not before an instant, and later than now."""
    return max(until if until.microsecond == 0 else until.replace(microsecond=0) + AGAIN, now + AGAIN)


def _about(row: OutboxRow) -> tuple[str | None, str | None]:
    """A bundle is about no single ticket."""
    return row.helpdesk or None, row.ticket_id or None
