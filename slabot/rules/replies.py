"""Was a message of the customer automatic, or an answer? Who is asked, and what came of it?

Promise: a message is asked about where it would hold up what silence leads to and nothing but its words says that a
machine wrote it. Whoever answers can take the answer back, and then the message is what it reads as.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from slabot.domain import Actor, Noted, ReplyIs, Severity
from slabot.policy import Mode
from slabot.rules.case import Case
from slabot.rules.decision import Action, Decision, Kind
from slabot.rules.plan import RulePlan
from slabot.rules.questions import End, QuestionOutcome, TicketQuestion, Topic
from slabot.rules.stays import AT_ONCE, TAKEN_UP, Said
from slabot.rules.telling import MAIN, destinations, key_to
from slabot.rules.triage import ABOUT
from slabot.rules.voices import Voice
from slabot.rules.words import quoted, shorten, stamp, when

LONGEST = 300  # characters of a message that are shown
HELD = "follow-ups, solving, closing and reopening wait until somebody has said which it is"


def questions_of(decision: Decision) -> tuple[TicketQuestion, ...]:
    """Everything that a person was or would be asked about a ticket, of each topic in order."""
    case = decision.case
    replies = () if case is None else reply_questions(case, decision.severity.severity)
    return (*decision.asked, *replies)


def reply_questions(case: Case, severity: Severity) -> tuple[TicketQuestion, ...]:
    """The questions about messages of the customer, in order; only the last may wait. Of one second there is one."""
    found: dict[datetime, TicketQuestion] = {}
    for said in case.said:
        message = said.message
        if message.at <= case.ticket.created_at or not (case.is_said(message) or _reads_automatic(case, said)):
            continue
        outcome = _outcome(case, said)
        if outcome is None and not holds_something(case, said):
            continue
        found[said.at] = TicketQuestion(
            topic=Topic.REPLY,
            since=said.at,
            severity=severity,
            quotes=(shorten(message.text, LONGEST),) if message.text else (),
            message_id=message.id,
            outcome=outcome,
        )
    return tuple(found.values())


def plan_look(case: Case) -> Iterator[RulePlan]:
    """Ask a person, once, about a message whose words look automatic, where slabot would go on by itself."""
    said = case.looks_automatic
    if said is None or not holds_something(case, said):
        return
    noted = {event.key for event in case.events if isinstance(event, Noted)}
    for to, key in _asked(case, said.at):
        if key not in noted:
            yield RulePlan(Mode.ACT, None, (_ask(case, said, key, to),))


def holds_something(case: Case, said: Said) -> bool:
    """True where silence would move the ticket on, or the message itself took it out of a wait."""
    if case.category in TAKEN_UP:
        return True
    if len(case.stays) < 2:
        return False
    former, stay = case.stays[-2:]
    return former.category in TAKEN_UP and said.at <= stay.since <= said.at + AT_ONCE


def _asked(case: Case, at: datetime) -> Iterator[tuple[str, str]]:
    """Whom a message of that time is asked about, each with the act's key: the same people as in triage."""
    key, triage = f"{case.ticket.reference}/note/automatic/{stamp(at)}", case.policy.classify.triage
    if triage is None:
        yield MAIN, key
        return
    for to in destinations(triage.to, case.policy):
        yield to, key_to(key, to, triage.to)


def _ask(case: Case, said: Said, key: str, to: str) -> Action:
    return Action(
        kind=Kind.ASK,
        mode=Mode.ACT,
        at=said.at,
        key=key,
        because=(
            f"the customer's message at {when(said.at, case.policy.display_zone)} looks like an automatic reply: "
            f"it says {quoted(said.message.text)}; {HELD}, has written to the ticket or changed it"
        ),
        facts=((ABOUT, label_of(said.at)), ("to", to)),
    )


def label_of(at: datetime) -> str:
    """The label of the question about a message of that time."""
    return f"{Topic.REPLY}?{stamp(at)}"


def _reads_automatic(case: Case, said: Said) -> bool:
    return said.voice is Voice.CUSTOMER and case.reads_automatic(said.message)


def _outcome(case: Case, said: Said) -> QuestionOutcome | None:
    """How a question about a message ended; None while it waits."""
    declared = case.replies.get(said.message.id) if said.message.id else None
    if declared is not None and declared.reply is not ReplyIs.UNSAID:
        return QuestionOutcome(End.SAID, declared.at, declared.reply.value, declared.by_id)
    ends: list[QuestionOutcome] = []
    if case.ended is not None and case.ended.since > said.at:
        ends.append(QuestionOutcome(End.GONE, case.ended.since, why=case.ended.why))
    looked = (event for event in case.events if event.by is Actor.AGENT and event.at > said.at)
    if (first := next(looked, None)) is not None:
        ends.append(QuestionOutcome(End.LOOKED, first.at, by_id=first.by_id))
    later = (one for one in case.said if one.voice is Voice.CUSTOMER and one.at > said.at)
    if (next_word := next(later, None)) is not None:
        ends.append(QuestionOutcome(End.WROTE_AGAIN, next_word.at))
    return min(ends, key=lambda outcome: outcome.at, default=None)
