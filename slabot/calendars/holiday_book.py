"""Which dates are closed holidays, and by which name?

Promise: a year's holidays are looked up once, when they are first asked for, and their names do not depend on
the language of the machine.

The public ones come from the package `holidays` (its "observed" dates too), as do half holidays (its category
``half_day``) and weekend days that are worked in exchange for others (its ``weekend_workdays``). Some countries'
movable feasts are known there for some years only (India's: 2001 to 2035); outside of these it knows the fixed dates
alone.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import warnings
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from threading import Lock
from types import ModuleType
from typing import Final

from slabot.calendars.errors import UnknownCountryError
from slabot.calendars.place_words import REGIONS, country_called, without_accents
from slabot.calendars.spec import CalendarSpec, RecordedYear, YearlyDate
from slabot.domain.suggestions import did_you_mean, nearest_meant

# Left to itself the package takes the machine's language; all its countries have this one.
LANGUAGE: Final = "en_US"
PUBLIC, HALF_DAY = "public", "half_day"  # categories of the package
SEPARATOR: Final = "; "  # between several names of one date, in the package
SAME_FEAST = re.compile(r" \((?:observed|estimated|observed, estimated|estimated, observed)\)$")

_quiet = Lock()  # warnings.catch_warnings changes what all threads see


class HolidayBook:
    """The holidays of one calendar: its country's, minus the excepted ones, plus its own."""

    __slots__ = (
        *("_country", "_dates", "_moves", "_names", "_own", "_own_yearly", "_recorded", "_region", "_yearly", "_years"),
    )

    def __init__(self, spec: CalendarSpec) -> None:
        """Find the country.

        Raises:
            UnknownCountryError: the country or its region is not known; the message names the nearest.
        """
        self._own = {day: name for day, name in spec.holidays.items() if isinstance(day, date)}
        self._own_yearly = {day: name for day, name in spec.holidays.items() if isinstance(day, YearlyDate)}
        self._country = known_country(spec.country) if spec.country else None
        self._region = known_region(self._country, spec.region) if self._country and spec.region else None
        self._moves = spec.moved_working_days
        self._recorded = spec.recorded
        self._dates = frozenset(item for item in spec.except_holidays if isinstance(item, date))
        self._yearly = frozenset(item for item in spec.except_holidays if isinstance(item, YearlyDate))
        self._names = {item.strip().casefold(): item for item in spec.except_holidays if isinstance(item, str)}
        self._years: dict[int, Mapping[date, str]] = {}

    def year(self, year: int) -> Mapping[date, str]:
        """The closed holidays of one year. Several names of one date are joined by a comma; an own name
        stands alone.
        """
        known = self._years.get(year)
        if known is None and year in self._recorded:
            self._years[year] = known = self._recorded[year].closed
        if known is None:
            closed = self._without_exceptions(self._public(year))
            closed.update((on, name) for day, name in self._own_yearly.items() if (on := day.on(year)) is not None)
            closed.update((day, name) for day, name in self._own.items() if day.year == year)
            self._years[year] = known = closed
        return known

    def half(self, year: int) -> dict[date, str]:
        """The country's half holidays of one year by name, those that are closed holidays too included."""
        if year in self._recorded:
            return dict(self._recorded[year].half)
        if self._country is None:
            return {}
        return self._without_exceptions(half_holidays(self._country, self._region, year))

    def moved(self, year: int) -> dict[date, str]:
        """The weekend days of one year that the country works in exchange for others, and what to call them."""
        if self._country is None or not self._moves:
            return {}
        recorded = self._recorded.get(year)
        days = moved_working_days(self._country, self._region, year) if recorded is None else recorded.moved
        return dict.fromkeys(days, f"moved working day ({self._country})")

    def recorded(self, year: int) -> RecordedYear:
        """All of one year, to be used again whatever the package says then."""
        return RecordedYear(self.year(year), self.half(year), tuple(self.moved(year)))

    def name(self, day: date) -> str | None:
        """The holiday of a date, or None."""
        return self.year(day.year).get(day)

    def unused_exceptions(self, years: range) -> tuple[str, ...]:
        """Exceptions that take no public holiday away in any of these years: probably misspelt."""
        both = [(day, names) for year in years for day, names in self._public(year).items()]
        if self._country is not None:
            for year in years:
                both += half_holidays(self._country, self._region, year).items()
        dates = {day for day, _ in both}
        spelt = {spelling for _, names in both for name in names for spelling in _spellings(name)}
        unused = [str(day) for day in self._dates if day not in dates]
        unused += [str(day) for day in self._yearly if dates.isdisjoint(day.on(year) for year in years)]
        return tuple(sorted(unused + [name for spelling, name in self._names.items() if spelling not in spelt]))

    def _without_exceptions(self, found: Mapping[date, list[str]]) -> dict[date, str]:
        kept = ((day, self._kept(day, names)) for day, names in found.items())
        return {day: ", ".join(names) for day, names in kept if names}

    def _kept(self, day: date, names: list[str]) -> list[str]:
        if day in self._dates or (day.month, day.day) in self._yearly:
            return []
        return [name for name in names if self._names.keys().isdisjoint(_spellings(name))]

    def _public(self, year: int) -> dict[date, list[str]]:
        return {} if self._country is None else _looked_up(self._country, self._region, year)[0]


def regional_holidays(country: str, year: int) -> dict[str, dict[date, str]]:
    """What each region of a known country closes on beside the country's own holidays; only regions that have any."""
    everywhere = _looked_up(country, None, year)[0]
    found = {}
    for region in _regions(country):
        own = {
            day: ", ".join(names)
            for day, names in _looked_up(country, region, year)[0].items()
            if day not in everywhere
        }
        if own:
            found[region] = own
    return found


def moved_working_days(country: str, region: str | None, year: int) -> tuple[date, ...]:
    """Saturdays and Sundays of a year that a known country works, in exchange for a bridge day."""
    return _looked_up(country, region, year)[1]


def half_holidays(country: str, region: str | None, year: int) -> dict[date, list[str]]:
    """The half holidays of a known country, by their names; none where the package knows no such category."""
    if HALF_DAY not in getattr(_package(), country).supported_categories:
        return {}
    return _looked_up(country, region, year, HALF_DAY)[0]


@lru_cache(maxsize=512)
def _looked_up(
    country: str, region: str | None, year: int, category: str = PUBLIC
) -> tuple[dict[date, list[str]], tuple[date, ...]]:
    """The holidays of a category in a year, and the year's moved working days."""
    with _quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "available only from 2001 to 2035": see the docstring
        found = _package().country_holidays(
            country, subdiv=region, years=year, expand=False, language=LANGUAGE, categories=category
        )
    worked = tuple(sorted(day for day in found.weekend_workdays if day.year == year))
    return {day: names.split(SEPARATOR) for day, names in found.items()}, worked


def known_country(country: str) -> str:
    """The code by which the package knows a country: ``in`` gives ``IN``.

    Raises:
        UnknownCountryError: it knows none of that code.
    """
    code = country.strip().upper()
    if code in _country_codes():
        return code
    meant = _country_meant(country) or did_you_mean(nearest_meant(country.replace(" ", ""), _country_names()))
    raise UnknownCountryError(
        f'no holidays are known for the country "{country}"',
        meant or "write its ISO code, as in IN or US",
        country=country,
    )


def known_region(country: str, region: str) -> str:
    """The code by which the package knows a region of a known country: ``bavaria`` gives ``BY``.

    Raises:
        UnknownCountryError: it knows no such region there.
    """
    names = _region_names(country)
    code = names.get(region.strip().casefold())
    if code is not None:
        return code
    codes = ", ".join(sorted(set(names.values())))
    bare = re.sub(
        rf"^{country}[-_ ]+|^(?:state|canton|province|free state) of ", "", region.strip(), flags=re.IGNORECASE
    )
    called = REGIONS.get(country, {}).get(bare.casefold())
    spellings = {without_accents(name): code for name, code in names.items()} | names
    meant = did_you_mean((called,) if called else nearest_meant(bare, spellings))
    remedy = meant or (
        f"its regions are {codes}" if codes else "its holidays are the same everywhere, so leave out the region"
    )
    raise UnknownCountryError(
        f'no holidays are known for the region "{region}" of {country}',
        remedy,
        country=country,
        region=region,
    )


def _country_meant(country: str) -> str:
    """What to write for a country by its own name, or for one with its region: ``DE-BY``."""
    if called := country_called(country):
        return f"write {called}"
    code, _, region = re.sub(r"[-_ ]+", "-", country.strip().upper()).partition("-")
    regions = _regions(code) if code in _country_codes() else ()
    return f"write country: {code} and region: {_written(region)}" if region in regions else ""


def _written(region: str) -> str:
    return f'"{region}"' if region.isdecimal() else region


def _spellings(name: str) -> tuple[str, str]:
    # "Christmas Day" excepts "Christmas Day (observed)" too: it is the same feast on its working date.
    spelt = name.casefold()
    return spelt, SAME_FEAST.sub("", spelt)


@cache
def _package() -> ModuleType:
    """The package `holidays`: 0.1 s, so only for a calendar that names a country, and only that country.

    Its own `holidays.countries` would import all 250 of them. An empty package that stands at the same place lets each
    be imported alone.
    """
    import holidays

    spec = importlib.util.find_spec("holidays.countries")
    if spec is not None and spec.name not in sys.modules:
        sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    return holidays


@cache
def _country_codes() -> frozenset[str]:
    return frozenset(_package().EntityLoader.get_country_codes())


def _regions(country: str) -> tuple[str, ...]:
    """The codes of a known country's regions."""
    return tuple(getattr(_package(), country).subdivisions)


@cache
def _country_names() -> dict[str, str]:
    from holidays.registry import COUNTRIES

    return {spelling.casefold(): code for name, code, *more in COUNTRIES.values() for spelling in (name, code, *more)}


@cache
def _region_names(country: str) -> dict[str, str]:
    aliases = getattr(_package(), country).subdivisions_aliases
    names = {alias.casefold(): code for alias, code in aliases.items()}
    return names | {code.casefold(): code for code in _regions(country)}
