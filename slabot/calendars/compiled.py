"""Where are the open spans in UTC, and how much was worked by each of them?

Promise: a compiled calendar never changes. More years make a new one, so a thread that holds the old one is
not disturbed.

The numbers are laid out for two bisections per question:

    bounds   o0 c0 o1 c1 …   openings and closings; i of them are not after an instant, open if i is odd
    base     2n+1 numbers    worked by that instant: base[i], plus the instant itself if i is odd
    sums     n numbers       worked by the end of each span
    shifts   n numbers       the instant in span k at which w has been worked is w - shifts[k]

Work is counted from `known_from`; only differences mean anything.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple, TypeAlias

from slabot.calendars.dates import OpenDate, Pair, merged

MARGIN = 5  # dates beyond the compiled years, whose spans and breaks may run into them


class KnownDates(NamedTuple):
    """The dates of whole years, and `MARGIN` more on both sides.

    Attributes:
        first_year, last_year: in the calendar's zone; none if the first is later.
        by_ordinal: every date of them.
        business: the ordinals of the dates, within the years, that have at least one opening.
    """

    first_year: int
    last_year: int
    by_ordinal: Mapping[int, OpenDate]
    business: list[int]


# A plain tuple: it is unpacked in every question, and a NamedTuple takes three times as long.
Compiled: TypeAlias = tuple[int, int, list[int], list[int], list[int], list[int], KnownDates]
"""known_from, known_to, bounds, base, sums, shifts, dates."""


def compiled(pairs: Iterable[Pair], known_from: int, known_to: int, dates: KnownDates) -> Compiled:
    """Lay out open spans, cut to the time that is known."""
    bounds: list[int] = []
    base: list[int] = [0]
    sums: list[int] = []
    worked = 0
    for begin, end in merged((max(begin, known_from), min(end, known_to)) for begin, end in pairs):
        bounds += (begin, end)
        base.append(worked - begin)
        worked += end - begin
        base.append(worked)
        sums.append(worked)
    return known_from, known_to, bounds, base, sums, base[1::2], dates


def nothing_compiled(first_year: int) -> Compiled:
    """The calendar before its first question."""
    return compiled((), 0, -1, KnownDates(first_year, first_year - 1, {}, []))


def opened_pairs(dates: Iterable[OpenDate]) -> Iterable[Pair]:
    """The open spans of many dates."""
    return chain.from_iterable(date.opened for date in dates)


def worked_by(table: Compiled, seconds: int) -> int:
    """Working time between the beginning of a table and an instant that it knows."""
    at = bisect_right(table[2], seconds)
    return table[3][at] + (seconds if at & 1 else 0)


def earliest(table: Compiled, worked: int) -> int | None:
    """The first instant by which so much, more than nothing, was worked; None if it is not in the table."""
    place = bisect_left(table[4], worked)
    return worked - table[5][place] if place < len(table[5]) else None


def latest(table: Compiled, worked: int) -> int | None:
    """The last instant by which no more than that has been worked; None if it is not in the table."""
    place = bisect_right(table[4], worked)
    return worked - table[5][place] if worked >= 0 and place < len(table[5]) else None
