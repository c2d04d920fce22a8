"""Was this page sent by a slabot whose store was replaced by an older one?

Promise: after an absence (`slabot.store.absences`), a page that was due in it is looked for in its channel before it is
sent; what is there is written down as sent, at the time at which it was. While Slack cannot be asked the page waits,
like any whose outcome is unknown. Where nobody can look (a direct message, another way than Slack, no right to read),
it goes out marked as a possible repeat. The first page that is found proves that the store is older than what was done,
and people are told what else it cannot know.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from sqlalchemy import Connection

from slabot.paging import (
    BUNDLE,
    Posted,
    SlackHarmless,
    SlackOutcomeUnknown,
    SlackPermanent,
    SlackRetry,
    SlackSender,
    Told,
)
from slabot.policy import DestinationKind
from slabot.rules.words import when
from slabot.runtime import lanes
from slabot.runtime.acts import action_of, destination_of
from slabot.runtime.audit.alerts import owe_alert
from slabot.runtime.pages.fates import Arrived, Fates, is_repeat
from slabot.runtime.parts import Parts
from slabot.store import Lane, OutboxKind, OutboxRow, absences, feeds, messages, outbox
from slabot.store.absences import Absence

FOUND = "it had been sent before this store was put back"
RESTORED = (
    "its store is older than what slabot has done, as after a backup was put back: it knows nothing of the time from "
    "{since} to {until}. Pages that Slack shows are not sent again, and what the helpdesk knows is read again. "
    "Acknowledgements, claims and snoozes of that time are not known any more: whoever has a ticket presses the button "
    "once more. Pages that went elsewhere than into a channel may come a second time, and say so."
)


class Forgotten:
    """Looks up what may have been sent in an absence. Shared by the threads that send."""

    def __init__(self, parts: Parts, sender: SlackSender, fates: Fates, absence: Absence) -> None:
        self._parts, self._sender, self._fates, self._absence = parts, sender, fates, absence
        self._lock = threading.Lock()
        self._told: dict[str, Mapping[str, Told]] = {}  # what was found, by the channel as the policy names it
        self._checked: set[str] = set()  # keys of pages that are not there, or were dealt with
        self._over = False

    def drain(self) -> bool:
        """Look up every page that waits and was not looked up; True if any is settled by that."""
        now = self._parts.now()
        rows = self._parts.store.read(lambda conn: outbox.waiting(conn, Lane.PAGE))
        open_rows = [row for row in rows if self.is_open(row)]
        did = [self.settles(row) for row in open_rows if row.not_before <= now]
        if not self._over and not any(self.is_open(row) for row in open_rows) and self._parts.store.read(self._is_read):
            self._parts.write(absences.end)
            self._over = True
        return any(did)

    def is_open(self, row: OutboxRow) -> bool:
        """True for a page that has to be looked up first."""
        if row.kind is not OutboxKind.PAGE or row.key in self._checked or is_repeat(row):
            return False
        return action_of(row).at < self._absence.until

    def settles(self, row: OutboxRow) -> bool:
        """Look a page up; True if it is not to be sent as it is now: it was sent, has to wait, or is marked."""
        if not self.is_open(row):
            return False
        try:
            found = self._find(row)
        except SlackRetry as error:
            now = self._parts.now()
            self._fates.waits(row, max(error.until, now + lanes.pause(row, now)), str(error), in_doubt=False)
            return True
        except (SlackPermanent, SlackHarmless, SlackOutcomeUnknown):
            self._mark(row)
            return True
        self._checked.add(row.key)
        if found is None:
            return False
        root = found.ts if found.root_key is None or found.root_key.startswith(BUNDLE) else found.root
        thread = None if root == found.root else found.root
        place = Posted(found.channel, root)
        self._fates.arrived(row, Arrived(place=place, view=None, words=FOUND, thread_ts=thread, at=found.at))
        self._parts.write(self._tell)
        return True

    def _find(self, row: OutboxRow) -> Told | None:
        """The page in its channel.

        Raises:
            SlackError: it cannot be looked for, now or at all.
        """
        channel = row.channel or ""
        if destination_of(channel).kind is not DestinationKind.CHANNEL:
            raise SlackOutcomeUnknown("nobody can look there", method="conversations.history", code="no_channel")
        with self._lock:
            if channel not in self._told:
                self._told[channel] = self._sender.told(channel, self._absence.since)
        return self._told[channel].get(row.key) or self._in_its_thread(row, channel)

    def _in_its_thread(self, row: OutboxRow, channel: str) -> Told | None:
        """Replies in the thread of an older bundle are not shown in the channel."""
        label, channel_id = action_of(row).fact("clock") or "", self._sender.channel_id(channel)
        known = self._parts.store.read(lambda conn: messages.get(conn, row.helpdesk, row.ticket_id, label, channel_id))
        if known is None or known.thread_ts is None:
            return None
        found = self._sender.find(channel, row.key, self._absence.since, thread_ts=known.root)
        if found is None:
            return None
        return Told(key=row.key, channel=found.channel, ts=found.ts, root=known.root, root_key=None)

    def _mark(self, row: OutboxRow) -> None:
        self._checked.add(row.key)
        self._fates.queues_again(row)

    def _tell(self, conn: Connection) -> None:
        zone, absence = self._parts.policy.display_zone, self._absence
        words = RESTORED.format(since=when(absence.since, zone), until=when(absence.until, zone))
        owe_alert(conn, self._parts, "restored", words, self._parts.now())

    def _is_read(self, conn: Connection) -> bool:
        """True once every helpdesk was read since: what was due is planned, and the next start need not look again."""
        swept = [feeds.get(conn, name).swept_at for name in self._parts.adapters]
        return all(at is not None and at >= self._absence.until for at in swept)
