"""Does a text with figures keep Slack's limits, and say the same without its table?"""

from __future__ import annotations

from slabot.channels.slack.text_message import CELL, COLUMNS, ROWS, render_text
from slabot.messages.message import Grid, TextMessage
from slabot.messages.plain_text import text_mail_body
from slabot_sandbox.slack.blocks import read_blocks
from tests.fixtures.times import NOON

GRID = Grid(("Severity", "Met of judged"), (("critical", "87.5 % of 8"), ("low", "")))


def told(grid: Grid | None = GRID, text: str = "7 of 8 were kept.") -> TextMessage:
    return TextMessage(key="k", subject="Promises kept", text=text, at=NOON, grid=grid)


def test_a_table_stands_below_the_text_and_the_text_stands_alone_beside_it() -> None:
    rendered = render_text(told())

    assert rendered.text == "7 of 8 were kept."
    section, table = rendered.blocks
    assert section["text"]["text"] == rendered.text
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Severity", "Met of judged"],
        ["critical", "87.5 % of 8"],
        ["low", "–"],
    ]
    assert read_blocks(list(rendered.blocks))


def test_a_text_without_figures_has_no_blocks() -> None:
    assert render_text(told(None)).blocks == ()


def test_a_table_that_is_too_large_is_cut_to_what_slack_takes() -> None:
    wide = Grid(("x" * 500,) * 50, (("y\nz",) * 50,) * 500)
    _, table = render_text(told(wide)).blocks

    assert (len(table["rows"]), len(table["rows"][0]), len(table["rows"][0][0]["text"])) == (ROWS, COLUMNS, CELL)
    assert table["rows"][1][0]["text"] == "y z"
    assert read_blocks([table])


def test_whatever_a_customer_is_called_mentions_nobody() -> None:
    rendered = render_text(told(text="Missed: <!channel> & <@U1>"))
    assert "<!channel>" not in rendered.text
    assert "<@U1>" not in str(rendered.blocks[0])


def test_a_mail_has_the_figures_in_columns() -> None:
    body = text_mail_body(told())

    assert "Severity  Met of judged\ncritical    87.5 % of 8\nlow" in body
    assert body.startswith("7 of 8 were kept.")
