"""Send pages in their order, and look up those whose outcome is unknown.

Promise: a page goes out at least once. A message whose outcome is unknown is looked up before it is sent again, where
its channel can; whatever else is unknown is sent again, marked as a possible repeat. The most urgent page goes first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from slabot.channels.base import Dropped, Failed, Unknown, Waits
from slabot.messages.bundle import BundleCause
from slabot.policy import DestinationKind, Way
from slabot.runtime.delivery.after_restore import AfterRestore
from slabot.runtime.delivery.bundles import Bundles
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

    def __init__(self, parts: Parts, *, at_once: int = AT_ONCE) -> None:
        """Send nothing yet.

        Args:
            parts: of the runtime.
            at_once: pages claimed together for one channel. All of them have an unknown outcome where the process dies.
        """
        self._parts, self._at_once = parts, at_once
        self._pacing, self._overdue = Pacing(parts.clock), Overdue(parts, Lane.PAGE)
        self._turns, self._failures = ChannelTurns(), Failures()
        self._many_since: float | None = None  # on the clock that only goes forward
        self._gathered = True  # in this turn, what belongs together was bundled
        self._outcomes, self._bundles = PageOutcomes(parts), Bundles(parts)
        self._sender = PageSender(parts, self._bundles, self._outcomes)
        self._restored = None if parts.absence is None else AfterRestore(parts, self._outcomes, parts.absence)

    # -- the turn of a page -------------------------------------------------------------------------------------------

    def begin(self, now: datetime) -> bool:
        """Look up pages that an older store may have forgotten, and bundle pages that belong together."""
        looked_up = self._restored is not None and self._restored.drain()
        self._gathered = not self._many_are_due()  # what belongs together is known once they are decided
        return (self._gathered and self._bundles.gather(now)) or looked_up

    def claim(self, conn: Connection, now: datetime, closed: Collection[str]) -> list[OutboxRow]:
        """A few for each address; one where they take one a second: each page claimed for nothing costs two writes."""
        first = outbox_questions.first_of_each(conn, now, Lane.PAGE, LOOKED_THROUGH, but_not_to=closed)
        most = 1 if self._pacing.is_paced else self._at_once
        chosen = self._turns.choose(self._described(conn, first), now, most)
        taken = outbox.take(conn, chosen, now)
        if len(taken) < len(chosen):  # another process, which may have been stopped, has locked some: others leave
            locked, served = set(chosen) - {row.key for row in taken}, {row.channel for row in taken}
            left = [row for row in first if row.key not in locked and row.channel not in served]
            taken += outbox.take(conn, self._turns.choose(self._described(conn, left), now, most), now)
        return taken

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
        if not self._gathered or self._many_are_due():
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
        if not parts.store.read(lambda conn: looks.are_due(conn, parts.now(), MANY)):
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
        match row.work:
            case BundleWork() as bundle:
                return self._sender.send_bundle(row, bundle)
            case Page(bundle=None) as page:
                return self._sender.send(row, page)
            case Page() as page:
                announced = self._bundles.of(page)
                if announced is None or announced.state.settled:
                    return self._sender.send(row, page)
                until = max(announced.not_before, self._parts.now() + AGAIN)
                return Waits(until, "the message that announces it goes first")
        raise AssertionError(f"{row.key} is no page")

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
        """Write it down, and remember what it says of its address."""
        outcomes, now, way, to = self._outcomes, self._parts.now(), row.to.way, row.channel or ""
        if isinstance(result, SentPage) and not was_unknown:
            self._pacing.posted(to, way)
            self._failures.sent(to, row.key)
        elif isinstance(result, Waits | Unknown | Failed | Crashed):
            self._failures.failed(to, row.key)
        match result:
            case Waits(until, _, closes=True):
                self._pacing.asked_for_pause(to, until)
            case Unknown() if self._can_find(way):
                self._pacing.lost_an_answer(way, now + pause(row, now))
        match row.work, result:
            case Page(), Dropped():
                return  # it was settled when it was decided about once more
            case _, Waits(until, why):
                note = partial(outcomes.waits, row=row, until=until, why=why, unknown=was_unknown)
            case _, Unknown(why):
                note = partial(outcomes.waits, row=row, until=now + pause(row, now), why=why, unknown=True)
            case _, Crashed(why):
                note = partial(outcomes.failed, row=row, until=now + RETRY, why=why, unknown=True)
            case Page() as page, SentPage() | Nobody():
                note = partial(outcomes.sent, row=row, page=page, came=result)
            case Page(), Failed(why):
                note = partial(outcomes.failed, row=row, until=now + RETRY, why=why, unknown=was_unknown)
            case BundleWork(), SentPage() | Dropped() | Failed():
                note = partial(self._bundles.settle, row=row, came=result)
            case _:
                raise AssertionError(f"{row.key} is no page")
        self._parts.write(note)

    def _can_find(self, way: Way) -> bool:
        channel = self._parts.channels.get(way)
        return channel is not None and channel.can.find

    def again(self, row: OutboxRow) -> None:
        """Queue it again, as a repeat."""
        self._parts.write(partial(self._outcomes.again, row=row))
