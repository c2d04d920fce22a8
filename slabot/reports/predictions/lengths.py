"""Predict lengths: from the request to an answer or a solve, and the time in some of the categories.

Promise: whole minutes, cut off, as helpdesks tell them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import product

from slabot.calendars import Calendar, OutsideYearsError
from slabot.domain import Category
from slabot.reports.deviations import Deviation
from slabot.reports.predictions.history import NONE, Guess, History, Rules
from slabot.rules.clock import ALWAYS

MINUTE = timedelta(minutes=1)
REAL_TIME: tuple[tuple[Rules, Calendar], ...] = ((NONE, ALWAYS),)
FOR_SUPPORT = frozenset({Category.OPEN, Category.PENDING, Category.WAITING_ON_THIRD_PARTY})
"""Where the customer waits for support, or for others whom support has asked."""


def until(
    history: History, ends: Iterable[Guess], calendars: Iterable[tuple[Rules, Calendar]] = REAL_TIME
) -> Iterator[Guess]:
    """From the start to each of the ends."""
    starts = list(history.starts())
    for (end_rule, end), (begins, start), (calendar_rule, calendar) in product(list(ends), starts, list(calendars)):
        if Deviation.UNASSIGNED in end_rule and Deviation.UNASSIGNED not in begins:
            continue  # one rule: what is written before counts for nothing, and no time runs before
        rules = tuple(dict.fromkeys((*end_rule, *begins, *calendar_rule)))
        if not isinstance(end, datetime):
            yield rules, None
            continue
        if Deviation.UNASSIGNED in begins and end < start:
            continue
        try:
            yield rules, calendar.elapsed(start, max(start, end)) // MINUTE
        except OutsideYearsError:
            continue


def within(
    history: History, categories: frozenset[Category], calendars: Iterable[tuple[Rules, Calendar]] = REAL_TIME
) -> Iterator[Guess]:
    """The time in these categories, up to now."""
    sets: list[tuple[Rules, frozenset[Category]]] = [(NONE, categories)]
    if Category.WAITING_ON_THIRD_PARTY in categories and len(categories) > 1:
        sets.append(((Deviation.PAUSED_ON_HOLD,), categories - {Category.WAITING_ON_THIRD_PARTY}))
    starts = list(history.starts()) if categories is FOR_SUPPORT else [(NONE, history.created)]
    ends: tuple[Rules, ...] = (NONE, (Deviation.ENDED_STRETCHES_ONLY,), (Deviation.AS_OBSERVED,))
    for (set_rule, some), (begins, start), (calendar_rule, calendar), end in product(
        sets, starts, list(calendars), ends
    ):
        rules = (*set_rule, *begins, *calendar_rule, *end)
        try:
            yield rules, _time_in(history, some, start, calendar, end) // MINUTE
        except OutsideYearsError:
            continue


def _time_in(
    history: History, categories: frozenset[Category], start: datetime, calendar: Calendar, rules: Rules
) -> timedelta:
    total = timedelta()
    for stay in history.case.stays:
        if stay.category not in categories or (Deviation.ENDED_STRETCHES_ONLY in rules and stay.until is None):
            continue
        since = max(start, stay.entered if Deviation.AS_OBSERVED in rules else stay.since)
        stop = stay.until or history.now
        if stop > since:
            total += calendar.elapsed(since, stop)
    return total
