"""Send pages, and look up those whose outcome is unknown.

Promise: a page goes out at least once, and never while it is known to be needless: just before it leaves the ticket is
read again and decided again. A message whose outcome is unknown is looked up before it is sent again, where its channel
can; whatever else is unknown is sent again, marked as a possible repeat. The most urgent page goes first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from slabot.channels.base import Channel, Dropped, Failed, MessageRef, Outcome, Sent, Unknown, Waits
from slabot.channels.base import outcome as outcome_of
from slabot.messages.bundle import BundleCause
from slabot.messages.compose import compose
from slabot.messages.message import BundleMessage, PageMessage
from slabot.messages.naming import agents_in, named
from slabot.messages.view import PageView
from slabot.policy import DestinationKind
from slabot.rules import Action, Decision
from slabot.rules.words import listed
from slabot.runtime.delivery.after_restore import AfterRestore
from slabot.runtime.delivery.bundles import Bundles, page_of
from slabot.runtime.delivery.fallbacks import Overdue, planned_key
from slabot.runtime.delivery.lateness import lateness
from slabot.runtime.delivery.loop import RETRY, Crashed, pause
from slabot.runtime.delivery.pacing import AGAIN, Pacing
from slabot.runtime.delivery.page_outcomes import PageOutcomes, SentPage
from slabot.runtime.delivery.rechecks import Recheck, Rechecks
from slabot.runtime.delivery.recipients import Called, Nobody, Recipient, Recipients
from slabot.runtime.parts import Parts
from slabot.runtime.planned import wanted
from slabot.runtime.refresh import assignee_of, clock_of, message_key
from slabot.store import Lane, OutboxRow, PostedPage, StoredTicket, messages, outbox, tickets
from slabot.store.work import BundleWork, Page

AT_ONCE = 20  # pages claimed together; few, so that a new, more urgent one waits for few
MANY_AT_ONCE = 200  # where each is for another channel
FOUND = "it had arrived before its outcome was known"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome is stored already."""


Result = SentPage | Settled | Waits | Unknown | Dropped | Failed | Nobody


@dataclass(frozen=True, slots=True)
class Ready:
    """A page that is still wanted, with everything needed to send it."""

    stored: StoredTicket
    decision: Decision
    action: Action


class Pages:
    """Pages and their bundles. Shared by the threads that send."""

    lane = Lane.PAGE

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._pacing, self._overdue = Pacing(parts.clock), Overdue(parts, Lane.PAGE)
        self._rechecks, self._receivers = Rechecks(parts), Recipients(parts)
        self._outcomes, self._bundles = PageOutcomes(parts), Bundles(parts)
        self._forgotten = None if parts.absence is None else AfterRestore(parts, self._outcomes, parts.absence)

    # -- the turn of a page -------------------------------------------------------------------------------------------

    def begin(self, now: datetime) -> bool:
        """Look up pages that an older store may have forgotten, and bundle pages that belong together."""
        looked_up = self._forgotten is not None and self._forgotten.drain()
        return self._bundles.gather(now) or looked_up

    def claim(self, conn: Connection, now: datetime, closed: Collection[str]) -> list[OutboxRow]:
        """One of each address where they take one a second: each page claimed for nothing costs two writes."""
        most, a_channel = (MANY_AT_ONCE, 1) if self._pacing.is_paced else (AT_ONCE, None)
        return outbox.claim(conn, now, Lane.PAGE, most, but_not_to=closed, a_channel=a_channel)

    def closed(self) -> Mapping[str, datetime]:
        """Those that asked for a pause; all of a channel's while its answers are lost."""
        closed, silent = self._pacing.closed(), self._pacing.silent()
        if not silent:
            return closed
        waiting = self._parts.store.read(lambda conn: outbox.channels(conn, Lane.PAGE))
        ways = {to: outbox.destination_of(to).way for to in waiting}
        return {**{to: silent[way] for to, way in ways.items() if way in silent}, **closed}

    def let_through(self, rows: Sequence[OutboxRow]) -> Sequence[OutboxRow]:
        """All of them."""
        return rows

    def finish(self, now: datetime) -> bool:
        """Send elsewhere as well what has waited for too long."""
        return self._overdue.drain()

    def next_instant(self) -> datetime | None:
        """When the next page has waited for too long."""
        return self._overdue.next_instant()

    # -- sending ------------------------------------------------------------------------------------------------------

    def send(self, row: OutboxRow) -> Result:
        """Send it, unless it has to wait or is not needed any more."""
        closed_until = self._pacing.closed().get(row.channel or "")
        if closed_until is not None:
            return Waits(closed_until, "no more messages are taken there just now")
        channel = self._parts.channels.get(row.to.way)
        if isinstance(row.work, BundleWork):
            return self._send_bundle(row, row.work, channel)
        page = page_of(row)
        if self._forgotten is not None and self._forgotten.settles(row, page):
            return Settled()  # it may have come after the look at the beginning of the turn
        bundle = self._bundles.of(page)
        if bundle is not None and not bundle.state.settled:
            return Waits(max(bundle.not_before, self._parts.now() + AGAIN), "the message that announces it goes first")
        return self._send_page(row, page, channel)

    def _send_page(self, row: OutboxRow, page: Page, channel: Channel | None) -> Result:
        found = self._rechecks.read(row)
        ready = self._parts.write(lambda conn: self._prepare(conn, row, page, found))
        if isinstance(ready, Dropped):
            return ready
        if channel is None:
            return Failed(f"the policy names no way to {row.to}")
        to = self._address(row, ready.stored)
        if not isinstance(to, Recipient):
            return to
        address, called = to.text, self._called(row, page, ready)
        view = self._view(ready, row, page, ready.stored.seen_at if found.snapshot is None else None)
        view = replace(view, mentions=called.mentions, off_call=called.off_call)
        names = self._parts.agent_names.read(
            self._parts.adapters[row.helpdesk], agents_in(view), self._parts.now(), timeout=found.left
        )
        first = self._first(row, page, channel, address)
        if isinstance(first, Waits | Unknown | Failed | Dropped):
            return first
        bundle = self._bundles.ref_of(page)
        message = PageMessage(
            key=row.key,
            view=named(view, names),
            repeat=page.repeat,
            thread=bundle if first is None else first.root,
            rung=first is not None,
            broadcast=first is not None and bundle is None,
        )
        came = channel.deliver(message, address)
        match came:
            case Sent(place):
                self._pacing.posted(row.channel or "", row.to.way)
                thread = None if first is not None else bundle
                whom = f" ({to.who})" if to.who else f" for {listed(called.who)}" if called.who else ""
                return SentPage(place=place, view=view, reason="sent", thread=thread, whom=whom)
            case Failed(_, thread_gone=True) if message.thread is not None:
                return self._without_thread(row, page, first)
            case Waits(until, why, closes=False):
                return self._later(row, until, why)
            case _:
                return came

    def _later(self, row: OutboxRow, until: datetime, why: str) -> Waits:
        now = self._parts.now()
        return Waits(max(until, now + pause(row, now)), why)

    def _without_thread(self, row: OutboxRow, page: Page, first: PostedPage | None) -> Waits:
        """The message that it belongs to was deleted: it goes out as one of its own, and so do those behind it."""
        if first is None:
            self._bundles.forget(page)
        else:
            self._parts.write(lambda conn: messages.remove(conn, first))
        return Waits(
            self._parts.now(), "the message that it belongs to is gone, so it is posted as a message of its own"
        )

    def _send_bundle(self, row: OutboxRow, bundle: BundleWork, channel: Channel | None) -> Result:
        view = self._bundles.compose(bundle)
        if view is None:
            return Dropped("too few of its pages are still wanted")
        if channel is None:
            return Dropped(f"the policy names no way to {row.to}")
        to = self._address(row, None)
        if isinstance(to, Nobody):
            return Dropped("nobody takes it just now")
        if not isinstance(to, Recipient):
            return to
        came = channel.deliver(BundleMessage(key=row.key, bundle=view), to.text)
        if not isinstance(came, Sent):
            return came
        self._pacing.posted(row.channel or "", row.to.way)
        return SentPage(place=came.place, view=None, reason=f"announced {view.count} pages in {row.channel}")

    def _address(
        self, row: OutboxRow, stored: StoredTicket | None
    ) -> Recipient | Nobody | Waits | Unknown | Failed | Dropped:
        found = _asked(lambda: self._receivers.address(row.to, stored))
        return self._later(row, found.until, found.why) if isinstance(found, Waits) else found

    def _prepare(self, conn: Connection, row: OutboxRow, page: Page, found: Recheck) -> Ready | Dropped:
        """Decide once more; a page that is not needed any more is settled in the same transaction."""
        parts = self._parts
        decision = self._rechecks.decide(conn, row, found)
        stored = tickets.load(conn, row.helpdesk, row.ticket_id)
        action = wanted(decision, planned_key(row)) if row.helpdesk in parts.adapters else None
        if stored is not None and action is not None:
            return Ready(stored, decision, action)
        why = _why_not(decision, page)
        if row.helpdesk not in parts.adapters:
            why = f"the policy no longer names the helpdesk {row.helpdesk}"
        self._outcomes.not_wanted(conn, row, why)
        return Dropped(why)

    def _view(self, ready: Ready, row: OutboxRow, page: Page, unchecked_since: datetime | None) -> PageView:
        stored, decision, action = ready.stored, ready.decision, ready.action
        clock = clock_of(decision, page.clock)
        assert clock is not None, "a page that is due has its clock in the same decision"
        return compose(
            ticket=stored.ticket,
            timeline=stored.timeline,
            policy=self._parts.policy,
            decision=decision,
            clock=clock,
            key=message_key(stored.ticket.reference, clock.label),
            generation=stored.generation,
            action=action,
            assignee=assignee_of(stored),
            late=lateness(self._parts, action, row),
            repeat=page.repeat,
            unchecked_since=unchecked_since,
        )

    def _called(self, row: OutboxRow, page: Page, ready: Ready) -> Called:
        """Who is mentioned, in the message of the clock's channel."""
        if page.instead_of is not None or row.key != ready.action.key:
            return Called()
        return self._receivers.called(Page(ready.action), ready.stored)

    def _first(
        self, row: OutboxRow, page: Page, channel: Channel, to: str
    ) -> PostedPage | Waits | Unknown | Failed | Dropped | None:
        """The message of the clock at that address, for channels in which further rungs go into its thread."""
        if not channel.can.thread:
            return None
        known = self._parts.store.read(lambda conn: messages.of_clock(conn, row.helpdesk, row.ticket_id, page.clock))
        if not known:
            return None  # as most often: nobody needs to be asked for the channel's id
        address = _asked(lambda: channel.address(to))
        if not isinstance(address, str):
            return address
        return next((each for each in known if (each.way, each.address) == (row.to.way, address)), None)

    # -- unknown outcomes ---------------------------------------------------------------------------------------------

    def look_up(self, row: OutboxRow) -> Result | None:
        """Look it up, where the channel can; None where it is sent again."""
        way = row.to.way
        channel = self._parts.channels.get(way)
        if channel is None or not channel.can.find or row.to.kind is not DestinationKind.CHANNEL:
            return None
        page = row.work if isinstance(row.work, Page) else None
        bundle = None if page is None else self._bundles.ref_of(page)
        found = self._found(row, page, channel, bundle)
        if isinstance(found, Waits):
            waits = self._later(row, found.until, found.why)
            self._pacing.lost_an_answer(way, waits.until)  # it does not answer yet
            return waits
        self._pacing.answers_again(way)
        if found is not None:
            return SentPage(place=found, view=None, reason=FOUND, thread=bundle)
        if isinstance(row.work, BundleWork) and row.work.cause == BundleCause.QUIET.value:
            return Dropped("nobody knows whether the digest arrived, so its pages go by themselves")
        return None

    def _found(
        self, row: OutboxRow, page: Page | None, channel: Channel, bundle: str | None
    ) -> MessageRef | Waits | None:
        first = None if page is None else self._first(row, page, channel, row.to.name)
        match first:
            case Waits():
                return first
            case Unknown() | Failed() | Dropped():
                return None  # nobody can look for it
            case _:
                thread = bundle if first is None else first.root
                found = channel.find(row.key, row.to.name, row.created_at, thread)
                return None if isinstance(found, Failed) else found

    # -- what came of it ----------------------------------------------------------------------------------------------

    def save(self, row: OutboxRow, result: Result | Crashed, *, was_unknown: bool) -> None:
        """Write it down."""
        outcomes, now, way = self._outcomes, self._parts.now(), row.to.way
        match result:
            case SentPage(place=place) if isinstance(row.work, BundleWork):
                self._bundles.settle(row, result.reason, place)
            case SentPage():
                outcomes.sent(row, page_of(row), result)
            case Settled():
                pass
            case Dropped(why):
                if isinstance(row.work, BundleWork):
                    self._bundles.settle(row, why, None)
            case Nobody(why):
                outcomes.had_no_recipient(row, page_of(row), why)
            case Waits(until, why, closes):
                if closes:
                    self._pacing.asked_for_pause(row.channel or "", until)
                outcomes.waits(row, until, why, unknown=was_unknown)
            case Unknown(why):
                until = now + pause(row, now)
                channel = self._parts.channels.get(way)
                if channel is not None and channel.can.find:
                    self._pacing.lost_an_answer(way, until)
                outcomes.waits(row, until, why, unknown=True)
            case Failed(why) if isinstance(row.work, BundleWork):
                self._bundles.settle(row, f"its pages go by themselves, for it was refused: {why}", None)
            case Failed(why):
                outcomes.failed(row, now + RETRY, why, unknown=was_unknown)
            case Crashed(why):
                outcomes.failed(row, now + RETRY, why, unknown=True)

    def again(self, row: OutboxRow) -> None:
        """Queue it again, as a repeat."""
        self._outcomes.again(row)


def _asked(question: Callable[[], T]) -> T | Waits | Unknown | Failed | Dropped:
    """The answer to a question that a channel may be asked for, or why there is none."""
    answers: list[T] = []

    def ask() -> Outcome:
        answers.append(question())
        return Sent()

    came = outcome_of(ask)
    return answers[0] if isinstance(came, Sent) else came


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
