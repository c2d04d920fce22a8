"""Make calendars of the business hours that a helpdesk tells.

Promise: a calendar is open exactly when the helpdesk says that it is; hours that make no calendar are named, and never
stand for anything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from slabot.calendars import Calendar, CalendarError, CalendarSpec, Hours, YearlyDate, iana_zone
from slabot.domain import OwnHours

DAY = timedelta(days=1)
LONGEST = 366  # days of one holiday that are closed; more is a slip of the keyboard
YEARS = CalendarSpec(name="any").years


def calendars_of(hours: Iterable[OwnHours]) -> Iterator[Calendar]:
    """The calendars, each once; hours that make none are left out."""
    yield from dict.fromkeys(calendar for each in hours if (calendar := _read(each)[0]) is not None)


def unusable(hours: OwnHours) -> str:
    """Why these hours make no calendar; empty where they do."""
    return _read(hours)[1]


@lru_cache(maxsize=256)
def _read(hours: OwnHours) -> tuple[Calendar | None, str]:
    try:
        return Calendar(_spec(hours)), ""
    except CalendarError as error:
        return None, error.why


def _spec(hours: OwnHours) -> CalendarSpec:
    week: defaultdict[int, set[Hours]] = defaultdict(set)
    for weekday, opens, closes in hours.week:
        week[weekday].add(Hours(opens, closes))
    return CalendarSpec(
        name=hours.name,
        zone=iana_zone(hours.zone),
        week={weekday: tuple(sorted(spans)) for weekday, spans in week.items()},
        holidays=dict(_closed(hours)),
    )


def _closed(hours: OwnHours) -> Iterator[tuple[date | YearlyDate, str]]:
    for begins, ends, name in hours.holidays:
        for days in range(min((ends - begins).days, LONGEST) + 1):
            day = begins + days * DAY
            if YEARS[0] <= day.year <= YEARS[1]:
                yield day, name
