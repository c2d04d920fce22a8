"""Work out the records of tickets that have none, and learn what agents are called.

Promise: a store of before, or one whose records took another form, is filled in while slabot runs, a few tickets at a
time, so that no page waits for it. Nothing is decided, told or sent by that: what was judged stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from slabot.rules.records import records as records_of
from slabot.runtime.parts import Parts
from slabot.runtime.pauses import NextTime
from slabot.runtime.unexpected import log_unexpected
from slabot.store import StoredTicket, StoreError, records, tickets
from slabot.store.of_tickets import Name
from slabot.store.records import RowChanges, form_of

AT_ONCE = 20  # tickets in one transaction: a hundredth of a second in which a page may wait
EVERY = timedelta(hours=1)  # between two looks for what is missing
NAMES = 50  # agents who are asked for at once


class Recording:
    """Fills in records, in the background."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._form = form_of(by_agent=parts.policy.reports.by_agent)
        self._next = NextTime(parts.clock, parts.now())
        self._failed: set[Name] = set()

    def drain(self) -> bool:
        """Fill in a few; True while there may be more."""
        if not self._next.has_come:
            return False
        limit = AT_ONCE + len(self._failed)
        missing = self._parts.store.read(lambda conn: records.unrecorded(conn, self._form, limit))
        if names := [name for name in missing if name not in self._failed][:AT_ONCE]:
            self._parts.store.write(lambda conn: self._fill_in(conn, names))
            return True
        if self._parts.policy.reports.by_agent:
            self._learn_names()
        self._next.set(self._parts.now() + EVERY)
        return False

    def next_instant(self) -> datetime:
        """When it is looked for what is missing."""
        return self._next.at

    def _fill_in(self, conn: Connection, names: list[Name]) -> None:
        stored = tickets.load_locked(conn, names, free=True)
        kept = records.of_tickets(conn, list(stored))
        found: list[RowChanges] = []
        for name, ticket in stored.items():
            try:
                found.append(self._changed(name, ticket, kept.get(name, records.NOTHING)))
            except StoreError:
                raise
            except Exception as error:  # the same one that its decision would raise, and be told of
                self._failed.add(name)
                log_unexpected("records.broke", error, EVERY, ticket=f"{name[0]}/{name[1]}")
        records.save(conn, found)

    def _changed(self, name: Name, ticket: StoredTicket, kept: records.StoredRecords) -> RowChanges:
        parts = self._parts
        decision = parts.decide(ticket, parts.now())
        version = ticket.policy_version or parts.policy_version
        return records.changes(name, records_of(decision, parts.policy, version), self._form, kept)

    def _learn_names(self) -> None:
        parts = self._parts
        for helpdesk, adapter in parts.adapters.items():
            missing = parts.store.read(partial(records.unnamed_agents, helpdesk=helpdesk, limit=NAMES))
            if not missing:
                continue
            known = parts.agent_names.read(adapter, missing, parts.now())
            named = {each: known[each] for each in missing if each in known}
            parts.store.write(partial(records.keep_names, helpdesk=helpdesk, names=named))
