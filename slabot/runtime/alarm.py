"""Which tickets must be looked at because time has come?

Promise: the alarm is one indexed column. A look costs no call to a helpdesk: what follows from it is read again
just before it is done. One ticket that cannot be decided about never keeps another from its page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from slabot.rules.words import length
from slabot.runtime.evaluation import evaluate
from slabot.runtime.parts import Parts
from slabot.runtime.unexpected import log_unexpected
from slabot.store import LedgerEvent, StoreUnavailable, ledger, looks

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
            if parts.stopping.is_set():
                break  # it stays due
            try:
                # Each at its own time: what is planned now is not to look as if it had waited for the others.
                parts.write(partial(self._look, helpdesk=helpdesk, ticket_id=ticket_id, now=parts.now()))
            except StoreUnavailable:
                raise  # no fault of this ticket
            except Exception as error:
                why = log_unexpected("ticket.broke", error, LATER, helpdesk=helpdesk, ticket=ticket_id)
                words = f"it cannot be decided about now, and is looked at again in {length(LATER)}: {why}"
                self._later(helpdesk, ticket_id, words, type(error).__name__, now)
        return bool(due)

    def next_instant(self) -> datetime | None:
        """When the next look is due."""
        return self._parts.store.read(looks.earliest)

    def _look(self, conn: Connection, *, helpdesk: str, ticket_id: str, now: datetime) -> None:
        if helpdesk in self._parts.adapters:
            evaluate(conn, self._parts, helpdesk, ticket_id, now=now)
            return
        # Nobody would ever hear of an answer, so it would page for ever.
        words = f"the policy no longer names the helpdesk {helpdesk}, so its tickets are not looked at"
        looks.postpone(conn, helpdesk, ticket_id, now + LATER)
        key = f"{helpdesk}/{ticket_id}/no helpdesk"
        ledger.write(conn, now, LedgerEvent.TICKET_DECISION_FAILED, words, helpdesk, ticket_id, key)

    def _later(self, helpdesk: str, ticket_id: str, words: str, kind: str, now: datetime) -> None:
        def put_off(conn: Connection) -> None:
            looks.postpone(conn, helpdesk, ticket_id, now + LATER)
            key = f"{helpdesk}/{ticket_id}/{kind}"
            ledger.write(conn, now, LedgerEvent.TICKET_DECISION_FAILED, words, helpdesk, ticket_id, key)

        self._parts.write(put_off)
