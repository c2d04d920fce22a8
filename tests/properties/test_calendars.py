"""Does working time add up, on any calendar, in any zone, across any change of clocks?

Promise: every answer is compared with an oracle that walks over the minutes (or seconds) of a wall clock and
shares no code with the calendars: it finds a wall time by watching the clock, marks open minutes in a set,
and counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from slabot.calendars import (
    Break,
    BusinessDays,
    Calendar,
    CalendarSpec,
    Hours,
    NeverOpensError,
    Override,
    Pause,
    RealTime,
    Worked,
    due_with_pauses,
    elapsed_with_pauses,
    met_until_with_pauses,
    spans_with_pauses,
    subtract_with_pauses,
)

SECOND, MINUTE, ONE_DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
REACH = 6  # days around the anchor in which dated rules and questions lie
MARGIN = 5  # more days that the oracle knows on both sides

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
    "Pacific/Chatham": ["2020-04-05", "2020-09-27"],  # at 03:45, by an hour
    "Pacific/Apia": ["2011-12-30", "2012-04-01", "2011-12-29"],  # a date that never was
}


# ── Any calendar ────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def hours(draw: st.DrawFn, unit: int = 60) -> Hours:
    opens = draw(st.integers(0, 24 * 60 - 1) | st.sampled_from([0, 60, 120, 150, 9 * 60, 22 * 60, 23 * 60 + 30])) * 60
    length = draw(st.integers(1, 26 * 60) | st.sampled_from([30, 60, 480, 1440, 2880 - opens // 60])) * 60
    if unit == 1:
        opens, length = max(opens - draw(st.integers(0, 59)), 0), max(length - draw(st.integers(0, 59)), 1)
    return Hours(opens, min(opens + length, 2 * 86_400))


@st.composite
def specs(draw: st.DrawFn, unit: int = 60) -> tuple[CalendarSpec, date]:
    zone = draw(st.sampled_from(sorted(ANCHORS)))
    anchor = date.fromisoformat(draw(st.sampled_from(ANCHORS[zone])))
    near = st.integers(-REACH, REACH).map(lambda days: anchor + timedelta(days))
    spans = st.lists(hours(unit), max_size=3).map(tuple)
    weekly = st.builds(
        Break,
        hours=hours(unit),
        name=st.sampled_from("ab"),
        weekdays=st.lists(st.integers(0, 6), max_size=2).map(tuple),
    )
    dated = st.builds(Break, hours=hours(unit), name=st.sampled_from("cd"), date=near)
    spec = CalendarSpec(
        name="any_calendar",
        zone=ZoneInfo(zone),
        week=draw(st.dictionaries(st.integers(0, 6), spans, max_size=7)),
        overrides=draw(st.dictionaries(near, st.builds(Override, spans, st.sampled_from(["o", "p"])), max_size=3)),
        breaks=tuple(draw(st.lists(weekly | dated, max_size=3))),
        holidays=draw(st.dictionaries(near, st.sampled_from(["h", "i"]), max_size=3)),
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
def cases(draw: st.DrawFn, unit: int = 1, hours_unit: int = 60, reach: int = REACH) -> Case:
    spec, anchor = draw(specs(hours_unit))
    calendar = opened(spec)
    around = datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC)
    seconds = st.integers(-reach * 86_400 // unit, reach * 86_400 // unit).map(
        lambda n: around + timedelta(0, n * unit)
    )
    amount = timedelta(0, draw(st.integers(1, reach * 86_400 // unit)) * unit)
    return Case(calendar, spec, anchor, sorted(draw(st.lists(seconds, min_size=3, max_size=3))), amount)


def next_or_assume(calendar: Calendar, at: datetime) -> datetime:
    """A calendar may open once only, and that before the question."""
    following = next(calendar.periods(after=at), None)
    assume(following is not None)
    assert following is not None
    return following[0]


def enough(calendar: Calendar, start: datetime, amount: timedelta) -> bool:
    end = datetime(calendar.spec.years[1], 12, 30, tzinfo=UTC)
    return calendar.elapsed(start, end) >= amount


# ── Laws ────────────────────────────────────────────────────────────────────────────────────────────────────


@given(cases())
def test_due_is_the_earliest_instant_at_which_the_target_has_been_worked(case: Case) -> None:
    calendar, start = case.calendar, case.instants[0]
    assume(enough(calendar, start, case.amount))
    due = calendar.due(start, Worked(case.amount))
    assert due > start
    assert calendar.elapsed(start, due) == case.amount
    assert calendar.elapsed(start, due - SECOND) == case.amount - SECOND
    assert due == calendar.add(start, case.amount)


@given(cases())
def test_working_time_adds_up_and_never_runs_back(case: Case) -> None:
    calendar, (a, b, c) = case.calendar, case.instants
    assert calendar.elapsed(a, b) + calendar.elapsed(b, c) == calendar.elapsed(a, c)
    assert timedelta(0) <= calendar.elapsed(a, b) <= min(b - a, calendar.elapsed(a, c))
    assert calendar.elapsed(b, a) == timedelta(0)


@given(cases())
def test_a_later_start_or_a_longer_target_is_never_due_earlier(case: Case) -> None:
    calendar, (a, b, _) = case.calendar, case.instants
    assume(enough(calendar, b, case.amount + MINUTE))
    assert calendar.add(a, case.amount) <= calendar.add(b, case.amount) < calendar.add(b, case.amount + MINUTE)


@given(cases(), st.integers(1, 4))
def test_business_days_are_due_at_the_earliest_instant_and_in_order(case: Case, days: int) -> None:
    calendar, start = case.calendar, case.instants[0]
    assume(enough(calendar, start, timedelta(days=12 * days)))
    due, later = calendar.due(start, BusinessDays(days)), calendar.due(start, BusinessDays(days + 1))
    assert start < due <= later
    assert calendar.elapsed(start, due - SECOND) < calendar.elapsed(start, due)


@given(cases())
def test_the_target_is_met_until_the_last_instant_without_working_time(case: Case) -> None:
    calendar, due = case.calendar, case.instants[0]
    opening = next_or_assume(calendar, due)
    met_until = calendar.met_until(due)
    assert met_until == opening
    assert calendar.elapsed(due, met_until) == timedelta(0)
    assert calendar.is_open(met_until)
    assert calendar.elapsed(due, met_until + SECOND) == SECOND


@given(cases())
def test_subtract_undoes_add_up_to_the_opening(case: Case) -> None:
    calendar, start = case.calendar, case.instants[0]
    assume(enough(calendar, start, case.amount))
    due = calendar.add(start, case.amount)
    assert calendar.subtract(due, case.amount) == calendar.next_open(start)
    begun = calendar.subtract(due, case.amount)
    assert calendar.elapsed(begun, due) == case.amount
    assert calendar.elapsed(begun + SECOND, due) == case.amount - SECOND
    assert calendar.is_open(begun)


@given(cases())
def test_real_time_is_not_moved(case: Case) -> None:
    assert case.calendar.due(case.instants[0], RealTime(case.amount)) == case.instants[0] + case.amount


@given(cases())
def test_spans_are_contiguous_cover_the_time_and_add_up_to_elapsed(case: Case) -> None:
    calendar, (start, _, end) = case.calendar, case.instants
    spans = calendar.spans(start, end)
    assume(start < end)
    assert (spans[0].start, spans[-1].end) == (start, end)
    for one, following in pairwise(spans):
        assert one.end == following.start
        assert (one.counts, one.why) != (following.counts, following.why)
    assert all(span.start < span.end and span.why for span in spans)
    assert sum((span.end - span.start for span in spans if span.counts), timedelta(0)) == calendar.elapsed(start, end)


@given(cases())
def test_periods_forward_and_backward_are_the_same_open_time(case: Case) -> None:
    calendar, (start, _, end) = case.calendar, case.instants
    forward = [(a, min(b, end)) for a, b in takewhile(lambda pair: pair[0] < end, calendar.periods(after=start))]
    backward = [(max(a, start), b) for a, b in takewhile(lambda pair: pair[1] > start, calendar.periods(before=end))]
    assert forward == backward[::-1]
    assert sum((b - a for a, b in forward), timedelta(0)) == calendar.elapsed(start, end)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(specs(), st.permutations(range(-1, 2)))
def test_a_calendar_compiled_bit_by_bit_equals_one_compiled_at_once(
    drawn: tuple[CalendarSpec, date], order: list[int]
) -> None:
    spec, anchor = drawn
    lazy, whole = opened(spec), opened(spec)
    first = datetime(spec.years[0], 1, 2, tzinfo=UTC)
    last = datetime(spec.years[1], 12, 30, tzinfo=UTC)
    everything = whole.elapsed(first, last)
    for year in order:
        lazy.is_open(datetime(anchor.year + year, 7, 1, tzinfo=UTC))
    assert lazy.elapsed(first, last) == everything
    assert lazy._timeline.compiled == whole._timeline.compiled


# ── The oracle ──────────────────────────────────────────────────────────────────────────────────────────────


class Oracle:
    """Open time as a set of ticks (minutes or seconds since 1970), found by watching a clock."""

    def __init__(self, spec: CalendarSpec, anchor: date, *, unit: int, reach: int = REACH) -> None:
        self.spec, self.unit, days = spec, unit, reach + MARGIN
        self.known = anchor + timedelta(days)
        dates = [anchor + timedelta(n) for n in range(-days - 3, days + 4)]
        real = [day for day in dates if self.read(self.tick(day, 0)).date() == day]
        self.begins = {day: self.tick(day, 0) for day in real}
        self.breaks: dict[int, set[str]] = {}
        for day in real:
            for pause in spec.breaks:
                if pause.date == day or (pause.date is None and day.weekday() in (pause.weekdays or range(7))):
                    for tick in range(self.tick(day, pause.hours.opens), self.tick(day, pause.hours.closes)):
                        self.breaks.setdefault(tick, set()).add(pause.name)
        self.raw = {
            day: {
                tick
                for span in self.said(day)
                for tick in range(self.tick(day, span.opens), self.tick(day, span.closes))
            }
            for day in real
        }
        self.opened = {day: raw - self.breaks.keys() for day, raw in self.raw.items()}
        self.open = set[int]().union(*self.opened.values())
        self.covered = set[int]().union(*self.raw.values())

    def said(self, day: date) -> tuple[Hours, ...]:
        if day in self.spec.overrides:
            return self.spec.overrides[day].hours
        return () if day in self.spec.holidays else self.spec.week.get(day.weekday(), ())

    def read(self, tick: int) -> datetime:
        return datetime.fromtimestamp(tick * self.unit, self.spec.zone).replace(tzinfo=None)

    def tick(self, day: date, wall: int) -> int:
        return watched(self.spec.zone, datetime(day.year, day.month, day.day) + timedelta(seconds=wall), self.unit)

    def at(self, instant: datetime) -> int:
        return int(instant.timestamp()) // self.unit

    def elapsed(self, start: int, end: int) -> int:
        return sum(tick in self.open for tick in range(start, end))

    def due(self, start: int, amount: int) -> int:
        tick = start
        while amount:
            amount -= tick in self.open
            tick += 1
        return tick

    def next_open(self, start: int) -> int:
        return next(tick for tick in range(start, max(self.open) + 1) if tick in self.open)

    def date_of(self, tick: int) -> date:
        return max(day for day, begins in self.begins.items() if begins <= tick)

    def business_date(self, tick: int) -> date | None:
        own = self.date_of(tick)
        for day in sorted((day for day in self.raw if day <= own), reverse=True):
            for run in runs(sorted(self.raw[day])):
                worked = [one for one in run if one in self.opened[day]]
                if worked and worked[0] <= tick <= worked[-1]:
                    return day
        return own if self.opened[own] else None

    def business_dates_after(self, start: int) -> list[date]:
        opening = self.business_date(self.next_open(start))
        assert opening is not None
        return [day for day in sorted(self.opened) if day > opening and self.opened[day]]

    def business_days(self, start: int, days: int) -> int:
        base = self.next_open(start)
        opening = self.business_date(base)
        assert opening is not None
        wall = self.read(base) - datetime(opening.year, opening.month, opening.day)
        following = self.business_dates_after(start)[days - 1]
        same_time = self.tick(following, int(wall.total_seconds()))
        return self.due(start, self.elapsed(start, same_time))

    def on_break(self, tick: int) -> bool:
        return tick in self.covered and tick not in self.open

    def why(self, tick: int) -> set[str]:
        day = self.date_of(tick)
        if tick in self.open:
            opening = max(one for one in self.opened if tick in self.opened[one])
            return {self.spec.overrides[opening].name if opening in self.spec.overrides else "any calendar"}
        if self.on_break(tick):
            return self.breaks[tick]
        if day in self.spec.overrides:
            return {self.spec.overrides[day].name}
        if day in self.spec.holidays:
            return {self.spec.holidays[day]}
        return {"outside opening hours" if self.spec.week.get(day.weekday()) else day.strftime("%A")}


@cache
def watched(zone: ZoneInfo, wall: datetime, unit: int) -> int:
    """The first tick at which a clock shows a wall time; if it jumps over it, as though it had not jumped."""

    def read(tick: int) -> datetime:
        return datetime.fromtimestamp(tick * unit, zone).replace(tzinfo=None)

    hour = 3600 // unit
    tick = int(wall.replace(tzinfo=UTC).timestamp()) // unit - 20 * hour
    while read(tick) < wall - timedelta(hours=6):
        tick += hour
    while read(tick) > wall - timedelta(hours=5):  # it jumped by a whole date
        tick -= hour
    shown = read(tick)
    while (now := read(tick)) < wall:
        shown, tick = now, tick + 1
    return tick if now == wall else tick - 1 + int((wall - shown).total_seconds()) // unit


def runs(ticks: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for tick in ticks:
        if run and tick != run[-1] + 1:
            yield run
            run = []
        run.append(tick)
    if run:
        yield run


def agree(case: Case, days: int, *, unit: int, reach: int = REACH) -> None:
    calendar, oracle = case.calendar, Oracle(case.spec, case.anchor, unit=unit, reach=reach)
    start, middle, end = ticks = [oracle.at(instant) for instant in case.instants]
    tick = timedelta(0, unit)
    known = oracle.begins[max(day for day in oracle.begins if day <= oracle.known)]

    assert calendar.elapsed(*case.instants[::2]) == oracle.elapsed(start, end) * tick
    for instant, seen in zip(case.instants, ticks, strict=True):
        assert calendar.is_open(instant) == (seen in oracle.open)
        assert calendar.business_date(instant) == oracle.business_date(seen)
        assert calendar.on_break(instant) in (oracle.breaks[seen] if oracle.on_break(seen) else {None})
    for span in calendar.spans(case.instants[0], case.instants[2]):
        first, last = oracle.at(span.start), oracle.at(span.end)
        for seen in {first, last - 1, *range(first, last, 2220 // unit)}:
            assert span.counts == (seen in oracle.open)
            assert span.why in oracle.why(seen)
    if oracle.elapsed(start, known) >= (amount := int(case.amount / tick)):
        assert oracle.at(calendar.add(case.instants[0], case.amount)) == oracle.due(start, amount)
    if any(seen in oracle.open for seen in range(middle, known)):
        assert oracle.at(calendar.next_open(case.instants[1])) == oracle.next_open(middle)
        following = oracle.business_dates_after(middle)
        if len(following) >= days and following[days - 1] <= oracle.known - 2 * ONE_DAY:
            assert oracle.at(calendar.due(case.instants[1], BusinessDays(days))) == oracle.business_days(middle, days)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(cases(unit=60), st.integers(1, 3))
def test_every_answer_is_the_one_of_a_clock_watched_minute_by_minute(case: Case, days: int) -> None:
    agree(case, days, unit=60)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=4)
@given(cases(unit=1, hours_unit=1, reach=1), st.integers(1, 2))
def test_every_answer_is_the_one_of_a_clock_watched_second_by_second(case: Case, days: int) -> None:
    agree(case, days, unit=1, reach=1)


# ── Pauses ──────────────────────────────────────────────────────────────────────────────────────────────────


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    cases(unit=60),
    st.lists(st.tuples(st.integers(-3000, 3000), st.integers(-60, 3000) | st.none()), max_size=4),
)
def test_pauses_take_away_what_a_watched_clock_shows(case: Case, drawn: list[tuple[int, int | None]]) -> None:
    calendar, oracle = case.calendar, Oracle(case.spec, case.anchor, unit=60)
    start, middle, end = (oracle.at(instant) for instant in case.instants)
    amount = int(case.amount / MINUTE)
    known = oracle.begins[max(day for day in oracle.begins if day <= oracle.known)]
    pauses = [
        Pause(
            case.instants[place % 3] + since * MINUTE,
            None if length is None else case.instants[place % 3] + (since + length) * MINUTE,
            f"pause {place}",
        )
        for place, (since, length) in enumerate(drawn)
    ]
    paused = {
        tick
        for since, until, _ in pauses
        for tick in range(oracle.at(since), known + 1 if until is None else oracle.at(until))
    }
    lasting = min((oracle.at(since) for since, until, _ in pauses if until is None), default=known + 1)
    counted = oracle.open - paused

    worked = sum(tick in counted for tick in range(start, end))
    assert elapsed_with_pauses(calendar, case.instants[0], case.instants[2], pauses) == worked * MINUTE

    ahead = [tick for tick in range(start, known) if tick in counted]
    if len(ahead) >= amount:
        due = due_with_pauses(calendar, case.instants[0], case.amount, pauses)
        assert due is not None
        assert oracle.at(due) == ahead[amount - 1] + 1
    elif lasting <= known:
        assert due_with_pauses(calendar, case.instants[0], case.amount, pauses) is None

    if any(tick in oracle.open for tick in range(middle, known)):
        following = next((tick for tick in range(middle, known) if tick in counted), None)
        if following is not None:
            met_until = met_until_with_pauses(calendar, case.instants[1], pauses)
            assert met_until is not None
            assert oracle.at(met_until) == following
        elif lasting <= oracle.next_open(middle):
            assert met_until_with_pauses(calendar, case.instants[1], pauses) is None

    behind = [tick for tick in range(start, end) if tick in counted]
    if len(behind) >= amount:
        assert oracle.at(subtract_with_pauses(calendar, case.instants[2], case.amount, pauses)) == behind[-amount]

    spans = spans_with_pauses(calendar, case.instants[0], case.instants[2], pauses)
    assert sum((span.end - span.start for span in spans if span.counts), timedelta(0)) == worked * MINUTE
    for span in spans:
        for tick in (oracle.at(span.start), oracle.at(span.end) - 1):
            assert span.counts == (tick in counted)
            assert span.why.startswith("pause ") == (tick in paused)
