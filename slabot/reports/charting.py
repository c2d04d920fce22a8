"""Gather what the plots about clocks show, while their rows stream by.

Promise: the plots count exactly the clocks of the tables beside them.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

from slabot.reports.charts import Attainment, Bar, Chart, Control, Curve, HeatMap, Histogram, Stacked
from slabot.reports.local_time import DAYS, HOURS_A_DAY
from slabot.reports.question import Question
from slabot.reports.rows import CountedClock, Outcome

HOUR = 3600  # seconds
POINTS = 200  # of a curve
BINS = 24  # of a histogram
SHOWN = (Outcome.MET, Outcome.MISSED, Outcome.UNANSWERED, Outcome.UNKNOWN, Outcome.VOID, Outcome.NO_PROMISE)


class ClockCharts:
    """The plots of each kind of clock; several kinds are never added up."""

    def __init__(self, question: Question) -> None:
        self._question, self._kinds = question, dict[str, OneClockCharts]()

    def add(self, row: CountedClock, came_out: Outcome, settled: int | None) -> None:
        """Count a clock."""
        self._of(row).add(row, came_out, settled)

    def add_length(self, row: CountedClock) -> None:
        """Count how long an answer took."""
        self._of(row).add_length(row)

    def compliance(self) -> tuple[Chart, ...]:
        """For the share that was kept."""
        return self._named(OneClockCharts.compliance)

    def lengths(self) -> tuple[Chart, ...]:
        """For the time that answers took."""
        return self._named(OneClockCharts.lengths)

    def _of(self, row: CountedClock) -> OneClockCharts:
        found = self._kinds.get(row.name)
        if found is None:
            found = self._kinds[row.name] = OneClockCharts(self._question)
        return found

    def _named(self, drawn: Callable[[OneClockCharts], tuple[Chart, ...]]) -> tuple[Chart, ...]:
        made = [(name, chart) for name in sorted(self._kinds) for chart in drawn(self._kinds[name])]
        if len({name for name, _ in made}) < 2:
            return tuple(chart for _, chart in made)
        return tuple(
            replace(chart, key=f"{chart.key}_{name}", title=f"{chart.title} ({name.replace('_', ' ')})")
            for name, chart in made
        )


class OneClockCharts:
    """Everything that the plots need, in counts and lengths."""

    def __init__(self, question: Question) -> None:
        self._question, self._local = question, question.local
        self._months: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
        self._hours = [[0, 0] for _ in range(len(DAYS) * HOURS_A_DAY)]
        self._margins = array("q")
        self._lengths: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))

    def add(self, row: CountedClock, came_out: Outcome, settled: int | None) -> None:
        """Count a clock."""
        if settled is not None:
            self._months[self._local.month(self._question.instant(row, settled))][came_out] += 1
        if came_out in (Outcome.MET, Outcome.MISSED):
            hour = self._hours[self._local.hour_of_week(row.started)]
            hour[0] += 1
            hour[1] += came_out is Outcome.MISSED
            if row.margin is not None and row.answered:
                self._margins.append(row.margin)

    def add_length(self, row: CountedClock) -> None:
        """Count how long an answer took."""
        if row.answered and row.worked is not None and row.verdict in (Outcome.MET.value, Outcome.MISSED.value):
            self._lengths[row.severity].append(row.worked)
            if row.margin is not None:
                self._margins.append(row.margin)

    def compliance(self) -> tuple[Chart, ...]:
        """For the share that was kept."""
        charts: list[Chart] = []
        months = sorted(self._months)
        bars = [
            Bar(
                each, self._months[each][Outcome.MET], sum(self._months[each][o] for o in (Outcome.MET, Outcome.MISSED))
            )
            for each in months
        ]
        if bars:
            charts.append(
                Attainment(
                    key="attainment",
                    title="Share met, by month",
                    note="Of the clocks that were met or missed in the month; the bars below show how many these were.",
                    months=bars,
                )
            )
            shown = [each for each in SHOWN if any(self._months[month][each] for month in months)]
            charts.append(
                Stacked(
                    key="verdicts",
                    title="How clocks came out, by month",
                    note="Every clock that ended, or whose deadline passed, in the month.",
                    labels=months,
                    series=[
                        (each.value.replace("_", " "), [self._months[month][each] for month in months])
                        for each in shown
                    ],
                )
            )
        if sum(bar.judged > 0 for bar in bars) > 2:
            charts.append(
                Control(
                    key="control",
                    title="Share missed, against chance",
                    note="The band is where a month lies in 997 of 1,000 cases if nothing but chance moves it from "
                    "the mean of all months (three standard deviations of a share of its n). A month outside it most "
                    "likely had a cause.",
                    months=bars,
                )
            )
        if any(total for total, _ in self._hours):
            charts.append(
                HeatMap(
                    key="hours",
                    title="Share missed, by the hour of the week at which the clock started",
                    note=f"Hours of {self._question.zone.key}. The darker, the more were missed; empty hours had no "
                    "clock.",
                    counts=[(total, missed) for total, missed in self._hours],
                )
            )
        return (*charts, *self._margin())

    def lengths(self) -> tuple[Chart, ...]:
        """For the time that answers took."""
        rank = {name: place for place, name in enumerate(self._question.severities)}
        series = []
        for name in sorted(self._lengths, key=lambda each: (rank.get(each, len(rank)), each)):
            values = sorted(self._lengths[name])
            series.append((name, len(values), list(_curve(values))))
        if not series:
            return ()
        curve = Curve(
            key="response",
            title="Share answered within, in working hours",
            note="How many of the answers had come by then. The further up and left, the sooner.",
            series=series,
        )
        return (curve, *self._margin())

    def _margin(self) -> Iterator[Chart]:
        if not self._margins:
            return
        values = sorted(self._margins)
        low, high = values[len(values) // 50], values[-(len(values) // 50) - 1]
        step = max(HOUR // 4, -(-(max(high, HOUR) - min(low, -HOUR)) // BINS // (HOUR // 4)) * (HOUR // 4))
        first, last = min(low, 0) // step, max(high, 0) // step
        counts = Counter(min(max(value // step, first), last) for value in values)
        yield Histogram(
            key="margin",
            title="Working time left at the answer",
            note="Left of zero: past due. The outermost bars hold what lies beyond them.",
            edges=[edge * step / HOUR for edge in range(first, last + 2)],
            counts=[counts[edge] for edge in range(first, last + 1)],
        )


def _curve(values: list[int]) -> Iterator[tuple[float, float]]:
    """Points of the share of values at or below a length, as many as a drawing can show."""
    count = len(values)
    for place in sorted({round(step * (count - 1) / max(1, POINTS - 1)) for step in range(POINTS)}):
        yield values[place] / HOUR, (place + 1) / count
