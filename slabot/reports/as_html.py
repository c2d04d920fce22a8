"""Write reports as one page that stands by itself.

Promise: the page loads nothing from anywhere and runs no script (its content policy says so), works from a file, in
light, in dark and on paper. Whatever a customer or an agent is called is text, never markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from slabot.reports.as_text import cell
from slabot.reports.model import Column, Line, Report, Share, Table, Unit, Value, for_people
from slabot.reports.plots import draw
from slabot.reports.question import Question
from slabot.reports.style import one_line

LISTED = 200  # rows of a list
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html_of(reports: Sequence[Report], question: Question, *, title: str, config: str) -> str:
    """The page.

    Args:
        reports: one below the other.
        question: that they answer.
        title: of the page.
        config: the policy file, for the line that says how to look at a ticket.
    """
    style = files("slabot.reports").joinpath("page.css").read_text(encoding="utf-8")
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{_text(title)}</title>",
            f"<style>\n{style}</style>",
            "</head>",
            "<body>",
            "<main>",
            *_head(reports, title),
            *(line for report in reports for line in _report(report, question, alone=len(reports) == 1)),
            f"<footer><p>Why a ticket counts as it does: <code>slabot explain -c {_text(config)} "
            "HELPDESK/ID</code></p></footer>",
            "</main>",
            "</body>",
            "</html>",
        )
    )


def _text(words: str) -> str:
    return escape(one_line(words))


def _head(reports: Sequence[Report], title: str) -> Iterator[str]:
    yield f"<header><h1>{_text(title)}</h1>"
    if len(reports) == 1:
        yield from (f"<p>{_text(line)}</p>" for line in reports[0].scope)
    else:
        yield "<nav><ul>"
        yield from (f'<li><a href="#{_text(report.kind)}">{_text(report.title)}</a></li>' for report in reports)
        yield "</ul></nav>"
    yield "</header>"


def _report(report: Report, question: Question, *, alone: bool) -> Iterator[str]:
    yield f'<section id="{_text(report.kind)}">'
    if not alone:
        yield f"<h2>{_text(report.title)}</h2>"
        yield from (f'<p class="scope">{_text(line)}</p>' for line in report.scope)
    yield from (f'<p class="warning">{_text(line)}</p>' for line in report.notes)
    for chart in report.charts:
        yield f"<figure><figcaption><h3>{_text(chart.title)}</h3><p>{_text(chart.note)}</p></figcaption>"
        yield draw(chart)
        yield "</figure>"
    for table in report.tables:
        yield from _table(table, question)
    yield "</section>"


def _table(whole: Table, question: Question) -> Iterator[str]:
    table, more = for_people(whole, LISTED)
    yield f'<div class="table"><h3>{_text(table.title)}</h3>'
    if not table.lines:
        yield "<p>None.</p>"
        yield from (f'<p class="note">{_text(note)}</p>' for note in table.notes)
        yield "</div>"
        return
    yield '<div class="scroll"><table><thead><tr>'
    yield "".join(f'<th scope="col"{_class(column)}>{_text(column.title)}</th>' for column in table.columns)
    yield "</tr></thead><tbody>"
    for line in table.lines:
        yield f"<tr>{''.join(_cells(line, table, question))}</tr>"
        if question.tickets and not table.lists and line.tickets:
            yield f'<tr class="tickets"><td colspan="{len(table.columns)}">{_tickets(line, table)}</td></tr>'
    yield "</tbody>"
    if table.sums:
        sums = (f"<tr>{''.join(_cells(line, table, question))}</tr>" for line in table.sums)
        yield f"<tfoot>{''.join(sums)}</tfoot>"
    yield "</table></div>"
    if more:
        yield f"<p>And {more:,} more; <code>--format csv</code> has all of them.</p>"
    yield from (f'<p class="note">{_text(note)}</p>' for note in table.notes)
    yield "</div>"


def _cells(line: Line, table: Table, question: Question) -> Iterator[str]:
    for value, column in zip(line.values, table.columns, strict=True):
        yield f"<td{_class(column)}>{_cell(value, column, question)}</td>"


def _cell(value: Value, column: Column, question: Question) -> str:
    if isinstance(value, Share) and value.value is not None:
        return f'<meter min="0" max="1" value="{value.value:.4f}"></meter>{_text(cell(value, column, question))}'
    if isinstance(value, int) and not value and column.unit is Unit.COUNT:
        return '<span class="zero">0</span>'
    return _text(cell(value, column, question))


def _class(column: Column) -> str:
    return "" if column.unit in (Unit.TEXT, Unit.INSTANT) else ' class="number"'


def _tickets(line: Line, table: Table) -> str:
    titles = {column.key: column.title for column in table.columns}
    parts = (
        f"<b>{_text(titles.get(key, key.replace('_', ' ')))}</b> {_text(', '.join(sorted(set(named))))}"
        for key, named in line.tickets.items()
        if named
    )
    return f"<details><summary>Tickets</summary><p>{'</p><p>'.join(parts)}</p></details>"
