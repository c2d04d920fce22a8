"""Who is asked which severity a ticket has, and when are they reminded?

Promise: a ticket is asked about while it waits for its first answer, only where the policy says whom to ask, and once
for each stretch of doubt. The answer is an agent's choice; a question that is settled otherwise says by what.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from slabot.calendars import Calendar, Worked
from slabot.domain import Actor, Noted, PriorityChanged, Severity, SeverityChanged
from slabot.policy import Mode, Triage, TriageAbout
from slabot.rules.case import Case
from slabot.rules.clocks import is_request
from slabot.rules.decision import Action, Kind
from slabot.rules.plan import RulePlan
from slabot.rules.questions import End, QuestionOutcome, TicketQuestion, Topic
from slabot.rules.severity import Assessment, SeverityHistory, SeveritySource
from slabot.rules.telling import destinations, key_to, mentioned
from slabot.rules.words import when, worked

ABOUT, REMINDER = "about", "reminder"  # facts of an act: the question's label, and which reminder it is


def triage_questions(case: Case, history: SeverityHistory, answered_at: datetime | None) -> tuple[TicketQuestion, ...]:
    """The questions about the severity, in order; only the last may wait.

    Args:
        case: the ticket.
        history: its severities.
        answered_at: the first response, if there was one.
    """
    triage = case.policy.classify.triage
    if triage is None or not is_request(case):
        return ()
    over = _over(case, answered_at)
    found: list[TicketQuestion] = []
    doubt: list[tuple[Assessment, TriageAbout]] = []
    for assessment in history.assessments:
        if over is not None and assessment.since >= over.at:
            break
        about = _about(case, triage, assessment)
        if about is not None:
            doubt.append((assessment, about))
        elif doubt:
            found.append(_question(case, triage, doubt, _settled(case, assessment)))
            doubt = []
    if doubt:
        found.append(_question(case, triage, doubt, over))
    return tuple(found)


def plan_triage(case: Case, question: TicketQuestion, now: datetime) -> Iterator[RulePlan]:
    """Ask, and remind whoever was asked; to each destination once, and in time order."""
    triage = case.policy.classify.triage
    assert triage is not None, "nobody is asked without it"
    noted = {event.key for event in case.events if isinstance(event, Noted)}
    key, mention = f"{case.ticket.reference}/ask/{question.label}", mentioned(triage.to)
    for to in destinations(triage.to, case.policy):
        first = _ask(case, question, key_to(key, to, triage.to), to, mention)
        if first.key not in noted:
            yield RulePlan(Mode.ACT, None, (first,))
            continue
        reminders = [
            _ask(case, question, key_to(f"{key}/remind/{each.number}", to, triage.to), to, mention, each)
            for each in _reminders(case, triage, question)
        ]
        passed = [each for each in reminders if each.at <= now]
        newest = [each for each in passed[-1:] if each.key not in noted]
        yield RulePlan(Mode.ACT, None, (*newest, *reminders[len(passed) : len(passed) + 1]))


def _about(case: Case, triage: Triage, assessment: Assessment) -> TriageAbout | None:
    """Why a person is asked about a severity; None where nobody is."""
    if assessment.source is SeveritySource.AGENT:
        return None
    found, rank = assessment.finding, case.policy.rank
    below = assessment.source is SeveritySource.PRIORITY and found is not None
    below = below and found is not None and rank(found.severity) > rank(assessment.severity)
    undecided = assessment.or_else is not None or (found is not None and found.or_else is not None and not below)
    for about, holds in (
        (TriageAbout.UNDECIDED, undecided),
        (TriageAbout.BELOW_PRIORITY, below),
        (TriageAbout.UNCONFIRMED, True),
    ):
        if holds and about in triage.about:
            return about
    return None


def _over(case: Case, answered_at: datetime | None) -> QuestionOutcome | None:
    """What ended every question, the earliest first; None while the ticket waits for its first answer."""
    ends: list[QuestionOutcome] = []
    if answered_at is not None:
        ends.append(QuestionOutcome(End.ANSWERED, answered_at))
    if case.category.ended:
        ends.append(QuestionOutcome(End.SOLVED, case.stays[-1].since))
    if case.ended is not None:
        ends.append(QuestionOutcome(End.GONE, case.ended.since, why=case.ended.why))
    return min(ends, key=lambda outcome: outcome.at, default=None)


def _settled(case: Case, assessment: Assessment) -> QuestionOutcome:
    """By what a doubt was settled."""
    at, severity = assessment.since, assessment.severity
    if assessment.source is not SeveritySource.AGENT:
        return QuestionOutcome(End.SETTLED, at, severity)
    chosen = [
        event
        for event in case.events
        if event.at == at and isinstance(event, SeverityChanged | PriorityChanged) and event.by is not Actor.CUSTOMER
    ]
    return QuestionOutcome(End.SAID, at, severity, chosen[-1].by_id if chosen else None)


def _question(
    case: Case, triage: Triage, doubt: list[tuple[Assessment, TriageAbout]], outcome: QuestionOutcome | None
) -> TicketQuestion:
    since, (last, about) = doubt[0][0].since, doubt[-1]
    found = last.finding
    calendar = _calendar(case, triage, last.severity)
    return TicketQuestion(
        topic=Topic.SEVERITY,
        since=since,
        severity=last.severity,
        asks=about,
        between=_between(case, last),
        reason=last.because[-1] if found is None else found.reason,
        quotes=() if found is None else found.quotes,
        claims=() if found is None else found.claims,
        due=calendar.due(since, Worked(triage.within)),
        outcome=outcome,
    )


def _between(case: Case, assessment: Assessment) -> tuple[Severity, ...]:
    """The severities that the ticket may have, by what is known."""
    found = assessment.finding
    names = {assessment.severity, assessment.or_else}
    if found is not None and assessment.source is not SeveritySource.DEFAULT:
        names |= {found.severity, found.or_else}
    return tuple(name for name in case.policy.severity_names if name in names)


def _calendar(case: Case, triage: Triage, severity: Severity) -> Calendar:
    policy = case.policy
    return policy.severity_calendar(severity) if triage.calendar is None else policy.calendar(triage.calendar)


class _Reminder(NamedTuple):
    """The instant of a reminder, after quiet hours."""

    number: int
    at: datetime
    late: timedelta


def _reminders(case: Case, triage: Triage, question: TicketQuestion) -> Iterator[_Reminder]:
    calendar, at = _calendar(case, triage, question.severity), question.due
    for number in range(1, triage.reminders + 1):
        assert at is not None, "a question of triage has its time"
        held_until = case.policy.quiet_until(question.severity, at)
        yield _Reminder(number, held_until or at, triage.within + (number - 1) * triage.remind_every)
        at = calendar.due(at, Worked(triage.remind_every))


def _ask(
    case: Case, question: TicketQuestion, key: str, to: str, mention: str, reminder: _Reminder | None = None
) -> Action:
    zone = case.policy.display_zone
    doubt = doubt_text(question)
    if reminder is None:
        at = case.policy.quiet_until(question.severity, question.since) or question.since
        because = f"{doubt}, so a person is asked which it is"
        if at != question.since:
            because = f"{because}; held from {when(question.since, zone)} in the quiet hours"
    else:
        at = reminder.at
        because = f"{doubt}, and nobody has said which it is in {worked(reminder.late)}"
    number = () if reminder is None else ((REMINDER, str(reminder.number)),)
    called = (("mention", mention),) if mention else ()
    return Action(
        kind=Kind.ASK,
        mode=Mode.ACT,
        at=at,
        key=key,
        because=because,
        facts=((ABOUT, question.label), ("severity", question.severity), ("to", to), *called, *number),
    )


def doubt_text(question: TicketQuestion) -> str:
    """Why a severity is asked about, in words of ours alone."""
    names = " or ".join(question.between)
    match question.asks:
        case TriageAbout.UNDECIDED:
            return f"the severity may be {names}"
        case TriageAbout.BELOW_PRIORITY:
            return f"the helpdesk's priority says {question.severity}, and the text reads as less"
        case _:
            return f"it counts as {question.severity}, and nobody of support has said so"
