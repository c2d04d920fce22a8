"""When is any of several calendars open, and which of them?

Promise: a joined calendar is open at an instant if and only if one of its parts is. A calendar that joins one alone, in
its zone, gives the same answers as that one.

Dates are those of the joined calendar's own zone. A span of a part belongs to the date, there, on which it opens, as a
span over midnight does: so a night shift elsewhere makes no business date of the morning in which it ends. What a part
closes on, a holiday say, takes away that part's spans and no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from slabot.calendars.dates import REACH, DateRules, OpenDate, Pair, merged
from slabot.calendars.explain import Span, break_at, explained, joined
from slabot.calendars.holiday_book import HolidayBook
from slabot.calendars.spec import CalendarSpec, Override
from slabot.calendars.walltime import date_at, resolve

APART = 3  # more dates than two zones can differ by at one instant


class JoinedRules:
    """The rules of a calendar that joins others, asked date by date."""

    __slots__ = ("_parts", "_spec", "_zone")

    def __init__(self, spec: CalendarSpec) -> None:
        """Find the parts' holidays.

        Raises:
            UnknownCountryError: a country or region of a part is not known.
        """
        self._spec = spec
        self._zone = spec.zone
        self._parts = tuple((part, rules_of(part)) for part in spec.joins)

    def resolved(self, first: int, last: int) -> dict[int, OpenDate]:
        """All dates between two ordinals, both included, with the spans of all parts."""
        near = range(first, last + 1)
        hours: dict[int, list[Pair]] = {ordinal: [] for ordinal in near}
        opened: dict[int, list[Pair]] = {ordinal: [] for ordinal in near}
        shifts: dict[int, list[Pair]] = {ordinal: [] for ordinal in near}
        for part, rules in self._parts:
            for day in rules.resolved(first - APART, last + APART).values():
                for span in day.hours:
                    ordinal = day.ordinal if part.zone == self._zone else date_at(self._zone, span[0])
                    if ordinal in near:
                        hours[ordinal].append(span)
                        opened[ordinal] += (pair for pair in day.opened if span[0] <= pair[0] < span[1])
                        shifts[ordinal] += (pair for pair in day.shifts if span[0] <= pair[0] < span[1])
        return {
            ordinal: OpenDate(
                ordinal,
                resolve(self._zone, ordinal, 0),
                tuple(merged(hours[ordinal])),
                tuple(merged(opened[ordinal])),
                tuple(merged(shifts[ordinal])),
                (),
            )
            for ordinal in near
        }

    def holiday(self, ordinal: int) -> str | None:
        """The parts' closed holidays of a date on which no span opens."""
        if self.resolved(ordinal, ordinal)[ordinal].opened:
            return None
        names = [name for _, rules in self._parts if (name := rules.holiday(ordinal))]
        return ", ".join(dict.fromkeys(names)) or None

    def holidays(self, year: int) -> Mapping[date, str]:
        """The dates of one year on which all parts have a closed holiday."""
        every = [rules.holidays(year) for _, rules in self._parts]
        return {
            day: ", ".join(dict.fromkeys(names[day] for names in every))
            for day in every[0]
            if all(day in names for names in every)
        }

    def unused_exceptions(self, years: range) -> tuple[str, ...]:
        """None: each part has its own."""
        return ()

    def changed(self, year: int) -> Mapping[date, Override]:
        """Nothing: each part has its own."""
        return {}

    def break_at(self, seconds: int) -> str | None:
        """The break of a part at an instant at which all are closed."""
        return next((name for part, rules in self._parts if (name := _break_of(part, rules, seconds))), None)

    def explained(self, start: int, end: int) -> tuple[Span, ...]:
        """The spans between two instants; the reason names the parts that are open, or why none is."""
        return joined(self._overlaid([(part.words, _spans_of(part, rules, start, end)) for part, rules in self._parts]))

    def _overlaid(self, every: Sequence[tuple[str, tuple[Span, ...]]]) -> Iterator[Span]:
        edges = sorted({edge for _, spans in every for span in spans for edge in (span.start, span.end)})
        places = [0] * len(every)
        for begin, finish in pairwise(edges):
            found = []
            for number, (words, spans) in enumerate(every):
                while spans[places[number]].end <= begin:
                    places[number] += 1
                found.append((words, spans[places[number]]))
            opened = [_open_words(words, span.why) for words, span in found if span.counts]
            yield Span(begin, finish, bool(opened), _listed(opened) if opened else _closed_words(found))


def rules_of(spec: CalendarSpec) -> DateRules | JoinedRules:
    """The rules that a spec describes.

    Raises:
        UnknownCountryError: a country or region is not known.
    """
    return JoinedRules(spec) if spec.joins else DateRules(spec, HolidayBook(spec))


def _spans_of(part: CalendarSpec, rules: DateRules | JoinedRules, start: int, end: int) -> tuple[Span, ...]:
    if isinstance(rules, JoinedRules):
        return rules.explained(start, end)
    first, last = date_at(part.zone, start), date_at(part.zone, end - 1)
    dates = rules.resolved(first - REACH, last + 1)
    return explained(rules, dates, first=first, last=last, start=start, end=end)


def _break_of(part: CalendarSpec, rules: DateRules | JoinedRules, seconds: int) -> str | None:
    if isinstance(rules, JoinedRules):
        return rules.break_at(seconds)
    ordinal = date_at(part.zone, seconds)
    return break_at(rules.resolved(ordinal - REACH, ordinal), ordinal, seconds)


def _open_words(words: str, why: str) -> str:
    return words if why == words else f"{words} ({why})"


def _closed_words(found: Sequence[tuple[str, Span]]) -> str:
    reasons: dict[str, list[str]] = {}
    for words, span in found:
        reasons.setdefault(span.why, []).append(words)
    if len(reasons) == 1:
        return next(iter(reasons))
    return "; ".join(f"{_listed(names)}: {why}" for why, names in reasons.items())


def _listed(names: Sequence[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last
