"""By which terms is a clock judged, when the policy has changed since?

Promise: a clock that has stopped keeps the terms by which it was judged, and a running one does where the policy says
``terms_changes: keep``. An event that comes late is judged by those terms too. Only what somebody has judged anew
(`slabot rejudge`) gets other terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from slabot.calendars import TargetError, parse_target
from slabot.domain import AnyEvent, TermsFrozen
from slabot.policy import Policy, TermsChanges
from slabot.rules.case import Case
from slabot.rules.clock import Course, Deadline, Missed, due_and_met, plan_terms
from slabot.rules.clocks import ClockRun
from slabot.rules.instances import Instances


class PastPolicies(Protocol):
    """The port to the policies that were in force."""

    @property
    def current(self) -> int | None:
        """The version of the policy that is in force; None where nobody counts them."""

    def policy(self, version: int) -> Policy | None:
        """A policy that was in force, with its calendars as they were; None where it cannot be had any more."""

    def version_at(self, instant: datetime) -> int | None:
        """The version that was in force at an instant, if it can be had; None where that is not known."""


class NoPastPolicies:
    """For a ticket that is decided about without a store."""

    current: int | None = None

    def policy(self, version: int) -> Policy | None:
        """None: no policy is kept."""

    def version_at(self, instant: datetime) -> int | None:
        """None: no policy is kept."""


NO_PAST = NoPastPolicies()
Judge = Callable[[Policy], Sequence[ClockRun]]
"""All clocks of the ticket under another policy."""


class Frozen(NamedTuple):
    """The frozen terms of a clock; ``later`` where they were frozen after the instant that is decided about."""

    event: TermsFrozen
    later: bool


def as_frozen(
    case: Case, runs: Sequence[ClockRun], past: PastPolicies, judge: Judge, later: Sequence[TermsFrozen] = ()
) -> tuple[ClockRun, ...]:
    """The clocks, each by the terms that were frozen for it.

    Args:
        case: the ticket under the policy in force.
        runs: its clocks under that policy.
        past: the policies of before.
        judge: works the clocks out under another policy.
        later: terms that were frozen after the instant of the case. Asked how things stood then, a clock is judged as
            it was when it stopped, and not by a policy that came in between.
    """
    frozen, gone = _frozen(case, runs, later)
    if not frozen and not gone and all(run.course.running for run in runs):
        return tuple(runs)
    bench = _Bench(case, past, judge)
    found: list[ClockRun] = []
    for run in runs:
        terms = frozen.get(run.course.label)
        if terms is None or bench.adopts(run, terms):
            found += bench.of_its_stop(run)
        else:
            kept = bench.kept(run, terms)
            found.append(run if kept is None else _beside(kept, run))
    for event in gone:
        ended = None if event.stopped_at is None else bench.by_version(event)
        known = {run.course.label for run in found}
        if ended is not None and not ended.course.running and ended.course.label not in known:
            found.append(_as_told(case, ended, event) if event.settled else ended)
    return tuple(found)


def version_at_stop(events: Iterable[AnyEvent], stopped: datetime, past: PastPolicies) -> int | None:
    """The version that judges a clock without frozen terms: of its stop, or else the first that judged the ticket.

    None where no policy of before is known to judge it: what is read for the first time is judged by that of today.
    """
    version = past.version_at(stopped)
    if version is not None:
        return version
    known = [event.policy_version for event in events if isinstance(event, TermsFrozen) and not event.why]
    first = min((version for version in known if version is not None), default=None)
    return first if first is None or first == past.current or past.policy(first) is not None else None


def _frozen(
    case: Case, runs: Sequence[ClockRun], later: Sequence[TermsFrozen]
) -> tuple[dict[str, Frozen], Sequence[TermsFrozen]]:
    """The last terms of each clock, or where it had not stopped yet the first with which it did.

    Returns:
        Those of the clocks of today by their labels, and those of clocks that the policy does not have any more.
    """
    events = [event for event in case.events if isinstance(event, TermsFrozen)]
    if not events and not later:
        return {}, ()
    instances = Instances(run.course for run in runs)
    found: dict[str, Frozen] = {}
    gone: dict[tuple[str, datetime | None], Frozen] = {}
    for event, is_later in (*((event, False) for event in events), *((event, True) for event in later)):
        course = instances.meant(event)
        kept: dict[Any, Frozen] = gone if course is None else found
        key = (event.clock, event.started_at) if course is None else course.label
        known = kept.get(key)
        if not is_later or known is None or (known.event.stopped_at is None and event.stopped_at is not None):
            kept[key] = Frozen(event, is_later)
    return found, [terms.event for terms in gone.values()]


def _beside(kept: ClockRun, today: ClockRun) -> ClockRun:
    """The clock with what the file of today would give instead, if that is something else."""
    return kept if kept.course.terms.same(today.course.terms) else kept._replace(instead=today.course.terms)


class _Bench:
    """Judges the clocks of one ticket by policies of before, by each of them once."""

    def __init__(self, case: Case, past: PastPolicies, judge: Judge) -> None:
        self._case, self._past, self._judge = case, past, judge
        self._judged: dict[int, Sequence[ClockRun]] = {}
        self._terms = [event for event in case.events if isinstance(event, TermsFrozen)]  # of thousands of events few
        self._instances: dict[int, Instances[Course]] = {}

    def adopts(self, run: ClockRun, frozen: Frozen) -> bool:
        """True for terms of a clock that ran, or runs on, where the file says that those of today count."""
        ends = frozen.event.stopped_at is not None and (run.course.stopped_at is not None or frozen.later)
        return not ends and self._case.policy.terms_changes is not TermsChanges.KEEP

    def kept(self, run: ClockRun, frozen: Frozen) -> ClockRun | None:
        """The clock by its frozen terms; None where those of the policy in force count."""
        event = frozen.event
        if event.policy_version is None:
            return _as_told(self._case, run, event)
        if event.policy_version == self._past.current:
            return _as_told(self._case, run, event) if event.settled else None
        former = self.by_version(event, run)
        if former is None or event.settled:
            return _as_told(self._case, former or run, event)
        # A clock that runs is told of by the severities of today.
        known = former.course.terms.severity in self._case.policy.severities
        return former if known or former.course.stopped_at is not None else None

    def of_its_stop(self, run: ClockRun) -> Iterable[ClockRun]:
        """A clock without frozen terms: where it had stopped before this policy came, the one of then judges it.

        What that one does not have is no clock of the past: a clock that is new in the file begins with it.
        """
        stopped = run.course.stopped_at
        version = None if stopped is None else version_at_stop(self._terms, stopped, self._past)
        if version is None or version == self._past.current:
            return (run,)
        former = self._by(version, run.course.label, run.course.started_at)
        return () if former is None else (former,)

    def by_version(self, event: TermsFrozen, run: ClockRun | None = None) -> ClockRun | None:
        """The clock by the policy that its terms are from; None where that cannot be had, or has no such clock.

        Args:
            event: the terms.
            run: the clock by the policy in force; None where that has it no more.
        """
        if event.policy_version is None:
            return None
        if run is not None:
            return self._by(event.policy_version, run.course.label, run.course.started_at)
        return self._by(event.policy_version, event.clock, event.started_at, event.stopped_at)

    def _by(
        self, version: int, label: str, started_at: datetime | None, stopped_at: datetime | None = None
    ) -> ClockRun | None:
        if version not in self._judged:
            policy = self._past.policy(version)
            self._judged[version] = () if policy is None else self._judge(policy)
            self._instances[version] = Instances(run.course for run in self._judged[version])
        course = self._instances[version].started(label, started_at, stopped_at)
        return None if course is None else next(run for run in self._judged[version] if run.course is course)


def _as_told(case: Case, run: ClockRun, event: TermsFrozen) -> ClockRun:
    """The clock by what its frozen terms say of themselves: the policy or the texts that they rest on are gone.

    When it started, stopped and paused is of the timeline. Where nothing is written down but target and calendar, as in
    a ticket file, these are counted anew; what the file does not know leaves the clock as it is.
    """
    course, terms = run.course, run.course.terms
    known = event.calendar in case.policy.calendars
    counted = case.policy.calendar_from(event.calendar, course.started_at) if known else None
    if terms.calendar.name == event.calendar:
        counted = terms.calendar
    told = (event.target, event.calendar, event.agreement, event.severity or terms.severity)
    if (str(terms.target), terms.calendar.name, terms.agreement, terms.severity) == told:
        return _with_missed(run, event)
    try:
        target = parse_target(event.target)
    except TargetError:
        return run
    severity = event.severity or terms.severity
    due: datetime | None
    met: datetime | None
    if event.due_at is not None and event.met_until is not None and event.stopped_at is not None:
        calendar = counted or terms.calendar
        of_then = replace(terms, severity=severity, target=target, calendar=calendar, agreement=event.agreement)
        of_then = replace(of_then, target_due=event.due_at, promise=None)
        due, met = event.due_at, event.met_until
    elif counted is None:
        return run
    else:
        closed = terms.promise is not None
        start = course.started_at
        of_then = plan_terms(severity, target, counted, start, received_when_closed=closed, agreement=event.agreement)
        due, met = due_and_met(of_then, start, course.pauses)
    if event.no_promise:
        due = met = None
    kept = replace(course, terms=of_then, due_at=due, met_until=met, no_promise=event.no_promise)
    deadlines = () if event.no_promise else (Deadline(of_then, due, met, None),)
    told_run = run._replace(course=kept, missed=None, counts=not event.no_promise, deadlines=deadlines)
    return _with_missed(told_run, event)


def _with_missed(run: ClockRun, event: TermsFrozen) -> ClockRun:
    """The clock with the deadline that it had missed under former terms, unless an answer came to light since."""
    until, course = event.missed_until, run.course
    if run.missed is not None or until is None or until == course.met_until:
        return run
    if course.stopped_at is not None and course.stopped_at <= until:
        return run
    stood_until = event.at if course.stopped_at is None else min(event.at, course.stopped_at)
    former = Deadline(course.terms, until, until, stood_until)
    missed = Missed(course.terms.severity, until, until, course.terms.counted_in)
    return run._replace(missed=missed, deadlines=(former, *run.deadlines))
