"""Tell the week of the demo in figures, as its support lead would ask for them.

Promise: these are the reports of `slabot report`, made from the demo's own store.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from slabot.demo.stage import Stage
from slabot.demo.story import END, at
from slabot.domain import utc
from slabot.policy import FIRST_RESPONSE, load_policy
from slabot.reports.as_text import cell, share_text
from slabot.reports.local_time import seconds
from slabot.reports.model import Line, Share, Table
from slabot.reports.question import Cut, Question
from slabot.reports.rows import Period
from slabot.runtime.reporting import make_report, question_of
from slabot.store import open_store

WEEK = at(26, 0), at(2, 0)  # Monday to Monday


def week_in_figures(scene: Stage) -> Iterator[str]:
    """The share kept by severity, and the first miss with its reason."""
    policy = load_policy(scene.policy, "the demo's policy")
    question = question_of(
        policy,
        utc(END),
        by=(Cut.SEVERITY,),
        period=Period(*map(seconds, WEEK)),
        clock=FIRST_RESPONSE,
    )

    def made(conn: Connection) -> tuple[Table, Table]:
        kept = make_report(conn, "compliance", question).tables[0]
        return kept, make_report(conn, "breaches", question).tables[1]

    with open_store(f"sqlite:///{scene.store}") as store:
        kept, missed = store.read(made)
    yield "The week in figures, Monday 26 January to Sunday 1 February (slabot report compliance --by severity):"
    for line in kept.lines:
        yield f"  {_of(line, kept, 'severity'):<9} {_share(line, kept)}"
    if kept.total is not None:
        yield f"  {'all':<9} {_share(kept.total, kept)}"
    if missed.lines:
        yield from _breach(missed.lines[-1], missed, question)


def _of(line: Line, table: Table, key: str) -> str:
    return str(line.values[[column.key for column in table.columns].index(key)])


def _share(line: Line, table: Table) -> str:
    value = line.values[[column.key for column in table.columns].index("attainment")]
    assert isinstance(value, Share)
    return f"{share_text(value)} answered in time" if value.of else "nothing came due"


def _breach(line: Line, table: Table, question: Question) -> Iterator[str]:
    told = {column.key: cell(value, column, question) for value, column in zip(line.values, table.columns, strict=True)}
    yield (
        f"Missed: {told['ticket']} ({told['severity']}), due {told['due']}, answered {told['answered']}, "
        f"{told['late']} too late. Paged {told['pages']} times. Reason: {told['reason']}."
    )
