"""How old are the tickets that are open, and how has that changed?

Promise: a ticket is open from its creation until it is solved, closed, merged, deleted or marked as spam, and again
from a reopening. It counts on each day at whose end it was open, with its age since its creation at that instant. No
row per
ticket and day is kept: the stretches say the same exactly.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from slabot.reports.charts import Chart, Stacked
from slabot.reports.model import Column, Line, Report, Table, Unit, percentile
from slabot.reports.question import DAY, Key, Option, Question
from slabot.reports.rows import Period, Source, StretchRow
from slabot.reports.scope import as_of, period_words

NAME = "ageing"
SUMMARY = "How old are open tickets, now and at the end of each day?"
TAKES = frozenset({Option.BY, Option.PERIOD})
EDGES = (1, 3, 7, 14, 30, 90)  # days
USUAL = timedelta(days=30)  # that are told day by day, where no period is named
MOST = 400  # days of a plot and of a table
P50, P90 = 50, 90
BUCKETS = (
    Column("under_1_day", "Under 1 d", Unit.COUNT),
    *(Column(f"{low}_to_{high}_days", f"{low} to {high} d", Unit.COUNT) for low, high in pairwise(EDGES)),
    Column("over_90_days", "Over 90 d", Unit.COUNT),
)
COLUMNS = (
    Column("open", "Open", Unit.COUNT),
    *BUCKETS,
    Column("age_p50", "Half within", Unit.AGE),
    Column("age_p90", "90 % within", Unit.AGE),
)


def bucket_of(age: int) -> int:
    """In which of the buckets an age in seconds lies: ``3 to 7 d`` holds exactly 3 days, and not 7."""
    return next((place for place, edge in enumerate(EDGES) if age < edge * DAY), len(EDGES))


class _Ages:
    __slots__ = ("ages", "tickets")

    def __init__(self, *, tickets: bool) -> None:
        self.ages = array("q")
        self.tickets: dict[str, list[str]] | None = {} if tickets else None

    def add(self, age: int, reference: str) -> None:
        self.ages.append(age)
        if self.tickets is not None:
            self.tickets.setdefault(BUCKETS[bucket_of(age)].key, []).append(reference)

    @property
    def buckets(self) -> list[int]:
        counts = [0] * len(BUCKETS)
        for age in self.ages:
            counts[bucket_of(age)] += 1
        return counts

    def line(self, key: Sequence[str]) -> Line:
        ordered = sorted(self.ages)
        values = (len(ordered), *self.buckets, percentile(ordered, P50), percentile(ordered, P90))
        return Line((*key, *values), self.tickets or {})


def build(source: Source, question: Question) -> Report:
    """Measure ages now, and at the end of each day of the period."""
    now = question.now
    until = min(now, question.period.until or now)
    since = question.period.since
    if since is None:
        since = until - int(USUAL.total_seconds())
    days = question.local.days(since, until)[-MOST:]
    ends = [end for _, end in days]
    by_day = [_Ages(tickets=False) for _ in days]
    cells: dict[Key, _Ages] = {}
    keys = question.keys()
    for row in source.stretches(Period(ends[0] if ends else until, now + 1)):
        _each_day(row, ends, by_day)
        if row.opened <= now and (row.ended is None or row.ended > now):
            key = keys(row.of, row.of.created)
            cell = cells.setdefault(key, _Ages(tickets=question.tickets))
            cell.add(now - row.of.created, row.reference)
    whole = _Ages(tickets=False)
    for cell in cells.values():
        whole.ages += cell.ages
    at_present = Table(
        key="open",
        title="Open now",
        columns=(*question.columns, *COLUMNS) if question.by else (Column("what", ""), *COLUMNS),
        lines=[cells[key].line(key or ("open",)) for key in question.ordered(list(cells))],
        total=whole.line(("all", *("" for _ in question.by[1:]))) if len(cells) > 1 else None,
        notes=("Age counts from the creation, in real time; by month is by the month of the creation.",),
    )
    idle = next((place for place, ages in enumerate(by_day) if ages.ages), len(by_day))
    told, by_day = days[idle:], by_day[idle:]
    each_day = Table(
        key="days",
        title="Open at the end of each day",
        columns=(Column("day", "Day"), *COLUMNS),
        lines=[ages.line((day.isoformat(),)) for (day, _), ages in zip(told, by_day, strict=True)],
        notes=("Days before the first at whose end a ticket was open are left out.",) if idle else (),
    )
    asked = period_words(question) if question.period.since is not None else "The last month"
    cut = f" The last {MOST} days of it are told day by day." if len(days) == MOST else ""
    scope = (f"{asked}, {len(days):,} {'day' if len(days) == 1 else 'days'}.{cut}", as_of(question))
    charts = _charts(told, by_day) if question.charts else ()
    return Report(kind=NAME, title="Ageing", scope=scope, tables=(at_present, each_day), charts=charts)


def _each_day(row: StretchRow, ends: Sequence[int], by_day: Sequence[_Ages]) -> None:
    """Count it on each day at whose end it was open."""
    first = bisect_right(ends, row.opened)
    last = len(ends) if row.ended is None else bisect_right(ends, row.ended)
    for place in range(first, last):
        by_day[place].ages.append(ends[place] - row.of.created)


def _charts(days: Sequence[tuple[object, int]], by_day: Sequence[_Ages]) -> tuple[Chart, ...]:
    if not days:
        return ()
    buckets = [ages.buckets for ages in by_day]
    return (
        Stacked(
            key="ageing",
            title="Open tickets at the end of each day, by age",
            note="The lowest band is the oldest.",
            labels=[str(day) for day, _ in days],
            series=[
                (BUCKETS[place].title, [counts[place] for counts in buckets]) for place in reversed(range(len(BUCKETS)))
            ],
        ),
    )
