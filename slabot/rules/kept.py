"""By which terms is a clock judged, when the policy has changed since?

Promise: a clock that has stopped keeps the terms by which it was judged, and a running one does where the policy says
``terms_changes: keep``. An event that comes late is judged by those terms too. Only what somebody has judged anew
(`slabot rejudge`) gets other terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from slabot.calendars import TargetError, parse_target
from slabot.domain import TermsFrozen
from slabot.policy import Policy, TermsChanges
from slabot.rules.case import Case
from slabot.rules.clock import due_and_met, plan_terms
from slabot.rules.clocks import ClockRun


class PastPolicies(Protocol):
    """The port to the policies that were in force."""

    @property
    def current(self) -> int | None:
        """The version of the policy that is in force; None where nobody counts them."""

    def policy(self, version: int) -> Policy | None:
        """A policy that was in force, with its calendars as they were; None where it cannot be had any more."""


class NoPastPolicies:
    """For a ticket that is decided about without a store."""

    current: int | None = None

    def policy(self, version: int) -> Policy | None:
        """None: no policy is kept."""


NO_PAST = NoPastPolicies()
Judge = Callable[[Policy], Sequence[ClockRun]]
"""All clocks of the ticket under another policy."""


def as_frozen(case: Case, runs: Sequence[ClockRun], past: PastPolicies, judge: Judge) -> tuple[ClockRun, ...]:
    """The clocks, each by the terms that were frozen for it.

    Args:
        case: the ticket under the policy in force.
        runs: its clocks under that policy.
        past: the policies of before.
        judge: works the clocks out under another policy.
    """
    frozen = {event.clock: event for event in case.events if isinstance(event, TermsFrozen)}
    if not frozen:
        return tuple(runs)
    judged: dict[int, Sequence[ClockRun]] = {}
    found: list[ClockRun] = []
    for run in runs:
        event = frozen.pop(run.course.label, None)
        kept = None if event is None else _kept(case, run, event, past, judge, judged)
        found.append(run if kept is None else _beside(kept, run))
    for label, event in frozen.items():  # of clocks that the policy does not have any more
        ended = None if event.stopped_at is None else _by_version(label, event, past, judge, judged)
        if ended is not None:
            found.append(ended)
    return tuple(found)


def _beside(kept: ClockRun, today: ClockRun) -> ClockRun:
    """The clock with what the file of today would give instead, if that is something else."""
    return kept if kept.course.terms.same(today.course.terms) else kept._replace(instead=today.course.terms)


def _kept(
    case: Case,
    run: ClockRun,
    event: TermsFrozen,
    past: PastPolicies,
    judge: Judge,
    judged: dict[int, Sequence[ClockRun]],
) -> ClockRun | None:
    """The clock by its frozen terms; None where those of the policy in force count."""
    stopped = run.course.stopped_at is not None
    keeps = case.policy.terms_changes is TermsChanges.KEEP
    if not keeps and not (stopped and event.stopped_at is not None):
        return None
    if event.policy_version is None:
        return _by_words(case, run, event)
    if event.policy_version == past.current:
        return None
    former = _by_version(run.course.label, event, past, judge, judged)
    if former is None:
        return _by_words(case, run, event)
    # A clock that runs is told of by the severities of today.
    known = former.course.terms.severity in case.policy.severities
    return former if known or former.course.stopped_at is not None else None


def _by_version(
    label: str, event: TermsFrozen, past: PastPolicies, judge: Judge, judged: dict[int, Sequence[ClockRun]]
) -> ClockRun | None:
    version = event.policy_version
    if version is None:
        return None
    if version not in judged:
        policy = past.policy(version)
        judged[version] = () if policy is None else judge(policy)
    return next((run for run in judged[version] if run.course.label == label), None)


def _by_words(case: Case, run: ClockRun, event: TermsFrozen) -> ClockRun | None:
    """The clock by target and calendar alone, as a ticket file tells them; None where the file has no such calendar."""
    if event.calendar not in case.policy.calendars:
        return None
    try:
        target = parse_target(event.target)
    except TargetError:
        return None
    course, terms = run.course, run.course.terms
    if (str(terms.target), terms.calendar.name, terms.agreement) == (event.target, event.calendar, event.agreement):
        return None
    told = plan_terms(
        terms.severity,
        target,
        case.policy.calendar(event.calendar),
        course.started_at,
        received_when_closed=terms.promise is not None,
        agreement=event.agreement,
    )
    due, met = due_and_met(told, course.started_at, course.pauses)
    kept = replace(course, terms=told, due_at=due, met_until=met, no_promise="")
    return run._replace(course=kept, missed=None, counts=True)
