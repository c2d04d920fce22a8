"""Does a file open in a spreadsheet, and compute nothing?"""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

import pytest

from slabot.reports.as_csv import csv_of, harmless
from slabot.reports.model import Column, Line, Report, Share, Table, Unit
from slabot.reports.question import Question

QUESTION = Question(now=1_768_000_000, zone=ZoneInfo("Asia/Kolkata"))
COLUMNS = (
    Column("organization", "Organization"),
    Column("met", "Met", Unit.COUNT),
    Column("attainment", "Met of judged", Unit.SHARE),
    Column("worked_p50", "Half within", Unit.SECONDS),
    Column("due", "Due", Unit.INSTANT),
)


def made(*names: str, tickets: bool = False) -> list[list[str]]:
    lines = [Line((name, 3, Share(3, 4), 90, 1_767_960_000), {"met": ("acme/2", "acme/1")}) for name in names]
    table = Table(key="t", title="T", columns=COLUMNS, lines=lines)
    report = Report(kind="compliance", title="C", scope=(), tables=(table,))
    asked = Question(now=QUESTION.now, zone=QUESTION.zone, tickets=tickets)
    text = csv_of(report, asked)
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("name", ["=1+2", "+49 30 1234", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "|calc", "%0A=1"])
def test_no_name_is_taken_for_a_formula(name: str) -> None:
    cell = made(name)[1][0]

    assert cell.startswith("'")
    assert harmless(name) == cell


@pytest.mark.parametrize("name", ["Contoso Ltd", "Müller & Söhne", "3M", 'Say "hi", Inc.', "a=b"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert made(name)[1][0] == name


def test_a_line_break_in_a_name_stays_in_its_cell() -> None:
    assert len(made("Contoso\nLtd")) == 2


def test_values_are_numbers_with_their_unit_in_the_head() -> None:
    heads, row = made("Contoso Ltd")

    assert heads == ["organization", "met", "attainment", "attainment_of", "worked_p50_seconds", "due"]
    assert row == ["Contoso Ltd", "3", "0.750000", "4", "90", "2026-01-09 17:30:00"]


def test_tickets_stand_in_a_column_of_their_own() -> None:
    heads, row = made("Contoso Ltd", tickets=True)

    assert (heads[-1], row[-1]) == ("tickets", "met: acme/1 acme/2")


def test_a_total_is_no_line_of_its_table() -> None:
    lines = [Line((name, 3, Share(3, 4), 90, None)) for name in ("Contoso Ltd", "Fabrikam")]
    total = Line(("all", 6, Share(6, 8), 90, None))
    table = Table(key="t", title="T", columns=COLUMNS, lines=lines, total=total)
    text = csv_of(Report(kind="compliance", title="C", scope=(), tables=(table, table)), QUESTION)
    blocks = [list(csv.DictReader(io.StringIO(block))) for block in text.split("\r\n\r\n")]
    assert [[row["organization"] for row in block] for block in blocks] == [["Contoso Ltd", "Fabrikam"], ["all"]] * 2
    assert sum(int(row["met"]) for row in blocks[0]) == int(blocks[1][0]["met"])
