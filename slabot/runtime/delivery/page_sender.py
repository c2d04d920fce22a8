"""Send one page, or the message that announces several.

Promise: just before it leaves, the ticket is read again and decided again; what is not needed any more is not sent. A
further rung goes into the thread of the clock's message, and a page of a bundle into the bundle's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from slabot.channels.base import Channel, Dropped, Failed, MessageRef, Sent, Unknown, Waits, outcome_of
from slabot.channels.errors import SendError
from slabot.messages.message import BundleMessage, PageMessage
from slabot.messages.view import PageView
from slabot.rules import Action, Decision
from slabot.rules.words import listed
from slabot.runtime.delivery.bundles import Bundles
from slabot.runtime.delivery.lateness import lateness
from slabot.runtime.delivery.loop import pause
from slabot.runtime.delivery.page_outcomes import PageOutcomes, SentPage
from slabot.runtime.delivery.rechecks import Recheck, Rechecks
from slabot.runtime.delivery.recipients import Called, Nobody, Recipient, Recipients
from slabot.runtime.evaluation import decide_again
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import clock_of, view_of, with_names
from slabot.store import OutboxRow, PostedPage, StoredTicket, messages
from slabot.store.work import BundleWork, Page

Result = SentPage | Waits | Unknown | Dropped | Failed | Nobody


@dataclass(frozen=True, slots=True)
class Ready:
    """A page that is still wanted, with everything needed to send it."""

    stored: StoredTicket
    decision: Decision
    action: Action


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages in whose threads a page goes.

    Attributes:
        first: the message of its clock at that address, of which it is a further rung.
        bundle: the message of its bundle.
    """

    first: PostedPage | None
    bundle: str | None

    @property
    def root(self) -> str | None:
        """The message under which it stands; None for one of its own."""
        return self.bundle if self.first is None else self.first.root


class PageSender:
    """Sends pages and their bundles, one at a time. Shared by the threads that send."""

    def __init__(self, parts: Parts, bundles: Bundles, outcomes: PageOutcomes) -> None:
        self._parts, self._bundles, self._outcomes = parts, bundles, outcomes
        self._rechecks, self._recipients = Rechecks(parts), Recipients(parts)

    def send(self, row: OutboxRow, page: Page) -> Result:
        """Send a page, unless it is not needed any more."""
        found = self._rechecks.read(row)
        ready = self._parts.write(partial(self._prepare, row=row, page=page, found=found))
        if isinstance(ready, Dropped):
            return ready
        to = self._recipients.address(row.to, ready.stored)
        if isinstance(to, Waits):
            return self._later(row, to.until, to.why)
        if not isinstance(to, Recipient):
            return to
        called = self._recipients.called(row, ready.action, ready.stored)
        view = self._view(row, page, ready, found, called)
        thread = self.thread(row, page, to.channel, to.text)
        if not isinstance(thread, Thread):
            return thread
        [named] = with_names(self._parts, [view], timeout=found.left)
        message = PageMessage(
            key=row.key,
            view=named,
            repeat=page.repeat,
            thread=thread.root,
            rung=thread.first is not None,
            broadcast=thread.first is not None and thread.bundle is None,
        )
        match to.channel.deliver(message, to.text):
            case Sent(place):
                whom = f" ({to.who})" if to.who else f" for {listed(called.who)}" if called.who else ""
                under = None if thread.first is not None else thread.bundle
                return SentPage(place=place, view=view, reason="sent", thread=under, whom=whom)
            case Failed(_, thread_gone=True) if thread.root is not None:
                return self._without(thread, page)
            case Waits(until, why, closes=False):
                return self._later(row, until, why)
            case came:
                return came

    def send_bundle(self, row: OutboxRow, bundle: BundleWork) -> Result:
        """Send the message that announces several pages, if there are several still."""
        view = self._bundles.compose(bundle)
        if view is None:
            return Dropped("too few of its pages are still wanted")
        to = self._recipients.address(row.to, None)
        if isinstance(to, Nobody):
            return Dropped("nobody takes it just now")
        if isinstance(to, Waits):
            return self._later(row, to.until, to.why)
        if not isinstance(to, Recipient):
            return to
        came = to.channel.deliver(BundleMessage(key=row.key, bundle=view), to.text)
        if isinstance(came, Sent):
            return SentPage(place=came.place, view=None, reason=f"announced {view.count} pages in {row.channel}")
        return came

    def find(self, row: OutboxRow, channel: Channel) -> MessageRef | Waits | None:
        """Where a message is that may have been sent; None where it is not, or nobody can look."""
        page = row.work if isinstance(row.work, Page) else None
        thread = Thread(None, None) if page is None else self.thread(row, page, channel, row.to.name)
        match thread:
            case Thread():
                found = channel.find(row.key, row.to.name, row.created_at, thread.root)
                return None if isinstance(found, Failed) else found
            case Waits():
                return thread
            case _:
                return None

    def thread(
        self, row: OutboxRow, page: Page, channel: Channel, to: str
    ) -> Thread | Waits | Unknown | Failed | Dropped:
        """Where a page goes in its channel."""
        bundle = None if page.bundle is None else self._bundles.ref_of(page)
        if not channel.can.thread:
            return Thread(None, bundle)
        of_clock = partial(messages.of_clock, helpdesk=row.helpdesk, ticket_id=row.ticket_id, clock=page.clock)
        known = self._parts.store.read(of_clock)
        if not known:
            return Thread(None, bundle)  # as most often: nobody needs to be asked for the channel's id
        try:
            address = channel.address(to)
        except SendError as error:
            return outcome_of(error)
        first = next((each for each in known if (each.way, each.address) == (row.to.way, address)), None)
        return Thread(first, bundle)

    def _prepare(self, conn: Connection, *, row: OutboxRow, page: Page, found: Recheck) -> Ready | Dropped:
        """Decide once more; a page that is not needed any more is settled in the same transaction."""
        parts, ticket = self._parts, (row.helpdesk, row.ticket_id)
        stored, decision = decide_again(
            conn, parts, *ticket, snapshot=found.snapshot, seen_at=found.seen_at, gone=found.gone
        )
        action = decision.due_by_key.get(row.planned_key) if row.helpdesk in parts.adapters else None
        if stored is not None and action is not None:
            return Ready(stored, decision, action)
        why = _why_not(decision, page)
        if row.helpdesk not in parts.adapters:
            why = f"the policy no longer names the helpdesk {row.helpdesk}"
        self._outcomes.not_wanted(conn, row, why)
        return Dropped(why)

    def _view(self, row: OutboxRow, page: Page, ready: Ready, found: Recheck, called: Called) -> PageView:
        clock = clock_of(ready.decision, page.clock)
        assert clock is not None, "a page that is due has its clock in the same decision"
        view = view_of(
            self._parts,
            ready.stored,
            ready.decision,
            clock,
            action=ready.action,
            late=lateness(self._parts, ready.action, row),
            repeat=page.repeat,
            unchecked_since=ready.stored.seen_at if found.snapshot is None else None,
        )
        return replace(view, mentions=called.mentions, off_call=called.off_call)

    def _later(self, row: OutboxRow, until: datetime, why: str) -> Waits:
        """The longer it has failed, the longer it waits."""
        now = self._parts.now()
        return Waits(max(until, now + pause(row, now)), why)

    def _without(self, thread: Thread, page: Page) -> Waits:
        """The message that it belongs to was deleted: it goes out as one of its own, and so do those behind it."""
        first = thread.first
        if first is None:
            self._bundles.forget(page)
        else:
            self._parts.write(lambda conn: messages.remove(conn, first))
        why = "the message that it belongs to is gone, so it is posted as a message of its own"
        return Waits(self._parts.now(), why)


def _why_not(decision: Decision, page: Page) -> str:
    """Why a planned page is not needed, as text."""
    clock = clock_of(decision, page.clock)
    if clock is None:
        return "the clock that it was about is no longer kept"
    if clock.stopped_at is not None:
        return f"the clock had stopped ({clock.verdict.value}) when it was about to leave"
    if clock.terms.severity != page.severity:
        return f"the severity is {clock.terms.severity} now, and its own rungs apply"
    if any(other.fact("clock") == clock.label for other in decision.due_now):
        return "a later rung has come meanwhile, and its page names this one"
    return "people have been told, or have asked for quiet, since it was planned"
