"""Do all follow-ups go out before the wait is over, whenever it begins?

Promise: proved for every second of the coming year, not sampled.

Why a finite number of starts is a proof: take a start s and move it on. A follow-up's time either stands still (s is in
closed time, so counting begins at the next opening) or moves along with s, second by second (the same wall time on a
later date), until some instant of the plan meets an opening, a closing or a clock change. Between two such meetings the
need (last follow-up minus s) is therefore constant or falls, so it is largest at the first second after one. The
instants of the plan lie whole dates, or whole multiples of the spacing, after s; so the meetings lie at the wall times
at which any span of any date opens or closes, less multiples of the spacing, and at the wall times of clock changes,
which are full hours. All of these are tried on every date, and the second before and after each opening and closing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from slabot.calendars import Calendar, OutsideYearsError
from slabot.policy.follow_up_plan import follow_up_times
from slabot.policy.model import Policy
from slabot.policy.problems import PathProblem
from slabot.policy.scalars import Mode
from slabot.policy.silence import Waiting

DATES = 366  # dates on which waits begin
DAY = 86_400  # seconds
HOUR = 3_600  # seconds
SECOND = timedelta(seconds=1)


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
    walls = sorted(edges | earlier | set(range(0, DAY, HOUR)))
    starts: set[datetime] = set()
    for offset in range(dates):
        day = today + timedelta(days=offset)
        starts.update(calendar.resolve(day, wall) for wall in walls)
        for edge in edges:
            at = calendar.resolve(day, edge)
            starts.update((at - SECOND, at + SECOND))
    return sorted(starts)


def _edges(calendar: Calendar) -> set[int]:
    """The wall times, in seconds after midnight, at which any span of any date opens or closes."""
    spec = calendar.spec
    hours = [span for spans in spec.week.values() for span in spans]
    hours += [span for override in spec.overrides.values() for span in override.hours]
    hours += [pause.hours for pause in spec.breaks]
    return {edge % DAY for span in hours for edge in (span.opens, span.closes)} | {0}


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
