"""How long did answers take?

Promise: only clocks that were stopped by what they wait for have a length; how many had none, and why, stands beside
it.
Percentiles are exact: the smallest length that so many per cent do not exceed.
"""

from __future__ import annotations

from array import array

from slabot.reports.charting import ClockCharts
from slabot.reports.model import Column, Line, Report, Table, Unit, percentile
from slabot.reports.question import Key, Option, Question, sums_of_clocks
from slabot.reports.rows import CountedClock, Outcome, Source, outcome
from slabot.reports.scope import scope_of

NAME = "response-times"
SUMMARY = "How long did answers take, in working time and in real time?"
TAKES = frozenset({Option.BY, Option.PERIOD, Option.STARTED, Option.CLOCK})
P50, P90 = 50, 90
COLUMNS = (
    Column("answered", "Answered", Unit.COUNT),
    Column("worked_p50", "Half within", Unit.SECONDS),
    Column("worked_p90", "90 % within", Unit.SECONDS),
    Column("worked_longest", "Longest", Unit.SECONDS),
    Column("real_p50", "Half within, real time", Unit.AGE),
    Column("real_p90", "90 % within, real time", Unit.AGE),
    Column("margin_p50", "Half left at least", Unit.SECONDS),
    Column("not_answered", "Ended without", Unit.COUNT),
    Column("running", "No answer yet", Unit.COUNT),
)
NOTES = (
    "Half within (p50) and 90 % within (p90) are the working time from start to answer that so many of the "
    "answered clocks "
    "did not exceed, by the clock's own calendar and without pauses; real time is what a wall clock shows.",
    "Half left at least: the working time that was left until due at the answer; negative past it.",
    "Ended without: solved, closed, void or unknown without the answer that the clock waits for. These have no length. "
    "Clocks for which nothing is promised are not in this report.",
)


class _Lengths:
    """Of one cell; eight bytes a clock and figure."""

    __slots__ = ("ended", "margin", "real", "running", "tickets", "worked")

    def __init__(self, *, tickets: bool) -> None:
        self.worked, self.real, self.margin = array("q"), array("q"), array("q")
        self.ended = self.running = 0
        self.tickets: dict[str, list[str]] | None = {} if tickets else None

    def add(self, row: CountedClock) -> None:
        """Count a clock."""
        if row.stopped is None:
            self.running += 1
            where = "running"
        elif row.answered and row.worked is not None and row.verdict in (Outcome.MET.value, Outcome.MISSED.value):
            self.worked.append(row.worked)
            self.real.append(row.stopped - row.started)
            if row.margin is not None:
                self.margin.append(row.margin)
            where = "answered"
        else:
            self.ended += 1
            where = "not_answered"
        if self.tickets is not None:
            self.tickets.setdefault(where, []).append(row.reference)

    def take(self, other: _Lengths) -> None:
        """Add another cell's."""
        self.worked += other.worked
        self.real += other.real
        self.margin += other.margin
        self.ended += other.ended
        self.running += other.running

    def line(self, key: Key) -> Line:
        """As a row of a table."""
        worked, real, margin = sorted(self.worked), sorted(self.real), sorted(self.margin, reverse=True)
        values = (
            len(worked),
            percentile(worked, P50),
            percentile(worked, P90),
            worked[-1] if worked else None,
            percentile(real, P50),
            percentile(real, P90),
            percentile(margin, P50),
            self.ended,
            self.running,
        )
        return Line((*key, *values), self.tickets or {})


def build(source: Source, question: Question) -> Report:
    """Measure."""
    cells: dict[Key, _Lengths] = {}
    keys = question.keys()
    charts = ClockCharts(question) if question.charts else None
    for row in source.clocks(question.period, question.period_by):
        if question.clock is not None and row.name != question.clock:
            continue
        _, settled = outcome(row, question.now)
        if row.no_promise or not question.is_in_period(settled):
            continue
        key = (row.name, *keys(row, question.instant(row, settled)))
        cell = cells.get(key)
        if cell is None:
            cell = cells[key] = _Lengths(tickets=question.tickets)
        cell.add(row)
        if charts is not None:
            charts.add_length(row)
    table = Table(
        key="response_times",
        title="Time to answer",
        columns=(Column("clock", "Clock"), *question.columns, *COLUMNS),
        lines=[cells[key].line(key) for key in question.ordered(list(cells), 1)],
        notes=NOTES,
        **sums_of_clocks(cells, lambda: _Lengths(tickets=False)),
    )
    return Report(
        kind=NAME,
        title="Response times",
        scope=scope_of(question),
        tables=(table,),
        charts=() if charts is None else charts.lengths(),
    )
