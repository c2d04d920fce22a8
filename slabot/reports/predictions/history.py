"""Read once what all predictions about a ticket rest on.

Promise: nothing but the ticket's own history, the policy and what the helpdesk tells of its own rules; slabot's own
rule comes first, so that the first prediction of a figure is slabot's figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from slabot.calendars import Calendar
from slabot.domain import AssigneeChanged, Figure, Message, PriorityChanged, PrivacyChanged, Timeline
from slabot.policy import FIRST_RESPONSE, ClockKind, ClockTerms, Policy
from slabot.reports.deviations import Deviation
from slabot.reports.predictions.own_hours import calendars_of
from slabot.rules import ClockState, Decision
from slabot.rules.case import Case
from slabot.rules.clock import ALWAYS
from slabot.rules.clocks import request_at
from slabot.rules.stays import Stay

Rules: TypeAlias = tuple[Deviation, ...]
Value: TypeAlias = datetime | int | None
Guess: TypeAlias = tuple[Rules, Value]
NONE: Rules = ()


class History:
    """A ticket as slabot knows it.

    Attributes:
        start: when the customer asked; None where they never have.
        messages: what was written after the creation.
        privacy: of messages that were hidden or shown later, by their id.
    """

    def __init__(self, case: Case, decision: Decision, timeline: Timeline, policy: Policy, now: datetime) -> None:
        """Take the ticket as it stands."""
        self.case, self.decision, self.policy, self.now = case, decision, policy, now
        self.created = case.ticket.created_at
        self.start = request_at(case)
        self._timeline = timeline
        self.messages = [event for event in timeline if isinstance(event, Message) and event.at > self.created]
        self.privacy = {event.of: event.public for event in timeline if isinstance(event, PrivacyChanged)}

    @cached_property
    def clock(self) -> ClockState | None:
        """The first response."""
        return self.decision.clock(FIRST_RESPONSE)

    def terms_of(self, kind: ClockKind) -> ClockTerms | None:
        """The policy's first further clock of a kind; None where it has none."""
        return next((terms for terms in self.policy.clocks if terms.kind is kind), None)

    def runs_of(self, name: str) -> list[ClockState]:
        """The runs of a further clock, the earliest first."""
        return [clock for clock in self.decision.clocks if clock.name == name]

    @property
    def priority_now(self) -> str | None:
        """The native priority as it is."""
        changes = [event.to for event in self._timeline if isinstance(event, PriorityChanged)]
        return changes[-1] if changes else self.case.ticket.priority

    @cached_property
    def assigned_at(self) -> datetime | None:
        """When somebody was first given the ticket; None where it had somebody from the beginning, or never."""
        if self.case.ticket.assignee is not None:
            return None
        changes = (event for event in self._timeline if isinstance(event, AssigneeChanged))
        return next((event.at for event in changes if event.to is not None), None)

    def starts(self) -> Iterator[tuple[Rules, datetime]]:
        """When the time may begin to run, slabot's own rule first."""
        if self.start is not None:
            yield NONE, self.start
        if self.start != self.created:
            yield (Deviation.FROM_CREATION,), self.created
        if self.assigned_at is not None:
            yield (Deviation.UNASSIGNED,), self.assigned_at

    def calendars(self, own: Calendar | None, figure: Figure) -> Iterator[tuple[Rules, Calendar]]:
        """Where the time may count: slabot's own calendar, then the helpdesk's hours as it tells them.

        Where it does not tell them: around the clock, and the file's other calendars.
        """
        if own is not None:
            yield NONE, own
        if figure.hours is not None:
            yield from (((Deviation.THEIR_HOURS,), calendar) for calendar in calendars_of(figure.hours))
            if figure.hours:
                return
        if own is None or not own.spec.always:
            yield (Deviation.AROUND_THE_CLOCK,), ALWAYS
        if figure.hours is None:
            for name in self.policy.calendars:
                calendar = self.policy.calendar(name)
                if calendar != own and not calendar.spec.always:
                    yield (Deviation.OTHER_CALENDAR,), calendar

    def ended_runs(self) -> list[list[Stay]]:
        """The stretches in which the ticket was solved or closed, those that follow one another together."""
        runs: list[list[Stay]] = []
        was_ended = False
        for stay in self.case.stays:
            if stay.category.ended:
                if not was_ended:
                    runs.append([])
                runs[-1].append(stay)
            was_ended = stay.category.ended
        return runs


def first(messages: Iterable[Message]) -> datetime | None:
    """When the first of them was written."""
    return next((message.at for message in messages), None)
