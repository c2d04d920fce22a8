"""How is a decision told in the ledger?

Promise: each thing is told once, in words that a support lead understands, with the reason that the rules gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from slabot.messages.naming import named_reason
from slabot.policy import Policy
from slabot.rules import ClockState, Decision, Kind, Verdict
from slabot.rules.words import stamp, when, worked
from slabot.store import LedgerEvent, StoredTicket, ledger

DOES = {
    Kind.PAGE: "page",
    Kind.FOLLOW_UP: "send a follow-up",
    Kind.AUTO_SOLVE: "set it to Solved",
    Kind.AUTO_CLOSE: "set it to Closed",
    Kind.REOPEN: "reopen it",
    Kind.SET_CATEGORY: "set it to Pending",
    Kind.SET_SEVERITY: "write the severity to the helpdesk",
    Kind.NUDGE: "remind the assignee",
    Kind.NOTE: "tell people",
}


def decision(
    conn: Connection,
    policy: Policy,
    stored: StoredTicket,
    decided: Decision,
    now: datetime,
    *,
    agents: Mapping[str, str],
) -> None:
    """Tell what is new in a decision; `agents` are the known names of the helpdesk's agents, by their ids."""
    ticket, severity = stored.ticket, decided.severity
    about = (ticket.helpdesk, ticket.id)
    ref = ticket.reference
    ledger.write(conn, now, LedgerEvent.TICKET_SEEN, f"first seen, in {decided.category.words}", *about, f"{ref}/seen")
    if not ticket.history_complete:
        words = "its messages could not all be read, so nothing is written to it; clocks rest on what is known"
        ledger.write(conn, now, LedgerEvent.TICKET_HISTORY_INCOMPLETE, words, *about, f"{ref}/history")
    because = (named_reason(reason, agents, keep_id=True) for reason in severity.because)
    words = f"severity {severity.severity}: {'; '.join(because)}"
    key = f"{ref}/severity/{severity.severity}/{severity.source.value}/{stamp(severity.since)}"
    ledger.write(conn, now, LedgerEvent.SEVERITY_SET, words, *about, key)
    for clock in decided.clocks:
        event, words = _clock(clock, policy)
        ledger.write(
            conn, now, LedgerEvent.CLOCK_STARTED, _started(clock, policy), *about, f"{ref}/{clock.label}/started"
        )
        if event is not None:
            told_at = clock.stopped_at or now
            key = f"{ref}/{clock.label}/{event.value}/{stamp(clock.stopped_at) if clock.stopped_at else 'running'}"
            ledger.write(conn, told_at, event, words, *about, key)
    for refusal in decided.refusals:
        event = LedgerEvent.PAGE_REFUSED if refusal.kind is Kind.PAGE else LedgerEvent.WRITE_REFUSED
        words = f"does not {DOES[refusal.kind]}: {refusal.because}"
        key = f"{ref}/refused/{refusal.kind.value}/{sha256(words.encode()).hexdigest()[:12]}"
        ledger.write(conn, now, event, words, *about, key)


def _started(clock: ClockState, policy: Policy) -> str:
    zone = policy.display_zone
    name = clock.name.replace("_", " ")
    due = "while it is paused, it has no due time" if clock.due_at is None else f"due {when(clock.due_at, zone)}"
    until = ""
    if clock.met_until is not None and clock.met_until != clock.due_at:
        until = f", met until {when(clock.met_until, zone)}"
    return f"{name} started {when(clock.started_at, zone)} as {clock.terms.severity}: {due}{until}"


def _clock(clock: ClockState, policy: Policy) -> tuple[LedgerEvent | None, str]:
    zone, name = policy.display_zone, clock.name.replace("_", " ")
    match clock.verdict:
        case Verdict.RUNNING if clock.missed is not None:
            missed = clock.missed
            return LedgerEvent.CLOCK_MISSED, f"{name} missed: no answer by {when(missed.met_until, zone)}"
        case Verdict.RUNNING:
            return None, ""
        case Verdict.MET:
            return LedgerEvent.CLOCK_MET, f"{name} met after {worked(clock.elapsed)} that counted"
        case Verdict.MISSED:
            return LedgerEvent.CLOCK_MISSED, f"{name} missed; it stopped after {worked(clock.elapsed)} that counted"
        case Verdict.UNANSWERED:
            return LedgerEvent.CLOCK_ENDED, f"{name} ended without an answer, before one was due"
        case Verdict.VOID:
            return LedgerEvent.CLOCK_ENDED, f"{name} is void: the ticket lives on elsewhere or not at all"
