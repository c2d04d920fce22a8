"""What is true of this ticket now, what is due now, and when could that change?

Promise: the answer depends on the ticket, its timeline, the policy and ``now`` alone. It is the same whatever order
the events arrived in and however often it is asked; and between ``now`` and ``next_look`` it does not change unless
something happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from slabot.domain import SECOND, Noted, Nudged, Ticket, Timeline, utc
from slabot.policy import ClockKind, ClockTerms, Mode, Policy
from slabot.rules.case import Case, read_case
from slabot.rules.clock import ClockState
from slabot.rules.clocks import clocks, first_response, is_request, request_at
from slabot.rules.decision import UPCOMING, Action, Decision, Kind, Refusal
from slabot.rules.guards import obstacle
from slabot.rules.ladder import pages
from slabot.rules.plan import Plan
from slabot.rules.severity import Assessment, PriorityWish, SeverityHistory, assess
from slabot.rules.solved import plan_solved
from slabot.rules.waiting import plan_waiting, waiting_round
from slabot.rules.words import stamp, when


def decide(ticket: Ticket, timeline: Timeline, policy: Policy, now: datetime) -> Decision:
    """Decide about one ticket.

    Args:
        ticket: as it was at its creation.
        timeline: everything that happened since; what lies after ``now`` is not looked at.
        policy: the rules.
        now: aware.

    Raises:
        InstantError: ``now`` is naive.
        OutsideYearsError: a time lies outside the years that a calendar answers for.
    """
    now = utc(now)
    case = read_case(ticket, timeline, policy, now)
    start = request_at(case)
    response = first_response(case, start)
    history = assess(case, None if response is None else response.at)
    if now < ticket.created_at:
        return Decision(
            now=now,
            category=case.category,
            severity=history.current,
            clocks=(),
            waiting=None,
            due_now=(),
            upcoming=(),
            refusals=(),
            next_look=ticket.created_at,
        )
    running = clocks(case, start, response, history)
    turn = waiting_round(case)
    plans = [
        *_pages(case, running, history),
        *_nudges(case, running),
        plan_waiting(case, turn, history.current.severity),
        plan_solved(case, history.current.severity),
        _severity_written(case, history),
        *_wishes(case, history),
    ]
    plans = [plan for plan in plans if plan.certain or plan.expected or plan.held]  # most rules want nothing
    due, coming, refusals = _sorted_out(case, plans, history)
    # What a guard holds back is looked at in its time as well: the reason shown for it could change then.
    looks = [action.at for plan in plans if plan.mode is not Mode.OFF for action in plan.coming(now)]
    looks.extend(clock.met_until + SECOND for clock in running if clock.running and clock.met_until is not None)
    later = timeline.first_after(now)
    if later is not None:
        looks.append(later)
    return Decision(
        now=now,
        category=case.category,
        severity=history.current,
        clocks=running,
        waiting=turn,
        due_now=due,
        upcoming=tuple(coming[:UPCOMING]),
        refusals=refusals,
        next_look=min((look for look in looks if look > now), default=None),
    )


def assessments(ticket: Ticket, timeline: Timeline, policy: Policy, now: datetime) -> tuple[Assessment, ...]:
    """Every severity that was in force up to ``now``, in order, each with what it rests on."""
    case = read_case(ticket, timeline, policy, utc(now))
    response = first_response(case, request_at(case))
    return assess(case, None if response is None else response.at).assessments


def _sorted_out(
    case: Case, plans: list[Plan], history: SeverityHistory
) -> tuple[tuple[Action, ...], list[Action], tuple[Refusal, ...]]:
    """What is due, what comes, and what a guard holds back."""
    due: list[Action] = []
    coming: list[Action] = []
    refusals: list[Refusal] = []
    for plan in plans:
        now_due, next_ones = plan.due(case.now), list(plan.coming(case.now))
        wanted = [*(action.kind for action in (*now_due, *next_ones)), *(refusal.kind for refusal in plan.held)]
        if not wanted:
            continue
        why_not = _why_not(case, plan, wanted[0], history)
        if why_not is None:
            due.extend(now_due)
            coming.extend(next_ones)
            refusals.extend(plan.held)
        elif plan.mode is not Mode.OFF:
            refusals.append(Refusal(wanted[0], why_not))
    coming.sort(key=lambda action: action.at)
    return tuple(due), coming, tuple(dict.fromkeys(refusals))  # one reason for all pages about a clock


def _why_not(case: Case, plan: Plan, kind: Kind, history: SeverityHistory) -> str | None:
    if kind.writes:
        return obstacle(case, plan.mode, history.current.severity, plan.since)
    start_from, created = case.policy.start_from, case.ticket.created_at
    if kind is Kind.PAGE and start_from is not None and created < start_from:
        zone = case.policy.display_zone
        return f"the ticket was created before slabot's start at {when(start_from, zone)}; pages are for later ones"
    return None


def _pages(case: Case, running: tuple[ClockState, ...], history: SeverityHistory) -> Iterator[Plan]:
    for clock in running:
        paging = pages(case, clock, history, ahead=UPCOMING)
        yield from (Plan(Mode.ACT, None, (due,)) for due in paging.due)
        yield Plan(Mode.ACT, None, paging.next)


def _nudges(case: Case, running: tuple[ClockState, ...]) -> Iterator[Plan]:
    kinds: dict[str, ClockTerms] = {terms.name: terms for terms in case.policy.clocks}
    done = {event.key for event in case.events if isinstance(event, Nudged)}
    for clock in running:
        terms = kinds.get(clock.name)
        if terms is None or terms.kind is not ClockKind.PERIODIC_UPDATE or not clock.running:
            continue
        newest, following = _nudge_times(clock, case.now)
        actions = [_nudge(case, clock, terms.mode, number, at) for number, at in (newest, following) if at is not None]
        yield Plan(terms.mode, clock.started_at, tuple(action for action in actions if action.key not in done))


def _nudge_times(clock: ClockState, now: datetime) -> tuple[tuple[int, datetime | None], tuple[int, datetime | None]]:
    """The newest reminder that is due, if any, and the one after it; one for each target's length of silence."""
    calendar, target = clock.terms.calendar, clock.terms.target
    number, newest, following = 0, None, clock.met_until
    while following is not None and following <= now:
        number, newest = number + 1, following
        following = calendar.met_until(calendar.due(newest, target))
        if following == newest:  # no length of silence at all: one reminder is all there is
            following = None
    return (number, newest), (number + 1, following)


def _nudge(case: Case, clock: ClockState, mode: Mode, number: int, at: datetime) -> Action:
    since = when(clock.started_at, case.policy.display_zone)
    return Action(
        kind=Kind.NUDGE,
        mode=mode,
        at=at,
        key=f"{case.ticket.reference}/nudge/{clock.label}/{stamp(clock.started_at)}/{number}",
        because=f"no public update since {since}; one is owed every {clock.terms.target}",
        facts=(("clock", clock.label), ("number", str(number))),
    )


def _severity_written(case: Case, history: SeverityHistory) -> Plan:
    """Write the severity back where the native priority says something else."""
    current, mode = history.current, case.policy.classify.mode
    priority = case.policy.severities[current.severity].priority
    if mode is Mode.OFF or priority is None or case.category.ended or not is_request(case):
        return Plan()
    if history.priority is not None and case.policy.severity_of_priority(history.priority) == current.severity:
        return Plan()
    action = Action(
        kind=Kind.SET_SEVERITY,
        mode=mode,
        at=current.since,
        key=f"{case.ticket.reference}/set_severity/{current.severity}/{stamp(current.since)}",
        because=f"it is {current.severity} ({current.because[0]}), but the helpdesk shows {_shown(history.priority)}",
        facts=(("to", current.severity), ("priority", priority)),
    )
    return Plan(mode, case.ticket.created_at, (action,))


def _wishes(case: Case, history: SeverityHistory) -> Iterator[Plan]:
    """A customer's change of priority is a reason to tell people, once."""
    if case.category.ended or case.ended is not None:
        return
    noted = {event.key for event in case.events if isinstance(event, Noted)}
    told = {action.key: action for action in (_wish_told(case, wish) for wish in history.wishes)}  # one a second
    for key, action in told.items():
        if key not in noted:
            yield Plan(Mode.ACT, None, (action,))


def _wish_told(case: Case, wish: PriorityWish) -> Action:
    effect = "the severity was raised by it" if wish.raised else "the severity stays as it is; an agent decides"
    return Action(
        kind=Kind.NOTE,
        mode=Mode.ACT,
        at=wish.at,
        key=f"{case.ticket.reference}/note/priority/{stamp(wish.at)}",
        because=(
            f"the customer changed the priority from {_shown(wish.before)} to {_shown(wish.after)} "
            f"at {when(wish.at, case.policy.display_zone)}; {effect}"
        ),
    )


def _shown(priority: str | None) -> str:
    return "no priority" if priority is None else f'the priority "{priority}"'
