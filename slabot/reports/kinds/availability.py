"""How long was the service down in each month, and how much of the month is that?

Promise: minutes first, then per cent; the rules by which they are counted stand beside them, and so does each outage
behind them with where it is from. An outage that lasts still counts until now.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from slabot.reports.availability import AvailabilityFigure, Month, figures, months, rules_in_words
from slabot.reports.local_time import seconds
from slabot.reports.model import Column, Line, Report, Share, Table, Unit
from slabot.reports.outages import OutageOrigin, OutageSpan
from slabot.reports.question import Option, Question
from slabot.reports.rows import EverySource
from slabot.reports.scope import as_of, period_words
from slabot.rules.words import local_time

NAME = "availability"
SUMMARY = "How long was the service down in each month, and how much of it is that?"
TAKES = frozenset({Option.PERIOD})
ALL = "all"
MONTHS = (
    Column("month", "Month"),
    Column("service", "Of"),
    Column("down", "Down", Unit.MINUTES),
    Column("of", "Of time", Unit.MINUTES),
    Column("available", "Available", Unit.PRECISE),
    Column("maintenance", "Maintenance", Unit.MINUTES),
    Column("left_out", "Left out", Unit.MINUTES),
    Column("outages", "Entries", Unit.COUNT),
    Column("whole", "Counted"),
)
OUTAGES = (
    Column("begins", "Began", Unit.INSTANT),
    Column("ends", "Ended", Unit.INSTANT),
    Column("lasted", "Lasted", Unit.MINUTES),
    Column("service", "Of"),
    Column("what", "What"),
    Column("origin", "Says"),
    Column("name", "Ticket or number"),
    Column("reason", "Why"),
    Column("remark", "Remark"),
)
_SAYS = {OutageOrigin.TICKET: "a ticket", OutageOrigin.OPERATOR: "a person"}


def build(source: EverySource, question: Question) -> Report:
    """Add up."""
    now = datetime.fromtimestamp(question.now, UTC)
    spans = source.outages(question.availability)
    looked_at = _months(source, question, spans, now)
    found = figures(spans, question.availability, looked_at, now)
    behind = dict.fromkeys(span for figure in found for span in figure.spans)
    return Report(
        kind=NAME,
        title="Availability",
        scope=(f"{period_words(question)}.", *rules_in_words(question.availability), as_of(question)),
        tables=(
            Table(
                key="months",
                title="By month",
                columns=MONTHS,
                lines=[_month(figure, question) for figure in found],
                notes=("A second counts once, however many outages hold it. Per cent are cut off, never rounded up.",),
            ),
            Table(
                key="outages",
                title="The outages behind it",
                columns=OUTAGES,
                lines=[_outage(span, now) for span in behind],
                lists=True,
            ),
        ),
        notes=tuple(_notes(source, question, looked_at)),
    )


def _months(source: EverySource, question: Question, spans: Sequence[OutageSpan], now: datetime) -> tuple[Month, ...]:
    """The months of the question; where it has no beginning, those since the first outage or since slabot watches."""
    since, until = question.period
    if since is None:
        known = [seconds(span.begins) for span in spans] + [source.begins or question.now]
        first = question.local.local(min(known)).date().replace(day=1)
        since = question.local.midnight(first)
    end = now if until is None else datetime.fromtimestamp(until, UTC)
    return months(datetime.fromtimestamp(since, UTC), end, now, question.zone)


def _month(figure: AvailabilityFigure, question: Question) -> Line:
    length = int(figure.length.total_seconds())
    down = math.ceil(figure.down)  # the fraction of a second of a weighted mean counts as down
    return Line(
        (
            figure.month.name,
            figure.service or ALL,
            down,
            length,
            Share(length - down, length),
            int(figure.maintenance.total_seconds()),
            int(figure.left_out.total_seconds()),
            len(figure.spans),
            "whole" if figure.month.whole else _cut(figure.month, question),
        ),
        {"outages": [span.name for span in figure.spans if span.origin is OutageOrigin.TICKET]}
        if question.tickets
        else {},
    )


def _cut(month: Month, question: Question) -> str:
    return f"{_day(month.begins, question)} to {_day(month.ends, question)}"


def _day(at: datetime, question: Question) -> str:
    return f"{question.local.local(seconds(at)):%d %H:%M}"


def _outage(span: OutageSpan, now: datetime) -> Line:
    return Line(
        (
            seconds(span.begins),
            None if span.ends is None else seconds(span.ends),
            int(((span.ends or now) - span.begins).total_seconds()),
            span.service or ALL,
            "maintenance" if span.maintenance else "outage",
            _SAYS[span.origin],
            span.name,
            span.reason,
            span.remark if span.ends is not None else "; ".join(filter(None, ("it lasts still", span.remark))),
        ),
        {"name": (span.name,)} if span.origin is OutageOrigin.TICKET else {},
    )


def _notes(source: EverySource, question: Question, looked_at: tuple[Month, ...]) -> Iterator[str]:
    begins = source.begins
    if begins is not None and looked_at and seconds(looked_at[0].begins) < begins:
        at = local_time(question.local.local(begins), question.zone)
        yield f"slabot has watched since {at}; of before it knows what was logged by people, and what tickets showed."
