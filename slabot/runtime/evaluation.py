"""What is owed on this ticket now, and how is it written down so that nothing is lost or doubled?

Promise: snapshot, decision, clocks, next look, ledger and outbox are one transaction. Repeating an evaluation adds
nothing, because every act has one key; a late event sends nothing again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Snapshot
from slabot.domain import AnyEvent, Deleted, Would
from slabot.policy import Mode
from slabot.rules import Action, Decision, Kind, decide
from slabot.runtime import record
from slabot.runtime.acts import row_of
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import refresh_messages
from slabot.store import LedgerEvent, StoredTicket, UnknownTicket, ledger, outbox, tickets

ROUNDS = 20  # observed acts that one evaluation may add before it is called endless; a policy has at most 11 follow-ups


def take_in(conn: Connection, parts: Parts, snapshot: Snapshot, seen_at: datetime) -> Decision:
    """Merge what a helpdesk said about a ticket, and evaluate it.

    Args:
        conn: of a `Store.write`.
        parts: of the runtime.
        snapshot: as the adapter gave it.
        seen_at: when it was read.
    """
    events: list[AnyEvent] = list(snapshot.events)
    if snapshot.gone is not None and not any(isinstance(event, Deleted) for event in events):
        # The helpdesk says that it is gone, not when; the time of the change it last told is the best there is.
        events.append(Deleted(at=max(snapshot.ticket.created_at, seen_at), id=f"gone:{snapshot.gone}"))
    tickets.merge(conn, snapshot.ticket, events, snapshot.version, seen_at)
    return evaluate(conn, parts, snapshot.ticket.helpdesk, snapshot.ticket.id, now=parts.now())


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
    record.decision(conn, parts.policy, stored, decision, now)
    tickets.save_decision(conn, helpdesk, ticket_id, decision, parts.policy_version)
    refresh_messages(conn, parts, stored, decision, now)
    return decision


def _decided(
    conn: Connection, parts: Parts, helpdesk: str, ticket_id: str, now: datetime
) -> tuple[StoredTicket, Decision]:
    stored = tickets.load(conn, helpdesk, ticket_id)
    if stored is None:
        raise UnknownTicket(helpdesk, ticket_id)
    return stored, decide(stored.ticket, stored.timeline, parts.policy, now)


def _observe(conn: Connection, stored: StoredTicket, decision: Decision, now: datetime) -> bool:
    """Write down what rules in mode ``observe`` would have done; True if that may lead to more."""
    ticket, more = stored.ticket, False
    for action in decision.due_now:
        if action.mode is not Mode.OBSERVE:
            continue
        words = f"would {record.DOES[action.kind]}: {action.because} (mode observe: nothing was done)"
        ledger.write(conn, now, LedgerEvent.WRITE_OBSERVED, words, ticket.helpdesk, ticket.id, action.key)
        act = Would(at=now, key=action.key, id=f"would:{action.key}")
        added = tickets.add_act(conn, ticket.helpdesk, ticket.id, act)
        more = more or (added and action.kind is Kind.FOLLOW_UP)
    return more


def _owe(
    conn: Connection, parts: Parts, stored: StoredTicket, decision: Decision, action: Action, now: datetime
) -> None:
    ticket = stored.ticket
    row = row_of(
        action,
        helpdesk=ticket.helpdesk,
        ticket_id=ticket.id,
        policy=parts.policy,
        urgency=_urgency(decision, action),
        now=now,
    )
    if outbox.put(conn, row):
        event = LedgerEvent.PAGE_PLANNED if action.kind is Kind.PAGE else LedgerEvent.WRITE_PLANNED
        words = f"will {record.DOES[action.kind]}: {action.because}"
        ledger.write(conn, now, event, words, ticket.helpdesk, ticket.id, action.key)
        parts.bell.ring()


def _urgency(decision: Decision, action: Action) -> datetime:
    """The deadline that it is about; acts without one queue by their own time."""
    label = action.fact("clock")
    clock = next((clock for clock in decision.clocks if clock.label == label), None)
    return action.at if clock is None or clock.due_at is None else clock.due_at
