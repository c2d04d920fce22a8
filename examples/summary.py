"""How did each severity fare, in numbers that a support lead can check?

Promise: every ticket is counted once under the severity of its first response; a deadline that has passed is a miss,
whether or not somebody answered later; where messages could not be read, no verdict is claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from examples.follow import Followed
from slabot.domain import Actor, Message
from slabot.policy import FIRST_RESPONSE, After, Before, Breach, Policy, Used, parse_rung
from slabot.rules import Action, ClockState, Kind, Verdict

INFERRED = "inferred-"  # how the ids of events begin that a converter inferred
VERDICTS = ("met", "missed", "unanswered", "void", "running", "unknown", "no clock")
RUNGS = ("share used", "before due", "breach", "after", "repeat")
WRITES = (Kind.FOLLOW_UP, Kind.AUTO_SOLVE, Kind.AUTO_CLOSE)
OTHERS = (Kind.REOPEN, Kind.SET_CATEGORY, Kind.SET_SEVERITY, Kind.NUDGE, Kind.NOTE)
NO_TIME = "-"


@dataclass(slots=True)
class Row:
    """The numbers of one severity.

    Attributes:
        answers: working seconds from the request to the first response, of the tickets that have one.
    """

    tickets: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    answers: list[int] = field(default_factory=list)
    pages: Counter[str] = field(default_factory=Counter)
    acts: Counter[Kind] = field(default_factory=Counter)

    def take(self, other: Row) -> None:
        """Add another row's numbers, for the total."""
        self.tickets += other.tickets
        self.verdicts += other.verdicts
        self.answers += other.answers
        self.pages += other.pages
        self.acts += other.acts


class Summary:
    """The numbers of all tickets so far; it keeps no ticket."""

    def __init__(self, policy: Policy) -> None:
        """Begin with a row for each severity of the policy, in its order."""
        self.rows = {severity: Row() for severity in policy.severities}
        self.tickets = self.looks = self.decisions = self.cut = self.inferred = 0

    def add(self, followed: Followed) -> None:
        """Count one ticket."""
        clock = followed.last.clock(FIRST_RESPONSE)
        row = self.rows[followed.last.severity.severity if clock is None else clock.terms.severity]
        self.tickets += 1
        self.looks += followed.looks
        self.decisions += followed.decisions
        self.cut += followed.cut
        self.inferred += sum(event.id.startswith(INFERRED) for event in followed.record.timeline)
        row.tickets += 1
        row.verdicts[verdict(followed, clock)] += 1
        if clock is not None and answered(followed, clock):
            row.answers.append(int(clock.elapsed.total_seconds()))
        for action in followed.done:
            if action.kind is Kind.PAGE:
                row.pages[rung_kind(action)] += 1
            else:
                row.acts[action.kind] += 1

    @property
    def total(self) -> Row:
        """All severities together."""
        total = Row()
        for row in self.rows.values():
            total.take(row)
        return total

    def as_json(self) -> dict[str, Any]:
        """The same for machines; all times in seconds."""
        return {
            "tickets": self.tickets,
            "looks": self.looks,
            "decisions": self.decisions,
            "cut_short": self.cut,
            "inferred_events": self.inferred,
            "severities": {name: _row_json(row) for name, row in (*self.rows.items(), ("all", self.total))},
        }


def verdict(followed: Followed, clock: ClockState | None) -> str:
    """The first response's verdict, one of ``VERDICTS``."""
    if clock is None:
        return "no clock"
    if clock.verdict is Verdict.VOID:
        return "void"
    if not followed.record.ticket.history_complete:
        return "unknown"
    return "missed" if clock.running and clock.missed is not None else clock.verdict.value


def answered(followed: Followed, clock: ClockState) -> bool:
    """True if an agent's public message stopped the clock, and not the end of the ticket."""
    return clock.stopped_at is not None and any(
        isinstance(event, Message) and event.by is Actor.AGENT and event.public and event.at == clock.stopped_at
        for event in followed.record.timeline
    )


def rung_kind(page: Action) -> str:
    """Which kind of rung a page was sent for, one of ``RUNGS``."""
    if page.fact("repetition") != "0":
        return "repeat"
    match parse_rung(page.fact("rung") or ""):
        case Used():
            return "share used"
        case Before():
            return "before due"
        case Breach():
            return "breach"
        case After():
            return "after"


def percentile(values: Iterable[int], percent: int) -> int | None:
    """The smallest value that at least so many percent of the values do not exceed; None if there are none."""
    ordered = sorted(values)
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None


def table(summary: Summary) -> list[str]:
    """The summary as lines of text."""
    rows = [*summary.rows.items(), ("all", summary.total)]
    shown = [name for name in VERDICTS if name in ("met", "missed") or summary.total.verdicts[name]]
    others = [kind for kind in OTHERS if summary.total.acts[kind]]
    lines = [
        "First response",
        *_aligned(
            ["severity", "tickets", *shown, "median", "", "90%", ""],
            [
                [name, _n(row.tickets), *(_n(row.verdicts[v]) for v in shown), *_time(row, 50), *_time(row, 90)]
                for name, row in rows
            ],
        ),
        "",
        "Pages that would have been sent, by kind of rung",
        *_aligned(
            ["severity", *RUNGS, "all"],
            [[name, *(_n(row.pages[r]) for r in RUNGS), _n(row.pages.total())] for name, row in rows],
        ),
        "",
        "What would have been done on tickets",
        *_aligned(
            ["severity", *(_plural(kind) for kind in (*WRITES, *others))],
            [[name, *(_n(row.acts[kind]) for kind in (*WRITES, *others))] for name, row in rows],
        ),
        "",
        "Median and 90%: working seconds from the request to the first answer, of the tickets that have one.",
        f"{summary.tickets:,} tickets, looked at {summary.looks:,} times, {summary.decisions:,} decisions.",
    ]
    if unknown := summary.total.verdicts["unknown"]:
        lines.append(
            f"{unknown:,} tickets have messages that could not be read: no verdict is claimed for them, and what would "
            "have been done supposes that nobody answered."
        )
    if summary.cut:
        lines.append(f"{summary.cut:,} tickets were not followed to their end: they asked for too many looks.")
    if summary.inferred:
        lines.append(
            f"Remark: {summary.inferred:,} events are inferred and not recorded, the customers' messages after a wait "
            "among them, so waits, follow-ups and their ends are as good as that reading (examples/README.md)."
        )
    return lines


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "tickets": row.tickets,
        "verdicts": {name: row.verdicts[name] for name in VERDICTS},
        "answered": len(row.answers),
        "first_response_seconds": {"median": percentile(row.answers, 50), "90%": percentile(row.answers, 90)},
        "pages": {rung: row.pages[rung] for rung in RUNGS},
        "acts": {kind.value: row.acts[kind] for kind in (*WRITES, *OTHERS)},
    }


def _time(row: Row, percent: int) -> list[str]:
    seconds = percentile(row.answers, percent)
    if seconds is None:
        return [NO_TIME, ""]
    return [f"{seconds:,} s", f"({seconds // 3600} h {seconds // 60 % 60:02} min)"]


def _n(number: int) -> str:
    return f"{number:,}"


def _plural(kind: Kind) -> str:
    return {
        Kind.FOLLOW_UP: "follow-ups",
        Kind.AUTO_SOLVE: "solves",
        Kind.AUTO_CLOSE: "closes",
        Kind.REOPEN: "reopened",
        Kind.SET_CATEGORY: "set to Pending",
        Kind.SET_SEVERITY: "severity written",
        Kind.NUDGE: "nudges",
        Kind.NOTE: "notes",
    }.get(kind, kind.value)


def _aligned(head: list[str], rows: list[list[str]]) -> list[str]:
    """Columns two blanks apart; the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]
