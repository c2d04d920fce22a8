"""What is working time, if one only watches a clock?

Promise: an oracle that walks over the minutes (or seconds) of a wall clock and shares no code with the calendars: it
finds a wall time by watching the clock, marks open minutes in a set, and counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from slabot.calendars import CalendarSpec, Hours

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
                if pause.date == day or (pause.date is None and day.weekday() in (pause.weekdays or range(7))):
                    self.breaks[pause.name].update(self.ticks(day, pause.hours))
        broken = set[int]().union(*self.breaks.values())
        self.raw = {day: set[int]().union(*(self.ticks(day, span) for span in self.said(day))) for day in real}
        self.opened = {day: raw - broken for day, raw in self.raw.items()}
        self.open = set[int]().union(*self.opened.values())
        self.covered = set[int]().union(*self.raw.values())

    def said(self, day: date) -> tuple[Hours, ...]:
        if day in self.spec.overrides:
            return self.spec.overrides[day].hours
        return () if day in self.spec.holidays else self.spec.week.get(day.weekday(), ())

    def read(self, tick: int) -> datetime:
        return datetime.fromtimestamp(tick * self.unit, self.spec.zone).replace(tzinfo=None)

    def ticks(self, day: date, hours: Hours) -> range:
        return range(self.tick(day, hours.opens), self.tick(day, hours.closes))

    def tick(self, day: date, wall: int) -> int:
        return watched(self.spec.zone, datetime(day.year, day.month, day.day) + timedelta(seconds=wall), self.unit)

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
            opening = max(one for one in self.opened if tick in self.opened[one])
            return {self.spec.overrides[opening].name if opening in self.spec.overrides else "any calendar"}
        if breaks := self.on_break(tick):
            return breaks
        if day in self.spec.overrides:
            return {self.spec.overrides[day].name}
        if day in self.spec.holidays:
            return {self.spec.holidays[day]}
        return {"outside opening hours" if self.spec.week.get(day.weekday()) else day.strftime("%A")}


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
