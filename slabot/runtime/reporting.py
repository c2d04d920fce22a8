"""Make reports from the store.

Promise: a report sees one instant of the store. Clocks that have no record yet are counted and said, so no figure is
missing in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from slabot.policy import Availability, Policy
from slabot.policy.problems import plural
from slabot.reports.kinds import availability, pages
from slabot.reports.local_time import seconds
from slabot.reports.model import Report
from slabot.reports.outages import OutageSpan
from slabot.reports.question import Question
from slabot.reports.reconciling import Comparison
from slabot.reports.registry import kind
from slabot.reports.rows import CountedClock, PageRow, Period, PeriodBy, StretchRow, TicketRow
from slabot.runtime.outage_spans import every_span
from slabot.runtime.reconciling import HelpdeskFigures
from slabot.store import meta, records, report_rows

SKEW = 3600  # seconds by which a helpdesk's clock may be ahead of this machine's


def question_of(policy: Policy, now: datetime, **asked: Any) -> Question:
    """A question with what the policy says about all of them."""
    return Question(
        now=seconds(now),
        zone=policy.display_zone,
        severities=policy.severity_names,
        by_agent=policy.reports.by_agent,
        availability=policy.availability,
        **asked,
    )


def make_report(conn: Connection, name: str, question: Question, *, told: HelpdeskFigures | None = None) -> Report:
    """The report of a kind.

    Args:
        conn: of a `Store.read`.
        name: of the kind.
        question: what is asked.
        told: what helpdesks say themselves, for the report that compares it; None for the others.

    Raises:
        UnknownKind, UnknownCut: there is no such report or division.
    """
    report = kind(name).build(StoreSource(conn, told), question)
    if told is not None or name == availability.NAME:
        return report
    if later := report_rows.count_later(conn, question.now + SKEW):
        note = (
            f"The store knows how tickets stand at present, not how they stood then: {plural(later, 'clock')} began or "
            f"stopped after this time and {'counts as it' if later == 1 else 'count as they'} came out. For a period "
            "that is over, leave out --now and give --until."
        )
        report = replace(report, notes=(note, *report.notes))
    if name == pages.NAME:  # which are no records
        return report
    return replace(report, notes=(*missing_records(conn, question), *report.notes))


def missing_records(conn: Connection, question: Question) -> Sequence[str]:
    """What is not in the figures yet, in whole sentences."""
    said: list[str] = []
    tickets, clocks = records.count_unrecorded(conn)
    if tickets:
        more = f" with {plural(clocks, 'clock')}" if clocks else ""
        said.append(
            f"Not in these figures, since there is no record yet: {plural(tickets, 'ticket')}{more}. slabot run works "
            "records out in the background after an upgrade."
        )
    if outdated := records.count_outdated(conn, records.form_of(by_agent=question.by_agent)):
        said.append(
            f"Of {plural(outdated, 'ticket')} the records were made by an earlier release or with other settings, and "
            "lack what is recorded since. slabot run works them out anew in the background."
        )
    return said


class StoreSource:
    """The rows of a store, at one instant of it."""

    def __init__(self, conn: Connection, told: HelpdeskFigures | None = None) -> None:
        self._conn, self._told = conn, told
        self._shared = records.shared_names(conn)

    def _clock(self, row: Sequence[Any]) -> CountedClock:
        made = CountedClock._make(row)
        return made._replace(agent_name=_apart(made)) if made.agent_name in self._shared else made

    def _ticket(self, row: Sequence[Any]) -> TicketRow:
        made = TicketRow._make(row)
        return made._replace(agent_name=_apart(made)) if made.agent_name in self._shared else made

    def clocks(self, period: Period, by: PeriodBy) -> Iterator[CountedClock]:
        """See `slabot.reports.rows.Source`."""
        return map(self._clock, report_rows.clocks(self._conn, *period, started=by is PeriodBy.STARTED))

    def running(self) -> Iterator[CountedClock]:
        """See `slabot.reports.rows.Source`."""
        return map(self._clock, report_rows.running(self._conn))

    def tickets(self) -> Iterator[TicketRow]:
        """See `slabot.reports.rows.Source`."""
        return map(self._ticket, report_rows.open_tickets(self._conn))

    def every_ticket(self, period: Period) -> Iterator[TicketRow]:
        """See `slabot.reports.rows.Source`."""
        return map(self._ticket, report_rows.tickets(self._conn, *period))

    def stretches(self, period: Period) -> Iterator[StretchRow]:
        """See `slabot.reports.rows.Source`."""
        own = len(StretchRow._fields) - 1
        for row in report_rows.stretches(self._conn, *period):
            yield StretchRow._make((*row[:own], self._ticket(row[own:])))

    def pages(self, period: Period) -> Iterator[PageRow]:
        """See `slabot.reports.rows.Source`."""
        return map(PageRow._make, report_rows.pages(self._conn, *period))

    def outages(self, terms: Availability) -> Sequence[OutageSpan]:
        """See `slabot.reports.rows.Source`."""
        return every_span(self._conn, terms)

    @property
    def begins(self) -> int | None:
        """See `slabot.reports.rows.Source`."""
        installed = meta.installed(self._conn)
        return None if installed is None else seconds(installed)

    def comparisons(self, question: Question) -> Iterator[Comparison]:
        """See `slabot.reports.rows.Source`."""
        if self._told is None:
            return iter(())
        return self._told.comparisons(self._conn, datetime.fromtimestamp(question.now, UTC))

    @property
    def read_of_helpdesks(self) -> Sequence[str]:
        """See `slabot.reports.rows.Source`."""
        return () if self._told is None else self._told.scope

    @property
    def problems(self) -> Sequence[str]:
        """See `slabot.reports.rows.Source`."""
        return () if self._told is None else self._told.notes


def _apart(row: CountedClock | TicketRow) -> str:
    """An agent's name, told apart from others who are called the same."""
    return f"{row.agent_name} ({row.helpdesk} {row.agent})"
