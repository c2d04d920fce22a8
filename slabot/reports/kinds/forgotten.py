"""Which open tickets has everybody forgotten?

Promise: three lists, each ticket in each at most once: those in which the customer spoke last, longer ago than the
given days; those whose deadline passed longer ago than that and that nobody has answered; and those in which the
customer waits although no clock runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from slabot.reports.model import NONE, Column, Line, Report, Table, Unit
from slabot.reports.question import DAY, Option, Question, agent_of
from slabot.reports.rows import Outcome, Source, TicketRow, outcome
from slabot.reports.scope import as_of

NAME = "forgotten"
SUMMARY = "Which open tickets has everybody forgotten?"
TAKES = frozenset({Option.DAYS})
USUAL = timedelta(days=3)
COLUMNS = (
    Column("ticket", "Ticket"),
    Column("since", "Since", Unit.INSTANT),
    Column("for", "For", Unit.AGE),
    Column("severity", "Severity"),
    Column("status", "Status"),
    Column("organization", "Organization"),
    Column("group", "Group"),
    Column("created", "Created", Unit.INSTANT),
)
ASSIGNEE = Column("agent", "Assigned to")


def build(source: Source, question: Question) -> Report:
    """List."""
    now, patience = question.now, question.days_or(USUAL)
    days = patience // DAY
    length = f"{days} day" if days == 1 else f"{days} days"
    open_tickets = {row.reference: row for row in source.tickets()}
    silent = [
        (row.customer_spoke, row) for row in open_tickets.values() if _waits(row) and row.customer_spoke is not None
    ]
    missed: dict[str, int] = {}
    for clock in source.running():
        came_out, settled = outcome(clock, now)
        if came_out is Outcome.MISSED and settled is not None:
            missed[clock.reference] = min(settled, missed.get(clock.reference, settled))
    tables = (
        _table(
            question,
            "customer_spoke_last",
            f"The customer spoke last, more than {length} ago",
            ((at, row) for at, row in silent if now - at > patience),
            "Since is the customer's last message; no person of support has written to them since.",
        ),
        _table(
            question,
            "breached",
            f"Missed more than {length} ago, and not answered yet",
            ((at, open_tickets[name]) for name, at in missed.items() if name in open_tickets and now - at > patience),
            "Since is the instant at which the deadline could be met no more, of the earliest clock that runs.",
        ),
        _table(
            question,
            "without_clock",
            "The customer waits, and no clock runs",
            ((at, row) for at, row in silent if not row.clocks_running and row.category in ("open", "pending")),
            "No promise covers them: a clock for later answers (kind: next_response) would.",
        ),
    )
    return Report(
        kind=NAME,
        title="Forgotten tickets",
        scope=("Of all tickets that are neither solved nor closed.", as_of(question)),
        tables=tables,
    )


def _waits(row: TicketRow) -> bool:
    """True where the last word is the customer's."""
    if row.customer_spoke is None:
        return False
    return row.support_spoke is None or row.support_spoke < row.customer_spoke


def _table(question: Question, key: str, title: str, found: Iterable[tuple[int, TicketRow]], note: str) -> Table:
    ordered = sorted(found, key=lambda each: (each[0], each[1].reference))
    columns = (*COLUMNS, ASSIGNEE) if question.by_agent else COLUMNS
    return Table(
        key=key,
        title=f"{title}: {len(ordered):,}",
        columns=columns,
        lines=[_line(question, since, row) for since, row in ordered],
        notes=(note,) if ordered else (),
        lists=True,
    )


def _line(question: Question, since: int, row: TicketRow) -> Line:
    values = (
        row.reference,
        since,
        question.now - since,
        row.severity,
        row.category.replace("_", " "),
        row.organization or NONE,
        row.group or NONE,
        row.created,
    )
    return Line((*values, agent_of(row)) if question.by_agent else values, {"ticket": (row.reference,)})
