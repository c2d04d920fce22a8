"""Write the texts that a customer, or an assignee, reads in the helpdesk.

Promise: the texts are the policy's templates, filled in with facts of the ticket; an unknown name leaves no gap.
"""

from __future__ import annotations

from slabot.domain import Ticket
from slabot.domain.sentences import clause
from slabot.policy import LateReply, Policy
from slabot.rules import Action, Kind
from slabot.rules.waiting import ANNOUNCES, NOTHING
from slabot.rules.words import days_and_hours


def of(policy: Policy, ticket: Ticket, action: Action) -> str:
    """What an action writes to the customer: a reminder, or the end of the wait."""
    return solved(policy, ticket) if action.kind is Kind.AUTO_SOLVE else follow_up(policy, ticket, action)


def follow_up(policy: Policy, ticket: Ticket, action: Action) -> str:
    """A reminder of the question; it does not mention an end of the wait where there will be none."""
    templates = policy.waiting.templates
    template = templates.reminder if action.fact(ANNOUNCES) == NOTHING else templates.follow_up
    return _filled(template, policy, ticket, action.fact("number") or "1")


def solved(policy: Policy, ticket: Ticket) -> str:
    """The last message of a wait that was given up."""
    return _filled(policy.waiting.templates.solved, policy, ticket, str(policy.waiting.follow_ups))


def nudge(action: Action) -> str:
    """An internal note to the assignee."""
    return (
        f"An update to the customer is owed: {clause(action.because)}. "
        "A short public message is enough, even if nothing new is known; it starts the time anew."
    )


def _filled(template: str, policy: Policy, ticket: Ticket, number: str) -> str:
    requester = ticket.requester
    name = None if requester is None else requester.email
    values = {
        "requester": name or "there",
        "number": number,
        "follow_ups": str(policy.waiting.follow_ups),
        "or_after": days_and_hours(policy.waiting.or_after),
        "reopen_within": days_and_hours(policy.solved.reopen_within),
        "late_reply": _late_reply(policy, ticket),
        "ticket": ticket.id,
        "subject": ticket.subject,
    }
    return template.format_map(values).strip()


def _late_reply(policy: Policy, ticket: Ticket) -> str:
    """What a reply does once the ticket is closed, as it is at its helpdesk; to follow "after that,"."""
    helpdesk = policy.helpdesks.get(ticket.helpdesk)
    if helpdesk is None:
        return "a reply still reaches us"
    match helpdesk.late_reply:
        case LateReply.NEW_TICKET:
            return "a reply starts a new ticket that follows this one"
        case LateReply.SAME_TICKET:
            return "a reply still opens this ticket"
