"""Which share of the promises was kept?

Promise: every clock of the period is counted once; what is not in the share stands beside it. Sums over any cut equal
the whole.
"""

from __future__ import annotations

from slabot.reports.charting import ClockCharts
from slabot.reports.counts import COLUMNS, LEFT_OUT, Counts
from slabot.reports.model import Column, Report, Table
from slabot.reports.question import Key, Option, Question, sums_of_clocks
from slabot.reports.rows import Source, excused_outcome, outcome
from slabot.reports.scope import scope_of

NAME = "compliance"
SUMMARY = "Which share of the promises was kept?"
TAKES = frozenset({Option.BY, Option.PERIOD, Option.STARTED, Option.CLOCK})
_NOT_EXCUSED = "Nothing was excused in this period, so both shares are the same."


def build(source: Source, question: Question) -> Report:
    """Count."""
    cells: dict[Key, Counts] = {}
    keys, now = question.keys(), question.now
    charts = ClockCharts(question) if question.charts else None
    for row in source.clocks(question.period, question.period_by):
        came_out, settled = outcome(row, now)
        if question.clock is not None and row.name != question.clock:
            continue
        if not question.is_in_period(settled):
            continue
        key = (row.name, *keys(row, question.instant(row, settled)))
        cell = cells.get(key)
        if cell is None:
            cell = cells[key] = Counts(tickets=question.tickets)
        cell.add(row, came_out, excused_outcome(row, came_out, now))
        if charts is not None:
            charts.add(row, came_out, settled)
    whole = Counts(tickets=False)
    for cell in cells.values():
        whole.take(cell)
    table = Table(
        key="compliance",
        title="Promises kept",
        columns=(Column("clock", "Clock"), *question.columns, *COLUMNS),
        lines=[cells[key].line(key) for key in question.ordered(list(cells), 1)],
        notes=LEFT_OUT if whole.raw != whole.excused else (*LEFT_OUT, _NOT_EXCUSED),
        **sums_of_clocks(cells, lambda: Counts(tickets=False)),
    )
    return Report(
        kind=NAME,
        title="Compliance",
        scope=scope_of(question),
        tables=(table,),
        charts=() if charts is None else charts.compliance(),
    )
