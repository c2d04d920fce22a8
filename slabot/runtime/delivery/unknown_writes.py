"""Find out the outcome of a write to a helpdesk whose answer was lost.

Promise: the row of the delivery contract, after a lost answer and after a crash alike. A write is looked for by its
mark, and where repeating changes nothing by reading the ticket; what did not happen is decided again. A message to a
customer at a helpdesk that keeps no marks is looked up once and never sent again: people are asked to look.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from adapters.base import Adapter, Done, Repeat, Snapshot, Write
from slabot.domain.sentences import sentence
from slabot.messages import customer_texts
from slabot.messages.customer_texts import Addressee
from slabot.policy import Mode
from slabot.rules import Action, Kind
from slabot.runtime.parts import Parts, brings_work
from slabot.runtime.record import DOES
from slabot.store import LedgerEvent, OutboxRow, OutboxState, UnknownTicket, ledger, outbox, tickets
from slabot.store.work import FollowUp, Move, Note, Nudge, Prioritise, RuleWrite, Solve

FOUND = "it had been done before its outcome was known"
NOT_DONE = "it had not been done when its outcome was not known"
LOST = (
    "a message to the customer may not have arrived: the answer to it was lost, it is not in the ticket, and it is not "
    "sent again; look into the ticket, and write to the customer yourself if it is not there"
)


def kind_of_write(work: RuleWrite) -> Write:
    """What the helpdesk is asked to do."""
    match work:
        case FollowUp() | Solve():
            return Write.PUBLIC_MESSAGE
        case Move():
            return Write.CATEGORY
        case Prioritise():
            return Write.PRIORITY
        case Nudge():
            return Write.NOTE
        case _:
            assert_never(work)


def begin(parts: Parts, adapter: Adapter, row: OutboxRow, work: RuleWrite) -> bool:
    """Note that it is about to leave, where it must not be tried twice; False if another worker has it."""
    if adapter.repeat(kind_of_write(work)) is not Repeat.NEVER:
        return True
    now = parts.now()
    return parts.write(lambda conn: outbox.begin(conn, row.key, now))


def found(parts: Parts, adapter: Adapter, row: OutboxRow, work: RuleWrite) -> Done | None:
    """The write, if it happened.

    Raises:
        AdapterError: it cannot be looked for now.
    """
    if looked_for(parts, adapter, row, work):
        return Done(words=FOUND)
    repeats = adapter.repeat(kind_of_write(work)) is Repeat.HARMLESS
    return Done(words=FOUND) if repeats and _stands(work, adapter.version_of(row.ticket_id)) else None


def looked_for(parts: Parts, adapter: Adapter, row: OutboxRow, work: RuleWrite) -> bool:
    """True if the ticket's history shows it.

    Raises:
        AdapterError: it cannot be looked for now.
    """
    since = row.created_at
    if parts.may_be_forgotten(work.at):
        since = min(since, work.at)  # the row may be younger than the write, which was not made before its time
    return adapter.find_marker(row.ticket_id, row.key, words=_text(parts, row, work), since=since)


def may_be_repeated(adapter: Adapter, row: OutboxRow, work: RuleWrite) -> bool:
    """True for a write that was not found and may be decided again; False where a person has to look."""
    return adapter.repeat(kind_of_write(work)) is not Repeat.NEVER or row.begun_at is None


def give_up(conn: Connection, parts: Parts, row: OutboxRow, work: RuleWrite, now: datetime) -> None:
    """Do not send it again: the ledger says so, and people get a note."""
    tickets.lock(conn, row.helpdesk, row.ticket_id)
    if not outbox.settle(conn, row.key, OutboxState.FAILED, LOST):
        return
    text = sentence(f"{LOST}. It was to {DOES[work.action.kind]}: {work.because}")
    ledger.write(conn, now, LedgerEvent.WRITE_FAILED, text, row.helpdesk, row.ticket_id, row.key)
    to, key = parts.policy.main_destination, f"{row.key}/told"
    note = Note(Action(kind=Kind.NOTE, mode=Mode.ACT, at=now, key=key, because=text))
    if to is None:
        return
    if outbox.owe(conn, note, key=key, helpdesk=row.helpdesk, ticket_id=row.ticket_id, to=to, now=now):
        brings_work(conn)


def _stands(work: RuleWrite, snapshot: Snapshot) -> bool:
    """True if the ticket is as the action wanted it."""
    match work:
        case Prioritise():
            return (snapshot.priority_now or "").casefold() == work.priority.casefold()
        case Move():
            return snapshot.status_now is work.to
        case _:
            return False


def _text(parts: Parts, row: OutboxRow, work: RuleWrite) -> str | None:
    """What the action wrote to the customer; None if it writes nothing, or the ticket is not known any more."""
    if not isinstance(work, FollowUp | Solve):
        return None
    try:
        return text_of(parts, row, work, row.begun_at or parts.now())
    except UnknownTicket:
        return None


def text_of(parts: Parts, row: OutboxRow, work: FollowUp | Solve, now: datetime) -> str:
    """What the action writes to the customer then.

    Raises:
        UnknownTicket: the ticket was never stored.
    """
    stored = parts.store.read(lambda conn: tickets.load(conn, row.helpdesk, row.ticket_id))
    if stored is None:
        raise UnknownTicket(row.helpdesk, row.ticket_id)
    return customer_texts.of(Addressee.of(stored.record, parts.policy, now, parts.past), work.action)
