"""What may be reported, and to whom is it sent by itself?

Promise: figures by agent can be switched off, and a summary names when it is sent and to whom.
"""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from slabot.policy.base import Part
from slabot.policy.destinations import DestinationKind, Destinations
from slabot.policy.scalars import one_mapping, refuse


class Every(StrEnum):
    """How often a summary is sent, and over which time it tells."""

    WEEK = "week"
    MONTH = "month"


def _time(value: object) -> object:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value.strip()):
        raise refuse("bad-hours", f"{value!r} is no time of day", 'write it like "09:00"')
    return time.fromisoformat(value.strip())


TimeOfDay = Annotated[time, BeforeValidator(_time)]


class SummaryTerms(Part):
    """A summary that is sent by itself.

    Attributes:
        every: over the last whole week, on Mondays; or over the last whole month, on its first day.
        at: the time of day, in the zone in which times are shown to people.
        to: channels of Slack and e-mail addresses.
    """

    every: Every
    at: TimeOfDay = time(9)
    to: Annotated[Destinations, Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_read(self) -> SummaryTerms:
        for destination in self.to:
            if destination.kind not in (DestinationKind.CHANNEL, DestinationKind.EMAIL):
                raise refuse(
                    "bad-destination",
                    f'a summary cannot be sent to "{destination}"',
                    'name a channel of Slack ("#support-leads") or an e-mail address (email:lead@acme.example)',
                )
        return self


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise refuse("bad-value", f"{value!r} is neither true nor false", "write true or false")
    return value


Switch = Annotated[bool, BeforeValidator(_switch)]


class Reports(Part):
    """Reports.

    Attributes:
        by_agent: False where figures about single agents must not exist.
        summaries: that are sent by themselves.
    """

    by_agent: Switch = True
    summaries: Annotated[tuple[SummaryTerms, ...], BeforeValidator(one_mapping)] = ()
