"""Log outages: what `slabot outage` and `/sla outage` do.

Promise: each act is one transaction with its ledger row, and a request that comes twice is done once: of one service
at most one entry of a kind lasts, and a request with an id of its own is remembered by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from slabot.domain import SlabotError
from slabot.domain.suggestions import suggestion
from slabot.messages import outage_texts
from slabot.policy import Policy
from slabot.store import LedgerEvent, ledger, outages
from slabot.store.outages import LoggedOutage

SHORT = 300  # characters of a reason


class OutageRefused(SlabotError):
    """What was asked for cannot be logged; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageRequest:
    """Who asks for it, and when.

    Attributes:
        by: as the entry and the ledger name them.
        id: of the request, where it has one; the same id is the same request.
    """

    by: str
    now: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """What came of it.

    Attributes:
        entry: as it stands now; None where there is none.
        changed: False where nothing was written.
        text: the answer, for people.
    """

    entry: LoggedOutage | None
    changed: bool
    text: str


class OutageLog:
    """Outages as people log them, on one connection of a `Store.write`."""

    def __init__(self, conn: Connection, policy: Policy, request: OutageRequest) -> None:
        self._conn, self._policy, self._request = conn, policy, request
        self._zone = policy.display_zone

    def begin(self, service: str | None, begins: datetime, reason: str = "", *, maintenance: bool = False) -> Logged:
        """Log that a service, or all of it, is down.

        Raises:
            OutageRefused: there is no such service, or the time is still to come.
        """
        self._check(service, begins)
        what = outage_texts.what(service, maintenance=maintenance)
        if self._came_before(LedgerEvent.OUTAGE_BEGUN):
            return self._nothing(outage_texts.came_before())
        lasts = outages.lasting(self._conn, service, maintenance=maintenance)
        if lasts is None:
            made = self._insert(service, begins, None, reason, maintenance=maintenance)
            if made is not None:
                told = outage_texts.told_begun(made.n, what, begins, self._request.by, made.reason, self._zone)
                self._tell(LedgerEvent.OUTAGE_BEGUN, told, made)
                return Logged(made, True, outage_texts.begun(made.n, what, begins, self._zone))
            lasts = outages.lasting(self._conn, service, maintenance=maintenance)
        if lasts is not None:
            text = outage_texts.lasts_already(lasts.n, what, lasts.begins, lasts.logged_by, self._zone)
            return Logged(lasts, False, text)
        return self._same_beginning(service, begins, what, maintenance=maintenance)

    def add(
        self, service: str | None, begins: datetime, ends: datetime, reason: str = "", *, maintenance: bool = False
    ) -> Logged:
        """Log an outage that is over.

        Raises:
            OutageRefused: there is no such service, it ends before it begins, or a time is still to come.
        """
        self._check(service, begins)
        self._check(service, ends)
        if ends <= begins:
            raise OutageRefused("it would end before it begins", "give an end that is later than the beginning")
        made = self._insert(service, begins, ends, reason, maintenance=maintenance)
        what = outage_texts.what(service, maintenance=maintenance)
        if made is None:
            return self._same_beginning(service, begins, what, maintenance=maintenance)
        told = outage_texts.told_added(made.n, what, begins, ends, self._request.by, made.reason, self._zone)
        self._tell(LedgerEvent.OUTAGE_BEGUN, told, made)
        self._tell(LedgerEvent.OUTAGE_ENDED, told, made)
        return Logged(made, True, outage_texts.added(made.n, what, begins, ends, self._zone))

    def end(self, service: str | None, ends: datetime, *, maintenance: bool = False) -> Logged:
        """Log that it is up again.

        Raises:
            OutageRefused: there is no such service, or the end is before the beginning or still to come.
        """
        self._check(service, ends)
        what = outage_texts.what(service, maintenance=maintenance)
        if self._came_before(LedgerEvent.OUTAGE_ENDED):
            return self._nothing(outage_texts.came_before())
        lasts = outages.lasting(self._conn, service, maintenance=maintenance)
        if lasts is None:
            return self._nothing(outage_texts.none_lasts(what))
        if ends <= lasts.begins:
            began = outage_texts.began(lasts.n, what, lasts.begins, self._zone)
            raise OutageRefused(f"it would end before it began. {began}", "Give a later time, or withdraw the entry.")
        outages.end(self._conn, lasts.n, ends, self._request.by)
        entry = outages.get(self._conn, lasts.n)
        assert entry is not None
        self._tell(
            LedgerEvent.OUTAGE_ENDED,
            outage_texts.told_ended(lasts.n, what, ends, self._request.by, self._zone),
            entry,
        )
        return Logged(entry, True, outage_texts.ended(lasts.n, what, lasts.begins, ends, self._zone))

    def withdraw(self, n: int, why: str) -> Logged:
        """Say that an entry was a mistake.

        Raises:
            OutageRefused: there is no such entry.
        """
        entry = outages.get(self._conn, n)
        if entry is None:
            raise OutageRefused(f"no outage has the number {n}", "slabot outage list shows the numbers")
        what = outage_texts.what(entry.service, maintenance=entry.maintenance)
        if not outages.withdraw(self._conn, n, self._request.now, self._request.by, why[:SHORT]):
            return Logged(entry, False, outage_texts.withdrawn_already(n, what, entry.withdrawn_why))
        told = outage_texts.told_withdrawn(n, what, self._request.by, why[:SHORT])
        self._tell(LedgerEvent.OUTAGE_WITHDRAWN, told, entry)
        return Logged(outages.get(self._conn, n), True, outage_texts.withdrawn(n, what))

    def _check(self, service: str | None, at: datetime) -> None:
        services = self._policy.availability.services
        if service is not None and service not in services:
            known = (
                f"use one of {', '.join(services)}{suggestion(service, services)}"
                if services
                else ("leave it out, or add it to availability.services in the policy")
            )
            raise OutageRefused(f'"{service}" is not a service of the policy', known)
        if at > self._request.now:
            raise OutageRefused(
                "this time is still to come", "log an outage when it has begun, and its end when it has come"
            )

    def _came_before(self, event: LedgerEvent) -> bool:
        return bool(self._request.id) and ledger.written(self._conn, event, f"outage/{self._request.id}")

    def _nothing(self, text: str) -> Logged:
        return Logged(None, False, text)

    def _same_beginning(self, service: str | None, begins: datetime, what: str, *, maintenance: bool) -> Logged:
        """The answer where an entry of the same service began at the same second."""
        there = outages.beginning(self._conn, service, begins, maintenance=maintenance)
        assert there is not None, "what stands in the way is there"
        return Logged(there, False, outage_texts.logged_already(there.n, what, begins, self._zone))

    def _insert(
        self, service: str | None, begins: datetime, ends: datetime | None, reason: str, *, maintenance: bool
    ) -> LoggedOutage | None:
        return outages.insert(
            self._conn,
            service,
            begins,
            ends,
            reason[:SHORT],
            maintenance=maintenance,
            by=self._request.by,
            now=self._request.now,
        )

    def _tell(self, event: LedgerEvent, text: str, entry: LoggedOutage) -> None:
        facts = {
            "number": entry.n,
            "service": entry.service,
            "maintenance": entry.maintenance,
            "by": self._request.by,
            "begins": entry.begins.isoformat(),
            "ends": None if entry.ends is None else entry.ends.isoformat(),
        }
        key = f"outage/{self._request.id or entry.n}"
        ledger.write(self._conn, self._request.now, event, text, None, None, key, facts)
