"""Hold what people declare about a deadline: why it was missed, and which time is excused.

Promise: a declaration says who made it and when; it is taken back by another one, and never deleted. No clock is
another because of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
