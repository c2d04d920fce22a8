"""What would a clock say if the excused time did not count?

Promise: the clock as it stands is never touched; beside it stands the same clock with the excused spans as further
pauses, worked out by the same engine under the same terms. Excuses that overlap count once, whatever their order, and
none moves a deadline forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from slabot.calendars import Pause
from slabot.rules.case import Case
from slabot.rules.clock import ClockState, Course, ExcusedState, Missed
from slabot.rules.clocks import ClockRun
from slabot.rules.instances import Instances
from slabot.rules.pauses import clipped
from slabot.rules.reasons import Excuse, GivenReason, excuses_of, reasons_of


class _Excused(NamedTuple):
    """A clock without its excused time, and the excuses that touch it."""

    run: ClockRun
    excuses: tuple[Excuse, ...]


class Declarations:
    """What people declared about the clocks of a ticket, between one event and the next."""

    def __init__(self, case: Case, runs: Sequence[ClockRun]) -> None:
        """Read it from the timeline; most tickets have nothing of the kind."""
        self._reasons: dict[str, GivenReason] = {}
        self._excused: dict[str, _Excused] = {}
        if not case.declared_events:
            return
        instances = Instances(run.course for run in runs)
        for given in reasons_of(case.declared_events, case.policy):
            if (course := instances.meant(given.event)) is not None:
                self._reasons[course.label] = given
        excuses = [each for each in excuses_of(case.declared_events, case.policy) if each.withdrawn is None]
        for run in runs if excuses else ():
            declared = [each for each in excuses if _declared_for(run.course, each, instances)]
            if touching := _touching(run.course, declared):
                self._excused[run.course.label] = _Excused(_without(run, touching), touching)

    def state(self, run: ClockRun, now: datetime) -> ClockState:
        """The clock as it stands at an instant, with what was declared about it."""
        state, label = run.state(now), run.course.label
        reason = self._reasons.get(label) if state.is_missed else None
        excused = self._excused.get(label)
        if reason is None and excused is None:
            return state
        beside = None if excused is None else ExcusedState(excused.run.state(now), excused.excuses)
        return replace(state, reason=reason, excused=beside)


def _declared_for(course: Course, excuse: Excuse, instances: Instances[Course]) -> bool:
    if excuse.of_one_clock:
        return instances.meant(excuse.event) is course
    return excuse.event.clock in (None, course.name)


def _touching(course: Course, excuses: Iterable[Excuse]) -> tuple[Excuse, ...]:
    """The excuses that overlap the clock's life, in the order of their spans.

    A clock without a promise has no deadline that could be excused.
    """
    if course.no_promise:
        return ()
    touching = (each for each in excuses if clipped([each.pause], course.started_at, course.stopped_at))
    return tuple(sorted(touching, key=lambda each: (each.event.since, each.event.until, each.number)))


def _without(run: ClockRun, excuses: Sequence[Excuse]) -> ClockRun:
    """The clock with the excused spans as pauses."""
    course = run.course
    excused = clipped((each.pause for each in excuses), course.started_at, course.stopped_at)
    pauses: tuple[Pause, ...] = (*course.pauses, *excused)
    missed: Missed | None = None
    due = met = None
    for deadline in run.deadlines:
        moved = deadline.with_more(course.started_at, course.pauses, excused)
        due, met = moved.due_at, moved.met_until
        if moved.due_at is not None and moved.met_until is not None and moved.was_missed:
            missed = Missed(moved.terms.severity, moved.due_at, moved.met_until, moved.terms.counted_in)
    words = ""
    if missed is None and not run.counts:  # without the miss, what came in force later holds: nothing is promised
        due, met, words = None, None, run.released
    course = replace(course, pauses=pauses, due_at=due, met_until=met, no_promise=words)
    return run._replace(course=course, missed=missed)
