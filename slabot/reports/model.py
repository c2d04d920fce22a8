"""What a report says, before it is written as text, JSON, CSV or a page.

Promise: a value is a number with its unit or a text, never a formatted one; a share always has its n. Each figure can
name its tickets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from slabot.reports.charts import Chart


class Unit(StrEnum):
    """What a value of a column is."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    """A `Share`."""
    PRECISE = "precise"
    """A `Share` of which each thousandth of a per cent matters; it is cut off and never rounded up."""
    SECONDS = "seconds"
    """A length of working time, or a short one, in whole seconds."""
    AGE = "age"
    """A length of real time that may be many days, in whole seconds."""
    MINUTES = "minutes"
    """A length, in whole seconds, that people read in minutes."""
    INSTANT = "instant"
    """Whole seconds since 1970 UTC."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.of if self.of else None


Value = str | int | Share | None
NONE = "(none)"
"""What stands for nothing: no group, no organisation."""
EMPTY = (None, "", NONE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: of the JSON form and the first line of a CSV file; stable.
        title: for people.
    """

    key: str
    title: str
    unit: Unit = Unit.TEXT


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table.

    Attributes:
        tickets: behind the figures, by the key of their column; empty unless they were asked for.
    """

    values: tuple[Value, ...]
    tickets: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures.

    Attributes:
        key: within the report; stable.
        total: of all lines; None where that makes no sense.
        totals: instead of it, one for each kind of line, where lines of several kinds are not added up.
        notes: what the figures hold and leave out, in whole sentences.
        lists: True for a list of tickets, which a text shortens.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    lines: Sequence[Line]
    total: Line | None = None
    totals: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    lists: bool = False

    @property
    def sums(self) -> tuple[Line, ...]:
        """The total, or the totals."""
        return self.totals if self.total is None else (self.total,)


def for_people(table: Table, most: int) -> tuple[Table, int]:
    """A table as people read it, and how many of its lines are left out.

    Of a list the first lines, without the columns that are empty in each of them, which a note names; any other table
    as it is.

    Args:
        table: all of it.
        most: lines of a list.
    """
    if not table.lists:
        return table, 0
    shown = table.lines[:most]
    lines = (*shown, *table.sums)
    told = [place for place in range(len(table.columns)) if any(line.values[place] not in EMPTY for line in lines)]
    empty = [column.title for place, column in enumerate(table.columns) if place not in told]
    if not shown or not empty:
        return replace(table, lines=shown), len(table.lines) - len(shown)

    def narrow(line: Line) -> Line:
        return Line(tuple(line.values[place] for place in told), line.tickets)

    narrowed = replace(
        table,
        columns=tuple(table.columns[place] for place in told),
        lines=[narrow(line) for line in shown],
        total=None if table.total is None else narrow(table.total),
        totals=tuple(map(narrow, table.totals)),
        notes=(f"Empty in each of these lines, and left out: {', '.join(empty)}.", *table.notes),
    )
    return narrowed, len(table.lines) - len(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that one kind of report says.

    Attributes:
        scope: what was counted and by which instant, in whole sentences.
        notes: on all of it.
    """

    kind: str
    title: str
    scope: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The smallest value that at least so many percent of the values do not exceed; None if there are none."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None
