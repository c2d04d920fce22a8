"""Work out what another policy would do to the tickets of the store, if it came into force now.

Promise: the same rules as at run time, with the policy as the next version of the store: a clock whose terms were
frozen keeps them where the policy says so, and only what would really move is told. Nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from slabot.policy import Policy
from slabot.rules import Action, ClockState, Decision, Kind, decide
from slabot.runtime.past_policies import StoredPolicies
from slabot.store import ahead, meta, policies
from slabot.store.tickets import StoredTicket


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedClock:
    """A running clock that the new policy moves.

    Attributes:
        old_due, new_due: None where nothing is promised, or a pause hides it.
        missed: it can still be met under the old policy, and no more under the new one.
    """

    ticket: str
    clock: str
    old_severity: str
    new_severity: str
    old_due: datetime | None
    new_due: datetime | None
    missed: bool


@dataclass(slots=True)
class PolicyEffects:
    """What changes at once.

    Attributes:
        tickets: that were looked at.
        running: clocks that run.
        pages: that would go out at once, and are not due under the old policy.
        acts: the same for what is done on tickets.
    """

    tickets: int = 0
    running: int = 0
    moved: list[MovedClock] = field(default_factory=list)
    pages: list[tuple[str, Action]] = field(default_factory=list)
    acts: list[tuple[str, Action]] = field(default_factory=list)

    @property
    def missed(self) -> list[MovedClock]:
        """Those that would be missed at once."""
        return [clock for clock in self.moved if clock.missed]


def policy_effects(conn: Connection, old: Policy, new: Policy, new_text: str, now: datetime) -> PolicyEffects:
    """Decide about every ticket that is not over under each policy.

    Args:
        conn: of a `Store.read`.
        old: the policy in force.
        new: the one that would come.
        new_text: of it; a text that was in force before is that version again.
        now: aware.
    """
    versions, installed = policies.every(conn), meta.installed(conn)
    starts, in_force = policies.starts(conn), policies.in_force(conn)
    known = [version.version for version in versions.values() if version.text == new_text]
    coming = max(known, default=max(versions, default=0) + 1)
    if installed is not None:
        old, new = old.starting(installed), new.starting(installed)
    past = [StoredPolicies(versions, version, installed, starts) for version in (in_force, coming)]
    found = PolicyEffects()
    for stored in ahead.load(conn, ahead.not_over(conn)):
        ticket, timeline = stored.ticket, stored.timeline
        before = decide(ticket, timeline, old, now, past=past[0])
        after = decide(ticket, timeline, new, now, past=past[1])
        _compare(found, stored, before, after)
    return found


def _compare(found: PolicyEffects, stored: StoredTicket, before: Decision, after: Decision) -> None:
    reference = stored.ticket.reference
    found.tickets += 1
    clocks = {clock.label: clock for clock in before.clocks}
    found.running += sum(clock.running for clock in before.clocks)
    for clock in after.clocks:
        was = clocks.get(clock.label)
        if clock.running and was is not None and (moved := _moved(reference, was, clock)) is not None:
            found.moved.append(moved)
    for action in after.due_now:
        if action.key not in before.due_by_key:
            (found.pages if action.kind is Kind.PAGE else found.acts).append((reference, action))


def _moved(reference: str, was: ClockState, clock: ClockState) -> MovedClock | None:
    if (was.due_at, was.terms.severity, was.no_promise) == (clock.due_at, clock.terms.severity, clock.no_promise):
        return None
    return MovedClock(
        ticket=reference,
        clock=clock.label,
        old_severity=was.terms.severity,
        new_severity=clock.terms.severity,
        old_due=was.due_at,
        new_due=clock.due_at,
        missed=clock.is_missed and not was.is_missed,
    )
