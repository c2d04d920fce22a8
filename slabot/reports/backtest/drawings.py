"""Draw what a backtest counts: misses and pages under both policies, side by side.

Promise: the plots hold exactly the figures of the tables beside them.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.reports.backtest.figures import BacktestFigures
from slabot.reports.backtest.tally import Tally, TallyFigure
from slabot.reports.charts import Attainment, Bar, Chart, Stacked
from slabot.reports.local_time import HOURS_A_DAY
from slabot.reports.rows import Outcome


def drawings(figures: BacktestFigures) -> Iterator[Chart]:
    """What the tables say, drawn."""
    months = {side: figures.of(side, TallyFigure.MONTHS) for side in figures.sides}
    for name in sorted({key[0] for side in figures.sides for key in months[side]}):
        labels = sorted({key[1] for side in figures.sides for key in months[side] if key[0] == name})
        clock = name.replace("_", " ")
        yield Stacked(
            key=f"missed_{name}",
            title=f"Missed by month ({clock})",
            note="Of the clocks whose verdict fell in the month.",
            labels=labels,
            series=[
                (side.value, [months[side][name, label, Outcome.MISSED] for label in labels]) for side in figures.sides
            ],
            beside=True,
        )
        for side in figures.sides:
            yield Attainment(
                key=f"attainment_{name}_{side}",
                title=f"Share met, by month ({clock}, {side})",
                note="Of the clocks that were met or missed in the month; the bars below show how many these were.",
                months=[_bar(months[side], name, label) for label in labels],
            )
    yield Stacked(
        key="page_hours",
        title="Pages by hour of the day",
        note="Every page that would have gone out, repeats too.",
        labels=[f"{hour:02}" for hour in range(HOURS_A_DAY)],
        series=[
            (side.value, [figures.pages_by_hour(side)[hour] for hour in range(HOURS_A_DAY)]) for side in figures.sides
        ],
        beside=True,
    )


def _bar(months: Tally, name: str, label: str) -> Bar:
    met, missed = (months[name, label, outcome] for outcome in (Outcome.MET, Outcome.MISSED))
    return Bar(label, met, met + missed)
