"""What is known of a country: its regions by name and code, its time zones, its working days and its holidays.

Promise: nothing is made up. Countries and zones come from the tables of the time zone database, regions, weekends and
holidays from the package `holidays`, the same that calendars use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from slabot.calendars import Calendar, CalendarSpec, Hours, parse_hours
from slabot.calendars.place_words import REGIONS

_MAIN = ("(most areas)", "most of")  # how the tables mark the zone that nearly everybody has


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone of a country.

    Attributes:
        name: of the time zone database: ``Europe/Berlin``.
        where: which part of the country it is; empty for the only one.
    """

    name: str
    where: str


def country_code(text: str) -> str:
    """The ISO code of a country that is given by code (``de``, ``deu``) or by name (``Germany``); else as it came."""
    wanted = text.strip()
    return _countries().get(_plain(wanted), wanted.upper() if len(wanted) <= 3 else wanted)


def country_name(code: str) -> str:
    """How the country is called in English; its code where the tables do not have it."""
    return _names().get(code, code)


def regions(code: str) -> dict[str, str]:
    """The regions of a country that have holidays of their own: code to name, by code."""
    import holidays

    entity = getattr(holidays, code, None)
    if entity is None:
        return {}
    names: dict[str, str] = {}
    for alias, region in entity.subdivisions_aliases.items():
        if len(alias) > 3:  # shorter ones are other codes: GP and GUA for Guadeloupe
            names.setdefault(region, alias)
    return {region: names.get(region, region) for region in sorted(entity.subdivisions)}


def region_code(code: str, text: str) -> str:
    """The code of a region by a name that the holiday tables do not have (``Bavaria``); else as it came."""
    return REGIONS.get(code, {}).get(text.strip().casefold(), text)


def zones(code: str) -> tuple[Zone, ...]:
    """The time zones of a country, in the order of the time zone database."""
    return tuple(zone for country, zone in _zones() if country == code)


def likely_zone(code: str, region: str) -> str | None:
    """The zone of a country's region, where the tables leave no doubt; `region` is its code, empty for none."""
    known = zones(code)
    if len(known) == 1:
        return known[0].name
    if region:
        found = [zone for zone in known if _is_of(zone, region, regions(code).get(region, region))]
        return _only([zone for zone in found if _MAIN[0] in zone.where]) or _only(found) or _main(known)
    return _main(known)


def working_days(code: str, today: date) -> tuple[int, ...]:
    """The weekdays (0 is Monday) that are no weekend in a country; Monday to Friday where nobody knows."""
    import holidays

    known = code in holidays.list_supported_countries()
    weekend = holidays.country_holidays(code, years=today.year).weekend if known else {5, 6}
    return tuple(day for day in range(7) if day not in weekend)


def some_holiday(code: str, today: date) -> str:
    """The name of a public holiday of the coming year, for an example; empty if none is known."""
    calendar = Calendar(CalendarSpec(name="any", week=_all_week(), country=code))
    named = calendar.holidays(today.year + 1)
    plain = [name for day, name in sorted(named.items()) if "," not in name and "(" not in name]
    return plain[len(plain) // 3] if plain else ""


def _all_week() -> dict[int, tuple[Hours, ...]]:
    return dict.fromkeys(range(7), (parse_hours("00:00-24:00"),))


def _is_of(zone: Zone, code: str, name: str) -> bool:
    where = _plain(zone.where)
    return re.search(rf"\b{re.escape(_plain(name))}\b", where) is not None or (
        code.isalpha() and code.isupper() and re.search(rf"\b{code}\b", zone.where) is not None
    )


def _only(found: list[Zone]) -> str | None:
    return found[0].name if len(found) == 1 else None


def _main(known: tuple[Zone, ...]) -> str | None:
    return _only([zone for zone in known if zone.where.startswith(_MAIN[1])])


def _plain(text: str) -> str:
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign)
    ).strip()


@cache
def _countries() -> dict[str, str]:
    from holidays.registry import COUNTRIES

    known = {_plain(name): code for code, name in _names().items()}
    for name, code, *more in COUNTRIES.values():
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        known |= {_plain(spelling): code for spelling in (spaced, name, code, *more)}
    return known


@cache
def _names() -> dict[str, str]:
    return {code: name for code, name, *_ in _table("iso3166.tab")}


@cache
def _zones() -> tuple[tuple[str, Zone], ...]:
    return tuple((code, Zone(name, where[0] if where else "")) for code, _, name, *where in _table("zone.tab"))


def _table(name: str) -> Iterator[list[str]]:
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
