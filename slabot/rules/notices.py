"""Tell people what no rung tells: a wish for another priority, a raise after the answer, an update that is owed.

Promise: each is told once, and only while somebody can still do something about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from slabot.domain import Category, Noted, Nudged
from slabot.policy import FIRST_RESPONSE, Mode
from slabot.rules.case import Case
from slabot.rules.clock import ClockState, Verdict
from slabot.rules.clocks import is_request
from slabot.rules.decision import Action, Kind
from slabot.rules.ladder import fitting_ladder
from slabot.rules.plan import RulePlan
from slabot.rules.severity import LaterRaise, PriorityRequest, SeverityHistory
from slabot.rules.telling import MAIN, destinations
from slabot.rules.words import named_priority, stamp, when


def plan_requests(case: Case, history: SeverityHistory) -> Iterator[RulePlan]:
    """A customer's change of priority is a reason to tell people, once."""
    if case.category.ended or case.ended is not None:
        return
    noted = {event.key for event in case.events if isinstance(event, Noted)}
    told = {
        action.key: action for action in (_tell_request(case, request) for request in history.requests)
    }  # one a second
    for key, action in told.items():
        if key not in noted:
            yield RulePlan(Mode.ACT, None, (action,))


def plan_raises(case: Case, history: SeverityHistory) -> Iterator[RulePlan]:
    """The customer asks for more after the first answer: whoever a page of that severity tells first is told, once."""
    if case.ended is not None or case.category is Category.CLOSED or not is_request(case):
        return
    noted = {event.key for event in case.events if isinstance(event, Noted)}
    for raised in history.raises:
        ladder = fitting_ladder(case, raised.severity, case.policy.ladders_for(FIRST_RESPONSE))
        notify = ladder.rungs[0].notify if ladder is not None and ladder.rungs else ()
        for to in destinations(notify, case.policy):
            action = _tell_raise(case, raised, to)
            if action.key not in noted:
                yield RulePlan(Mode.ACT, None, (action,))


def _tell_raise(case: Case, raised: LaterRaise, to: str) -> Action:
    effect = (
        f"it is {raised.severity} from now on, and was {raised.before}"
        if raised.in_force
        else f"it stays {raised.before}, for somebody had chosen that; whoever disagrees can choose again"
    )
    key = f"{case.ticket.reference}/note/raised/{raised.severity}/{stamp(raised.at)}"
    return Action(
        kind=Kind.NOTE,
        mode=Mode.ACT,
        at=raised.at,
        key=key if to == MAIN else f"{key}/to/{to}",
        because=(
            f"after the first answer, at {when(raised.at, case.policy.display_zone)}, the customer wrote what is "
            f"{raised.severity} by the policy ({raised.because}); {effect}"
        ),
        facts=(("severity", raised.severity), ("to", to)),
    )


def _tell_request(case: Case, request: PriorityRequest) -> Action:
    effect = "the severity was raised by it" if request.raised else "the severity stays as it is; an agent decides"
    return Action(
        kind=Kind.NOTE,
        mode=Mode.ACT,
        at=request.at,
        key=f"{case.ticket.reference}/note/priority/{stamp(request.at)}",
        because=(
            f"the customer changed the priority from {named_priority(request.before)} to "
            f"{named_priority(request.after)} at {when(request.at, case.policy.display_zone)}; {effect}"
        ),
    )


def plan_nudges(case: Case, running: tuple[ClockState, ...]) -> Iterator[RulePlan]:
    """An update to the customer is owed by the clock of updates: the assignee is told in a note, once a period."""
    updates = case.policy.periodic_updates
    for clock in running:
        terms = updates.get(clock.name)
        if terms is None or clock.verdict is not Verdict.RUNNING:
            continue
        done = {event.key for event in case.events if isinstance(event, Nudged)}
        newest, following = _nudge_times(clock, clock.now)
        actions = [_nudge(case, clock, terms.mode, number, at) for number, at in (newest, following) if at is not None]
        yield RulePlan(terms.mode, clock.started_at, tuple(action for action in actions if action.key not in done))


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
