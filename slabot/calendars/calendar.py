"""How much working time lies between two instants, and when has so much been worked?

Promise: each answer is exact to the second, the same however often and in whatever order the calendar is
asked, and it takes two bisections once the years in question are compiled.

    week = dict.fromkeys(parse_days("mon-fri"), (parse_hours("09:00-17:00"),))
    calendar = Calendar(CalendarSpec(name="office", zone=iana_zone("Asia/Kolkata"), week=week, country="IN"))
    calendar.due(start, parse_target("6h"))

All instants are aware datetimes; answers are in UTC, whole seconds. **Due is the earliest instant at which
the target has been worked**, so it may be a closing time; the target is met as long as no working time lies
after due (`met_until`).

A calendar compiles the years that it is asked about, and more of them when a search runs on. It may be shared
by threads: what is compiled is one tuple that never changes, swapped for another when there is more to know.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from slabot.calendars.compiled import earliest, worked_by
from slabot.calendars.dates import JOINED_REACH, REACH, OpenDate, opening_date
from slabot.calendars.errors import CalendarError, TargetError
from slabot.calendars.explain import Span, break_at, explained
from slabot.calendars.hours import DAY
from slabot.calendars.joined import JoinedRules, rules_of
from slabot.calendars.never_opens import check_that_it_opens
from slabot.calendars.spec import CalendarSpec, Override, check
from slabot.calendars.targets import BusinessDays, RealTime, Target, Worked
from slabot.calendars.timeline import SpanTimeline
from slabot.calendars.walltime import EPOCH, date_at, instant_of, naive, resolve, seconds_of, wall_at

NOTHING: Final = timedelta(0)
SECOND: Final = timedelta(seconds=1)
from_epoch: Final = datetime.fromtimestamp  # one look-up instead of two, see `elapsed`


class Calendar:
    """Working time as one spec describes it.

    Attributes:
        name: as in the file.
        zone: of its wall clock.
        spec: what it was made of.
    """

    __slots__ = ("_known", "_rules", "_timeline", "name", "spec", "zone")

    def __init__(self, spec: CalendarSpec) -> None:
        """Check the spec; years are compiled when they are first asked for.

        Raises:
            CalendarError: the spec contradicts itself.
            OutsideYearsError: a dated entry is outside its years.
            UnknownCountryError: its country or region is not known.
            NeverOpensError: it has not one open second in its years.

        Each is raised for a calendar that it joins, too.
        """
        for part in spec.joins:
            Calendar(part)
        check(spec)
        self.spec = spec
        self.name = spec.name
        self.zone: ZoneInfo = spec.zone
        self._rules = rules_of(spec)
        self._timeline = SpanTimeline(spec, self._rules)
        self._known = self._timeline.compiled  # as it was last seen, one look-up nearer; an older one is right too
        check_that_it_opens(spec, self._rules)

    def __repr__(self) -> str:
        return f"<Calendar {self.name} {self.zone.key}>"

    def __eq__(self, other: object) -> bool:
        """What was made of the same spec says the same of every instant."""
        return self is other or (isinstance(other, Calendar) and self.spec == other.spec)

    def __hash__(self) -> int:
        return hash(self.name)

    # ── How much, and when ──────────────────────────────────────────────────────────────────────────────────

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two instants; nothing if the end is before the start.

        Raises:
            CalendarError: a naive datetime.
            OutsideYearsError: one of them is outside the calendar's years.
        """
        # A backtest asks this a million times, so here and in `add` seconds_of, worked_by and the rest are
        # written out, in the form that is fastest (benchmarks/business_time.py).
        try:
            since, until = start - EPOCH, end - EPOCH
        except TypeError:
            raise naive(start, end) from None
        begin = since.days * 86_400 + since.seconds
        finish = until.days * 86_400 + until.seconds
        if finish <= begin:
            return NOTHING
        known_from, known_to, bounds, base, _, _, _ = self._known
        if begin < known_from or finish > known_to:
            _, _, bounds, base, _, _, _ = self._known = self._timeline.covering(begin, finish)
        i = bisect_right(bounds, begin)
        j = bisect_right(bounds, finish, i)
        worked = base[j] - base[i]
        if i & 1:
            worked -= begin
        if j & 1:
            worked += finish
        return SECOND * worked

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest instant, not before the start, at which so much has been worked since; the next
        opening for nothing.

        Raises:
            CalendarError: a naive datetime.
            TargetError: a negative amount.
            OutsideYearsError: the start, or the answer, is outside the calendar's years.
        """
        try:
            since = start - EPOCH
        except TypeError:
            raise naive(start) from None
        begin = since.days * 86_400 + since.seconds
        more = amount.days * 86_400 + amount.seconds
        known_from, _, bounds, base, sums, shifts, _ = self._known
        if more > 0 and known_from <= begin:
            i = bisect_right(bounds, begin)
            worked = base[i] + more + (begin if i & 1 else 0)
            try:
                return from_epoch(worked - shifts[bisect_left(sums, worked)], UTC)
            except IndexError:
                pass  # the answer, or even the start, is later than what is known here
        if more < 0:
            raise TargetError(f"{amount} is less than no time", "use `subtract` to go back")
        found = self._timeline.add(begin, more) if more else self._timeline.next_open(begin)
        self._known = self._timeline.compiled
        return instant_of(found)

    def subtract(self, end: datetime, amount: timedelta) -> datetime:
        """The latest instant, not after the end, from which so much is worked until it; the end itself for
        nothing.

        An answer on a boundary is an opening, not the closing before it.

        Raises:
            CalendarError: a naive datetime.
            TargetError: a negative amount.
            OutsideYearsError: the end, or the answer, is outside the calendar's years.
        """
        finish, less = seconds_of(end), amount.days * DAY + amount.seconds
        if less < 0:
            raise TargetError(f"{amount} is less than no time", "use `add` to go forward")
        return instant_of(self._timeline.subtract(finish, less) if less else finish)

    def due(self, start: datetime, target: Target) -> datetime:
        """The earliest instant, not before the start, at which the target has been worked.

        `Worked(0)` and `BusinessDays(0)` are due at the next opening. Business days count from the start, or
        from the next opening if it is closed then: the same wall-clock time on the N-th following date that
        has an opening, moved back to the earliest instant with the same working time since the start. Real
        time is not moved: it claims no working time. (docs/decisions/0002-business-time.md)

        Raises:
            CalendarError: a naive datetime.
            OutsideYearsError: the start, or the answer, is outside the calendar's years.
        """
        match target:
            case Worked(amount):
                return self.add(start, amount)
            case RealTime(amount):
                begin = seconds_of(start)
                due = begin + amount.days * DAY + amount.seconds
                self._timeline.within(begin, due)
                return instant_of(due)
            case BusinessDays(0):
                return self.next_open(start)
            case BusinessDays(days):
                return instant_of(self._add_business_days(seconds_of(start), days))
            case _:
                assert_never(target)

    def met_until(self, due: datetime) -> datetime:
        """The last instant that has no working time between due and itself: due if the calendar is open then,
        else the next opening.

        Raises:
            CalendarError: a naive datetime.
            OutsideYearsError: due is outside the calendar's years, or it does not open again within them.
        """
        return self.next_open(due)

    def next_open(self, at: datetime) -> datetime:
        """The instant itself if the calendar is open then, else the next opening.

        Raises:
            CalendarError: a naive datetime.
            OutsideYearsError: the instant is outside the calendar's years, or it does not open again within
                them.
        """
        return instant_of(self._timeline.next_open(seconds_of(at)))

    def end_of_next_working_day(self, at: datetime) -> datetime:
        """The last closing of the first business date after the instant's date (its opening date, in a span
        over midnight).

        Raises:
            CalendarError: a naive datetime.
            OutsideYearsError: the instant is outside the calendar's years, or no business date follows within
                them.
        """
        seconds = seconds_of(at)
        ordinal, dates = self._timeline.dates_at(seconds)
        opened = self._opening_date(dates, ordinal, seconds)
        following = self._timeline.business_date_after(ordinal if opened is None else opened, 1)
        return instant_of(following.opened[-1][1])

    # ── What an instant is ──────────────────────────────────────────────────────────────────────────────────

    def is_open(self, at: datetime) -> bool:
        """Is this instant working time? Spans are closed-open: yes at an opening, no at a closing."""
        return self._timeline.is_open(seconds_of(at))

    def holiday(self, at: datetime) -> str | None:
        """The closed holiday on the instant's date. A date with hours of its own has none: the override beats
        it. A joined calendar has one only on a date on which none of its parts opens.
        """
        return self._rules.holiday(self._timeline.dates_at(seconds_of(at))[0])

    def on_break(self, at: datetime) -> str | None:
        """The break that closes the calendar at this instant; None where it would be closed anyway."""
        seconds = seconds_of(at)
        ordinal, dates = self._timeline.dates_at(seconds)
        if isinstance(self._rules, JoinedRules):
            return None if self._timeline.is_open(seconds) else self._rules.break_at(seconds)
        return break_at(dates, ordinal, seconds)

    def business_date(self, at: datetime) -> date | None:
        """The date on which the span that holds the instant opened, the latest of several; else the instant's
        own date if it has an opening; else None. A span holds its breaks too.
        """
        seconds = seconds_of(at)
        ordinal, dates = self._timeline.dates_at(seconds)
        opened = self._opening_date(dates, ordinal, seconds)
        if opened is not None:
            return date.fromordinal(opened)
        return date.fromordinal(ordinal) if dates[ordinal].opened else None

    def closes_all_day(self, at: datetime) -> bool:
        """Has the instant's date no opening at all, and is it in no span from the date before?"""
        return self.business_date(at) is None

    def holidays(self, year: int) -> dict[date, str]:
        """The closed holidays of one year by date, those included that a date's own hours beat; of a joined calendar
        those that all its parts have.
        """
        return dict(sorted(self._rules.holidays(year).items()))

    def unused_exceptions(self, years: range) -> tuple[str, ...]:
        """Excepted holidays that fall on no date of these years: perhaps slips of the keyboard."""
        return self._rules.unused_exceptions(years)

    def returning_dates(self, year: int) -> dict[date, Override]:
        """What changes dates of one year that would be open otherwise, each with its hours and its reason: dates that
        return each year, half holidays, dates before holidays, moved working days. Of a joined calendar: nothing.
        """
        return dict(sorted(self._rules.changed(year).items()))

    # ── Many spans ──────────────────────────────────────────────────────────────────────────────────────────

    def periods(
        self, *, after: datetime | None = None, before: datetime | None = None
    ) -> Iterator[tuple[datetime, datetime]]:
        """Open time after an instant (or before it, backwards), lazily; ends with the calendar's years.

        Spans that touch are one period, and the first is cut at the instant.

        Raises:
            CalendarError: a naive datetime, or not just one of the two.
            OutsideYearsError: the instant is outside the calendar's years.
        """
        match after, before:
            case datetime(), None:
                pairs = self._timeline.periods_after(self._in_years(after))
            case None, datetime():
                pairs = self._timeline.periods_before(self._in_years(before))
            case _:
                raise CalendarError("periods lie on one side of an instant", "give either `after` or `before`")
        return ((instant_of(begin), instant_of(finish)) for begin, finish in pairs)

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """Why the time between two instants counts or not: contiguous, covering it; what counts adds up to
        `elapsed`.

        Raises:
            CalendarError: a naive datetime.
            OutsideYearsError: one of them is outside the calendar's years.
        """
        begin, finish = seconds_of(start), seconds_of(end)
        if finish <= begin:
            return ()
        self._timeline.within(begin, finish)
        if self.spec.always:
            return (Span(instant_of(begin), instant_of(finish), True, self.spec.words),)
        if isinstance(self._rules, JoinedRules):
            return self._rules.explained(begin, finish)
        first, last = date_at(self.zone, begin), date_at(self.zone, finish - 1)
        dates = self._timeline.years(date.fromordinal(first).year, date.fromordinal(last).year)[-1].by_ordinal
        return explained(self._rules, dates, first=first, last=last, start=begin, end=finish)

    def resolve(self, day: date, wall: int) -> datetime:
        """The instant at which the wall clock of a date shows so many seconds after midnight (86400 is the
        next date's).

        A time that the clock jumps over moves forward by the jump; of two, it is the first.
        """
        return instant_of(resolve(self.zone, day.toordinal(), wall))

    def _opening_date(self, dates: Mapping[int, OpenDate], ordinal: int, seconds: int) -> int | None:
        return opening_date(dates, ordinal, seconds, reach=JOINED_REACH if self.spec.joins else REACH)

    def _in_years(self, at: datetime) -> int:
        seconds = seconds_of(at)
        self._timeline.within(seconds, seconds)
        return seconds

    def _add_business_days(self, start: int, days: int) -> int:
        base = self._timeline.next_open(start)
        ordinal, dates = self._timeline.dates_at(base)
        opened = self._opening_date(dates, ordinal, base)
        assert opened is not None, "an open instant is held by a span"
        wall = wall_at(self.zone, opened, base)  # beyond 24 h in a span over midnight
        same_time = resolve(self.zone, self._timeline.business_date_after(opened, days).ordinal, wall)
        table = self._timeline.covering(start, same_time)
        found = earliest(table, worked_by(table, same_time))
        assert found is not None, "the base is open and comes before, so the table holds what was worked since"
        return found
