"""What became of a write to a helpdesk of which nobody heard?

Promise: the row of the delivery contract, after a lost answer and after a crash alike. A write is looked for by its
mark, and where repeating changes nothing by reading the ticket; what did not happen is decided again. A message to a
customer at a helpdesk that keeps no marks is looked up once and never sent again: people are told to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Adapter, Done, Repeat, Snapshot, Write
from slabot.domain import Category
from slabot.domain.sentences import sentence
from slabot.policy import Mode
from slabot.rules import Action, Kind
from slabot.runtime.acts import action_of, body_of
from slabot.runtime.parts import Parts, brings_work
from slabot.runtime.record import DOES
from slabot.runtime.writes import customer_words
from slabot.store import Lane, LedgerEvent, OutboxKind, OutboxRow, OutboxState, ledger, outbox, tickets

BEGUN = "it was being sent"  # the words of a row that may have left; others were claimed and not tried
FOUND = "it had been done before its outcome was known"
NOT_DONE = "it had not been done when its outcome was not known"
LOST = (
    "a message to the customer may not have arrived: the answer to it was lost, it is not in the ticket, and it is not "
    "sent again; look into the ticket, and write to the customer yourself if it is not there"
)

WRITES: Mapping[Kind, Write] = {
    Kind.FOLLOW_UP: Write.PUBLIC_MESSAGE,
    Kind.AUTO_SOLVE: Write.PUBLIC_MESSAGE,
    Kind.AUTO_CLOSE: Write.CATEGORY,
    Kind.REOPEN: Write.CATEGORY,
    Kind.SET_CATEGORY: Write.CATEGORY,
    Kind.SET_SEVERITY: Write.PRIORITY,
    Kind.NUDGE: Write.NOTE,
}
MOVES: Mapping[Kind, Category] = {
    Kind.AUTO_CLOSE: Category.CLOSED,
    Kind.REOPEN: Category.PENDING,
    Kind.SET_CATEGORY: Category.PENDING,
}
"""Where an act takes the ticket that is nothing but a move."""


def repeat_of(adapter: Adapter, row: OutboxRow) -> Repeat:
    """Whether the act of a row may be done again after a doubt."""
    return adapter.repeat(WRITES[action_of(row).kind])


def begin(parts: Parts, adapter: Adapter, row: OutboxRow) -> bool:
    """Before it leaves: note so where a later doubt depends on it; False if another worker has it."""
    if repeat_of(adapter, row) is not Repeat.NEVER:
        return True
    return parts.write(lambda conn: outbox.begin(conn, row.key, BEGUN))


def found(parts: Parts, adapter: Adapter, row: OutboxRow) -> Done | None:
    """The write, if it happened.

    Raises:
        AdapterError: it cannot be looked for now.
    """
    if looked_for(parts, adapter, row):
        return Done(words=FOUND)
    stands = repeat_of(adapter, row) is Repeat.HARMLESS and _stands(action_of(row), adapter.version_of(row.ticket_id))
    return Done(words=FOUND) if stands else None


def looked_for(parts: Parts, adapter: Adapter, row: OutboxRow) -> bool:
    """True if the ticket's history shows it.

    Raises:
        AdapterError: it cannot be looked for now.
    """
    since, due = row.created_at, action_of(row).at
    if parts.may_be_forgotten(due):
        since = min(since, due)  # the row may be younger than the write, which was not made before its time
    return adapter.find_marker(row.ticket_id, row.key, words=_words(parts, row), since=since)


def may_be_repeated(adapter: Adapter, row: OutboxRow) -> bool:
    """True for a write that was not found and may be decided again; False where a person has to look."""
    return repeat_of(adapter, row) is not Repeat.NEVER or row.words != BEGUN


def give_up(conn: Connection, parts: Parts, row: OutboxRow, now: datetime) -> None:
    """It is not sent again: the ledger says so, and so does a note to people in Slack."""
    tickets.lock(conn, row.helpdesk, row.ticket_id)
    if not outbox.settle(conn, row.key, OutboxState.FAILED, LOST):
        return
    action = action_of(row)
    words = sentence(f"{LOST}. It was to {DOES[action.kind]}: {action.because}")
    ledger.write(conn, now, LedgerEvent.WRITE_FAILED, words, row.helpdesk, row.ticket_id, row.key)
    if parts.policy.slack is None:
        return
    tells = Action(kind=Kind.NOTE, mode=Mode.ACT, at=now, key=f"{row.key}/told", because=words)
    note = OutboxRow(
        key=tells.key,
        kind=OutboxKind.NOTE,
        lane=Lane.UPDATE,
        helpdesk=row.helpdesk,
        ticket_id=row.ticket_id,
        channel=parts.policy.slack.channel,
        body=body_of(tells),
        urgency=now,
        not_before=now,
        created_at=now,
    )
    if outbox.put(conn, note):
        brings_work(conn)


def _stands(action: Action, snapshot: Snapshot) -> bool:
    """The ticket is as the act wanted it."""
    if action.kind is Kind.SET_SEVERITY:
        return (snapshot.priority_now or "").casefold() == (action.fact("priority") or "").casefold()
    return snapshot.status_now is MOVES.get(action.kind)


def _words(parts: Parts, row: OutboxRow) -> str | None:
    """What the act writes to the customer; None if it writes nothing, or the ticket is not known any more."""
    action = action_of(row)
    if WRITES[action.kind] is not Write.PUBLIC_MESSAGE:
        return None
    stored = parts.store.read(lambda conn: tickets.load(conn, row.helpdesk, row.ticket_id))
    return None if stored is None else customer_words.of(parts.policy, stored.ticket, action)
