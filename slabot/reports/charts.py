"""What a plot shows, before it is drawn.

Promise: numbers and labels alone; `slabot.reports.plots` draws them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A plot.

    Attributes:
        key: within the report; the names of the drawings.
        title: what is seen.
        note: how to read it, in a sentence or two.
    """

    key: str
    title: str
    note: str


class Bar(NamedTuple):
    """A month: how many were judged, and how many of them met."""

    label: str
    met: int
    judged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment(Chart):
    """The share met in each month, with its n."""

    months: Sequence[Bar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(Chart):
    """The share missed in each month against what chance alone would do."""

    months: Sequence[Bar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacked(Chart):
    """Counts of several kinds, one above the other.

    Attributes:
        series: names, each with its counts in the order of the labels.
        beside: True to draw them one beside the other, for what is compared and not added up.
    """

    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[int]]]
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap(Chart):
    """Hours of the week, from Monday 00:00.

    Attributes:
        counts: 168 times how many, and how many of them are shown by colour.
    """

    counts: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram(Chart):
    """How many lie between edges.

    Attributes:
        edges: in hours, one more than there are counts.
    """

    edges: Sequence[float]
    counts: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve(Chart):
    """Shares of each series that are at or below a length.

    Attributes:
        series: names, n, and points of hours and share, both rising.
    """

    series: Sequence[tuple[str, int, Sequence[tuple[float, float]]]]
