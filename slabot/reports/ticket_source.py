"""Read the rows of reports off tickets that are at hand, with no store.

Promise: the same rows as a store would hand over that had followed these tickets until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from slabot.domain import Acknowledged, Claimed, PageSent, TicketRecord
from slabot.policy import Availability, Policy
from slabot.reports.local_time import seconds
from slabot.reports.outages import OutageSpan, marked
from slabot.reports.question import Question
from slabot.reports.reconciling import Comparison
from slabot.reports.rows import CountedClock, PageRow, Period, PeriodBy, StretchRow, TicketRow
from slabot.rules import Verdict, decide
from slabot.rules.records import ClockRecord, TicketSummary, records

RUNNING = Verdict.RUNNING.value
FROM_FILE = 0  # the version of a policy that no store knows


def _seconds(instant: datetime | None) -> int | None:
    return None if instant is None else seconds(instant)


def clock_row(helpdesk: str, ticket: str, record: ClockRecord) -> CountedClock:
    """The row of a record."""
    return CountedClock(
        helpdesk=helpdesk,
        ticket=ticket,
        label=record.label,
        name=record.name,
        agreement=record.agreement,
        severity=record.severity,
        organization=record.organization,
        group=record.group,
        channel=record.channel,
        language=record.language,
        answered=record.answered,
        agent=record.answered_by,
        agent_name=None,
        started=seconds(record.started_at),
        due=_seconds(record.due_at),
        met_until=_seconds(record.met_until),
        stopped=_seconds(record.stopped_at),
        judged=_seconds(record.judged_at),
        worked=record.worked_seconds,
        margin=record.margin_seconds,
        verdict=record.verdict.value,
        certain=record.certain,
        no_promise=record.no_promise,
        excused_verdict=record.excused_verdict,
        excused_met_until=_seconds(record.excused_met_until),
        excused_seconds=record.excused_seconds,
        reason=record.reason,
        policy_version=record.policy_version,
        pages=record.pages,
        first_paged=_seconds(record.first_paged_at),
        acknowledged=_seconds(record.acknowledged_at),
    )


def ticket_row(helpdesk: str, ticket: str, created: datetime, found: TicketSummary) -> TicketRow:
    """The row of a summary."""
    return TicketRow(
        helpdesk=helpdesk,
        ticket=ticket,
        created=seconds(created),
        organization=found.organization,
        group=found.group,
        channel=found.channel,
        language=found.language,
        agent=found.assignee,
        agent_name=None,
        agreement=found.agreement,
        category=found.category,
        since=seconds(found.since),
        severity=found.severity,
        severity_source=found.severity_source,
        proposed_severity=found.proposed_severity,
        proposed_source=found.proposed_source,
        confirmed=found.confirmed,
        read=found.read_severity,
        or_else=found.read_or_else,
        claimed=found.claimed_severity,
        customer_spoke=_seconds(found.customer_spoke_at),
        support_spoke=_seconds(found.support_spoke_at),
        clocks_running=found.clocks_running,
        follows=found.follows,
    )


class TicketSource:
    """The rows of tickets, decided at one instant."""

    def __init__(self, tickets: Iterable[TicketRecord], policy: Policy, now: datetime) -> None:
        """Decide about each once; what was created later is left out."""
        self._clocks: list[CountedClock] = []
        self._tickets: list[TicketRow] = []
        self._stretches: list[StretchRow] = []
        self._pages: list[PageRow] = []
        self._outages: list[OutageSpan] = []
        for record in tickets:
            if record.ticket.created_at <= now:
                self._take(record, policy, now)

    def _take(self, record: TicketRecord, policy: Policy, now: datetime) -> None:
        ticket = record.ticket
        found = records(decide(ticket, record.timeline, policy, now), policy, FROM_FILE)
        of = ticket_row(ticket.helpdesk, ticket.id, ticket.created_at, found.ticket)
        self._tickets.append(of)
        self._clocks += (clock_row(ticket.helpdesk, ticket.id, clock) for clock in found.clocks)
        for each in found.stretches:
            ended, again = _seconds(each.ended_at), _seconds(each.wrote_again_at)
            opened = seconds(each.opened_at)
            self._stretches.append(StretchRow(each.number, opened, ended, each.ended_as, each.ended_by, again, of))
        self._pages += _pages(record, now)
        self._outages += marked(ticket, record.timeline, policy.availability.outages)

    def clocks(self, period: Period, by: PeriodBy) -> Iterator[CountedClock]:
        """See `slabot.reports.rows.Source`."""
        for row in self._clocks:
            at = row.started if by is PeriodBy.STARTED else row.judged
            if at is None or period.holds(at):
                yield row

    def running(self) -> Iterator[CountedClock]:
        """See `slabot.reports.rows.Source`."""
        return (row for row in self._clocks if row.verdict == RUNNING)

    def tickets(self) -> Iterator[TicketRow]:
        """See `slabot.reports.rows.Source`."""
        still = {row.reference for row in self._stretches if row.ended is None}
        return (row for row in self._tickets if row.reference in still)

    def every_ticket(self, period: Period) -> Iterator[TicketRow]:
        """See `slabot.reports.rows.Source`."""
        return (row for row in self._tickets if period.holds(row.created))

    def stretches(self, period: Period) -> Iterator[StretchRow]:
        """See `slabot.reports.rows.Source`."""
        since, until = period
        for row in self._stretches:
            begun = until is None or row.opened < until
            if begun and (since is None or row.ended is None or row.ended >= since):
                yield row

    def pages(self, period: Period) -> Iterator[PageRow]:
        """See `slabot.reports.rows.Source`."""
        return (row for row in self._pages if period.holds(row.at))

    def comparisons(self, question: Question) -> Iterator[Comparison]:
        """See `slabot.reports.rows.Source`; a ticket file holds no figures of a helpdesk's."""
        return iter(())

    @property
    def read_of_helpdesks(self) -> Sequence[str]:
        """Nothing: a file tells no figures of theirs."""
        return ()

    @property
    def problems(self) -> Sequence[str]:
        """See `slabot.reports.rows.Source`."""
        return ("A ticket file holds no figures of a helpdesk's, so there is nothing to compare.",)

    def outages(self, terms: Availability) -> Sequence[OutageSpan]:
        """See `slabot.reports.rows.Source`; by the policy's rules, and without what people logged."""
        return sorted(self._outages, key=lambda span: (span.begins, span.name))

    @property
    def begins(self) -> int | None:
        """See `slabot.reports.rows.Source`."""
        return None


def _pages(record: TicketRecord, now: datetime) -> Iterator[PageRow]:
    seen = [event for event in record.timeline if isinstance(event, Acknowledged | Claimed) and event.at <= now]
    for event in record.timeline:
        if isinstance(event, PageSent) and event.at <= now:
            first = next((each for each in seen if each.at >= event.at and each.clock in (None, event.clock)), None)
            yield PageRow(
                helpdesk=record.ticket.helpdesk,
                ticket=record.ticket.id,
                at=seconds(event.at),
                clock=event.clock,
                rung=event.rung,
                to=event.to,
                severity=event.severity,
                seen=None if first is None else seconds(first.at),
            )
