"""How many customers wrote again after slabot had solved their ticket, beside those whom people solved?

Promise: each solve of the period is counted once, by who did it. A customer has written again if feedback came within
the given days, on the ticket or on one that follows it up; a mere thanks is none. Solves whose days are not over are
counted apart, for they would make the share look better. The share of slabot's solves beside that of people's is the
regret meter.
"""

from __future__ import annotations

from datetime import timedelta

from slabot.reports.model import Column, Line, Report, Share, Table, Unit
from slabot.reports.question import DAY, Key, Option, Question
from slabot.reports.rows import Period, Source
from slabot.reports.scope import as_of, period_words

NAME = "auto-solved"
SUMMARY = "How many customers wrote again after slabot had solved their ticket?"
TAKES = frozenset({Option.BY, Option.PERIOD, Option.DAYS})
USUAL = timedelta(days=30)
WHO = {
    "slabot": "slabot",
    "agent": "people",
    "automation": "the helpdesk's rules",
    "system": "not known",
    "customer": "the customer",
    "third_party": "the customer",
    None: "not known",
}
ORDER = ("slabot", "people", "the helpdesk's rules", "the customer", "not known")


class _Solves:
    __slots__ = ("again", "over", "pending", "solves", "tickets")

    def __init__(self, *, tickets: bool) -> None:
        self.solves = self.over = self.again = self.pending = 0
        self.tickets: dict[str, list[str]] | None = {} if tickets else None

    def line(self, key: Key) -> Line:
        values = (self.solves, self.over, self.again, Share(self.again, self.over), self.pending)
        return Line((*key, *values), self.tickets or {})


def build(source: Source, question: Question) -> Report:
    """Count."""
    within, now, period = question.days_or(USUAL), question.now, question.period
    days = within // DAY
    followed: dict[str, int] = {}
    for row in source.every_ticket(Period(period.since, None)):
        if row.follows is not None:
            name = f"{row.helpdesk}/{row.follows}"
            followed[name] = min(row.created, followed.get(name, row.created))
    cells: dict[Key, _Solves] = {}
    keys = question.keys()
    for stretch in source.stretches(period):
        ended = stretch.ended
        if ended is None or stretch.ended_as not in ("solved", "closed") or not period.holds(ended):
            continue
        cell = cells.setdefault(
            (WHO.get(stretch.ended_by, "not known"), *keys(stretch.of, ended)), _Solves(tickets=question.tickets)
        )
        again = [at for at in (stretch.wrote_again, followed.get(stretch.reference)) if at is not None and at > ended]
        wrote = bool(again) and min(again) <= min(ended + within, now)
        cell.solves += 1
        cell.over += wrote or ended + within <= now
        cell.again += wrote
        cell.pending += not wrote and ended + within > now
        if cell.tickets is not None:
            cell.tickets.setdefault("again" if wrote else "solves", []).append(stretch.reference)
    rank = {name: place for place, name in enumerate(ORDER)}
    ordered = sorted(question.ordered(list(cells), 1), key=lambda key: rank[key[0]])
    table = Table(
        key="solves",
        title=f"Customers who wrote again within {days} days",
        columns=(
            Column("by", "Solved by"),
            *question.columns,
            Column("solves", "Solves", Unit.COUNT),
            Column("over", "Settled", Unit.COUNT),
            Column("again", "Wrote again", Unit.COUNT),
            Column("share", "Of settled", Unit.SHARE),
            Column("pending", f"{days} days not over", Unit.COUNT),
        ),
        lines=[cells[key].line(key) for key in ordered],
        notes=(
            "The share of slabot's solves beside that of people's is the regret meter.",
            f"Settled: {days} days have passed, or the customer has written again. Closing a ticket that was not "
            "solved "
            "before counts as a solve.",
        ),
    )
    scope = (f"{period_words(question)}, by the instant of the solve.", as_of(question))
    return Report(kind=NAME, title="Solved by slabot", scope=scope, tables=(table,))
