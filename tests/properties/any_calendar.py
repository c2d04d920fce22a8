"""Which calendars and which questions are drawn?

Promise: zones whose clocks change at midnight, on weekdays, by half an hour and by a whole date, with dated rules and
questions around the change; hours of any length, over midnight, overlapping, with breaks; countries with half holidays
and moved working days, short days before holidays, dates that return; and calendars that join others of other zones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import reject
from hypothesis import strategies as st

from slabot.calendars import Break, Calendar, CalendarSpec, Hours, NeverOpensError, Override, YearlyDate

REACH = 6  # days around the anchor in which dated rules and questions lie

ANCHORS = {  # dates on which the clocks are changed, or a year ends
    "UTC": ["2019-12-31"],
    "Asia/Kolkata": ["2020-01-01", "2024-02-29"],
    "Europe/Berlin": ["2024-03-31", "2024-10-27", "2023-12-31"],
    "America/New_York": ["2024-03-10", "2024-11-03", "2023-12-31"],
    "America/Sao_Paulo": ["2018-11-04", "2018-02-18", "2017-10-15"],  # at midnight
    "Asia/Beirut": ["2019-03-31", "2019-10-27"],
    "America/Havana": ["2019-03-10", "2019-11-03"],
    "Africa/Cairo": ["2023-04-28", "2023-10-27"],
    "Asia/Tehran": ["2019-03-22", "2019-09-22"],  # on weekdays
    "Asia/Amman": ["2019-03-29", "2019-10-25"],
    "America/St_Johns": ["2010-03-14", "2010-11-07"],  # one minute past midnight
    "Australia/Lord_Howe": ["2020-04-05", "2020-10-04"],  # by half an hour
    "Pacific/Chatham": ["2020-04-05", "2020-09-27"],  # at a quarter to
    "Pacific/Apia": ["2011-12-30", "2012-04-01", "2011-12-29"],  # a date that never was
}


@st.composite
def hours(draw: st.DrawFn, unit: int = 60) -> Hours:
    opens = draw(st.integers(0, 24 * 60 - 1) | st.sampled_from([0, 60, 120, 150, 9 * 60, 22 * 60, 23 * 60 + 30])) * 60
    length = draw(st.integers(1, 26 * 60) | st.sampled_from([30, 60, 480, 1440, 2880 - opens // 60])) * 60
    if unit == 1:
        opens, length = max(opens - draw(st.integers(0, 59)), 0), max(length - draw(st.integers(0, 59)), 1)
    return Hours(opens, min(opens + length, 2 * 86_400))


# Countries with moved working days or half holidays near an anchor, and the dates of some: drawn as anchors, too.
COUNTRIES = {
    "CN": ["2024-02-04", "2024-10-01", "2019-10-01"],
    "HU": ["2018-10-15", "2019-12-14"],
    "KZ": ["2023-07-05"],
    "EE": ["2024-02-23", "2019-12-31"],
    "TR": ["2024-10-28", "2019-06-03"],
    "CH": ["2024-05-01"],
}


@st.composite
def specs(draw: st.DrawFn, unit: int = 60, around: date | None = None) -> tuple[CalendarSpec, date]:
    zone = draw(st.sampled_from(sorted(ANCHORS)))
    country = draw(st.none() | st.sampled_from(sorted(COUNTRIES)))
    dates = ANCHORS[zone] if country is None else COUNTRIES[country]
    anchor = around or date.fromisoformat(draw(st.sampled_from(dates)))
    near = st.integers(-REACH, REACH).map(lambda days: anchor + timedelta(days))
    yearly = near.map(lambda day: YearlyDate(day.month, day.day)) | st.just(YearlyDate(2, 29))
    spans = st.lists(hours(unit), max_size=3).map(tuple)
    weekly = st.builds(
        Break,
        hours=hours(unit),
        name=st.sampled_from("ab"),
        weekdays=st.lists(st.integers(0, 6), max_size=2).map(tuple),
    )
    dated = st.builds(Break, hours=hours(unit), name=st.sampled_from("cd"), date=near | yearly)
    own_hours = st.builds(Override, spans, st.sampled_from(["o", "p"]))
    spec = CalendarSpec(
        name="any_calendar",
        zone=ZoneInfo(zone),
        week=draw(st.dictionaries(st.integers(0, 6), spans, max_size=7)),
        overrides=draw(st.dictionaries(near, own_hours, max_size=3)),
        each_year=draw(st.dictionaries(yearly, st.builds(Override, spans, st.sampled_from(["r", "s"])), max_size=2)),
        before_holidays=draw(st.none() | st.builds(Override, spans, st.sampled_from(["", "eve"]))),
        half_holidays=draw(spans) if country and draw(st.booleans()) else None,
        breaks=tuple(draw(st.lists(weekly | dated, max_size=3))),
        holidays=draw(st.dictionaries(near | yearly, st.sampled_from(["h", "i"]), max_size=3)),
        country=country,
        region="SO" if country == "CH" else None,
        moved_working_days=draw(st.sampled_from([True, True, False])),
        except_holidays=frozenset(draw(st.sets(near | yearly, max_size=1))),
        years=(anchor.year - 1, anchor.year + 1),
    )
    return spec, anchor


@dataclass(frozen=True)
class Case:
    calendar: Calendar
    spec: CalendarSpec
    anchor: date
    instants: list[datetime]  # sorted
    amount: timedelta


def opened(spec: CalendarSpec) -> Calendar:
    """The calendar, if it opens at all."""
    try:
        return Calendar(spec)
    except NeverOpensError:
        reject()


@st.composite
def joined_specs(draw: st.DrawFn, unit: int = 60) -> tuple[CalendarSpec, date]:
    """Calendars that join others, which may join others again, each in a zone of its own."""
    first, anchor = draw(specs(unit))
    rest = draw(st.lists(specs(unit, anchor), max_size=2))
    parts = [replace(part, name=f"part_{place}") for place, part in enumerate([first, *(part for part, _ in rest)])]
    years = parts[0].years
    if len(parts) == 3 and draw(st.booleans()):
        zone = draw(st.sampled_from(sorted(ANCHORS)))
        inner = CalendarSpec(name="inner_week", joins=tuple(parts[1:]), zone=ZoneInfo(zone), years=years)
        parts = [parts[0], inner]
    zone = draw(st.sampled_from([part.zone.key for part in parts] + sorted(ANCHORS)))
    return CalendarSpec(name="any_calendar", joins=tuple(parts), zone=ZoneInfo(zone), years=years), anchor


@st.composite
def cases(
    draw: st.DrawFn, unit: int = 1, hours_unit: int = 60, reach: int = REACH, *, joined: bool | None = None
) -> Case:
    """Questions to a calendar; `joined` None for either kind."""
    joins = draw(st.booleans()) if joined is None else joined
    spec, anchor = draw(joined_specs(hours_unit) if joins else specs(hours_unit))
    calendar = opened(spec)
    around = datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC)
    seconds = st.integers(-reach * 86_400 // unit, reach * 86_400 // unit).map(
        lambda n: around + timedelta(0, n * unit)
    )
    amount = timedelta(0, draw(st.integers(1, reach * 86_400 // unit)) * unit)
    return Case(calendar, spec, anchor, sorted(draw(st.lists(seconds, min_size=3, max_size=3))), amount)


def enough(calendar: Calendar, start: datetime, amount: timedelta) -> bool:
    end = datetime(calendar.spec.years[1], 12, 30, tzinfo=UTC)
    return calendar.elapsed(start, end) >= amount
