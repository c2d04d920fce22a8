"""`slabot explain`: what is true of this ticket, why, and what happens next?

Promise: the explanation is the decision itself, said in words; it holds nothing that the decision does not. Agents of a
stored ticket are shown by name; whoever the helpdesk does not name stays a number.
"""

from __future__ import annotations

from datetime import datetime

import click

from slabot.cli import edge
from slabot.cli.chain import chain_lines
from slabot.cli.edge import InstantOption, print_json, read_policy
from slabot.cli.named import HOW, TicketArgument, named_ticket
from slabot.cli.screen import working
from slabot.cli.store import policy_store
from slabot.clock import SystemClock
from slabot.composition import agent_names
from slabot.domain import TicketFileError, TicketRecord, read_tickets, utc
from slabot.messages.naming import agents_of, named_decision
from slabot.policy import Policy
from slabot.reports import explanation
from slabot.rules import NO_PAST, Decision, PastPolicies, decide
from slabot.runtime.past_policies import StoredPolicies
from slabot.store import UnknownTicket, meta, policies, tickets


@click.command(
    epilog="Example: slabot explain -c config.yaml --ticket-file ticket.json --now 2026-01-09T20:00:00+05:30, "
    "or, from the store: slabot explain -c config.yaml acme/4711"
)
@click.argument("ticket", nargs=-1, type=TicketArgument(), metavar="[HELPDESK/ID]")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--ticket-file", metavar="FILE", help="A ticket with its history (JSON, or JSONL).")
@click.option("--now", "at", type=InstantOption(), help="The time to decide at, with an offset; left out: the present.")
@click.option("--json", "as_json", is_flag=True, help="The machine form; one decision a line for a file of several.")
def explain(ticket: tuple[str, ...], config: str, ticket_file: str | None, at: datetime | None, as_json: bool) -> None:
    """Explain what slabot thinks of a ticket: severity, clocks, what is due and what comes next.

    Either of a ticket file, or of the ticket HELPDESK/ID (or HELPDESK ID) that the running slabot knows.
    """
    policy = read_policy(config)
    named, chain = named_ticket(ticket, policy), list[str]()
    if (ticket_file is None) == (named is None):
        raise click.UsageError(f"give --ticket-file FILE, or {HOW}")
    past: PastPolicies = NO_PAST
    if ticket_file is not None:
        records = read_records(ticket_file, policy)
    elif named is not None:
        records, policy, past, chain = stored_record(policy, *named)
    else:
        records = []
    now = at if at is not None else utc(edge.now())
    for number, record in enumerate(records):
        decision = decide(record.ticket, record.timeline, policy, now, past=past)
        if as_json:
            print_json(decision.as_json(), indent=2 if len(records) == 1 else None)
            continue
        if number:
            click.echo("\n" + "─" * explanation.WIDTH + "\n")
        if named is not None:
            decision = with_names(policy, record.ticket.helpdesk, decision)
        click.echo("\n".join([explanation.text(record.ticket, decision, policy), *chain]))


def with_names(policy: Policy, helpdesk: str, decision: Decision) -> Decision:
    """The decision with the names of agents, which the helpdesk is asked for."""
    agents = agents_of(decision)
    if not agents:
        return decision
    with working("Asking the helpdesk for names"):
        return named_decision(decision, agent_names(policy, helpdesk, agents, clock=SystemClock()))


def stored_record(
    policy: Policy, helpdesk: str, ticket_id: str
) -> tuple[list[TicketRecord], Policy, PastPolicies, list[str]]:
    """A ticket from the store, the policy with the day of installation filled in, the policies that judge its past, and
    lines about the ticket's chain.

    Raises:
        UnknownTicket: the store has never seen it.
    """
    with policy_store(policy) as store:
        stored = store.read(lambda conn: tickets.load(conn, helpdesk, ticket_id))
        installed = store.read(meta.installed)
        if stored is None:
            raise UnknownTicket(helpdesk, ticket_id)
        past = StoredPolicies(store.read(policies.every), None, installed, store.read(policies.starts))
        chain = store.read(lambda conn: chain_lines(conn, stored, policy.display_zone))
    return [stored.record], policy if installed is None else policy.starting(installed), past, chain


def read_records(path: str, policy: Policy) -> list[TicketRecord]:
    """The tickets of a file, with severities checked against the policy.

    Raises:
        FileError: the file cannot be read.
        TicketFileError: it holds no ticket; names the file, the event and the field.
    """
    text = edge.read_text(path, largest=edge.TICKET_SIZE, what="ticket file")
    try:
        return read_tickets(text, severities=tuple(policy.severities))
    except TicketFileError as error:
        raise TicketFileError(f"{path}: {error}") from None
