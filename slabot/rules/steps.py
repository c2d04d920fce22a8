"""At which instants does a clock reach the rungs of its ladder, and which of them have people been told of?

Promise: rungs before the deadline are planned from due, the breach and later ones from the last instant at which the
clock can be met; every offset is working time of the clock's calendar. What has been told is never listed again.
"""

from __future__ import annotations

import copy
from bisect import insort
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from slabot.calendars import subtract_with_pauses
from slabot.domain import PageSent
from slabot.policy import After, Before, Breach, Destination, Ladder, RungEntry, Used
from slabot.rules.case import Case
from slabot.rules.clock import Course, by_share, promised_time
from slabot.rules.holds import Asked, Hold
from slabot.rules.series import EachWorkingDay, Order, Repeats, Series, Step, past_deadline
from slabot.rules.words import when, worked

ESCALATED = "escalated"  # the name of a page that somebody asked for when the ladder had nothing left


class Steps:
    """The rungs of one clock at their instants.

    Args:
        case: the ticket.
        clock: one of its clocks.
        ladder: the one that fits it.
        hold: the quiet that somebody asked for, if any.
        pages: about this clock and under its severity.
        until: beyond this, other pages have told everything.
    """

    def __init__(
        self, case: Case, clock: Course, ladder: Ladder, hold: Hold | None, pages: Sequence[PageSent], until: Order
    ) -> None:
        self._clock, self._ladder, self._hold, self._zone = clock, ladder, hold, case.policy.display_zone
        self._promised_time: timedelta | None = None  # worked out where a rung is a share of it
        self._once: list[Step] = []
        self._repeats: dict[int, Repeats] = {}
        for place, entry in enumerate(ladder.rungs):
            self._add(place, entry)
        self._series: list[Series] = [*self._repeats.values()]
        self._each_day: EachWorkingDay | None = None
        if ladder.in_the_end is not None:
            place, repeats = len(ladder.rungs) + 1, tuple(self._repeats.values())
            self._each_day = EachWorkingDay(clock, place, ladder.in_the_end, repeats)
            self._series.append(self._each_day)  # the last, since it comes after the repeats
        self._hold_end: Step | None = None
        if hold is not None:
            self._hold_end = Step(hold.until, len(ladder.rungs), hold.why, 0, ends_hold=True)
        # Rungs that somebody asked for before their time are told of, and say nothing about the end of a quiet.
        asked_for = [page for page in pages if page.asked_at is not None]
        in_time = [page for page in pages if page.asked_at is None] if asked_for else pages
        self._told_in_time = max(until, self._furthest(in_time, until)) if in_time else until
        self.told = max([self._told_in_time, *map(self._reached, asked_for)]) if asked_for else self._told_in_time
        if self._hold_end is not None:
            self._hold_end = self._hold_end._replace(notify=self._reached_by(self._hold_end.at))
        self._untold = self._not_told()

    def _add(self, place: int, entry: RungEntry) -> None:
        clock, name, rung = self._clock, entry.name, entry.rung
        match rung:
            case Used():
                if self._promised_time is None:
                    self._promised_time = promised_time(clock)
                at = by_share(clock, rung.percent, self._promised_time)
            case Before():
                at = self._before(rung.amount)
            case Breach():
                at = clock.met_until
            case After():
                if rung.every is not None:
                    self._repeats[place] = Repeats(clock, place, name, rung, entry.notify)
                at = past_deadline(clock, rung.amount)
            case _:
                assert_never(rung)
        if at is not None:
            self._once.append(Step(at, place, name, 0, entry.notify))

    def because(self, step: Step) -> str:
        """Why a step is where it is, in words; empty for what somebody asked for when the ladder had nothing left."""
        if step.ends_hold:
            return step.name
        if self._each_day is not None and step.place == self._each_day.place:
            which = f"{step.repetition} of {self._each_day.days}{', the last page' if step.last else ''}"
            return f"the repeats past the deadline have ended; working day {which}"
        if step.place >= len(self._ladder.rungs):
            return ""
        clock, rung = self._clock, self._ladder.rungs[step.place].rung
        due = "" if clock.due_at is None else when(clock.due_at, self._zone)
        match rung:
            case Used():
                return f"{rung.percent}% of {_promised(clock)} used"
            case Before():
                return f"{worked(rung.amount)} before it is due at {due}"
            case Breach():
                return f"the deadline of {due} passes"
            case After():
                amount = self._repeats[step.place].amount(step.repetition) if step.repetition else rung.amount
                return f"{worked(amount)} past the deadline of {due}"
            case _:
                assert_never(rung)

    def _before(self, amount: timedelta) -> datetime | None:
        clock = self._clock
        if clock.due_at is None:
            return None
        at = subtract_with_pauses(clock.terms.calendar, clock.due_at, amount, clock.pauses)
        return max(at, clock.started_at)

    def passed(self, now: datetime) -> list[Step]:
        """What has passed and nobody was told of, in order; of the repeats only the newest."""
        passed = [step for step in self._untold if step.at <= now]
        for series in self._series:
            count = series.count(now)
            newest = series.step(count) if count > 0 else None
            if newest is not None and newest.order > self.told:
                insort(passed, newest, key=_order)
        return passed

    def coming(self, now: datetime, most: int) -> list[Step]:
        """What comes, in order; while people asked for quiet, nothing before its end."""
        hold = self._hold
        quiet_until = hold.until if hold is not None and hold.until > now else now
        coming = [step for step in self._untold if step.at > now and step.at >= quiet_until]
        for series in self._series:
            if any(map(series.comes_after, coming[most - 1 :])):
                continue
            # Of what was told before its time the last may be a repeat itself, so it is looked at once more.
            ahead = self.told[0] > quiet_until
            count = series.count(self.told[0]) if ahead else series.count(quiet_until) + 1
            step = series.step(max(1, count))
            while step is not None and (len(coming) < most or step.order < coming[most - 1].order):
                if step.at > now and step.order > self.told:
                    insort(coming, step, key=_order)
                step = series.step(step.repetition + 1)
        return coming[:most]

    def held(self, now: datetime) -> bool:
        """True while the quiet lasts that somebody asked for."""
        return self._hold is not None and now < self._hold.until

    def beyond(self, step: Step) -> Steps:
        """The same, once people have been told of a step."""
        further = copy.copy(self)
        further.told = max(self.told, step.order)
        further._untold = further._not_told()
        return further

    def extra(self, asked: Asked) -> Step:
        """The step of somebody who asks for the next page when there is none: whoever is told last is told again."""
        told_last = self._ladder.rungs[-1].notify if self._each_day is None else self._each_day.notify
        return Step(asked.at, len(self._ladder.rungs), ESCALATED, asked.number, told_last)

    def _not_told(self) -> list[Step]:
        """In order: the rungs, without repeats, that nobody was told of, and the end of a quiet if it was not told."""
        listed = [step for step in self._once if step.order > self.told]
        if self._hold_end is not None and self._hold_end.order > self._told_in_time:
            listed.append(self._hold_end)
        listed.sort(key=_order)
        return listed

    def reached(self, instant: datetime) -> list[Step]:
        """The rungs that had passed by then, and of the pages after the repeats the newest."""
        reached = [step for step in self._once if step.at <= instant]
        each_day = None if self._each_day is None else self._each_day.step(self._each_day.count(instant))
        return reached if each_day is None else [*reached, each_day]

    def _reached_by(self, instant: datetime) -> tuple[Destination, ...]:
        """Whom the ladder had come to: those of the newest rung that had passed by then, or that people know of."""
        reached = [*self.reached(instant), *(step for step in self._once if step.order <= self.told)]
        return max(reached, key=_order).notify if reached else ()

    def named(self, page: PageSent) -> Step | None:
        """The step that a page was about; None where the ladder no longer has it."""
        for series in self._series:
            if page.rung == series.name:
                return series.step(max(0, series.count(page.at)) if page.repetition is None else page.repetition)
        if page.rung == ESCALATED and page.asked_at is not None:
            return self.extra(Asked(page.asked_at, None, page.repetition or 0))
        if self._hold_end is not None and page.rung == self._hold_end.name:
            return self._hold_end
        return next((step for step in self._once if step.name == page.rung), None)

    def _furthest(self, pages: Sequence[PageSent], least: Order) -> Order:
        """How far pages that were sent have told people."""
        # A ticket that nobody answers has hundreds of repeats, and a rung's newest reaches furthest. Not so where a
        # pause hides that one, or where a page does not say which repeat it was: then each is looked at.
        newest: dict[str, PageSent] = {}
        for page in pages:
            if page.repetition is None:
                return max(map(self._reached, pages))
            if page.rung not in newest or page.repetition > (newest[page.rung].repetition or 0):
                newest[page.rung] = page
        reached = [(self._reached(page), page.repetition) for page in newest.values()]
        if any(order[2] != repetition for order, repetition in reached):
            return max(map(self._reached, pages))
        return max((order for order, _ in reached), default=least)

    def _reached(self, page: PageSent) -> Order:
        step = self.named(page)
        return everything_until(page.at) if step is None else step.order


def _order(step: Step) -> Order:
    return step.order


def everything_until(instant: datetime) -> Order:
    """Beyond every step of that instant."""
    return (instant, 1_000_000, 1_000_000)


def _promised(clock: Course) -> str:
    return (
        "the time until the end of the next working day" if clock.terms.promise is not None else str(clock.terms.target)
    )
