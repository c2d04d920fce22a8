"""When are people left in peace, who may press what, and what if nobody can be told?

Promise: quiet never applies to what the file does not name, an act that no permission covers is everybody's, and a
page that cannot arrive has somewhere else to go.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictInt, model_validator

from slabot.policy.base import Part
from slabot.policy.destinations import DestinationKind, Destinations
from slabot.policy.scalars import CalendarName, Prose, RealDuration, SeverityName, one_or_many, refuse


class QuietHours(Part):
    """Pages of these severities wait while a calendar is open, and come together when it closes.

    Attributes:
        calendar: open while it is quiet; nights and weekends, say.
    """

    calendar: CalendarName
    severities: Annotated[tuple[SeverityName, ...], BeforeValidator(one_or_many), Field(min_length=1)]


class Fallback(Part):
    """Where a page goes that its channel does not take.

    Attributes:
        after: real time for which a page may wait before it goes elsewhere as well; after a refusal for good, at once.
        to: one after the other, until one of them takes it.
    """

    after: RealDuration = timedelta(minutes=5)
    to: Annotated[Destinations, Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_reached(self) -> Fallback:
        for destination in self.to:
            if destination.kind is DestinationKind.GROUP:
                raise refuse(
                    "bad-destination",
                    f'"{destination}" is mentioned in a channel and takes no page of its own',
                    "name a channel, a user, a rota, an e-mail address, pagerduty or a webhook",
                )
        return self


class Storm(Part):
    """When many pages become one message with a thread.

    Attributes:
        above: pages that wait for one channel at once.
    """

    above: Annotated[StrictInt, Field(ge=1, le=1000)] = 10


class ClickAct(StrEnum):
    """What people do with a page, or by a slash command."""

    ACKNOWLEDGE = "acknowledge"
    UNACKNOWLEDGE = "unacknowledge"
    CLAIM = "claim"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    SET_SEVERITY = "set_severity"
    GIVE_REASON = "give_reason"
    DECLARE_REPLY = "declare_reply"
    """Say whether a message of the customer was automatic."""
    OUTAGE = "outage"
    """Log that the service is down, or up again; of no page, so of no severity."""


class Permission(Part):
    """Who may do what; of several entries that cover an act the first one holds.

    Attributes:
        severity: of the page; empty for all.
        who: people and user groups.
        ask: whom the others are told to ask.
    """

    do: Annotated[tuple[ClickAct, ...], BeforeValidator(one_or_many), Field(min_length=1)]
    severity: Annotated[tuple[SeverityName, ...], BeforeValidator(one_or_many)] = ()
    who: Annotated[Destinations, Field(min_length=1)]
    ask: Prose

    @model_validator(mode="after")
    def _people(self) -> Permission:
        for destination in self.who:
            if destination.kind not in (DestinationKind.USER, DestinationKind.GROUP, DestinationKind.ROTA):
                raise refuse(
                    "bad-destination",
                    f'"{destination}" is nobody who presses buttons',
                    "name people: user:maya@acme.example, group:@support-leads or rota:primary",
                )
        return self

    def covers(self, act: str, severity: str | None) -> bool:
        """True if this entry says who may do it; an act without a severity is covered whatever severities it names."""
        return act in self.do and (severity is None or not self.severity or severity in self.severity)


class TermsChanges(StrEnum):
    """What a change of targets, calendars or agreements does to clocks that run."""

    KEEP = "keep"
    ADOPT = "adopt"


class LadderChanges(StrEnum):
    """What a change of the ladders does to clocks that run."""

    KEEP = "keep"
    REPLAN = "replan"
