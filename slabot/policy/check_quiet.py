"""Do quiet hours end in the morning, or do they wake people in the night?

Promise: every end of the coming year is looked at, of all calendars together that keep a severity quiet, so that
a joint of two of them is no end. A finding names the calendar, the instants, and the hours to write instead.

An end is within a night if its wall time lies well inside most nights that the same calendars keep quiet, or late at
night (`LATE`) whatever they keep. A night is a quiet stretch of less than a day through some of that late time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby, takewhile
from zoneinfo import ZoneInfo

from slabot.calendars import WEEKDAYS, Calendar, Hours, OutsideYearsError
from slabot.policy.model import Policy
from slabot.policy.problems import PathProblem
from slabot.policy.working_time import CalendarEntry

YEAR = timedelta(days=366)
DAY = 86_400  # seconds
LATE = (23 * 3600, 28 * 3600)  # seconds after midnight, closed-open: 23:00 to 04:00, when nobody means to be woken
LONGEST_NIGHT = timedelta(hours=20)  # longer quiet holds a day too: a weekend, a holiday
MORNING = 8 * 3600  # seconds after midnight; the end that is proposed where the calendars have no night of their own
OFTEN = 20  # times a year; an end that comes less often is that of a holiday or a date
FEW = 3  # instants that are named


@dataclass(frozen=True, slots=True)
class _End:
    """An end of quiet hours within a night."""

    at: datetime
    place: int  # which entry of quiet_hours
    calendar: Calendar
    until: int  # when that night is over, in seconds after the midnight of the end's own date

    @property
    def wall(self) -> datetime:
        return self.at.astimezone(self.calendar.zone)

    @property
    def in_words(self) -> str:
        return f"{WEEKDAYS[self.wall.weekday()]} {self.wall:%H:%M}"

    @property
    def missing(self) -> Hours:
        """The hours that would have been quiet as well."""
        return Hours(_seconds(self.wall), self.until)


def quiet_warnings(policy: Policy, today: date) -> Iterator[PathProblem]:
    """Quiet hours that end within a night, and those that holidays take away."""
    start = datetime.combine(today, time(), UTC)
    found: dict[int, list[_End]] = {}
    for places in dict.fromkeys(_places(policy, severity) for severity in policy.severities):
        for end in _ends(policy, places, start):
            if all(end.at != known.at for known in found.setdefault(end.place, [])):
                found[end.place].append(end)
    for place, ends in sorted(found.items()):
        yield _finding(policy, place, sorted(ends, key=lambda end: end.at))
    yield from _holidays(policy)


def _places(policy: Policy, severity: str) -> tuple[int, ...]:
    return tuple(place for place, entry in enumerate(policy.quiet_hours) if severity in entry.severities)


def _ends(policy: Policy, places: Sequence[int], start: datetime) -> Iterator[_End]:
    """The ends within a night of what these entries keep quiet together."""
    calendars = tuple(policy.calendar(policy.quiet_hours[place].calendar) for place in places)
    for index, at, until in _ends_together(calendars, start):
        yield _End(at, places[index], calendars[index], until)


@lru_cache(maxsize=32)  # agreements have the same quiet hours, or much the same
def _ends_together(calendars: tuple[Calendar, ...], start: datetime) -> tuple[tuple[int, datetime, int], ...]:
    """Each end within a night: of which calendar, when, and when that night is over."""
    found: list[tuple[int, datetime, int]] = []
    periods = [_periods(calendar, start) for calendar in calendars]
    together = _joined(sorted(period for some in periods for period in some))
    for index, calendar in enumerate(calendars):
        closings = {end for _, end in periods[index]}
        nights = Counter(night for period in together if (night := _night(period, calendar.zone)) is not None)
        for _, at in together:
            if at not in closings or calendar.holiday(at):  # what holidays take away is a finding of its own
                continue
            if (until := _rest_of_night(at.astimezone(calendar.zone), nights)) is not None:
                found.append((index, at, until))
    return tuple(found)


def _periods(calendar: Calendar, start: datetime) -> list[tuple[datetime, datetime]]:
    try:
        return [*takewhile(lambda period: period[1] < start + YEAR, calendar.periods(after=start))]
    except OutsideYearsError:
        return []  # it answers for other years; another check says so


def _joined(periods: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The same time without joints and overlaps."""
    joined: list[tuple[datetime, datetime]] = []
    for begin, end in periods:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _night(period: tuple[datetime, datetime], zone: ZoneInfo) -> tuple[int, int] | None:
    """When a night begins and ends on the wall clock, in seconds after its first midnight; None if it is no night."""
    begin, end = (instant.astimezone(zone) for instant in period)
    if period[1] - period[0] > LONGEST_NIGHT:
        return None
    begins = _seconds(begin)
    ends = (end.date() - begin.date()).days * DAY + _seconds(end)
    late = any(begins < LATE[1] + turn and LATE[0] + turn < ends for turn in (-DAY, 0))
    return (begins, ends) if late else None


def _rest_of_night(wall: datetime, nights: Counter[tuple[int, int]]) -> int | None:
    """When the night is over that an end lies in, in seconds after the midnight of its date; None if it is in none.

    Args:
        wall: the end.
        nights: how many there are in the year of each beginning and end.
    """
    at = _seconds(wall)
    around: Counter[int] = Counter()
    for (begins, ends), times in nights.items():
        for turn in (0, DAY):
            if begins < at + turn < ends:
                around[ends - turn] += times
    late = any(LATE[0] <= at + turn < LATE[1] for turn in (0, DAY))
    if 2 * around.total() <= nights.total() and not late:
        return None
    usual = [(until, times) for until, times in around.most_common(1) if times >= OFTEN]
    return usual[0][0] if usual else MORNING if at < MORNING else MORNING + DAY


def _finding(policy: Policy, place: int, ends: list[_End]) -> PathProblem:
    name = policy.quiet_hours[place].calendar
    worded = [(end, end.in_words) for end in ends]
    often = Counter(words for _, words in worded)
    weekly = [end for end, words in worded if often[words] >= OFTEN]
    rare = [end for end, words in worded if often[words] < OFTEN]
    instants = [words for words in often if often[words] >= OFTEN] or [f"{end.wall:%A %d %b %Y %H:%M}" for end in rare]
    more = f" and {len(instants) - FEW} more times" if len(instants) > FEW else ""
    return PathProblem(
        "quiet-ends-at-night",
        ("quiet_hours", place, "calendar"),
        f"{name} ends at {', '.join(instants[:FEW])}{more}, within a night: the pages that waited would come then",
        "let the hours of one of those that it joins run on to the morning"
        if policy.calendars[name].open_when
        else f"let its hours run on to the morning: {_week(policy.calendars[name], weekly)}"
        if weekly
        else f"give such a date its own hours under dates: {_date(policy.calendars[name], rare[0])}",
    )


def _week(entry: CalendarEntry, ends: list[_End]) -> str:
    """The calendar's `open` with the missing hours added, as it is written in the file."""
    week = {day: set(hours) for day, hours in entry.spec("").week.items()}
    for end in ends:
        week.setdefault(end.wall.weekday(), set()).add(end.missing)
    days = [(day, tuple(sorted(week.get(day, ())))) for day in range(len(WEEKDAYS))]
    parts = []
    for hours, same in groupby(days, key=lambda pair: pair[1]):
        names = [WEEKDAYS[day][:3].lower() for day, _ in same]
        if hours:
            key = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
            parts.append(f"{key}: [{', '.join(_quoted(hours))}]")
    return f"open: {{{', '.join(parts)}}}"


def _date(entry: CalendarEntry, end: _End) -> str:
    """A date's own hours: those that it has already, and the missing ones."""
    spec = entry.spec("")
    own = spec.overrides.get(end.wall.date())
    hours = sorted({*(spec.week.get(end.wall.weekday(), ()) if own is None else own.hours), end.missing})
    return f"{{date: {end.wall:%Y-%m-%d}, open: [{', '.join(_quoted(tuple(hours)))}], name: Quiet}}"


def _quoted(hours: tuple[Hours, ...]) -> list[str]:
    return [f'"{span}"' for span in hours]


def _seconds(wall: datetime) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second


def _holidays(policy: Policy) -> Iterator[PathProblem]:
    seen: set[str] = set()
    for entry in policy.quiet_hours:
        name = entry.calendar
        calendar = policy.calendars[name]
        if name not in seen and (calendar.holidays.country or calendar.holidays.also):
            seen.add(name)
            yield PathProblem(
                "quiet-not-on-holidays",
                ("calendars", name, "holidays"),
                f"holidays close {name}, so on them it is not quiet and pages come at any hour",
                "take holidays out of it; for a holiday that is quiet all day write it under dates, for example "
                '{date: 2026-12-25, open: ["00:00-24:00"], name: Christmas}',
                at_key=True,
            )
