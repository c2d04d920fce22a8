"""Which columns can hold personal data of a customer's, and which cannot, and why?

Promise: every column of text is in one of the three lists (a test holds that), so that `slabot.store.erasing` misses
none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column

from slabot.store import schema

PERSONAL: tuple[Column[Any], ...] = (
    schema.ticket.c.facts,
    schema.event.c.body,
    schema.event.c.text,
    schema.ledger.c.words,
    schema.ledger.c.facts,
    schema.ledger.c.evidence,
    schema.outbox.c.body,
    schema.outbox.c.words,
    schema.outbox.c.outcome,
    schema.feed.c.error,
    schema.unread.c.reason,
    schema.meta.c.value,
    schema.policy_version.c.text,
    *(schema.outage.c[name] for name in ("reason", "withdrawn_why", "logged_by", "ended_by", "withdrawn_by")),
)
"""Columns in which an address may stand; it is taken out of each of them, whoever the row is about."""

REPLACED: Mapping[str, str] = {
    "ticket.requester_id": "the person's id; becomes a pseudonym",
    "event.author": "the id of whoever caused it; becomes a pseudonym",
    "clock_record.answered_by": "an agent's id; becomes a pseudonym",
    "clock_record.acknowledged_by": "the id of a person in Slack; becomes a pseudonym",
    "ticket_summary.assignee": "an agent's id; becomes a pseudonym",
    "agent.id": "an agent's id; the row goes",
    "agent.name": "what an agent is called; the row goes",
}

IMPERSONAL: Mapping[str, str] = {
    "agent.helpdesk": "a name of the policy",
    "clock.calendar": "a name of the policy",
    "clock.helpdesk": "a name of the policy",
    "clock.label": "a clock's name and its count",
    "clock.missed_severity": "a name of the policy",
    "clock.name": "a clock's name",
    "clock.severity": "a name of the policy",
    "clock.target": "a length of time",
    "clock.ticket_id": "the ticket's number",
    "clock.verdict": "one of six words",
    "clock_record.agreement": "a name of the policy",
    "clock_record.channel": "the helpdesk's word for a way in",
    "clock_record.excused_verdict": "one of seven words",
    "clock_record.group": "the name of a team",
    "clock_record.helpdesk": "a name of the policy",
    "clock_record.label": "a clock's name and its count",
    "clock_record.language": "the code of a language",
    "clock_record.name": "a clock's name",
    "clock_record.no_promise": "words of the policy",
    "clock_record.organization": "an organisation's name, by which rules and reports go",
    "clock_record.reason": "a name of the policy",
    "clock_record.severity": "a name of the policy",
    "clock_record.severity_source": "one of five words",
    "clock_record.ticket_id": "the ticket's number",
    "clock_record.verdict": "one of seven words",
    "erased.mark": "a digest that names nobody",
    "event.helpdesk": "a name of the policy",
    "event.id": "the helpdesk's number of the event, or a digest",
    "event.ticket_id": "the ticket's number",
    "event.type": "one of the ticket file's words",
    "event.version": "the helpdesk's mark of a state",
    "feed.cursor": "the helpdesk's mark of a place in its list",
    "feed.helpdesk": "a name of the policy",
    "inbox.delivery_id": "the helpdesk's number of the delivery",
    "inbox.helpdesk": "a name of the policy",
    "inbox.ticket_id": "the ticket's number",
    "ledger.event": "one of the ledger's words",
    "ledger.helpdesk": "a name of the policy",
    "ledger.key": "made of ticket, clock, rung and digests",
    "ledger.ticket_id": "the ticket's number",
    "message.address": "the id of a channel or person there, or the policy's word for a service",
    "message.clock": "a clock's label",
    "message.digest": "a digest of what a page shows",
    "message.helpdesk": "a name of the policy",
    "message.state": "one of the states of a page",
    "message.way": "a word of slabot's own",
    "message.thread_ref": "the number of a message there",
    "message.ticket_id": "the ticket's number",
    "message.ref": "the number of a message there",
    "lease.holder": "a random name of a process",
    "lease.name": "one of slabot's own words, and the helpdesk's name",
    "meta.name": "one of slabot's own words",
    "open_stretch.ended_as": "one of three words",
    "open_stretch.ended_by": "one of six words",
    "open_stretch.helpdesk": "a name of the policy",
    "open_stretch.ticket_id": "the ticket's number",
    "outbox.channel": "a destination of the policy: the team's own, never a requester",
    "outbox.helpdesk": "a name of the policy",
    "outbox.key": "made of ticket, clock, rung and digests",
    "outbox.kind": "one of the outbox's words",
    "outbox.lane": "one of the outbox's words",
    "outbox.state": "one of the outbox's words",
    "outbox.ticket_id": "the ticket's number",
    "outage.service": "a name of the policy",
    "policy_version.dates": "public holidays and time zones",
    "policy_version.digest": "digests of the policy's text and dates",
    "unread.helpdesk": "a name of the policy",
    "unread.ticket_id": "the ticket's number",
    "process.kind": "one of slabot's own words",
    "process.name": "a random name",
    "process.place": "a machine's name and a number",
    "process.tables": "the number of a migration",
    "ticket.category": "one of six words",
    "ticket.helpdesk": "a name of the policy",
    "ticket.id": "the ticket's number",
    "ticket.severity": "a name of the policy",
    "ticket.version": "the helpdesk's mark of a state",
    **dict.fromkeys(
        ("ticket_summary.agreement", "ticket_summary.helpdesk", "ticket_summary.severity"), "a name of the policy"
    ),
    **dict.fromkeys(
        ("ticket_summary.read_severity", "ticket_summary.read_or_else", "ticket_summary.claimed_severity"),
        "a name of the policy, without the words that it was read from",
    ),
    **dict.fromkeys(
        ("ticket_summary.category", "ticket_summary.severity_source", "ticket_summary.proposed_source"),
        "one of a few words",
    ),
    "ticket_summary.channel": "the helpdesk's word for a way in",
    "ticket_summary.digest": "a digest that names nobody",
    "ticket_summary.follows": "the number of a ticket",
    "ticket_summary.form": "the form of the records",
    "ticket_summary.group": "the name of a team",
    "ticket_summary.language": "the code of a language",
    "ticket_summary.organization": "an organisation's name, by which rules and reports go",
    "ticket_summary.proposed_severity": "a name of the policy",
    "ticket_summary.ticket_id": "the ticket's number",
}
"""What cannot hold a requester's personal data, and why."""
