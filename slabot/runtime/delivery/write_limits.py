"""Let through those of the claimed writes that may go ahead in this run.

Promise: a run is a minute, and is judged as a whole. Writes wait until everything that changed in their helpdesk has
been read and decided (for an hour at most), so that the share is one of all tickets and not of those read so far.
What went out in it already counts, so that the same limits hold for writes that come one by one and for writes that
come together; and what is held back says why, with the limits as they stand in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from slabot.domain import Approved, utc
from slabot.domain.sentences import clause
from slabot.rules import HeldBack, Proposal, govern
from slabot.runtime.delivery.alerts import owe_alert
from slabot.runtime.parts import SWEEP_EVERY, Parts
from slabot.store import LedgerEvent, OutboxRow, feeds, ledger, looks, outbox, ticket_counts, tickets, unread
from slabot.store.work import RuleWrite

LONGEST_READING = timedelta(hours=1)  # for which a run waits until what has changed is read
LOOK_AGAIN = timedelta(seconds=5)  # whether it is read
ASKED = timedelta(minutes=15)  # how soon a run that the circuit breaker stopped is looked at again
APPROVE = "slabot approve shows what waits, and lets it go ahead. Pages go out all the same."

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WaitingRun:
    """What a run waits for in one helpdesk.

    Attributes:
        since: when the first write of the run was to go out.
        swept: a sweep has come to its end, so that it is known what must be read.
        until: what came up to here belongs to the run; later changes are the next one's.
        unread: how many tickets are still to be read or decided.
    """

    since: datetime
    swept: bool
    until: datetime
    unread: int


class WriteLimits:
    """The governor's memory of the present run."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._began: datetime | None = None
        self._open = 0  # tickets at the beginning of the run: what it solves must not make the rest a larger share
        self._went: dict[str, Proposal] = {}
        self._reading: dict[str, WaitingRun] = {}

    def let_through(self, rows: Sequence[OutboxRow]) -> list[OutboxRow]:
        """The rows that may go ahead; the others are put back with their reason."""
        parts, now = self._parts, self._parts.now()
        rows, late = self._read(rows, now)
        if not rows:
            return []
        if self._began is None or not timedelta() <= now - self._began < SWEEP_EVERY:  # a clock may be set back
            self._began, self._went = now, {}
            self._open = parts.store.read(ticket_counts.count_open)
        by_key = {row.key: row for row in rows}
        earlier = [proposal for key, proposal in self._went.items() if key not in by_key]
        run = govern(
            [*earlier, *(self._proposal(row) for row in rows)],
            parts.policy.limits,
            open_tickets=self._open,
            now=now,
            every=SWEEP_EVERY,
            unread=late,
        )
        self._hold([(by_key[h.proposal.action.key], h) for h in run.held if h.proposal.action.key in by_key], now)
        if run.tripped is not None:
            self._alert(run.tripped, now)
        allowed = [proposal for proposal in run.allowed if proposal.action.key in by_key]
        for proposal in allowed:
            # First in line whatever comes later, as it has gone.
            gone = replace(proposal.action, at=_BEFORE_ALL)
            self._went[proposal.action.key] = replace(proposal, action=gone)
        return [by_key[proposal.action.key] for proposal in allowed]

    def _read(self, rows: Sequence[OutboxRow], now: datetime) -> tuple[list[OutboxRow], int]:
        """The rows whose helpdesk has been read, and how many tickets were not in time; other rows are put back."""
        waits: dict[str, WaitingRun] = {}
        outstanding = 0
        for helpdesk in {row.helpdesk for row in rows}:
            reading = self._parts.store.read(lambda conn, of=helpdesk: self._outstanding(conn, of, now))  # type: ignore[misc]
            if reading is None or now - reading.since >= LONGEST_READING:
                self._reading.pop(helpdesk, None)
                outstanding += 0 if reading is None else reading.unread
            else:
                waits[helpdesk] = self._reading[helpdesk] = reading
        late = [row for row in rows if row.helpdesk in waits]
        if late:
            self._parts.write(lambda conn: _wait(conn, late, waits.keys(), now + LOOK_AGAIN))
        return [row for row in rows if row.helpdesk not in waits], outstanding

    def _outstanding(self, conn: Connection, helpdesk: str, now: datetime) -> WaitingRun | None:
        """What is still to be read or decided; None if nothing is."""
        if helpdesk not in self._parts.adapters:
            return None
        known = self._reading.get(helpdesk)
        since = now if known is None else min(known.since, now)  # a clock may be set back
        swept = feeds.is_swept(conn, helpdesk, utc(self._parts.started_at))
        until = known.until if known is not None and known.swept else now
        number = unread.count(conn, helpdesk, after=since - LONGEST_READING, until=until)
        number += looks.count_due(conn, helpdesk, until)
        return None if swept and not number else WaitingRun(since, swept, until, number)

    def _proposal(self, row: OutboxRow) -> Proposal:
        stored = self._parts.store.read(lambda conn: tickets.load(conn, row.helpdesk, row.ticket_id))
        approved = stored is not None and any(
            isinstance(event, Approved) and event.key == row.key for event in stored.timeline
        )
        assert isinstance(row.work, RuleWrite), "the governor watches over what the rules want"
        return Proposal(f"{row.helpdesk}/{row.ticket_id}", row.work.action, approved)

    def _hold(self, rows: Sequence[tuple[OutboxRow, HeldBack]], now: datetime) -> None:
        def put_back(conn: Connection) -> None:
            for row, held in rows:
                outbox.hold(conn, row.key, held.retry_at or now + ASKED, held.because)
                text, key = f"held back: {held.because}", f"{row.key}/{held.brake.value}"
                ledger.write(conn, now, LedgerEvent.WRITE_HELD, text, row.helpdesk, row.ticket_id, key)

        if rows:
            self._parts.write(put_back)

    def _alert(self, tripped: str, now: datetime) -> None:
        """Where `slabot status` shows it, and in Slack; once an hour."""
        text, key = f"the circuit breaker is open: {tripped}", f"breaker/{now:%Y%m%dT%H}"

        def tell(conn: Connection) -> None:
            ledger.write(conn, now, LedgerEvent.WRITE_FAILED, text, None, None, key)
            owe_alert(conn, self._parts, "breaker", f"{clause(text)}. {APPROVE}", now)

        self._parts.write(tell)


def _wait(conn: Connection, rows: Sequence[OutboxRow], helpdesks: Collection[str], until: datetime) -> None:
    named = " and ".join(sorted(helpdesks))
    why = f"waits until everything that changed in {named} has been read, so that the limits see the whole run"
    for row in rows:
        outbox.hold(conn, row.key, until, why)
