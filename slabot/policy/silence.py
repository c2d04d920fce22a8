"""What happens to tickets on which nobody speaks, and what holds slabot back?

Promise: every rule that writes to a helpdesk has a mode, and starts in ``observe``.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from slabot.calendars import BusinessDays
from slabot.policy.base import Part
from slabot.policy.customer_texts import Templates
from slabot.policy.scalars import (
    Beginnings,
    CalendarName,
    Count,
    Mode,
    ModeName,
    Percent,
    RealDuration,
    SeverityName,
    TargetText,
    Texts,
    one_or_many,
    plainly,
    refuse,
)

AUTOMATIC_WORDS = (
    "Automatic reply",
    "Auto reply",
    "Autoreply",
    "Out of office",
    "I am out of the office",
    "I'm out of the office",
    "I am currently out of the office",
    "Automatische Antwort",
    "Abwesenheitsnotiz",
    "Ich bin derzeit nicht im Büro",
    "Réponse automatique",
    "Respuesta automática",
)


class Waiting(Part):
    """Waiting on Customer: follow-ups, then solved.

    Attributes:
        calendar: whose business days and hours are meant; None for the first calendar that is not always open.
        follow_up_spacing, or_after: real time.
    """

    mode: ModeName = Mode.OBSERVE
    calendar: CalendarName | None = None
    follow_ups: Annotated[StrictInt, Field(ge=1, le=10)] = 3
    on_business_days: tuple[Annotated[StrictInt, Field(ge=1, le=60)], ...] = (1, 2, 3)
    follow_up_spacing: RealDuration = timedelta(hours=4)
    grace: TargetText = BusinessDays(1)
    or_after: RealDuration = timedelta(days=7)
    not_feedback: Texts = ()
    templates: Templates = Field(default_factory=Templates)

    @model_validator(mode="after")
    def _days_for_each(self) -> Waiting:
        if (refusal := days_match(self)) is not None:
            raise refusal
        return self


class AgreedWaiting(Waiting):
    """What an agreement gives of it; with what it leaves to the file it is looked at as a whole."""

    @model_validator(mode="after")
    def _days_for_each(self) -> AgreedWaiting:
        return self


def days_match(waiting: Waiting) -> PydanticCustomError | None:
    """Why the business days are not those of the follow-ups; None if they are."""
    days = waiting.on_business_days
    if len(days) != waiting.follow_ups:
        return refuse(
            "follow-up-days",
            f"{waiting.follow_ups} follow-ups have {len(days)} business days",
            f"give one day for each: on_business_days: {list(range(1, waiting.follow_ups + 1))}",
        )
    if list(days) != sorted(set(days)):
        return refuse("follow-up-days", "the business days of follow-ups must rise", "write them in order: [1, 2, 3]")
    return None


class Solved(Part):
    """Solved: reopened by feedback, or closed."""

    mode: ModeName = Mode.OBSERVE
    reopen_within: RealDuration = timedelta(days=3)
    close_after: RealDuration = timedelta(days=3)

    @model_validator(mode="after")
    def _time_to_reopen(self) -> Solved:
        if (refusal := time_to_reopen(self)) is not None:
            raise refusal
        return self


class AgreedSolved(Solved):
    """What an agreement gives of it; with what it leaves to the file it is looked at as a whole."""

    @model_validator(mode="after")
    def _time_to_reopen(self) -> AgreedSolved:
        return self


def time_to_reopen(solved: Solved) -> PydanticCustomError | None:
    """Why a ticket could not be reopened for as long as is said; None if it can."""
    if solved.close_after >= solved.reopen_within:
        return None
    return refuse(
        "closed-before-reopen",
        "tickets would be closed before the time to reopen them is over",
        "set close_after to at least reopen_within",
    )


class AutomaticReplies(Part):
    """Out-of-office notes and the like.

    Attributes:
        mode: of setting a status back that only an automatic reply had changed, once a round.
        words: where nothing else tells: a message that begins like this, in any case, looks automatic, and follow-ups
            and solves wait until a person has looked.
    """

    mode: ModeName = Mode.OBSERVE
    words: Beginnings = AUTOMATIC_WORDS

    def begin(self, text: str) -> bool:
        """True if a text begins with the words of one."""
        return plainly(text[:200]).startswith(self._beginnings)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(plainly(words) for words in self.words)


class ExemptTickets(Part):
    """Which tickets: each entry alone is enough."""

    tags: Texts = ()
    organizations: Texts = ()
    severities: Annotated[tuple[SeverityName, ...], BeforeValidator(one_or_many)] = ()
    groups: Texts = ()
    brands: Texts = ()
    forms: Texts = ()


class Exempt(ExemptTickets):
    """Tickets that slabot never writes to, and those that it leaves alone in one respect only."""

    follow_ups: ExemptTickets = Field(default_factory=ExemptTickets)
    solving: ExemptTickets = Field(default_factory=ExemptTickets)
    closing: ExemptTickets = Field(default_factory=ExemptTickets)


class RunLimits(Part):
    """Brakes over many tickets."""

    writes_per_run: Count = 50
    stop_above_tickets: Count = 100
    stop_above_percent: Percent = 20.0
