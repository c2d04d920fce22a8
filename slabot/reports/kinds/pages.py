"""Who was paged, when, and how fast was it acknowledged?

Promise: each page that was sent is counted once, also where it told several. It counts as acknowledged by the first
click on a page of its clock at or after it; a claim is one.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

from slabot.reports.charts import Chart, HeatMap
from slabot.reports.local_time import DAYS, HOURS_A_DAY
from slabot.reports.model import Column, Line, Report, Share, Table, Unit, percentile
from slabot.reports.question import Option, Question
from slabot.reports.rows import PageRow, Source
from slabot.reports.scope import as_of, period_words

NAME = "pages"
SUMMARY = "Who was paged, when, and how fast was it acknowledged?"
TAKES = frozenset({Option.PERIOD, Option.CLOCK})
P50, P90 = 50, 90
WEEKEND = 5  # the weekday on which it begins
PEOPLE = ("user:", "rota:", "assignee")
COLUMNS = (
    Column("pages", "Pages", Unit.COUNT),
    Column("acknowledged", "Acknowledged", Unit.SHARE),
    Column("within_p50", "Half within", Unit.SECONDS),
    Column("within_p90", "90 % within", Unit.SECONDS),
    Column("night", "At night", Unit.COUNT),
    Column("weekend", "At weekends", Unit.COUNT),
)


class _Pages:
    __slots__ = ("count", "lengths", "night", "tickets", "weekend")

    def __init__(self, *, tickets: bool) -> None:
        self.count = self.night = self.weekend = 0
        self.lengths = array("q")
        self.tickets: dict[str, list[str]] | None = {} if tickets else None

    def line(self, key: str) -> Line:
        ordered = sorted(self.lengths)
        values = (
            self.count,
            Share(len(ordered), self.count),
            percentile(ordered, P50),
            percentile(ordered, P90),
            self.night,
            self.weekend,
        )
        return Line((key, *values), self.tickets or {})


def build(source: Source, question: Question) -> Report:
    """Count."""
    start, end = question.night
    local = question.local
    whole = _Pages(tickets=question.tickets)
    cuts: dict[str, tuple[str, Callable[[PageRow, int], str], dict[str, _Pages]]] = {
        "hours": ("By hour of the day", lambda _, hour: f"{hour % HOURS_A_DAY:02}:00", {}),
        "weekdays": ("By day of the week", lambda _, hour: DAYS[hour // HOURS_A_DAY], {}),
        "severities": ("By severity", lambda row, _: row.severity or "(none)", {}),
        "rungs": ("By rung", lambda row, _: row.rung, {}),
        "destinations": ("By whom it was for", lambda row, _: _whom(row, by_agent=question.by_agent), {}),
    }
    week = [[0, 0] for _ in range(len(DAYS) * HOURS_A_DAY)]
    for row in source.pages(question.period):
        if question.clock is not None and row.clock.partition("#")[0] != question.clock:
            continue
        hour = local.hour_of_week(row.at)
        at_night = start <= hour % HOURS_A_DAY or hour % HOURS_A_DAY < end
        week[hour][0] += 1
        week[hour][1] += row.seen is None
        for _, key, cells in cuts.values():
            _add(cells.setdefault(key(row, hour), _Pages(tickets=question.tickets)), row, hour, at_night=at_night)
        _add(whole, row, hour, at_night=at_night)
    night = f"from {start:02}:00 to {end:02}:00"
    tables = [
        Table(key="all", title="All pages", columns=(Column("what", ""), *COLUMNS), lines=[whole.line("all")]),
        *(
            Table(
                key=key,
                title=title,
                columns=(Column("part", title.removeprefix("By ").capitalize()), *COLUMNS),
                lines=[cells[part].line(part) for part in _order(key, cells, question)],
            )
            for key, (title, _, cells) in cuts.items()
        ),
    ]
    scope = (
        f"{period_words(question)}, by the instant at which a page was sent. Night is {night}, the weekend Saturday "
        "and "
        "Sunday.",
        as_of(question),
    )
    charts = _charts(question, week) if question.charts and whole.count else ()
    notes = () if question.by_agent else ("Single people are not shown: reports.by_agent is false in the policy.",)
    return Report(kind=NAME, title="Pages", scope=scope, tables=tuple(tables), notes=notes, charts=charts)


def _add(cell: _Pages, row: PageRow, hour: int, *, at_night: bool) -> None:
    cell.count += 1
    cell.night += at_night
    cell.weekend += hour // HOURS_A_DAY >= WEEKEND
    if row.seen is not None:
        cell.lengths.append(row.seen - row.at)
    if cell.tickets is not None:
        cell.tickets.setdefault("pages" if row.seen is not None else "not_acknowledged", []).append(row.reference)


def _whom(row: PageRow, *, by_agent: bool) -> str:
    to = row.to or "everybody"
    if not by_agent and to.startswith(PEOPLE):
        return "people"
    return "the main channel" if to == "channel" else to


def _order(key: str, cells: dict[str, _Pages], question: Question) -> list[str]:
    if key == "weekdays":
        return [day for day in DAYS if day in cells]
    if key == "severities":
        rank = {name: place for place, name in enumerate(question.severities)}
        return sorted(cells, key=lambda name: (rank.get(name, len(rank)), name))
    if key == "hours":
        return sorted(cells)
    return sorted(cells, key=lambda name: (-cells[name].count, name))


def _charts(question: Question, week: list[list[int]]) -> tuple[Chart, ...]:
    return (
        HeatMap(
            key="page_hours",
            title="Pages by hour of the week",
            note=f"Hours of {question.zone.key}. The darker, the more pages nobody acknowledged; the figures are "
            "all pages.",
            counts=[(count, unseen) for count, unseen in week],
        ),
    )
