"""How is a calendar written in the file?

Promise: what the file says about working time becomes one CalendarSpec for each calendar; one that never opens, and
calendars that join each other in a circle, are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PrivateAttr,
    StrictBool,
    Tag,
    model_validator,
)

from slabot.calendars import (
    Break,
    Calendar,
    CalendarError,
    CalendarSpec,
    Hours,
    Override,
    UnknownZoneError,
    YearlyDate,
    iana_zone,
    parse_days,
)
from slabot.policy.base import Part
from slabot.policy.dated import DatedRow, in_order, lacking
from slabot.policy.paths import value_at
from slabot.policy.problems import PathProblem
from slabot.policy.scalars import (
    CalendarName,
    DaysText,
    HoursList,
    HoursText,
    Prose,
    ReturningDateText,
    Text,
    one_or_many,
    refuse,
    returning_date,
)


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:+d}"
    if not isinstance(value, str):
        raise refuse("unknown-time-zone", f"{value!r} is no time zone", "write an IANA name such as Asia/Kolkata")
    try:
        return iana_zone(value)
    except UnknownZoneError as error:
        raise refuse("unknown-time-zone", error.why, error.remedy) from None


ZoneName = Annotated[ZoneInfo | None, BeforeValidator(_zone)]


def _weekdays(value: object) -> object:
    if not isinstance(value, dict):
        return value
    named: dict[int, str] = {}
    for key in value:
        try:
            days = parse_days(str(key))
        except CalendarError as error:
            raise refuse("bad-weekday", error.why, error.remedy) from None
        for day in days:
            if day in named:
                raise refuse(
                    "duplicate-weekday",
                    f'"{key}" and "{named[day]}" both give hours for the same day',
                    "name each weekday once; several spans of a day stand in one list",
                )
            named[day] = str(key)
    return value


def _years(value: object) -> object:
    if isinstance(value, str) and (match := re.fullmatch(r"(\d{4})-(\d{4})", value)) and match[1] <= match[2]:
        return (int(match[1]), int(match[2]))
    if isinstance(value, tuple):
        return value
    raise refuse("bad-years", f"{value!r} is no range of years", 'write "2020-2040"')


NATIONAL = "national"  # instead of a region


class NamedDate(Part):
    """A holiday of your own, on one date or on one that returns each year."""

    date: ReturningDateText
    name: Prose


class Holidays(Part):
    """Public holidays by country and region, plus and minus your own.

    Attributes:
        region: `NATIONAL` for those of the whole country alone, on purpose.
        moved_working_days: open on the weekend days that the country works in exchange for others.
    """

    country: Text | None = None
    region: Text | None = None
    moved_working_days: StrictBool = True
    also: tuple[NamedDate, ...] = ()
    except_: tuple[Prose, ...] = Field(default=(), alias="except")

    @property
    def national(self) -> bool:
        """True if the regions of the country are left out on purpose."""
        return self.country is not None and self.region is not None and self.region.strip().casefold() == NATIONAL


class DatedHours(Part):
    """One date's own hours, instead of the week's and of a holiday; an empty list closes it. One that returns each year
    only changes dates that would be open.
    """

    date: ReturningDateText
    open: HoursList
    name: Prose


class ShortDay(Part):
    """The hours of the date before each holiday."""

    open: HoursList
    name: Prose | None = None


class HalfHolidays(Part):
    """The hours of the country's half holidays."""

    open: HoursList


class BreakEntry(Part):
    """A part of the day that does not count, every week or on one date."""

    at: HoursText
    name: Prose = "Break"
    days: DaysText | None = None
    date: ReturningDateText | None = None

    @model_validator(mode="after")
    def _days_or_date(self) -> BreakEntry:
        if (self.days is None) == (self.date is None):
            raise refuse("break-when", "a break needs days or a date, one of them", "write days: mon-fri")
        return self


Week = dict[str, HoursList]


class DatedWeek(DatedRow):
    """The hours of a week from a date on and until another; a clock keeps those of its start."""

    hours: Annotated[Week, BeforeValidator(_weekdays)]


Opening = Annotated[
    Annotated[Week, Tag("(week)")] | Annotated[tuple[DatedWeek, ...], AfterValidator(in_order), Tag("(rows)")],
    Discriminator(lambda value: "(rows)" if isinstance(value, list | tuple) else "(week)"),
    BeforeValidator(_weekdays),
]


class CalendarEntry(Part):
    """A calendar of the file."""

    always: StrictBool = False
    open_when: Annotated[tuple[CalendarName, ...], BeforeValidator(one_or_many)] = ()
    time_zone: ZoneName = None
    open: Opening = Field(default_factory=dict)
    holidays: Holidays = Field(default_factory=Holidays)
    dates: tuple[DatedHours, ...] = ()
    before_holidays: ShortDay | None = None
    half_holidays: HalfHolidays | None = None
    breaks: tuple[BreakEntry, ...] = ()
    years: Annotated[tuple[int, int], BeforeValidator(_years)] = (1970, 2100)
    _checked: Calendar | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _opens(self) -> CalendarEntry:
        said = self.model_fields_set
        if "open_when" in said:
            return self._joined(said)
        if self.always and said - {"always", "time_zone", "years"}:
            raise refuse(
                "calendar-always", "an always-open calendar has no hours, holidays or breaks", "take always: true out"
            )
        if not self.always and self.time_zone is None:
            raise refuse("missing-time-zone", "this calendar has no time zone", "add time_zone: Asia/Kolkata")
        if isinstance(self.open, tuple) and (when := lacking(self.open)):
            raise refuse(
                "dated-always",
                f"these hours say nothing for clocks that start {when}",
                "leave out from in the first row and until in the last",
                under=("open",),
            )
        for path, days in (("dates", self.dates), ("holidays", self.holidays.also)):
            _refuse_second(path, [entry.date for entry in days])
        try:
            spec = self.spec("this calendar")
            self._checked = Calendar(spec)
            for day in spec.changing:
                Calendar(spec.as_of(day))
        except CalendarError as error:
            raise refuse(error.code, error.why, error.remedy) from None
        return self

    def _joined(self, said: set[str]) -> CalendarEntry:
        """A calendar that joins others has nothing of its own but its zone; whether it opens, `specs_of` asks."""
        if not self.open_when:
            raise refuse(
                "empty-value", "this list is empty", "name the calendars of which any is to be open", under=JOIN
            )
        if own := sorted(said - {"open_when", "time_zone"}):
            raise refuse(
                "calendar-joined",
                f"a calendar with open_when takes its hours from those that it names, and {own[0]} is none of them",
                f"take {own[0]} out, or give it to {' or '.join(self.open_when)}",
                under=(own[0],),
            )
        for place, name in enumerate(self.open_when):
            if name in self.open_when[:place]:
                raise refuse("calendar-joined", f'"{name}" stands twice here', "name it once", under=(*JOIN, place))
        return self

    def spec(self, name: str) -> CalendarSpec:
        """The calendar under the name it has in the file, without those that it joins."""
        rows = [(row.from_, _by_day(row.hours)) for row in self.open] if isinstance(self.open, tuple) else []
        week = rows[0][1] if rows else _by_day(self.open) if isinstance(self.open, dict) else {}
        eve = self.before_holidays
        dated = [(entry.date, Override(entry.open, entry.name)) for entry in self.dates]
        return CalendarSpec(
            name=name,
            always=self.always,
            zone=self.time_zone or ZoneInfo("UTC"),
            week=week,
            later=tuple((begin, hours) for begin, hours in rows[1:] if begin is not None),
            overrides={day: hours for day, hours in dated if isinstance(day, date)},
            each_year={day: hours for day, hours in dated if isinstance(day, YearlyDate)},
            before_holidays=None if eve is None else Override(eve.open, eve.name or ""),
            half_holidays=None if self.half_holidays is None else self.half_holidays.open,
            breaks=tuple(
                Break(hours=entry.at, name=entry.name, weekdays=entry.days or (), date=entry.date)
                for entry in self.breaks
            ),
            holidays={entry.date: entry.name for entry in self.holidays.also},
            country=self.holidays.country,
            region=None if self.holidays.national else self.holidays.region,
            moved_working_days=self.holidays.moved_working_days,
            except_holidays=frozenset(_date_or_name(item) for item in self.holidays.except_),
            years=self.years,
        )


def _by_day(week: Week) -> dict[int, tuple[Hours, ...]]:
    found: dict[int, tuple[Hours, ...]] = {}
    for days, hours in week.items():
        found.update(dict.fromkeys(parse_days(days), hours))
    return found


JOIN = ("open_when",)  # where the joined calendars stand


def specs_of(entries: Mapping[str, CalendarEntry]) -> dict[str, CalendarSpec]:
    """The calendars of a file by name, each with those that it joins.

    Raises:
        PydanticCustomError: they join each other in a circle, or have no year in common.
    """
    known: dict[str, CalendarSpec] = {}
    for name in entries:
        _with_joined(name, entries, known, ())
    return {name: known[name] for name in entries}


def _with_joined(
    name: str, entries: Mapping[str, CalendarEntry], known: dict[str, CalendarSpec], above: tuple[str, ...]
) -> CalendarSpec:
    if name in known:
        return known[name]
    entry, around = entries[name], (*above, name)
    for place, part in enumerate(entry.open_when):
        if part in around:
            said = _circle(around, part, place)
            raise refuse(said.code, said.message, said.fix, under=said.path[1:])
    joins = tuple(_with_joined(part, entries, known, around) for part in entry.open_when)
    spec = entry.spec(name)
    if joins:
        years = max(part.years[0] for part in joins), min(part.years[1] for part in joins)
        if years[0] > years[1]:
            names = " and ".join(entry.open_when)
            raise refuse(
                "calendar-joined",
                f"there is no year for which {names} all answer",
                "give those the same years, or leave years out",
                under=(name, *JOIN),
            )
        spec = replace(spec, joins=joins, zone=entry.time_zone or joins[0].zone, years=years)
    known[name] = spec
    return spec


def circles(calendars: Any) -> Iterator[PathProblem]:
    """Calendars that join each other in a circle, each circle once; works on a file that is wrong."""
    joins = {name: value_at(entry, JOIN) for name, entry in calendars.items()} if isinstance(calendars, dict) else {}
    seen: set[str] = set()
    for name in joins:
        yield from _circles_from(name, joins, seen, ())


def _circles_from(name: str, joins: Mapping[str, Any], seen: set[str], above: tuple[str, ...]) -> Iterator[PathProblem]:
    if name in seen:
        return
    seen.add(name)
    around, parts = (*above, name), one_or_many(joins[name])
    for place, part in enumerate(parts if isinstance(parts, list) else ()):
        if part in around:
            yield _circle(around, part, place)
        elif isinstance(part, str) and part in joins:
            yield from _circles_from(part, joins, seen, around)


def _circle(around: tuple[str, ...], part: str, place: int) -> PathProblem:
    """The last of these calendars names one of them."""
    circle = " → ".join((*around[around.index(part) :], part))
    return PathProblem(
        "calendar-circle",
        ("calendars", around[-1], *JOIN, place),
        f"this calendar would be open when it is open itself: {circle}",
        f'take "{part}" out, or name the calendars with hours that are meant',
    )


def _refuse_second(setting: str, days: list[date | YearlyDate]) -> None:
    for place, day in enumerate(days):
        if day in days[:place]:
            path: tuple[str | int, ...] = (setting, place) if setting == "dates" else (setting, "also", place)
            raise refuse(
                "duplicate-date",
                f"{day} stands here twice",
                "keep one of them" + ("; several spans of a date stand in one list" if setting == "dates" else ""),
                under=(*path, "date"),
            )


def _date_or_name(text: str) -> date | YearlyDate | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return returning_date(text.strip()) or text
