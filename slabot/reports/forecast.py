"""Foresee what comes of a ticket if nobody acts.

Promise: the same rules as now, asked at later instants (`slabot.rules.follow`): what slabot would do on its way is put
into the timeline as done, as at run time, so that a third reminder follows a second one. People do nothing in it. What
the governor holds back over many tickets, `slabot.reports.held_back` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import TypeAlias

from slabot.domain import (
    SECOND,
    Approved,
    Ticket,
    Timeline,
)
from slabot.policy import DEFAULT, Mode, Policy
from slabot.reports.play import left_behind
from slabot.rules import NO_PAST, Action, ClockState, Decision, Kind, PastPolicies, Proposal, follow

LOOKS = 5000  # at one ticket; a month of pages every 30 minutes takes 300


class Passing(StrEnum):
    """What comes without being an act of slabot's."""

    BREACH = "breach"
    """A deadline passes."""


Coming: TypeAlias = Kind | Passing
"""What is to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One thing that happens if nobody acts.

    Attributes:
        at: when; of a breach the last instant at which the deadline can be met.
        severity: in force then.
        agreement: of a breach: by which the clock is judged.
        clock: its label; empty for what is about no clock.
        due_at: of a breach; earlier than `at` where no working time lies between.
        certain: False where the ticket may have been answered, and slabot cannot see it.
        rung: of a page.
        acts: False for what a rule in mode ``observe`` only writes down.
        due_already: True where it is owed now.
        because: in words.
        write: what the governor judges; None for what it never holds back.
    """

    at: datetime
    kind: Coming
    helpdesk: str
    ticket: str
    subject: str
    severity: str
    agreement: str = DEFAULT
    clock: str = ""
    due_at: datetime | None = None
    certain: bool = True
    rung: str = ""
    acts: bool = True
    due_already: bool = False
    because: str = ""
    write: Proposal | None = None

    @property
    def reference(self) -> str:
        """``acme/4711``."""
        return f"{self.helpdesk}/{self.ticket}"


def foresee(
    ticket: Ticket, timeline: Timeline, policy: Policy, now: datetime, until: datetime, *, past: PastPolicies = NO_PAST
) -> Iterator[Foreseen]:
    """What comes of a ticket, in order, from what is due now up to an instant that is left out.

    Args:
        ticket: as it was at its creation.
        timeline: everything that has happened.
        policy: the rules, with ``start_from`` filled in.
        now: aware.
        until: aware.
        past: the policies by which clocks of before are judged.
    """
    life, at, done = follow(ticket, timeline, policy, past=past), now, set[str]()
    for _ in range(LOOKS):
        decision = life.at(at)
        acts = [action for action in decision.due_now if _name(action) not in done]
        for action in {_name(action): action for action in acts}.values():  # a page to several is one
            done.add(_name(action))
            yield replace(_act(ticket, decision, action, at, now), write=_write(ticket, timeline, action))
        if left := [event for action in acts if not _is_page(action) for event in left_behind(action, at)]:
            timeline = timeline.merged(left)
            life = follow(ticket, timeline, policy, past=past)
            continue
        pages = [page for page in takewhile(_is_page, decision.upcoming) if page.at < until]
        following = _following(decision, pages)
        end = until if following is None else min(following, until)
        ahead = [_breach(ticket, clock) for clock in decision.clocks if _ends_between(clock, at, end)]
        for page in pages:
            if _name(page) not in done and page.at < end + SECOND:
                done.add(_name(page))
                ahead.append(_act(ticket, decision, page, page.at, now))
        yield from sorted(ahead, key=lambda each: each.at)
        if end == until:
            return
        at = end


def _following(decision: Decision, pages: Sequence[Action]) -> datetime | None:
    """When to look again: what comes before the first act that is no page is foretold, and is not looked at."""
    if decision.next_look is None:
        return None
    other = next((action.at for action in decision.upcoming if not _is_page(action)), None)
    if other is not None:
        return max(other, decision.next_look)
    return max(pages[-1].at, decision.next_look) if pages else decision.next_look


def _is_page(action: Action) -> bool:
    return action.kind is Kind.PAGE


def _name(action: Action) -> str:
    """What is done once: of a page the rung, whomever it tells."""
    if not _is_page(action):
        return action.key
    named = dict(action.facts)
    return "/".join((named["clock"], named.get("severity", ""), named["rung"], named.get("repetition", "")))


def _ends_between(clock: ClockState, begins: datetime, ends: datetime) -> bool:
    """True for a deadline that passes in a time: it can be met up to its last instant, that one included."""
    met_until = clock.met_until
    return clock.running and not clock.no_promise and met_until is not None and begins <= met_until < ends


def _breach(ticket: Ticket, clock: ClockState) -> Foreseen:
    assert clock.met_until is not None
    return Foreseen(
        at=clock.met_until,
        kind=Passing.BREACH,
        helpdesk=ticket.helpdesk,
        ticket=ticket.id,
        subject=ticket.subject,
        severity=clock.terms.severity,
        agreement=clock.terms.agreement,
        clock=clock.label,
        due_at=clock.due_at,
        certain=clock.certain,
        because=f"{clock.name.replace('_', ' ')}, {clock.terms.words}",
    )


def _act(ticket: Ticket, decision: Decision, action: Action, at: datetime, now: datetime) -> Foreseen:
    return Foreseen(
        at=at,
        kind=action.kind,
        helpdesk=ticket.helpdesk,
        ticket=ticket.id,
        subject=ticket.subject,
        severity=action.fact("severity") or decision.severity.severity,
        clock=action.fact("clock") or "",
        rung=action.fact("rung") or "",
        acts=action.mode is Mode.ACT,
        due_already=at == now,
        because=action.because,
    )


def _write(ticket: Ticket, timeline: Timeline, action: Action) -> Proposal | None:
    if not action.kind.writes or action.mode is not Mode.ACT:
        return None
    approved = any(isinstance(event, Approved) and event.key == action.key for event in timeline)
    return Proposal(ticket.reference, action, approved)
