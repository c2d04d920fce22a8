"""What is working time, if one only watches a clock?

Promise: an oracle that walks over the minutes (or seconds) of a wall clock and shares no code with the calendars: it
finds a wall time by watching the clock, marks open minutes in a set, and counts. Holidays are asked of their package.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from typing import TypeAlias
from zoneinfo import ZoneInfo

import holidays

from slabot.calendars import CalendarSpec, Hours, YearlyDate

Stretch: TypeAlias = tuple[date, list[int], set[int], list[tuple[int, int]]]
MARGIN = 5  # days that are known before and after those that are asked about


class Oracle:
    """Open time as a set of ticks (minutes or seconds since 1970), found by watching a clock."""

    def __init__(self, spec: CalendarSpec, anchor: date, *, unit: int, reach: int) -> None:
        self.spec, self.unit, days = spec, unit, reach + MARGIN
        self.known = anchor + timedelta(days)
        dates = [anchor + timedelta(n) for n in range(-days - 3, days + 4)]
        real = [day for day in dates if self.read(self.tick(day, 0)).date() == day]
        self.begins = {day: self.tick(day, 0) for day in real}
        self.breaks: dict[str, set[int]] = {pause.name: set() for pause in spec.breaks}
        for day in real:
            for pause in spec.breaks:
                weekly = pause.date is None and day.weekday() in (pause.weekdays or range(7))
                if weekly or pause.date in (day, (day.month, day.day)):
                    self.breaks[pause.name].update(self.ticks(day, pause.hours))
        broken = set[int]().union(*self.breaks.values())
        self.raw = {day: set[int]().union(*(self.ticks(day, span) for span in self.said(day))) for day in real}
        self.opened = {day: raw - broken for day, raw in self.raw.items()}
        self.open = set[int]().union(*self.opened.values())
        self.covered = set[int]().union(*self.raw.values())

    def said(self, day: date) -> tuple[Hours, ...]:
        if day in self.spec.overrides:
            return self.spec.overrides[day].hours
        if self.closed(day):
            return ()
        returning = self.returning(day)
        return self.spec.week.get(day.weekday(), ()) if returning is None else returning[0]

    def closed(self, day: date) -> str | None:
        """The holiday of a date."""
        own = self.spec.holidays.get(day) or self.spec.holidays.get(YearlyDate(day.month, day.day))
        return own or self.public(day, "public")

    def public(self, day: date, category: str) -> str | None:
        """What the country has on a date."""
        if self.spec.country is None or {day, (day.month, day.day)} & self.spec.except_holidays:
            return None
        return of_country(self.spec.country, self.spec.region, day.year, category)[0].get(day)

    def returning(self, day: date) -> tuple[tuple[Hours, ...], str, bool] | None:
        """The hours of a date that has others than its weekday, why, and is it a moved working day and nothing else?"""
        spec, usual = self.spec, self.spec.week.get(day.weekday(), ())
        week = [spec.week[number] for number in range(7) if spec.week.get(number)]
        of_office = [spec.week[number] for number in range(5) if spec.week.get(number)] or week
        is_moved = spec.moved_working_days and spec.country and of_office
        if is_moved and day in of_country(str(spec.country), spec.region, day.year, "public")[1]:
            usual = max(of_office, key=of_office.count)
            moved = f"moved working day ({spec.country})"
        else:
            moved = ""
        if not usual:
            return None
        for returning, own in spec.each_year.items():
            if (day.month, day.day) == (returning.month, returning.day):
                return own.hours, own.name, False
        if spec.half_holidays is not None and (half := self.public(day, "half_day")):
            return spec.half_holidays, half, False
        tomorrow = day + timedelta(1)
        eve = spec.before_holidays
        if eve is not None and tomorrow not in spec.overrides and (holiday := self.closed(tomorrow)):
            return eve.hours, eve.name or f"day before {holiday}", False
        return (usual, moved, True) if moved else None

    def read(self, tick: int) -> datetime:
        return datetime.fromtimestamp(tick * self.unit, self.spec.zone).replace(tzinfo=None)

    def ticks(self, day: date, hours: Hours) -> range:
        return range(self.tick(day, hours.opens), self.tick(day, hours.closes))

    def tick(self, day: date, wall: int) -> int:
        return watched(self.spec.zone, datetime(day.year, day.month, day.day) + timedelta(seconds=wall), self.unit)

    def stretches(self) -> Iterator[Stretch]:
        """Each stretch of hours: the date on which it opens, its ticks, what breaks leave of them, and the shifts."""
        for day, raw in self.raw.items():
            for run in runs(sorted(raw)):
                worked = self.opened[day].intersection(run)
                yield day, run, worked, [(min(worked), max(worked))] if worked else []

    def at(self, instant: datetime) -> int:
        return int(instant.timestamp()) // self.unit

    def elapsed(self, start: int, end: int) -> int:
        return sum(tick in self.open for tick in range(start, end))

    def due(self, start: int, amount: int) -> int:
        tick = start
        while amount:
            amount -= tick in self.open
            tick += 1
        return tick

    def next_open(self, start: int) -> int:
        return next(tick for tick in range(start, max(self.open) + 1) if tick in self.open)

    def date_of(self, tick: int) -> date:
        return max(day for day, begins in self.begins.items() if begins <= tick)

    def business_date(self, tick: int) -> date | None:
        own = self.date_of(tick)
        for day in sorted((day for day in self.raw if day <= own), reverse=True):
            for run in runs(sorted(self.raw[day])):
                worked = [one for one in run if one in self.opened[day]]
                if worked and worked[0] <= tick <= worked[-1]:
                    return day
        return own if self.opened[own] else None

    def business_dates_after(self, start: int) -> list[date]:
        opening = self.business_date(self.next_open(start))
        assert opening is not None
        return [day for day in sorted(self.opened) if day > opening and self.opened[day]]

    def business_days(self, start: int, days: int) -> int:
        base = self.next_open(start)
        opening = self.business_date(base)
        assert opening is not None
        wall = self.read(base) - datetime(opening.year, opening.month, opening.day)
        following = self.business_dates_after(start)[days - 1]
        same_time = self.tick(following, int(wall.total_seconds()))
        return self.due(start, self.elapsed(start, same_time))

    def on_break(self, tick: int) -> set[str]:
        """The breaks that alone keep a tick closed."""
        if tick in self.open or tick not in self.covered:
            return set()
        return {name for name, ticks in self.breaks.items() if tick in ticks}

    def why(self, tick: int) -> set[str]:
        day = self.date_of(tick)
        if tick in self.open:
            return {self.named(max(one for one in self.opened if tick in self.opened[one]))}
        if breaks := self.on_break(tick):
            return breaks
        if day in self.spec.overrides:
            return {self.spec.overrides[day].name}
        if holiday := self.closed(day):
            return {holiday}
        returning = self.returning(day)
        if returning is not None and not returning[2]:
            return {returning[1]}
        hours = self.spec.week.get(day.weekday()) if returning is None else returning[0]
        return {"outside opening hours" if hours else day.strftime("%A")}

    def named(self, day: date) -> str:
        """Why the spans of a date count."""
        if day in self.spec.overrides:
            return self.spec.overrides[day].name
        returning = self.returning(day)
        return self.spec.name.replace("_", " ") if returning is None else returning[1]


class JoinedOracle(Oracle):
    """Open time of several clocks that are watched."""

    def __init__(self, spec: CalendarSpec, anchor: date, *, unit: int, reach: int) -> None:
        self.spec, self.unit, days = spec, unit, reach + MARGIN
        self.known = anchor + timedelta(days)
        self.parts = [oracle_of(part, anchor, unit=unit, reach=reach + 4) for part in spec.joins]
        dates = [anchor + timedelta(n) for n in range(-days - 3, days + 4)]
        self.begins = {day: self.tick(day, 0) for day in dates if self.read(self.tick(day, 0)).date() == day}
        self.raw = {day: set[int]() for day in self.begins}
        self.opened = {day: set[int]() for day in self.begins}
        self.shifts: dict[date, list[tuple[int, int]]] = {day: [] for day in self.begins}
        for part in self.parts:
            for opening, run, worked, shifts in part.stretches():
                day = opening if part.spec.zone == spec.zone else self.date_of(run[0])
                if day in self.begins:
                    self.raw[day] |= set(run)
                    self.opened[day] |= worked
                    self.shifts[day] += shifts
        self.open = set[int]().union(*(part.open for part in self.parts))

    def stretches(self) -> Iterator[Stretch]:
        for day, run, worked, _ in super().stretches():
            yield day, run, worked, [shift for shift in self.shifts[day] if run[0] <= shift[0] <= run[-1]]

    def date_of(self, tick: int) -> date:
        return max((day for day, begins in self.begins.items() if begins <= tick), default=date.min)

    def business_date(self, tick: int) -> date | None:
        own = self.date_of(tick)
        held = [day for day, shifts in self.shifts.items() if any(first <= tick <= last for first, last in shifts)]
        return max(held, default=own if self.opened[own] else None)

    def on_break(self, tick: int) -> set[str]:
        if tick in self.open:
            return set()
        return set[str]().union(*(part.on_break(tick) for part in self.parts))

    def why(self, tick: int) -> set[str]:
        every = [(part.spec.name.replace("_", " "), part) for part in self.parts]
        counts = tick in self.open
        asked = [(words, part.why(tick)) for words, part in every if not counts or tick in part.open]
        return {(opened_words if counts else closed_words)(list(said)) for said in product(*map(pairs, asked))}


def oracle_of(spec: CalendarSpec, anchor: date, *, unit: int, reach: int) -> Oracle:
    return (JoinedOracle if spec.joins else Oracle)(spec, anchor, unit=unit, reach=reach)


def pairs(asked: tuple[str, set[str]]) -> list[tuple[str, str]]:
    return [(asked[0], why) for why in asked[1]]


def opened_words(said: list[tuple[str, str]]) -> str:
    return listed([words if words == why else f"{words} ({why})" for words, why in said])


def closed_words(said: list[tuple[str, str]]) -> str:
    reasons = list(dict.fromkeys(why for _, why in said))
    if len(reasons) == 1:
        return reasons[0]
    return "; ".join(f"{listed([words for words, why in said if why == reason])}: {reason}" for reason in reasons)


def listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


@cache
def of_country(
    country: str, region: str | None, year: int, category: str
) -> tuple[Mapping[date, str], frozenset[date]]:
    """The holidays of a category by name, and the weekend days that are worked."""
    if category not in getattr(holidays, country).supported_categories:
        return {}, frozenset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = getattr(holidays, country)(
            subdiv=region, years=year, expand=False, language="en_US", categories=(category,)
        )
    return {day: name.replace("; ", ", ") for day, name in found.items()}, frozenset(found.weekend_workdays)


@cache
def watched(zone: ZoneInfo, wall: datetime, unit: int) -> int:
    """The first tick at which a clock shows a wall time; if it jumps over it, as though it had not jumped."""

    def read(tick: int) -> datetime:
        return datetime.fromtimestamp(tick * unit, zone).replace(tzinfo=None)

    hour = 3600 // unit
    tick = int(wall.replace(tzinfo=UTC).timestamp()) // unit - 20 * hour
    while read(tick) < wall - timedelta(hours=6):
        tick += hour
    while read(tick) > wall - timedelta(hours=5):  # it jumped by a whole date
        tick -= hour
    shown = read(tick)
    while (now := read(tick)) < wall:
        shown, tick = now, tick + 1
    return tick if now == wall else tick - 1 + int((wall - shown).total_seconds()) // unit


def runs(ticks: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for tick in ticks:
        if run and tick != run[-1] + 1:
            yield run
            run = []
        run.append(tick)
    if run:
        yield run
