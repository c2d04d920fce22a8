"""How is a helpdesk written to?

Promise: each act is done once. The ticket is read again just before, and decided again; an act that is no longer
wanted is dropped with its reason, a conflict is decided again and never forced, and an act whose outcome is unknown
is settled as `slabot.runtime.writes.doubts` says before it is tried again. The governor stands in front of all of them.
"""

from __future__ import annotations

from collections.abc import Callable
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
from slabot.domain import Category, Nudged
from slabot.paging import SlackRetry
from slabot.policy import Mode
from slabot.rules import Action, Kind
from slabot.runtime import lanes
from slabot.runtime.acts import action_of, wanted
from slabot.runtime.evaluation import evaluate, take_in, take_out
from slabot.runtime.mistakes import mistake
from slabot.runtime.parts import LEASE, Parts, brings_work
from slabot.runtime.record import DOES
from slabot.runtime.writes import customer_words, doubts
from slabot.runtime.writes.brakes import Brakes
from slabot.runtime.writes.claims import is_assignment, take_back
from slabot.runtime.writes.refused import tell_refusal
from slabot.runtime.writes.wishes import fulfil, is_wish, told_as
from slabot.store import Lane, LedgerEvent, OutboxRow, OutboxState, StoreUnavailable, inbox, ledger, outbox, tickets

AT_ONCE = 1000  # rows that one run looks at; above every limit that a policy sets in earnest
AGAIN = timedelta(seconds=1)  # after a conflict
LATER = timedelta(minutes=1)  # after the helpdesk could not be reached
FORBIDDEN = timedelta(minutes=15)  # after the helpdesk said that the account may not do this

_DONE = {
    Kind.FOLLOW_UP: LedgerEvent.TICKET_FOLLOWED_UP,
    Kind.AUTO_SOLVE: LedgerEvent.TICKET_AUTO_SOLVED,
    Kind.AUTO_CLOSE: LedgerEvent.TICKET_AUTO_CLOSED,
    Kind.REOPEN: LedgerEvent.TICKET_REOPENED,
    Kind.SET_CATEGORY: LedgerEvent.TICKET_CATEGORY_SET,
    Kind.SET_SEVERITY: LedgerEvent.TICKET_SEVERITY_SET,
    Kind.NUDGE: LedgerEvent.TICKET_NUDGED,
}


class WriteDelivery:
    """Works off the lane of writes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._brakes = Brakes(parts)

    def drain(self) -> bool:
        """Do what may be done now; True if there was anything."""
        parts, now = self._parts, self._parts.now()
        in_doubt = lanes.doubtful(parts, Lane.WRITE, now)
        for row in in_doubt:
            if not parts.stopping.is_set():
                # Repeating a wish changes nothing.
                self._one(row, self._fulfil if is_wish(row) else self._settle_doubt)
        rows = parts.write(lambda conn: outbox.claim(conn, now, Lane.WRITE, AT_ONCE))
        # A person asked for the wishes; the governor watches over what the rules want.
        asked = [row for row in rows if is_wish(row)]
        ready = [*asked, *self._brakes.let_through([row for row in rows if not is_wish(row)])]
        for place, row in enumerate(ready):
            if parts.stopping.is_set():
                lanes.put_back(parts, ready[place:], "slabot was stopping")
                break
            self._one(row, self._fulfil if is_wish(row) else self._deliver)
        return bool(in_doubt or rows)

    def next_instant(self) -> datetime | None:
        """When something may be done next, or a doubt can be settled."""
        return lanes.next_instant(self._parts, Lane.WRITE)

    def _one(self, row: OutboxRow, work: Callable[[OutboxRow], None]) -> None:
        """One act, and what its failure means."""
        try:
            work(row)
        except SlackRetry as error:
            self._hold(row, max(error.until, self._parts.now() + AGAIN), str(error))
        except OutcomeUnknown:
            until = self._parts.now() + LEASE  # it stays as being done, and is looked for then
            self._parts.write(lambda conn: lanes.stays_in_doubt(conn, row.key, until))
        except Gone as error:
            self._gone(row, error)
        except Refused as error:
            self._fail(row, str(error))
        except AdapterError as error:
            self._put_off(row, error)
        except StoreUnavailable:
            raise  # no fault of this act
        except Exception as error:
            # It may have been done before the mistake, so it stays in doubt.
            why, until = mistake("write.broke", error, LATER, key=row.key), self._parts.now() + LATER
            self._parts.write(lambda conn: self._broke(conn, row, until, why))

    def _broke(self, conn: Connection, row: OutboxRow, until: datetime, why: str) -> None:
        lanes.stays_in_doubt(conn, row.key, until)
        now = self._parts.now()
        ledger.write(conn, now, LedgerEvent.WRITE_FAILED, why, row.helpdesk, row.ticket_id, row.key)

    def _fulfil(self, row: OutboxRow) -> None:
        """Do what somebody asked for."""
        adapter, now = self._parts.adapters.get(row.helpdesk), self._parts.now()
        if adapter is None:
            self._fail(row, f"the policy no longer names the helpdesk {row.helpdesk}")
            return
        done = fulfil(self._parts, adapter, row)
        self._parts.write(lambda conn: self._fulfilled(conn, row, done, now))

    def _fulfilled(self, conn: Connection, row: OutboxRow, done: Done, now: datetime) -> None:
        if outbox.settle(conn, row.key, OutboxState.SENT, done.words):
            ledger.write(conn, now, told_as(row), done.words, row.helpdesk, row.ticket_id, row.key)
            inbox.accept(conn, row.helpdesk, f"after:{row.key}", row.ticket_id, now)
            brings_work(conn)

    def _settle_doubt(self, row: OutboxRow) -> None:
        """Look for an act that may have been done; if it was not, it queues again, and the governor is asked again."""
        adapter = self._parts.adapters.get(row.helpdesk)
        if adapter is None:
            self._fail(row, f"the policy no longer names the helpdesk {row.helpdesk}")
        elif (done := doubts.found(self._parts, adapter, row)) is not None:
            self._done(row, done)
        elif doubts.may_be_repeated(adapter, row):
            lanes.put_back(self._parts, [row], doubts.NOT_DONE)
        else:
            now = self._parts.now()
            self._parts.write(lambda conn: doubts.give_up(conn, self._parts, row, now))

    def _deliver(self, row: OutboxRow) -> None:
        adapter = self._parts.adapters.get(row.helpdesk)
        if adapter is None:
            self._fail(row, f"the policy no longer names the helpdesk {row.helpdesk}")
            return
        may_be_done = row.attempts > 1 or self._parts.may_be_forgotten(action_of(row).at)
        if may_be_done and doubts.looked_for(self._parts, adapter, row):
            self._done(row, Done(words=doubts.FOUND))
            return
        seen_at = self._parts.now()  # before reading: what happens meanwhile is not in what is read
        snapshot = adapter.version_of(row.ticket_id)
        action = self._still_wanted(row, snapshot, seen_at)
        if action is not None and doubts.begin(self._parts, adapter, row):
            self._done(row, self._act(adapter, row, action, snapshot))

    def _still_wanted(self, row: OutboxRow, snapshot: Snapshot, seen_at: datetime) -> Action | None:
        parts, now = self._parts, self._parts.now()

        def decide_again(conn: Connection) -> Action | None:
            decision = take_in(conn, parts, snapshot, seen_at)
            action = wanted(decision, row.key)
            if action is not None and action.mode is Mode.ACT:
                return action
            refused = next((r.because for r in decision.refusals if r.kind is action_of(row).kind), None)
            why = refused or "the ticket has moved on since it was planned"
            outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
            words = f"did not {DOES[action_of(row).kind]}: {why}"
            ledger.write(conn, now, LedgerEvent.WRITE_SUPERSEDED, words, row.helpdesk, row.ticket_id, row.key)
            return None

        return parts.write(decide_again)

    def _act(self, adapter: Adapter, row: OutboxRow, action: Action, snapshot: Snapshot) -> Done:
        policy, ticket, ticket_id, seen, marker = (
            self._parts.policy,
            snapshot.ticket,
            row.ticket_id,
            snapshot.version,
            row.key,
        )
        match action.kind:
            case Kind.FOLLOW_UP | Kind.AUTO_SOLVE:
                text = customer_words.of(policy, ticket, action)
                category = Category.SOLVED if action.kind is Kind.AUTO_SOLVE else None
                return adapter.send_public(ticket_id, text, seen=seen, marker=marker, category=category)
            case Kind.AUTO_CLOSE | Kind.REOPEN | Kind.SET_CATEGORY:
                return adapter.set_category(ticket_id, doubts.MOVES[action.kind], seen=seen, marker=marker)
            case Kind.SET_SEVERITY:
                return adapter.set_priority(ticket_id, action.fact("priority") or "", seen=seen, marker=marker)
            case Kind.NUDGE:
                return adapter.add_note(ticket_id, customer_words.nudge(action), marker=marker)
            case Kind.PAGE | Kind.NOTE:
                raise AssertionError("pages and notes to people do not travel in the lane of writes")

    def _done(self, row: OutboxRow, done: Done) -> None:
        parts, now, action = self._parts, self._parts.now(), action_of(row)

        def settle(conn: Connection) -> None:
            tickets.lock(conn, row.helpdesk, row.ticket_id)  # the ticket first, as everywhere: else two wait in a ring
            if not outbox.settle(conn, row.key, OutboxState.SENT, done.words, {"undoable": done.undoable}):
                return
            words = f"{done.words}: {action.because}"
            ledger.write(conn, now, _DONE[action.kind], words, row.helpdesk, row.ticket_id, row.key)
            if action.kind is Kind.NUDGE:
                tickets.add_act(conn, row.helpdesk, row.ticket_id, Nudged(at=now, key=row.key, id=f"nudged:{row.key}"))
                evaluate(conn, parts, row.helpdesk, row.ticket_id, now=now)
            # What the helpdesk made of it is read back at once: its own history is the truth, not our intention.
            inbox.accept(conn, row.helpdesk, f"after:{row.key}", row.ticket_id, now)
            brings_work(conn)

        parts.write(settle)

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
                until = now + FORBIDDEN
            case _:
                until = now + LATER

        self._hold(row, until, str(error), tell=isinstance(error, NotAllowed))

    def _hold(self, row: OutboxRow, until: datetime, why: str, *, tell: bool = False) -> None:
        now = self._parts.now()

        def hold(conn: Connection) -> None:
            outbox.hold(conn, row.key, until, why)
            if tell:
                ledger.write(conn, now, LedgerEvent.WRITE_FAILED, why, row.helpdesk, row.ticket_id, row.key)

        self._parts.write(hold)

    def _gone(self, row: OutboxRow, error: Gone) -> None:
        parts, now, why = self._parts, self._parts.now(), str(error)

        def settle(conn: Connection) -> None:
            take_out(conn, parts, row.helpdesk, row.ticket_id, now)
            outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
            ledger.write(conn, now, LedgerEvent.WRITE_SUPERSEDED, why, row.helpdesk, row.ticket_id, row.key)

        parts.write(settle)

    def _fail(self, row: OutboxRow, why: str) -> None:
        now = self._parts.now()

        def settle(conn: Connection) -> None:
            outbox.settle(conn, row.key, OutboxState.FAILED, why)
            ledger.write(conn, now, LedgerEvent.WRITE_FAILED, why, row.helpdesk, row.ticket_id, row.key)
            if is_assignment(row):
                take_back(conn, row, now)
                evaluate(conn, self._parts, row.helpdesk, row.ticket_id, now=now)
                brings_work(conn)

        self._parts.write(settle)
        tell_refusal(self._parts, row, why)
