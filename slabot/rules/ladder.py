"""Who is to be paged about a clock, now and next?

Promise: where several rungs have passed, only the newest is sent and names the others. Nobody is paged twice about
the same rung. While people asked for quiet, or the quiet hours last, nobody is paged unless somebody asks for it.

A clock runs under the ladders that were frozen into it, if any; the file's serve the others (`slabot.policy.frozen`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from slabot.domain import LadderFrozen, PageSent
from slabot.policy import Destination, DestinationKind, Ladder, LadderChanges, Mode, Plan, plan_of, thaw
from slabot.rules.case import Case
from slabot.rules.clock import ClockState
from slabot.rules.decision import Action, Kind
from slabot.rules.holds import asked_for, hold_of
from slabot.rules.severity import SeverityHistory
from slabot.rules.steps import ESCALATED, Order, Step, Steps, everything_until
from slabot.rules.words import listed, when

MAIN = "channel"  # the destination that is told of every rung: slack.channel, where the rung names no channel
QUIET = "quiet hours"


@dataclass(frozen=True, slots=True)
class Paging:
    """The pages that are due now, one for each destination, and the next ones."""

    due: tuple[Action, ...]
    next: tuple[Action, ...]


def plan_for(case: Case, clock: ClockState) -> Plan:
    """The ladders that a clock runs under: the last ones frozen into it, unless the file declares otherwise."""
    if case.policy.ladder_changes is LadderChanges.KEEP:
        for event in reversed(case.events):
            if isinstance(event, LadderFrozen) and event.clock == clock.label:
                plan = thaw(event.plan)
                if plan is not None:
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
    hold, now = hold_of(case, clock, plan.re_page_after), case.now
    steps = Steps(case, clock, ladder, hold)
    same, told = _told(case, clock, history, steps)
    passed = [step for step in steps.until(now) if told is None or step.order > told]
    coming = [step for step in steps.after(now, ahead) if told is None or step.order > told]
    held = hold is not None and hold.since <= now < hold.until
    asked = asked_for(case, clock)
    if asked is not None:
        by = _Asked(asked.at, asked.by_id)
        nothing_left = Step(asked.at, len(ladder.rungs), ESCALATED, len(same), "", ladder.rungs[-1].notify)
        step = next(iter((*passed[-1:], *coming)), nothing_left)
        due = tuple(_action(case, clock, step, (), to, by) for to in _destinations(step))
        return Paging(due, _coming(case, clock, [later for later in coming if later.order > step.order]))
    # What falls into the quiet hours waits for their end; what was due before them goes out, however late.
    waiting = [step for step in passed if _after_quiet(case, clock, step).at > now]
    ready = passed[: len(passed) - len(waiting)]
    upcoming = _coming(case, clock, [*waiting[-1:], *coming])
    if held:
        return Paging((), upcoming)
    if ready:
        *others, newest = ready
        titles = tuple(step.title for step in others)
        due = tuple(_action(case, clock, newest, titles, to) for to in _destinations(newest))
        return Paging(due, upcoming)
    return Paging(_unfinished(case, clock, steps, same, told), upcoming)


def _unfinished(
    case: Case, clock: ClockState, steps: Steps, same: list[PageSent], told: Order | None
) -> tuple[Action, ...]:
    """The newest rung, for those of its destinations that have not been told yet."""
    last = next((page for page in reversed(same) if (step := steps.named(page)) and step.order == told), None)
    step = None if last is None else steps.named(last)
    if last is None or step is None:
        return ()
    about = [page for page in same if page.rung == last.rung and page.repetition == last.repetition]
    heard = {page.to for page in about}
    if None in heard:
        return ()
    by = None if last.asked_at is None else _Asked(last.asked_at, None)
    return tuple(_action(case, clock, step, (), to, by) for to in _destinations(step) if to not in heard)


def _told(case: Case, clock: ClockState, history: SeverityHistory, steps: Steps) -> tuple[list[PageSent], Order | None]:
    """The pages under this severity, and the furthest rung that anybody has been told of; a page under a lower
    severity told them nothing of this one.
    """
    severities, rank = case.policy.severities, case.policy.rank(clock.terms.severity)
    passed: list[Order] = []
    same: list[PageSent] = []
    names = (clock.label, clock.name)
    for event in case.pages:
        if event.clock not in names or event.at < clock.started_at:
            continue
        severity = event.severity if event.severity in severities else history.at(event.at).severity
        assert severity is not None
        if severity == clock.terms.severity:
            same.append(event)
        elif case.policy.rank(severity) < rank:
            passed.append(everything_until(event.at))
    furthest = steps.furthest(same)
    if furthest is not None:
        passed.append(furthest)
    return same, max(passed, default=None)


def _coming(case: Case, clock: ClockState, steps: list[Step]) -> tuple[Action, ...]:
    """Steps as coming pages of the main channel; of those that the quiet hours hold back to one instant, the last."""
    moved = [_after_quiet(case, clock, step) for step in steps]
    last = {step.at: step for step in moved}
    return tuple(_action(case, clock, step, (), _destinations(step)[0]) for step in last.values())


def _after_quiet(case: Case, clock: ClockState, step: Step) -> Step:
    until = case.policy.quiet_until(clock.terms.severity, step.at)
    return step if until is None else replace(step, at=until)


def _destinations(step: Step) -> tuple[str, ...]:
    """Who gets a message of their own, a channel first; groups are mentioned there."""
    own = [to for to in step.notify if to.kind is not DestinationKind.GROUP]
    channels = [to for to in own if to.kind is DestinationKind.CHANNEL]
    main = str(channels[0]) if channels else MAIN
    return tuple(dict.fromkeys((main, *map(str, own))))


def _mentioned(notify: tuple[Destination, ...]) -> str:
    """Who is mentioned in the channel."""
    return ", ".join(str(to) for to in notify if to.kind.is_person or to.kind is DestinationKind.GROUP)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Somebody asked for the page."""

    at: datetime
    by_id: str | None


def _action(
    case: Case, clock: ClockState, step: Step, others: tuple[str, ...], to: str, asked: _Asked | None = None
) -> Action:
    severity, zone = clock.terms.severity, case.policy.display_zone
    at = step.at if asked is None else min(step.at, asked.at)
    because = step.because
    if asked is not None:
        because = f"somebody asked for the next page at {when(asked.at, zone)}{f': {because}' if because else ''}"
    held = None if asked is not None else case.policy.quiet_until(severity, step.at)
    if held is not None:
        at, because = held, f"{because}; held from {when(step.at, zone)} in the quiet hours"
    if clock.raised and clock.due_at is not None and max(clock.due_at, step.at) <= clock.in_force_since:
        because += f"; raised to {severity} at {when(clock.in_force_since, zone)}, already past"
    if others:
        because += f"; passed before it without a page: {listed(others)}"
    key = f"{case.ticket.reference}/page/{clock.label}/{severity}/{step.name}/{step.repetition}"
    mentioned = _mentioned(step.notify)
    return Action(
        kind=Kind.PAGE,
        mode=Mode.ACT,
        at=at,
        key=key if to == _destinations(step)[0] else f"{key}/to/{to}",
        because=because,
        facts=(
            ("clock", clock.label),
            ("severity", severity),
            ("rung", step.name),
            ("repetition", str(step.repetition)),
            ("to", to),
            *((("mention", mentioned),) if mentioned else ()),
            *((("held", QUIET),) if held is not None else ()),
            *((("asked_at", asked.at.isoformat()),) if asked is not None else ()),
        ),
    )
