"""Which years of a calendar are compiled, and how do more of them come to be known?

Promise: a question is answered from one compiled tuple that never changes. What is compiled grows by whole
years, is always one unbroken run of them, and is the same as if it had been compiled at once.

All instants here are seconds since the epoch, all dates ordinals.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from threading import Lock

from slabot.calendars.compiled import (
    MARGIN,
    Compiled,
    KnownDates,
    compiled,
    earliest,
    latest,
    nothing_compiled,
    opened_pairs,
    worked_by,
)
from slabot.calendars.dates import DateRules, OpenDate, Pair
from slabot.calendars.errors import OutsideYearsError
from slabot.calendars.joined import JoinedRules
from slabot.calendars.spec import CalendarSpec
from slabot.calendars.targets import BusinessDays, Worked
from slabot.calendars.walltime import date_at, instant_of, resolve


class SpanTimeline:
    """The open time of one calendar.

    Attributes:
        compiled: what is known so far; read it once per question, for another thread may swap it.
        begins, ends: the calendar's years, in its zone; it answers for the instants from the one to the
            other.
    """

    __slots__ = ("_growing", "_rules", "_spec", "begins", "compiled", "ends")

    def __init__(self, spec: CalendarSpec, rules: DateRules | JoinedRules) -> None:
        self._spec = spec
        self._rules = rules
        self._growing = Lock()
        first, last = spec.years
        self.begins = resolve(spec.zone, _new_year(first), 0)
        self.ends = resolve(spec.zone, _new_year(last + 1), 0)
        self.compiled = nothing_compiled(first)
        if spec.always:
            # One span, known without a look at any date; dates are compiled only for those who ask for
            # business days.
            self.compiled = compiled([(self.begins, self.ends)], self.begins, self.ends, self.compiled[-1])

    # ── What is known ───────────────────────────────────────────────────────────────────────────────────────

    def within(self, begin: int, finish: int) -> None:
        """Refuse time outside the calendar's years.

        Raises:
            OutsideYearsError: it begins before them or finishes after them.
        """
        if begin < self.begins:
            raise self.outside(f"{shown(begin)} was asked for")
        if finish > self.ends:
            raise self.outside(f"{shown(begin if begin >= self.ends else finish)} was asked for")

    def outside(self, what: str) -> OutsideYearsError:
        """The error for a question or an answer outside the calendar's years."""
        return OutsideYearsError(what, calendar=self._spec.name, years=self._spec.years)

    def covering(self, begin: int, finish: int) -> Compiled:
        """All open time between two instants. Whether an instant is open needs the second after it too.

        Raises:
            OutsideYearsError: as `within`.
        """
        table = self.compiled
        if table[0] <= begin and finish <= table[1]:
            return table
        self.within(begin, finish)
        last = self.ends - 1  # the very end is the first instant of a year that is not known
        return self.years(self._year_at(min(begin, last)), self._year_at(min(max(begin, finish - 1), last)))

    def dates_at(self, seconds: int) -> tuple[int, Mapping[int, OpenDate]]:
        """The date that has an instant, and the dates around it.

        Raises:
            OutsideYearsError: as `within`.
        """
        self.within(seconds, seconds + 1)
        ordinal = date_at(self._spec.zone, seconds)
        year = date.fromordinal(ordinal).year
        return ordinal, self.years(year, year)[-1].by_ordinal

    def years(self, first: int, last: int) -> Compiled:
        """What is known once these years are, which must be the calendar's own."""
        table = self.compiled
        dates = table[-1]
        if dates.first_year <= first and last <= dates.last_year:
            return table
        with self._growing:
            dates = self.compiled[-1]  # another thread may have been quicker
            if dates.first_year <= dates.last_year:
                first, last = min(first, dates.first_year), max(last, dates.last_year)
            if (first, last) != (dates.first_year, dates.last_year):
                self.compiled = self._grown(first, last, dates)
            return self.compiled

    def _grown(self, first: int, last: int, known: KnownDates) -> Compiled:
        new_year, next_year = _new_year(first), _new_year(last + 1)
        outer = range(new_year - MARGIN, next_year + MARGIN)
        old = known.by_ordinal
        if old:
            resolved = self._rules.resolved(outer.start, min(old) - 1) | self._rules.resolved(
                max(old) + 1, outer.stop - 1
            )
        else:
            resolved = self._rules.resolved(outer.start, outer.stop - 1)
        by_ordinal = {**old, **resolved}
        business = [ordinal for ordinal in range(new_year, next_year) if by_ordinal[ordinal].opened]
        dates = KnownDates(first, last, by_ordinal, business)
        if self._spec.always:
            return compiled([(self.begins, self.ends)], self.begins, self.ends, dates)
        pairs = opened_pairs(by_ordinal.values())
        return compiled(pairs, by_ordinal[new_year].begins, by_ordinal[next_year].begins, dates)

    def _year_at(self, seconds: int) -> int:
        return date.fromordinal(date_at(self._spec.zone, seconds)).year

    def _earlier(self, table: Compiled, what: str) -> Compiled:
        """Twice as many years, so that a long search does not lay out the same ones again and again."""
        if table[0] <= self.begins:
            raise self.outside(what)
        first, last = table[-1].first_year, table[-1].last_year
        return self.years(max(2 * first - last - 1, self._spec.years[0]), last)

    def _later(self, table: Compiled, what: str) -> Compiled:
        """Twice as many years, the other way."""
        if table[1] >= self.ends:
            raise self.outside(what)
        return self._more_dates(table, what)

    def _more_dates(self, table: Compiled, what: str) -> Compiled:
        """As `_later`, for a search among dates: a calendar that is always open knows all time, but not all dates."""
        first, last = table[-1].first_year, table[-1].last_year
        if last >= self._spec.years[1]:
            raise self.outside(what)
        return self.years(first, min(2 * last - first + 1, self._spec.years[1]))

    # ── Searches, which know more years as they run on ──────────────────────────────────────────────────────

    def is_open(self, seconds: int) -> bool:
        """Is this instant open? Not at a closing."""
        return bool(bisect_right(self.covering(seconds, seconds + 1)[2], seconds) & 1)

    def next_open(self, seconds: int) -> int:
        """The instant itself if it is open, else the next opening."""
        table = self.covering(seconds, seconds + 1)
        while True:
            bounds = table[2]
            place = bisect_right(bounds, seconds)
            if place & 1:
                return seconds
            if place < len(bounds):
                return bounds[place]
            table = self._later(table, f"the next opening after {shown(seconds)} is later")

    def add(self, begin: int, worked: int) -> int:
        """The earliest instant at which so much (more than nothing) has been worked since `begin`."""
        table = self.covering(begin, begin)
        while (found := earliest(table, worked_by(table, begin) + worked)) is None:
            table = self._later(table, f"the due time of {_target(worked)} from {shown(begin)} is later")
        return found

    def subtract(self, finish: int, worked: int) -> int:
        """The latest instant from which so much (more than nothing) is worked until `finish`."""
        table = self.covering(finish, finish)
        while (found := latest(table, worked_by(table, finish) - worked)) is None:
            table = self._earlier(table, f"the start of {_target(worked)} until {shown(finish)} is earlier")
        return found

    def business_date_after(self, ordinal: int, count: int) -> OpenDate:
        """The `count`-th date with an opening after a date."""
        year = date.fromordinal(ordinal).year
        table = self.years(year, year)
        while True:
            business = table[-1].business
            place = bisect_right(business, ordinal) + count - 1
            if place < len(business):
                return table[-1].by_ordinal[business[place]]
            table = self._more_dates(
                table, f"the date {BusinessDays(count)} after {date.fromordinal(ordinal)} is later"
            )

    def periods_after(self, begin: int) -> Iterator[Pair]:
        """Open time from an instant on, touching spans as one; ends with the calendar's years."""
        while begin < self.ends:
            table = self.covering(begin, begin + 1)
            bounds, known_to = table[2], table[1]
            place = bisect_right(bounds, begin)
            if not place & 1:
                begin = bounds[place] if place < len(bounds) else known_to
            elif bounds[place] == known_to < self.ends:
                self._later(table, "")
            else:
                yield begin, bounds[place]
                begin = bounds[place]

    def periods_before(self, finish: int) -> Iterator[Pair]:
        """Open time back from an instant, touching spans as one; ends with the calendar's years."""
        while finish > self.begins:
            table = self.covering(finish - 1, finish)
            bounds, known_from = table[2], table[0]
            place = bisect_right(bounds, finish - 1)
            if not place & 1:
                finish = bounds[place - 1] if place else known_from
            elif bounds[place - 1] == known_from > self.begins:
                self._earlier(table, "")
            else:
                yield bounds[place - 1], finish
                finish = bounds[place - 1]


def shown(seconds: int) -> str:
    """An instant as messages show it."""
    return f"{instant_of(seconds):%Y-%m-%d %H:%M:%S} UTC"


def _target(seconds: int) -> Worked:
    return Worked(timedelta(0, seconds))


def _new_year(year: int) -> int:
    return date(year, 1, 1).toordinal()
