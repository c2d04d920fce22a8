"""How is a calendar written in the file?

Promise: what the file says about working time becomes one CalendarSpec; a calendar that never opens is refused.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PrivateAttr, StrictBool, model_validator

from slabot.calendars import (
    Break,
    Calendar,
    CalendarError,
    CalendarSpec,
    Hours,
    Override,
    UnknownZoneError,
    iana_zone,
    parse_days,
)
from slabot.policy.base import Part
from slabot.policy.scalars import DateText, DaysText, HoursList, HoursText, Prose, Text, refuse


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
    """A holiday of your own."""

    date: DateText
    name: Prose


class Holidays(Part):
    """Public holidays by country and region, plus and minus your own.

    Attributes:
        region: `NATIONAL` for those of the whole country alone, on purpose.
    """

    country: Text | None = None
    region: Text | None = None
    also: tuple[NamedDate, ...] = ()
    except_: tuple[Prose, ...] = Field(default=(), alias="except")

    @property
    def national(self) -> bool:
        """True if the regions of the country are left out on purpose."""
        return self.country is not None and self.region is not None and self.region.strip().casefold() == NATIONAL


class DatedHours(Part):
    """One date's own hours, instead of the week's and of a holiday; an empty list closes it."""

    date: DateText
    open: HoursList
    name: Prose


class BreakEntry(Part):
    """A part of the day that does not count, every week or on one date."""

    at: HoursText
    name: Prose = "Break"
    days: DaysText | None = None
    date: DateText | None = None

    @model_validator(mode="after")
    def _days_or_date(self) -> BreakEntry:
        if (self.days is None) == (self.date is None):
            raise refuse("break-when", "a break needs days or a date, one of them", "write days: mon-fri")
        return self


class CalendarEntry(Part):
    """A calendar of the file."""

    always: StrictBool = False
    time_zone: ZoneName = None
    open: Annotated[dict[str, HoursList], BeforeValidator(_weekdays)] = Field(default_factory=dict)
    holidays: Holidays = Field(default_factory=Holidays)
    dates: tuple[DatedHours, ...] = ()
    breaks: tuple[BreakEntry, ...] = ()
    years: Annotated[tuple[int, int], BeforeValidator(_years)] = (1970, 2100)
    _checked: Calendar | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _opens(self) -> CalendarEntry:
        if self.always and self.model_fields_set - {"always", "time_zone", "years"}:
            raise refuse(
                "calendar-always", "an always-open calendar has no hours, holidays or breaks", "take always: true out"
            )
        if not self.always and self.time_zone is None:
            raise refuse("missing-time-zone", "this calendar has no time zone", "add time_zone: Asia/Kolkata")
        try:
            self._checked = Calendar(self.spec("this calendar"))
        except CalendarError as error:
            raise refuse(error.code, error.why, error.remedy) from None
        return self

    def spec(self, name: str) -> CalendarSpec:
        """The calendar under the name it has in the file."""
        week: dict[int, tuple[Hours, ...]] = {}
        for days, hours in self.open.items():
            week.update(dict.fromkeys(parse_days(days), hours))
        return CalendarSpec(
            name=name,
            always=self.always,
            zone=self.time_zone or ZoneInfo("UTC"),
            week=week,
            overrides={entry.date: Override(entry.open, entry.name) for entry in self.dates},
            breaks=tuple(
                Break(hours=entry.at, name=entry.name, weekdays=entry.days or (), date=entry.date)
                for entry in self.breaks
            ),
            holidays={entry.date: entry.name for entry in self.holidays.also},
            country=self.holidays.country,
            region=None if self.holidays.national else self.holidays.region,
            except_holidays=frozenset(_date_or_name(item) for item in self.holidays.except_),
            years=self.years,
        )


def _date_or_name(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
