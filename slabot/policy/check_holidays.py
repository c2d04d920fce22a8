"""Are the holidays of the coming year known?

Promise: a calendar that silently stops closing on holidays is noticed before the year begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from slabot.calendars import Calendar
from slabot.domain.suggestions import suggestion
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem

AHEAD = timedelta(days=365)


def holiday_warnings(policy: Policy, today: date) -> Iterator[PathProblem]:
    """What about holidays and dates may not be meant."""
    for name, entry in policy.calendars.items():
        calendar, path = policy.calendar(name), ("calendars", name)
        yield from _years(calendar, path, today)
        yield from _country(calendar, (*path, "holidays", "country"), today)
        yield from _exceptions(calendar, (*path, "holidays", "except"), today)
        yield from _stale(
            [holiday.date for holiday in entry.holidays.also], (*path, "holidays", "also"), "holiday", today
        )
        yield from _stale([dated.date for dated in entry.dates], (*path, "dates"), "date", today)


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
    if not any(today <= day <= until for day in known - set(spec.holidays)):
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
        if item < today.isoformat() and item[:1].isdigit():
            continue  # a date that has passed did its work
        yield PathProblem(
            "unused-exception",
            path,
            f'"{item}" takes away no public holiday of {years[0]} or {years[-1]}',
            f"write a holiday's name as slabot names it{suggestion(item, names)}, or a date such as {today}",
        )


def _stale(days: list[date], path: Path, what: str, today: date) -> Iterator[PathProblem]:
    if days and (last := max(days)) < today:
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
