"""Which dates do the calendars of a policy use that its text does not name?

Promise: public holidays come from the package `holidays` and the offsets of time zones from their own data, so a new
release of either can give the same text other dates. What is recorded here can be compared, and used again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slabot.calendars import CalendarSpec, HolidayBook, RecordedYear, as_recorded, offsets
from slabot.policy.model import Policy

BEFORE, AFTER = 2, 3  # years around a start that are recorded
NAMED = 6  # dates that are named for one calendar, at most

Dates = dict[str, Any]
"""As JSON: ``calendars`` (name, year: ``closed`` and ``half`` with names by date, ``moved``) and ``zones`` (name:
``years`` and ``offsets``)."""


def years_around(now: datetime) -> tuple[int, int]:
    """The first and the last year that are recorded at a start."""
    return now.year - BEFORE, now.year + AFTER


def used_dates(policy: Policy, years: tuple[int, int]) -> Dates:
    """The dates of some years as the packages of today give them."""
    specs = [spec for spec in policy.specs.values() if not spec.joins]
    zones = {spec.zone.key: spec.zone for spec in policy.specs.values()}
    return {
        "calendars": {spec.name: _years(spec, years) for spec in specs if spec.country is not None},
        "zones": {
            name: {"years": list(years), "offsets": [list(one) for one in offsets(zone, *years)]}
            for name, zone in zones.items()
        },
    }


def _years(spec: CalendarSpec, years: tuple[int, int]) -> Dates:
    book, (first, last) = HolidayBook(spec), spec.years
    return {str(year): _written(book.recorded(year)) for year in range(max(first, years[0]), min(last, years[1]) + 1)}


def _written(year: RecordedYear) -> Dates:
    return {
        "closed": {str(day): name for day, name in year.closed.items()},
        "half": {str(day): name for day, name in year.half.items()},
        "moved": [str(day) for day in year.moved],
    }


def span_of(dates: Dates) -> tuple[int, int] | None:
    """The first and the last recorded year; None where nothing is recorded."""
    years = [year for zone in dates.get("zones", {}).values() for year in zone["years"]]
    return (min(years), max(years)) if years else None


def changes(policy: Policy, then: Dates, today: Dates) -> list[str]:
    """What of the recorded dates is another today, a sentence for each calendar and zone; empty where nothing is.

    Args:
        policy: whose dates they are.
        then: as recorded.
        today: of the same years.
    """
    said: list[str] = []
    for name, years in then.get("calendars", {}).items():
        spec = policy.specs.get(name)
        found = [] if spec is None else list(_moved(spec, years, today["calendars"].get(name, {})))
        if found:
            more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
            said.append(f"the holidays of {name.replace('_', ' ')} changed: {', '.join(found[:NAMED])}{more}")
    for name, zone in then.get("zones", {}).items():
        now = today["zones"].get(name)
        if now is not None and now["offsets"] != zone["offsets"]:
            first = min(
                at for at, _ in {tuple(one) for one in now["offsets"]} ^ {tuple(one) for one in zone["offsets"]}
            )
            said.append(f"the time zone {name} changed: from {datetime.fromtimestamp(first, UTC):%Y-%m-%d} on")
    return said


def _moved(spec: CalendarSpec, then: Mapping[str, Any], today: Mapping[str, Any]) -> Iterator[str]:
    kinds = {"closed": "holiday", "moved": "working day"}
    if spec.half_holidays is not None:
        kinds["half"] = "half holiday"
    for year, former in then.items():
        if year not in today:
            continue
        now = today[year]
        for kind, words in kinds.items():
            for day in sorted({*former[kind]} ^ {*now[kind]}):
                names = now[kind] if day in now[kind] else former[kind]
                name = f" ({names[day]})" if isinstance(names, dict) else ""
                yield f"{day}{name} is " + (f"a {words}" if day in now[kind] else f"no {words} any more")


def further(then: Dates, today: Dates) -> Dates:
    """What is recorded, with the years that are not."""
    former = then.get("calendars", {})
    calendars = {name: years | former.get(name, {}) for name, years in today["calendars"].items()}
    return {"calendars": calendars, "zones": today["zones"]}


def with_dates(policy: Policy, dates: Dates) -> Policy:
    """The same policy, whose calendars use the recorded dates."""
    years = {name: _read_years(calendar) for name, calendar in dates.get("calendars", {}).items()}
    zones = dates.get("zones", {})

    def recorded(spec: CalendarSpec) -> CalendarSpec:
        return replace(
            spec,
            zone=_zone(spec.zone, zones),
            recorded=years.get(spec.name, {}),
            joins=tuple(map(recorded, spec.joins)),
        )

    return policy.with_specs({name: recorded(spec) for name, spec in policy.specs.items()})


def _zone(zone: ZoneInfo, zones: Mapping[str, Any]) -> ZoneInfo:
    known = zones.get(zone.key)
    if known is None:
        return zone
    first, last = known["years"]
    return as_recorded(zone, (first, last), tuple((at, offset) for at, offset in known["offsets"]))


def _read_years(years: Mapping[str, Any]) -> dict[int, RecordedYear]:
    def named(days: Mapping[str, str]) -> dict[date, str]:
        return {date.fromisoformat(day): name for day, name in days.items()}

    return {
        int(year): RecordedYear(
            named(said["closed"]), named(said["half"]), tuple(date.fromisoformat(day) for day in said["moved"])
        )
        for year, said in years.items()
    }
