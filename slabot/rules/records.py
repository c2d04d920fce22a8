"""Fold a ticket's decision and timeline into the records that reports are made of.

Promise: a record is a function of the timeline, the policies and the instant. It is worked out afresh each time, and
that of a clock that has stopped changes only with the timeline or the terms. Who answered or acknowledged is in none
where the policy says that no figures by agent are to exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from slabot.calendars import elapsed_with_pauses
from slabot.domain import (
    Acknowledged,
    AnyEvent,
    AssigneeChanged,
    Claimed,
    GroupChanged,
    OrganizationChanged,
    PageSent,
    RequesterChanged,
    Severity,
    TermsFrozen,
)
from slabot.policy import DEFAULT, Policy
from slabot.policy.languages import language_name
from slabot.rules.case import Case
from slabot.rules.clock import ClockState, Verdict
from slabot.rules.decision import Decision
from slabot.rules.instances import last_terms
from slabot.rules.open_time import OpenStretch, open_stretches
from slabot.rules.read_severity import reading_of
from slabot.rules.severity import Assessment, SeveritySource
from slabot.rules.voices import Voice


class RecordError(ValueError):
    """A decision that read no ticket has no records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRecord:
    """One clock of a ticket, for reports.

    Attributes:
        label: unique within the ticket: ``next_response#2``.
        severity: in force for the clock, frozen when it stopped.
        severity_source: what that severity rests on.
        organization, group: of the ticket when the clock stopped, or now.
        answered: True where it stopped by what it waits for, and not by the end of the ticket.
        answered_by: the helpdesk's id of the agent whose answer stopped the clock; None where none did, or where no
            figures by agent are kept.
        judged_at: when the verdict fell: at the answer if it came in time, else when the deadline could be met no more;
            None while the clock may still be met.
        worked_seconds: working time from start to stop; None while it runs.
        margin_seconds: working time that was left until due, negative past it; None while it runs, or if never due.
        verdict: as decided; a running clock whose `judged_at` is set has missed its deadline.
        no_promise: why nothing is promised; empty where something is.
        excused_verdict, excused_met_until: of the same clock without the time that is excused; None where none is.
        excused_seconds: the time that is excused, as the deadline counts.
        reason: the name of why the deadline was missed, as somebody said.
        policy_version: by which the clock is judged.
        pages: that were sent about the clock.
        acknowledged_at, acknowledged_by: by the first person who acknowledged a page of it, or claimed the ticket.
    """

    label: str
    name: str
    instance: int
    agreement: str
    severity: Severity
    severity_source: str
    organization: str | None
    group: str | None
    channel: str | None
    language: str | None
    answered: bool
    answered_by: str | None
    started_at: datetime
    due_at: datetime | None
    met_until: datetime | None
    stopped_at: datetime | None
    judged_at: datetime | None
    worked_seconds: int | None
    margin_seconds: int | None
    verdict: Verdict
    certain: bool
    no_promise: str
    excused_verdict: str | None
    excused_met_until: datetime | None
    excused_seconds: int | None
    reason: str | None
    policy_version: int
    pages: int
    first_paged_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSummary:
    """How a ticket stands, for reports about tickets rather than clocks.

    Attributes:
        proposed_severity, proposed_source: the last severity that no person had chosen: of a rule, of the helpdesk's
            priority, or the default.
        confirmed: True where a person chose the severity in force.
        read_severity, read_or_else: what the reader finds in the request, the more severe of two first; None where it
            finds nothing, is off, or has no words to read.
        claimed_severity: what the text claims of itself; None where it claims nothing.
        since: when it entered its category.
        customer_spoke_at, support_spoke_at: the last word of either side that the other could read.
        clocks_running: how many of its clocks run.
        follows: the id of the closed ticket that it follows up.
    """

    organization: str | None
    group: str | None
    channel: str | None
    language: str | None
    assignee: str | None
    agreement: str
    category: str
    since: datetime
    severity: Severity
    severity_source: str
    proposed_severity: Severity
    proposed_source: str
    confirmed: bool
    read_severity: Severity | None
    read_or_else: Severity | None
    claimed_severity: Severity | None
    customer_spoke_at: datetime | None
    support_spoke_at: datetime | None
    clocks_running: int
    follows: str | None


class Records(NamedTuple):
    """Everything that reports know of a ticket.

    Attributes:
        words_gone: True where words of the request are no longer kept, so that the reader cannot read it any more.
    """

    ticket: TicketSummary
    clocks: tuple[ClockRecord, ...]
    stretches: tuple[OpenStretch, ...]
    words_gone: bool = False


def records(decision: Decision, policy: Policy, version: int, more: Sequence[AnyEvent] = ()) -> Records:
    """The records of a decided ticket.

    Args:
        decision: about the ticket.
        policy: the file in force.
        version: of it.
        more: events that the decision adds to the timeline.

    Raises:
        RecordError: the decision rests on no ticket.
    """
    if decision.case is None:
        raise RecordError("this decision rests on no ticket, so it has no records")
    return _RecordReading(decision, decision.case, policy, version, more).records()


class _RecordReading:
    """One ticket, read for its records."""

    def __init__(self, decision: Decision, case: Case, policy: Policy, version: int, more: Sequence[AnyEvent]) -> None:
        self._decision, self._case, self._policy, self._version = decision, case, policy, version
        self._by_agent = policy.reports.by_agent
        self._groups: list[tuple[datetime, str | None]] = []
        requester = case.ticket.requester
        self._organizations: list[tuple[datetime, str | None]] = []
        self._first = (case.ticket.group, None if requester is None else requester.organization)
        self._assignee, self._same_requester = case.ticket.assignee, True
        self._terms: list[TermsFrozen] = []
        self._acknowledged: list[Acknowledged | Claimed] = []
        self._answers: dict[datetime, str | None] = {}  # by whom, at each instant at which somebody answered
        for said in case.answers:
            self._answers.setdefault(said.at, said.message.by_id)
        for event in (*case.events, *more):
            self._take(event)

    def records(self) -> Records:
        decision = self._decision
        terms = last_terms(self._terms, decision.clocks) if self._terms else {}
        clocks = tuple(self._clock(clock, terms.get(clock.label)) for clock in decision.clocks)
        return Records(self._ticket(), clocks, tuple(open_stretches(self._case)), decision.written is None)

    def _take(self, event: AnyEvent) -> None:
        match event:
            case GroupChanged():
                self._groups.append((event.at, event.to))
            case OrganizationChanged():
                self._organizations.append((event.at, event.to))
            case AssigneeChanged():
                self._assignee = event.to
            case RequesterChanged():
                first = self._case.ticket.requester
                self._same_requester = first is not None and event.to == first.id
            case TermsFrozen():
                if event.policy_version is not None:
                    self._terms.append(event)
            case Acknowledged() | Claimed():
                self._acknowledged.append(event)
            case _:
                pass

    def _clock(self, clock: ClockState, terms: TermsFrozen | None) -> ClockRecord:
        end, case = clock.stopped_at, self._case
        group, organization = self._first
        organization = _at(self._organizations, end, organization)
        paged = [page.at for page in case.pages if self._about(page, clock)]
        seen = next((event for event in self._acknowledged if self._about(event, clock)), None)
        severity = self._assessment(clock)
        return ClockRecord(
            label=clock.label,
            name=clock.name,
            instance=clock.instance,
            agreement=clock.terms.agreement,
            severity=clock.terms.severity,
            severity_source=severity.source.value,
            organization=organization,
            group=_at(self._groups, end, group),
            channel=case.ticket.channel,
            language=self._language(organization),
            answered=clock.answered,
            answered_by=self._answered_by(clock) if self._by_agent else None,
            started_at=clock.started_at,
            due_at=clock.due_at,
            met_until=clock.met_until,
            stopped_at=end,
            judged_at=_judged_at(clock),
            worked_seconds=None if end is None else int(clock.elapsed.total_seconds()),
            margin_seconds=_margin(clock),
            verdict=clock.verdict,
            certain=clock.certain,
            no_promise=clock.no_promise,
            excused_verdict=None if clock.excused is None else clock.as_excused.verdict.value,
            excused_met_until=None if clock.excused is None else clock.as_excused.met_until,
            excused_seconds=None if clock.excused is None else int(clock.excused_time.total_seconds()),
            reason=None if clock.reason is None else clock.reason.event.reason,
            policy_version=self._version if terms is None or terms.policy_version is None else terms.policy_version,
            pages=len(paged),
            first_paged_at=paged[0] if paged else None,
            acknowledged_at=None if seen is None else seen.at,
            acknowledged_by=seen.by_id if seen is not None and self._by_agent else None,
        )

    def _about(self, event: PageSent | Acknowledged | Claimed, clock: ClockState) -> bool:
        return clock.is_meant(event.clock, event.at) and (clock.stopped_at is None or event.at <= clock.stopped_at)

    def _answered_by(self, clock: ClockState) -> str | None:
        """The agent who wrote the public message at which it stopped."""
        return None if clock.stopped_at is None else self._answers.get(clock.stopped_at)

    def _assessment(self, clock: ClockState) -> Assessment:
        """The last one, until the stop, by which the clock has its severity."""
        end, named = clock.stopped_at, clock.terms.severity
        fitting = [each for each in clock.severities if each.severity == named and (end is None or each.since <= end)]
        return fitting[-1] if fitting else self._decision.severity

    def _language(self, organization: str | None) -> str | None:
        requester = self._case.ticket.requester
        if requester is not None and requester.language and self._same_requester:
            return language_name(requester.language)
        helpdesk = self._policy.helpdesks.get(self._case.ticket.helpdesk)
        return self._policy.language_of(organization) or (None if helpdesk is None else helpdesk.language)

    def _ticket(self) -> TicketSummary:
        decision, case = self._decision, self._case
        current = decision.severity
        proposed = next(
            (each for each in reversed(decision.assessments) if each.source is not SeveritySource.AGENT), current
        )
        spoke = {Voice.CUSTOMER: case.ticket.created_at if case.opening is None else None}
        answered: datetime | None = None
        read = reading_of(self._policy, decision.written)
        for said in case.said:
            if said.voice is Voice.CUSTOMER:
                spoke[Voice.CUSTOMER] = said.at
            elif said.voice in (Voice.AGENT, Voice.SLABOT) and said.message.public:
                answered = said.at
        return TicketSummary(
            organization=case.organization,
            group=case.group,
            channel=case.ticket.channel,
            language=self._language(case.organization),
            assignee=self._assignee if self._by_agent else None,
            agreement=DEFAULT if decision.agreement is None else decision.agreement.name,
            category=decision.category.value,
            since=case.stays[-1].since,
            severity=current.severity,
            severity_source=current.source.value,
            proposed_severity=proposed.severity,
            proposed_source=proposed.source.value,
            confirmed=current.source is SeveritySource.AGENT,
            read_severity=None if read is None else read.severity,
            read_or_else=None if read is None else read.or_else,
            claimed_severity=None if read is None else read.claimed,
            customer_spoke_at=spoke[Voice.CUSTOMER],
            support_spoke_at=answered,
            clocks_running=sum(clock.running and not clock.no_promise for clock in decision.clocks),
            follows=case.ticket.follows,
        )


def _at(changes: Sequence[tuple[datetime, str | None]], end: datetime | None, first: str | None) -> str | None:
    """The value at the end of a clock, that second included; the present one without an end."""
    found = first
    for at, to in changes:
        if end is not None and at > end:
            break
        found = to
    return found


def _judged_at(clock: ClockState) -> datetime | None:
    if clock.no_promise:
        return clock.stopped_at
    if clock.missed is not None and clock.verdict in (Verdict.RUNNING, Verdict.MISSED):
        return clock.missed.met_until
    return clock.stopped_at


def _margin(clock: ClockState) -> int | None:
    """Working seconds left until due when it stopped; past due, those since, negative."""
    end = clock.stopped_at
    missed = clock.missed if clock.verdict is Verdict.MISSED else None
    due, calendar = clock.due_at, clock.terms.counted_in
    if missed is not None:
        due, calendar = missed.due_at, missed.counted_in
    if end is None or due is None or clock.no_promise:
        return None
    if end <= due:
        return int(elapsed_with_pauses(calendar, end, due, clock.pauses).total_seconds())
    return -int(elapsed_with_pauses(calendar, due, end, clock.pauses).total_seconds())
