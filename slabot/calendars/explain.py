"""Why does this time count, and why does that not?

Promise: the spans are contiguous, cover exactly the time that was asked for, and those that count add up to
`elapsed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise

from slabot.calendars.dates import REACH, DateRules, OpenDate, holding
from slabot.calendars.walltime import instant_of


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that counts, or does not, for one reason.

    Attributes:
        start, end: in UTC; the end is not part of it.
        counts: is it working time?
        why: in words for people: ``support week``, ``Saturday``, ``Republic Day``, ``Lunch``.
    """

    start: datetime
    end: datetime
    counts: bool
    why: str


def explained(
    rules: DateRules, dates: Mapping[int, OpenDate], *, first: int, last: int, start: int, end: int
) -> tuple[Span, ...]:
    """The spans between two instants, given the ordinals of the dates that have them."""
    return joined(
        span
        for ordinal in range(first, last + 1)
        for span in _of_date(
            rules, dates, ordinal, max(start, dates[ordinal].begins), min(end, dates[ordinal + 1].begins)
        )
    )


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Contiguous spans, those that count alike for the same reason made one."""
    result: list[Span] = []
    for span in spans:
        if result and (result[-1].counts, result[-1].why) == (span.counts, span.why):
            result[-1] = Span(result[-1].start, span.end, span.counts, span.why)
        else:
            result.append(span)
    return tuple(result)


def break_at(dates: Mapping[int, OpenDate], ordinal: int, seconds: int) -> str | None:
    """The break that alone keeps an instant closed, or None: outside opening hours there are no breaks."""
    near = [dates[day] for day in range(ordinal, ordinal - REACH, -1)]
    if any(holding(date.opened, seconds) for date in near) or not any(holding(date.hours, seconds) for date in near):
        return None
    return next((name for date in near for begin, end, name in date.breaks if begin <= seconds < end), None)


def _of_date(rules: DateRules, dates: Mapping[int, OpenDate], ordinal: int, start: int, end: int) -> Iterator[Span]:
    if start >= end:
        return
    near = range(ordinal, ordinal - REACH, -1)  # its own hours first: of several dates that are open, they explain it
    edges = {start, end}
    for day in near:
        pairs = chain(dates[day].opened, dates[day].hours, (pause[:2] for pause in dates[day].breaks))
        edges.update(edge for pair in pairs for edge in pair if start < edge < end)
    for begin, finish in pairwise(sorted(edges)):
        opened = next((day for day in near if holding(dates[day].opened, begin)), None)
        if opened is not None:
            counts, why = True, rules.name_open(opened)
        else:
            counts, why = False, break_at(dates, ordinal, begin) or rules.name_closed(ordinal)
        yield Span(instant_of(begin), instant_of(finish), counts, why)
