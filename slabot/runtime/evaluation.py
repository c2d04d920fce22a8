"""What is owed on this ticket now, and how is it written down so that nothing is lost or doubled?

Promise: snapshot, decision, clocks, next look, ledger and outbox are one transaction. Repeating an evaluation adds
nothing, because every act has one key; a late event sends nothing again. An act that was dropped, and is wanted after
all, is put in again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Snapshot
from slabot.domain import SECOND, AnyEvent, Deleted, MarkedSpam, Merged, Restored, Ticket, TicketRecord, Would
from slabot.policy import Mode, Policy
from slabot.rules import MAIN, Action, Decision, Kind
from slabot.rules.records import records
from slabot.rules.words import stamp
from slabot.runtime import record
from slabot.runtime.asking.planning import question_to_ask
from slabot.runtime.frozen import ladders_to_freeze, terms_to_freeze
from slabot.runtime.parts import LONGEST_SLEEP, Parts, brings_work
from slabot.runtime.refresh import outdated_messages, updates_of
from slabot.store import (
    LedgerEvent,
    OutboxRow,
    OutboxState,
    StoredTicket,
    StoreError,
    UnknownTicket,
    decisions,
    ledger,
    looks,
    outbox,
    tickets,
)
from slabot.store.decisions import Evaluated, KnownTicket
from slabot.store.ledger import LedgerEntry
from slabot.store.of_tickets import Name
from slabot.store.records import form_of
from slabot.store.work import Work, work_for
from slabot.tracing import span

ROUNDS = 20  # observed acts that one evaluation may add before it is called endless; a policy has at most 11 follow-ups

_GONE = "gone:"  # how the ids of our own observations begin; the helpdesk's own tell of a deletion by an audit's number


def take_in(conn: Connection, parts: Parts, snapshot: Snapshot, seen_at: datetime) -> Decision:
    """Merge what a helpdesk said about a ticket, and evaluate it.

    Args:
        conn: of a `Parts.write`.
        parts: of the runtime.
        snapshot: as the adapter gave it.
        seen_at: an instant before it was read; what happens later is not in it.
    """
    stored = tickets.merge(
        conn, snapshot.ticket, snapshot.events, snapshot.version, seen_at, present=present_of(snapshot)
    )
    ended_or_back = _end(conn, stored, seen_at) if snapshot.gone is not None else _live_on(conn, stored, seen_at)
    if ended_or_back:
        return evaluate(conn, parts, snapshot.ticket.helpdesk, snapshot.ticket.id, now=parts.now())
    return _evaluated(conn, parts, stored, parts.now())


def present_of(snapshot: Snapshot) -> Ticket | None:
    """The ticket as it stood when it was read, in what the helpdesk does not date; None where it dates all of it."""
    shown = snapshot.standing
    if shown is None:
        return None
    return replace(
        snapshot.ticket,
        requester=shown.requester,
        participants=shown.participants,
        group=shown.group,
        brand=shown.brand,
        form=shown.form,
    )


def take_out(conn: Connection, parts: Parts, helpdesk: str, ticket_id: str, now: datetime) -> Decision | None:
    """The helpdesk has no such ticket (any more): its clocks end. None if it was never stored."""
    name = (helpdesk, ticket_id)
    stored = tickets.load_locked(conn, [name]).get(name)
    if stored is None:
        return None
    if _end(conn, stored, now):
        text = "the helpdesk has no such ticket any more, or shows it to us no longer; its clocks end"
        ledger.write(conn, now, LedgerEvent.TICKET_GONE, text, helpdesk, ticket_id)
    return evaluate(conn, parts, helpdesk, ticket_id, now=now)


def decide_again(
    conn: Connection,
    parts: Parts,
    helpdesk: str,
    ticket_id: str,
    *,
    snapshot: Snapshot | None,
    seen_at: datetime,
    gone: bool,
) -> tuple[StoredTicket | None, Decision]:
    """Decide once more just before something leaves.

    Args:
        conn: of a `Parts.write`.
        parts: of the runtime.
        helpdesk: of the ticket, by its name in the policy.
        ticket_id: its number there.
        snapshot: as it was read just now; None where it could not be.
        seen_at: an instant before it was read.
        gone: the helpdesk has no such ticket any more.

    Returns:
        The ticket as that left it, and the decision.

    Raises:
        UnknownTicket: it was never stored.
    """
    if snapshot is not None:
        decision = take_in(conn, parts, snapshot, seen_at)
    else:
        if gone:
            take_out(conn, parts, helpdesk, ticket_id, seen_at)
        decision = evaluate(conn, parts, helpdesk, ticket_id, now=parts.now())
    return tickets.load(conn, helpdesk, ticket_id), decision


def evaluate(conn: Connection, parts: Parts, helpdesk: str, ticket_id: str, *, now: datetime) -> Decision:
    """Decide about a stored ticket and write down what follows.

    Raises:
        UnknownTicket: it was never stored.
    """
    name = (helpdesk, ticket_id)
    stored = tickets.load_locked(conn, [name]).get(name)
    if stored is None:
        raise UnknownTicket(helpdesk, ticket_id)
    return _evaluated(conn, parts, stored, now)


def evaluate_each(
    conn: Connection, parts: Parts, names: Sequence[Name], *, now: datetime
) -> tuple[dict[Name, Exception], list[Name]]:
    """Decide about several stored tickets, each for itself.

    One that somebody else has locked is not waited for: all others would be locked for as long.

    Returns:
        What went wrong, by the ticket about which nothing was written; and the tickets that could not be had, because
        they are locked or not stored.
    """
    stored = tickets.load_locked(conn, names, free=True)
    _, failed = _evaluate(conn, parts, list(stored.values()), now)
    return failed, [name for name in names if name not in stored]


def _evaluated(conn: Connection, parts: Parts, stored: StoredTicket, now: datetime) -> Decision:
    made, failed = _evaluate(conn, parts, [stored], now)
    for error in failed.values():
        raise error
    return made[0]


def _evaluate(
    conn: Connection, parts: Parts, stored: Sequence[StoredTicket], now: datetime
) -> tuple[list[Decision], dict[Name, Exception]]:
    """Decide about tickets that are locked, and write it down; an error of one is no matter of the others."""
    with span("evaluate") as made:
        made.note("slabot.tickets", len(stored))
        if len(stored) == 1:
            made.note("slabot.helpdesk", stored[0].ticket.helpdesk)
            made.note("slabot.ticket", stored[0].ticket.id)
        evaluated, failed = _decide_and_save(conn, parts, stored, now)
        made.note("slabot.planned", sum(len(each.planned) + len(each.revived) for each in evaluated))
        if failed:
            made.note("error.type", type(next(iter(failed.values()))).__name__)
    return [each.decision for each in evaluated], failed


def _decide_and_save(
    conn: Connection, parts: Parts, stored: Sequence[StoredTicket], now: datetime
) -> tuple[list[Evaluated], dict[Name, Exception]]:
    begun: list[Evaluation] = []
    failed: dict[Name, Exception] = {}
    for known in decisions.known(conn, stored):
        try:
            begun.append(Evaluation(parts, known, now))
        except StoreError:
            raise  # no fault of this ticket
        except Exception as error:
            failed[known.stored.ticket.helpdesk, known.stored.ticket.id] = error
    states = outbox.states(conn, [key for each in begun for key in each.keys])
    outdated = [each.name for each in begun if each.outdated]
    waiting = outbox.waiting_updates(conn, outdated) if outdated else []
    evaluated = [each.result(states, waiting) for each in begun]
    decisions.save(conn, evaluated, parts.policy_version)
    if parts.company.is_overruled():  # as by a web that a click has reached: a worker decides by the newest policy
        for each in evaluated:
            ticket = each.known.stored.ticket
            looks.postpone(conn, ticket.helpdesk, ticket.id, now)
        brings_work(conn)
    if any(each.planned or each.revived or _soon(each.decision, now) for each in evaluated):
        brings_work(conn)
    return evaluated, failed


def _soon(decision: Decision, now: datetime) -> bool:
    """True if the alarm, which may be asleep, would oversleep the next look."""
    return decision.next_look is not None and decision.next_look - now <= LONGEST_SLEEP


class Evaluation:
    """A decision about one ticket, and what is to be written down; asks the store nothing."""

    def __init__(self, parts: Parts, known: KnownTicket, now: datetime) -> None:
        self._parts, self._known, self._now = parts, known, now
        self._stored, self._events, self._told = known.stored, list[AnyEvent](), list[LedgerEntry]()
        self.decision = self._decide()
        for _ in range(ROUNDS):
            if not self._observe():
                break
            self.decision = self._decide()
        self.acts = [action for action in self.decision.due_now if action.mode is Mode.ACT]
        self._recorded = list(
            record.entries(parts.policy, known, self.decision, now, self._agents, parts.policy_version)
        )
        self._events += ladders_to_freeze(parts, known.stored, self.decision, now)
        self._events += terms_to_freeze(parts, known.stored, self.decision, now)
        self.outdated = outdated_messages(parts, self._stored, self.decision, known.posted)
        self._question = question_to_ask(parts, self._stored, self.decision, now)

    @property
    def name(self) -> Name:
        """Of the ticket."""
        return self._stored.ticket.helpdesk, self._stored.ticket.id

    @property
    def keys(self) -> list[str]:
        """Of what may be put into the outbox."""
        return [*(action.key for action in self.acts), *(row.key for row in self._question)]

    def result(self, states: Mapping[str, OutboxState], waiting: Sequence[Work | None]) -> Evaluated:
        """All that follows.

        Args:
            states: of the acts that are in the outbox.
            waiting: what waits to be sent so that messages about the ticket show how things are.
        """
        planned = [action for action in self.acts if action.key not in states]
        revived = [action for action in self.acts if states.get(action.key) is OutboxState.SUPERSEDED]
        told = [*self._told, *(self._planned(action) for action in planned)]
        told += [self._planned(action, after_all=True) for action in revived]
        updates = updates_of(self._stored, self.outdated, waiting, self._now)
        return Evaluated(
            known=self._known,
            decision=self.decision,
            events=self._events,
            told=[*told, *self._recorded],
            planned=[
                *(self._row(action) for action in planned),
                *updates,
                *(row for row in self._question if row.key not in states),
            ],
            revived=[self._row(action) for action in revived],
            outdated=bool(self.outdated),
            records=records(self.decision, self._parts.policy, self._parts.policy_version, self._events),
            form=form_of(by_agent=self._parts.policy.reports.by_agent),
        )

    @property
    def _agents(self) -> Mapping[str, str]:
        return self._parts.agent_names.known(self._stored.ticket.helpdesk)

    def _decide(self) -> Decision:
        return self._parts.decide(self._stored, self._now)

    def _observe(self) -> bool:
        """Note what rules in mode ``observe`` would have done; True if that may lead to more."""
        seen = {event.id for event in self._stored.timeline}
        more, added = False, list[AnyEvent]()
        for action in self.decision.due_now:
            act = Would(at=self._now, key=action.key, id=f"would:{action.key}")
            if action.mode is not Mode.OBSERVE or act.id in seen:
                continue
            text = f"would {record.DOES[action.kind]}: {action.because} (mode observe: nothing was done)"
            self._told.append(LedgerEntry(self._now, LedgerEvent.WRITE_OBSERVED, text, *self.name, action.key))
            added.append(act)
            more = more or action.kind is Kind.FOLLOW_UP
        if added:
            timeline = self._stored.timeline.merged(added)
            self._stored = replace(self._stored, record=TicketRecord(self._stored.ticket, timeline))
            self._events += added
        return more

    def _planned(self, action: Action, *, after_all: bool = False) -> LedgerEntry:
        if action.kind.writes:
            event = LedgerEvent.WRITE_PLANNED
        else:
            event = LedgerEvent.PAGE_PLANNED if action.kind is Kind.PAGE else LedgerEvent.NOTE_PLANNED
        text = f"{record.DOES[action.kind]}: {action.because}"
        if after_all:  # told without the key, which was told when it was planned first
            return LedgerEntry(self._now, event, f"will after all {text}", *self.name)
        return LedgerEntry(self._now, event, f"will {text}", *self.name, action.key)

    def _row(self, action: Action) -> OutboxRow:
        helpdesk, ticket_id = self.name
        return OutboxRow(
            key=action.key,
            work=work_for(action),
            helpdesk=helpdesk,
            ticket_id=ticket_id,
            channel=_channel_of(action, self._parts.policy),
            rank=_rank(self._parts.policy, action),
            urgency=_urgency(self.decision, action),
            not_before=self._now,
            created_at=self._now,
        )


def _end(conn: Connection, stored: StoredTicket, at: datetime) -> bool:
    """Note that it is gone; False if that is known. The helpdesk does not say since when: since we noticed."""
    ending = _ending(stored)
    if isinstance(ending, Deleted | MarkedSpam | Merged):
        return False
    ticket = stored.ticket
    at = max(at, ticket.created_at, ticket.created_at if ending is None else ending.at + SECOND)
    return tickets.append_event(conn, ticket.helpdesk, ticket.id, Deleted(at=at, id=f"{_GONE}{stamp(at)}"))


def _live_on(conn: Connection, stored: StoredTicket, seen_at: datetime) -> bool:
    """It was read, so it is there: what only we had noted is taken back, and then it is True.

    The helpdesk tells of its own restorations.
    """
    ending = _ending(stored)
    if isinstance(ending, Deleted) and ending.id.startswith(_GONE) and seen_at > ending.at:
        ticket = stored.ticket
        act = Restored(at=seen_at, id=f"back:{ending.id}")
        if tickets.append_event(conn, ticket.helpdesk, ticket.id, act):
            text = "it can be read again in the helpdesk; its clocks go on"
            ledger.write(conn, seen_at, LedgerEvent.TICKET_SEEN, text, ticket.helpdesk, ticket.id, act.id)
            return True
    return False


def _ending(stored: StoredTicket) -> Deleted | MarkedSpam | Merged | Restored | None:
    """The last word about whether it lives."""
    told = (Deleted, MarkedSpam, Merged, Restored)
    return next((event for event in reversed(list(stored.timeline)) if isinstance(event, told)), None)


def _channel_of(action: Action, policy: Policy) -> str | None:
    """Where it goes, as the policy writes it; None for a write, and where the policy names nobody."""
    if action.kind.writes:
        return None
    to = action.fact("to")
    return policy.main_destination if to in (None, MAIN) else to


def _rank(policy: Policy, action: Action) -> int:
    """Of the severity that it is about; what is about none queues by its time alone."""
    severity = action.fact("severity")
    return policy.rank(severity) if severity in policy.severities else 0


def _urgency(decision: Decision, action: Action) -> datetime:
    """The deadline that it is about; acts without one queue by their own time."""
    label = action.fact("clock")
    clock = next((clock for clock in decision.clocks if clock.label == label), None)
    return action.at if clock is None or clock.due_at is None else clock.due_at
