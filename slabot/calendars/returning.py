"""Which dates of a year have other hours because of something that returns?

Promise: only dates change that would be open: by the week, or as a weekend day that the country works in exchange
for another; a holiday is never opened, and a closed weekday stays closed.

Of several reasons on one date the most special wins: a date of the file that returns each year, a half holiday of the
country, the date before a holiday, a moved working day. (A full date beats all of them, see slabot.calendars.dates.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from slabot.calendars.holiday_book import HolidayBook
from slabot.calendars.hours import Hours
from slabot.calendars.spec import CalendarSpec, Override

ONE_DAY = timedelta(days=1)
WEEKEND = 5  # the weekday that is Saturday
NONE: Mapping[date, Override] = {}


class ReturningDates:
    """What one calendar changes, year by year."""

    __slots__ = ("_book", "_ordinary", "_spec", "_years")

    def __init__(self, spec: CalendarSpec, book: HolidayBook) -> None:
        self._spec = spec
        self._book = book
        self._ordinary = ordinary_hours(spec)
        self._years: dict[int, Mapping[date, Override]] = {}

    def year(self, year: int) -> Mapping[date, Override]:
        """The changed dates of one year, with their hours and the name of the reason."""
        known = self._years.get(year)
        if known is None:
            self._years[year] = known = self._changed(year)
        return known

    def is_ordinary(self, day: date) -> bool:
        """True if a date is open as an ordinary weekday is, because it was moved, and nothing else changes it."""
        own = self.year(day.year).get(day)
        return own is not None and own.name == self._book.moved(day.year).get(day)

    def _changed(self, year: int) -> Mapping[date, Override]:
        spec, book = self._spec, self._book
        moved = {
            day: Override(self._ordinary, name)
            for day, name in book.moved(year).items()
            if self._ordinary and book.name(day) is None
        }
        special = self._eves(year)
        if spec.half_holidays is not None:
            special.update((day, Override(spec.half_holidays, name)) for day, name in book.half(year).items())
        special.update((on, own) for day, own in spec.each_year.items() if (on := day.on(year)) is not None)
        would_open = (
            (day, own)
            for day, own in special.items()
            if (day in moved or spec.week_on(day).get(day.weekday())) and book.name(day) is None
        )
        return moved | dict(would_open) or NONE

    def _eves(self, year: int) -> dict[date, Override]:
        """The dates before holidays; a holiday that a full date changes is none."""
        eve = self._spec.before_holidays
        if eve is None:
            return {}
        holidays = {**self._book.year(year)}
        if year < date.max.year and (name := self._book.name(new_year := date(year + 1, 1, 1))):
            holidays[new_year] = name
        return {
            day - ONE_DAY: Override(eve.hours, eve.name or f"day before {name}")
            for day, name in holidays.items()
            if day not in self._spec.overrides and (day - ONE_DAY).year == year
        }


def ordinary_hours(spec: CalendarSpec) -> tuple[Hours, ...]:
    """The hours that most of Monday to Friday have, or of all days if those have none; of two, those of the earlier."""
    week = [(day, hours) for day, hours in sorted(spec.week.items()) if hours]
    days = [hours for day, hours in week if day < WEEKEND] or [hours for _, hours in week]
    return Counter(days).most_common(1)[0][0] if days else ()
