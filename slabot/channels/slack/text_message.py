"""Lay out a text in Slack, with a table of figures and a chart of its counts if it has them.

Promise: the text beside the blocks says the most important figures in a sentence, so that a client which shows no table
loses nothing that must be known; the chart shows nothing that the table does not.

Limits: https://docs.slack.dev/reference/block-kit/blocks/table-block
and https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from slabot.channels.slack.message import CHART, Block, Rendered
from slabot.channels.slack.mrkdwn import escaped
from slabot.messages.message import Bars, Grid, TextMessage
from slabot.messages.styles import one_line

LONGEST = 3000  # characters of plain words
AGAIN = "(Perhaps told before.) "
ROWS, COLUMNS, CELL = 100, 20, 200  # of a table, and characters of a cell
SERIES, GROUPS, NAME, TITLE = 6, 20, 20, 50  # of a chart: its series and groups, characters of a name and of the title
NOTHING = "–"  # Slack takes no empty cell


def render_text(message: TextMessage) -> Rendered:
    """The text alone, or above its chart and table."""
    text = escaped(f"{AGAIN if message.repeat else ''}{message.text}", LONGEST)
    if message.grid is None:
        return Rendered(text)
    section: Block = {
        "type": "section",
        "block_id": "slabot_text",
        "text": {"type": "mrkdwn", "text": text, "verbatim": True},
    }
    drawn = None if message.grid.bars is None else _chart(message.grid.bars)
    return Rendered(text, (section, *([] if drawn is None else [drawn]), _table(message.grid)))


def _chart(bars: Bars) -> Block | None:
    """Groups of bars; None where Slack would not show all of them by their names."""
    names = [_short(name) for name in bars.names]
    series = [_short(name) for name, _ in bars.series]
    if not (1 <= len(names) == len(set(names)) <= GROUPS and 1 <= len(series) == len(set(series)) <= SERIES):
        return None
    counted = [
        {
            "name": name,
            "data": [{"label": label, "value": count} for label, count in zip(names, counts, strict=True)],
        }
        for name, (_, counts) in zip(series, bars.series, strict=True)
    ]
    return {
        "type": CHART,
        "block_id": "slabot_chart",
        "title": one_line(bars.title)[:TITLE],
        "chart": {"type": "bar", "series": counted, "axis_config": {"categories": names}},
    }


def _short(name: str) -> str:
    line = one_line(name)
    return line if len(line) <= NAME else f"{line[: NAME - 1]}…"


def _table(grid: Grid) -> Block:
    return {
        "type": "table",
        "block_id": "slabot_figures",
        "column_settings": [{"align": "right" if place else "left"} for place in range(len(grid.heads[:COLUMNS]))],
        "rows": [[_cell(cell) for cell in row[:COLUMNS]] for row in (grid.heads, *grid.rows)[:ROWS]],
    }


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": one_line(text)[:CELL] or NOTHING}
