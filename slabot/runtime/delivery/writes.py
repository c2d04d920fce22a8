"""Write to helpdesks.

Promise: each write is done once. The ticket is read again just before, and decided again; a write that is no longer
wanted is dropped with its reason, a conflict is decided again and never forced, and a write whose outcome is unknown
is settled as `slabot.runtime.delivery.unknown_writes` says before it is tried again. The governor limits what the
rules want.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

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
from slabot.channels.base import Dropped, Failed, Unknown, Waits
from slabot.channels.errors import SlackRetry
from slabot.domain import Category, Nudged
from slabot.messages import customer_texts
from slabot.policy import Mode
from slabot.rules import Action, Kind
from slabot.runtime.delivery import unknown_writes
from slabot.runtime.delivery.claims import take_back
from slabot.runtime.delivery.loop import Crashed, put_back, put_off, stays_unknown
from slabot.runtime.delivery.refusals import tell_refusal
from slabot.runtime.delivery.requested_writes import do_requested, event_of
from slabot.runtime.delivery.write_limits import WriteLimits
from slabot.runtime.evaluation import evaluate, take_in, take_out
from slabot.runtime.parts import DOWN, LEASE, Parts, brings_work
from slabot.runtime.pauses import Pauses
from slabot.runtime.reading.reachability import Reachability
from slabot.runtime.record import DOES
from slabot.store import Lane, LedgerEvent, OutboxRow, OutboxState, inbox, ledger, outbox, tickets
from slabot.store.work import (
    Assign,
    ChooseSeverity,
    FollowUp,
    InternalNote,
    Move,
    Nudge,
    Prioritise,
    RequestedWrite,
    RuleWrite,
    Solve,
)

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
    Kind.SET_BACK: LedgerEvent.TICKET_CATEGORY_SET,
    Kind.SET_SEVERITY: LedgerEvent.TICKET_SEVERITY_SET,
    Kind.NUDGE: LedgerEvent.TICKET_NUDGED,
}


@dataclass(frozen=True, slots=True)
class WriteDone:
    """The helpdesk did it."""

    done: Done


@dataclass(frozen=True, slots=True)
class GoneTicket:
    """There is no such ticket any more."""

    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A message to the customer may not have arrived and must not be sent again."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The account may not do this now; an admin has to act."""

    why: str


Result = WriteDone | GoneTicket | Lost | Forbidden | Waits | Unknown | Dropped | Failed


class Writes:
    """What the rules want of a helpdesk, and what people asked for."""

    lane = Lane.WRITE

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._brakes = WriteLimits(parts)
        self._reachable = {name: Reachability(adapter, parts.clock) for name, adapter in parts.adapters.items()}
        self._closed, self._unanswered = Pauses[str](parts.clock), Counter[str]()  # by helpdesk; the latter in a row

    # -- the turn of a write ------------------------------------------------------------------------------------------

    def begin(self, now: datetime) -> bool:
        """Nothing."""
        return False

    def claim(self, conn: Connection, now: datetime, closed: Collection[str]) -> list[OutboxRow]:
        """All of a run, so that the governor sees them together."""
        return outbox.claim(conn, now, Lane.WRITE, AT_ONCE, but_not_to=closed)

    def closed(self) -> Mapping[str, datetime]:
        """Helpdesks that did not answer a moment ago, twice in a row."""
        return self._closed.all()

    def let_through(self, rows: Sequence[OutboxRow]) -> Sequence[OutboxRow]:
        """A person asked for some; the governor watches over what the rules want."""
        asked = [row for row in rows if isinstance(row.work, RequestedWrite)]
        return [*asked, *self._brakes.let_through([row for row in rows if row not in asked])]

    def finish(self, now: datetime) -> bool:
        """Nothing."""
        return False

    def next_instant(self) -> datetime | None:
        """Nothing waits elsewhere."""
        return None

    # -- writing ------------------------------------------------------------------------------------------------------

    def send(self, row: OutboxRow) -> Result:
        """Do it, unless it is not wanted any more."""
        return self._with_adapter(row, lambda adapter: self._send(adapter, row))

    def look_up(self, row: OutboxRow) -> Result | None:
        """Look it up; what did not happen is queued again, and the governor is asked again."""
        missing: list[None] = []

        def look(adapter: Adapter) -> Result:
            match row.work:
                case Assign() | InternalNote() | ChooseSeverity() as work:
                    return WriteDone(do_requested(self._parts, adapter, row, work))  # doing it again changes nothing
                case FollowUp() | Solve() | Move() | Prioritise() | Nudge() as work:
                    done = unknown_writes.found(self._parts, adapter, row, work)
                    if done is not None:
                        return WriteDone(done)
                    if unknown_writes.may_be_repeated(adapter, row, work):
                        missing.append(None)
                    return Lost()
                case _:
                    raise AssertionError(f"{row.key} is no write")

        result = self._with_adapter(row, look)
        return None if missing else result

    def _with_adapter(self, row: OutboxRow, work: Callable[[Adapter], Result]) -> Result:
        """The outcome, by the adapter's errors."""
        adapter, now = self._parts.adapters.get(row.helpdesk), self._parts.now()
        began = self._parts.clock.monotonic()
        if adapter is None:
            return Failed(f"the policy no longer names the helpdesk {row.helpdesk}")
        try:
            result = work(adapter)
            self._unanswered.pop(row.helpdesk, None)
            return result
        except SlackRetry as error:
            return Waits(max(error.until, now + AGAIN), str(error))
        except OutcomeUnknown as error:
            self._was_silent(row.helpdesk)
            return Unknown(str(error))
        except Unreachable as error:
            self._was_silent(row.helpdesk)
            return Waits(_when(error, self._parts.now()), str(error))
        except Gone as error:
            if not self._reachable[row.helpdesk].confirms_gone(began, now):
                return Waits(now + LATER, str(error))
            return GoneTicket(str(error))
        except Refused as error:
            return Failed(str(error))
        except NotAllowed as error:
            return Forbidden(str(error))
        except AdapterError as error:
            return Waits(_when(error, self._parts.now()), str(error))

    def _was_silent(self, helpdesk: str) -> None:
        """One may be about its ticket; after two in a row the others do not wait for an answer each."""
        self._unanswered[helpdesk] += 1
        if self._unanswered[helpdesk] > 1:
            self._closed.begin(helpdesk, self._parts.now() + DOWN)

    def _send(self, adapter: Adapter, row: OutboxRow) -> Result:
        match row.work:
            case Assign() | InternalNote() | ChooseSeverity() as work:
                return WriteDone(do_requested(self._parts, adapter, row, work))
            case FollowUp() | Solve() | Move() | Prioritise() | Nudge() as work:
                return self._decided(adapter, row, work)
            case _:
                raise AssertionError(f"{row.key} is no write")

    def _decided(self, adapter: Adapter, row: OutboxRow, work: RuleWrite) -> Result:
        may_be_done = row.attempts > 1 or self._parts.may_be_forgotten(work.at)
        if may_be_done and unknown_writes.looked_for(self._parts, adapter, row, work):
            return WriteDone(Done(words=unknown_writes.FOUND))
        seen_at = self._parts.now()  # before reading: what happens meanwhile is not in what is read
        snapshot = adapter.version_of(row.ticket_id)
        action = self._parts.write(lambda conn: self._still_wanted(conn, row, work, snapshot, seen_at))
        if isinstance(action, Dropped):
            return action
        if not unknown_writes.begin(self._parts, adapter, row, work):
            return Dropped("another worker does it")
        return WriteDone(self._write(adapter, row, type(work)(action), snapshot))

    def _still_wanted(
        self, conn: Connection, row: OutboxRow, work: RuleWrite, snapshot: Snapshot, seen_at: datetime
    ) -> Action | Dropped:
        """Decide once more; a write that is not wanted any more is settled in the same transaction."""
        kind, now = work.action.kind, self._parts.now()
        decision = take_in(conn, self._parts, snapshot, seen_at)
        action = decision.due_by_key.get(row.key)
        if action is not None and action.mode is Mode.ACT:
            return action
        refused = next((r.because for r in decision.refusals if r.kind is kind), None)
        why = refused or "the ticket has moved on since it was planned"
        outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
        text = f"did not {DOES[kind]}: {why}"
        ledger.write(conn, now, LedgerEvent.WRITE_SUPERSEDED, text, row.helpdesk, row.ticket_id, row.key)
        return Dropped(why)

    def _write(self, adapter: Adapter, row: OutboxRow, work: RuleWrite, snapshot: Snapshot) -> Done:
        ticket_id, seen, marker = row.ticket_id, snapshot.version, row.key
        match work:
            case FollowUp():
                text = unknown_writes.text_of(self._parts, row, work, self._parts.now())
                return adapter.send_public(ticket_id, text, seen=seen, marker=marker)
            case Solve():
                text = unknown_writes.text_of(self._parts, row, work, self._parts.now())
                return adapter.send_public(ticket_id, text, seen=seen, marker=marker, category=Category.SOLVED)
            case Move():
                return adapter.set_category(ticket_id, work.to, seen=seen, marker=marker)
            case Prioritise():
                return adapter.set_priority(ticket_id, work.priority, seen=seen, marker=marker)
            case Nudge():
                return adapter.add_note(ticket_id, customer_texts.nudge(work.action), marker=marker)
            case _:
                assert_never(work)

    # -- what came of it ----------------------------------------------------------------------------------------------

    def save(self, row: OutboxRow, result: Result | Crashed, *, was_unknown: bool) -> None:
        """Write it down."""
        parts, now = self._parts, self._parts.now()
        match result:
            case WriteDone(done):
                parts.write(lambda conn: self._done(conn, row, done, now))
            case GoneTicket(why):
                parts.write(lambda conn: self._gone(conn, row, why, now))
            case Lost():
                parts.write(lambda conn: self._lost(conn, row, now))
            case Dropped():
                pass  # settled with the decision that it rests on
            case Unknown():
                parts.write(lambda conn: stays_unknown(conn, row, now + LEASE))  # and is looked for then
            case Waits(until, why):
                put_off(parts, row, until, why, unknown=False)
            case Forbidden(why):
                parts.write(lambda conn: self._forbidden(conn, row, why, now))
            case Failed(why):
                parts.write(lambda conn: self._failed(conn, row, why, now))
                tell_refusal(parts, row, why)
            case Crashed(why):
                parts.write(lambda conn: self._broke(conn, row, why, now))
            case _:
                assert_never(result)

    def again(self, row: OutboxRow) -> None:
        """It was not done, so it is decided again."""
        put_back(self._parts, [row], unknown_writes.NOT_DONE)

    def _done(self, conn: Connection, row: OutboxRow, done: Done, now: datetime) -> None:
        tickets.lock(conn, row.helpdesk, row.ticket_id)  # the ticket first, as everywhere: else two wait in a ring
        about, work = (row.helpdesk, row.ticket_id), row.work
        if not outbox.settle(conn, row.key, OutboxState.SENT, done.words, {"undoable": done.undoable}):
            return
        if isinstance(work, RequestedWrite):
            ledger.write(conn, now, event_of(work), done.words, *about, row.key)
        elif isinstance(work, RuleWrite):
            ledger.write(conn, now, _DONE[work.action.kind], f"{done.words}: {work.because}", *about, row.key)
        ledger.write(conn, now, LedgerEvent.WRITE_DONE, f"{row.helpdesk} has it: {done.words}", *about, row.key)
        if isinstance(work, Nudge):
            tickets.append_event(conn, *about, Nudged(at=now, key=row.key, id=f"nudged:{row.key}"))
            evaluate(conn, self._parts, *about, now=now)
        # What the helpdesk made of it is read back at once: its own history is the truth, not our intention.
        inbox.accept(conn, row.helpdesk, f"after:{row.key}", row.ticket_id, now)
        brings_work(conn)

    def _gone(self, conn: Connection, row: OutboxRow, why: str, now: datetime) -> None:
        take_out(conn, self._parts, row.helpdesk, row.ticket_id, now)
        outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
        ledger.write(conn, now, LedgerEvent.WRITE_SUPERSEDED, why, row.helpdesk, row.ticket_id, row.key)

    def _lost(self, conn: Connection, row: OutboxRow, now: datetime) -> None:
        assert isinstance(row.work, RuleWrite), "what a person asked for is done again"
        unknown_writes.give_up(conn, self._parts, row, row.work, now)

    def _forbidden(self, conn: Connection, row: OutboxRow, why: str, now: datetime) -> None:
        outbox.hold(conn, row.key, now + FORBIDDEN, why)
        ledger.write(conn, now, LedgerEvent.WRITE_FAILED, why, row.helpdesk, row.ticket_id, row.key)

    def _failed(self, conn: Connection, row: OutboxRow, why: str, now: datetime) -> None:
        outbox.settle(conn, row.key, OutboxState.FAILED, why)
        ledger.write(conn, now, LedgerEvent.WRITE_FAILED, why, row.helpdesk, row.ticket_id, row.key)
        if isinstance(row.work, Assign):
            take_back(conn, row, row.work, now)
            evaluate(conn, self._parts, row.helpdesk, row.ticket_id, now=now)
            brings_work(conn)

    def _broke(self, conn: Connection, row: OutboxRow, why: str, now: datetime) -> None:
        stays_unknown(conn, row, now + LATER)
        ledger.write(conn, now, LedgerEvent.WRITE_FAILED, why, row.helpdesk, row.ticket_id, row.key)


def _when(error: AdapterError, now: datetime) -> datetime:
    """When to try again."""
    match error:
        case RateLimited():
            return max(error.until, now + AGAIN)
        case Conflict():
            return now + AGAIN
        case Unreachable(until=datetime() as asked):
            return max(asked, now + AGAIN)
        case _:
            return now + LATER
