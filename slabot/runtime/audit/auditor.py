"""Check once a minute that slabot does what it should.

Promise: apart from the engine, each minute: what the rules want is what the outbox holds, no look is overdue, every
page has an outcome, every helpdesk is being read. A difference is repaired where deciding again repairs it, and people
are alerted; the heartbeat is sent only while everything agrees. An audit costs the same however many clocks run: it
looks at a few hundred tickets, those due next and a part of the others by turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.domain.sentences import clause
from slabot.runtime.audit.comparing import Difference, compare, look
from slabot.runtime.audit.condition import WAITING, AuditProblem, troubles
from slabot.runtime.audit.unread_tickets import tell_of_unread
from slabot.runtime.delivery.alerts import owe_alert
from slabot.runtime.parts import Parts
from slabot.runtime.pauses import NextTime
from slabot.store import LedgerEvent, audits, ledger
from slabot.store.audits import AuditPosition, AuditVerdict, Named

EVERY = timedelta(seconds=60)
NEXT = 100  # tickets that are due next, each time
IN_TURN = 200  # of the other tickets with running clocks, each time
LATE_LOOKS = 50  # tickets that are looked at in the alarm's stead, each time
NAMED = 5  # tickets named in an alert

RECOVERED = "Everything agrees again: each clock has its page planned, each page its outcome, and helpdesks are read."
_ALARM_REMEDY = (
    "The alarm, a part of slabot, seems to stand still; the auditor does its work, more slowly. Restart slabot, and "
    "report it with the log of that time if it happens again."
)
_PLAN_REMEDY = (
    "The auditor has decided about them again, and what was due goes out now. If this comes again, report it with the "
    "log of that time."
)
_BROKEN_REMEDY = "Look after these tickets yourself, and report it with the log of that time."


@dataclass(frozen=True, slots=True)
class _Compared:
    """The result of comparing tickets."""

    looked_at: int
    differences: Sequence[Difference]
    late: Sequence[Difference]


class Auditor:
    """Compares plan and store, alerts people, and sends the heartbeat."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._every = max(EVERY, parts.sweep_every)  # in time lapse both come more seldom
        self._next = NextTime(parts.clock, parts.now() + self._every)
        self._place: AuditPosition | None = None
        self._late: int | None = None  # looks that were owed at the last audit

    def drain(self) -> bool:
        """Audit if it is time to. Nothing follows from it for the auditor, so always False."""
        if self._next.has_come:
            self._next.set(self._parts.now() + self._every)
            self.audit()
        return False

    def next_instant(self) -> datetime:
        """When the next audit is due."""
        return self._next.at

    def audit(self) -> AuditVerdict:
        """Audit now.

        Raises:
            StoreUnavailable: the store does not answer, so nothing is known, and no heartbeat is sent.
        """
        parts, now = self._parts, self._parts.now()
        compared = self._compare(now)
        planned = _troubles(compared)
        found = [*planned, *parts.store.read(lambda conn: troubles(conn, parts, now))]
        verdict = AuditVerdict(
            at=now,
            findings=tuple(trouble.text for trouble in found),
            of_the_plan=tuple(trouble.text for trouble in planned),
            looked_at=compared.looked_at,
            repaired=sum(one.repaired for one in (*compared.differences, *compared.late)),
        )
        former = parts.store.read(audits.last_verdict)
        unheard = None
        if verdict.agrees and parts.heartbeat is not None:
            unheard = parts.heartbeat.beat()
            verdict = replace(verdict, heartbeat=unheard is None)
        return parts.write(lambda conn: self._keep(conn, verdict, former, found, unheard))

    def _compare(self, now: datetime) -> _Compared:
        parts = self._parts
        names = list(parts.adapters)

        def choose(conn: Connection) -> tuple[int, list[Named], list[Named]]:
            number, late = audits.late_looks(conn, now - WAITING, names, LATE_LOOKS)
            soon = audits.due_next(conn, now, NEXT)
            in_turn, self._place = audits.running(conn, self._place, IN_TURN)
            return number, late, list(dict.fromkeys((*soon, *in_turn)))

        number, late, chosen = parts.store.read(choose)
        # After a start under a changed policy all looks are owed at once. While they become fewer, the alarm works.
        stands_still, self._late = self._late is not None and number >= self._late, number
        if not stands_still:
            late = []
        looked = [look(parts, *ticket, now) for ticket in late if not parts.stopping.is_set()]
        compared = [
            compare(parts, *ticket, now) for ticket in chosen if ticket[0] in names and not parts.stopping.is_set()
        ]
        return _Compared(len(looked) + len(compared), [found for found in compared if found is not None], looked)

    def _keep(
        self,
        conn: Connection,
        verdict: AuditVerdict,
        former: AuditVerdict | None,
        found: Sequence[AuditProblem],
        unheard: str | None,
    ) -> AuditVerdict:
        parts, now = self._parts, verdict.at
        since = None if former is None else former.differs_since
        tell_of_unread(conn, parts, now)
        for trouble in found:
            if trouble.is_quiet:
                continue
            owe_alert(conn, parts, trouble.what, f"{clause(trouble.text)}. {trouble.remedy}", now)
            event = LedgerEvent.FEED_STALE if trouble.what.startswith("feed/") else LedgerEvent.AUDIT_DIFFERED
            ledger.write(conn, now, event, trouble.text, None, None, f"audit/{trouble.what}/{now:%Y%m%dT%H}")
        if verdict.agrees and since is not None:
            ledger.write(conn, now, LedgerEvent.AUDIT_AGREED, RECOVERED, None, None)
            if audits.alerted_since(conn, since):
                owe_alert(conn, parts, "recovered", RECOVERED, now)
        _log_heartbeat(conn, verdict, former, unheard)
        kept = replace(verdict, differs_since=None if verdict.agrees else since or now)
        audits.keep_verdict(conn, kept)
        return kept


def _log_heartbeat(conn: Connection, verdict: AuditVerdict, former: AuditVerdict | None, unheard: str | None) -> None:
    """In the ledger, when it changes."""
    before = None if former is None else former.heartbeat
    if unheard is not None and before is not False:
        ledger.write(conn, verdict.at, LedgerEvent.HEARTBEAT_FAILED, unheard, None, None)
    elif verdict.heartbeat and before is False:
        ledger.write(conn, verdict.at, LedgerEvent.HEARTBEAT_RECOVERED, "the heartbeat is heard again", None, None)


def _troubles(compared: _Compared) -> list[AuditProblem]:
    """One finding for each kind of difference, however many tickets it is about."""
    repaired = [one for one in compared.differences if one.repaired]
    broken = [one for one in (*compared.differences, *compared.late) if not one.repaired]
    late = [one for one in compared.late if one.repaired]
    found = []
    if late:
        text = f"{_tickets(late)} not looked at when {'its' if len(late) == 1 else 'their'} time had come"
        found.append(AuditProblem("alarm", text, _ALARM_REMEDY))
    if repaired:
        found.append(AuditProblem("plan", f"{_tickets(repaired)} not as planned: {repaired[0].text}", _PLAN_REMEDY))
    if broken:
        text = f"{_tickets(broken)} not as planned, and deciding again did not help: {broken[0].text}"
        found.append(AuditProblem("undecided", text, _BROKEN_REMEDY))
    return found


def _tickets(found: Sequence[Difference]) -> str:
    """``ticket acme/4711 was``, ``7 tickets (acme/4711, …) were``."""
    if len(found) == 1:
        return f"ticket {found[0].reference} was"
    named = ", ".join(one.reference for one in found[:NAMED])
    return f"{len(found)} tickets ({named}{', …' if len(found) > NAMED else ''}) were"
