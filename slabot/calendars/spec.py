"""What does the file say about working time?

Promise: a CalendarSpec holds what was said and computes nothing; `check` refuses what contradicts itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slabot.calendars.errors import CalendarError, HoursError, OutsideYearsError
from slabot.calendars.hours import WEEKDAYS, Hours
from slabot.domain.instant import FIRST_YEAR, LAST_YEAR


class YearlyDate(NamedTuple):
    """A date that returns each year: ``12-24``. The 29th of February returns in leap years only."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"

    def on(self, year: int) -> date | None:
        """The date in one year; None if the year has none."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Override:
    """A date's own hours, instead of the week's and of a holiday: the admin's explicit word.

    Attributes:
        hours: the open spans of the date; empty if it is closed.
        name: why, in words for people: ``Company day``.
    """

    hours: tuple[Hours, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Break:
    """A part of the day that does not count, whatever opened it: the week or a date's own hours.

    Attributes:
        hours: when; a break over midnight belongs to the date on which it begins.
        name: why, in words for people: ``Lunch``.
        weekdays: on which (0 is Monday); empty means every day, or the one date.
        date: a single date instead, or one that returns each year.
    """

    hours: Hours
    name: str
    weekdays: tuple[int, ...] = ()
    date: date | YearlyDate | None = None

    def __post_init__(self) -> None:
        if self.weekdays and self.date is not None:
            raise HoursError(f'the break "{self.name}" has weekdays and a date', "give one of them")


class RecordedYear(NamedTuple):
    """The holidays of one year as a calendar used them once, whatever a later release of the package says.

    Attributes:
        closed: its closed holidays, with its own and without the excepted ones, by name.
        half: half holidays, by name.
        moved: weekend days that were worked in exchange for others.
    """

    closed: Mapping[date, str]
    half: Mapping[date, str]
    moved: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpec:
    """A calendar as its file describes it, already parsed.

    Attributes:
        name: as in the file, ``support_week``; shown to people with spaces.
        always: open every second of every day; the rest of the spec is then empty.
        joins: the calendars of which any is to be open; the rest, but for zone and years, is then empty.
        zone: where the wall clock of the hours hangs.
        week: weekday (0 is Monday) to its open spans.
        overrides: a date's own hours, which beat the week and a holiday.
        each_year: hours of dates that return; they change only dates that would be open otherwise.
        before_holidays: hours of the date before each holiday, if it would be open; without a name it gets one.
        half_holidays: hours of the country's half holidays that would be open; None to open as on other dates.
        breaks: what is taken away again from whatever is open.
        holidays: the file's own; on the same date their name wins over the country's.
        country: ISO code of the country whose public holidays are closed, or its lowercase.
        region: a state or province of it, by ISO code or name.
        moved_working_days: open on the weekend days that the country works in exchange for others.
        except_holidays: public and half holidays that are worked: by date, or by name in every year.
        years: the first and the last year, in the calendar's zone, that the calendar answers for.
        later: weeks that take the place of `week`, each from a date on; sorted.
        recorded: years whose holidays are not looked up, because they are known from before.
    """

    name: str
    always: bool = False
    joins: tuple[CalendarSpec, ...] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    week: Mapping[int, tuple[Hours, ...]] = field(default_factory=dict)
    overrides: Mapping[date, Override] = field(default_factory=dict)
    each_year: Mapping[YearlyDate, Override] = field(default_factory=dict)
    before_holidays: Override | None = None
    half_holidays: tuple[Hours, ...] | None = None
    breaks: tuple[Break, ...] = ()
    holidays: Mapping[date | YearlyDate, str] = field(default_factory=dict)
    country: str | None = None
    region: str | None = None
    moved_working_days: bool = True
    except_holidays: frozenset[date | YearlyDate | str] = frozenset()
    years: tuple[int, int] = (1970, 2100)
    later: tuple[tuple[date, Mapping[int, tuple[Hours, ...]]], ...] = ()
    recorded: Mapping[int, RecordedYear] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The name as people read it: ``support week``."""
        return self.name.replace("_", " ")

    @property
    def members(self) -> tuple[CalendarSpec, ...]:
        """The calendars with hours of their own that it joins, however deep; itself if it joins none."""
        return tuple(member for part in self.joins for member in part.members) if self.joins else (self,)

    @property
    def every_hours(self) -> tuple[tuple[Hours, ...], ...]:
        """The hours that some date of it may have, before breaks; of a calendar with hours of its own."""
        dated = (override.hours for override in (*self.overrides.values(), *self.each_year.values()))
        eve = () if self.before_holidays is None else (self.before_holidays.hours,)
        half = () if self.half_holidays is None else (self.half_holidays,)
        later = (hours for _, week in self.later for hours in week.values())
        return (*self.week.values(), *later, *dated, *eve, *half)

    def week_on(self, day: date) -> Mapping[int, tuple[Hours, ...]]:
        """The hours by weekday that hold on a date."""
        return next((week for begin, week in reversed(self.later) if begin <= day), self.week)

    @property
    def dated(self) -> bool:
        """True if its hours, or those of a calendar that it joins, change on a date."""
        return any(member.later for member in self.members)

    @property
    def changing(self) -> tuple[date, ...]:
        """A date before the first change of hours, and those of the changes; none where they never change."""
        days = sorted({begin for member in self.members for begin, _ in member.later})
        return (days[0] - timedelta(days=1), *days) if days else ()

    def as_of(self, day: date) -> CalendarSpec:
        """The calendar whose hours are at all times those of a date, also in what it joins."""
        if not self.dated:
            return self
        return replace(self, week=self.week_on(day), later=(), joins=tuple(part.as_of(day) for part in self.joins))

    @property
    def has_hours(self) -> bool:
        """True if it says anything that `always` or `joins` would contradict."""
        return bool(self.every_hours or self.breaks or self.holidays or self.country)


def check(spec: CalendarSpec) -> None:
    """Refuse a spec that contradicts itself; whether it ever opens is the calendar's own question.

    Raises:
        CalendarError: `always` or `joins` beside hours, a weekday that is none, a region or half holidays without a
            country, years out of order or for which not all joined calendars answer.
        OutsideYearsError: a dated entry that the calendar does not answer for.
    """
    first, last = spec.years
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        raise CalendarError(
            f'the calendar "{spec.name}" answers for the years {first} to {last}, which is no range',
            f"give a first and a last year between {FIRST_YEAR} and {LAST_YEAR}",
        )
    _check_parts(spec)
    for what, day in _dates(spec):
        if not first <= day.year <= last:
            raise OutsideYearsError(f"{what} is on {day}", calendar=spec.name, years=spec.years)


def _check_parts(spec: CalendarSpec) -> None:
    """Refuse parts that do not go together."""
    first, last = spec.years
    if (spec.always and (spec.joins or spec.has_hours)) or (spec.joins and spec.has_hours):
        what = "is always open" if spec.always else "joins others"
        raise CalendarError(
            f'the calendar "{spec.name}" {what} and has hours, breaks or holidays too',
            "take out one or the other",
        )
    if spec.region and not spec.country:
        raise CalendarError(
            f'the calendar "{spec.name}" has the region "{spec.region}" of no country', "give the country"
        )
    if spec.half_holidays is not None and not spec.country:
        raise CalendarError(
            f'the calendar "{spec.name}" has hours for the half holidays of no country', "give the country"
        )
    weeks = (spec.week, *(week for _, week in spec.later))
    named = [day for week in weeks for day in week] + [day for pause in spec.breaks for day in pause.weekdays]
    if strange := [day for day in named if not 0 <= day < len(WEEKDAYS)]:
        raise HoursError(f'the calendar "{spec.name}" has a weekday {strange[0]}', "give 0 (Monday) to 6 (Sunday)")
    if any(first < part.years[0] or part.years[1] < last for part in spec.joins):
        raise CalendarError(
            f'the calendar "{spec.name}" answers for the years {first} to {last}, and not all that it joins do',
            "give those the same `years`",
        )


def _dates(spec: CalendarSpec) -> Iterator[tuple[str, date]]:
    yield from ((f'the holiday "{name}"', day) for day, name in spec.holidays.items() if isinstance(day, date))
    yield from ((f'"{override.name}"', day) for day, override in spec.overrides.items())
    yield from ((f'the break "{pause.name}"', pause.date) for pause in spec.breaks if isinstance(pause.date, date))
    yield from (("an excepted holiday", day) for day in spec.except_holidays if isinstance(day, date))
