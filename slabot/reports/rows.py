"""The rows that reports read, and who hands them over.

Promise: a report knows no store: it is given a `Source` and asks it for streams of rows. Instants are whole seconds
since 1970 UTC, lengths whole seconds, so that a hundred thousand rows are read in a second or two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from slabot.policy import Availability
from slabot.reports.outages import OutageSpan
from slabot.reports.reconciling import Comparison

if TYPE_CHECKING:
    from slabot.reports.question import Question


class Outcome(StrEnum):
    """How a clock counts in a report; see `outcome`."""

    MET = "met"
    MISSED = "missed"
    UNANSWERED = "unanswered"
    UNKNOWN = "unknown"
    VOID = "void"
    NO_PROMISE = "no_promise"
    RUNNING = "running"


class CountedClock(NamedTuple):
    """A record of a clock (`slabot.rules.records.ClockRecord`); ``agent`` is the id of who answered."""

    helpdesk: str
    ticket: str
    label: str
    name: str
    agreement: str
    severity: str
    organization: str | None
    group: str | None
    channel: str | None
    language: str | None
    answered: bool
    agent: str | None
    agent_name: str | None
    started: int
    due: int | None
    met_until: int | None
    stopped: int | None
    judged: int | None
    worked: int | None
    margin: int | None
    verdict: str
    certain: bool
    no_promise: str
    excused_verdict: str | None
    excused_met_until: int | None
    excused_seconds: int | None
    reason: str | None
    policy_version: int
    pages: int
    first_paged: int | None
    acknowledged: int | None

    @property
    def reference(self) -> str:
        """``acme/4711``."""
        return f"{self.helpdesk}/{self.ticket}"


class TicketRow(NamedTuple):
    """How a ticket stands (`slabot.rules.records.TicketSummary`); ``agent`` is the id of its assignee."""

    helpdesk: str
    ticket: str
    created: int
    organization: str | None
    group: str | None
    channel: str | None
    language: str | None
    agent: str | None
    agent_name: str | None
    agreement: str
    category: str
    since: int
    severity: str
    severity_source: str
    proposed_severity: str
    proposed_source: str
    confirmed: bool
    read: str | None
    or_else: str | None
    claimed: str | None
    customer_spoke: int | None
    support_spoke: int | None
    clocks_running: int
    follows: str | None

    @property
    def reference(self) -> str:
        """``acme/4711``."""
        return f"{self.helpdesk}/{self.ticket}"


class StretchRow(NamedTuple):
    """A stretch in which a ticket was open (`slabot.rules.records.OpenStretch`), with its ticket as it stands."""

    number: int
    opened: int
    ended: int | None
    ended_as: str | None
    ended_by: str | None
    wrote_again: int | None
    of: TicketRow

    @property
    def reference(self) -> str:
        """``acme/4711``."""
        return self.of.reference


class PageRow(NamedTuple):
    """A page that was sent.

    Attributes:
        to: the destination as the policy writes it; None where everybody was told at once.
        seen: when somebody first acknowledged a page of the clock, at or after this one; None if nobody did.
    """

    helpdesk: str
    ticket: str
    at: int
    clock: str
    rung: str
    to: str | None
    severity: str | None
    seen: int | None

    @property
    def reference(self) -> str:
        """``acme/4711``."""
        return f"{self.helpdesk}/{self.ticket}"


class PeriodBy(StrEnum):
    """By which of its instants a clock belongs to a period."""

    JUDGED = "judged"
    """When its verdict fell: at an answer in time, else when the deadline could be met no more."""
    STARTED = "started"


class Period(NamedTuple):
    """A stretch of time, its beginning in it and its end not; None for an open side."""

    since: int | None = None
    until: int | None = None

    def holds(self, at: int | None) -> bool:
        """True for an instant in it."""
        if at is None:
            return False
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


ALWAYS = Period()


class Source(Protocol):
    """Hands over rows, one after the other."""

    def clocks(self, period: Period, by: PeriodBy) -> Iterator[CountedClock]:
        """The clocks of a period, and by `PeriodBy.JUDGED` those that run, whatever the period."""

    def running(self) -> Iterator[CountedClock]:
        """The clocks that have not stopped."""

    def tickets(self) -> Iterator[TicketRow]:
        """Tickets that are neither solved nor closed, nor merged, deleted or spam."""

    def every_ticket(self, period: Period) -> Iterator[TicketRow]:
        """Tickets that were created in a period."""

    def stretches(self, period: Period) -> Iterator[StretchRow]:
        """Stretches of which any part lies in the period."""

    def pages(self, period: Period) -> Iterator[PageRow]:
        """Pages that were sent in a period."""


class EverySource(Source, Protocol):
    """Hands over what reports need that are not about clocks and tickets alone, too."""

    def comparisons(self, question: Question) -> Iterator[Comparison]:
        """The helpdesks' own figures beside slabot's, of the tickets of the question."""

    @property
    def read_of_helpdesks(self) -> Sequence[str]:
        """What was read for those, in whole sentences; known once they were compared."""

    @property
    def problems(self) -> Sequence[str]:
        """What could not be read of those, in whole sentences."""

    def outages(self, terms: Availability) -> Sequence[OutageSpan]:
        """Every outage that is known, in the order in which they began."""

    @property
    def begins(self) -> int | None:
        """Since when slabot has watched; None where that is not known."""


def outcome(row: CountedClock, now: int) -> tuple[Outcome, int | None]:
    """How a clock counts, and when that was settled: a running one whose deadline has passed counts as missed at once.

    A clock that may have been answered where slabot could not read counts as unknown then.
    """
    if row.verdict != "running":
        return Outcome(row.verdict), row.judged
    passed = row.judged
    if passed is None and row.met_until is not None and row.met_until < now:
        passed = row.met_until
    if row.no_promise:
        return Outcome.NO_PROMISE, None
    if passed is None:
        return Outcome.RUNNING, None
    return (Outcome.MISSED if row.certain else Outcome.UNKNOWN), passed


def excused_outcome(row: CountedClock, came_out: Outcome, now: int) -> Outcome:
    """How a clock counts with the excused time taken out, where it counts as it does by `outcome`."""
    if row.excused_verdict is None:
        return came_out
    if row.excused_verdict != Outcome.RUNNING.value:
        return Outcome(row.excused_verdict)
    still = row.excused_met_until is None or now <= row.excused_met_until
    return Outcome.RUNNING if still else came_out
