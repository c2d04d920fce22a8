"""Lay out a text in Slack, with a table of figures if it has one.

Promise: the text beside the blocks says the most important figures in a sentence, so that a client which shows no table
loses nothing that must be known.

Limits: https://docs.slack.dev/reference/block-kit/blocks/table-block
"""

from __future__ import annotations

from slabot.channels.slack.message import Block, Rendered
from slabot.channels.slack.mrkdwn import escaped
from slabot.messages.message import Grid, TextMessage
from slabot.messages.styles import one_line

LONGEST = 3000  # characters of plain words
AGAIN = "(Perhaps told before.) "
ROWS, COLUMNS, CELL = 100, 20, 200  # of a table, and characters of a cell
NOTHING = "–"  # Slack takes no empty cell


def render_text(message: TextMessage) -> Rendered:
    """The text alone, or above its table."""
    text = escaped(f"{AGAIN if message.repeat else ''}{message.text}", LONGEST)
    if message.grid is None:
        return Rendered(text)
    section: Block = {
        "type": "section",
        "block_id": "slabot_text",
        "text": {"type": "mrkdwn", "text": text, "verbatim": True},
    }
    return Rendered(text, (section, _table(message.grid)))


def _table(grid: Grid) -> Block:
    return {
        "type": "table",
        "block_id": "slabot_figures",
        "column_settings": [{"align": "right" if place else "left"} for place in range(len(grid.heads[:COLUMNS]))],
        "rows": [[_cell(cell) for cell in row[:COLUMNS]] for row in (grid.heads, *grid.rows)[:ROWS]],
    }


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": one_line(text)[:CELL] or NOTHING}
