"""Does a text with figures keep Slack's limits, and say the same without its table?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from slabot.channels.slack.text_message import CELL, COLUMNS, GROUPS, ROWS, SERIES, render_text
from slabot.messages.message import Bars, Grid, TextMessage
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


BARS = Bars("Met and missed", ("critical", "low"), (("Met", (7, 0)), ("Missed", (1, 0))))


def test_counts_are_drawn_between_the_text_and_the_table() -> None:
    rendered = render_text(told(replace(GRID, bars=BARS)))

    _, chart, table = rendered.blocks
    assert (chart["type"], chart["title"], table["type"]) == ("data_visualization", "Met and missed", "table")
    assert chart["chart"] == {
        "type": "bar",
        "axis_config": {"categories": ["critical", "low"]},
        "series": [
            {"name": "Met", "data": [{"label": "critical", "value": 7}, {"label": "low", "value": 0}]},
            {"name": "Missed", "data": [{"label": "critical", "value": 1}, {"label": "low", "value": 0}]},
        ],
    }
    assert read_blocks(list(rendered.blocks))
    assert [block["type"] for block in rendered.simpler.blocks] == ["section", "table"]
    assert rendered.simpler.simpler.blocks == ()


def test_a_long_name_is_cut_in_a_chart_and_whole_in_the_table() -> None:
    name = "first response, critical"
    bars = Bars("x" * 60, (name, "low"), (("Met", (7, 0)),))
    _, chart, table = render_text(told(Grid(GRID.heads, ((name, "1"), ("low", "2")), bars))).blocks

    assert chart["chart"]["axis_config"]["categories"] == ["first response, cri…", "low"]
    assert table["rows"][1][0]["text"] == name
    assert read_blocks([chart])


@pytest.mark.parametrize(
    "bars",
    [
        Bars(
            "Names that are the same when cut",
            ("first response, critical", "first response, crisis"),
            (("Met", (1, 2)),),
        ),
        Bars("Too many groups", tuple(map(str, range(GROUPS + 1))), (("Met", (1,) * (GROUPS + 1)),)),
        Bars("Too many series", ("low",), tuple((str(n), (1,)) for n in range(SERIES + 1))),
        Bars("Nothing", (), (("Met", ()),)),
    ],
    ids=lambda bars: bars.title,
)
def test_what_slack_would_not_show_whole_is_not_drawn(bars: Bars) -> None:
    assert [block["type"] for block in render_text(told(replace(GRID, bars=bars))).blocks] == ["section", "table"]


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
