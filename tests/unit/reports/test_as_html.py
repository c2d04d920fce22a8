"""Does the page stand by itself, and is whatever a customer is called only text in it?"""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from slabot.reports.as_html import html_of
from slabot.reports.charts import Attainment, Bar, Chart, Control, Curve, HeatMap, Histogram, Stacked
from slabot.reports.model import NONE, Column, Line, Report, Share, Table, Unit, for_people
from slabot.reports.plots import draw
from slabot.reports.question import Question

QUESTION = Question(now=1_768_000_000, zone=ZoneInfo("Asia/Kolkata"), tickets=True)
NOTE = {"title": "What is seen", "note": "How to read it."}
MONTHS = [Bar("2026-01", 30, 40), Bar("2026-02", 10, 40), Bar("2026-03", 38, 40)]
NASTY = '<script>alert(1)</script> & "Co" <img src=x onerror=y>'
CHARTS: dict[str, Chart] = {
    "attainment": Attainment(key="attainment", months=MONTHS, **NOTE),
    "control": Control(key="control", months=MONTHS, **NOTE),
    **{
        key: Stacked(
            key=key,
            labels=["2026-01", "2026-02"],
            series=[("met", [3, 4]), (NASTY, [1, 0])],
            beside=key == "beside",
            **NOTE,
        )
        for key in ("verdicts", "beside")
    },
    "hours": HeatMap(key="hours", counts=[(number % 5, min(number % 5, 2)) for number in range(168)], **NOTE),
    "margin": Histogram(key="margin", edges=[-2.0, -1.0, 0.0, 1.0], counts=[1, 2, 3], **NOTE),
    "response": Curve(key="response", series=[(NASTY, 3, [(0.1, 0.3), (1.0, 0.6), (20.0, 1.0)])], **NOTE),
}


def page(*charts: Chart) -> str:
    table = Table(
        key="t",
        title=NASTY,
        columns=(Column("organization", NASTY), Column("attainment", "Met", Unit.SHARE)),
        lines=[Line((NASTY, Share(3, 4)), {"attainment": (NASTY,)})],
        total=Line(("all", Share(3, 4))),
        notes=(NASTY,),
    )
    report = Report(kind="compliance", title=NASTY, scope=(NASTY,), tables=(table,), notes=(NASTY,), charts=charts)
    return html_of([report], QUESTION, title=NASTY, config="config.yaml")


def test_no_word_from_outside_is_markup() -> None:
    text = page(*CHARTS.values())

    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("name", CHARTS)
def test_a_plot_loads_nothing_and_has_the_colours_of_its_page(name: str) -> None:
    svg = draw(CHARTS[name])

    assert svg.startswith("<svg")
    assert 'aria-label="What is seen"' in svg
    assert "var(--" in svg
    assert "#01" not in svg, "a stand-in for a colour of the page was left"
    assert re.findall(r'(?:href|src)="', svg) == []
    assert "<script" not in svg


def test_the_page_names_no_other_address_and_forbids_them() -> None:
    text = page(*CHARTS.values())

    assert set(re.findall(r"https?://[\w./]+", text)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "default-src 'none'" in text
    assert re.findall(r'\son\w+="', text) == []


def test_a_share_shows_its_n_and_its_tickets() -> None:
    text = page()

    assert "75.0 % of 4" in text
    assert "<details>" in text


def test_hours_and_counts_on_an_axis_read_as_people_write_them() -> None:
    long = Curve(key="response", series=[("high", 2, [(1.0, 0.5), (700.0, 1.0)])], **NOTE)
    one = Attainment(key="attainment", months=[Bar("2026-01", 1, 1)], **NOTE)

    curve, share = (re.findall(r">([^<>]+)</text>", draw(chart)) for chart in (long, one))
    assert "160" in curve
    assert not any("e+" in label for label in curve), curve
    assert [label for label in share if not label.endswith("%")].count("1") == 2, "at the axis once, and at the bar"


def test_a_list_leaves_out_columns_that_are_empty_in_every_line_and_names_them() -> None:
    columns = (Column("ticket", "Ticket"), Column("group", "Group"), Column("at", "Answered", Unit.INSTANT))
    lines = [Line((f"acme/{number}", NONE, None)) for number in range(3)]
    table = Table(key="t", title="T", columns=columns, lines=lines, notes=("A note.",), lists=True)
    narrowed, more = for_people(table, 2)
    assert ([column.key for column in narrowed.columns], [line.values for line in narrowed.lines], more) == (
        ["ticket"],
        [("acme/0",), ("acme/1",)],
        1,
    )
    assert narrowed.notes == ("Empty in each of these lines, and left out: Group, Answered.", "A note.")
    assert for_people(replace(table, lists=False), 2) == (replace(table, lists=False), 0)
    nothing, _ = for_people(replace(table, lines=[]), 2)
    assert nothing.columns == columns
