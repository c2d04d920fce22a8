"""Does a calendar fall into a trap that others have fallen into?

Promise: a country whose regions are left out, a zone that knows no summer time, hours that lose their last minute and
moved working days that are not announced yet are each named with what to write instead; what is meant that way can be
written so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from slabot.calendars import Calendar, Hours, known_country, known_region, moved_working_days, regional_holidays
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem
from slabot.policy.working_time import NATIONAL, CalendarEntry

AHEAD = timedelta(days=365)
FEW = 3  # regions, holidays and dates that are named
MANY = 20  # codes of regions that are listed
MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
RECENT = 2  # years for which a country is remembered to have moved working days

# Names of zones that are a number of hours. UTC is none of them: whoever writes it means it.
_FIXED = ("EST", "MST", "HST", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich")
# Places that people know, of which those with the same winter time are named; the ones that change their clocks first.
_PLACES = [
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Phoenix",
    "America/Chicago",
    "America/Costa_Rica",
    "America/New_York",
    "America/Panama",
    "America/Halifax",
    "America/La_Paz",
    "America/Sao_Paulo",
    "Atlantic/South_Georgia",
    "Atlantic/Azores",
    "Atlantic/Cape_Verde",
    "Europe/London",
    "Africa/Accra",
    "Europe/Berlin",
    "Africa/Lagos",
    "Europe/Athens",
    "Africa/Johannesburg",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Australia/Brisbane",
    "Pacific/Noumea",
    "Pacific/Auckland",
    "Pacific/Fiji",
    "Pacific/Tongatapu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]


def trap_warnings(policy: Policy, today: date) -> Iterator[PathProblem]:
    """The traps of all calendars and rotas."""
    for name, entry in policy.calendars.items():
        path: Path = ("calendars", name)
        if not entry.always:
            yield from _zone(entry.time_zone, (*path, "time_zone"), today)
        yield from _regions(policy.calendar(name), entry, path, today)
        yield from _moved(policy.calendar(name), path, today)
        yield from _hours(entry, path)
    for name, rota in policy.rotas.items():
        yield from _zone(rota.time_zone, ("rotas", name, "time_zone"), today)


# ── Regions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _regions(calendar: Calendar, entry: CalendarEntry, path: Path, today: date) -> Iterator[PathProblem]:
    if entry.holidays.country is None or entry.holidays.region is not None:
        return
    country = known_country(entry.holidays.country)
    regions = _left_out(calendar, country, today)
    if not regions:
        return
    alike: dict[tuple[str, ...], list[str]] = {}
    for region, names in regions.items():
        alike.setdefault(names, []).append(region)
    told = [f"{_some(codes)}: {_some(names)}" for names, codes in list(alike.items())[:FEW]]
    more = f"; and {len(alike) - FEW} more" if len(alike) > FEW else ""
    # A code of digits is a number in YAML, unless it stands in quotes.
    codes = [f'"{region}"' if region.isdecimal() else region for region in regions]
    named = f"{', '.join(codes[:MANY])}{' and so on' if len(codes) > MANY else ''}"
    yield PathProblem(
        "region-left-out",
        (*path, "holidays", "country"),
        f"{country} has regions, none is given, and this calendar is open on holidays that only they have "
        f"({'; '.join(told)}{more})",
        f"add region: {codes[0]} (or another of {named}), or region: {NATIONAL} for the holidays of the whole "
        "country alone",
    )


def _left_out(calendar: Calendar, country: str, today: date) -> Mapping[str, tuple[str, ...]]:
    """Each region's own holidays of the coming year on which the calendar would be open, by name."""
    left_out: dict[str, dict[str, None]] = {}
    for year in (today.year, (today + AHEAD).year):
        for region, own in regional_holidays(country, year).items():
            names = left_out.setdefault(region, {})
            names.update(
                (own[day], None) for day in sorted(own) if today <= day <= today + AHEAD and _opens(calendar, day)
            )
    return {region: tuple(names) for region, names in left_out.items() if names}


def _opens(calendar: Calendar, day: date) -> bool:
    """True if the calendar opens on that date."""
    first, last = calendar.spec.years
    if not first <= day.year <= last:
        return False
    begin, end = calendar.resolve(day, 0), calendar.resolve(day, DAY)
    return calendar.elapsed(begin, end) > timedelta()


def _some(names: list[str] | tuple[str, ...]) -> str:
    return f"{', '.join(names[:FEW])}{f' and {len(names) - FEW} more' if len(names) > FEW else ''}"


# ── Zones ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _zone(zone: ZoneInfo | None, path: Path, today: date) -> Iterator[PathProblem]:
    if zone is None or not (zone.key in _FIXED or zone.key.startswith("Etc/GMT") or zone.key == "Etc/Greenwich"):
        return
    winter = _offset(zone, date(today.year, 1, 1))
    places = [place for place in _PLACES if _winter(ZoneInfo(place), today) == winter]
    changing = [place for place in places if _changes(ZoneInfo(place), today)]
    fixed = [place for place in places if place not in changing]
    told = f'"{zone.key}" is {_utc(winter)} all year round'
    if zone.key.startswith("Etc/GMT") and winter:
        told += ", the other way round than its sign says"
    if changing:
        told += f"; the clocks of {changing[0]} change, so in summer these hours would be an hour off there"
    without = f"{fixed[0]}, which has no summer time" if changing and fixed else "".join(fixed[:1])
    fix = " or ".join(filter(None, ("".join(changing[:1]), without))) or "the one whose clock is meant"
    yield PathProblem("fixed-offset-zone", path, told, f"write a place: {fix}")


def _offset(zone: ZoneInfo, day: date) -> timedelta:
    return datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset() or timedelta()


def _winter(zone: ZoneInfo, today: date) -> timedelta:
    return min(_offset(zone, date(today.year, month, 1)) for month in (1, 7))


def _changes(zone: ZoneInfo, today: date) -> bool:
    return len({_offset(zone, date(today.year, month, 1)) for month in (1, 7)}) > 1


def _utc(offset: timedelta) -> str:
    hours = int(offset.total_seconds()) // HOUR
    return f"UTC{hours:+d}" if hours else "UTC"


# ── Moved working days ─────────────────────────────────────────────────────────────────────────────────────────────


def _moved(calendar: Calendar, path: Path, today: date) -> Iterator[PathProblem]:
    if calendar.spec.country is None or not calendar.spec.moved_working_days:
        return
    country, region = known_country(calendar.spec.country), calendar.spec.region
    region = known_region(country, region) if region else None
    years = range(today.year - RECENT, (today + AHEAD).year + 1)
    moved = [day for year in years for day in moved_working_days(country, region, year)]
    if not moved or any(today <= day <= today + AHEAD for day in moved):
        return
    yield PathProblem(
        "working-days-moved",
        (*path, "holidays", "country"),
        f"{country} works on some Saturdays and Sundays to make up for other days off; those of the coming year are "
        "not known yet, so this calendar does not open on them",
        "update slabot's packages once they are announced, or open them under dates; moved_working_days: false if you "
        "do not work on them",
    )


# ── The last minute ────────────────────────────────────────────────────────────────────────────────────────────────


def _hours(entry: CalendarEntry, path: Path) -> Iterator[PathProblem]:
    lists: list[tuple[Path, tuple[Hours, ...]]] = list(_open_lists(entry))
    lists += [(("dates", index, "open"), dated.open) for index, dated in enumerate(entry.dates)]
    spans = [((*where, index), span) for where, hours in lists for index, span in enumerate(hours)]
    spans += [(("breaks", index, "at"), pause.at) for index, pause in enumerate(entry.breaks)]
    for where, span in spans:
        short = HOUR - span.closes % HOUR
        if short not in (MINUTE, 1):
            continue
        lost = "minute" if short == MINUTE else "second"
        yield PathProblem(
            "last-minute-lost",
            (*path, *where),
            f'"{span}" ends a {lost} before the hour is full: an end is not counted, so that {lost} is left out',
            f'write "{Hours(span.opens, span.closes + short)}"',
        )


def _open_lists(entry: CalendarEntry) -> Iterator[tuple[Path, tuple[Hours, ...]]]:
    """The hours of weekdays, each with its place."""
    if isinstance(entry.open, dict):
        yield from ((("open", days), hours) for days, hours in entry.open.items())
        return
    for place, row in enumerate(entry.open):
        yield from ((("open", place, "hours", days), hours) for days, hours in row.hours.items())
