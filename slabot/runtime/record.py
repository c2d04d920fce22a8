"""Write a decision into the ledger.

Promise: each thing is written once, in terms that a support lead understands, with the reason that the rules gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from slabot.messages.naming import named_reason
from slabot.policy import Policy
from slabot.rules import ClockState, Decision, Kind, Verdict
from slabot.rules.words import stamp, when, worked
from slabot.runtime import record_history
from slabot.store import LedgerEvent
from slabot.store.decisions import KnownTicket
from slabot.store.ledger import LedgerEntry

DOES = {
    Kind.PAGE: "page",
    Kind.FOLLOW_UP: "send a follow-up",
    Kind.AUTO_SOLVE: "set it to Solved",
    Kind.AUTO_CLOSE: "set it to Closed",
    Kind.REOPEN: "reopen it",
    Kind.SET_CATEGORY: "set it to Pending",
    Kind.SET_BACK: "set its status back",
    Kind.SET_SEVERITY: "write the severity to the helpdesk",
    Kind.NUDGE: "remind the assignee",
    Kind.NOTE: "tell people",
}


def entries(
    policy: Policy, known: KnownTicket, decided: Decision, now: datetime, agents: Mapping[str, str]
) -> Iterator[LedgerEntry]:
    """What is new in a decision; `agents` are the known names of the helpdesk's agents, by their ids."""
    ticket, severity = known.stored.ticket, decided.severity
    about = (ticket.helpdesk, ticket.id)
    ref = ticket.reference

    def new(event: LedgerEvent, key: str) -> bool:
        return (event.value, key) not in known.told

    if new(LedgerEvent.TICKET_SEEN, key := f"{ref}/seen"):
        yield LedgerEntry(now, LedgerEvent.TICKET_SEEN, f"first seen, in {decided.category.words}", *about, key)
    if not ticket.history_complete and new(LedgerEvent.TICKET_HISTORY_INCOMPLETE, key := f"{ref}/history"):
        text = "its messages could not all be read, so nothing is written to it; clocks rest on what is known"
        yield LedgerEntry(now, LedgerEvent.TICKET_HISTORY_INCOMPLETE, text, *about, key)
    yield from record_history.gaps(policy, known, now)
    yield from record_history.changes(policy, known)
    key = f"{ref}/severity/{severity.severity}/{severity.source.value}/{stamp(severity.since)}"
    if new(LedgerEvent.SEVERITY_SET, key):
        because = (named_reason(reason, agents, keep_id=True) for reason in severity.because)
        text = f"severity {severity.severity}: {'; '.join(because)}"
        yield LedgerEntry(now, LedgerEvent.SEVERITY_SET, text, *about, key)
    for clock in decided.clocks:
        if new(LedgerEvent.CLOCK_STARTED, key := f"{ref}/{clock.label}/started"):
            yield LedgerEntry(now, LedgerEvent.CLOCK_STARTED, _started(clock, policy), *about, key)
        event = _end_event(clock)
        if event is None:
            continue
        key = f"{ref}/{clock.label}/{event.value}/{stamp(clock.stopped_at) if clock.stopped_at else 'running'}"
        if new(event, key):
            yield LedgerEntry(clock.stopped_at or now, event, _end_text(clock, policy), *about, key)
    for refusal in decided.refusals:
        event = LedgerEvent.PAGE_REFUSED if refusal.kind is Kind.PAGE else LedgerEvent.WRITE_REFUSED
        text = f"does not {DOES[refusal.kind]}: {refusal.because}"
        key = f"{ref}/refused/{refusal.kind.value}/{sha256(text.encode()).hexdigest()[:12]}"
        if new(event, key):
            yield LedgerEntry(now, event, text, *about, key)


def _started(clock: ClockState, policy: Policy) -> str:
    zone = policy.display_zone
    name = clock.name.replace("_", " ")
    due = "while it is paused, it has no due time" if clock.due_at is None else f"due {when(clock.due_at, zone)}"
    until = ""
    if clock.met_until is not None and clock.met_until != clock.due_at:
        until = f", met until {when(clock.met_until, zone)}"
    return f"{name} started {when(clock.started_at, zone)} as {clock.terms.severity}: {due}{until}"


def _end_event(clock: ClockState) -> LedgerEvent | None:
    """The ledger event for the end of a clock; None while it runs in time."""
    match clock.verdict:
        case Verdict.RUNNING:
            return None if clock.missed is None or not clock.certain else LedgerEvent.CLOCK_MISSED
        case Verdict.MET:
            return LedgerEvent.CLOCK_MET
        case Verdict.MISSED:
            return LedgerEvent.CLOCK_MISSED
        case Verdict.UNANSWERED | Verdict.UNKNOWN | Verdict.VOID:
            return LedgerEvent.CLOCK_ENDED


def _end_text(clock: ClockState, policy: Policy) -> str:
    name = clock.name.replace("_", " ")
    match clock.verdict:
        case Verdict.RUNNING:
            assert clock.missed is not None, "there is nothing to tell of a clock that runs in time"
            return f"{name} missed: no answer by {when(clock.missed.met_until, policy.display_zone)}"
        case Verdict.MET:
            return f"{name} met after {worked(clock.elapsed)} that counted"
        case Verdict.MISSED:
            return f"{name} missed; it stopped after {worked(clock.elapsed)} that counted"
        case Verdict.UNKNOWN:
            why = "" if clock.doubt is None else f": {clock.doubt.why}"
            return f"{name} ended, and slabot cannot see whether it was answered in time{why}"
        case Verdict.UNANSWERED:
            return f"{name} ended without an answer, before one was due"
        case Verdict.VOID:
            return f"{name} is void: the ticket lives on elsewhere or not at all"
