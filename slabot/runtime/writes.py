"""How is a helpdesk written to?

Promise: each act is done once. The ticket is read again just before, and decided again; an act that is no longer
wanted is dropped with its reason, a conflict is decided again and never forced, and an act whose outcome is unknown
is looked for in the ticket's history before it is tried again. The governor stands in front of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from adapters.base import Adapter, Done, Snapshot
from adapters.errors import (
    AdapterError,
    Conflict,
    Gone,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
)
from slabot.domain import Approved, Category, Nudged
from slabot.paging import SlackRetry
from slabot.policy import Limits, Mode
from slabot.rules import Action, Held, Kind, Proposal, govern
from slabot.runtime import customer_words
from slabot.runtime.acts import action_of, wanted
from slabot.runtime.claims import assign, is_assignment
from slabot.runtime.evaluation import evaluate, take_in
from slabot.runtime.parts import LEASE, SWEEP_EVERY, Parts
from slabot.runtime.record import DOES
from slabot.store import Lane, LedgerEvent, OutboxRow, OutboxState, inbox, ledger, outbox, tickets

AT_ONCE = 1000  # rows that one run looks at; above every limit that a policy sets in earnest
AGAIN = timedelta(seconds=1)  # after a conflict
LATER = timedelta(minutes=1)  # after the helpdesk could not be reached
ASKED = timedelta(minutes=15)  # how soon a run that the circuit breaker stopped is looked at again

_DONE = {
    Kind.FOLLOW_UP: LedgerEvent.TICKET_FOLLOWED_UP,
    Kind.AUTO_SOLVE: LedgerEvent.TICKET_AUTO_SOLVED,
    Kind.AUTO_CLOSE: LedgerEvent.TICKET_AUTO_CLOSED,
    Kind.REOPEN: LedgerEvent.TICKET_REOPENED,
    Kind.SET_CATEGORY: LedgerEvent.TICKET_CATEGORY_SET,
    Kind.SET_SEVERITY: LedgerEvent.TICKET_SEVERITY_SET,
    Kind.NUDGE: LedgerEvent.TICKET_NUDGED,
}


@dataclass(slots=True)
class Window:
    """What was written in the present run: a minute, the time between two sweeps."""

    began: datetime
    writes: int = 0
    tickets: frozenset[str] = frozenset()


class WriteDelivery:
    """Works off the lane of writes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._window = Window(parts.now())

    def drain(self) -> bool:
        """Do what may be done now; True if there was anything."""
        parts, now = self._parts, self._parts.now()
        doubtful = [
            row for row in parts.store.read(lambda c: outbox.in_doubt(c, now - LEASE)) if row.lane is Lane.WRITE
        ]
        for row in doubtful:
            if is_assignment(row):
                self._assign(row)  # repeating it changes nothing
            else:
                self._settle_doubt(row)
        rows = parts.store.write(lambda conn: outbox.claim(conn, now, Lane.WRITE, AT_ONCE))
        for row in rows:
            if is_assignment(row):
                self._assign(row)
        # A person asked for the assignments; the governor watches over what the rules want.
        for row in self._governed([row for row in rows if not is_assignment(row)], now):
            self._deliver(row, looked=False)
        return bool(doubtful or rows)

    def next_instant(self) -> datetime | None:
        """When something may be done next, or a doubt can be settled."""
        now = self._parts.now()

        def ask(conn: Connection) -> list[datetime]:
            waiting = outbox.earliest(conn, Lane.WRITE)
            doubts = [row.sending_since for row in outbox.in_doubt(conn, now) if row.lane is Lane.WRITE]
            settled = [since + LEASE for since in doubts if since is not None]
            return settled if waiting is None else [*settled, waiting]

        return min(self._parts.store.read(ask), default=None)

    def _governed(self, rows: list[OutboxRow], now: datetime) -> list[OutboxRow]:
        """The rows that may go ahead in this run; the others are put back with their reason."""
        if not rows:
            return []
        if now - self._window.began >= SWEEP_EVERY:
            self._window = Window(now)
        window, limits = self._window, self._parts.policy.limits
        left = Limits(
            writes_per_run=max(0, limits.writes_per_run - window.writes),
            stop_above_tickets=max(0, limits.stop_above_tickets - len(window.tickets)),
            stop_above_percent=limits.stop_above_percent,
        )
        by_key = {row.key: row for row in rows}
        proposals = [Proposal(f"{row.helpdesk}/{row.ticket_id}", action_of(row), self._approved(row)) for row in rows]
        run = govern(
            proposals,
            left,
            open_tickets=self._parts.store.read(tickets.count_open),
            now=now,
            every=SWEEP_EVERY,
        )
        for held in run.held:
            self._hold(by_key[held.proposal.action.key], held, now)
        allowed = [by_key[proposal.action.key] for proposal in run.allowed]
        window.writes += len(allowed)
        window.tickets |= {f"{row.helpdesk}/{row.ticket_id}" for row in allowed}
        return allowed

    def _approved(self, row: OutboxRow) -> bool:
        stored = self._parts.store.read(lambda conn: tickets.load(conn, row.helpdesk, row.ticket_id))
        return stored is not None and any(
            isinstance(event, Approved) and event.key == row.key for event in stored.timeline
        )

    def _hold(self, row: OutboxRow, held: Held, now: datetime) -> None:
        until = held.retry_at or now + ASKED

        def put_back(conn: Connection) -> None:
            outbox.hold(conn, row.key, until, held.because)
            words = f"held back: {held.because}"
            key = f"{row.key}/{held.brake.value}"
            ledger.write(conn, now, LedgerEvent.WRITE_HELD, words, row.helpdesk, row.ticket_id, key)

        self._parts.store.write(put_back)

    def _assign(self, row: OutboxRow) -> None:
        """Give the ticket to whoever claimed it."""
        adapter, now = self._parts.adapters.get(row.helpdesk), self._parts.now()
        if adapter is None:
            self._fail(row, f"the policy no longer names the helpdesk {row.helpdesk}")
            return
        try:
            done = assign(self._parts, adapter, row)
        except SlackRetry as error:
            until, why = max(error.until, now + AGAIN), str(error)
            self._parts.store.write(lambda conn: outbox.hold(conn, row.key, until, why))
        except OutcomeUnknown:
            return  # it stays as being done, and is done again once the lease is over
        except (Refused, Gone) as error:
            self._fail(row, str(error))
        except AdapterError as error:
            self._put_off(row, error)
        else:
            self._parts.store.write(lambda conn: self._assigned(conn, row, done, now))
            self._parts.bell.ring()

    def _assigned(self, conn: Connection, row: OutboxRow, done: Done, now: datetime) -> None:
        if outbox.settle(conn, row.key, OutboxState.SENT, done.words):
            ledger.write(conn, now, LedgerEvent.TICKET_ASSIGNED, done.words, row.helpdesk, row.ticket_id, row.key)
            inbox.accept(conn, row.helpdesk, f"after:{row.key}", row.ticket_id, now)

    def _settle_doubt(self, row: OutboxRow) -> None:
        adapter = self._parts.adapters.get(row.helpdesk)
        if adapter is None:
            self._fail(row, f"the policy no longer names the helpdesk {row.helpdesk}")
            return
        try:
            happened = adapter.find_marker(row.ticket_id, row.key)
        except Gone as error:
            self._supersede(row, str(error))
        except AdapterError as error:
            self._put_off(row, error)
        else:
            if happened:
                self._done(row, Done(words="it had been done before its outcome was known"))
            else:
                self._deliver(row, looked=True)

    def _deliver(self, row: OutboxRow, *, looked: bool) -> None:
        adapter = self._parts.adapters.get(row.helpdesk)
        if adapter is None:
            self._fail(row, f"the policy no longer names the helpdesk {row.helpdesk}")
            return
        try:
            if row.attempts > 1 and not looked and adapter.find_marker(row.ticket_id, row.key):
                self._done(row, Done(words="it had been done before its outcome was known"))
                return
            snapshot = adapter.version_of(row.ticket_id)
            action = self._still_wanted(row, snapshot)
            if action is not None:
                self._done(row, self._act(adapter, row, action, snapshot))
        except OutcomeUnknown:
            return  # it stays as being done, and is looked for once the lease is over
        except Gone as error:
            self._supersede(row, str(error))
        except Refused as error:
            self._fail(row, str(error))
        except AdapterError as error:
            self._put_off(row, error)

    def _still_wanted(self, row: OutboxRow, snapshot: Snapshot) -> Action | None:
        parts, now = self._parts, self._parts.now()

        def decide_again(conn: Connection) -> Action | None:
            decision = take_in(conn, parts, snapshot, now)
            action = wanted(decision, row.key)
            if action is not None and action.mode is Mode.ACT:
                return action
            refused = next((r.because for r in decision.refusals if r.kind is action_of(row).kind), None)
            why = refused or "the ticket has moved on since it was planned"
            outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
            words = f"did not {DOES[action_of(row).kind]}: {why}"
            ledger.write(conn, now, LedgerEvent.WRITE_SUPERSEDED, words, row.helpdesk, row.ticket_id, row.key)
            return None

        return parts.store.write(decide_again)

    def _act(self, adapter: Adapter, row: OutboxRow, action: Action, snapshot: Snapshot) -> Done:
        policy, ticket, ticket_id, seen, marker = (
            self._parts.policy,
            snapshot.ticket,
            row.ticket_id,
            snapshot.version,
            row.key,
        )
        match action.kind:
            case Kind.FOLLOW_UP:
                text = customer_words.follow_up(policy, ticket, action)
                return adapter.send_public(ticket_id, text, seen=seen, marker=marker)
            case Kind.AUTO_SOLVE:
                text = customer_words.solved(policy, ticket)
                return adapter.send_public(ticket_id, text, seen=seen, marker=marker, category=Category.SOLVED)
            case Kind.AUTO_CLOSE:
                return adapter.set_category(ticket_id, Category.CLOSED, seen=seen, marker=marker)
            case Kind.REOPEN | Kind.SET_CATEGORY:
                return adapter.set_category(ticket_id, Category.PENDING, seen=seen, marker=marker)
            case Kind.SET_SEVERITY:
                return adapter.set_priority(ticket_id, action.fact("priority") or "", seen=seen, marker=marker)
            case Kind.NUDGE:
                return adapter.add_note(ticket_id, customer_words.nudge(action), marker=marker)
            case Kind.PAGE | Kind.NOTE:
                raise AssertionError("pages and notes to people do not travel in the lane of writes")

    def _done(self, row: OutboxRow, done: Done) -> None:
        parts, now, action = self._parts, self._parts.now(), action_of(row)

        def settle(conn: Connection) -> None:
            if not outbox.settle(conn, row.key, OutboxState.SENT, done.words, {"undoable": done.undoable}):
                return
            words = f"{done.words}: {action.because}"
            ledger.write(conn, now, _DONE[action.kind], words, row.helpdesk, row.ticket_id, row.key)
            if action.kind is Kind.NUDGE:
                tickets.add_act(conn, row.helpdesk, row.ticket_id, Nudged(at=now, key=row.key, id=f"nudged:{row.key}"))
                evaluate(conn, parts, row.helpdesk, row.ticket_id, now=now)
            # What the helpdesk made of it is read back at once: its own history is the truth, not our intention.
            inbox.accept(conn, row.helpdesk, f"after:{row.key}", row.ticket_id, now)

        parts.store.write(settle)
        parts.bell.ring()

    def _put_off(self, row: OutboxRow, error: AdapterError) -> None:
        now = self._parts.now()
        match error:
            case RateLimited():
                until = max(error.until, now + AGAIN)
            case Conflict():
                until = now + AGAIN
            case Unreachable(until=datetime() as asked):
                until = max(asked, now + AGAIN)
            case NotAllowed():
                until = now + ASKED
            case _:
                until = now + LATER

        def hold(conn: Connection) -> None:
            outbox.hold(conn, row.key, until, str(error))
            if isinstance(error, NotAllowed):
                ledger.write(conn, now, LedgerEvent.WRITE_FAILED, str(error), row.helpdesk, row.ticket_id, row.key)

        self._parts.store.write(hold)

    def _supersede(self, row: OutboxRow, why: str) -> None:
        now = self._parts.now()

        def settle(conn: Connection) -> None:
            outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
            ledger.write(conn, now, LedgerEvent.WRITE_SUPERSEDED, why, row.helpdesk, row.ticket_id, row.key)

        self._parts.store.write(settle)

    def _fail(self, row: OutboxRow, why: str) -> None:
        now = self._parts.now()

        def settle(conn: Connection) -> None:
            outbox.settle(conn, row.key, OutboxState.FAILED, why)
            ledger.write(conn, now, LedgerEvent.WRITE_FAILED, why, row.helpdesk, row.ticket_id, row.key)

        self._parts.store.write(settle)
