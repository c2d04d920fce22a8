"""How do spans of time read in a terminal?

Promise: every table of spans shows from, to, how long, whether it counts and why, and its sum is the answer above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from slabot.calendars import Calendar, Span
from slabot.reports.style import coloured, faint, strong
from slabot.rules.clock import Terms
from slabot.rules.words import length, local_time, when, worked


def calendar_words(calendar: Calendar) -> str:
    """``support week``: a calendar's name as it is said."""
    return calendar.name.replace("_", " ")


def span_lines(spans: Sequence[Span], zone: ZoneInfo, *, marks: dict[datetime, str] | None = None) -> list[str]:
    """A table of spans; ``marks`` puts a line of its own before the span that begins at an instant."""
    marks = marks or {}
    starts = [local_time(span.start, zone) for span in spans]
    ends = [local_time(span.end, zone) for span in spans]
    sums = [length(span.end - span.start) for span in spans]
    wide, wide_sum = max(map(len, [*starts, *ends]), default=0), max(map(len, sums), default=0)
    lines = []
    for span, start, end, amount in zip(spans, starts, ends, sums, strict=True):
        if span.start in marks:
            lines.append(marks[span.start])
        sign = coloured("counts", "green") if span.counts else faint("      ")
        words = span.why if span.counts else faint(span.why)
        lines.append(f"  {start:<{wide}}  →  {end:<{wide}}  {amount:>{wide_sum}}  {sign}  {words}")
    if spans and spans[-1].end in marks:
        lines.append(marks[spans[-1].end])
    return lines


def due_text(calendar: Calendar, terms: Terms, start: datetime, met_until: datetime, zone: ZoneInfo) -> str:
    """The answer of ``slabot due``."""
    zone = zone if calendar.spec.always else calendar.zone
    lines = [f"{strong('due')}    {when(terms.due, zone)}"]
    if met_until != terms.due:
        lines.append(f"{strong('met')}    until {when(met_until, zone)}, for no working time lies between the two")
    if terms.promise is not None:
        lines.append(
            f"       the target itself would be {when(terms.target_due, zone)}; received on a closed date, it is due "
            "by the end of the next working day, which is earlier"
        )
    lines.append(f"{strong('target')} {terms.target} in {calendar_words(calendar)}, from {when(start, zone)}")
    lines.append("")
    marks = {terms.due: strong(f"  ── due {local_time(terms.due, zone)}")}
    spans = cut(calendar.spans(start, max(start, met_until)), terms.due)
    lines.extend(span_lines(spans, zone, marks=marks))
    return "\n".join(lines)


def elapsed_text(
    calendar: Calendar, amount: timedelta, start: datetime, end: datetime, spans: Sequence[Span], zone: ZoneInfo
) -> str:
    """The answer of ``slabot elapsed``."""
    zone = zone if calendar.spec.always else calendar.zone
    lines = [
        f"{strong('elapsed')} {worked(amount)} in {calendar_words(calendar)} ({int(amount.total_seconds())} seconds)"
    ]
    if end < start:
        lines.append("        the end lies before the beginning, so nothing has elapsed")
    lines.extend(["", *span_lines(spans, zone)] if spans else [])
    return "\n".join(lines)


def cut(spans: Sequence[Span], at: datetime) -> list[Span]:
    """The same spans, with a boundary at an instant."""
    parts: list[Span] = []
    for span in spans:
        if span.start < at < span.end:
            parts += [Span(span.start, at, span.counts, span.why), Span(at, span.end, span.counts, span.why)]
        else:
            parts.append(span)
    return parts
