"""`slabot elapsed`: how much working time lies between two instants?

Promise: the spans that count add up to the answer, and each span says why it counts or does not.
"""

from __future__ import annotations

from datetime import datetime

import click

from slabot.cli.edge import InstantOption, named_calendar, print_json, read_policy
from slabot.reports import terminal
from slabot.rules import span_json


@click.command(
    epilog="Example: slabot elapsed -c config.yaml --calendar support_week "
    "--from 2026-01-09T18:00:00+05:30 --to 2026-01-12T09:00:00+05:30"
)
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--calendar", required=True, metavar="NAME", help="A calendar of the file.")
@click.option("--from", "start", required=True, type=InstantOption(), help="The beginning, with an offset.")
@click.option("--to", "end", required=True, type=InstantOption(), help="The end, with an offset.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def elapsed(config: str, calendar: str, start: datetime, end: datetime, as_json: bool) -> None:
    """Working time between two instants; 0 if the end is not after the beginning."""
    policy = read_policy(config)
    counted = named_calendar(policy, calendar, config, start)
    amount = counted.elapsed(start, end)
    spans = counted.spans(start, end) if end > start else ()
    if as_json:
        print_json(
            {
                "version": 1,
                "elapsed_seconds": int(amount.total_seconds()),
                "spans": [span_json(span) for span in spans],
            }
        )
        return
    click.echo(terminal.elapsed_text(counted, amount, start, end, spans, policy.display_zone))
