"""Answer slash commands.

Promise: what the store knows is answered at once, after two seconds at most for names of agents that are not known yet.
`mine` asks outside for more, since who somebody is in a helpdesk is known by their e-mail address alone; whoever cannot
be asked is named in the answer.
"""

from __future__ import annotations

from typing import assert_never

from sqlalchemy import Connection

from adapters.errors import AdapterError
from slabot.channels.errors import SlackError
from slabot.channels.slack import command_texts
from slabot.channels.slack.commands import Command, NotUnderstood, OutageTyped, Subcommand, TicketAsked
from slabot.channels.slack.message import Rendered
from slabot.channels.slack.mrkdwn import Mrkdwn
from slabot.messages.naming import agents_of, named_decision
from slabot.messages.view import AcknowledgedBy, ClaimedBy, PageView, SnoozedUntil
from slabot.policy import DEFAULT
from slabot.reports import explanation
from slabot.reports.style import plain
from slabot.rules import Decision
from slabot.runtime.parts import Parts
from slabot.runtime.people import listing
from slabot.runtime.refresh import with_names
from slabot.store import deadlines, tickets

SHOWN = 10  # clocks in one answer
LOOKED_AT = 200  # tickets, in search of those


def answer(parts: Parts, command: Command) -> Rendered:
    """The answer from the store, with the names of agents; `mine` and `outage` are other questions.

    Raises:
        StoreUnavailable: it cannot be read now.
    """
    match command.question:
        case Subcommand.NEXT:
            return _next(parts)
        case Subcommand.QUIET:
            return _quiet(parts)
        case TicketAsked(helpdesk, ticket_id):
            return _ticket(parts, helpdesk, ticket_id)
        case NotUnderstood(word):
            return command_texts.help_text(command, not_understood=word)
        case Subcommand.HELP | Subcommand.MINE | Subcommand.OUTAGE | OutageTyped():
            return command_texts.help_text(command)
        case _ as unreachable:
            assert_never(unreachable)


def mine(parts: Parts, command: Command) -> Rendered:
    """The user's own tickets: assigned to them, or claimed by them. Asks Slack and the helpdesks.

    Raises:
        StoreUnavailable: it cannot be read now.
    """
    agents, unasked = _agents(parts, command)

    def read(conn: Connection) -> tuple[list[PageView], int]:
        theirs = dict.fromkeys(deadlines.assigned(conn, agents)) if agents else {}
        claimed = deadlines.claimed(conn, command.user_id, LOOKED_AT)
        found = listing.views(conn, parts, [*list(theirs)[:LOOKED_AT], *(one for one in claimed if one not in theirs)])
        kept = [view for view in found if (view.helpdesk, view.ticket) in theirs or _claimed_by(view, command.user_id)]
        return kept[:SHOWN], max(0, len(kept) - SHOWN) + max(0, len(theirs) - LOOKED_AT)

    views, more = parts.store.read(read)
    return command_texts.mine(with_names(parts, views), more, unasked, parts.policy.display_zone)


def _agents(parts: Parts, command: Command) -> tuple[dict[str, str], list[str]]:
    """The user's agent ids by helpdesk; and what could not be found out, in sentences."""
    style = Mrkdwn(parts.policy.display_zone)
    try:
        email = None if parts.sender is None else parts.sender.directory.email(command.user_id)
    except SlackError as error:
        return {}, [command_texts.cannot_know_you(str(error), style)]
    if email is None:
        return {}, [command_texts.cannot_know_you("Slack shows no e-mail address of you.", style)]
    agents: dict[str, str] = {}
    unasked = []
    for name, adapter in parts.adapters.items():
        try:
            agent = adapter.agent_id_by_email(email)
        except AdapterError as error:
            unasked.append(command_texts.cannot_ask(name, str(error), style))
            continue
        if agent is None:
            unasked.append(command_texts.no_account(name, style))
        else:
            agents[name] = agent
    return agents, unasked


def _claimed_by(view: PageView, user_id: str) -> bool:
    return isinstance(view.state, ClaimedBy) and view.state.who.slack_id == user_id


def _next(parts: Parts) -> Rendered:
    def read(conn: Connection) -> tuple[list[PageView], int]:
        nearest = deadlines.nearest(conn, SHOWN)
        return listing.views(conn, parts, nearest)[:SHOWN], max(0, deadlines.count(conn) - len(nearest))

    views, more = parts.store.read(read)
    return command_texts.next_deadlines(with_names(parts, views), more, parts.policy.display_zone)


def _quiet(parts: Parts) -> Rendered:
    found = parts.store.read(lambda conn: listing.views(conn, parts, deadlines.held(conn, LOOKED_AT)))
    held = [view for view in found if isinstance(view.state, AcknowledgedBy | ClaimedBy | SnoozedUntil)]
    now, policy = parts.now(), parts.policy
    own = [agreement.name for agreement in policy.agreements if agreement.quiet_hours]
    ends = [
        (severity if name == DEFAULT else f"{severity} by the agreement {name}", agreed.quiet_until(severity, now))
        for name in (DEFAULT, *own)
        for agreed in (policy.under(name),)
        for severity in policy.severities
    ]
    hours = [(severity, until) for severity, until in ends if until is not None][:SHOWN]
    return command_texts.quiet(with_names(parts, held[:SHOWN]), max(0, len(held) - SHOWN), hours, policy.display_zone)


def _ticket(parts: Parts, helpdesk: str | None, ticket_id: str) -> Rendered:
    if helpdesk is None:
        known = parts.store.read(lambda conn: deadlines.helpdesks_with(conn, ticket_id))
        if len(known) > 1:
            return command_texts.which_ticket(ticket_id, known)
        helpdesk = known[0] if known else ""
    stored = parts.store.read(lambda conn: tickets.load(conn, helpdesk, ticket_id))
    reference = f"{helpdesk}/{ticket_id}" if helpdesk else ticket_id
    if stored is None:
        return command_texts.unknown_ticket(reference)
    decision = _with_names(parts, helpdesk, parts.decide(stored, parts.now()))
    text = plain(explanation.text(stored.ticket, decision, parts.policy))
    return command_texts.explained(text, reference)


def _with_names(parts: Parts, helpdesk: str, decision: Decision) -> Decision:
    """The decision as people read it; the helpdesk is asked for the names that are not known."""
    agents, adapter = agents_of(decision), parts.adapters.get(helpdesk)
    if not agents:
        return decision
    if adapter is None:
        return named_decision(decision, parts.agent_names.known(helpdesk))
    return named_decision(decision, parts.agent_names.read(adapter, agents, parts.now()))
