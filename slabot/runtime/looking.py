"""Look at tickets whose time has come.

Promise: a look costs no call to a helpdesk: what follows from it is read again just before it is done. Several
tickets go together in one transaction; one that cannot be decided about never keeps another from its page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from slabot.rules.words import length
from slabot.runtime.evaluation import evaluate, evaluate_each
from slabot.runtime.parts import Parts
from slabot.runtime.unexpected import log_unexpected
from slabot.store import LedgerEvent, StoreUnavailable, ledger, looks
from slabot.store.of_tickets import Name

TOGETHER = 50  # of them in one transaction, at most
LONGEST = 0.1  # seconds for one transaction, for which others who write wait; with long histories fewer go together
LATER = timedelta(hours=1)  # before a ticket that cannot be decided is looked at again


class Looking:
    """Decides about tickets that are due."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._together = 10  # tickets in the next transaction
        self._took = 0.0  # seconds of the last one, without what it waited for

    def look_at(self, due: list[Name]) -> None:
        """Look at these; what is left when slabot stops stays due."""
        left, alone = due, list[Name]()
        while left and not self._parts.stopping.is_set():
            some, left = left[: self._together], left[self._together :]
            alone += self._look_at(some)
            self._adjust()
        for name in alone:
            if self._parts.stopping.is_set():
                break
            self._look_alone(name)

    def take_share(self) -> bool:
        """Look at some that are due and that nobody else is looking at; False if there are none.

        Only where rows can be locked: several processes look at different ones.
        """
        taken = list[Name]()

        def look(conn: Connection) -> tuple[dict[Name, Exception], list[Name]]:
            now = self._parts.now()
            taken[:] = looks.take_due(conn, now, self._together)
            return self._look(conn, names=taken, now=now)

        now = self._parts.now()
        try:
            failed, alone = self._parts.write(look)
        except StoreUnavailable:
            raise  # no fault of these tickets
        except Exception:
            failed, alone = {}, list(taken)
        for name, why in failed.items():
            self._put_off(name, why, now)
        for name in alone:
            self._look_alone(name)
        self._adjust()
        return bool(taken)

    def _adjust(self) -> None:
        """More together while that is quick."""
        quick = self._took < LONGEST
        self._together = min(self._together * 2, TOGETHER) if quick else max(1, self._together // 2)

    def _look_at(self, names: list[Name]) -> list[Name]:
        """Look at several in one transaction; returns those that have to be looked at alone, so as to harm no other."""
        now = self._parts.now()
        try:
            failed, alone = self._parts.write(partial(self._look, names=names, now=now))
        except StoreUnavailable:
            raise  # no fault of these tickets
        except Exception:
            return names
        for name, why in failed.items():
            self._put_off(name, why, now)
        return alone

    def _look_alone(self, name: Name) -> None:
        now = self._parts.now()
        try:
            if name[0] in self._parts.adapters:
                self._parts.write(lambda conn: evaluate(conn, self._parts, *name, now=now))
            else:
                self._parts.write(lambda conn: self._no_helpdesk(conn, name, now))
        except StoreUnavailable:
            raise  # no fault of this ticket
        except Exception as error:
            self._put_off(name, error, now)

    def _look(self, conn: Connection, *, names: list[Name], now: datetime) -> tuple[dict[Name, Exception], list[Name]]:
        began = self._parts.clock.monotonic()
        known = [name for name in names if name[0] in self._parts.adapters]
        for name in names:
            if name[0] not in self._parts.adapters:
                self._no_helpdesk(conn, name, now)
        found = evaluate_each(conn, self._parts, known, now=now)
        self._took = self._parts.clock.monotonic() - began
        return found

    def _no_helpdesk(self, conn: Connection, name: Name, now: datetime) -> None:
        # Nobody would ever hear of an answer, so it would page for ever.
        text = f"the policy no longer names the helpdesk {name[0]}, so its tickets are not looked at"
        self._later(conn, name, text, "no helpdesk", now)

    def _put_off(self, name: Name, error: Exception, now: datetime) -> None:
        helpdesk, ticket_id = name
        why = log_unexpected("ticket.broke", error, LATER, helpdesk=helpdesk, ticket=ticket_id)
        text = f"it cannot be decided about now, and is looked at again in {length(LATER)}: {why}"
        self._parts.write(lambda conn: self._later(conn, name, text, type(error).__name__, now))

    def _later(self, conn: Connection, name: Name, text: str, kind: str, now: datetime) -> None:
        looks.postpone(conn, *name, now + LATER)
        key = f"{'/'.join(name)}/{kind}"
        ledger.write(conn, now, LedgerEvent.TICKET_DECISION_FAILED, text, *name, key)
