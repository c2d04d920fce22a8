"""Freeze the ladders that a clock runs under, and the terms by which it is judged.

Promise: a clock that runs has the ladders and terms of its first evaluation, so that a change of the policy moves no
page of it, unless the policy declares that it does. One that has stopped keeps its terms in any case.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from slabot.domain import LadderFrozen, TermsFrozen
from slabot.policy import DEFAULT, LadderChanges, TermsChanges, freeze, plan_of
from slabot.rules import ClockState, Decision
from slabot.rules.instances import last_terms
from slabot.rules.kept import version_at_stop
from slabot.rules.words import stamp
from slabot.runtime.parts import Parts
from slabot.store import StoredTicket


def ladders_to_freeze(parts: Parts, stored: StoredTicket, decision: Decision, now: datetime) -> list[LadderFrozen]:
    """The ladders of running clocks that have none yet, or that the policy plans anew."""
    running = [clock for clock in decision.clocks if clock.running]
    if not running:
        return []
    kept = {
        (event.clock, event.agreement or DEFAULT): event.plan
        for event in stored.timeline
        if isinstance(event, LadderFrozen)
    }
    policy, frozen = parts.policy, []
    for clock in running:
        agreement = clock.terms.agreement
        if (clock.label, agreement) in kept and policy.ladder_changes is LadderChanges.KEEP:
            continue
        plan = freeze(plan_of(policy.under(agreement), clock.name))
        if kept.get((clock.label, agreement)) == plan:
            continue
        act = LadderFrozen(
            at=now,
            id=f"ladder:{clock.label}:{stamp(now)}",
            clock=clock.label,
            plan=plan,
            policy_version=parts.policy_version,
            agreement=None if agreement == DEFAULT else agreement,
        )
        frozen.append(act)
    return frozen


def terms_to_freeze(parts: Parts, stored: StoredTicket, decision: Decision, now: datetime) -> list[TermsFrozen]:
    """The terms of clocks that have stopped or run again, and of running ones where the policy keeps theirs.

    A clock that runs again where the policy adopts is judged by the terms in force when it stops anew.
    """
    last = last_terms(stored.timeline, decision.clocks)
    keeps = parts.policy.terms_changes is TermsChanges.KEEP
    frozen: list[TermsFrozen] = []
    for clock in decision.clocks:
        former, stopped = last.get(clock.label), clock.stopped_at is not None
        if former is None:
            if keeps or stopped:
                frozen.append(terms_of(clock, _version(parts, stored, clock), now))
        elif stopped is not (former.stopped_at is not None):
            version = former.policy_version if keeps else _version(parts, stored, clock)
            frozen.append(terms_of(clock, version, now))
    return frozen


def _version(parts: Parts, stored: StoredTicket, clock: ClockState) -> int:
    """The version that judges a clock: in force when it stopped, or now."""
    stopped = clock.stopped_at
    of_then = None if stopped is None else version_at_stop(stored.timeline, stopped, parts.past)
    return parts.policy_version if of_then is None else of_then


def terms_to_settle(stored: StoredTicket, decision: Decision, now: datetime) -> list[TermsFrozen]:
    """The terms of clocks that have stopped, to be worked out no more: what they rest on is about to be deleted."""
    last = last_terms(stored.timeline, decision.clocks)
    return [
        replace(terms_of(clock, former.policy_version, now), id=f"settled:{clock.label}:{stamp(now)}", settled=True)
        for clock in decision.clocks
        if clock.stopped_at is not None and (former := last.get(clock.label)) is not None and not former.settled
    ]


def terms_of(clock: ClockState, version: int | None, now: datetime) -> TermsFrozen:
    """The terms of a clock as it stands, of a policy version of the store."""
    end = "runs" if clock.stopped_at is None else stamp(clock.stopped_at)
    return TermsFrozen(
        at=now,
        id=f"terms:{clock.label}:{end}:{stamp(now)}",
        clock=clock.label,
        agreement=clock.terms.agreement,
        target=str(clock.terms.target),
        calendar=clock.terms.calendar.name,
        policy_version=version,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        severity=clock.terms.severity,
        due_at=clock.due_at,
        met_until=clock.met_until,
        missed_until=None if clock.missed is None else clock.missed.met_until,
        no_promise=clock.no_promise,
    )
