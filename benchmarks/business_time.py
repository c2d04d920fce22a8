"""How fast is working time, beside timegrid (Rust) and businesstimedelta (Python)?

Promise: nobody is measured before all have given equal answers on the same random ranges, and an aim that is missed
is printed as missed.

    python benchmarks/business_time.py

The calendar: Monday to Friday, 09:00 to 17:00 in New York, without the public holidays of the United States.
Everybody is given the same aware datetimes, in UTC, as slabot stores them. timegrid takes naive local ones and
raises on others, so the conversion is part of its measured call; what it takes without is printed too. Its answers
are not converted back.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from typing import Any
from zoneinfo import ZoneInfo

import businesstimedelta
import holidays
import pytz  # type: ignore[import-untyped]  # businesstimedelta takes no other zones
import timegrid

from slabot.calendars import Calendar, CalendarSpec, parse_days, parse_hours

NEW_YORK = ZoneInfo("America/New_York")
YEARS = (2022, 2026)
RANGES = 400  # random ones, for each length
AMOUNTS = (timedelta(hours=8), timedelta(hours=40))
ROUNDS = 15  # of which the fastest counts
SEED = 20260109

Elapsed = Callable[[datetime, datetime], timedelta]
Add = Callable[[datetime, timedelta], datetime]
Call = Callable[[datetime, Any], object]
Arguments = Sequence[tuple[datetime, Any]]
Questions = dict[str, list[tuple[datetime, datetime]]]
Row = tuple[str, list[float]]


@dataclass(frozen=True)
class Contestant:
    """A library, called as somebody who stores aware UTC datetimes would call it."""

    name: str
    elapsed: Elapsed
    add: Add
    calls: int = 20  # per round and range, so that a round is no blink
    rounds: int = ROUNDS
    form: Callable[[datetime], datetime] = lambda instant: instant


def local(instant: datetime) -> datetime:
    return instant.astimezone(NEW_YORK).replace(tzinfo=None)


def ours() -> Contestant:
    week = dict.fromkeys(parse_days("mon-fri"), (parse_hours("09:00-17:00"),))
    calendar = Calendar(CalendarSpec(name="new_york", zone=NEW_YORK, week=week, country="US"))
    return Contestant("slabot", calendar.elapsed, calendar.add, calls=100)


def public_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("US", years=range(YEARS[0] - 1, YEARS[1] + 2))


def rust() -> tuple[Contestant, Contestant]:
    """The timegrid of somebody who has aware datetimes, and of somebody who has naive local ones."""
    calendar = timegrid.TimeGridCalendar.weekdays(wall(9), wall(17))
    for day in public_holidays():
        calendar = calendar.close(day)
    timeline = calendar.compile(datetime(YEARS[0] - 1, 1, 1), datetime(YEARS[1] + 2, 1, 1))
    working, add = timeline.get_working_duration, calendar.add_work_duration
    return (
        Contestant(
            "timegrid",
            lambda start, end: working(local(start), local(end)),
            lambda start, amount: add(local(start), amount),
        ),
        Contestant("timegrid, given naive local times", working, add, form=local),
    )


def python() -> Contestant:
    zone = pytz.timezone("America/New_York")
    week = businesstimedelta.WorkDayRule(start_time=wall(9), end_time=wall(17), working_days=[0, 1, 2, 3, 4], tz=zone)
    rules = businesstimedelta.Rules([week, businesstimedelta.HolidayRule(public_holidays(), tz=zone)])
    return Contestant(
        "businesstimedelta",
        lambda start, end: rules.difference(start, end).timedelta,
        lambda start, amount: start + businesstimedelta.BusinessTimeDelta(rules, timedelta=amount),
        calls=1,
        rounds=2,
    )


def ranges(days: int) -> list[tuple[datetime, datetime]]:
    draw = random.Random(SEED + days)
    first = datetime(YEARS[0], 1, 3, tzinfo=UTC)
    room = int((datetime(YEARS[1], 9, 1, tzinfo=UTC) - first).total_seconds())
    starts = [first + timedelta(seconds=draw.randrange(room)) for _ in range(RANGES)]
    return [(start, start + timedelta(days=days, seconds=draw.randrange(-40_000, 40_000))) for start in starts]


def assert_equal_answers(contestants: Sequence[Contestant], questions: Questions) -> int:
    """Every contestant on every range; returns how many answers were compared."""
    compared = 0
    reference, *others = contestants
    for pairs in questions.values():
        for start, end in pairs:
            worked = reference.elapsed(start, end)
            dues = {amount: local(reference.add(start, amount)) for amount in AMOUNTS}
            for other in others:
                assert other.elapsed(start, end) == worked, (other.name, start, end)
                for amount, due in dues.items():
                    found = other.add(start, amount)
                    assert (local(found) if found.tzinfo else found) == due, (other.name, start, amount)
                compared += 1 + len(dues)
    return compared


def assert_equal_across_clock_changes() -> int:
    """A night shift on the nights when the clocks change, where timegrid (naive) cannot follow."""
    zone = pytz.timezone("America/New_York")
    rules = businesstimedelta.Rules(
        [businesstimedelta.WorkDayRule(start_time=wall(0), end_time=wall(8), working_days=list(range(7)), tz=zone)]
    )
    week = dict.fromkeys(range(7), (parse_hours("00:00-08:00"),))
    calendar = Calendar(CalendarSpec(name="nights", zone=NEW_YORK, week=week))
    nights = [datetime(2024, 3, 10, tzinfo=NEW_YORK), datetime(2024, 11, 3, tzinfo=NEW_YORK)]
    for night in nights:
        start, end = night.astimezone(UTC), (night + timedelta(hours=12)).astimezone(UTC)
        assert calendar.elapsed(start, end) == rules.difference(start, end).timedelta
    assert [calendar.elapsed(night, night + timedelta(hours=12)) for night in nights] == [
        timedelta(hours=7),
        timedelta(hours=9),
    ]
    return len(nights)


def one_round(call: Call, arguments: Arguments, calls: int) -> float:
    """The time of one call in µs, over one round of them."""
    began = time.perf_counter()
    for _ in range(calls):
        for first, second in arguments:
            call(first, second)
    return (time.perf_counter() - began) / (calls * len(arguments)) * 1e6


def measure(contestants: Sequence[Contestant], questions: Questions) -> list[Row]:
    """A row for each contestant. They take turns, so that a busy moment of the machine falls on all of them."""
    tasks: list[list[tuple[Call, Arguments]]] = []
    for one in contestants:
        given = [[(one.form(start), one.form(end)) for start, end in pairs] for pairs in questions.values()]
        elapsed: list[tuple[Call, Arguments]] = [(one.elapsed, pairs) for pairs in given]
        adds: list[tuple[Call, Arguments]] = [
            (one.add, [(start, amount) for start, _ in given[0]]) for amount in AMOUNTS
        ]
        tasks.append(elapsed + adds)
    best = [[float("inf")] * len(row) for row in tasks]
    for turn in range(ROUNDS):
        for one, row, columns in zip(contestants, tasks, best, strict=True):
            if turn < one.rounds:
                for place, (call, arguments) in enumerate(row):
                    columns[place] = min(columns[place], one_round(call, arguments, one.calls))
    return [(one.name, columns) for one, columns in zip(contestants, best, strict=True)]


def main() -> int:
    questions = {"elapsed 10 days": ranges(10), "elapsed 90 days": ranges(90)}
    names = [*questions, "add 8 h", "add 40 h"]
    us, (grid, bare), delta = ours(), rust(), python()
    compared = assert_equal_answers((us, grid, delta), questions)
    nights = assert_equal_across_clock_changes()
    print(f"Equal answers: {compared} compared on {2 * RANGES} random ranges, {nights} nights with a change of clocks.")
    print(f"µs per call, the fastest of {ROUNDS} rounds; Python {sys.version.split()[0]}\n")

    rows = measure((us, grid, bare, delta), questions)
    print(f"{'':<34}" + "".join(f"{name:>17}" for name in names))
    for name, columns in rows:
        print(f"{name:<34}" + "".join(f"{column:>17.2f}" for column in columns))
    print("\nTimes as fast as")
    mine = rows[0][1]
    ratios = {name: [column / own for column, own in zip(columns, mine, strict=True)] for name, columns in rows[1:]}
    for name, values in ratios.items():
        print(f"{name:<34}" + "".join(f"{value:>17.1f}" for value in values))

    print()
    aims = [
        ("elapsed, at least 2 times as fast as timegrid", min(ratios[grid.name][:2]), 2),
        ("add, at least 8 times as fast as timegrid", min(ratios[grid.name][2:]), 8),
        ("both, at least 100 times as fast as businesstimedelta", min(ratios[delta.name]), 100),
    ]
    for words, reached, aim in aims:
        print(f"{'met   ' if reached >= aim else 'MISSED'}  {words}: {reached:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
