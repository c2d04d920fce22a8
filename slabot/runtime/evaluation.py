"""What is owed on this ticket now, and how is it written down so that nothing is lost or doubled?

Promise: snapshot, decision, clocks, next look, ledger and outbox are one transaction. Repeating an evaluation adds
nothing, because every act has one key; a late event sends nothing again. An act that was dropped, and is wanted after
all, is put in again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Snapshot
from slabot.domain import SECOND, Deleted, MarkedSpam, Merged, Restored, Would
from slabot.policy import Mode
from slabot.rules import Action, Decision, Kind, decide
from slabot.rules.words import stamp
from slabot.runtime import record
from slabot.runtime.frozen import freeze_ladders
from slabot.runtime.parts import LONGEST_SLEEP, Parts, brings_work
from slabot.runtime.planned import channel_of
from slabot.runtime.refresh import refresh_messages
from slabot.store import LedgerEvent, OutboxRow, StoredTicket, UnknownTicket, ledger, outbox, tickets
from slabot.store.work import work_for

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
    stored = tickets.merge(conn, snapshot.ticket, snapshot.events, snapshot.version, seen_at)
    if snapshot.gone is not None:
        _end(conn, stored, seen_at)
    else:
        _live_on(conn, stored, seen_at)
    return evaluate(conn, parts, snapshot.ticket.helpdesk, snapshot.ticket.id, now=parts.now())


def take_out(conn: Connection, parts: Parts, helpdesk: str, ticket_id: str, now: datetime) -> Decision | None:
    """The helpdesk has no such ticket (any more): its clocks end. None if it was never stored."""
    tickets.lock(conn, helpdesk, ticket_id)
    stored = tickets.load(conn, helpdesk, ticket_id)
    if stored is None:
        return None
    if _end(conn, stored, now):
        words = "the helpdesk has no such ticket any more, or shows it to us no longer; its clocks end"
        ledger.write(conn, now, LedgerEvent.TICKET_GONE, words, helpdesk, ticket_id)
    return evaluate(conn, parts, helpdesk, ticket_id, now=now)


def evaluate(conn: Connection, parts: Parts, helpdesk: str, ticket_id: str, *, now: datetime) -> Decision:
    """Decide about a stored ticket and write down what follows.

    Raises:
        UnknownTicket: it was never stored.
    """
    tickets.lock(conn, helpdesk, ticket_id)
    stored, decision = _decided(conn, parts, helpdesk, ticket_id, now)
    for _ in range(ROUNDS):
        if not _observe(conn, stored, decision, now):
            break
        stored, decision = _decided(conn, parts, helpdesk, ticket_id, now)
    for action in decision.due_now:
        if action.mode is Mode.ACT:
            _owe(conn, parts, stored, decision, action, now)
    record.decision(conn, parts.policy, stored, decision, now, agents=parts.agent_names.known(helpdesk))
    tickets.save_decision(conn, helpdesk, ticket_id, decision, parts.policy_version)
    freeze_ladders(conn, parts, stored, decision, now)
    refresh_messages(conn, parts, stored, decision, now)
    if decision.next_look is not None and decision.next_look - now <= LONGEST_SLEEP:
        brings_work(conn)  # the alarm may be sleeping for longer than that
    return decision


def _decided(
    conn: Connection, parts: Parts, helpdesk: str, ticket_id: str, now: datetime
) -> tuple[StoredTicket, Decision]:
    stored = tickets.load(conn, helpdesk, ticket_id)
    if stored is None:
        raise UnknownTicket(helpdesk, ticket_id)
    return stored, decide(stored.ticket, stored.timeline, parts.policy, now)


def _end(conn: Connection, stored: StoredTicket, at: datetime) -> bool:
    """Note that it is gone; False if that is known. The helpdesk does not say since when: since we noticed."""
    ending = _ending(stored)
    if isinstance(ending, Deleted | MarkedSpam | Merged):
        return False
    ticket = stored.ticket
    at = max(at, ticket.created_at, ticket.created_at if ending is None else ending.at + SECOND)
    return tickets.append_event(conn, ticket.helpdesk, ticket.id, Deleted(at=at, id=f"{_GONE}{stamp(at)}"))


def _live_on(conn: Connection, stored: StoredTicket, seen_at: datetime) -> None:
    """It was read, so it is there: what only we had noted is taken back. The helpdesk tells of its own restorations."""
    ending = _ending(stored)
    if isinstance(ending, Deleted) and ending.id.startswith(_GONE) and seen_at > ending.at:
        ticket = stored.ticket
        act = Restored(at=seen_at, id=f"back:{ending.id}")
        if tickets.append_event(conn, ticket.helpdesk, ticket.id, act):
            words = "it can be read again in the helpdesk; its clocks go on"
            ledger.write(conn, seen_at, LedgerEvent.TICKET_SEEN, words, ticket.helpdesk, ticket.id, act.id)


def _ending(stored: StoredTicket) -> Deleted | MarkedSpam | Merged | Restored | None:
    """The last word about whether it lives."""
    told = (Deleted, MarkedSpam, Merged, Restored)
    return next((event for event in reversed(list(stored.timeline)) if isinstance(event, told)), None)


def _observe(conn: Connection, stored: StoredTicket, decision: Decision, now: datetime) -> bool:
    """Write down what rules in mode ``observe`` would have done; True if that may lead to more."""
    ticket, more = stored.ticket, False
    for action in decision.due_now:
        if action.mode is not Mode.OBSERVE:
            continue
        words = f"would {record.DOES[action.kind]}: {action.because} (mode observe: nothing was done)"
        ledger.write(conn, now, LedgerEvent.WRITE_OBSERVED, words, ticket.helpdesk, ticket.id, action.key)
        act = Would(at=now, key=action.key, id=f"would:{action.key}")
        added = tickets.append_event(conn, ticket.helpdesk, ticket.id, act)
        more = more or (added and action.kind is Kind.FOLLOW_UP)
    return more


def _owe(
    conn: Connection, parts: Parts, stored: StoredTicket, decision: Decision, action: Action, now: datetime
) -> None:
    ticket = stored.ticket
    row = OutboxRow(
        key=action.key,
        work=work_for(action),
        helpdesk=ticket.helpdesk,
        ticket_id=ticket.id,
        channel=channel_of(action, parts.policy),
        urgency=_urgency(decision, action),
        not_before=now,
        created_at=now,
    )
    event = LedgerEvent.PAGE_PLANNED if action.kind is Kind.PAGE else LedgerEvent.WRITE_PLANNED
    words = f"{record.DOES[action.kind]}: {action.because}"
    if outbox.put(conn, row):
        ledger.write(conn, now, event, f"will {words}", ticket.helpdesk, ticket.id, action.key)
    elif outbox.revive(conn, row):
        ledger.write(conn, now, event, f"will after all {words}", ticket.helpdesk, ticket.id)
    else:
        return
    brings_work(conn)


def _urgency(decision: Decision, action: Action) -> datetime:
    """The deadline that it is about; acts without one queue by their own time."""
    label = action.fact("clock")
    clock = next((clock for clock in decision.clocks if clock.label == label), None)
    return action.at if clock is None or clock.due_at is None else clock.due_at
