"""Say how a week or a month went, in a few sentences and a small table.

Promise: the sentences are those of the reports, with their n; nothing is said that `slabot report` would not say of
the same period.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slabot.policy.reporting import Every
from slabot.reports.as_text import cell, share_text
from slabot.reports.kinds import breaches, compliance, forgotten, response_times
from slabot.reports.local_time import seconds
from slabot.reports.model import Line, Share, Table
from slabot.reports.question import Cut, Question
from slabot.reports.rows import Period, Source

NAMED = 5  # tickets
_DRAWN = ("met", "missed")
_COLUMNS = ("clocks", "met", "missed", "attainment", "unanswered")


class Summary(NamedTuple):
    """What is sent.

    Attributes:
        counted: what the count of a column is, with that of each row.
    """

    subject: str
    text: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    counted: tuple[tuple[str, tuple[int, ...]], ...]


def period_before(every: Every, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The last whole week or month before an instant: its first midnight, and that after its last day."""
    today = at.astimezone(zone).date()
    if every is Every.WEEK:
        end = today - timedelta(days=today.weekday())
        start = end - timedelta(days=7)
    else:
        end = today.replace(day=1)
        start = (end - timedelta(days=1)).replace(day=1)
    return _midnight(start, zone), _midnight(end, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def summary_of(source: Source, question: Question, every: Every, since: datetime, until: datetime) -> Summary:
    """The figures of a period.

    Args:
        source: hands over the rows.
        question: with the present instant, the zone and the severities.
        every: of what it is.
        since: beginning of the period.
        until: its end.
    """
    asked = replace(question, by=(Cut.SEVERITY,), period=Period(seconds(since), seconds(until)))
    before = replace(asked, period=Period(*map(seconds, period_before(every, since, question.zone))))
    kept = compliance.build(source, asked).tables[0]
    lengths = response_times.build(source, asked).tables[0]
    text = " ".join(
        (
            f"{_named(every, since, until)}:",
            *_kept(kept, compliance.build(source, before).tables[0], every),
            *_missed(breaches.build(source, asked).tables[1]),
            *_forgotten(forgotten.build(source, replace(question, by=()))),
            f"More: slabot report compliance --since {since:%Y-%m-%d} --until {until:%Y-%m-%d}.",
        )
    )
    places = [[column.key for column in kept.columns].index(key) for key in _COLUMNS]
    half = [column.key for column in lengths.columns].index("worked_p50")
    took = {line.values[:2]: cell(line.values[half], lengths.columns[half], asked) for line in lengths.lines}
    several = len({line.values[0] for line in kept.lines}) > 1
    rows = [
        (
            str(line.values[1]) if not several else f"{line.values[0]}, {line.values[1]}".replace("_", " "),
            *(cell(line.values[place], kept.columns[place], asked) for place in places),
            took.get(line.values[:2], "-"),
        )
        for line in kept.lines
    ]
    heads = ("Severity", *(kept.columns[place].title for place in places), lengths.columns[half].title)
    counted = tuple(_counts(kept, key) for key in _DRAWN)
    return Summary(f"Promises kept: {_named(every, since, until)}", text, heads, tuple(rows), counted)


def _named(every: Every, since: datetime, until: datetime) -> str:
    last = until - timedelta(days=1)
    if every is Every.MONTH:
        return f"{since:%B %Y}"
    return f"Week of {since.day} {since:%b} to {last.day} {last:%b %Y}"


def _counts(table: Table, key: str) -> tuple[str, tuple[int, ...]]:
    place = [column.key for column in table.columns].index(key)
    counts = (line.values[place] for line in table.lines)
    return table.columns[place].title, tuple(count if isinstance(count, int) else 0 for count in counts)


def _attained(table: Table) -> dict[str, Share]:
    """Of all lines of a clock together; clocks of which none was judged are left out."""
    place = [column.key for column in table.columns].index("attainment")
    found: dict[str, Share] = {}
    for line in table.lines:
        name, share = str(line.values[0]), line.values[place]
        if isinstance(share, Share) and share.of:
            before = found.get(name, Share(0, 0))
            found[name] = Share(before.part + share.part, before.of + share.of)
    return found


def _kept(table: Table, before: Table, every: Every) -> list[str]:
    now, then = _attained(table), _attained(before)
    if not now:
        return ["no promise came due."]
    former = {name: f" (the {every.value} before: {share_text(share)})" for name, share in then.items()}
    if len(now) == 1:
        ((name, share),) = now.items()
        return [f"{share_text(share)} promises were kept{former.get(name, '')}."]
    each = (f"{name.replace('_', ' ')} {share_text(share)}{former.get(name, '')}" for name, share in now.items())
    return [f"promises kept: {'; '.join(each)}."]


def _missed(table: Table) -> list[str]:
    found = len(table.lines)
    if not found:
        return []
    named = ", ".join(f"{line.values[0]} ({line.values[2]})" for line in table.lines[:NAMED])
    return [f"Missed: {named}{f' and {found - NAMED} more' if found > NAMED else ''}."]


def _forgotten(report: object) -> list[str]:
    tables: tuple[Table, ...] = getattr(report, "tables", ())
    waiting = tables[0].lines if tables else ()
    if not waiting:
        return []
    oldest: Line = waiting[0]
    verb = "ticket waits" if len(waiting) == 1 else "tickets wait"
    return [f"{len(waiting):,} open {verb} for an answer for more than 3 days, {oldest.values[0]} the longest."]
