"""Of all the writes that the rules want in one run, which may go ahead?

Promise: a mistake in a policy never reaches more tickets than the file allows. What is held back is named, with its
reason and the time at which it is tried again; nothing is dropped and nothing spins.

Two brakes. The budget lets so many writes through in one run and leaves the rest to the next. The circuit breaker
looks at tickets: if one run wants to write to more of them than the file allows, in number or as a share of the
open ones, it lets nothing through until a person has approved it. Pages and notes to people are never held back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from slabot.policy import Mode, RunLimits
from slabot.rules.decision import Action


class Brake(StrEnum):
    """What held an act back."""

    BUDGET = "budget"
    BREAKER = "breaker"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One act that the rules want.

    Attributes:
        ticket: ``acme/4711``.
        approved: a person allowed this very act (its key) before.
    """

    ticket: str
    action: Action
    approved: bool = False


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An act that may not go ahead now; ``retry_at`` is None where a person must approve first."""

    proposal: Proposal
    brake: Brake
    because: str
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class GovernedRun:
    """What one run may do.

    Attributes:
        tripped: why the circuit breaker stopped the run, in words for the admin; None if it did not.
    """

    allowed: tuple[Proposal, ...]
    held: tuple[HeldBack, ...]
    tripped: str | None


def govern(
    proposals: Sequence[Proposal],
    limits: RunLimits,
    *,
    open_tickets: int,
    now: datetime,
    every: timedelta,
    approved: Collection[str] = (),
    unread: int = 0,
) -> GovernedRun:
    """Decide which proposals of one run go ahead.

    Args:
        proposals: everything that is due, over all tickets; the order does not matter.
        limits: the file's limits.
        open_tickets: how many tickets are neither solved nor closed.
        now: the time of the run.
        every: how soon the next run follows; what the budget holds back is tried then.
        approved: keys of acts that a person has allowed.
        unread: how many changed tickets could not be read in time to count among them; it is told, and decides nothing.
    """
    free = [p for p in proposals if not _is_braked(p)]
    waved = [p for p in proposals if _is_braked(p) and (p.approved or p.action.key in approved)]
    rest = sorted(
        (p for p in proposals if _is_braked(p) and not (p.approved or p.action.key in approved)), key=_oldest_first
    )
    tripped = _tripped({p.ticket for p in rest}, limits, open_tickets, unread)
    if tripped is not None:
        held = tuple(HeldBack(p, Brake.BREAKER, tripped, None) for p in rest)
        return GovernedRun((*free, *waved), held, tripped)
    room = max(0, limits.writes_per_run - len(waved))
    over = rest[room:]
    because = f"{limits.writes_per_run} writes went out in this run, as many as limits.writes_per_run allows"
    held = tuple(HeldBack(p, Brake.BUDGET, because, now + every) for p in over)
    return GovernedRun((*free, *waved, *rest[:room]), held, None)


def _is_braked(proposal: Proposal) -> bool:
    # Observing writes nothing; telling people is never held back.
    return proposal.action.kind.writes and proposal.action.mode is Mode.ACT


def _oldest_first(proposal: Proposal) -> tuple[datetime, str]:
    return (proposal.action.at, proposal.action.key)


def _tripped(tickets: set[str], limits: RunLimits, open_tickets: int, unread: int) -> str | None:
    count = len(tickets)
    if count > limits.stop_above_tickets:
        many = f"{count} tickets, more than the {limits.stop_above_tickets} that limits.stop_above_tickets allows"
    elif open_tickets > 0 and count * 100 > limits.stop_above_percent * open_tickets and count > 1:
        share = f"more than the {limits.stop_above_percent:g}% that limits.stop_above_percent allows"
        many = f"{count} of {open_tickets} open tickets, {share}"
    else:
        return None
    more = f" ({unread} more changed and could not be read yet)" if unread else ""
    return f"this run wants to write to {many}{more}; nothing is written until a person approves it"
