"""What does one clock say: started, due, paused, stopped, and was it in time?

Promise: a clock is worked out afresh from its start, its pauses and the severities that were in force. A lost,
doubled or late event heals itself, and the verdict never depends on when anybody looked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from slabot.calendars import (
    Calendar,
    CalendarSpec,
    Pause,
    RealTime,
    Span,
    Target,
    due_with_pauses,
    elapsed_with_pauses,
    met_until_with_pauses,
    spans_with_pauses,
    with_notes,
)
from slabot.domain import SECOND, Gap, Severity
from slabot.policy import DEFAULT
from slabot.rules.reasons import Excuse, GivenReason

if TYPE_CHECKING:
    from slabot.rules.severity import Assessment

ALWAYS = Calendar(CalendarSpec(name="real_time", always=True))  # for targets in days of 24 hours


class Verdict(StrEnum):
    """How a clock ended, if it did."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    UNANSWERED = "unanswered"
    UNKNOWN = "unknown"
    """What slabot could not read might turn it."""
    VOID = "void"
    NO_PROMISE = "no_promise"
    """Nothing was promised, so nothing can be kept or missed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised under one severity of an agreement.

    Attributes:
        promise: the end of the next working day, where that is earlier than the target's own instant.
        agreement: its name.
        because: the condition by which it holds.
    """

    severity: Severity
    target: Target
    calendar: Calendar
    target_due: datetime
    promise: datetime | None
    agreement: str = DEFAULT
    because: str = ""

    def same(self, other: Terms) -> bool:
        """True if the same is promised, and is due at the same instant."""
        return (self.agreement, self.severity, self.target, self.calendar.name, self.due) == (
            *(other.agreement, other.severity, other.target, other.calendar.name, other.due),
        )

    @property
    def words(self) -> str:
        """What is promised, in a few words."""
        under = "" if self.agreement == DEFAULT else f" under the agreement {self.agreement}"
        return f"{self.target} in {self.calendar.name.replace('_', ' ')} as {self.severity}{under}"

    @property
    def due(self) -> datetime:
        """Due if nothing ever paused the clock."""
        return self.target_due if self.promise is None else self.promise

    @property
    def counted_in(self) -> Calendar:
        """Where pauses of the target are counted: 7d is real time, whatever the calendar."""
        return ALWAYS if isinstance(self.target, RealTime) and self.promise is None else self.calendar


@dataclass(frozen=True, slots=True)
class Missed:
    """The deadline that passed, under the severity that was in force then."""

    severity: Severity
    due_at: datetime
    met_until: datetime
    counted_in: Calendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline that stood while a clock ran.

    Attributes:
        terms: by which it was set.
        due_at, met_until: None while a pause without an end hides it.
        stood_until: when other terms came in force; None for the last.
    """

    terms: Terms
    due_at: datetime | None
    met_until: datetime | None
    stood_until: datetime | None

    @property
    def was_missed(self) -> bool:
        """True if it had passed when other terms came in force."""
        return self.stood_until is not None and self.met_until is not None and self.stood_until > self.met_until

    def with_more(self, start: datetime, pauses: tuple[Pause, ...], more: tuple[Pause, ...]) -> Deadline:
        """The deadline if there had been further pauses; never an earlier one.

        Args:
            start: of the clock.
            pauses: that are counted already.
            more: the further ones.
        """
        if self.due_at is None:
            return self
        terms, together = self.terms, (*pauses, *more)
        budget = elapsed_with_pauses(terms.counted_in, start, self.due_at, pauses)
        due = due_with_pauses(terms.counted_in, start, budget, together)
        if due is None:
            return replace(self, due_at=None, met_until=None)
        due = max(due, self.due_at)
        return replace(self, due_at=due, met_until=met_until_with_pauses(terms.calendar, due, together))


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a clock says whenever it is asked, until something happens to the ticket.

    Attributes:
        name: ``first_response``; further ones by their name in the file.
        instance: 1 for the first; clocks that run again (``next_response``) count up.
        due_at: None while a pause without an end keeps the rest of the target out of reach.
        met_until: the last instant at which an answer is in time.
        stopped_at: None while running.
        paused_since: set while a running clock stands still.
        went_on: when it counted although the status said that it pauses, each with the reason.
        terms: of the severity in force, frozen when the clock stopped.
        in_force_since: when that severity came in force.
        raised: True where it replaced a lower one while this clock ran.
        no_promise: why nothing is promised, in the policy's words; empty where something is. Then there is no due time,
            and the target of the terms is what would hold without it.
    """

    name: str
    instance: int
    started_at: datetime
    terms: Terms
    in_force_since: datetime
    raised: bool
    pauses: tuple[Pause, ...]
    due_at: datetime | None
    met_until: datetime | None
    stopped_at: datetime | None
    paused_since: datetime | None
    no_promise: str = ""
    went_on: tuple[Pause, ...] = ()

    @property
    def label(self) -> str:
        """Unique within the ticket, and part of every key: ``next_response#2``."""
        return self.name if self.instance == 1 else f"{self.name}#{self.instance}"

    @property
    def running(self) -> bool:
        """True until it stops."""
        return self.stopped_at is None

    def is_meant(self, label: str | None, at: datetime) -> bool:
        """True for what was done at an instant about this clock, or about all of the ticket.

        Runs of one name follow each other, so the instant says which; the label counts runs, and moves when one before
        it comes to light.
        """
        return at >= self.started_at and (label is None or label.partition("#")[0] == self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState(Course):
    """A clock as it stands at an instant.

    Attributes:
        missed: set once a deadline has passed, even if a lower severity came in force later.
        doubt: where an answer in time may stand that slabot could not read; None where none may.
        instead: the terms that the file of today would give, where the clock keeps others.
        answered: True where it stopped by what it waits for, and not by the end of the ticket.
        reason: why the deadline was missed, as somebody said; None where it was not, or nobody has.
        excused: the same clock without the time that is excused; None where none is.
        severities: what the severity was and why, by the policy that judges the clock.
    """

    verdict: Verdict
    missed: Missed | None
    now: datetime
    doubt: Gap | None = None
    instead: Terms | None = None
    answered: bool = False
    reason: GivenReason | None = None
    excused: ExcusedState | None = None
    severities: tuple[Assessment, ...] = field(default=(), compare=False, repr=False)

    @property
    def is_missed(self) -> bool:
        """True once the deadline has passed, be the clock stopped or not; False where that cannot be seen."""
        running_late = self.verdict is Verdict.RUNNING and self.missed is not None and self.certain
        return self.verdict is Verdict.MISSED or running_late

    @property
    def as_excused(self) -> ClockState:
        """The clock for the excused figures: without the time that is excused, or as it is where none is."""
        return self if self.excused is None else self.excused.clock

    @property
    def excused_time(self) -> timedelta:
        """The time that is excused, counted as the deadline that was missed is, or else the one in force."""
        if self.excused is None:
            return timedelta()
        calendar = self.terms.counted_in if self.missed is None else self.missed.counted_in
        whole, left = (
            elapsed_with_pauses(calendar, self.started_at, self.seen_until, pauses)
            for pauses in (self.pauses, self.excused.clock.pauses)
        )
        return whole - left

    @property
    def certain(self) -> bool:
        """False where an answer may stand in a part of the history that slabot could not read."""
        return self.doubt is None

    @property
    def seen_until(self) -> datetime:
        """The end of what has been counted: the stop, or now."""
        return self.now if self.stopped_at is None else self.stopped_at

    @property
    def elapsed(self) -> timedelta:
        """Working time used, in the calendar of the severity in force."""
        return elapsed_with_pauses(self.terms.calendar, self.started_at, self.seen_until, self.pauses)

    @property
    def overdue(self) -> timedelta:
        """Working time past the deadline that was missed; zero while it can still be met."""
        if self.missed is None or not self.running:
            return timedelta()
        missed = self.missed
        return elapsed_with_pauses(missed.counted_in, missed.due_at, self.now, self.pauses)

    def spans(self, until: datetime | None = None) -> tuple[Span, ...]:
        """What counted and what did not, from the start to the stop (or now, or ``until``), each with its reason."""
        spans = spans_with_pauses(self.terms.calendar, self.started_at, until or self.seen_until, self.pauses)
        return with_notes(spans, self.went_on) if self.went_on else spans


@dataclass(frozen=True, slots=True)
class ExcusedState:
    """A clock without the time that is excused.

    Attributes:
        clock: with the excused spans as pauses; due, verdict and times are what they would be.
        excuses: those that touch it, in the order of their spans.
    """

    clock: ClockState
    excuses: tuple[Excuse, ...]


def plan_terms(
    severity: Severity,
    target: Target,
    calendar: Calendar,
    start: datetime,
    *,
    received_when_closed: bool,
    agreement: str = DEFAULT,
    because: str = "",
) -> Terms:
    """What a start is promised under a severity.

    Args:
        severity: its name.
        target: the agreed time.
        calendar: where it counts.
        start: when the clock starts.
        received_when_closed: True where a request on a date without opening is due by the end of the next working day.
        agreement: its name.
        because: the condition by which it holds.
    """
    target_due = calendar.due(start, target)
    promise = None
    if received_when_closed and not calendar.is_open(start) and calendar.closes_all_day(start):
        end = calendar.end_of_next_working_day(start)
        promise = end if end < target_due else None
    return Terms(severity, target, calendar, target_due, promise, agreement, because)


def due_and_met(terms: Terms, start: datetime, pauses: tuple[Pause, ...]) -> tuple[datetime | None, datetime | None]:
    """When the clock is due and until when it can be met, pauses left out; None where an endless pause hides it."""
    if not pauses:
        return terms.due, terms.calendar.met_until(terms.due)
    calendar = terms.counted_in
    budget = calendar.elapsed(start, terms.due)
    due = due_with_pauses(calendar, start, budget, pauses)
    return due, None if due is None else met_until_with_pauses(terms.calendar, due, pauses)


def promised_time(course: Course) -> timedelta:
    """The working time between start and due, whatever the target's unit; an endless pause left out."""
    terms, start = course.terms, course.started_at
    if course.due_at is None:
        return terms.calendar.elapsed(start, terms.due)
    return elapsed_with_pauses(terms.calendar, start, course.due_at, course.pauses)


def by_share(course: Course, percent: int, promised: timedelta) -> datetime | None:
    """When that share of a clock's time was used (DESIGN §4); None where an endless pause hides it.

    Args:
        course: the clock.
        percent: the share.
        promised: its `promised_time`.
    """
    seconds = -(-(promised // SECOND) * percent // 100)  # rounded up: the share must have been reached
    at = due_with_pauses(course.terms.calendar, course.started_at, timedelta(seconds=seconds), course.pauses)
    # Days of real time may hold no working time at all; then the whole of it is used when they are over.
    return at if at is None or course.due_at is None else min(at, course.due_at)
