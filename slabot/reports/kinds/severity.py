"""What did rules and the reader say about severity, beside what people chose, and what did customers claim?

Promise: each ticket that was created in the period is counted once in each table that it belongs to. What was proposed
is the last severity that no person had chosen: of a rule, the reader, the helpdesk's priority, or the default.
"""

from __future__ import annotations

from collections import Counter

from slabot.reports.kinds.severity_readings import Inflation, Readings
from slabot.reports.model import Column, Line, Report, Share, Table, Unit
from slabot.reports.question import Key, Option, Question
from slabot.reports.rows import Source, TicketRow
from slabot.reports.scope import as_of, period_words

NAME = "severity"
SUMMARY = "What did rules and the reader say about severity, beside what people chose and customers claimed?"
TAKES = frozenset({Option.BY, Option.PERIOD})
SOURCES = {
    "rule": "a rule",
    "reader": "the reader",
    "priority": "the helpdesk's priority",
    "default": "the default",
    "agent": "a person at creation",
}
REGRET = (
    "The regret meter is slabot report auto-solved: it counts customers who wrote again after slabot had solved their "
    "ticket, beside those of tickets that people solved."
)


class _Tickets:
    __slots__ = ("agree", "chosen", "confirmed", "count", "lower", "raised", "tickets")

    def __init__(self, *, tickets: bool) -> None:
        self.count = self.confirmed = self.agree = self.raised = self.lower = 0
        self.chosen: Counter[str] = Counter()
        self.tickets: dict[str, list[str]] | None = {} if tickets else None

    def add(self, row: TicketRow, rank: dict[str, int]) -> None:
        self.count += 1
        if not row.confirmed:
            where = "unconfirmed"
        else:
            self.confirmed += 1
            proposed, chosen = rank.get(row.proposed_severity, len(rank)), rank.get(row.severity, len(rank))
            self.agree += proposed == chosen
            self.raised += chosen < proposed
            self.lower += chosen > proposed
            where = "agree" if proposed == chosen else "raised" if chosen < proposed else "lowered"
        if self.tickets is not None:
            self.tickets.setdefault(where, []).append(row.reference)

    def line(self, key: Key) -> Line:
        values = (
            self.count,
            self.confirmed,
            Share(self.agree, self.confirmed),
            self.raised,
            self.lower,
            Share(self.count - self.confirmed, self.count),
        )
        return Line((*key, *values), self.tickets or {})


COLUMNS = (
    Column("tickets", "Tickets", Unit.COUNT),
    Column("confirmed", "People chose", Unit.COUNT),
    Column("agree", "The same", Unit.SHARE),
    Column("raised", "Raised", Unit.COUNT),
    Column("lowered", "Lowered", Unit.COUNT),
    Column("unconfirmed", "Nobody confirmed", Unit.SHARE),
)


def build(source: Source, question: Question) -> Report:
    """Count."""
    rank = {name: place for place, name in enumerate(question.severities)}
    by_source: dict[Key, _Tickets] = {}
    matrix: Counter[tuple[str, str]] = Counter()
    named: dict[tuple[str, str], list[str]] = {}
    whole = _Tickets(tickets=False)
    readings, inflation = Readings(question, rank), Inflation(question, rank)
    keys = question.keys()
    for row in source.every_ticket(question.period):
        key = (SOURCES.get(row.proposed_source, row.proposed_source), *keys(row, row.created))
        by_source.setdefault(key, _Tickets(tickets=question.tickets)).add(row, rank)
        whole.add(row, rank)
        readings.add(row, keys(row, row.created))
        inflation.add(row)
        if row.confirmed:
            pair = (row.proposed_severity, row.severity)
            matrix[pair] += 1
            if question.tickets:
                named.setdefault(pair, []).append(row.reference)
    proposed = Table(
        key="proposed",
        title="Proposed and chosen",
        columns=(Column("source", "Proposed by"), *question.columns, *COLUMNS),
        lines=[by_source[key].line(key) for key in question.ordered(list(by_source), 1)],
        total=whole.line(("all", *("" for _ in question.by))) if len(by_source) > 1 else None,
        notes=(
            "People chose: somebody set severity or priority by hand, and that is in force. The same, raised and "
            "lowered compare it with what was proposed last.",
        ),
    )
    order = sorted(matrix, key=lambda pair: tuple(rank.get(name, len(rank)) for name in pair))
    pairs = Table(
        key="pairs",
        title="What was proposed, and what people made of it",
        columns=(
            Column("proposed", "Proposed"),
            Column("chosen", "Chosen"),
            Column("tickets", "Tickets", Unit.COUNT),
            Column("share", "Of those with a choice", Unit.SHARE),
        ),
        lines=[
            Line((*pair, matrix[pair], Share(matrix[pair], whole.confirmed)), {"tickets": named.get(pair, ())})
            for pair in order
        ],
    )
    scope = (f"{period_words(question)}, by the creation of the ticket.", as_of(question))
    tables = (proposed, pairs, *readings.tables(), inflation.table())
    return Report(kind=NAME, title="Severity", scope=scope, tables=tables, notes=(REGRET,))
