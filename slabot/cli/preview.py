"""`slabot preview`: how would each text to the customer read for this ticket?

Promise: the texts are those that would be sent, word for word, each with the language that was chosen and why.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import click

from slabot.cli import edge
from slabot.cli.edge import InstantOption, print_json, read_policy
from slabot.cli.named import HOW, TicketArgument
from slabot.cli.one_ticket import one_ticket
from slabot.domain import utc
from slabot.messages.customer_texts import Addressee
from slabot.policy import DEFAULT
from slabot.policy.customer_texts import KINDS, Chosen
from slabot.reports.style import faint, one_line, strong

_WHEN = {
    "follow_up": "the first of the reminders",
    "reminder": "the first of the reminders, where the ticket is exempt from solving",
    "solved": "when the wait is given up",
}


class Preview(NamedTuple):
    """A text as it would read."""

    kind: str
    text: str
    chosen: Chosen
    because: str


@click.command(
    epilog="Example: slabot preview -c config.yaml acme/4711, or, without a store: "
    "slabot preview -c config.yaml --ticket-file ticket.json"
)
@click.argument("ticket", nargs=-1, type=TicketArgument(), metavar="[HELPDESK/ID]")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--ticket-file", metavar="FILE", help="A ticket with its history (JSON).")
@click.option("--now", "at", type=InstantOption(), help="The time to write at, with an offset; left out: the present.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def preview(ticket: tuple[str, ...], config: str, ticket_file: str | None, at: datetime | None, as_json: bool) -> None:
    """Show each text to the customer as it would read for a ticket, with the language chosen and why."""
    one = one_ticket(read_policy(config), ticket, ticket_file)
    if one is None:
        raise click.UsageError(f"give --ticket-file FILE, or {HOW}")
    addressee = Addressee.of(one.record, one.policy, at if at is not None else utc(edge.now()), one.past)
    previews = [_preview(addressee, kind) for kind in KINDS]
    if as_json:
        print_json(_json(addressee, previews))
        return
    agreement = "the file's own terms" if addressee.agreement == DEFAULT else f"the agreement {addressee.agreement}"
    mode = addressee.agreed.waiting.mode.value
    click.echo(f"{strong(one.record.ticket.reference)}  under {one_line(agreement)}, waiting.mode: {mode}")
    for shown in previews:
        click.echo(f"\n{strong(shown.kind)}  {faint(_WHEN[shown.kind])}")
        click.echo(faint(f"in {shown.chosen.language}: {one_line(shown.because)}"))
        click.echo("\n".join(f"  {one_line(line)}".rstrip() for line in shown.text.splitlines()))


def _preview(addressee: Addressee, kind: str) -> Preview:
    number = str(addressee.agreed.waiting.follow_ups) if kind == "solved" else "1"
    chosen = addressee.choose(kind)
    return Preview(kind, addressee.text(kind, number), chosen, addressee.why(chosen))


def _json(addressee: Addressee, previews: list[Preview]) -> dict[str, object]:
    return {
        "version": 1,
        "helpdesk": addressee.record.ticket.helpdesk,
        "ticket": addressee.record.ticket.id,
        "agreement": addressee.agreement,
        "mode": addressee.agreed.waiting.mode.value,
        "texts": [
            {
                "name": shown.kind,
                "language": shown.chosen.language,
                "because": shown.because,
                "setting": shown.chosen.source or None,
                "text": shown.text,
            }
            for shown in previews
        ],
    }
