"""Freeze the ladders that a clock runs under.

Promise: a clock that runs has the ladders of its first evaluation, so that a change of the policy moves no page of it;
unless the policy declares that it does.
"""

from __future__ import annotations

from datetime import datetime

from slabot.domain import LadderFrozen
from slabot.policy import LadderChanges, freeze, plan_of
from slabot.rules import Decision
from slabot.rules.words import stamp
from slabot.runtime.parts import Parts
from slabot.store import StoredTicket


def ladders_to_freeze(parts: Parts, stored: StoredTicket, decision: Decision, now: datetime) -> list[LadderFrozen]:
    """The ladders of running clocks that have none yet, or that the policy plans anew."""
    running = [clock for clock in decision.clocks if clock.running]
    if not running:
        return []
    kept = {event.clock: event.plan for event in stored.timeline if isinstance(event, LadderFrozen)}
    policy, frozen = parts.policy, []
    for clock in running:
        if clock.label in kept and policy.ladder_changes is LadderChanges.KEEP:
            continue
        plan = freeze(plan_of(policy, clock.name))
        if kept.get(clock.label) == plan:
            continue
        act = LadderFrozen(
            at=now,
            id=f"ladder:{clock.label}:{stamp(now)}",
            clock=clock.label,
            plan=plan,
            policy_version=parts.policy_version,
        )
        frozen.append(act)
    return frozen
