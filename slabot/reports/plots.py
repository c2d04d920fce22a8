"""Draw the plots of a report as SVG.

Promise: a drawing is a piece of text with no script, no font and no address in it, so it stands in any page. Its
colours are the page's own (CSS variables), so one drawing serves light, dark and paper. Nothing is loaded before a
plot is drawn.

Drawn by Vega-Lite, in the process (docs/decisions/0023).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from slabot.reports.charts import Attainment, Bar, Chart, Control, Curve, HeatMap, Histogram, Stacked
from slabot.reports.local_time import DAYS, HOURS_A_DAY

WIDTH = 860  # pixels of the plot itself; the page scales the drawing
Spec = dict[str, Any]

# Vega wants colours that it can read; these stand for the page's own.
INK, MUTED, LINE, MET, MISSED, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, PAPER = (
    f"#01{number:02x}fe" for number in range(11)
)
_NAMES = ("ink", "muted", "line", "met", "missed", "third", "fourth", "fifth", "sixth", "seventh", "paper")
_VARIABLES = dict(
    zip((INK, MUTED, LINE, MET, MISSED, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, PAPER), _NAMES, strict=True)
)
_SERIES = (MET, MISSED, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH)
_AGES = (MISSED, MISSED, THIRD, THIRD, MET, MET, MET)
_OPACITY = (1.0, 0.65, 1.0, 0.6, 1.0, 0.6, 0.3)
_TICKS = (0, 0.25, 1, 2, 4, 8, 16, 40, 80, 160, 320, 640)  # hours
_CONFIG: Spec = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "domainColor": LINE,
        "tickColor": LINE,
        "gridColor": LINE,
        "gridOpacity": 0.7,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelOverlap": True,
    },
    "legend": {
        "labelColor": INK,
        "title": None,
        "orient": "top",
        "symbolType": "square",
        "labelFontSize": 12,
        "symbolStrokeWidth": 0,
    },
    "text": {"color": MUTED, "fontSize": 10},
}


def draw(chart: Chart) -> str:
    """The drawing."""
    import vl_convert  # here: it brings an engine of 80 MB, and few commands draw

    spec = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": _CONFIG, **_spec(chart)}
    return _in_page(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]), chart)


def _in_page(svg: str, chart: Chart) -> str:
    """The drawing with the page's colours, as wide as it may be, and with its title for who cannot see it."""
    for colour, name in _VARIABLES.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{name})"')
    svg = re.sub(r'<svg [^>]*?width="(\d+)" height="(\d+)"', r'<svg role="img"', svg, count=1)
    label = chart.title.replace("&", "and").replace('"', "").replace("<", "")
    return svg.replace('<svg role="img"', f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}"', 1)


def _spec(chart: Chart) -> Spec:
    match chart:
        case Attainment():
            return _attainment(chart)
        case Control():
            return _control(chart)
        case Stacked():
            return _stacked(chart)
        case HeatMap():
            return _heat_map(chart)
        case Histogram():
            return _histogram(chart)
        case Curve():
            return _curve(chart)
        case _:
            raise TypeError(f"nobody knows how to draw a {type(chart).__name__}")


def _months(bars: Sequence[Bar]) -> list[str]:
    return [bar.label for bar in bars]


def _x(labels: Sequence[str], *, axis: bool = True) -> Spec:
    hidden: Spec = {"labels": False, "ticks": False}
    shown: Spec = {"labelAngle": 0, "labelSeparation": 8, "grid": False}
    return {
        "field": "label",
        "type": "ordinal",
        "sort": list(labels),
        "title": None,
        "axis": shown if axis else hidden | shown,
    }


def _counts(ticks: int) -> Spec:
    """An axis of whole numbers."""
    whole = "datum.value % 1 ? '' : format(datum.value, ',d')"
    return {"tickCount": ticks, "labelExpr": whole}


def _percent(field: str, title: str, *, top: float = 1.0) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"domain": [0, top]},
        "axis": {"format": ".0%", "tickCount": 5},
    }


def _attainment(chart: Attainment) -> Spec:
    values = [
        {"label": bar.label, "share": bar.met / bar.judged if bar.judged else None, "n": bar.judged}
        for bar in chart.months
    ]
    labels = _months(chart.months)
    few = len(labels) <= 26
    share = _percent("share", "met")
    upper: list[Spec] = [
        {
            "mark": {"type": "area", "color": MET, "opacity": 0.12},
            "encoding": {"x": _x(labels, axis=False), "y": share},
        },
        {
            "mark": {"type": "line", "color": MET, "strokeWidth": 2, "point": {"color": MET, "size": 28}},
            "encoding": {"x": _x(labels, axis=False), "y": share},
        },
    ]
    if few:
        text = {"field": "share", "type": "quantitative", "format": ".0%"}
        upper.append(
            {
                "mark": {"type": "text", "dy": -12, "color": INK},
                "encoding": {"x": _x(labels, axis=False), "y": share, "text": text},
            }
        )
    count: Spec = {"field": "n", "type": "quantitative", "title": "n", "axis": _counts(2) | {"grid": False}}
    lower: list[Spec] = [
        {
            "mark": {"type": "bar", "color": FOURTH, "opacity": 0.55},
            "encoding": {"x": _x(labels), "y": count},
        }
    ]
    if few:
        number = {"field": "n", "type": "quantitative", "format": ",d"}
        lower.append({"mark": {"type": "text", "dy": -6}, "encoding": {"x": _x(labels), "y": count, "text": number}})
    return {
        "data": {"values": values},
        "spacing": 8,
        "vconcat": [
            {"width": WIDTH, "height": 190, "layer": upper},
            {"width": WIDTH, "height": 54, "layer": lower},
        ],
    }


def _control(chart: Control) -> Spec:
    bars = [bar for bar in chart.months if bar.judged]
    judged = sum(bar.judged for bar in bars)
    mean = sum(bar.judged - bar.met for bar in bars) / judged
    values: list[Spec] = []
    for bar in bars:
        reach = 3 * math.sqrt(mean * (1 - mean) / bar.judged)
        low, high, share = max(0.0, mean - reach), min(1.0, mean + reach), 1 - bar.met / bar.judged
        values.append(
            {
                "label": bar.label,
                "low": low,
                "high": high,
                "share": share,
                "mean": mean,
                "out": not low <= share <= high,
            }
        )
    labels = _months(bars)
    top = min(1.0, max(each[name] for each in values for name in ("high", "share")) * 1.08)
    shown = _percent("share", "missed", top=top)
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": 200,
        "layer": [
            {
                "mark": {"type": "area", "color": FOURTH, "opacity": 0.18, "interpolate": "step"},
                "encoding": {"x": _x(labels), "y": _percent("low", "missed", top=top), "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "line", "color": MUTED, "strokeDash": [4, 4]},
                "encoding": {"x": _x(labels), "y": _percent("mean", "missed", top=top)},
            },
            {"mark": {"type": "line", "color": MUTED, "opacity": 0.5}, "encoding": {"x": _x(labels), "y": shown}},
            {
                "mark": {"type": "point", "filled": True, "size": 48, "opacity": 1},
                "encoding": {
                    "x": _x(labels),
                    "y": shown,
                    "color": {
                        "field": "out",
                        "type": "nominal",
                        "scale": {"domain": [False, True], "range": [MUTED, MISSED]},
                        "legend": None,
                    },
                },
            },
        ],
    }


def _stacked(chart: Stacked) -> Spec:
    names = [name for name, _ in chart.series]
    values = [
        {"label": label, "kind": name, "n": counts[place], "order": number}
        for number, (name, counts) in enumerate(chart.series)
        for place, label in enumerate(chart.labels)
        if counts[place]
    ]
    ages = chart.key == "ageing"
    colours = _AGES if ages else _SERIES
    gap = 0.15 if len(chart.labels) <= 60 else 0
    colour = {
        "field": "kind",
        "type": "nominal",
        "sort": names,
        "scale": {"domain": names, "range": [colours[place % len(colours)] for place in range(len(names))]},
    }
    opacity = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": names, "range": [_OPACITY[place % 7] if ages else 0.9 for place in range(len(names))]},
    }
    beside: Spec = {"xOffset": {"field": "kind", "type": "nominal", "sort": names}} if chart.beside else {}
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": 220,
        "mark": {"type": "bar"},
        "encoding": {
            "x": _x(chart.labels) | {"scale": {"paddingInner": gap, "domain": list(chart.labels)}},
            "y": {"field": "n", "type": "quantitative", "title": None, "axis": _counts(5)},
            "color": colour,
            "opacity": opacity,
            "order": {"field": "order", "type": "quantitative"},
        }
        | beside,
    }


def _heat_map(chart: HeatMap) -> Spec:
    most = max((shown / count for count, shown in chart.counts if count), default=0.0) or 1.0
    values = [
        {
            "day": DAYS[hour // HOURS_A_DAY],
            "hour": hour % HOURS_A_DAY,
            "n": count,
            "share": shown / count,
        }
        for hour, (count, shown) in enumerate(chart.counts)
        if count
    ]
    axes: Spec = {
        "x": {
            "field": "hour",
            "type": "ordinal",
            "title": None,
            "scale": {"domain": list(range(HOURS_A_DAY))},
            "axis": {"labelAngle": 0, "grid": False, "domain": False, "ticks": False},
        },
        "y": {
            "field": "day",
            "type": "ordinal",
            "title": None,
            "scale": {"domain": list(DAYS)},
            "axis": {"grid": False, "domain": False, "ticks": False},
        },
    }
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": 26 * len(DAYS),
        "layer": [
            {
                "mark": {"type": "rect", "color": MISSED, "cornerRadius": 3, "stroke": PAPER, "strokeWidth": 2},
                "encoding": axes
                | {
                    "opacity": {
                        "field": "share",
                        "type": "quantitative",
                        "scale": {"domain": [0, most], "range": [0.06, 1]},
                        "legend": None,
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 9, "color": INK},
                "encoding": axes | {"text": {"field": "n", "type": "quantitative", "format": ",d"}},
            },
        ],
    }


def _histogram(chart: Histogram) -> Spec:
    values = [
        {"from": low, "to": high, "n": count, "late": high <= 0}
        for low, high, count in zip(chart.edges, chart.edges[1:], chart.counts, strict=False)
    ]
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": 180,
        "mark": {"type": "bar", "binSpacing": 2},
        "encoding": {
            "x": {
                "field": "from",
                "type": "quantitative",
                "bin": {"binned": True},
                "title": "working hours left",
                "axis": {"grid": False, "tickCount": 12},
            },
            "x2": {"field": "to"},
            "y": {"field": "n", "type": "quantitative", "title": None, "axis": _counts(4)},
            "color": {
                "field": "late",
                "type": "nominal",
                "scale": {"domain": [False, True], "range": [MET, MISSED]},
                "legend": None,
            },
        },
    }


def _curve(chart: Curve) -> Spec:
    names = [f"{name} ({count:,})" for name, count, _ in chart.series]
    values = [
        {"kind": named, "hours": hours, "share": share}
        for named, (_, _, points) in zip(names, chart.series, strict=True)
        for hours, share in ((0.0, 0.0), *points)
    ]
    longest = max(hours for _, _, points in chart.series for hours, _ in points)
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": 220,
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
        "encoding": {
            "x": {
                "field": "hours",
                "type": "quantitative",
                "title": "working hours",
                "scale": {"type": "symlog", "constant": 1, "domain": [0, longest]},
                "axis": {
                    "values": [tick for tick in _TICKS if tick <= longest],
                    "labelOverlap": False,
                    "labelExpr": "datum.value",
                },
            },
            "y": _percent("share", "answered"),
            "color": {
                "field": "kind",
                "type": "nominal",
                "sort": names,
                "scale": {"domain": names, "range": [_SERIES[(place + 1) % 7] for place in range(len(names))]},
                "legend": {"symbolType": "stroke", "symbolStrokeWidth": 3},
            },
        },
    }
