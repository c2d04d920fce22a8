"""Count what came of replayed tickets.

Promise: a tally is counts alone, under names, so that those of many tickets, of several processes and of a second look
at some tickets are added up and taken out again; it grows with what is told apart, and not with the number of tickets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from zoneinfo import ZoneInfo

from slabot.reports.backtest.replay import Replayed, ReplayedClock
from slabot.reports.local_time import HOURS_A_DAY, LocalTime
from slabot.reports.rows import Outcome
from slabot.rules import Kind

MINUTE = 60  # seconds
UNANSWERED_YET = -1  # minutes of work, of a clock that nobody answered in time
NIGHT = (22, 6)  # hours, from and until

Tally = Counter[tuple[str, ...]]


class PolicySide(StrEnum):
    """Which policy."""

    OLD = "old"
    NEW = "new"


class TallyFigure(StrEnum):
    """What is counted, and by which names."""

    TICKETS = "tickets"
    CLOCKS = "clocks"
    """Clock, agreement, severity, outcome."""
    MONTHS = "months"
    """Month, outcome; of the first response."""
    PAGES = "pages"
    """Severity."""
    HOURS = "hours"
    """Hour of the week."""
    PEOPLE = "people"
    """Person, and whether it was in the night."""
    ACTS = "acts"
    """Kind, mode."""
    AGAIN = "again"
    """Kind: the customer wrote again after it."""
    BREACHES = "breaches"
    """One of `Warned`."""
    DIVERGED = "diverged"
    UNSURE = "unsure"
    """Tickets whose severity cannot be known."""
    WORKED = "worked"
    """Agreement, severity, minutes of work until the first response."""
    SATURDAYS = "saturdays"
    """Severity: first responses missed while a Saturday lay before the deadline, or all of them."""
    REPLAYED = "replayed"
    """Tickets that wanted to write in the same run as others, and were played together."""
    DIFFER = "differ"
    DIFFER_IN_VERDICT = "differ_in_verdict"
    HELD = "held"
    """Brake: writes that the governor held back."""


class Warned(StrEnum):
    """Whether a page went out about a deadline before it passed."""

    SAVED = "saved"
    """Paged, and then met."""
    CAUGHT = "caught"
    """Missed, after a page before the deadline."""
    UNSEEN = "unseen"
    """Missed, and nobody had been paged before the deadline."""


class Counting:
    """Counts replayed tickets in a zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Args: the zone of months, hours and nights."""
        self._local = LocalTime(zone)

    def count(self, side: PolicySide, found: Replayed) -> Tally:
        """The counts of one ticket under one policy."""
        return Counter((side.value, *name) for name in self._names(found))

    def _names(self, found: Replayed) -> Iterator[tuple[str, ...]]:
        yield (TallyFigure.TICKETS,)
        if found.diverged is not None:
            yield (TallyFigure.DIVERGED,)
        if found.words_gone:
            yield (TallyFigure.UNSURE,)
        for clock in found.clocks:
            yield from self._of_clock(clock)
        again: set[Kind] = set()
        for act in found.acts:
            if act.kind is not Kind.PAGE:
                yield TallyFigure.ACTS, act.kind, act.mode
                if act.again is not None and act.kind not in again:
                    again.add(act.kind)
                    yield TallyFigure.AGAIN, act.kind, act.mode
                continue
            hour = self._local.hour_of_week(act.at)
            night = hour % HOURS_A_DAY >= NIGHT[0] or hour % HOURS_A_DAY < NIGHT[1]
            yield TallyFigure.PAGES, act.severity
            yield TallyFigure.HOURS, str(hour)
            yield TallyFigure.PEOPLE, act.person, "night" if night else "day"

    def _of_clock(self, clock: ReplayedClock) -> Iterator[tuple[str, ...]]:
        outcome = clock.outcome
        yield TallyFigure.CLOCKS, clock.name, clock.agreement, clock.severity, outcome
        if outcome not in (Outcome.MET, Outcome.MISSED):
            return
        if clock.settled is not None:
            yield TallyFigure.MONTHS, clock.name, self._local.month(clock.settled), outcome
        before = clock.paged is not None and (clock.met_until is None or clock.paged <= clock.met_until)
        if outcome is Outcome.MISSED:
            yield TallyFigure.BREACHES, Warned.CAUGHT if before else Warned.UNSEEN
        elif before:
            yield TallyFigure.BREACHES, Warned.SAVED
        yield from self._for_proposals(clock)

    def _for_proposals(self, clock: ReplayedClock) -> Iterator[tuple[str, ...]]:
        minutes = UNANSWERED_YET
        if clock.answered and clock.worked is not None:
            minutes = -(-clock.worked // MINUTE)
        yield TallyFigure.WORKED, clock.name, clock.agreement, clock.severity, str(minutes)
        if clock.outcome is Outcome.MISSED and clock.met_until is not None:
            had = _has_saturday(self._local, clock.started, clock.met_until)
            yield TallyFigure.SATURDAYS, clock.name, clock.severity, "saturday" if had else "none"


def _has_saturday(local: LocalTime, since: int, until: int) -> bool:
    """True if the shift of a Saturday, 9 to 17, lies between two instants, or an hour of it."""
    hour, at = 3600, since
    if until - since > 7 * HOURS_A_DAY * hour:
        return True
    first, last = SHIFT
    while at < until:
        of_week = local.hour_of_week(at)
        if first <= of_week < last:
            return min(until, at + hour) - at >= hour or local.hour_of_week(at + hour) < last
        at += hour
    return False


SHIFT = (5 * HOURS_A_DAY + 9, 5 * HOURS_A_DAY + 17)  # hours of the week: a Saturday from 9 to 17
