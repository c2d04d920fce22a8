"""How does a clock count that somebody pauses?

Promise: a pause takes away working time and nothing else, whatever the order of the pauses and however they
overlap.

A pause is `(since, until)`, closed-open; `until` None means that it still lasts. The functions are pure: they
ask a calendar and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from slabot.calendars.calendar import NOTHING, Calendar
from slabot.calendars.explain import Span, joined
from slabot.calendars.walltime import instant_of, seconds_of


class Pause(NamedTuple):
    """Time in which a clock stands still.

    Attributes:
        since: in; an aware datetime.
        until: out; None if the pause still lasts.
        why: in words for people: ``waiting on customer``.
    """

    since: datetime
    until: datetime | None
    why: str = "paused"


Pauses: TypeAlias = Sequence[Pause | tuple[datetime, datetime | None]]


def elapsed_with_pauses(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses) -> timedelta:
    """The working time between two instants, without the pauses.

    Raises:
        CalendarError: a naive datetime.
        OutsideYearsError: one of the two instants is outside the calendar's years.
    """
    if not pauses:
        return calendar.elapsed(start, end)
    paused = (
        calendar.elapsed(max(since, start), end if until is None else min(until, end))
        for since, until, _ in _apart(pauses)
    )
    return calendar.elapsed(start, end) - sum(paused, NOTHING)


def due_with_pauses(calendar: Calendar, start: datetime, budget: timedelta, pauses: Pauses) -> datetime | None:
    """The earliest instant at which the budget has been worked; None if a lasting pause begins before that.

    A budget of nothing is due at the first instant that counts, as `Calendar.add` has it.

    Raises:
        CalendarError: a naive datetime.
        TargetError: a negative budget.
        OutsideYearsError: the start, or the answer, is outside the calendar's years.
    """
    if not pauses:
        return calendar.add(start, budget)
    budget = _whole(budget)
    if budget == NOTHING:
        return met_until_with_pauses(calendar, start, pauses)
    for since, until, _ in _apart(pauses):
        before = calendar.elapsed(start, since)
        if budget <= before:
            break
        if until is None:
            return None
        budget -= before
        start = max(start, until)
    return calendar.add(start, budget)


def met_until_with_pauses(calendar: Calendar, due: datetime, pauses: Pauses) -> datetime | None:
    """The last instant with no counting time between due and itself; None while a lasting pause holds the
    clock there.

    Raises:
        CalendarError: a naive datetime.
        OutsideYearsError: due is outside the calendar's years, or it does not open again within them.
    """
    counts = calendar.next_open(due)
    for since, until, _ in _apart(pauses):
        if since > counts:
            break
        if until is None:
            return None
        if until > counts:
            counts = calendar.next_open(until)
    return counts


def subtract_with_pauses(calendar: Calendar, end: datetime, amount: timedelta, pauses: Pauses) -> datetime:
    """The latest instant from which so much is worked until the end, without the pauses; the end itself for
    nothing.

    Raises:
        CalendarError: a naive datetime.
        TargetError: a negative amount.
        OutsideYearsError: the end, or the answer, is outside the calendar's years.
    """
    if not pauses:
        return calendar.subtract(end, amount)
    amount = _whole(amount)
    for since, until, _ in reversed(_apart(pauses)):
        if since >= end or amount == NOTHING:
            continue
        after = NOTHING if until is None else calendar.elapsed(until, end)
        if amount <= after:
            break
        amount -= after
        end = since
    return calendar.subtract(end, amount)


def spans_with_pauses(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses) -> tuple[Span, ...]:
    """`Calendar.spans`, with each pause as one span that does not count, for its own reason, closed hours
    included.

    Of pauses that overlap, the one that began first gives the reason until it ends.

    Raises:
        CalendarError: a naive datetime.
        OutsideYearsError: one of the two instants is outside the calendar's years.
    """
    return joined(_overlaid(calendar, instant_of(seconds_of(start)), instant_of(seconds_of(end)), pauses))


def with_notes(spans: Iterable[Span], notes: Sequence[Pause]) -> tuple[Span, ...]:
    """The same spans; those that count within a note say so behind their own reason.

    Args:
        spans: contiguous.
        notes: apart from each other, in order.
    """
    return joined(part for span in spans for part in (_noted(span, notes) if span.counts else (span,)))


def _noted(span: Span, notes: Sequence[Pause]) -> Iterator[Span]:
    start = span.start
    for since, until, why in notes:
        begin, finish = max(since, start), span.end if until is None else min(until, span.end)
        if begin < finish:
            if start < begin:
                yield Span(start, begin, True, span.why)
            yield Span(begin, finish, True, f"{span.why}: {why}")
            start = finish
    if start < span.end:
        yield Span(start, span.end, True, span.why)


def _overlaid(calendar: Calendar, start: datetime, end: datetime, pauses: Pauses) -> Iterator[Span]:
    for since, until, why in _sorted(pauses):
        begin, finish = max(since, start), end if until is None else min(until, end)
        if begin >= finish:
            continue
        yield from calendar.spans(start, begin)
        yield Span(begin, finish, False, why)
        start = finish
    yield from calendar.spans(start, end)


def _whole(amount: timedelta) -> timedelta:
    return timedelta(amount.days, amount.seconds)


def _apart(pauses: Pauses) -> list[Pause]:
    """The same pauses in order, those that overlap or touch made one."""
    if not pauses:
        return []
    apart: list[Pause] = []
    for pause in _sorted(pauses):
        last = apart[-1] if apart else None
        if last is None or (last.until is not None and pause.since > last.until):
            apart.append(pause)
        elif last.until is not None and (pause.until is None or pause.until > last.until):
            apart[-1] = last._replace(until=pause.until)
    return apart


def _sorted(pauses: Pauses) -> list[Pause]:
    """In the order of their beginnings, in whole seconds; those that last no second are left out."""
    known = (
        Pause(
            instant_of(seconds_of(pause[0])),
            None if pause[1] is None else instant_of(seconds_of(pause[1])),
            pause.why if isinstance(pause, Pause) else "paused",
        )
        for pause in pauses
    )
    return sorted(
        (pause for pause in known if pause.until is None or pause.since < pause.until),
        key=lambda pause: pause.since,
    )
