"""`slabot explain`: what is true of this ticket, why, and what happens next?

Promise: the explanation is the decision itself, said in words; it holds nothing that the decision does not.
"""

from __future__ import annotations

from datetime import datetime

import click

from slabot.cli import edge, explanation
from slabot.cli.edge import InstantOption, print_json, read_policy
from slabot.domain import TicketFileError, TicketRecord, read_tickets, utc
from slabot.policy import Policy
from slabot.rules import decide


@click.command(
    epilog="Example: slabot explain -c config.yaml --ticket-file ticket.json --now 2026-01-09T20:00:00+05:30"
)
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--ticket-file", required=True, metavar="FILE", help="A ticket with its history (JSON, or JSONL).")
@click.option("--now", "at", type=InstantOption(), help="The time to decide at, with an offset; left out: the present.")
@click.option("--json", "as_json", is_flag=True, help="The machine form; one decision a line for a file of several.")
def explain(config: str, ticket_file: str, at: datetime | None, as_json: bool) -> None:
    """Explain what slabot thinks of a ticket: severity, clocks, what is due and what comes next."""
    policy = read_policy(config)
    records = read_records(ticket_file, policy)
    now = at if at is not None else utc(edge.now())
    for number, record in enumerate(records):
        decision = decide(record.ticket, record.timeline, policy, now)
        if as_json:
            print_json(decision.as_json(), indent=2 if len(records) == 1 else None)
            continue
        if number:
            click.echo("\n" + "─" * explanation.WIDTH + "\n")
        click.echo(explanation.text(record.ticket, decision, policy))


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
