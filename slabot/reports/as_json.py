"""Write a report for machines.

Promise: version 1 of a form that is only added to: numbers as numbers, lengths in seconds, instants in ISO 8601 with an
offset, a share with its count and its n. Keys are those of the CSV form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from slabot.reports.model import Line, Report, Share, Table, Unit, Value
from slabot.reports.question import Question

VERSION = 1


def json_of(report: Report, question: Question) -> dict[str, Any]:
    """The report."""
    since, until = (None if at is None else _instant(at, question) for at in question.period)
    return {
        "version": VERSION,
        "kind": report.kind,
        "title": report.title,
        "now": _instant(question.now, question),
        "time_zone": question.zone.key,
        "since": since,
        "until": until,
        "period_by": question.period_by.value,
        "by": [cut.value for cut in question.by],
        "scope": list(report.scope),
        "notes": list(report.notes),
        "tables": [_table(table, question) for table in report.tables],
        **(
            {"charts": [{"kind": type(chart).__name__.lower(), **asdict(chart)} for chart in report.charts]}
            if report.charts
            else {}
        ),
    }


def _table(table: Table, question: Question) -> dict[str, Any]:
    return {
        "key": table.key,
        "title": table.title,
        "columns": [{"key": each.key, "title": each.title, "unit": each.unit.value} for each in table.columns],
        "rows": [_line(line, table, question) for line in table.lines],
        "total": None if table.total is None else _line(table.total, table, question),
        "totals": [_line(line, table, question) for line in table.sums],
        "notes": list(table.notes),
    }


def _line(line: Line, table: Table, question: Question) -> dict[str, Any]:
    found = dict(_values(line, table, question))
    if line.tickets and question.tickets:
        found["tickets"] = {key: sorted(set(named)) for key, named in line.tickets.items()}
    return found


def _values(line: Line, table: Table, question: Question) -> Iterator[tuple[str, Any]]:
    for value, column in zip(line.values, table.columns, strict=True):
        yield column.key, _value(value, column.unit, question)


def _value(value: Value, unit: Unit, question: Question) -> Any:
    match value:
        case Share(part, of):
            return {"count": part, "of": of, "share": value.value}
        case int() if unit is Unit.INSTANT:
            return _instant(value, question)
        case _:
            return value


def _instant(at: int, question: Question) -> str:
    return question.local.local(at).isoformat()
