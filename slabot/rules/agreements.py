"""Which agreement was in force for a ticket, at every time, and by which condition?

Promise: the first agreement of the file whose conditions hold and whose dates include the start of what is judged;
where none fits, the file's own terms. It follows the timeline as the severity does: a tag that comes late moves a
running clock, whose start stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slabot.domain import Actor, Severity
from slabot.policy import DEFAULT, Agreement, Policy
from slabot.rules.case import Case
from slabot.rules.evidence import Request, conditions_evidence


class Fit(NamedTuple):
    """An agreement whose conditions hold; ``because`` is empty where it asks for nothing."""

    agreement: Agreement
    because: str


class Fitting(NamedTuple):
    """The agreements that fitted from an instant on, the first in the file first, up to one that holds at all times.

    Attributes:
        by, by_id: who caused the change; at the creation the system.
    """

    since: datetime
    fits: tuple[Fit, ...]
    by: Actor
    by_id: str | None


class InForce(NamedTuple):
    """The agreement that counts from an instant on.

    Attributes:
        name: `DEFAULT` for the file's own terms.
        because: the condition that holds, in words; empty for the default and where the agreement asks for nothing.
    """

    since: datetime
    name: str
    because: str
    by: Actor = Actor.SYSTEM
    by_id: str | None = None


class AgreementHistory:
    """Every agreement that was in force for a ticket."""

    __slots__ = ("_fittings", "policy")

    def __init__(self, case: Case) -> None:
        """Walk along the timeline, if the file has agreements."""
        self.policy = case.policy  # the file's, in which each agreement finds its terms
        self._fittings = list(_fittings(case)) if case.policy.agreements else []

    def periods(self, start: datetime, severity: Severity, end: datetime | None) -> list[InForce]:
        """What counts for a clock, the first from its start on.

        Args:
            start: of the clock: dated agreements count by it.
            severity: in force at the start, for the zone in which a date begins.
            end: when the clock stopped; what changed then or later is not for it.
        """
        found = [InForce(start, DEFAULT, "")]
        for fitting in self._fittings:
            if end is not None and fitting.since >= end and fitting.since > start:
                break
            name, because = self._first(fitting, start, severity)
            since = max(fitting.since, start)
            if since == start:
                found = [InForce(start, name, because, fitting.by, fitting.by_id)]
            elif name != found[-1].name:
                found.append(InForce(since, name, because, fitting.by, fitting.by_id))
        return found

    def _first(self, fitting: Fitting, start: datetime, severity: Severity) -> tuple[str, str]:
        for fit in fitting.fits:
            if not fit.agreement.dated or fit.agreement.holds_on(self._day(fit.agreement, start, severity)):
                return fit.agreement.name, fit.because
        return DEFAULT, ""

    def _day(self, agreement: Agreement, start: datetime, severity: Severity) -> date:
        zone: ZoneInfo = self.policy.under(agreement.name).severity_calendar(severity).spec.zone
        return start.astimezone(zone).date()


def _fittings(case: Case) -> Iterator[Fitting]:
    policy, request = case.policy, Request.at_creation(case.ticket)
    created, events = case.ticket.created_at, case.events
    place = 0
    while place < len(events) and events[place].at == created:
        request.takes(events[place])
        place += 1
    yield Fitting(created, _fits(policy, request), Actor.SYSTEM, None)
    for event in events[place:]:
        if request.takes(event):
            yield Fitting(event.at, _fits(policy, request), event.by, event.by_id)


def _fits(policy: Policy, request: Request) -> tuple[Fit, ...]:
    found: list[Fit] = []
    for agreement in policy.agreement_index.candidates(partial(_shown, request)):
        because = conditions_evidence(agreement.when, agreement.unless, request)
        if because is not None:
            found.append(Fit(agreement, because))
            if not agreement.dated:
                break
    return tuple(found)


def _shown(request: Request, condition: str) -> tuple[str, ...]:
    """What the ticket shows for a condition, in small letters."""
    ticket = request.ticket
    match condition:
        case "organization":
            value = request.organization
        case "requester":
            address = (request.email or "").casefold()
            return (address, f"@{address.rpartition('@')[2]}") if address else ()
        case "group":
            value = request.group
        case "brand":
            value = request.brand
        case "form":
            value = request.form
        case "tags":
            return tuple(tag.casefold() for tag in request.tags)
        case "channel":
            value = ticket.channel
        case "type":
            value = ticket.kind
        case "helpdesk":
            value = ticket.helpdesk
        case _:
            raise AssertionError(f"no agreement is looked up by {condition}")
    return (value.casefold(),) if value else ()
