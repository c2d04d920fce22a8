"""Write a decision into the ledger.

Promise: each thing is written once, in terms that a support lead understands, with the reason that the rules gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import datetime
from hashlib import sha256

from slabot.domain import Deleted, Merged, Message, Noted, StatusChanged
from slabot.messages.naming import named_reason
from slabot.policy import DEFAULT, FIRST_RESPONSE, Policy
from slabot.rules import ClockState, Decision, Kind, Verdict
from slabot.rules.agreements import InForce
from slabot.rules.clock import Terms
from slabot.rules.instances import as_they_stood
from slabot.rules.questions import End, QuestionOutcome, TicketQuestion
from slabot.rules.words import stamp, when, worked
from slabot.runtime import record_history
from slabot.store import LedgerEvent
from slabot.store.clocks import ClockRow
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
    Kind.ASK: "ask people",
}


def entries(
    policy: Policy, known: KnownTicket, decided: Decision, now: datetime, agents: Mapping[str, str], version: int
) -> Iterator[LedgerEntry]:
    """What is new in a decision.

    Args:
        policy: in force.
        known: the ticket, and what was told of it.
        decided: the decision.
        now: its instant.
        agents: the known names of the helpdesk's agents, by their ids.
        version: of the policy.
    """
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
    agreed = decided.agreement
    if policy.agreements and agreed is not None:
        key = f"{ref}/agreement/{agreed.name}/{stamp(agreed.since)}"
        if new(LedgerEvent.AGREEMENT_SET, key):
            yield LedgerEntry(now, LedgerEvent.AGREEMENT_SET, _agreed(agreed, decided, policy, agents), *about, key)
    for question in decided.asked:
        outcome, key = question.outcome, f"{ref}/{question.label}/ended"
        if outcome is None or outcome.end is End.SAID or not new(LedgerEvent.TRIAGE_ENDED, key):
            continue
        if _was_asked(known, question):
            text = f"the question about the severity is over: {_ended(outcome, policy)}"
            yield LedgerEntry(now, LedgerEvent.TRIAGE_ENDED, text, *about, key)
    stood = as_they_stood(decided.clocks, known.clocks)
    begun = [clock for clock in decided.clocks if clock.label not in stood]
    for clock in decided.clocks:
        if new(LedgerEvent.CLOCK_STARTED, key := f"{ref}/{clock.label}/started"):
            # One that came to light late takes the place of another, whose start was told under the label of then.
            started = next((each for each in begun if each.name == clock.name), clock)
            begun = [each for each in begun if each is not started]
            yield LedgerEntry(now, LedgerEvent.CLOCK_STARTED, _started(started, policy), *about, key)
        other_policy = known.stored.policy_version != version
        changed = _changed(clock, stood.get(clock.label), known, policy, now, other_policy=other_policy)
        yield from (each for each in changed if new(LedgerEvent(each.event), each.key or ""))
        event = _end_event(clock)
        if event is None:
            continue
        before = stood.get(clock.label)
        end = f"{event.value}/{stamp(clock.stopped_at) if clock.stopped_at else 'running'}"
        labels = {clock.label, clock.label if before is None else before.label}
        if not clock.running:  # two runs never end in one instant, so the same end was told whatever its label was
            labels |= {each.label for each in decided.clocks if each.name == clock.name}
        key = f"{ref}/{clock.label}/{end}"
        if all(new(event, f"{ref}/{label}/{end}") for label in labels):
            yield LedgerEntry(clock.stopped_at or now, event, _end_text(clock, policy), *about, key)
    for entry in _dropped(known, {row.label for row in stood.values()}, decided, now, version):
        if new(LedgerEvent.CLOCK_ENDED, entry.key or ""):
            yield entry
    for refusal in decided.refusals:
        event = LedgerEvent.PAGE_REFUSED if refusal.kind is Kind.PAGE else LedgerEvent.WRITE_REFUSED
        text = f"does not {DOES[refusal.kind]}: {refusal.because}"
        key = f"{ref}/refused/{refusal.kind.value}/{sha256(text.encode()).hexdigest()[:12]}"
        if new(event, key):
            yield LedgerEntry(now, event, text, *about, key)


def _was_asked(known: KnownTicket, question: TicketQuestion) -> bool:
    """True if somebody was asked, and did not just miss it."""
    key = f"{known.stored.ticket.reference}/ask/{question.label}"
    return any(isinstance(event, Noted) and event.key.startswith(key) for event in known.stored.timeline)


def _ended(outcome: QuestionOutcome, policy: Policy) -> str:
    at = when(outcome.at, policy.display_zone)
    match outcome.end:
        case End.SETTLED:
            return f"what is known since {at} makes it {outcome.value}"
        case End.ANSWERED:
            return f"the ticket was answered at {at}, and nobody had said which it is"
        case End.SOLVED:
            return f"the ticket was solved or closed at {at}, and nobody had said which it is"
        case End.GONE:
            return f"the ticket was {outcome.why} at {at}"
        case _:
            raise AssertionError(f"a question about a severity does not end as {outcome.end}")


def _dropped(
    known: KnownTicket, labels: Set[str], decided: Decision, now: datetime, version: int
) -> Iterator[LedgerEntry]:
    """Clocks that ran at the last decision and that the ticket has no more, but those that promised nothing.

    Args:
        known: the ticket.
        labels: of then, of the clocks that it still has.
        decided: the decision.
        now: its instant.
        version: of the policy.
    """
    ticket = known.stored.ticket
    for row in known.clocks:
        promised = row.verdict != Verdict.NO_PROMISE or row.missed_met_until is not None
        if row.label in labels or row.stopped_at is not None or not promised:
            continue
        name, severity = row.name.replace("_", " "), decided.severity.severity
        if known.stored.policy_version != version:
            why, mark = f"policy version {version} has none for this ticket", f"policy/{version}"
        elif known.stored.severity != severity:
            why, mark = f"nothing promises one to a ticket of severity {severity}", f"severity/{severity}"
        else:
            why, mark = "by what is known of the ticket now, none has begun", f"timeline/{stamp(now)}"
        stood = f"due within {row.target}" if row.missed_met_until is None else "missed already"
        text = f"{name} ended while it ran ({stood}): {why}; no more pages come"
        key = f"{ticket.reference}/{row.label}/{LedgerEvent.CLOCK_ENDED.value}/dropped/{mark}"
        yield LedgerEntry(now, LedgerEvent.CLOCK_ENDED, text, ticket.helpdesk, ticket.id, key)


def _agreed(agreed: InForce, decided: Decision, policy: Policy, agents: Mapping[str, str]) -> str:
    because = f": {agreed.because}" if agreed.because else ""
    text = f"the agreement {agreed.name} holds{because}" if agreed.name != DEFAULT else "the file's own terms hold"
    ours = policy.agreement(agreed.name)
    if ours is None or ours.no_promise is None:
        return text
    text += f"; nothing is promised ({ours.no_promise})"
    first = next((clock for clock in decided.clocks if clock.name == FIRST_RESPONSE), None)
    if first is None or not first.no_promise or agreed.since <= first.started_at:
        return text
    due = first.terms.due
    if first.terms.calendar.elapsed(first.started_at, agreed.since) * 2 < first.terms.calendar.elapsed(
        first.started_at, due
    ):
        return text
    who = agents.get(agreed.by_id or "", f"{agreed.by.value} {agreed.by_id or ''}".strip())
    return f"{text}. It was moved there by {who} when more than half of {first.terms.target} was used"


def _changed(
    clock: ClockState, before: ClockRow | None, known: KnownTicket, policy: Policy, now: datetime, *, other_policy: bool
) -> Iterator[LedgerEntry]:
    """That a clock keeps or adopts terms, or that an event that came late moved one that had stopped."""
    ticket, name = known.stored.ticket, clock.name.replace("_", " ")
    about, ref = (ticket.helpdesk, ticket.id), f"{ticket.reference}/{clock.label}"
    words = clock.terms.words
    if clock.running and clock.instead is not None:
        key = f"{ref}/kept/{clock.instead.words}"
        text = _kept_words(clock, clock.instead, policy)
        if clock.instead.words == words:
            key += f"/{stamp(clock.instead.due)}"
        yield LedgerEntry(now, LedgerEvent.CLOCK_TERMS_KEPT, text, *about, key)
    if before is None:
        return
    if other_policy and clock.running and before.stopped_at is None:
        for text, adopted in _adopted(clock, before, policy):
            yield LedgerEntry(now, LedgerEvent.CLOCK_TERMS_ADOPTED, text, *about, f"{ref}/adopted/{adopted}")
    if before.stopped_at is not None and (before.verdict, before.stopped_at) != (clock.verdict.value, clock.stopped_at):
        text = f"{name} was {before.verdict} and is {clock.verdict.value}: {_what_moved(clock, known, policy)}"
        moved = "runs" if clock.stopped_at is None else stamp(clock.stopped_at)
        key = f"{ref}/moved/{before.verdict}/{stamp(before.stopped_at)}/{clock.verdict.value}/{moved}"
        yield LedgerEntry(now, LedgerEvent.CLOCK_MOVED, text, *about, key)


def _kept_words(clock: ClockState, today: Terms, policy: Policy) -> str:
    """What a running clock keeps, and what the policy of today would give."""
    name, zone = clock.name.replace("_", " "), policy.display_zone
    if today.words == clock.terms.words:
        return (
            f"{name} keeps the dates that it started with, and is due {when(clock.terms.due, zone)}; by those of "
            f"today, {today.words}, it would be due {when(today.due, zone)}"
        )
    return f"{name} keeps the terms that it started with, {clock.terms.words}; the policy of today would give " + (
        today.words
    )


def _adopted(clock: ClockState, before: ClockRow, policy: Policy) -> Iterator[tuple[str, str]]:
    """What the policy, rather than a change of severity, gave the clock since the last decision, and its mark."""
    name, zone, terms = clock.name.replace("_", " "), policy.display_zone, clock.terms
    if before.severity != terms.severity:
        return
    due = None if clock.due_at is None else when(clock.due_at, zone)
    if (before.target, before.calendar) != (str(terms.target), terms.calendar.name):
        former = f"{before.target} in {before.calendar.replace('_', ' ')}"
        it_is_due = "" if due is None else f"; it is due {due}"
        text = f"{name} runs by the policy of today, {terms.words}, instead of {former}{it_is_due}"
        yield text, f"{former}/{terms.words}"
    elif due is not None and before.due_at is not None and before.due_at != clock.due_at and not clock.pauses:
        former = when(before.due_at, zone)
        text = f"{name} runs by the dates of today: by the same {terms.words} it is due {due} instead of {former}"
        yield text, f"{former}/{due}"


def _what_moved(clock: ClockState, known: KnownTicket, policy: Policy) -> str:
    """The event that stands where the clock stops now, or that it does not stop any more."""
    zone = policy.display_zone
    if clock.stopped_at is None:
        return "the ticket is worked on again, or what had stopped it does not count"
    stops = [event for event in known.stored.timeline if event.at == clock.stopped_at]
    what = next((event for event in stops if isinstance(event, Message | StatusChanged | Merged | Deleted)), None)
    at = when(clock.stopped_at, zone)
    match what:
        case Message():
            return f"a message by {what.by.value.replace('_', ' ')} of {at} came to slabot late"
        case StatusChanged():
            return f"the move to {what.to.words} at {at} came to slabot late"
        case _:
            return f"what happened at {at} came to slabot late"


def _started(clock: ClockState, policy: Policy) -> str:
    zone = policy.display_zone
    name = clock.name.replace("_", " ")
    if clock.no_promise:
        return f"{name} started {when(clock.started_at, zone)} without a promise: {clock.no_promise}"
    agreed = "" if clock.terms.agreement == DEFAULT else f" under the agreement {clock.terms.agreement}"
    due = "while it is paused, it has no due time" if clock.due_at is None else f"due {when(clock.due_at, zone)}"
    until = ""
    if clock.met_until is not None and clock.met_until != clock.due_at:
        until = f", met until {when(clock.met_until, zone)}"
    return f"{name} started {when(clock.started_at, zone)} as {clock.terms.severity}{agreed}: {due}{until}"


def _end_event(clock: ClockState) -> LedgerEvent | None:
    """The ledger event for the end of a clock; None while it runs in time."""
    match clock.verdict:
        case Verdict.RUNNING:
            return None if clock.missed is None or not clock.certain else LedgerEvent.CLOCK_MISSED
        case Verdict.MET:
            return LedgerEvent.CLOCK_MET
        case Verdict.MISSED:
            return LedgerEvent.CLOCK_MISSED
        case Verdict.NO_PROMISE:  # told with its start, unless the promise went away later
            return LedgerEvent.CLOCK_ENDED if clock.in_force_since > clock.started_at else None
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
        case Verdict.NO_PROMISE:
            return f"{name} is not promised any more: {clock.no_promise}"
        case Verdict.UNKNOWN:
            why = "" if clock.doubt is None else f": {clock.doubt.why}"
            return f"{name} ended, and slabot cannot see whether it was answered in time{why}"
        case Verdict.UNANSWERED:
            return f"{name} ended without an answer, before one was due"
        case Verdict.VOID:
            return f"{name} is void: the ticket lives on elsewhere or not at all"
