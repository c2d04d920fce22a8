"""Make the view of one clock from a decision.

Promise: a view is taken from a decision and its timeline; nothing is decided here, so a page and the explanation of the
same ticket cannot disagree.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from slabot.calendars import elapsed_with_pauses
from slabot.domain import (
    Acknowledged,
    Actor,
    Claimed,
    Deleted,
    MarkedSpam,
    Merged,
    Message,
    PageSent,
    Severity,
    Snoozed,
    Ticket,
    Timeline,
    Unacknowledged,
)
from slabot.messages.view import (
    AcknowledgedBy,
    AnsweredInTime,
    ClaimedBy,
    InsteadOfMissed,
    Late,
    MissedBy,
    NextStep,
    Open,
    PageView,
    Reason,
    SnoozedUntil,
    State,
    Superseded,
    Who,
    WithoutExcused,
)
from slabot.policy import Policy
from slabot.rules.clock import ClockState, Verdict
from slabot.rules.decision import Action, Decision, Kind
from slabot.rules.reasons import GivenReason


def compose(
    *,
    ticket: Ticket,
    timeline: Timeline,
    policy: Policy,
    decision: Decision,
    clock: ClockState,
    key: str,
    generation: int,
    action: Action | None = None,
    assignee: str | None = None,
    late: Late | None = None,
    repeat: bool = False,
    unchecked_since: datetime | None = None,
) -> PageView:
    """The view of one clock.

    Args:
        ticket: as it was at its creation.
        timeline: what happened since.
        policy: the rules in force.
        decision: of `slabot.rules.decide`, at the time of writing.
        clock: one of the decision's.
        key: of the message.
        generation: of the ticket.
        action: the page that is due, if this is one.
        assignee: the helpdesk's id of whoever has the ticket now.
        late: how late the page is, if it is.
        repeat: True if an earlier copy may have arrived.
        unchecked_since: when the ticket was last read, if it could not be read again just now.
    """
    terms = clock.terms
    return replace(
        compose_ended(
            ticket=ticket,
            timeline=timeline,
            policy=policy,
            decision=decision,
            clock=clock.label,
            key=key,
            generation=generation,
            assignee=assignee,
        ),
        severity=terms.severity,
        because=_why_severe(decision, terms.severity),
        target=str(terms.target),
        agreement=terms.agreement,
        due_at=clock.due_at,
        met_until=clock.met_until,
        left=_left(clock, decision.now),
        overdue=clock.overdue,
        always_open=terms.counted_in.spec.always,
        state=state_of(timeline, decision, clock),
        next_steps=_next_steps(decision, clock),
        paused_since=clock.paused_since,
        why_now="" if action is None else action.because,
        rung=None if action is None else action.fact("rung"),
        late=late,
        repeat=repeat,
        last=action is not None and action.fact("last") is not None,
        unchecked_since=unchecked_since,
        unseen="" if clock.doubt is None else clock.doubt.why,
        reason=None if clock.reason is None else _reason(clock.reason),
        asks_reason=bool(policy.breach_reasons) and clock.is_missed,
        excused=_without_excused(clock),
    )


def compose_ended(
    *,
    ticket: Ticket,
    timeline: Timeline,
    policy: Policy,
    decision: Decision,
    clock: str,
    key: str,
    generation: int,
    assignee: str | None = None,
) -> PageView:
    """The view of a clock that the ticket no longer has: its severity promises none.

    Args:
        ticket: as it was at its creation.
        timeline: what happened since.
        policy: the rules in force.
        decision: of `slabot.rules.decide`, at the time of writing.
        clock: its label.
        key: of the message.
        generation: of the ticket.
        assignee: the helpdesk's id of whoever has the ticket now.
    """
    requester, severity = timeline.requester(ticket.requester), decision.severity
    why = f"there is no such clock for a ticket of severity {severity.severity}"
    return PageView(
        key=key,
        generation=generation,
        helpdesk=ticket.helpdesk,
        ticket=ticket.id,
        url=ticket.url,
        subject=ticket.subject,
        organization=None if requester is None else requester.organization,
        requester=None if requester is None else requester.email,
        severity=severity.severity,
        because=severity.because,
        clock=clock,
        target=None,
        due_at=None,
        met_until=None,
        left=timedelta(),
        overdue=timedelta(),
        always_open=False,
        state=Superseded(why, severity.since),
        next_steps=(),
        assignee=None if assignee is None else person_of(assignee),
        at=decision.now,
        zone=policy.display_zone,
        several_helpdesks=len(policy.helpdesks) > 1,
        several_clocks=len(decision.clocks) > 1,
        in_slack=policy.slack is not None,
    )


def _next_steps(decision: Decision, clock: ClockState) -> tuple[NextStep, ...]:
    """The rungs that come if nobody does anything."""
    return tuple(
        NextStep(step.at, step.fact("rung") or step.because, int(step.fact("repetition") or 0))
        for step in decision.upcoming
        if step.kind is Kind.PAGE and step.fact("clock") == clock.label
    )


def _why_severe(decision: Decision, severity: Severity) -> tuple[str, ...]:
    """What the severity of a clock rests on, if it is the ticket's still."""
    return decision.severity.because if decision.severity.severity == severity else ()


def state_of(timeline: Timeline, decision: Decision, clock: ClockState) -> State:
    """Who has it, or how it ended."""
    stopped = clock.stopped_at or decision.now
    match clock.verdict:
        case Verdict.RUNNING:
            return _running(timeline, decision, clock)
        case Verdict.MET:
            return AnsweredInTime(stopped, _left(clock, stopped))
        case Verdict.MISSED:
            return MissedBy(_too_late(clock, stopped), stopped, _answered(timeline, stopped))
        case Verdict.NO_PROMISE:
            return Superseded(f"nothing is promised for it any more: {clock.no_promise}", clock.in_force_since)
        case Verdict.UNKNOWN:
            why = "" if clock.doubt is None else f": {clock.doubt.why}"
            return Superseded(f"its clock stopped, and slabot cannot see whether it was answered in time{why}", stopped)
        case Verdict.UNANSWERED:
            return Superseded("the ticket was solved or closed before an answer was due", stopped)
        case Verdict.VOID:
            return Superseded(_ending(timeline, decision.now), stopped)
        case _:
            assert_never(clock.verdict)


def _running(timeline: Timeline, decision: Decision, clock: ClockState) -> State:
    """The state of a running clock; the last hold is in force until pages resume, which the rules decide."""
    hold: Acknowledged | Claimed | Snoozed | None = None
    went_on = any(action.kind is Kind.PAGE and action.fact("clock") == clock.label for action in decision.due_now)
    for event in timeline.until(decision.now):
        match event:
            case Acknowledged() | Claimed() | Snoozed() if clock.is_meant(event.clock, event.at):
                hold = event
            case Unacknowledged() if clock.is_meant(event.clock, event.at):
                hold = None
            case PageSent() if clock.is_meant(event.clock, event.at) and hold is not None:
                went_on = went_on or event.at > hold.at
            case _:
                pass
    if hold is None:
        return Open()
    who = person_of(hold.by_id)
    if went_on or (clock.raised and hold.at < clock.in_force_since):
        return Open((who, hold.at))
    match hold:
        case Acknowledged():
            return AcknowledgedBy(who, hold.at)
        case Claimed():
            return ClaimedBy(who, hold.at)
        case Snoozed():
            return SnoozedUntil(who, hold.until)


def _reason(given: GivenReason) -> Reason:
    event = given.event
    by_click = person_of(event.by_id)
    who = by_click if by_click.slack_id is not None else Who(event.by_id)  # of a command, the name that was given
    return Reason(event.id, given.means, event.text, who)


def _without_excused(clock: ClockState) -> WithoutExcused | None:
    """A miss without the time that is excused."""
    if clock.verdict is not Verdict.MISSED or clock.excused is None or clock.stopped_at is None:
        return None
    if not clock.excused_time:
        return None  # closed hours alone
    beside, by = clock.excused.clock, timedelta()
    match beside.verdict:
        case Verdict.MISSED:
            stands, by = InsteadOfMissed.MISSED, _too_late(beside, clock.stopped_at)
        case Verdict.NO_PROMISE:
            stands = InsteadOfMissed.NOT_PROMISED
        case Verdict.UNKNOWN:
            stands = InsteadOfMissed.UNSEEN
        case _:
            stands = InsteadOfMissed.IN_TIME
    return WithoutExcused(clock.excused_time, stands, by)


def person_of(person: str | None) -> Who:
    """By Slack's id or the helpdesk's."""
    if not person:
        return Who()
    if person[:1] in ("U", "W") and person.isalnum() and person.isupper():
        return Who(None, person)
    return Who(person, agent_id=person)


def _left(clock: ClockState, at: datetime) -> timedelta:
    if clock.due_at is None or at >= clock.due_at:
        return timedelta()
    return elapsed_with_pauses(clock.terms.counted_in, at, clock.due_at, clock.pauses)


def _too_late(clock: ClockState, stopped: datetime) -> timedelta:
    missed = clock.missed
    if missed is None:
        return timedelta()
    return elapsed_with_pauses(missed.counted_in, missed.due_at, stopped, clock.pauses)


def _answered(timeline: Timeline, stopped: datetime) -> bool:
    """True if the clock stopped with a person's public message, rather than with the ticket."""
    return any(
        isinstance(event, Message) and event.public and event.by is Actor.AGENT and event.at == stopped
        for event in timeline
    )


def _ending(timeline: Timeline, now: datetime) -> str:
    why = "the ticket no longer lives here"
    for event in timeline.until(now):
        match event:
            case Merged():
                why = "the ticket was merged" if event.into is None else f"the ticket was merged into {event.into}"
            case Deleted():
                why = "the ticket was deleted"
            case MarkedSpam():
                why = "the ticket was marked as spam"
            case _:
                pass
    return why
