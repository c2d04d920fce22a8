"""Count time in spans that may overlap.

Promise: a second counts once, however many spans hold it. Spans are closed-open; an empty one counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans that neither overlap nor touch, in order."""
    found: list[Span] = []
    for begins, ends in sorted(spans):
        if ends <= begins:
            continue
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def within(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """The parts between two instants, merged."""
    return merged((max(begins, start), min(ends, end)) for begins, ends in spans)


def without(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The time of the first that none of the others holds, merged."""
    taken = merged(others)
    return merged(part for span in merged(spans) for part in _rest(span, taken))


def _rest(span: Span, taken: list[Span]) -> Iterator[Span]:
    begins, ends = span
    for other_begins, other_ends in taken:
        if other_ends <= begins or other_begins >= ends:
            continue
        if other_begins > begins:
            yield begins, other_begins
        begins = max(begins, other_ends)
    yield begins, ends


def length(spans: Iterable[Span]) -> timedelta:
    """How long they are together, overlaps once."""
    return sum((ends - begins for begins, ends in merged(spans)), timedelta())
