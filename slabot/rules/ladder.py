"""Who is to be paged about a clock, now and next?

Promise: where several rungs have passed, only the newest is sent and names the others. Nobody is paged twice about
the same rung. While people asked for quiet, or the quiet hours last, nobody is paged unless somebody asks for it; what
was due before the quiet hours goes out all the same, and what they held back comes at their end as one page.

A clock runs under the ladders that were frozen into it, if any; the file's serve the others (`slabot.policy.frozen`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from slabot.domain import SECOND, LadderFrozen, PageSent, Severity
from slabot.policy import Ladder, LadderChanges, Plan, Policy, plan_of, thaw
from slabot.rules.case import Case
from slabot.rules.clock import ClockState
from slabot.rules.decision import Action
from slabot.rules.holds import Asked, asked_at, asked_for, hold_of
from slabot.rules.severity import SeverityHistory
from slabot.rules.steps import Order, Step, Steps, everything_until
from slabot.rules.telling import destinations, page

_NOTHING: Order = (datetime.min.replace(tzinfo=UTC), -1, -1)  # before every step


@dataclass(frozen=True, slots=True)
class Paging:
    """The pages that are due now, one for each destination, and the next ones."""

    due: tuple[Action, ...]
    next: tuple[Action, ...]


def plan_for(case: Case, clock: ClockState) -> Plan:
    """The ladders that a clock runs under: the last ones frozen into it, unless the file declares otherwise.

    A severity that the file did not have then has its ladders in the file: nobody would be paged otherwise.
    """
    if case.policy.ladder_changes is LadderChanges.KEEP:
        for event in reversed(case.events):
            if isinstance(event, LadderFrozen) and event.clock == clock.label:
                plan = thaw(event.plan)
                if plan is not None and plan.knows(clock.terms.severity):
                    return plan
    return plan_of(case.policy, clock.name)


def fitting_ladder(case: Case, clock: ClockState, plan: Plan) -> Ladder | None:
    """The first ladder of a plan that fits the clock; an empty selector fits everything."""
    ticket = case.ticket
    organization = None if ticket.requester is None else ticket.requester.organization
    for ladder in plan.ladders:
        if (
            (not ladder.severity or clock.terms.severity in ladder.severity)
            and (not ladder.helpdesk or ticket.helpdesk in ladder.helpdesk)
            and (not ladder.organization or _any_of((organization,), ladder.organization))
            and (not ladder.tag or _any_of(case.tags, ladder.tag))
        ):
            return ladder
    return None


def _any_of(found: tuple[str | None, ...], wanted: tuple[str, ...]) -> bool:
    """Names are the same in any case, as everywhere in the file."""
    names = {name.casefold() for name in wanted}
    return any(name is not None and name.casefold() in names for name in found)


def pages(case: Case, clock: ClockState, history: SeverityHistory, *, ahead: int) -> Paging:
    """What to page about a running clock.

    Args:
        case: the ticket.
        clock: one of its clocks.
        history: the severities, to tell under which one an earlier page went out.
        ahead: how many coming pages to list at most.
    """
    if not clock.running:
        return Paging((), ())
    plan = plan_for(case, clock)
    ladder = fitting_ladder(case, clock, plan)
    if ladder is None:
        return Paging((), ())
    sent, until = _sent(case, clock, history)
    steps = Steps(case, clock, ladder, hold_of(case, clock, plan.re_page_after), sent, until)
    asked = asked_for(case, clock)
    if asked is not None:
        return _asked(case, clock, steps, asked, ahead)
    if steps.held(case.now):
        return Paging((), _coming(case, clock, steps, ahead))
    ready, coming = _ready(case, clock, steps), _coming(case, clock, steps, ahead)
    if not ready:
        return Paging(_unfinished(case, clock, steps, sent), coming)
    return Paging(_told_to_all(case, clock, ready), coming)


def _sent(case: Case, clock: ClockState, history: SeverityHistory) -> tuple[list[PageSent], Order]:
    """The pages under this severity, and how far those under a higher one have told people; a page under a lower
    severity told them nothing of this one.
    """
    severities, rank = case.policy.severities, case.policy.rank(clock.terms.severity)
    until, same = _NOTHING, []
    names = (clock.label, clock.name)
    for event in case.pages:
        if event.clock not in names or event.at < clock.started_at:
            continue
        severity = event.severity if event.severity in severities else history.at(event.at).severity
        assert severity is not None
        if severity == clock.terms.severity:
            same.append(event)
        elif case.policy.rank(severity) < rank:
            until = max(until, everything_until(event.at))
    return same, until


def _asked(case: Case, clock: ClockState, steps: Steps, asked: Asked, ahead: int) -> Paging:
    """The next rung, for somebody who asked for it: what had passed by then, or else what comes first."""
    wanted = steps.passed(asked.at) or steps.coming(asked.at, 1) or [steps.extra(asked)]
    ready = _ready(case, clock, steps)
    if ready and ready[-1].order > wanted[-1].order:
        wanted = ready
    return Paging(_told_to_all(case, clock, wanted, asked), _coming(case, clock, steps.beyond(wanted[-1]), ahead))


def _told_to_all(case: Case, clock: ClockState, passed: list[Step], asked: Asked | None = None) -> tuple[Action, ...]:
    """The newest of the steps, for everybody whom it names."""
    *others, newest = passed
    titles = tuple(step.title for step in others)
    return tuple(page(case, clock, newest, to, others=titles, asked=asked) for to in destinations(newest.notify))


def _unfinished(case: Case, clock: ClockState, steps: Steps, sent: list[PageSent]) -> tuple[Action, ...]:
    """What people were told last, for those of its destinations that have not been told yet."""
    newest = steps.named(sent[-1]) if sent else None
    if newest is not None and newest.order == steps.told and _all(newest, sent[-1]):
        return ()  # as most often: it was for the channel alone
    first: dict[tuple[str, int | None], PageSent] = {}
    for event in sent:
        first.setdefault((event.rung, event.repetition), event)
    for begun in reversed(first.values()):
        step = steps.named(begun)
        if step is None:
            return ()
        if begun.asked_at is None and not step.ends_hold and step.order < steps.told:
            continue  # a page that was in doubt until after a later one
        heard = {event.to for event in sent if (event.rung, event.repetition) == (begun.rung, begun.repetition)}
        if None in heard:
            return ()
        asked = None if begun.asked_at is None else asked_at(case, clock, begun.asked_at)
        missing = (to for to in destinations(step.notify) if to not in heard)
        return tuple(page(case, clock, step, to, asked=asked) for to in missing)
    return ()


def _all(step: Step, sent: PageSent) -> bool:
    """True if one page told everybody."""
    return sent.to is None or destinations(step.notify) == (sent.to,)


def _ready(case: Case, clock: ClockState, steps: Steps) -> list[Step]:
    """What has passed and is not held back by quiet hours: in them, what had passed before they began."""
    since = case.policy.quiet_since(clock.terms.severity, case.now)
    return steps.passed(case.now if since is None else since - SECOND)


def _coming(case: Case, clock: ClockState, steps: Steps, ahead: int) -> tuple[Action, ...]:
    """The next pages, for their channel; of several at one instant the newest, which names the others then."""
    policy, severity, now = case.policy, clock.terms.severity, case.now
    if not policy.has_quiet_hours(severity):
        newest = list({step.at: step for step in steps.coming(now, ahead)}.values())
    else:
        newest = []
        instant = _held_until(policy, severity, steps, now) or _next(policy, severity, steps, now)
        while instant is not None and len(newest) < ahead:
            newest.append(steps.passed(instant)[-1])
            instant = _next(policy, severity, steps, instant)
    return tuple(page(case, clock, step, destinations(step.notify)[0]) for step in newest)


def _held_until(policy: Policy, severity: Severity, steps: Steps, now: datetime) -> datetime | None:
    """When the quiet hours end that hold something back now; None if nothing is, or people asked for quiet anyway."""
    since = policy.quiet_since(severity, now)
    if since is None or steps.held(now):
        return None
    return policy.quiet_until(severity, now) if any(step.at >= since for step in steps.passed(now)) else None


def _next(policy: Policy, severity: Severity, steps: Steps, after: datetime) -> datetime | None:
    """When the next page is due: at its step's instant, or at the end of the quiet hours in which that lies."""
    step = next(iter(steps.coming(after, 1)), None)
    return None if step is None else policy.quiet_until(severity, step.at) or step.at
