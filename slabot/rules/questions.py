"""What is a person asked about a ticket, since when, until when, and what came of it?

Promise: a question is worked out from the timeline each time it is looked at, like a clock, and says itself why it is
over. Two rules ask: triage which severity a ticket has (`slabot.rules.triage`), and the rules of silence whether a
message was automatic (`slabot.rules.replies`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from slabot.domain import Severity
from slabot.policy import TriageAbout
from slabot.rules.words import stamp

SIGN = "?"  # in the label of a question, and in no clock's


class Topic(StrEnum):
    """What is asked."""

    SEVERITY = "severity"
    REPLY = "reply"
    """Whether a message of the customer was automatic, or an answer."""


class End(StrEnum):
    """Why a question is over."""

    SAID = "said"
    """Somebody has said."""
    SETTLED = "settled"
    """What is known by now decides it."""
    ANSWERED = "answered"
    """Support has answered the ticket."""
    SOLVED = "solved"
    GONE = "gone"
    """The ticket lives on elsewhere, or not at all."""
    WROTE_AGAIN = "wrote_again"
    """The customer."""
    LOOKED = "looked"
    """Somebody of support has written to the ticket or changed it."""
    DROPPED = "dropped"
    """By what is known now, or by the policy of today, it would not have been asked."""


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """How a question ended.

    Attributes:
        value: what was said or settled: a severity, or a word of `slabot.domain.ReplyIs`.
        by_id: whose word it is; the helpdesk's id, or Slack's.
        why: in words, where it is gone.
    """

    end: End
    at: datetime
    value: str = ""
    by_id: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketQuestion:
    """One question about a ticket.

    Attributes:
        since: when it arose.
        severity: in force while it waits.
        asks: why a severity is asked about; None for a reply.
        between: the severities that it may be, the most severe first.
        reason: what the text reads as, and why; empty where it was not read.
        quotes: of the customer.
        claims: what the text says of itself.
        due: until when somebody is to say; None where nothing presses.
        message_id: of the reply.
        outcome: None while it waits.
    """

    topic: Topic
    since: datetime
    severity: Severity
    asks: TriageAbout | None = None
    between: tuple[Severity, ...] = ()
    reason: str = ""
    quotes: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    due: datetime | None = None
    message_id: str = ""
    outcome: QuestionOutcome | None = None

    @property
    def label(self) -> str:
        """Tells it from the ticket's other questions and its clocks: ``severity?20260109T123000Z``."""
        return f"{self.topic}{SIGN}{stamp(self.since)}"

    @property
    def waits(self) -> bool:
        """True while somebody is to answer."""
        return self.outcome is None


def dropped(label: str, topic: Topic, severity: Severity) -> TicketQuestion:
    """A question that was asked once, and would not be asked by what is known now."""
    since = datetime.strptime(label.partition(SIGN)[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return TicketQuestion(topic=topic, since=since, severity=severity, outcome=QuestionOutcome(End.DROPPED, since))


def topic_of(label: str) -> Topic | None:
    """What the question of a label is about; None for the label of a clock."""
    name, sign, _ = label.partition(SIGN)
    return Topic(name) if sign and name in set(Topic) else None
