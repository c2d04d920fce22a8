"""Do all follow-ups go out before the wait is over, whenever it begins?

Promise: proved for every second of the coming year, not sampled.

Why a finite number of starts is a proof: take a start s and move it on. A follow-up's time either stands still (s is in
closed time, so counting begins at the next opening) or moves along with s, second by second (the same wall time on a
later date), until some instant of the plan meets an opening, a closing or a clock change. Between two such meetings the
need (last follow-up minus s) is therefore constant or falls, so it is largest at the first second after one. The
instants of the plan lie whole dates, or whole multiples of the spacing, after s; so the meetings lie at the wall times
at which any span of any date opens or closes, less multiples of the spacing, and at the wall times of clock changes,
which are full hours. All of these are tried on every date (full hours where clocks change before or soon after the wait
ends), and the second before and after each opening and closing.

But for dates of which one look shows that all of their waits fit, as on most: where spans of different dates do not
overlap, a wait that begins later has no earlier follow-up, but for the slack: what spans reach beyond midnight,
and what clocks change by, once at the start and once at the follow-up.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from slabot.calendars import BusinessDays, Calendar, Hours, OutsideYearsError
from slabot.policy.follow_up_plan import follow_up_times
from slabot.policy.model import Policy
from slabot.policy.problems import PathProblem
from slabot.policy.scalars import Mode
from slabot.policy.silence import Waiting

DATES = 366  # dates on which waits begin
DAY = 86_400  # seconds
HOUR = 3_600  # seconds
SECOND = timedelta(seconds=1)
LATE = 60  # days beyond the end of a wait in which a change of clocks is looked for


@dataclass(frozen=True, slots=True)
class Misfit:
    """A wait that is over before all follow-ups have gone out.

    Attributes:
        start: the first such start.
        last: when its last follow-up would go out.
        dates: on how many dates such waits begin.
        need: the longest time from a start to its last follow-up.
    """

    start: datetime
    last: datetime
    dates: int
    need: timedelta


def waiting_warnings(policy: Policy, today: date) -> Iterator[PathProblem]:
    """A warning if a wait of the coming year ends before its follow-ups have gone out."""
    waiting = policy.waiting
    if waiting.mode is Mode.OFF:
        return
    calendar = policy.waiting_calendar
    misfit = misfits(calendar, waiting, today)
    if misfit is None:
        return
    begins, ends = misfit.start, misfit.start + waiting.or_after
    least = -(-misfit.need // timedelta(days=1))
    yield PathProblem(
        "waiting-does-not-fit",
        ("waiting", "or_after"),
        f"a wait that begins on {_said(begins, calendar)} is over on {_said(ends, calendar)}, before follow-up "
        f"{waiting.follow_ups} on {_said(misfit.last, calendar)}{_closed(calendar, begins, misfit.last)}; it is so on "
        f"{misfit.dates} {'date' if misfit.dates == 1 else 'dates'} of the coming year",
        f"set or_after to {least}d or more, or follow up on earlier business days; as it is, such a wait ends with "
        "fewer follow-ups",
    )


@functools.lru_cache(maxsize=8)  # a file is checked again and again: while it is written, and when it is loaded
def misfits(calendar: Calendar, waiting: Waiting, today: date, *, dates: int = DATES) -> Misfit | None:
    """Prove that the follow-ups fit into every wait that begins in the coming year, or say where they do not.

    Args:
        calendar: the one that the waiting rule names.
        waiting: the rule.
        today: the first date of the year.
        dates: how many dates the year has.
    """
    first: tuple[datetime, datetime] | None = None
    begin_on: set[date] = set()
    need = timedelta()
    for start in _starts(calendar, waiting, today, dates):
        try:
            # The question goes out as the wait begins; an earlier one leaves the follow-ups more room.
            last = follow_up_times(
                calendar,
                start,
                on_business_days=waiting.on_business_days,
                spacing=waiting.follow_up_spacing,
                ask=start,
            )[-1]
        except OutsideYearsError:
            break  # the calendar says nothing about later dates; another check says so
        if last - start > waiting.or_after:
            first = first or (start, last)
            begin_on.add(start.astimezone(calendar.zone).date())
            need = max(need, last - start)
    return None if first is None else Misfit(*first, len(begin_on), need)


def _starts(calendar: Calendar, waiting: Waiting, today: date, dates: int) -> list[datetime]:
    edges = _edges(calendar)
    spacing = int(waiting.follow_up_spacing.total_seconds())
    earlier = {(edge - turn * spacing) % DAY for edge in edges for turn in range(1, waiting.follow_ups + 1)}
    window = waiting.or_after.days + LATE
    offsets = [_offset(calendar, today + timedelta(days=day)) for day in range(-1, dates + window)]
    slack = _slack(calendar, max(offsets) - min(offsets))
    starts: set[datetime] = set()
    for number in range(dates):
        day = today + timedelta(days=number)
        if slack is not None and _all_fit(calendar, waiting, day, slack):
            continue
        clocks_change = len(set(offsets[number : number + window])) > 1
        walls = edges | earlier | set(range(0, DAY, HOUR) if clocks_change else ())
        starts.update(calendar.resolve(day, wall) for wall in walls)
        for edge in edges:
            at = calendar.resolve(day, edge)
            starts.update((at - SECOND, at + SECOND))
    return sorted(starts)


def _all_fit(calendar: Calendar, waiting: Waiting, day: date, slack: timedelta) -> bool:
    """True if every wait that begins on a date surely has its follow-ups in time: the latest start does, with slack."""
    begins, ends = calendar.resolve(day, 0) - SECOND, calendar.resolve(day, DAY)
    latest = ends
    try:
        # Each as if it were due with the last one: that is later than it is, and one question instead of many.
        due = calendar.next_open(calendar.due(ends, BusinessDays(waiting.on_business_days[-1]))) + slack
        for _ in waiting.on_business_days:
            latest = calendar.next_open(max(due, latest + waiting.follow_up_spacing))
    except OutsideYearsError:
        return False
    return latest - begins <= waiting.or_after


def _slack(calendar: Calendar, clock_change: timedelta) -> timedelta | None:
    """By how much a follow-up may come before that of a wait that begins earlier; None if dates overlap."""
    hours = _hours(calendar)
    beyond = max(0, max((span.closes - DAY for span in hours), default=0))
    if beyond > min((span.opens for span in hours), default=0):
        return None
    return timedelta(seconds=beyond) + 2 * clock_change


def _offset(calendar: Calendar, day: date) -> timedelta:
    return datetime.combine(day, time(), calendar.zone).utcoffset() or timedelta()


def _edges(calendar: Calendar) -> set[int]:
    """The wall times, in seconds after midnight, at which any span of any date opens or closes."""
    hours = [*_hours(calendar), *(pause.hours for pause in calendar.spec.breaks)]
    return {edge % DAY for span in hours for edge in (span.opens, span.closes)} | {0}


def _hours(calendar: Calendar) -> list[Hours]:
    """The spans of all dates, without their breaks."""
    spec = calendar.spec
    hours = [span for spans in spec.week.values() for span in spans]
    return hours + [span for override in spec.overrides.values() for span in override.hours]


def _said(at: datetime, calendar: Calendar) -> str:
    return f"{at.astimezone(calendar.zone):%a %d %b %Y %H:%M}"


def _closed(calendar: Calendar, start: datetime, end: datetime) -> str:
    """The holidays on the way, by name: they are why it does not fit."""
    day, last = start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    names: list[str] = []
    while day <= last:
        if name := calendar.holiday(calendar.resolve(day, 0)):
            names.append(f"{name} ({day:%a %d %b})")
        day += timedelta(days=1)
    return f", closed on {', '.join(names)}" if names else ""
