"""Delete what is no longer needed, once a day.

Promise: texts of customers are deleted after ``keep_text``, and what was decided on them stays as it was: the
severities that rules found in them are written down first. Deliveries that were handled are deleted after a while.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.runtime.parts import Parts
from slabot.runtime.pauses import NextTime
from slabot.runtime.pinned import pin
from slabot.store import LedgerEvent, inbox, ledger, privacy, tickets

EVERY = timedelta(days=1)
KEEP_DELIVERIES = timedelta(days=7)  # far above the minutes in which a helpdesk repeats one
AT_ONCE = 100  # tickets in one transaction


class Upkeep:
    """Scrubs and prunes once a day."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._next = NextTime(parts.clock, parts.now())

    def drain(self) -> bool:
        """Do a day's upkeep if it is time to; True while there is more of it."""
        parts, now = self._parts, self._parts.now()
        if not self._next.has_come:
            return False
        before = now - parts.policy.keep_text
        if parts.store.write(lambda conn: self._pin(conn, before, now)) == AT_ONCE:
            return True
        parts.store.write(lambda conn: self._scrub(conn, before, now))
        parts.store.write(lambda conn: inbox.prune(conn, now - KEEP_DELIVERIES))
        self._next.set(now + EVERY)
        return False

    def next_instant(self) -> datetime:
        """When the next upkeep is due."""
        return self._next.at

    def _pin(self, conn: Connection, before: datetime, now: datetime) -> int:
        """Write down what rules found in texts that are about to be deleted; returns for how many tickets."""
        pinned = 0
        for helpdesk, ticket_id in privacy.to_scrub(conn, before, AT_ONCE):
            stored = tickets.load(conn, helpdesk, ticket_id)
            if stored is None:
                continue
            pin(conn, self._parts.policy, stored, now, self._parts.past)
            privacy.scrub_ticket(conn, helpdesk, ticket_id, before)
            pinned += 1
        return pinned

    def _scrub(self, conn: Connection, before: datetime, now: datetime) -> None:
        removed = privacy.scrub_text(conn, before)
        if removed.messages or removed.ledger_rows or removed.outbox_rows:
            text = f"the words of messages from before {before:%Y-%m-%d} are kept no longer (keep_text)"
            ledger.write(conn, now, LedgerEvent.TEXT_SCRUBBED, text, None, None, f"scrubbed/{before:%Y%m%d}")
