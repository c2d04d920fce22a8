"""Read from a ticket's history when it marked an outage.

Promise: an outage lasts from when the ticket shows what a rule of `availability.outages` asks for until it does not any
more, whatever becomes of its status: a solved ticket that still bears the mark still marks an outage. A ticket that was
merged away, deleted or marked as spam marks nothing, since nobody takes anything off it; a restored one does again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from slabot.domain import AnyEvent, Category, Deleted, MarkedSpam, Merged, Restored, StatusChanged, Ticket, Timeline
from slabot.policy import OutageRule
from slabot.rules.evidence import Request, conditions_evidence


class OutageOrigin(StrEnum):
    """Who says that the service was down."""

    TICKET = "ticket"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageSpan:
    """A time in which the service, or a part of it, was down or under maintenance.

    Attributes:
        ends: None while it lasts.
        service: None for the service as a whole.
        name: the ticket, ``acme/4711``, or the number that an operator's entry has.
        reason: the rule with what the ticket showed, or what the operator wrote.
        remark: what somebody who reads the figure should know about it; may be empty.
    """

    begins: datetime
    ends: datetime | None
    service: str | None = None
    maintenance: bool = False
    origin: OutageOrigin
    name: str
    reason: str
    remark: str = ""


def marked(ticket: Ticket, timeline: Timeline, rules: Iterable[OutageRule]) -> Iterator[OutageSpan]:
    """The outages that a ticket marked under these rules, in the order of the rules and then of time."""
    events = timeline.events
    for rule in rules:
        if rule.when.helpdesk is not None and ticket.helpdesk not in rule.when.helpdesk:
            continue
        yield from _spans(ticket, events, rule)


def _spans(ticket: Ticket, events: tuple[AnyEvent, ...], rule: OutageRule) -> Iterator[OutageSpan]:
    request, gone, category = Request.at_creation(ticket), "", ticket.status
    since, evidence, observed = ticket.created_at, conditions_evidence(rule.when, rule.unless, request), False
    for at, together in groupby(events, key=attrgetter("at")):  # the same second is one change
        seen = False
        for event in together:
            match event:
                case StatusChanged():
                    category = event.to
                case Merged() | Deleted() | MarkedSpam():
                    gone = gone or _ending(event)
                case Restored():
                    gone = ""
                case _ if request.takes(event):
                    seen = seen or event.observed_at is not None
        now = None if gone else conditions_evidence(rule.when, rule.unless, request)
        if (now is None) == (evidence is None):
            continue
        if evidence is not None and at > since:
            yield _span(ticket, rule, since, at, evidence, _remark(gone, observed=observed or seen))
        since, evidence, observed = at, now, seen
    if evidence is not None:
        yield _span(ticket, rule, since, None, evidence, _still_there(category, observed=observed))


def _span(
    ticket: Ticket, rule: OutageRule, begins: datetime, ends: datetime | None, evidence: str, remark: str
) -> OutageSpan:
    return OutageSpan(
        begins=begins,
        ends=ends,
        service=rule.service,
        maintenance=rule.maintenance,
        origin=OutageOrigin.TICKET,
        name=ticket.reference,
        reason=f'rule "{rule.name}": {evidence}',
        remark=remark,
    )


def _ending(event: Merged | Deleted | MarkedSpam) -> str:
    match event:
        case Merged():
            return "merged"
        case Deleted():
            return "deleted"
        case MarkedSpam():
            return "marked as spam"


def _remark(gone: str, *, observed: bool) -> str:
    parts = [f"it ends because the ticket was {gone}"] if gone else []
    return "; ".join([*parts, _OBSERVED] if observed else parts)


_OBSERVED = "the helpdesk does not say when the mark was changed, so this is when slabot saw it"


def _still_there(category: Category, *, observed: bool) -> str:
    parts = [f"the ticket is {category.words}, and still bears the mark"] if category.ended else []
    return "; ".join([*parts, _OBSERVED] if observed else parts)
