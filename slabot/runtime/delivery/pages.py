"""Send pages in their order, and look up those whose outcome is unknown.

Promise: a page goes out at least once. A message whose outcome is unknown is looked up before it is sent again, where
its channel can; whatever else is unknown is sent again, marked as a possible repeat. The most urgent page goes first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.channels.base import Dropped, Failed, Unknown, Waits
from slabot.messages.bundle import BundleCause
from slabot.policy import DestinationKind
from slabot.runtime.delivery.after_restore import AfterRestore
from slabot.runtime.delivery.bundles import Bundles, page_of
from slabot.runtime.delivery.fallbacks import Overdue
from slabot.runtime.delivery.loop import RETRY, Crashed, pause
from slabot.runtime.delivery.pacing import AGAIN, Pacing
from slabot.runtime.delivery.page_outcomes import PageOutcomes, SentPage
from slabot.runtime.delivery.page_sender import PageSender, Result
from slabot.runtime.delivery.recipients import Nobody
from slabot.runtime.delivery.turns import ChannelTurns, Failures, WaitingPage
from slabot.runtime.parts import Parts
from slabot.store import Lane, OutboxRow, looks, outbox, outbox_questions, tickets
from slabot.store.outbox_questions import FirstOfChannel
from slabot.store.work import BundleWork, Page

AT_ONCE = 10  # pages claimed together for one channel; few, so that a new, more urgent one waits for few
LOOKED_THROUGH = 500  # pages of a channel among which those are chosen
MANY = 100  # tickets that are due at one instant: the beginning of a working day, more often than not
DECIDED_WITHIN = 2.0  # seconds for which pages wait until these are decided
LOOK_AGAIN = timedelta(milliseconds=100)
FOUND = "it had arrived before its outcome was known"


class Pages:
    """Pages and their bundles. Shared by the threads that send."""

    lane = Lane.PAGE

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._pacing, self._overdue = Pacing(parts.clock), Overdue(parts, Lane.PAGE)
        self._turns, self._failures = ChannelTurns(), Failures()
        self._many_since: float | None = None  # on the clock that only goes forward
        self._outcomes, self._bundles = PageOutcomes(parts), Bundles(parts)
        self._sender = PageSender(parts, self._bundles, self._outcomes)
        self._restored = None if parts.absence is None else AfterRestore(parts, self._outcomes, parts.absence)

    # -- the turn of a page -------------------------------------------------------------------------------------------

    def begin(self, now: datetime) -> bool:
        """Look up pages that an older store may have forgotten, and bundle pages that belong together."""
        looked_up = self._restored is not None and self._restored.drain()
        return self._bundles.gather(now) or looked_up

    def claim(self, conn: Connection, now: datetime, closed: Collection[str]) -> list[OutboxRow]:
        """A few for each address; one where they take one a second: each page claimed for nothing costs two writes."""
        first = outbox_questions.first_of_each(conn, now, Lane.PAGE, LOOKED_THROUGH, but_not_to=closed)
        most = 1 if self._pacing.is_paced else AT_ONCE
        return outbox.take(conn, self._turns.choose(self._described(conn, first), now, most), now)

    def _described(self, conn: Connection, rows: Sequence[FirstOfChannel]) -> Iterator[tuple[str, WaitingPage]]:
        """The rows by channel, with whom they are for."""
        customers = tickets.customers(conn, {(row.helpdesk, row.ticket_id) for row in rows}) if len(rows) > 1 else {}
        failing = self._failures.among([row.key for row in rows])
        for row in rows:
            customer = customers.get((row.helpdesk, row.ticket_id), ("", ""))
            yield row.channel or "", WaitingPage(row.key, row.rank, row.urgency, *customer, fails=row.key in failing)

    def closed(self) -> Mapping[str, datetime]:
        """Those that asked for a pause; all of a channel's while its answers are lost; all while many are decided."""
        closed, silent = self._pacing.closed(), self._pacing.silent()
        if self._many_are_due():
            silent |= dict.fromkeys(self._parts.channels, self._parts.now() + LOOK_AGAIN)
        if not silent:
            return closed
        waiting = self._parts.store.read(lambda conn: outbox.channels(conn, Lane.PAGE))
        ways = {to: outbox.destination_of(to).way for to in waiting}
        return {**{to: silent[way] for to, way in ways.items() if way in silent}, **closed}

    def _many_are_due(self) -> bool:
        """True while many tickets are due at one instant, for a short time: once all of them are decided, the most
        urgent page leaves first.
        """
        parts, now = self._parts, self._parts.clock.monotonic()
        if len(parts.store.read(lambda conn: looks.due(conn, parts.now(), MANY))) < MANY:
            self._many_since = None
            return False
        self._many_since = now if self._many_since is None else self._many_since
        return now - self._many_since < DECIDED_WITHIN

    def let_through(self, rows: Sequence[OutboxRow]) -> Sequence[OutboxRow]:
        """All but those that had left already, and came after the look at the beginning of the turn."""
        restored = self._restored
        if restored is None:
            return rows
        return [row for row in rows if not (isinstance(row.work, Page) and restored.settles(row, row.work))]

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
        if isinstance(row.work, BundleWork):
            return self._sender.send_bundle(row, row.work)
        page = page_of(row)
        bundle = self._bundles.of(page)
        if bundle is not None and not bundle.state.settled:
            return Waits(max(bundle.not_before, self._parts.now() + AGAIN), "the message that announces it goes first")
        return self._sender.send(row, page)

    # -- unknown outcomes ---------------------------------------------------------------------------------------------

    def look_up(self, row: OutboxRow) -> Result | None:
        """Look it up, where the channel can; None where it is sent again."""
        way, now = row.to.way, self._parts.now()
        channel = self._parts.channels.get(way)
        if channel is None or not channel.can.find or row.to.kind is not DestinationKind.CHANNEL:
            return None
        found = self._sender.find(row, channel)
        if isinstance(found, Waits):
            waits = Waits(max(found.until, now + pause(row, now)), found.why)
            self._pacing.lost_an_answer(way, waits.until)  # it does not answer yet
            return waits
        self._pacing.answers_again(way)
        if found is not None:
            thread = self._bundles.ref_of(row.work) if isinstance(row.work, Page) else None
            return SentPage(place=found, view=None, reason=FOUND, thread=thread)
        if isinstance(row.work, BundleWork) and row.work.cause == BundleCause.QUIET.value:
            return Dropped("nobody knows whether the digest arrived, so its pages go by themselves")
        return None

    # -- what came of it ----------------------------------------------------------------------------------------------

    def save(self, row: OutboxRow, result: Result | Crashed, *, was_unknown: bool) -> None:
        """Write it down."""
        outcomes, now, way = self._outcomes, self._parts.now(), row.to.way
        if isinstance(result, SentPage) and not was_unknown:
            self._pacing.posted(row.channel or "", way)
            self._failures.sent(row.channel or "", row.key)
        elif isinstance(result, Waits | Unknown | Failed | Crashed):
            self._failures.failed(row.channel or "", row.key)
        match result:
            case SentPage(place=place) if isinstance(row.work, BundleWork):
                self._bundles.settle(row, result.reason, place)
            case SentPage():
                outcomes.sent(row, page_of(row), result)
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
