"""Keep decisions that rest on texts which are about to be deleted.

Promise: a severity that a rule or the reader found becomes an event of the timeline, at the time it came in force, with
its reason and without the quote; a message that says no more than thanks, or looks automatic, is marked as such; the
terms of clocks that have stopped are settled. So clocks and verdicts stay what they were (decision 0007).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from slabot.calendars import OutsideYearsError
from slabot.domain import Actor, AnyEvent, Message, SeverityChanged, TicketRecord, Timeline
from slabot.policy import Policy
from slabot.rules import PastPolicies, SeveritySource, assessments, decide
from slabot.rules.case import says_nothing
from slabot.rules.meanings import KEPT, reply_of
from slabot.rules.words import stamp
from slabot.runtime.frozen import terms_to_settle
from slabot.store import StoredTicket, privacy, tickets
from slabot.store.event_rows import event_row


def pinned_severities(record: TicketRecord, policy: Policy, now: datetime) -> Iterator[SeverityChanged]:
    """The severities that rules or the reader found, as events without quotes, and those that followed them."""
    by_rule = False
    for found in assessments(record.ticket, record.timeline, policy, now):
        by_rule = by_rule or found.source in (SeveritySource.RULE, SeveritySource.READER)
        if by_rule and found.source is not SeveritySource.AGENT:
            yield SeverityChanged(
                at=found.since,
                by=Actor.AUTOMATION,
                to=found.severity,
                reason=privacy.without_quotes("; ".join(found.because)),
                or_else=found.or_else,
                by_reader=found.source is SeveritySource.READER,
                id=f"pinned:{stamp(found.since)}",
                # after whatever else happened in that second, which it sums up
                seq=max((event.seq + 1 for event in record.timeline if event.at == found.since), default=0),
            )


def pinned_message(message: Message, policy: Policy) -> Message:
    """The message, marked if it says no more than thanks, or looks like an automatic reply."""
    return replace(
        message,
        feedback=message.feedback and not says_nothing(message.text, policy),
        looked_automatic=message.looked_automatic or policy.looks_automatic(message.text),
        meant=_meant(message, policy),
    )


def _meant(message: Message, policy: Policy) -> str:
    """What is kept of the meaning of a reply: thanks and closing words, which would be feedback without their words."""
    reply = reply_of(message, policy)
    return reply.value if reply in KEPT else ""


def pinned(record: TicketRecord, policy: Policy, now: datetime) -> TicketRecord:
    """The record with what rests on its texts added as events; earlier ones are replaced by the new ones."""
    events = (pinned_message(one, policy) if isinstance(one, Message) else one for one in record.timeline)
    kept = (one for one in events if not _is_summed_up(one, policy, now))
    return TicketRecord(record.ticket, Timeline.of((*kept, *pinned_severities(record, policy, now))))


def _is_summed_up(event: AnyEvent, policy: Policy, now: datetime) -> bool:
    """True for a severity that rules found before; without those texts it would overrule the new findings."""
    return (
        isinstance(event, SeverityChanged)
        and event.by is Actor.AUTOMATION
        and event.at <= now
        and event.to in policy.severities
    )


def pin(conn: Connection, policy: Policy, stored: StoredTicket, now: datetime, past: PastPolicies) -> None:
    """Put what rests on a ticket's texts and people into its timeline.

    Args:
        conn: of a `Store.write`.
        policy: in force.
        stored: the ticket.
        now: the present instant.
        past: the policies by which its clocks were judged.
    """
    helpdesk, ticket_id = stored.ticket.helpdesk, stored.ticket.id
    with contextlib.suppress(OutsideYearsError):  # so old that nothing can be judged anyway
        decision = decide(stored.ticket, stored.timeline, policy, now, past=past)
        for terms in terms_to_settle(stored, decision, now):
            tickets.append_event(conn, helpdesk, ticket_id, terms)
    for event in pinned_severities(stored.record, policy, now):
        tickets.append_event(conn, helpdesk, ticket_id, event)
    for row in tickets.event_rows(conn, helpdesk, ticket_id).values():
        message = row.event() if row.text else None
        if isinstance(message, Message) and (marked := pinned_message(message, policy)) != message:
            tickets.write_event(conn, helpdesk, ticket_id, replace(event_row(marked, row.version), id=row.id))
