"""When does a rung repeat itself, until when, and what comes after the last repeat?

Promise: a repeat is as many lengths of working time behind its rung as its number says, and its end is counted from the
rung too. After the end of all repeats of a ladder comes one page a working day, so many as the policy says; the last
knows that it is the last.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from slabot.calendars import BusinessDays, due_with_pauses, elapsed_with_pauses
from slabot.policy import After, Destination
from slabot.policy.agreement import AfterRepeats
from slabot.rules.clock import Course

Order = tuple[datetime, int, int]

_NEVER = datetime.max.replace(tzinfo=UTC)
_NOTHING = timedelta()


class Step(NamedTuple):
    """One rung at its instant, or the end of a quiet that somebody asked for.

    Attributes:
        place: position in the ladder; orders rungs of the same instant.
        repetition: 0, then 1, 2, … for ``then every`` and for the pages after the repeats.
        notify: who is told, where the rung names somebody.
        ends_hold: True for the end of a quiet, whose name says what it was.
        last: True for the last page of a ladder whose repeats end.
    """

    at: datetime
    place: int
    name: str
    repetition: int
    notify: tuple[Destination, ...] = ()
    ends_hold: bool = False
    last: bool = False

    @property
    def order(self) -> Order:
        """Later in time, then later in the ladder."""
        return (self.at, self.place, self.repetition)

    @property
    def title(self) -> str:
        """The rung as named among others."""
        return self.name if self.repetition == 0 else f"{self.name} (repeat {self.repetition})"


def past_deadline(clock: Course, amount: timedelta) -> datetime | None:
    """When so much working time has passed since the clock could last be met; None where a pause hides it."""
    if clock.met_until is None:
        return None
    return due_with_pauses(clock.terms.calendar, clock.met_until, amount, clock.pauses)


class Series(ABC):
    """Pages that come again and again.

    Attributes:
        place: in the ladder.
        name: of the rung.
    """

    place: int
    name: str

    @abstractmethod
    def step(self, number: int) -> Step | None:
        """One of them, from 1 on; None where there is none, or a pause hides it."""

    @abstractmethod
    def count(self, instant: datetime) -> int:
        """How many have passed by then, that second included; 0 or less before the first."""

    @abstractmethod
    def comes_after(self, step: Step) -> bool:
        """True if all of them certainly come after a step."""


class Repeats(Series):
    """The repeats of one rung: ``30m after, then every 30m for 3 days``."""

    def __init__(self, clock: Course, place: int, name: str, rung: After, notify: tuple[Destination, ...]) -> None:
        assert rung.every is not None
        self.place, self.name, self.notify = place, name, notify
        self._clock, self._rung, self._every = clock, rung, rung.every

    def step(self, number: int) -> Step | None:
        """0 is the rung itself."""
        if self.most is not None and number > self.most:
            return None
        at = past_deadline(self._clock, self.amount(number))
        return None if at is None else Step(at, self.place, self.name, number, self.notify)

    def amount(self, number: int) -> timedelta:
        """How far past the deadline a repeat is, in working time."""
        return self._rung.amount + number * self._every

    def count(self, instant: datetime) -> int:
        """-1 before the rung itself."""
        clock = self._clock
        if clock.met_until is None or instant < clock.met_until:
            return -1
        worked = elapsed_with_pauses(clock.terms.calendar, clock.met_until, instant, clock.pauses)
        passed: int = (worked - self._rung.amount) // self._every
        return max(-1, passed if self.most is None else min(passed, self.most))

    def comes_after(self, step: Step) -> bool:
        """After the rung itself."""
        return step.place == self.place and not step.repetition

    @cached_property
    def lasts(self) -> timedelta | None:
        """For how much working time from the rung on it is repeated; None without an end, or where a pause hides it."""
        lasts = self._rung.lasts
        if not isinstance(lasts, BusinessDays):
            return None if lasts is None else lasts.amount
        begins = past_deadline(self._clock, self._rung.amount)
        return None if begins is None else _until(self._clock, begins, lasts)

    @cached_property
    def most(self) -> int | None:
        """How often it is repeated at most."""
        return None if self.lasts is None else self.lasts // self._every

    @property
    def end(self) -> timedelta | None:
        """The working time past the deadline after which it is repeated no more."""
        return None if self.lasts is None else self._rung.amount + self.lasts


class EachWorkingDay(Series):
    """The pages that come once every repeat of a ladder has ended."""

    def __init__(self, clock: Course, place: int, after: AfterRepeats, repeats: Sequence[Repeats]) -> None:
        self.place, self.name = place, after.name
        self.days, self._clock, self._after, self._repeats = after.days, clock, after, repeats
        self._places = [each.place for each in repeats]

    def step(self, number: int) -> Step | None:
        """At the same time of day as the end of the repeats, on a later working day."""
        if not 1 <= number <= self.days or self._begin is None:
            return None
        offset, begins = self._begin
        at = past_deadline(self._clock, offset + _until(self._clock, begins, BusinessDays(number)))
        return None if at is None else Step(at, self.place, self.name, number, self.notify, last=number == self.days)

    def count(self, instant: datetime) -> int:
        """0 before the first."""
        met_until = self._clock.met_until
        if met_until is None or instant < met_until:  # most tickets are answered before anybody asks when repeats end
            return 0
        if self._begin is None or instant < self._begin[1]:
            return 0
        return bisect_right(range(1, self.days + 1), instant, key=self._at)

    def comes_after(self, step: Step) -> bool:
        """After the repeats and their rungs."""
        return step.place in self._places

    def _at(self, number: int) -> datetime:
        step = self.step(number)
        return _NEVER if step is None else step.at

    @cached_property
    def _begin(self) -> tuple[timedelta, datetime] | None:
        """When the last repeats end: working time past the deadline, and the instant."""
        ends = [repeats.end for repeats in self._repeats]
        if None in ends:
            return None
        offset = max(end for end in ends if end is not None)
        begins = past_deadline(self._clock, offset)
        return None if begins is None else (offset, begins)

    @cached_property
    def notify(self) -> tuple[Destination, ...]:
        """Who is told: those whom the policy names, else those of the rung whose repeats end last."""
        last = max(self._repeats, key=lambda repeats: (repeats.end or _NOTHING, repeats.place))
        return self._after.notify or last.notify


def _until(clock: Course, start: datetime, days: BusinessDays) -> timedelta:
    """The working time until the same time of day, so many working days later."""
    calendar = clock.terms.calendar
    return calendar.elapsed(start, calendar.due(start, days))
