"""Settings of triage: whom slabot asks about a severity of which it is not sure, and for how long.

Promise: nobody is asked about a severity unless the file names whom.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictInt, model_validator

from slabot.policy.base import Part
from slabot.policy.destinations import DestinationKind, Destinations
from slabot.policy.scalars import CalendarName, WorkingDuration, one_or_many, refuse


class TriageAbout(StrEnum):
    """Which severities a person is asked about."""

    UNDECIDED = "undecided"
    """The text bears two."""
    BELOW_PRIORITY = "below_priority"
    """The text reads as less severe than the helpdesk's own priority, which counts."""
    UNCONFIRMED = "unconfirmed"
    """Nobody of support has chosen it yet, whatever it rests on."""


class Triage(Part):
    """Who is asked which severity a ticket has, and how soon they are to say.

    Attributes:
        to: as in a rung's ``notify``.
        within: working time of the calendar, from when the question arose.
        calendar: None for that of the severity that counts until somebody has said.
        remind_every: working time between two reminders; the first comes when ``within`` is over.
        reminders: so many at most.
    """

    to: Annotated[Destinations, Field(min_length=1)]
    about: Annotated[tuple[TriageAbout, ...], BeforeValidator(one_or_many), Field(min_length=1)] = (
        TriageAbout.UNDECIDED,
        TriageAbout.BELOW_PRIORITY,
    )
    within: WorkingDuration = timedelta(minutes=15)
    calendar: CalendarName | None = None
    remind_every: WorkingDuration = timedelta(minutes=30)
    reminders: Annotated[StrictInt, Field(ge=0, le=20)] = 3

    @model_validator(mode="after")
    def _is_somebody(self) -> Triage:
        if all(to.kind is DestinationKind.ASSIGNEE for to in self.to):
            raise refuse(
                "bad-destination",
                "the assignee alone is asked, and a new ticket has none",
                "name a channel, a rota or a person beside it",
            )
        return self
