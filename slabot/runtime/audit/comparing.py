"""Compare what the rules want for a ticket with what the store holds.

Promise: the ticket is decided about once more, and each action that is due is looked for in the outbox by its key; the
time of its next look is compared as well. No helpdesk is asked, and where all agrees nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from slabot.policy import Mode
from slabot.rules import Decision, Kind
from slabot.rules.words import when
from slabot.runtime.evaluation import evaluate
from slabot.runtime.looking import LATER
from slabot.runtime.parts import Parts
from slabot.runtime.unexpected import log_unexpected
from slabot.store import LedgerEvent, OutboxState, StoredTicket, StoreUnavailable, ledger, outbox, tickets


@dataclass(frozen=True, slots=True)
class Difference:
    """One ticket whose plan was not what the store held.

    Attributes:
        text: completes "ticket acme/4711: …".
        repaired: True if the store holds it now.
    """

    helpdesk: str
    ticket_id: str
    text: str
    repaired: bool

    @property
    def reference(self) -> str:
        """As people write it: ``acme/4711``."""
        return f"{self.helpdesk}/{self.ticket_id}"


def compare(parts: Parts, helpdesk: str, ticket_id: str, now: datetime) -> Difference | None:
    """Compare a ticket, and repair what differs; None if everything agrees.

    Raises:
        StoreUnavailable: no fault of this ticket.
    """
    try:
        if parts.store.read(lambda conn: difference(conn, parts, helpdesk, ticket_id, now)) is None:
            return None
        # Somebody may have been about to do it: looked at once more, while nobody else can.
        return parts.write(partial(_repair, parts=parts, helpdesk=helpdesk, ticket_id=ticket_id, now=now))
    except StoreUnavailable:
        raise
    except Exception as error:
        return _undecided(error, helpdesk, ticket_id)


def look(parts: Parts, helpdesk: str, ticket_id: str, now: datetime) -> Difference:
    """Look at a ticket whose look is overdue.

    Raises:
        StoreUnavailable: no fault of this ticket.
    """
    text = "it was not looked at when its time had come"
    try:
        parts.write(lambda conn: evaluate(conn, parts, helpdesk, ticket_id, now=now))
    except StoreUnavailable:
        raise
    except Exception as error:
        return _undecided(error, helpdesk, ticket_id)
    return Difference(helpdesk, ticket_id, text, repaired=True)


def difference(conn: Connection, parts: Parts, helpdesk: str, ticket_id: str, now: datetime) -> str | None:
    """What does not agree about a ticket, as text; None if everything does, or it is about to be looked at anyway."""
    stored = tickets.load(conn, helpdesk, ticket_id)
    if stored is None or stored.policy_version != parts.policy_version:
        return None  # decided under another policy: its look was set when this one came
    if stored.next_look is not None and stored.next_look <= now:
        return None
    decision = parts.decide(stored, now)
    return _not_owed(conn, decision) or _not_woken(parts, stored, decision)


def _not_owed(conn: Connection, decision: Decision) -> str | None:
    for action in decision.due_now:
        row = outbox.get(conn, action.key) if action.mode is Mode.ACT else None
        if action.mode is Mode.ACT and (row is None or row.state is OutboxState.SUPERSEDED):
            doing = "a page" if action.kind is Kind.PAGE else "an act"
            return f"{doing} was due and was not in the outbox"
    return None


def _not_woken(parts: Parts, stored: StoredTicket, decision: Decision) -> str | None:
    wanted = decision.next_look
    if wanted is None or (stored.next_look is not None and stored.next_look <= wanted):
        return None
    return f"nothing would have looked at it {when(wanted, parts.policy.display_zone)}, when it must be"


def _repair(conn: Connection, *, parts: Parts, helpdesk: str, ticket_id: str, now: datetime) -> Difference | None:
    tickets.lock(conn, helpdesk, ticket_id)
    text = difference(conn, parts, helpdesk, ticket_id, now)
    if text is None:
        return None
    evaluate(conn, parts, helpdesk, ticket_id, now=now)
    repaired = difference(conn, parts, helpdesk, ticket_id, now) is None
    entry = f"the auditor found that {text}; it was decided about again, " + (
        "and that is mended" if repaired else "and that did not help"
    )
    ledger.write(conn, now, LedgerEvent.AUDIT_DIFFERED, entry, helpdesk, ticket_id)
    return Difference(helpdesk, ticket_id, text, repaired)


def _undecided(error: Exception, helpdesk: str, ticket_id: str) -> Difference:
    why = log_unexpected("audit.broke", error, LATER, helpdesk=helpdesk, ticket=ticket_id)
    return Difference(helpdesk, ticket_id, f"it cannot be decided about: {why}", repaired=False)
