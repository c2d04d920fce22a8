"""Say what a report counts and by which instant.

Promise: each report says its period, the instant by which a clock belongs to it, and the zone of its dates.
"""

from __future__ import annotations

from slabot.reports.question import Question
from slabot.reports.rows import PeriodBy
from slabot.rules.words import local_time

_BY = {
    PeriodBy.JUDGED: (
        "A clock belongs to the time at which its verdict fell: at an answer in time, else when its deadline "
        "passed; one "
        "that ended otherwise to its end"
    ),
    PeriodBy.STARTED: "A clock belongs to the time at which it started",
}


def scope_of(question: Question) -> tuple[str, ...]:
    """For reports on clocks."""
    return (f"{period_words(question)}.", f"{_BY[question.period_by]}.", as_of(question))


def as_of(question: Question) -> str:
    """The present instant of the report, and its zone."""
    return (
        f"As of {local_time(question.local.local(question.now), question.zone)}; all times are of {question.zone.key}."
    )


def period_words(question: Question) -> str:
    """``From Mon 5 Jan 2026 00:00 until Mon 12 Jan 2026 00:00``."""
    since, until = (
        None if at is None else local_time(question.local.local(at), question.zone) for at in question.period
    )
    if since is None:
        return "All that slabot knows" if until is None else f"Until {until}"
    return f"Since {since}" if until is None else f"From {since} until {until}"
