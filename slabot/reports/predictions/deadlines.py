"""Predict deadlines: of the first answer, of the solve, of the next word to the customer.

Promise: a target that the helpdesk tells is counted as it tells: around the clock, or in its own hours. Where it does
not tell its hours, the calendars of the file are tried; where it does not tell its pauses, those of the categories.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, combinations
from typing import NamedTuple

from slabot.calendars import Calendar, OutsideYearsError, Pause, Target, Worked, due_with_pauses
from slabot.domain import Category, Figure
from slabot.policy import ClockKind, WhenClosed
from slabot.policy.agreement import SeverityTerms
from slabot.policy.dated import row_of
from slabot.reports.deviations import Deviation
from slabot.reports.predictions.history import NONE, Guess, History, Rules
from slabot.reports.predictions.own_hours import calendars_of
from slabot.rules import ClockState
from slabot.rules.clock import ALWAYS, plan_terms
from slabot.rules.pauses import pauses_of

PAUSED: dict[Category, tuple[Deviation, Deviation]] = {
    Category.WAITING_ON_CUSTOMER: (Deviation.PAUSED_WITH_CUSTOMER, Deviation.RUNS_WITH_CUSTOMER),
    Category.WAITING_ON_THIRD_PARTY: (Deviation.PAUSED_ON_HOLD, Deviation.RUNS_ON_HOLD),
}
"""Where clocks stand still, and the rules by which they do only there, or only here."""


class _Promised(NamedTuple):
    """A target that may be meant.

    Attributes:
        calendar: where slabot counts it.
        in_hours: whether it counts in the helpdesk's business hours, as the helpdesk says; None where it does not.
        by_end_of_next: True where a request on a closed date is promised the next working day.
    """

    rules: Rules
    target: Target
    calendar: Calendar | None
    in_hours: bool | None = None
    by_end_of_next: bool = False


def first_reply_dues(history: History, figure: Figure) -> Iterator[Guess]:
    """Until when support was to answer."""
    clock = history.clock
    yield NONE, None if clock is None or clock.no_promise else clock.due_at
    promised = list(_first_reply_targets(history, figure))
    for begins, start in history.starts():
        for each in promised:
            yield from _dues(history, figure, each, start, begins)
            if each.by_end_of_next:
                usual = each._replace(rules=(*each.rules, Deviation.NO_NEXT_WORKING_DAY), by_end_of_next=False)
                yield from _dues(history, figure, usual, start, begins)


def resolution_dues(history: History, figure: Figure) -> Iterator[Guess]:
    """Until when the ticket was to be solved; nothing where the policy has no such clock."""
    terms = history.terms_of(ClockKind.RESOLUTION)
    if terms is None:
        return
    clock = next(iter(history.runs_of(terms.name)), None)
    yield NONE, None if clock is None or clock.no_promise else clock.due_at
    promised = list(_targets(history, figure, clock))
    ours = frozenset(terms.pause_in)
    for begins, start in history.starts():
        for pause_rule, pauses in _pauses(history, figure, start, ours):
            for each in promised:
                yield from _dues(history, figure, each, start, (*begins, *pause_rule), pauses)


def update_dues(history: History, figure: Figure) -> Iterator[Guess]:
    """Until when the customer was to hear how things stand; nothing where the policy has no such clock."""
    terms, theirs = history.terms_of(ClockKind.PERIODIC_UPDATE), figure.at
    if terms is None or theirs is None:
        return
    runs = history.runs_of(terms.name)
    meant = [run for run in runs if run.started_at <= theirs and (run.stopped_at is None or theirs <= run.stopped_at)]
    clock = meant[-1] if meant else None
    yield NONE, None if clock is None or clock.no_promise else clock.due_at
    starts: list[tuple[Rules, datetime]] = [] if clock is None else [(NONE, clock.started_at)]
    if figure.began_at is not None and any(said.at == figure.began_at for said in history.case.answers):
        starts.append(((Deviation.FROM_LAST_ANSWER,), figure.began_at))
    for begins, start in starts:
        for pause_rule, pauses in _pauses(history, figure, start, frozenset()):
            for each in _targets(history, figure, clock):
                yield from _dues(history, figure, each, start, (*begins, *pause_rule), pauses)


# ── What is promised ────────────────────────────────────────────────────────────────────────────────────────────────


def _first_reply_targets(history: History, figure: Figure) -> Iterator[_Promised]:
    clock, policy = history.clock, history.policy
    agreed = None if clock is None else policy.severities.get(clock.terms.severity)
    yield from _targets(history, figure, clock, by_end_of_next=agreed is not None and _promises(agreed))
    if _tells_target(figure):
        return
    for rule, priority in (
        (Deviation.PRIORITY_AT_CREATION, history.case.ticket.priority),
        (Deviation.PRIORITY_NOW, history.priority_now),
    ):
        severity = None if priority is None else policy.severity_of_priority(priority)
        if severity is None:
            continue
        agreed, calendar = policy.severities[severity], policy.severity_calendar(severity)
        row = row_of(agreed.respond_within, history.start or history.created, calendar.zone)
        if row is not None:
            yield _Promised((rule,), row.within, calendar, by_end_of_next=_promises(agreed))


def _targets(
    history: History, figure: Figure, clock: ClockState | None, *, by_end_of_next: bool = False
) -> Iterator[_Promised]:
    """What the helpdesk says that it promises; slabot's own target where it says nothing."""
    if not _tells_target(figure):
        if clock is not None:
            yield _Promised(NONE, clock.terms.target, clock.terms.calendar, by_end_of_next=by_end_of_next)
        return
    here = None if clock is None else clock.terms
    for rules, own, in_hours in _own_targets(history, figure):
        calendar = None if here is None else here.calendar
        if here is not None and here.target == own:
            yield _Promised(rules, own, calendar, in_hours, by_end_of_next)
        else:
            yield _Promised((Deviation.OWN_TARGET, *rules), own, calendar, in_hours)


def _tells_target(figure: Figure) -> bool:
    return figure.target is not None or bool(figure.by_priority)


def _own_targets(history: History, figure: Figure) -> Iterator[tuple[Rules, Target, bool]]:
    """With the deadline, or for the priority that the ticket has, or had at its creation."""
    if figure.target is not None:
        yield NONE, Worked(figure.target), figure.business_hours
    by_priority = {each.priority: each for each in figure.by_priority}
    now, then = history.priority_now, history.case.ticket.priority
    if now is not None and (own := by_priority.get(now)) is not None:
        yield NONE, Worked(own.target), own.business_hours
    if then is not None and then != now and (own := by_priority.get(then)) is not None:
        yield (Deviation.PRIORITY_AT_CREATION,), Worked(own.target), own.business_hours


def _promises(terms: SeverityTerms) -> bool:
    return terms.received_when_closed is WhenClosed.NEXT_WORKING_DAY


# ── Where and when it counts ────────────────────────────────────────────────────────────────────────────────────────


def _dues(
    history: History,
    figure: Figure,
    promised: _Promised,
    start: datetime,
    before: Rules,
    pauses: tuple[Pause, ...] = (),
) -> Iterator[Guess]:
    """The deadlines of a target, by where it may count."""
    rules, here = (*before, *promised.rules), promised.calendar
    for calendar_rule, calendar in _calendars(history, figure, promised):
        found = _planned(promised, calendar, start, pauses)
        if Deviation.THEIR_HOURS in calendar_rule and here is not None:
            ours = _planned(promised, here, start, pauses)
            yield from (
                ((*rules, *(() if ours.get(more) == due else calendar_rule), *more), due) for more, due in found.items()
            )
        else:
            yield from (((*rules, *calendar_rule, *more), due) for more, due in found.items())


def _calendars(history: History, figure: Figure, promised: _Promised) -> Iterator[tuple[Rules, Calendar]]:
    here = promised.calendar
    if promised.in_hours is None:
        yield from history.calendars(here, figure)
    elif not promised.in_hours or figure.hours == ():
        plain = Deviation.OWN_TARGET in promised.rules or (here is not None and here.spec.always)
        yield NONE if plain else (Deviation.AROUND_THE_CLOCK,), ALWAYS
    elif figure.hours is not None:
        yield from (((Deviation.THEIR_HOURS,), calendar) for calendar in calendars_of(figure.hours))
    else:
        own = None if here is None or here.spec.always else here
        yield from (each for each in history.calendars(own, figure) if not each[1].spec.always)


def _planned(
    promised: _Promised, calendar: Calendar, start: datetime, pauses: tuple[Pause, ...]
) -> dict[Rules, datetime | None]:
    """The deadline, and the next opening where it is a closing time; none beyond the years of the calendar."""
    try:
        terms = plan_terms("", promised.target, calendar, start, received_when_closed=promised.by_end_of_next)
        due: datetime | None = terms.due
        if pauses:
            counted = terms.counted_in
            due = due_with_pauses(counted, start, counted.elapsed(start, terms.due), pauses)
        if due is None:
            return {NONE: None}
        return {NONE: due, (Deviation.CLOSING_TIME_MOVED,): calendar.met_until(due)}
    except OutsideYearsError:
        return {}


def _pauses(
    history: History, figure: Figure, start: datetime, ours: frozenset[Category]
) -> Iterator[tuple[Rules, tuple[Pause, ...]]]:
    """When the clock may stand still.

    In what the helpdesk tells, or in each set of the categories in which clocks pause; until the customer has answered,
    and as long as the status lasts. A stretch that still lasts has moved no deadline yet.
    """
    told = figure.paused_in
    some = chain.from_iterable(combinations(PAUSED, size) for size in range(len(PAUSED) + 1))
    for each in [told] if told is not None else [frozenset(categories) for categories in some]:
        rules = tuple(
            only_there if category in each else only_here
            for category, (only_there, only_here) in PAUSED.items()
            if (category in each) is not (category in ours)
        )
        answered = pauses_of(history.case, start, None, tuple(each))
        lasting = _while_the_status_lasts(history, start, each)
        yield rules, _over(answered)
        if lasting != answered:
            yield (*rules, Deviation.PAUSED_BY_STATUS), _over(lasting)


def _while_the_status_lasts(history: History, start: datetime, paused: frozenset[Category]) -> tuple[Pause, ...]:
    return tuple(
        Pause(max(stay.since, start), stay.until, stay.category.words)
        for stay in history.case.stays
        if stay.category in paused or stay.category.ended
        if stay.until is None or stay.until > start
    )


def _over(pauses: tuple[Pause, ...]) -> tuple[Pause, ...]:
    return tuple(pause for pause in pauses if pause.until is not None)
