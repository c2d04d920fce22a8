"""Which promises were missed, and why?

Promise: every clock that counts as missed in the period is listed once, the latest first, with what it takes to judge
it: when it could be met at last, how late the answer was, who was paged and when, and the reason, if one is known.
"""

from __future__ import annotations

from collections import Counter

from slabot.reports.model import NONE, Column, Line, Report, Share, Table, Unit
from slabot.reports.question import Key, Option, Question, agent_of
from slabot.reports.rows import CountedClock, Outcome, Source, excused_outcome, outcome
from slabot.reports.scope import scope_of

NAME = "breaches"
SUMMARY = "Which promises were missed, how late, and why?"
TAKES = frozenset({Option.BY, Option.PERIOD, Option.STARTED, Option.CLOCK})
NO_REASON = "no reason known"
COLUMNS = (
    Column("ticket", "Ticket"),
    Column("clock", "Clock"),
    Column("severity", "Severity"),
    Column("agreement", "Agreement"),
    Column("organization", "Organization"),
    Column("group", "Group"),
    Column("started", "Started", Unit.INSTANT),
    Column("due", "Due", Unit.INSTANT),
    Column("missed", "Missed at", Unit.INSTANT),
    Column("answered", "Answered", Unit.INSTANT),
    Column("late", "Late by", Unit.SECONDS),
    Column("pages", "Pages", Unit.COUNT),
    Column("first_page", "First page", Unit.INSTANT),
    Column("acknowledged", "Acknowledged", Unit.INSTANT),
    Column("reason", "Reason"),
    Column("excused", "With excuses"),
)
AGENT = Column("agent", "Answered by")
NOTES = (
    "Late by is working time past due, by the clock's own calendar; empty while nobody has answered. Due may lie "
    "before the "
    "instant at which it was missed: no working time lies between the two.",
)


def build(source: Source, question: Question) -> Report:
    """List."""
    found: list[tuple[int, CountedClock]] = []
    reasons: Counter[tuple[Key, str]] = Counter()
    tickets: dict[tuple[Key, str], list[str]] = {}
    excused: Counter[tuple[Key, str]] = Counter()
    keys = question.keys()
    for row in source.clocks(question.period, question.period_by):
        if question.clock is not None and row.name != question.clock:
            continue
        came_out, settled = outcome(row, question.now)
        if came_out is not Outcome.MISSED or settled is None:
            continue
        if not question.is_in_period(settled):
            continue
        found.append((settled, row))
        cell = (keys(row, question.instant(row, settled)), row.reason or NO_REASON)
        reasons[cell] += 1
        without = excused_outcome(row, came_out, question.now)
        excused[cell] += without is not Outcome.MISSED
        if question.tickets:
            tickets.setdefault(cell, []).append(row.reference)
    found.sort(key=lambda each: (-each[0], each[1].helpdesk, each[1].ticket, each[1].label))
    columns = (*COLUMNS, AGENT) if question.by_agent else COLUMNS
    every = sum(reasons.values())
    order = sorted(reasons, key=lambda cell: (-reasons[cell], cell[1]))
    by_cut = question.ordered(list(dict.fromkeys(cell[0] for cell in order)))
    cells = [cell for key in by_cut for cell in order if cell[0] == key]
    why = Table(
        key="reasons",
        title="Missed, by reason",
        columns=(
            *question.columns,
            Column("reason", "Reason"),
            Column("missed", "Missed", Unit.COUNT),
            Column("share", "Of all missed", Unit.SHARE),
            Column("excused", "Excused", Unit.COUNT),
        ),
        lines=[
            Line(
                (*cell[0], cell[1], reasons[cell], Share(reasons[cell], every), excused[cell]),
                {"missed": tickets[cell]} if question.tickets else {},
            )
            for cell in cells
        ],
        total=Line((*("" for _ in question.by), "all", every, Share(every, every), sum(excused.values())))
        if every
        else None,
    )
    listed = Table(
        key="breaches",
        title="Missed, the latest first",
        columns=columns,
        lines=[_line(settled, row, question) for settled, row in found],
        notes=NOTES,
        lists=True,
    )
    return Report(kind=NAME, title="Breaches", scope=scope_of(question), tables=(why, listed))


def _line(settled: int, row: CountedClock, question: Question) -> Line:
    late = None if row.margin is None or not row.answered else -row.margin
    without = excused_outcome(row, Outcome.MISSED, question.now)
    excused = "" if without is Outcome.MISSED else without.value.replace("_", " ")
    values = (
        row.reference,
        row.label,
        row.severity,
        row.agreement,
        row.organization or NONE,
        row.group or NONE,
        row.started,
        row.due,
        settled,
        row.stopped if row.answered else None,
        late,
        row.pages,
        row.first_paged,
        row.acknowledged,
        row.reason or NO_REASON,
        excused,
    )
    return Line((*values, agent_of(row)) if question.by_agent else values, {"ticket": (row.reference,)})
