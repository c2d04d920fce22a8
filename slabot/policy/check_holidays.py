"""Are the holidays of the coming year known?

Promise: a calendar that silently stops closing on holidays is noticed before the year begins, and so is what is said
about dates that return and changes nothing, or not what it seems to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from slabot.calendars import Calendar, Hours, YearlyDate, half_holidays, known_country, known_region
from slabot.domain.suggestions import suggestion
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem
from slabot.policy.working_time import CalendarEntry

AHEAD = timedelta(days=365)
RETURNS = 12  # years in which a date that returns each year falls on every weekday, leap years and all
DATE = re.compile(r"\d{4}-\d\d-\d\d")
LEAP_DAY = YearlyDate(2, 29)


def holiday_warnings(policy: Policy, today: date) -> Iterator[PathProblem]:
    """What about holidays and dates may not be meant."""
    for name, entry in policy.calendars.items():
        if entry.open_when:
            continue  # what it joins is looked at by itself
        calendar, path = policy.calendar(name), ("calendars", name)
        yield from _years(calendar, path, today)
        yield from _country(calendar, (*path, "holidays", "country"), today)
        yield from _exceptions(calendar, (*path, "holidays", "except"), today)
        yield from _stale(
            [holiday.date for holiday in entry.holidays.also], (*path, "holidays", "also"), "holiday", today
        )
        yield from _stale([dated.date for dated in entry.dates], (*path, "dates"), "date", today)
        yield from _leap_days(entry, path, today)
        yield from _changing_nothing(calendar, entry, path, today)
        yield from _half_holidays(calendar, path, today)
        yield from _longer_short_days(calendar, path, today)


def _years(calendar: Calendar, path: Path, today: date) -> Iterator[PathProblem]:
    last = calendar.spec.years[1]
    if last < (today + AHEAD).year:
        yield PathProblem(
            "years-end-soon",
            (*path, "years"),
            f"this calendar answers for dates up to the end of {last}; nothing can be due after that",
            f"raise the last year, for example to {today.year + 20}",
        )


def _country(calendar: Calendar, path: Path, today: date) -> Iterator[PathProblem]:
    spec = calendar.spec
    if spec.country is None:
        return
    until = today + AHEAD
    known = {day for year in _years_of(calendar, today) for day in calendar.holidays(year)}
    own = {*spec.holidays}
    if not any(today <= day <= until and own.isdisjoint((day, YearlyDate(day.month, day.day))) for day in known):
        yield PathProblem(
            "no-holidays-ahead",
            path,
            f'no public holiday of "{spec.country}" is known from {today} to {until}',
            "update slabot's packages, or name the holidays under also",
        )


def _exceptions(calendar: Calendar, path: Path, today: date) -> Iterator[PathProblem]:
    years = _years_of(calendar, today)
    if not years:
        return
    names = [one for year in years for joined in calendar.holidays(year).values() for one in joined.split(", ")]
    for item in calendar.unused_exceptions(years):
        if DATE.fullmatch(item) and item < today.isoformat():
            continue  # a date that has passed did its work
        yield PathProblem(
            "unused-exception",
            path,
            f'"{item}" takes away no public holiday of {years[0]} or {years[-1]}',
            f"write a holiday's name as slabot names it{suggestion(item, names)}, or a date such as {today}",
        )


def _stale(said: list[date | YearlyDate], path: Path, what: str, today: date) -> Iterator[PathProblem]:
    days = [day for day in said if isinstance(day, date)]
    if days and len(days) == len(said) and (last := max(days)) < today:
        yield PathProblem(
            "stale-holidays",
            path,
            f"every {what} here has passed; the last was {last}",
            f"add those of {today.year if last.year < today.year else today.year + 1}, or take the list out",
        )


def _years_of(calendar: Calendar, today: date) -> range:
    """The years of the coming 365 days that the calendar answers for."""
    first, last = calendar.spec.years
    return range(max(first, today.year), min(last, (today + AHEAD).year) + 1)


# ── What returns ───────────────────────────────────────────────────────────────────────────────────────────────────


def _leap_days(entry: CalendarEntry, path: Path, today: date) -> Iterator[PathProblem]:
    places: list[tuple[Path, date | YearlyDate | None]] = [
        *((("holidays", "also", place), holiday.date) for place, holiday in enumerate(entry.holidays.also)),
        *((("dates", place), dated.date) for place, dated in enumerate(entry.dates)),
        *((("breaks", place), pause.date) for place, pause in enumerate(entry.breaks)),
    ]
    following = next(year for year in range(today.year, today.year + 9) if (day := LEAP_DAY.on(year)) and day >= today)
    for place, said in places:
        if said == LEAP_DAY:
            yield PathProblem(
                "leap-day",
                (*path, *place, "date"),
                f"02-29 returns in leap years only; the next one is {following}",
                "write 02-28 or 03-01 for every year, or keep it if leap years are meant",
            )


def _changing_nothing(calendar: Calendar, entry: CalendarEntry, path: Path, today: date) -> Iterator[PathProblem]:
    """Dates that return each year and would be closed anyway, whatever their weekday; short days before no holidays."""
    if entry.before_holidays is not None and not (calendar.spec.country or calendar.spec.holidays):
        yield PathProblem(
            "date-changes-nothing",
            (*path, "before_holidays"),
            "this calendar has no holidays, so no day is before one",
            "add holidays: {country: DE}, with your own country, or take before_holidays out",
            at_key=True,
        )
    if not calendar.spec.each_year:
        return
    years = range(max(today.year, calendar.spec.years[0]), min(today.year + RETURNS, calendar.spec.years[1]) + 1)
    changed = {(day, own.name) for year in years for day, own in calendar.returning_dates(year).items()}
    for place, dated in enumerate(entry.dates):
        if not isinstance(dated.date, YearlyDate) or not years:
            continue
        days = [day for year in years if (day := dated.date.on(year)) is not None]
        if days and not any((day, dated.name) in changed for day in days):
            yield PathProblem(
                "date-changes-nothing",
                (*path, "dates", place, "date"),
                f"{dated.date} is closed anyway from {years[0]} to {years[-1]}, and a date that returns opens none",
                f"take the holiday out by except, or write a full date such as {max(days)}, which opens",
            )


def _half_holidays(calendar: Calendar, path: Path, today: date) -> Iterator[PathProblem]:
    spec = calendar.spec
    if spec.half_holidays is None or spec.country is None:
        return
    country = known_country(spec.country)
    region = known_region(country, spec.region) if spec.region else None
    if not any(half_holidays(country, region, year) for year in _years_of(calendar, today)):
        where = f"the region {region} of {country}" if region else country
        yield PathProblem(
            "no-half-holidays",
            (*path, "half_holidays"),
            f"no half holiday of {where} is known for the coming year, so these hours are never used",
            "take half_holidays out, or write such dates under dates: {date: 12-24, open: [...], name: Christmas Eve}",
            at_key=True,
        )


def _longer_short_days(calendar: Calendar, path: Path, today: date) -> Iterator[PathProblem]:
    """Short days before holidays, and half holidays, that are longer than the day would be without."""
    spec = calendar.spec
    eve = spec.before_holidays
    places = {"before_holidays": eve and eve.hours, "half_holidays": spec.half_holidays}
    ahead = [item for year in _years_of(calendar, today) for item in calendar.returning_dates(year).items()]
    for setting, short in places.items():
        for day, own in ahead:
            usual = spec.week_on(day).get(day.weekday(), ())
            if not short or own.hours != short or not usual or _seconds(short) <= _seconds(usual):
                continue
            yield PathProblem(
                "short-day-is-longer",
                (*path, setting),
                f"{day:%A} {day} ({own.name}) would be open for {_seconds(short) / 3600:g} h instead of "
                f"{_seconds(usual) / 3600:g} h",
                "give shorter hours, or give such a date its own hours under dates",
                at_key=True,
            )
            break


def _seconds(hours: tuple[Hours, ...]) -> int:
    """How long they are; those that overlap count twice."""
    return sum(span.closes - span.opens for span in hours)
