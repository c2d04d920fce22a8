"""Find pages that were sent before the store was replaced by an older one.

Promise: after an absence (`slabot.store.absences`), a page that was due in it is looked for in its channel before it
is sent; what is there is written down as sent, at the time at which it was. While the channel cannot be asked the page
waits, like any whose outcome is unknown. Where nobody can look (a direct message, a channel without history, no right
to read), it goes out marked as a possible repeat. The first page that is found proves that the store is older than what
was done, and an alert says what else it cannot know.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from slabot.channels.base import Channel, Failed, FoundMessage, MessageRef, Waits
from slabot.channels.slack.sender import BUNDLE
from slabot.policy import DestinationKind
from slabot.rules.words import when
from slabot.runtime.delivery.alerts import owe_alert
from slabot.runtime.delivery.loop import RETRY, pause
from slabot.runtime.delivery.page_outcomes import PageOutcomes, SentPage
from slabot.runtime.parts import Parts
from slabot.runtime.unexpected import log_unexpected
from slabot.store import Lane, OutboxRow, StoreUnavailable, absences, feeds, messages, outbox
from slabot.store.absences import Absence
from slabot.store.work import Page

FOUND = "it had been sent before this store was put back"
RESTORED = (
    "its store is older than what slabot has done, as after a backup was put back: it knows nothing of the time from "
    "{since} to {until}. Pages that Slack shows are not sent again, and what the helpdesk knows is read again. "
    "Acknowledgements, claims and snoozes of that time are not known any more: whoever has a ticket presses the button "
    "once more. Pages that went elsewhere than into a channel may come a second time, and say so."
)


class AfterRestore:
    """Looks up what may have been sent in an absence. Shared by the threads that send."""

    def __init__(self, parts: Parts, outcomes: PageOutcomes, absence: Absence) -> None:
        self._parts, self._outcomes, self._absence = parts, outcomes, absence
        self._lock = threading.Lock()
        self._read: dict[str, Mapping[str, FoundMessage]] = {}  # what was found, by the address as the policy names it
        self._checked: set[str] = set()  # keys of pages that are not there, or were dealt with
        self._over = False

    def drain(self) -> bool:
        """Look up every page that waits and was not looked up; True if any is settled by that."""
        now = self._parts.now()
        rows = self._parts.store.read(lambda conn: outbox.waiting(conn, Lane.PAGE))
        pages = [(row, row.work) for row in rows if isinstance(row.work, Page)]
        waiting = [(row, page) for row, page in pages if self._is_open(row, page)]
        did = [self.settles(row, page) for row, page in waiting if row.not_before <= now]
        still_open = any(self._is_open(row, page) for row, page in waiting)
        if not self._over and not still_open and self._parts.store.read(self._is_read):
            self._parts.write(absences.end)
            self._over = True
        return any(did)

    def settles(self, row: OutboxRow, page: Page) -> bool:
        """Look a page up; True if it is not to be sent as it is now: it was sent, has to wait, or is marked."""
        if not self._is_open(row, page):
            return False
        channel = self._parts.channels.get(row.to.way)
        if channel is None or not channel.can.find or row.to.kind is not DestinationKind.CHANNEL:
            return self._mark(row)
        try:
            found = self._find(row, page, channel)
        except StoreUnavailable:
            raise  # no fault of this page
        except Exception as error:  # which is no reason for silence: it goes out, as a possible repeat
            log_unexpected("page.look_up_broke", error, RETRY, key=row.key)
            return self._mark(row)
        match found:
            case Waits(until, why):
                now = self._parts.now()
                self._put_off(row, max(until, now + pause(row, now)), why)
                return True
            case Failed():
                return self._mark(row)
            case None:
                self._checked.add(row.key)
                return False
        return self._keep(row, page, found)

    def _keep(self, row: OutboxRow, page: Page, found: FoundMessage) -> bool:
        """It was sent: write that down; where that fails it is looked up again later, and not sent meanwhile."""
        root = found.ts if found.root_key is None or found.root_key.startswith(BUNDLE) else found.root
        thread = None if root == found.root else found.root
        place = MessageRef(found.channel, root)
        try:
            came = SentPage(place=place, view=None, reason=FOUND, thread=thread, at=found.at)
            self._parts.write(partial(self._outcomes.sent, row=row, page=page, came=came))
        except StoreUnavailable:
            raise
        except Exception as error:
            why = log_unexpected("page.save_broke", error, RETRY, key=row.key)
            self._put_off(row, self._parts.now() + RETRY, why)
            return True
        self._checked.add(row.key)
        self._parts.write(self._alert)
        return True

    def _is_open(self, row: OutboxRow, page: Page) -> bool:
        """True for a page that has to be looked up first."""
        return row.key not in self._checked and not page.repeat and page.at < self._absence.until

    def _find(self, row: OutboxRow, page: Page, channel: Channel) -> FoundMessage | Waits | Failed | None:
        """The page at its address."""
        to = row.channel or ""
        with self._lock:
            if to not in self._read:
                found = channel.sent_since(to, self._absence.since)
                if isinstance(found, Waits | Failed):
                    return found
                self._read[to] = found
        return self._read[to].get(row.key) or self._in_its_thread(row, page, channel, to)

    def _in_its_thread(
        self, row: OutboxRow, page: Page, channel: Channel, to: str
    ) -> FoundMessage | Waits | Failed | None:
        """Replies in the thread of an older bundle are not shown in the channel."""
        posted = self._parts.store.read(lambda conn: messages.of_clock(conn, row.helpdesk, row.ticket_id, page.clock))
        known = next((one for one in posted if one.way == row.to.way and one.thread_ref is not None), None)
        if known is None:
            return None
        found = channel.find(row.key, to, self._absence.since, known.root)
        if not isinstance(found, MessageRef):
            return found
        return FoundMessage(key=row.key, channel=found.address, ts=found.ref, root=known.root, root_key=None)

    def _mark(self, row: OutboxRow) -> bool:
        """It goes out as a possible repeat."""
        self._checked.add(row.key)
        self._parts.write(partial(self._outcomes.again, row=row))
        return True

    def _put_off(self, row: OutboxRow, until: datetime, why: str) -> None:
        self._parts.write(partial(self._outcomes.waits, row=row, until=until, why=why, unknown=False))

    def _alert(self, conn: Connection) -> None:
        zone, absence = self._parts.policy.display_zone, self._absence
        text = RESTORED.format(since=when(absence.since, zone), until=when(absence.until, zone))
        owe_alert(conn, self._parts, "restored", text, self._parts.now())

    def _is_read(self, conn: Connection) -> bool:
        """True once every helpdesk was read since: what was due is planned, and the next start need not look again."""
        swept = [feeds.get(conn, name).swept_at for name in self._parts.adapters]
        return all(at is not None and at >= self._absence.until for at in swept)
