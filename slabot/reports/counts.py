"""Count how clocks came out, raw and excused.

Promise: each clock is counted once; the share met is of those that were met or missed, and everything else is counted
beside it with its reason.
"""

from __future__ import annotations

from slabot.reports.model import Column, Line, Share, Unit, Value
from slabot.reports.rows import CountedClock, Outcome

OUTCOMES = tuple(Outcome)
_MET, _MISSED = OUTCOMES.index(Outcome.MET), OUTCOMES.index(Outcome.MISSED)
PLACE = {each: place for place, each in enumerate(OUTCOMES)}
TITLES = {
    Outcome.UNANSWERED: "Unanswered",
    Outcome.UNKNOWN: "Unknown",
    Outcome.VOID: "Void",
    Outcome.NO_PROMISE: "No promise",
    Outcome.RUNNING: "Running",
}
LEFT_OUT = (
    "The share is of clocks that were met or missed. Left out of it: unanswered (solved or closed before an answer "
    "was due), "
    "unknown (slabot could not read whether it was answered), void (merged, deleted or spam), no promise (the "
    "agreement "
    "promises nothing), running (its deadline is still to come).",
)
COLUMNS = (
    Column("clocks", "Clocks", Unit.COUNT),
    Column("met", "Met", Unit.COUNT),
    Column("missed", "Missed", Unit.COUNT),
    Column("attainment", "Met of judged", Unit.SHARE),
    Column("excused", "Excused", Unit.COUNT),
    Column("attainment_excused", "With excuses", Unit.SHARE),
    *(Column(each.value, title, Unit.COUNT) for each, title in TITLES.items()),
)


class Counts:
    """How the clocks of one cell came out."""

    __slots__ = ("excused", "raw", "tickets")

    def __init__(self, *, tickets: bool) -> None:
        """Nothing is counted yet.

        Args:
            tickets: remember which tickets are behind each figure.
        """
        self.raw = [0] * len(OUTCOMES)
        self.excused = [0] * len(OUTCOMES)
        self.tickets: dict[str, list[str]] | None = {} if tickets else None

    def add(self, row: CountedClock, came_out: Outcome, excused: Outcome) -> None:
        """Count a clock, as it is and with the excused time taken out."""
        self.raw[PLACE[came_out]] += 1
        self.excused[PLACE[excused]] += 1
        if self.tickets is not None:
            self.tickets.setdefault(came_out.value, []).append(row.reference)
            if excused is not came_out:
                self.tickets.setdefault("excused", []).append(row.reference)

    def take(self, other: Counts) -> None:
        """Add another cell's."""
        self.raw = [one + more for one, more in zip(self.raw, other.raw, strict=True)]
        self.excused = [one + more for one, more in zip(self.excused, other.excused, strict=True)]

    @property
    def all(self) -> int:
        """How many clocks."""
        return sum(self.raw)

    @property
    def attainment(self) -> Share:
        """Met, of those that were met or missed."""
        return Share(self.raw[_MET], self.raw[_MET] + self.raw[_MISSED])

    @property
    def with_excuses(self) -> Share:
        """The same with what was excused taken out."""
        return Share(self.excused[_MET], self.excused[_MET] + self.excused[_MISSED])

    def line(self, key: tuple[str, ...]) -> Line:
        """As a row of a table."""
        values: tuple[Value, ...] = (
            self.all,
            self.raw[_MET],
            self.raw[_MISSED],
            self.attainment,
            self.raw[_MISSED] - self.excused[_MISSED],
            self.with_excuses,
            *(self.raw[PLACE[each]] for each in TITLES),
        )
        return Line((*key, *values), self.tickets or {})
