"""What is promised to a clock, under each severity and agreement that was in force while it ran?

Promise: the start of a clock stays, whatever changes; each change of severity or agreement gives its terms from the
same start. A deadline that passed under former terms stays missed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from slabot.domain import Severity
from slabot.policy import Policy, WhenClosed
from slabot.policy.dated import row_of
from slabot.rules.agreements import AgreementHistory, InForce
from slabot.rules.clock import Terms, plan_terms
from slabot.rules.severity import Assessment, SeverityHistory

Promise = Callable[[Severity, InForce, datetime], Terms | None]
"""What a clock that starts then is promised under a severity of an agreement; None where that has no such clock."""


class TermsPeriod(NamedTuple):
    """One severity under one agreement.

    Attributes:
        since: when it came to count for the clock; the first at the clock's start.
        raised: True where the severity replaced a lower one.
    """

    severity: Severity
    agreement: InForce
    since: datetime
    raised: bool


def periods(
    history: SeverityHistory, agreements: AgreementHistory, start: datetime, stopped_at: datetime | None
) -> list[TermsPeriod]:
    """What was in force between start and end; it freezes when the clock stops.

    Within one second the message or the status that stops a clock comes before what else was changed.
    """
    severities = _severities(history, start, stopped_at)
    agreed = agreements.periods(start, severities[0][0].severity, stopped_at)
    if len(severities) == len(agreed) == 1:  # as for most tickets
        return [TermsPeriod(severities[0][0].severity, agreed[0], start, False)]
    rank = agreements.policy.rank
    found: list[TermsPeriod] = []
    for since in sorted({since for _, since in severities} | {each.since for each in agreed}):
        severity = next(each.severity for each, began in reversed(severities) if began <= since)
        agreement = next(each for each in reversed(agreed) if each.since <= since)
        former = found[-1].severity if found else severity
        found.append(TermsPeriod(severity, agreement, since, rank(severity) < rank(former)))
    return found


def _severities(
    history: SeverityHistory, start: datetime, stopped_at: datetime | None
) -> list[tuple[Assessment, datetime]]:
    """The severities in force, each with the instant from which it counted for the clock."""
    found: list[tuple[Assessment, datetime]] = [(history.at(start), start)]
    for assessment in history.assessments:
        if assessment.since <= start or (stopped_at is not None and assessment.since >= stopped_at):
            continue
        if assessment.severity != found[-1][0].severity:
            found.append((assessment, assessment.since))
    return found


def first_response_promise(policy: Policy) -> Promise:
    """The table of the severities, as each agreement has it."""

    def promise(severity: Severity, agreement: InForce, start: datetime) -> Terms | None:
        agreed = policy.under(agreement.name)
        terms = agreed.severities[severity]
        calendar = agreed.calendar_from(terms.calendar, start)
        row = row_of(terms.respond_within, start, calendar.zone)
        if row is None:
            return None
        return plan_terms(
            severity,
            row.within,
            calendar,
            start,
            received_when_closed=terms.received_when_closed is WhenClosed.NEXT_WORKING_DAY,
            agreement=agreement.name,
            because=agreement.because,
        )

    return promise


def further_promise(policy: Policy, name: str) -> Promise:
    """What the agreements say about a clock of that name."""

    def promise(severity: Severity, agreement: InForce, start: datetime) -> Terms | None:
        agreed = policy.under(agreement.name)
        clock = next((each for each in agreed.clocks if each.name == name), None)
        if clock is None:
            return None
        calendar = agreed.calendar_from(clock.calendar or agreed.severities[severity].calendar, start)
        row = row_of(clock.targets(severity), start, calendar.zone)
        if row is None:
            return None
        return plan_terms(
            severity,
            row.within,
            calendar,
            start,
            received_when_closed=False,
            agreement=agreement.name,
            because=agreement.because,
        )

    return promise
