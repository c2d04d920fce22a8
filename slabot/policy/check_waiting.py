"""Do all follow-ups go out before the wait is over, whenever it begins?

Promise: proved for every second of the coming year, not sampled.

Why a finite number of starts is a proof: take a start s and move it on. A follow-up's time either stands still (s is in
closed time, so counting begins at the next opening) or moves along with s, second by second (the same wall time on a
later date), until some instant of the plan meets an opening, a closing or a clock change. Between two such meetings the
need (last follow-up minus s) is therefore constant or falls, so it is largest at the first second after one. The
instants of the plan lie whole dates, or whole multiples of the spacing, after s; so the meetings lie at the wall times
at which any span of any date opens or closes, less multiples of the spacing, and at the wall times of clock changes,
which are full hours. All of these are tried on every date (full hours where clocks change before or soon after the wait
ends), and the second before and after each opening and closing. A calendar that joins others of other zones has their
wall times in its own, for each difference that the zones have in the year, and quarters of an hour for the full hours.

But for dates of which one look shows that all of their waits fit, as on most: where spans of different dates do not
overlap, a wait that begins later has no earlier follow-up, but for the slack: what spans reach beyond midnight,
and what clocks change by, once at the start and once at the follow-up.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slabot.calendars import BusinessDays, Calendar, CalendarSpec, Hours, OutsideYearsError
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
STRETCH = 30  # days: waits of nearly the same length share what is worked out for the longest of them


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
    ahead = -(-waiting.or_after.days // STRETCH) * STRETCH + LATE
    year = _year(calendar, waiting.on_business_days, waiting.follow_up_spacing, today, dates, ahead)
    first: tuple[datetime, datetime] | None = None
    begin_on: set[date] = set()
    need = timedelta()
    for start, last in year.longer_than(waiting.or_after):
        first = first or (start, last)
        begin_on.add(start.astimezone(calendar.zone).date())
        need = max(need, last - start)
    return None if first is None else Misfit(*first, len(begin_on), need)


@functools.lru_cache(maxsize=32)  # a file is checked again and again, and agreements have the same follow-ups
def _year(
    calendar: Calendar, on_business_days: tuple[int, ...], spacing: timedelta, today: date, dates: int, ahead: int
) -> _Year:
    return _Year(calendar, on_business_days, spacing, today, dates, ahead)


class _Year:
    """The last follow-ups of every wait that begins in a year, worked out for the dates that are asked about."""

    def __init__(
        self,
        calendar: Calendar,
        on_business_days: tuple[int, ...],
        spacing: timedelta,
        today: date,
        dates: int,
        ahead: int,
    ) -> None:
        """Take what follow-ups depend on, and for how many days after a date a change of clocks is looked for."""
        self._calendar, self._on, self._spacing, self._today = calendar, on_business_days, spacing, today
        self._ahead = ahead
        days = [today + timedelta(days=day) for day in range(-1, dates + ahead)]
        zones = {calendar.zone, *(member.zone for member in calendar.spec.members)}
        self._edges = _edges(calendar, days)
        seconds = int(spacing.total_seconds())
        self._earlier = {(edge - turn * seconds) % DAY for edge in self._edges for turn in range(1, len(self._on) + 1)}
        self._offsets = [tuple(_offset(zone, day) for zone in zones) for day in days]
        self._changes = range(0, DAY, HOUR if len(zones) == 1 else HOUR // 4)
        slack = _slack(calendar, max(self._offsets)[0] - min(self._offsets)[0])
        self._most = [None if slack is None else self._at_most(self._day(number), slack) for number in range(dates)]
        self._waits: dict[int, list[tuple[datetime, datetime]]] = {}

    def longer_than(self, length: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """The waits whose last follow-up comes later after their start than that, in order: start and last."""
        for number, most in enumerate(self._most):
            if most is not None and most <= length:
                continue
            try:
                waits = self._waits_of(number)
            except OutsideYearsError:
                return  # the calendar says nothing about later dates; another check says so
            yield from ((start, last) for start, last in waits if last - start > length)

    def _day(self, number: int) -> date:
        return self._today + timedelta(days=number)

    def _waits_of(self, number: int) -> list[tuple[datetime, datetime]]:
        if number not in self._waits:
            self._waits[number] = [(start, self._last(start)) for start in self._starts(number)]
        return self._waits[number]

    def _last(self, start: datetime) -> datetime:
        # The question goes out as the wait begins; an earlier one leaves the follow-ups more room.
        return follow_up_times(self._calendar, start, on_business_days=self._on, spacing=self._spacing, ask=start)[-1]

    def _starts(self, number: int) -> list[datetime]:
        clocks_change = len(set(self._offsets[number : number + self._ahead])) > 1
        walls = self._edges | self._earlier | set(self._changes if clocks_change else ())
        starts = {self._calendar.resolve(self._day(number), wall) for wall in walls}
        for edge in self._edges:
            at = self._calendar.resolve(self._day(number), edge)
            starts.update((at - SECOND, at + SECOND))
        return sorted(starts)

    def _at_most(self, day: date, slack: timedelta) -> timedelta | None:
        """No wait that begins on a date needs longer: the latest start does not, with slack; None if not known."""
        begins, ends = self._calendar.resolve(day, 0) - SECOND, self._calendar.resolve(day, DAY)
        latest = ends
        try:
            # Each as if it were due with the last one: that is later than it is, and one question instead of many.
            due = self._calendar.next_open(self._calendar.due(ends, BusinessDays(self._on[-1]))) + slack
            for _ in self._on:
                latest = self._calendar.next_open(max(due, latest + self._spacing))
        except OutsideYearsError:
            return None
        return latest - begins


def _slack(calendar: Calendar, clock_change: timedelta) -> timedelta | None:
    """By how much a follow-up may come before that of a wait that begins earlier; None if dates may overlap."""
    if calendar.spec.joins:
        return None
    hours = _hours(calendar.spec)
    beyond = max(0, max((span.closes - DAY for span in hours), default=0))
    if beyond > min((span.opens for span in hours), default=0):
        return None
    return timedelta(seconds=beyond) + 2 * clock_change


def _offset(zone: ZoneInfo, day: date) -> timedelta:
    return datetime.combine(day, time(), zone).utcoffset() or timedelta()


def _edges(calendar: Calendar, days: Sequence[date]) -> set[int]:
    """The wall times, in seconds after midnight, at which any span of any of these dates opens or closes."""
    edges = {0}
    for member in calendar.spec.members:
        hours = [*_hours(member), *(pause.hours for pause in member.breaks)]
        walls = {edge for span in hours for edge in (span.opens, span.closes)}
        for ahead in {int((_offset(calendar.zone, day) - _offset(member.zone, day)).total_seconds()) for day in days}:
            edges.update((wall + ahead) % DAY for wall in walls)
    return edges


def _hours(spec: CalendarSpec) -> list[Hours]:
    """The spans of all dates, without their breaks."""
    return [span for spans in spec.every_hours for span in spans]


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
