"""What is asked of a report, and by what is it cut?

Promise: every row falls into exactly one cell of any cut, so sums over a cut equal the whole. Rows without a value fall
under `NONE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol, Self, TypeVar
from zoneinfo import ZoneInfo

from slabot.policy import Availability
from slabot.reports.errors import UnknownCut
from slabot.reports.local_time import LocalTime
from slabot.reports.model import NONE, Column, Line
from slabot.reports.rows import ALWAYS, CountedClock, Period, PeriodBy, TicketRow

DAY = 86400  # seconds


class Cut(StrEnum):
    """By what figures are divided."""

    SEVERITY = "severity"
    MONTH = "month"
    AGREEMENT = "agreement"
    GROUP = "group"
    AGENT = "agent"
    ORGANIZATION = "organization"
    HELPDESK = "helpdesk"
    CHANNEL = "channel"
    LANGUAGE = "language"

    @property
    def column(self) -> Column:
        """The column that names the parts."""
        return Column(self.value, self.value.title())


class Option(StrEnum):
    """What may be said in a question, and that not each report heeds; as the command names it."""

    BY = "--by"
    PERIOD = "--since and --until"
    STARTED = "--started"
    CLOCK = "--clock"
    DAYS = "--days"


Row = TypeVar("Row", CountedClock, TicketRow)
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        now: seconds since 1970 UTC; a running clock whose deadline has passed by then counts as missed.
        zone: of dates, months and hours.
        clock: only clocks of this name; None for all, each by itself.
        tickets: name the tickets behind the figures.
        charts: work out what the plots show, too.
        severities: the policy's, the most severe first.
        days: after which a ticket counts as forgotten, or a solve as settled; None for the usual.
        night: the hours of the night, from and until; of the zone.
        availability: the policy's terms of it.
    """

    now: int
    zone: ZoneInfo
    by: tuple[Cut, ...] = ()
    period: Period = ALWAYS
    period_by: PeriodBy = PeriodBy.JUDGED
    clock: str | None = None
    tickets: bool = False
    charts: bool = False
    severities: tuple[str, ...] = ()
    by_agent: bool = True
    days: int | None = None
    night: tuple[int, int] = (22, 6)
    availability: Availability = field(default_factory=Availability)
    local: LocalTime = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "local", LocalTime(self.zone))

    def days_or(self, usual: timedelta) -> int:
        """The length in seconds."""
        return int(usual.total_seconds()) if self.days is None else self.days * DAY

    def keys(self) -> Callable[[CountedClock | TicketRow, int], Key]:
        """Where a row belongs, with the instant that gives it its month."""
        if not self.by_agent and Cut.AGENT in self.by:
            raise UnknownCut("agent", "the policy says that no figures by agent are to exist (reports.by_agent: false)")
        parts = [_PARTS[cut] if cut is not Cut.MONTH else None for cut in self.by]
        month = self.local.month
        if len(parts) == 1 and parts[0] is not None:
            only = parts[0]
            return lambda row, _: (only(row),)
        return lambda row, at: tuple(month(at) if part is None else part(row) for part in parts)

    def instant(self, row: CountedClock, settled: int | None) -> int:
        """By which a clock belongs to a month; the present while it may still be met."""
        if self.period_by is PeriodBy.STARTED:
            return row.started
        return self.now if settled is None else settled

    def is_in_period(self, settled: int | None) -> bool:
        """True for a clock of the period, among those that a source hands over for it.

        One that may still be met is judged later than now, so it is in no period that is over.
        """
        if self.period_by is PeriodBy.STARTED:
            return True
        if settled is None:
            return self.period.until is None or self.period.until > self.now
        return self.period.holds(settled)

    def ordered(self, keys: Sequence[Key], first: int = 0) -> list[Key]:
        """Keys as people look for them: severities as the policy has them, everything else by name, `NONE` last.

        Args:
            keys: of cells.
            first: how many parts of a key stand before those of the cut.
        """
        rank = {name: place for place, name in enumerate(self.severities)}

        def place(key: Key) -> tuple[tuple[bool, int, str], ...]:
            found = []
            for number, part in enumerate(key):
                cut = self.by[number - first] if first <= number < first + len(self.by) else None
                known = rank.get(part, len(rank)) if cut is Cut.SEVERITY else 0
                found.append((part == NONE, known, part.casefold()))
            return tuple(found)

        return sorted(keys, key=place)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Of the cut."""
        return tuple(cut.column for cut in self.by)


class Cell(Protocol):
    """The figures of one cell of a cut."""

    def take(self, other: Self) -> None:
        """Add another cell's."""

    def line(self, key: Key) -> Line:
        """As a row of a table."""


OneCell = TypeVar("OneCell", bound=Cell)


def sums_of_clocks(cells: Mapping[Key, OneCell], empty: Callable[[], OneCell]) -> dict[str, Any]:
    """The total of a table, or one total for each kind of clock, since several kinds are never added up.

    Args:
        cells: by keys that begin with the name of a clock.
        empty: makes a cell that counts nothing.
    """
    by_name: dict[str, list[Key]] = {}
    for key in sorted(cells):
        by_name.setdefault(key[0], []).append(key)
    lines = []
    for name, keys in by_name.items():
        whole = empty()
        for key in keys:
            whole.take(cells[key])
        names = ("all",) if len(by_name) == 1 else (name, "all")
        lines.append(whole.line((*names, *("" for _ in keys[0][len(names) :]))))
    if len(by_name) == 1:
        return {"total": lines[0] if len(cells) > 1 else None}
    return {"totals": tuple(lines) if len(cells) > len(by_name) else ()}


def agent_of(row: CountedClock | TicketRow) -> str:
    """The agent's name, or their id where no name is known: of no two agents the same."""
    if row.agent is None:
        return NONE
    return row.agent_name or f"agent {row.agent} ({row.helpdesk})"


_PARTS: dict[Cut, Callable[[CountedClock | TicketRow], str]] = {
    Cut.SEVERITY: lambda row: row.severity,
    Cut.AGREEMENT: lambda row: row.agreement,
    Cut.GROUP: lambda row: row.group or NONE,
    Cut.AGENT: agent_of,
    Cut.ORGANIZATION: lambda row: row.organization or NONE,
    Cut.HELPDESK: lambda row: row.helpdesk,
    Cut.CHANNEL: lambda row: row.channel or NONE,
    Cut.LANGUAGE: lambda row: row.language or NONE,
}


def parse_cuts(text: str) -> tuple[Cut, ...]:
    """The cuts of ``severity,month``.

    Raises:
        UnknownCut: one of them is none.
    """
    found: list[Cut] = []
    for word in text.split(","):
        name = word.strip().casefold().replace("organisation", "organization")
        if name not in {cut.value for cut in Cut}:
            raise UnknownCut(word.strip(), f"write one or several of {', '.join(Cut)}, with commas between")
        if Cut(name) not in found:
            found.append(Cut(name))
    return tuple(found)
