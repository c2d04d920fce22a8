"""How does a severity stay that a rule found in words which are about to go?

Promise: it becomes an event of the timeline, at the time it came in force, with the rule's name and without the
quote, so that clocks and verdicts stay what they were (decision 0007).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from slabot.domain import Actor, SeverityChanged, TicketRecord
from slabot.policy import Policy
from slabot.rules import Source, assessments
from slabot.rules.words import stamp
from slabot.store import StoredTicket, privacy, tickets


def pinned_severities(record: TicketRecord, policy: Policy, now: datetime) -> Iterator[SeverityChanged]:
    """The severities that rules found, as events without quotes."""
    for found in assessments(record.ticket, record.timeline, policy, now):
        if found.source is Source.RULE:
            yield SeverityChanged(
                at=found.since,
                by=Actor.AUTOMATION,
                to=found.severity,
                reason=privacy.without_quotes("; ".join(found.because)),
                id=f"pinned:{stamp(found.since)}",
            )


def pin_severities(conn: Connection, policy: Policy, stored: StoredTicket, now: datetime) -> None:
    """Put them into the ticket's timeline."""
    for event in pinned_severities(stored.record, policy, now):
        tickets.add_act(conn, stored.ticket.helpdesk, stored.ticket.id, event)
