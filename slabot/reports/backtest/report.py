"""Say what came of a backtest: the difference first, then the figures, then ticket by ticket.

Promise: every figure is one of the tally; a share has its n. What a replay cannot know stands beside the figures that
it touches, with the number of tickets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from slabot.policy import DEFAULT, Mode
from slabot.reports.backtest.differences import NAMES, TicketDifference
from slabot.reports.backtest.drawings import drawings
from slabot.reports.backtest.figures import BacktestFigures
from slabot.reports.backtest.run import Backtested
from slabot.reports.backtest.tally import NIGHT, PolicySide, Tally, TallyFigure, Warned
from slabot.reports.local_time import HOURS_A_DAY
from slabot.reports.model import Column, Line, Report, Share, Table, Unit, Value
from slabot.reports.question import Question
from slabot.reports.rows import Outcome
from slabot.rules import Brake, Kind
from slabot.rules.words import local_time

KIND = "backtest"
JUDGED = (Outcome.MET, Outcome.MISSED)
BESIDE = (Outcome.UNANSWERED, Outcome.UNKNOWN, Outcome.VOID, Outcome.NO_PROMISE, Outcome.RUNNING)
CANNOT_KNOW = (
    "What a replay cannot know: people would have acted otherwise. Had other pages gone out, somebody might have "
    "answered sooner or later than they did; had a reminder gone out, or a ticket been solved, the customer might have "
    "written. A ticket has diverged from the first act on that one side has and the other, or its record, has not; "
    "what people did after that is taken as it was.",
    "Also left out: the day of installation (start_from), who was away, Slack's and the helpdesk's outages, and what a "
    "customer would have thought of another reminder.",
)
_BREACHES = {
    Warned.SAVED: "met after a page",
    Warned.CAUGHT: "missed, and paged before",
    Warned.UNSEEN: "missed, nobody paged before",
}


def build(found: Backtested, question: Question) -> Report:
    """The report; charts where the question asks for them.

    Args:
        found: what was replayed.
        question: the instant, zone and severities that it is told by.
    """
    figures = _Tables(found)
    tables = [
        figures.changes(),
        figures.kept(),
        figures.breaches(),
        figures.writes(),
        figures.hours(),
        figures.people(by_agent=question.by_agent),
    ]
    if figures.compared:
        tables.append(_tickets(found.differences, figures.count(PolicySide.NEW, TallyFigure.DIFFER)))
    return Report(
        kind=KIND,
        title="Backtest",
        scope=tuple(_scope(found, question)),
        notes=tuple(figures.notes()),
        tables=tuple(tables),
        charts=tuple(drawings(figures)) if question.charts else (),
    )


def _scope(found: Backtested, question: Question) -> Iterator[str]:
    task = found.task
    against = "" if task.old is None else f", against {task.old.name} (old)"
    yield f"Replayed: {task.name}, through {task.new.name} (new){against}."
    bounds = [(task.first, "from"), (task.last, "before")]
    said = [f"{word} {local_time(at, question.zone)}" for at, word in bounds if at is not None]
    which = f" that were created {' and '.join(said)}" if said else ""
    until = local_time(_at(question, question.now), question.zone)
    yield f"All tickets{which}, each up to 30 days after the last that was told of it, and at most until {until}."
    yield f"All times are of {question.zone.key}."


def _at(question: Question, second: int) -> datetime:
    return question.local.local(second)


class _Tables(BacktestFigures):
    """The tables of the report."""

    def notes(self) -> Iterator[str]:
        """What touches all figures."""
        tickets = self.count(PolicySide.NEW, TallyFigure.TICKETS)
        for side in self.sides:
            of = "" if len(self.sides) == 1 else f" ({side.value})"
            if number := self.count(side, TallyFigure.UNSURE):
                yield (
                    f"Of {number:,} of {tickets:,} tickets{of} the words are no longer kept, so which severity they "
                    "would have got cannot be known. Their clocks count as unknown."
                )
        if self.found.together:
            yield (
                f"{self.found.together:,} tickets were played side by side, since a limit might have held back what "
                "would have been written to them. Open tickets are counted among those that are replayed."
            )
        if self.found.too_many:
            yield (
                f"{self.found.too_many:,} more would have been written to under such a limit and were played each by "
                "itself, as if nothing had been held; replay a shorter time to see them."
            )

    def changes(self) -> Table:
        """What matters most, in a few lines."""
        lines: list[Line] = []

        def add(what: str, *values: int) -> None:
            change = values[-1] - values[0] if self.compared else None
            lines.append(Line((what, *values, *((None if not change else f"{change:+,}",) if self.compared else ()))))

        def each(what: str, *name: str) -> None:
            add(what, *(self.count(side, *name) for side in self.sides))

        each("tickets", TallyFigure.TICKETS)
        if self.compared:
            lines += [
                Line(("come out otherwise", None, self.count(PolicySide.NEW, TallyFigure.DIFFER), None)),
                Line(("with another verdict", None, self.count(PolicySide.NEW, TallyFigure.DIFFER_IN_VERDICT), None)),
            ]
        for outcome in JUDGED:
            add(f"deadlines {outcome}", *(self.outcomes(side)[outcome] for side in self.sides))
        for warned, words in _BREACHES.items():
            each(words, TallyFigure.BREACHES, warned)
        each("pages", TallyFigure.PAGES)
        add("pages at night", *(self.nights(side) for side in self.sides))
        for kind in (Kind.FOLLOW_UP, Kind.AUTO_SOLVE, Kind.AUTO_CLOSE):
            each(NAMES[kind], TallyFigure.ACTS, kind)
        each("solves, and they wrote again", TallyFigure.AGAIN, Kind.AUTO_SOLVE)
        if any(self.count(side, TallyFigure.HELD) for side in self.sides):
            each("stopped by the circuit breaker", TallyFigure.HELD, Brake.BREAKER)
            each("put off by the budget", TallyFigure.HELD, Brake.BUDGET)
        each("diverge from their record", TallyFigure.DIVERGED)
        return Table(
            key="changes",
            title="What changes" if self.compared else "In short",
            columns=self._columns(),
            lines=lines,
            notes=CANNOT_KNOW,
        )

    def _columns(self) -> tuple[Column, ...]:
        if not self.compared:
            return Column("what", ""), Column("new", "New", Unit.COUNT)
        sides = (Column("old", "Old", Unit.COUNT), Column("new", "New", Unit.COUNT))
        return Column("what", ""), *sides, Column("difference", "Difference")

    def kept(self) -> Table:
        """How clocks come out, by agreement and severity."""
        cells = {side: self.of(side, TallyFigure.CLOCKS) for side in self.sides}
        names = self.severities()
        keys = sorted(
            {key[:3] for side in self.sides for key in cells[side]},
            key=lambda key: (key[0], key[1] != DEFAULT, key[1], names.get(key[2], len(names)), key[2]),
        )
        beside = [each for each in BESIDE if any(key[3] == each for key in cells[PolicySide.NEW])]
        lines = []
        for key in keys:
            counts = {side: {outcome: cells[side][(*key, outcome)] for outcome in Outcome} for side in self.sides}
            values: list[Value] = [*key]
            for side in self.sides:
                met = counts[side][Outcome.MET]
                values += [Share(met, met + counts[side][Outcome.MISSED]), counts[side][Outcome.MISSED]]
            if self.compared:
                change = counts[PolicySide.NEW][Outcome.MISSED] - counts[PolicySide.OLD][Outcome.MISSED]
                values.append(f"{change:+,}" if change else None)
            values += [counts[PolicySide.NEW][outcome] for outcome in beside]
            lines.append(Line(tuple(values)))
        shares = [
            column
            for side in self.sides
            for column in (
                Column(f"{side}_met", f"Met, {side}", Unit.SHARE),
                Column(f"{side}_missed", f"Missed, {side}", Unit.COUNT),
            )
        ]
        return Table(
            key="kept",
            title="Promises kept",
            columns=(
                *(Column("clock", "Clock"), Column("agreement", "Agreement"), Column("severity", "Severity")),
                *shares,
                *((Column("difference", "More missed"),) if self.compared else ()),
                *(
                    Column(outcome.value, outcome.value.replace("_", " ").capitalize(), Unit.COUNT)
                    for outcome in beside
                ),
            ),
            lines=lines,
            notes=(
                "The share is of clocks that were met or missed"
                + ("; the columns to the right are of the new policy." if self.compared else "."),
            ),
        )

    def breaches(self) -> Table:
        """Whether somebody was paged in time."""
        lines = [
            Line((words, *(self.count(side, TallyFigure.BREACHES, warned) for side in self.sides)))
            for warned, words in _BREACHES.items()
        ]
        return Table(
            key="breaches",
            title="Breaches that pages caught",
            columns=(Column("what", ""), *self._each_side()),
            lines=lines,
            notes=(
                "Missed, and paged before: somebody was told in time to do something about it. Whether they could have "
                "is not known.",
            ),
        )

    def _each_side(self) -> Iterator[Column]:
        for side in self.sides:
            yield Column(side.value, side.value.capitalize(), Unit.COUNT)

    def writes(self) -> Table:
        """What would be done on tickets, and who wrote again."""
        acts = {side: self.of(side, TallyFigure.ACTS) for side in self.sides}
        again = {side: self.of(side, TallyFigure.AGAIN) for side in self.sides}
        order = {kind.value: place for place, kind in enumerate(Kind)}
        keys = sorted({key for side in self.sides for key in acts[side]}, key=lambda key: (order[key[0]], key[1]))
        lines = []
        for key in keys:
            values: list[Value] = [NAMES[Kind(key[0])], "done" if key[1] == Mode.ACT else "written down (observe)"]
            for side in self.sides:
                solves = key[0] in (Kind.AUTO_SOLVE, Kind.AUTO_CLOSE)
                values += [acts[side][key], Share(again[side][key], acts[side][key]) if solves else None]
            lines.append(Line(tuple(values)))
        columns = [
            column
            for side in self.sides
            for column in (
                Column(side.value, side.value.capitalize(), Unit.COUNT),
                Column(f"{side}_again", f"Wrote again, {side}", Unit.SHARE),
            )
        ]
        return Table(
            key="writes",
            title="What would be done on tickets",
            columns=(Column("what", "What"), Column("mode", "How"), *columns),
            lines=lines,
            notes=(
                "Wrote again: tickets on which the customer wrote at any time after it, and not mere thanks that the "
                "policy does not count. A ticket that is solved more than once counts once.",
            ),
        )

    def hours(self) -> Table:
        """Pages by the hour of the day."""
        lines = [
            Line((f"{hour:02}:00", *(self.pages_by_hour(side)[hour] for side in self.sides)))
            for hour in range(HOURS_A_DAY)
        ]
        return Table(
            key="hours",
            title="Pages by hour of the day",
            columns=(Column("hour", "Hour"), *self._each_side()),
            lines=[line for line in lines if any(line.values[1:])],
        )

    def people(self, *, by_agent: bool) -> Table:
        """Pages by whom they are for."""
        cells = {side: self.of(side, TallyFigure.PEOPLE) for side in self.sides}
        if not by_agent:
            cells = {side: _without_people(cells[side]) for side in self.sides}
        whole = sorted({key[0] for side in self.sides for key in cells[side]}, key=lambda name: self._rank(cells, name))
        columns = [
            column
            for side in self.sides
            for column in (
                Column(side.value, side.value.capitalize(), Unit.COUNT),
                Column(f"{side}_night", f"At night, {side}", Unit.COUNT),
            )
        ]
        lines = []
        for name in whole:
            values: list[Value] = [name]
            for side in self.sides:
                night = cells[side][name, "night"]
                values += [night + cells[side][name, "day"], night]
            lines.append(Line(tuple(values)))
        return Table(
            key="people",
            title="Pages by whom they are for",
            columns=(Column("person", "Who"), *columns),
            lines=lines,
            notes=(
                f"Night is from {NIGHT[0]}:00 to {NIGHT[1]:02}:00. A rota of the policy is whoever it had on call then"
                + ("." if by_agent else "; single people are not shown (reports.by_agent: false)."),
            ),
        )

    def _rank(self, cells: dict[PolicySide, Tally], name: str) -> tuple[int, str]:
        return -sum(cells[PolicySide.NEW][name, when] for when in ("day", "night")), name


def _without_people(cells: Tally) -> Tally:
    found: Tally = Counter()
    for (name, when), number in cells.items():
        found["people" if "@" in name or name == "assignee" else name, when] += number
    return found


def _tickets(found: Sequence[TicketDifference], whole: int) -> Table:
    """The tickets that come out otherwise."""
    notes = ["slabot backtest --ticket HELPDESK/ID shows one of them, act by act, under both."]
    if whole > len(found):
        notes.append(
            f"{whole - len(found):,} more are counted above and not listed; those with more misses come first."
        )
    return Table(
        key="tickets",
        title="Tickets that come out otherwise",
        columns=(
            Column("ticket", "Ticket"),
            Column("at", "First difference", Unit.INSTANT),
            Column("verdicts", "Verdicts"),
            Column("acts", "What slabot does"),
            Column("diverged", "Diverged from", Unit.INSTANT),
        ),
        lines=[Line((each.reference, each.at, each.verdicts, each.acts, each.diverged)) for each in found],
        notes=tuple(notes),
        lists=True,
    )
