"""Write a report as a file that spreadsheets open.

Promise: no cell is taken for a formula, whatever a customer or an agent is called: a text that begins like one gets an
apostrophe in front, which spreadsheets show as text. No line of a table is the sum of others, so nothing is counted
twice by a sum or a pivot table. Lengths are seconds, shares fractions of one, instants local time as spreadsheets read
it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from slabot.reports.model import Column, Line, Report, Share, Table, Unit, Value
from slabot.reports.question import Question
from slabot.reports.style import one_line

DIGITS = 8  # of a share that is cut off and not rounded
BEGINS = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""How a cell may begin that a spreadsheet computes; the last two start other programs in old ones."""


def csv_of(report: Report, question: Question) -> str:
    """The tables, one after the other, with an empty line between; totals are a block of their own behind each."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for place, (table, lines) in enumerate(_blocks(report)):
        if place:
            out.write("\r\n")
        writer.writerow(_heads(table, question))
        for line in lines:
            writer.writerow(_cells(line, table, question))
    return out.getvalue()


def _blocks(report: Report) -> Iterator[tuple[Table, Sequence[Line]]]:
    for table in report.tables:
        yield table, table.lines
        if table.sums:
            yield table, table.sums


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    line = one_line(text)
    return f"'{line}" if text.startswith(BEGINS) or line.startswith(BEGINS) else line


def _heads(table: Table, question: Question) -> Iterator[str]:
    for column in table.columns:
        is_length = column.unit in (Unit.SECONDS, Unit.AGE, Unit.MINUTES)
        yield f"{column.key}_seconds" if is_length else column.key
        if column.unit in (Unit.SHARE, Unit.PRECISE):
            yield f"{column.key}_of"
    if question.tickets and not table.lists:
        yield "tickets"


def _cells(line: Line, table: Table, question: Question) -> Iterator[str | int]:
    for value, column in zip(line.values, table.columns, strict=True):
        yield from _cell(value, column, question)
    if question.tickets and not table.lists:
        yield harmless(
            "; ".join(f"{key}: {' '.join(sorted(set(named)))}" for key, named in line.tickets.items() if named)
        )


def _cell(value: Value, column: Column, question: Question) -> Iterator[str | int]:
    match column.unit, value:
        case Unit.SHARE, Share(_, of):
            yield "" if value.value is None else f"{value.value:.6f}"
            yield of
        case Unit.PRECISE, Share(part, of):
            yield "" if not of else f"{part * 10**DIGITS // of / 10**DIGITS:.{DIGITS}f}"
            yield of
        case ((Unit.SHARE | Unit.PRECISE), _):
            yield from ("", "")
        case _, None:
            yield ""
        case Unit.INSTANT, int():
            yield f"{question.local.local(value):%Y-%m-%d %H:%M:%S}"
        case _, int():
            yield value
        case _:
            yield harmless(str(value))
