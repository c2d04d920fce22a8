"""Write a report for a terminal.

Promise: each figure stands under its name, with its n beside a share; a list that is shortened, or whose empty columns
are left out, says so.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import timedelta

from slabot.reports.model import Column, Line, Report, Share, Table, Unit, Value, for_people
from slabot.reports.question import DAY, Question
from slabot.reports.style import faint, one_line, strong
from slabot.rules.words import worked

WIDTH = 110  # columns of prose
LISTED = 40  # rows of a list
WIDEST = 32  # characters of a cell
EMPTY = "-"
HOUR = 3600  # seconds


def text_of(report: Report, question: Question, *, config: str) -> str:
    """The report.

    Args:
        report: what was counted.
        question: what was asked.
        config: the policy file, for the line that says how to look at a ticket.
    """
    return "\n".join(_lines(report, question, config))


def _lines(report: Report, question: Question, config: str) -> Iterator[str]:
    yield strong(report.title)
    for said in (*report.scope, *report.notes):
        yield from _prose(said)
    for whole in report.tables:
        table, more = for_people(whole, LISTED)
        yield ""
        if table.lines:
            yield strong(table.title)
            yield from _table(table, more, question)
        else:
            yield f"{strong(table.title)}: none"
        for note in table.notes:
            yield from _prose(note)
        if question.tickets and not table.lists:
            yield from _tickets(table, question)
    if question.tickets or any(table.lists and table.lines for table in report.tables):
        yield ""
        yield faint(f"Why a ticket counts as it does: slabot explain -c {config} HELPDESK/ID")


def _prose(said: str) -> Iterator[str]:
    yield from (faint(line) for line in textwrap.wrap(one_line(said), WIDTH))


def _table(table: Table, more: int, question: Question) -> Iterator[str]:
    rows = [
        [cell(value, column, question) for value, column in zip(line.values, table.columns, strict=True)]
        for line in (*table.lines, *table.sums)
    ]
    heads = [column.title for column in table.columns]
    widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]
    yield faint(_row(heads, widths, table.columns))
    for place, row in enumerate(rows):
        text = _row(row, widths, table.columns)
        yield strong(text) if place >= len(table.lines) else text
    if more:
        yield faint(f"and {more:,} more; --format csv or json has all of them")


def _row(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    blanks = (" " * (width - _width(text)) for text, width in zip(cells, widths, strict=True))
    laid = (
        text + blank if column.unit in (Unit.TEXT, Unit.INSTANT) else blank + text
        for text, blank, column in zip(cells, blanks, columns, strict=True)
    )
    return "  ".join(laid).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal it takes: wide letters two, accents on their own none."""
    from rich.cells import cell_len  # here: most commands draw nothing, and should start at once

    return cell_len(text)


def cell(value: Value, column: Column, question: Question) -> str:
    """One value for people."""
    if value is None:
        return EMPTY
    match column.unit, value:
        case Unit.SHARE, Share():
            return share_text(value)
        case Unit.PRECISE, Share():
            return precise_text(value)
        case Unit.MINUTES, int():
            return minutes_text(value)
        case Unit.COUNT, int():
            return f"{value:,}"
        case Unit.SECONDS, int():
            return length_text(value)
        case Unit.AGE, int():
            return age_text(value)
        case Unit.INSTANT, int():
            return f"{question.local.local(value):%Y-%m-%d %H:%M}"
        case _:
            text = one_line(str(value))
            return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def share_text(share: Share) -> str:
    """``87.5 % of 1,234``; rounded down and up only so far that what is not all never reads 100.0 %."""
    if share.value is None:
        return EMPTY
    tenths = round(share.value * 1000)
    if 0 < share.part < share.of:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths / 10:.1f} % of {share.of:,}"


def precise_text(share: Share) -> str:
    """``99.973 %``, cut off: 100.000 % means all of it."""
    if not share.of:
        return EMPTY
    thousandths = 100_000 * share.part // share.of
    return f"{thousandths // 1000}.{thousandths % 1000:03} %"


def minutes_text(amount: int) -> str:
    """``43 min``, ``1,440 min``, ``3 min 20 s``."""
    minutes, rest = divmod(amount, 60)
    return f"{minutes:,} min" + (f" {rest} s" if rest else "")


def length_text(amount: int) -> str:
    """``4 h 54 min``; minutes only above a day of hours, seconds only below a minute."""
    if amount < 0:
        return f"-{length_text(-amount)}"
    if amount < 60:
        return f"{amount} s"
    return worked(timedelta(seconds=amount - amount % 60))


def age_text(amount: int) -> str:
    """``12 d 3 h``: the two largest units of real time."""
    if amount < DAY:
        return length_text(amount)
    hours = amount % DAY // HOUR
    return f"{amount // DAY:,} d {hours} h" if hours else f"{amount // DAY:,} d"


def _tickets(table: Table, question: Question) -> Iterator[str]:
    titles = {column.key: column.title for column in table.columns}
    for line in table.lines:
        named = [(titles.get(key, key), sorted(set(found))) for key, found in line.tickets.items() if found]
        if not named:
            continue
        yield ""
        yield strong(
            " · ".join(
                cell(value, column, question) for value, column in _named(line, table) if column.unit is Unit.TEXT
            )
        )
        for title, found in named:
            yield from textwrap.wrap(
                f"{title}: {', '.join(map(one_line, found))}", WIDTH, initial_indent="  ", subsequent_indent="    "
            )


def _named(line: Line, table: Table) -> Iterator[tuple[Value, Column]]:
    yield from zip(line.values, table.columns, strict=True)
