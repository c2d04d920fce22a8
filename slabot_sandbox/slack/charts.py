"""Check a chart, the block `data_visualization`, against Slack's documented limits.

Promise: each limit that is broken is pointed at. That one message holds two charts at most is told by Slack's refusals
alone.

Limits: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CHART = "data_visualization"
MOST = 2  # charts in a message
TITLE, NAME, AXIS = 50, 20, 50  # characters of the title, of a name or label, and of the title of an axis
SERIES, POINTS, SEGMENTS = 6, 20, 6
KINDS = ("bar", "line", "area", "pie")

Faults = Iterator[tuple[str, str]]


def faults_of_chart(block: dict[str, Any], place: str) -> Faults:
    """What is wrong with a chart, each with a pointer to it."""
    yield from _text(block.get("title"), TITLE, f"{place}/title")
    chart = block.get("chart")
    if not isinstance(chart, dict) or chart.get("type") not in KINDS:
        yield f"{place}/chart", f"must be one of {', '.join(KINDS)}"
    elif chart["type"] == "pie":
        yield from _points(chart.get("segments"), SEGMENTS, f"{place}/chart/segments", above=0)
    else:
        yield from _axes(chart, f"{place}/chart")


def _axes(chart: dict[str, Any], place: str) -> Faults:
    axes = chart.get("axis_config")
    names = axes.get("categories") if isinstance(axes, dict) else None
    if not isinstance(axes, dict) or not isinstance(names, list) or not 1 <= len(names) <= POINTS:
        yield f"{place}/axis_config/categories", f"between 1 and {POINTS} items are allowed"
        return
    for number, name in enumerate(names):
        yield from _text(name, NAME, f"{place}/axis_config/categories/{number}")
    for title in ("x_label", "y_label"):
        if title in axes:
            yield from _text(axes[title], AXIS, f"{place}/axis_config/{title}")
    series = chart.get("series")
    if not isinstance(series, list) or not 1 <= len(series) <= SERIES:
        yield f"{place}/series", f"between 1 and {SERIES} items are allowed"
        return
    called = [one.get("name") if isinstance(one, dict) else None for one in series]
    for number, (one, name) in enumerate(zip(series, called, strict=True)):
        here = f"{place}/series/{number}"
        yield from _text(name, NAME, f"{here}/name")
        if name in called[:number]:
            yield f"{here}/name", "must be unique"
        points = one.get("data") if isinstance(one, dict) else None
        yield from _points(points, POINTS, f"{here}/data")
        if [point.get("label") for point in points or () if isinstance(point, dict)] != names:
            yield f"{here}/data", "labels must be the categories of the axis"


def _points(points: Any, most: int, place: str, *, above: int | None = None) -> Faults:
    if not isinstance(points, list) or not 1 <= len(points) <= most:
        yield place, f"between 1 and {most} items are allowed"
        return
    for number, point in enumerate(points):
        value = point.get("value") if isinstance(point, dict) else None
        yield from _text(point.get("label") if isinstance(point, dict) else None, NAME, f"{place}/{number}/label")
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{place}/{number}/value", "must be a number"
        elif above is not None and value <= above:
            yield f"{place}/{number}/value", f"must be greater than {above}"


def _text(text: Any, most: int, place: str) -> Faults:
    if not isinstance(text, str) or not 0 < len(text) <= most:
        yield place, f"must be a text of 1 to {most} characters"
