"""Hold what people declare: why a deadline was missed, which time is excused, and what a reply was.

Promise: a declaration says who made it and when; it is taken back by another one, and never deleted. No clock is
another because of a reason or an excuse; what a reply was decides whether it is an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from slabot.domain.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachReasonGiven(Event):
    """Somebody said why a deadline was missed; the latest for a clock is the one that counts.

    Attributes:
        clock: the clock's label.
        reason: by its name in the policy.
        text: in a sentence of theirs; empty once it has been scrubbed.
        started_at: of the clock, which tells it from others of its name; None where the source does not say.
    """

    clock: str
    reason: str
    text: str = ""
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused(Event):
    """Somebody declared that a span of time is not to count in the excused figures; the others stay as they are.

    Attributes:
        since, until: the span; closed-open.
        reason: by its name in the policy.
        text: why, in a sentence of theirs; empty once it has been scrubbed.
        proof: a link, or where the proof is kept; empty once it has been scrubbed.
        clock: the label or name of the clock that is excused; None for all of the ticket.
        started_at: of the clock, where one among others of its name is meant; None for all of the name.
    """

    since: datetime
    until: datetime
    reason: str
    text: str = ""
    proof: str = ""
    clock: str | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcuseWithdrawn(Event):
    """Somebody took back an excuse.

    Attributes:
        of: the id of its event.
        text: why, in a sentence of theirs; empty once it has been scrubbed.
    """

    of: str
    text: str = ""


class ReplyIs(StrEnum):
    """What a message of the customer was, as somebody said who has read it."""

    AUTOMATIC = "automatic"
    """Of a machine: it is no feedback."""
    ANSWER = "answer"
    """Of a person: it is feedback."""
    UNSAID = "unsaid"
    """Nobody says any more; it is what it reads as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDeclared(Event):
    """Somebody said whether a message of the customer was automatic; the latest for a message is the one that counts.

    Attributes:
        of: the id of the message's event.
        reply: what it was.
    """

    of: str
    reply: ReplyIs
