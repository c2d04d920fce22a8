"""Which tickets must be looked at because time has come?

Promise: the alarm is one indexed column. A look costs no call to a helpdesk: what follows from it is read again
just before it is done.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.domain import SlabotError
from slabot.runtime.evaluation import evaluate
from slabot.runtime.parts import Parts
from slabot.store import LedgerEvent, ledger, looks

AT_ONCE = 200
LATER = timedelta(hours=1)  # before a ticket that cannot be decided is looked at again


class Alarm:
    """Evaluates the tickets whose look has come."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def drain(self) -> bool:
        """Look at what is due; True if there was anything."""
        parts, now = self._parts, self._parts.now()
        due = parts.store.read(lambda conn: looks.due(conn, now, AT_ONCE))
        for helpdesk, ticket_id in due:
            try:
                parts.store.write(lambda conn, of=(helpdesk, ticket_id): evaluate(conn, parts, *of, now=now))  # type: ignore[misc]
            except SlabotError as error:
                self._later(helpdesk, ticket_id, error, now)
        return bool(due)

    def next_instant(self) -> datetime | None:
        """When the next look is due."""
        return self._parts.store.read(looks.earliest)

    def _later(self, helpdesk: str, ticket_id: str, error: SlabotError, now: datetime) -> None:
        def put_off(conn: Connection) -> None:
            looks.postpone(conn, helpdesk, ticket_id, now + LATER)
            words = f"it cannot be decided about now, and is looked at again in an hour: {error}"
            key = f"{helpdesk}/{ticket_id}/{type(error).__name__}"
            ledger.write(conn, now, LedgerEvent.TICKET_DECISION_FAILED, words, helpdesk, ticket_id, key)

        self._parts.store.write(put_off)
