"""`slabot ledger`: what did slabot do, or refuse to do, and why?

Promise: every decision, act and refusal, in words, in the order of time; what a rule in ``observe`` would have done
stands here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from slabot.cli import edge
from slabot.cli.edge import InstantOption, print_json, read_policy
from slabot.composition import open_policy_store
from slabot.domain import utc
from slabot.reports.style import faint
from slabot.rules.words import local_time
from slabot.store import LedgerRow
from slabot.store import ledger as store_ledger

DAY = timedelta(days=1)
MOST = 1000  # rows shown at a time


@click.command(epilog="Example: slabot ledger -c config.yaml --since 2026-01-26T00:00:00+05:30")
@click.argument("helpdesk", required=False)
@click.argument("id", required=False)
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--since", type=InstantOption(), help="From when on; left out: the last 24 hours, or all of one ticket.")
@click.option("--observed", is_flag=True, help="Only what rules in mode observe would have done.")
@click.option("--json", "as_json", is_flag=True, help="The machine form, one row a line.")
def ledger(
    helpdesk: str | None, id: str | None, config: str, since: datetime | None, observed: bool, as_json: bool
) -> None:
    """Read the ledger: of the last day, since a time, or of the ticket HELPDESK ID."""
    if (helpdesk is None) != (id is None):
        raise click.UsageError("give HELPDESK and ID together, or neither")
    policy = read_policy(config)
    with open_policy_store(policy) as store:
        if helpdesk is not None and id is not None:
            rows = store.read(lambda conn: store_ledger.of_ticket(conn, helpdesk, id))
            rows = [row for row in rows if since is None or row.at >= since]
        else:
            from_then = since if since is not None else utc(edge.now()) - DAY
            rows = store.read(lambda conn: store_ledger.since(conn, from_then, MOST))
    if observed:
        rows = [row for row in rows if row.event.value == "write.observed"]
    for row in rows:
        if as_json:
            print_json(_json(row), indent=None)
        else:
            click.echo(_line(row, policy.display_zone))
    if not rows and not as_json:
        click.echo("Nothing was written down in this time.")


def _line(row: LedgerRow, zone: ZoneInfo) -> str:
    about = f"{row.helpdesk}/{row.ticket_id}" if row.ticket_id else row.helpdesk or ""
    return f"{local_time(row.at, zone)}  {about:<14} {faint(f'{row.event.value:<22}')} {row.words}"


def _json(row: LedgerRow) -> dict[str, object]:
    return {
        "version": 1,
        "at": row.at.isoformat(),
        "event": row.event.value,
        "helpdesk": row.helpdesk,
        "ticket": row.ticket_id,
        "key": row.key,
        "words": row.words,
    }
