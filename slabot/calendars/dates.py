"""What are one date's open spans, and why is the rest of it closed?

Promise: a date depends on the spec alone, so it is the same whichever other dates are known.

The order of the rules: a date's own hours (override) beat a holiday, a holiday beats the week, of which
slabot.calendars.returning says what changes it on some dates; a break takes away from whatever is then open, on
whichever date that opened. A span over midnight belongs to its opening date, whose rule governs it whole: a holiday on
the next date does not cut it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from slabot.calendars.holiday_book import HolidayBook
from slabot.calendars.hours import DAY, WEEKDAYS, Hours
from slabot.calendars.returning import ReturningDates
from slabot.calendars.spec import Break, CalendarSpec, Override, YearlyDate
from slabot.calendars.walltime import resolve

Pair: TypeAlias = tuple[int, int]
"""From (in) and to (out), in seconds since the epoch."""

REACH: Final = 3  # dates whose spans can hold an instant, its own included: 48 h, and a date that the zone jumped over
# The same where spans are of other zones: from the last minute of a date, and an hour longer by a change of clocks.
JOINED_REACH: Final = REACH + 2
AROUND_THE_CLOCK: Final = (Hours(0, DAY),)


class OpenDate(NamedTuple):
    """One date, resolved.

    Attributes:
        ordinal: which it is.
        begins: its midnight.
        hours: its open spans before breaks are taken away; sorted and apart, as the other two.
        opened: what is left of them.
        shifts: the first opening to the last closing of each of the spans, breaks included.
        breaks: the breaks that begin on it, with their names.
    """

    ordinal: int
    begins: int
    hours: tuple[Pair, ...]
    opened: tuple[Pair, ...]
    shifts: tuple[Pair, ...]
    breaks: tuple[tuple[int, int, str], ...]


class DateRules:
    """The rules of one calendar, asked date by date."""

    __slots__ = ("_breaks_on", "_breaks_weekly", "_breaks_yearly", "_returning", "_spec", "_weeks", "_zone", "book")

    def __init__(self, spec: CalendarSpec, book: HolidayBook) -> None:
        self._spec = spec
        self._zone = spec.zone
        weeks = [(date.min, spec.week), *spec.later]
        self._weeks = tuple(
            (begin, tuple(AROUND_THE_CLOCK if spec.always else week.get(day, ()) for day in range(len(WEEKDAYS))))
            for begin, week in reversed(weeks)
        )
        self._breaks_weekly = tuple(
            tuple(
                pause for pause in spec.breaks if pause.date is None and (not pause.weekdays or day in pause.weekdays)
            )
            for day in range(len(WEEKDAYS))
        )
        self._breaks_on: dict[int, list[Break]] = {}
        self._breaks_yearly: dict[tuple[int, int], list[Break]] = {}
        for pause in spec.breaks:
            if isinstance(pause.date, YearlyDate):
                self._breaks_yearly.setdefault(pause.date, []).append(pause)
            elif pause.date is not None:
                self._breaks_on.setdefault(pause.date.toordinal(), []).append(pause)
        self.book = book
        self._returning = ReturningDates(spec, book)

    def resolved(self, first: int, last: int) -> dict[int, OpenDate]:
        """All dates between two ordinals, both included."""
        begins = {ordinal: resolve(self._zone, ordinal, 0) for ordinal in range(first, last + 2)}
        breaks: dict[int, tuple[tuple[int, int, str], ...]] = {}
        if self._spec.breaks:
            breaks = {ordinal: self._breaks(ordinal) for ordinal in range(first - REACH, last + REACH + 1)}
        dates = {}
        for ordinal in range(first, last + 1):
            hours = self._hours(ordinal) if begins[ordinal] < begins[ordinal + 1] else ()
            opened, shifts = hours, hours
            if hours and breaks:
                near = [pause for day in range(ordinal - REACH, ordinal + REACH + 1) for pause in breaks[day]]
                opened, shifts = _without(hours, [(begin, end) for begin, end, _ in near])
            dates[ordinal] = OpenDate(ordinal, begins[ordinal], hours, opened, shifts, breaks.get(ordinal, ()))
        return dates

    def name_open(self, ordinal: int) -> str:
        """Why the spans that open on this date count."""
        own = self._own(date.fromordinal(ordinal))
        return (own and own.name) or self._spec.words

    def name_closed(self, ordinal: int) -> str:
        """Why time of this date that is neither open nor a break does not count."""
        day = date.fromordinal(ordinal)
        own = self._own(day)
        if own is not None and not self._is_ordinary(day):
            return own.name or "closed"
        if holiday := self.book.name(day):
            return holiday
        weekday = day.weekday()
        return "outside opening hours" if own or self._week(day)[weekday] else WEEKDAYS[weekday]

    def holiday(self, ordinal: int) -> str | None:
        """The closed holiday of this date; None if the date has hours of its own, which beat it."""
        day = date.fromordinal(ordinal)
        return None if day in self._spec.overrides else self.book.name(day)

    def holidays(self, year: int) -> Mapping[date, str]:
        """The closed holidays of one year, those included that a date's own hours beat."""
        return self.book.year(year)

    def unused_exceptions(self, years: range) -> tuple[str, ...]:
        """Excepted holidays that fall on no date of these years."""
        return self.book.unused_exceptions(years)

    def changed(self, year: int) -> Mapping[date, Override]:
        """What returns in one year, by date: only dates that would be open, and have no hours of their own."""
        found = self._returning.year(year)
        return {day: own for day, own in found.items() if day not in self._spec.overrides}

    def _week(self, day: date) -> tuple[tuple[Hours, ...], ...]:
        """The hours of each weekday, as they hold on a date."""
        weeks = self._weeks
        return weeks[0][1] if len(weeks) == 1 else next(week for begin, week in weeks if begin <= day)

    def _own(self, day: date) -> Override | None:
        """A date's own hours, or what returns on it."""
        return self._spec.overrides.get(day) or self._returning.year(day.year).get(day)

    def _is_ordinary(self, day: date) -> bool:
        """True if a date has the hours of an ordinary weekday because it was moved, so only they explain it."""
        return day not in self._spec.overrides and self._returning.is_ordinary(day)

    def _said(self, day: date) -> tuple[Hours, ...]:
        own = self._own(day)
        if own is not None:
            return own.hours
        hours = self._week(day)[day.weekday()]
        return () if hours and self.book.name(day) else hours

    def _hours(self, ordinal: int) -> tuple[Pair, ...]:
        zone = self._zone
        return tuple(
            merged(
                (resolve(zone, ordinal, hours.opens), resolve(zone, ordinal, hours.closes))
                for hours in self._said(date.fromordinal(ordinal))
            )
        )

    def _breaks(self, ordinal: int) -> tuple[tuple[int, int, str], ...]:
        zone = self._zone
        if resolve(zone, ordinal, 0) == resolve(zone, ordinal + 1, 0):
            return ()
        day = date.fromordinal(ordinal)
        said = [
            *self._breaks_weekly[day.weekday()],
            *self._breaks_on.get(ordinal, ()),
            *self._breaks_yearly.get((day.month, day.day), ()),
        ]
        resolved = (
            (
                resolve(zone, ordinal, pause.hours.opens),
                resolve(zone, ordinal, pause.hours.closes),
                pause.name or "break",
            )
            for pause in said
        )
        return tuple(sorted(pause for pause in resolved if pause[0] < pause[1]))


def merged(pairs: Iterable[Pair]) -> list[Pair]:
    """The same time as sorted pairs that neither overlap nor touch; empty ones (a gap swallowed them) are
    dropped.
    """
    joined: list[Pair] = []
    for begin, end in sorted(pairs):
        if begin >= end:
            continue
        if joined and begin <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def holding(pairs: Iterable[Pair], seconds: int) -> bool:
    """Does one of these pairs hold the instant?"""
    return any(begin <= seconds < end for begin, end in pairs)


def opening_date(dates: Mapping[int, OpenDate], ordinal: int, seconds: int, *, reach: int = REACH) -> int | None:
    """The date whose span holds an instant of `ordinal`, a break inside the span included; the latest of
    several.
    """
    for opened in range(ordinal, ordinal - reach, -1):
        if holding(dates[opened].shifts, seconds):
            return opened
    return None


def _without(hours: Iterable[Pair], holes: list[Pair]) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    opened: list[Pair] = []
    shifts: list[Pair] = []
    holes = merged(holes)
    for begin, end in hours:
        before = len(opened)
        at = begin
        for out, back in holes:
            if back > at and out < end:
                if out > at:
                    opened.append((at, out))
                at = back
        if at < end:
            opened.append((at, end))
        if len(opened) > before:
            shifts.append((opened[before][0], opened[-1][1]))
    return tuple(opened), tuple(shifts)
