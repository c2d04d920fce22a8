"""`slabot ledger`: what did slabot do, or refuse to do, and why?

Promise: every decision, act and refusal, in words, in the order of time; what a rule in ``observe`` would have done
stands here.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from slabot.cli import edge, past_times
from slabot.cli.chain import chain_lines
from slabot.cli.edge import print_json, read_policy
from slabot.cli.named import TicketArgument, named_ticket, refuse_unknown
from slabot.cli.past_times import past_instant
from slabot.cli.store import policy_store
from slabot.domain import utc
from slabot.reports.style import faint, one_line
from slabot.rules.words import local_time
from slabot.store import LedgerRow, tickets
from slabot.store import ledger as store_ledger

DAY = timedelta(days=1)
MOST = 1000  # rows shown at a time


@click.command(epilog="Example: slabot ledger -c config.yaml --since yesterday")
@click.argument("ticket", nargs=-1, type=TicketArgument(), metavar="[HELPDESK/ID]")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--since", metavar="TIME", help=f"{past_times.HELP} Left out: the last 24 hours, or all of one ticket.")
@click.option("--observed", is_flag=True, help="Only what rules in mode observe would have done.")
@click.option("--json", "as_json", is_flag=True, help="The machine form, one row a line.")
def ledger(ticket: tuple[str, ...], config: str, since: str | None, observed: bool, as_json: bool) -> None:
    """Read the ledger: of the last day, since a time, or of the ticket HELPDESK/ID (or HELPDESK ID)."""
    policy, now = read_policy(config), utc(edge.now())
    named, zone, chain = named_ticket(ticket, policy), policy.display_zone, list[str]()
    begins = None if since is None else past_instant(since, now, zone)
    with policy_store(policy) as store:
        if named is not None:
            store.read(lambda conn: refuse_unknown(conn, *named))
            rows = store.read(lambda conn: store_ledger.of_ticket(conn, *named))
            chain = store.read(lambda conn: _chain(conn, named, zone))
            rows = [row for row in rows if begins is None or row.at >= begins]
        else:
            from_then = begins or now - DAY
            rows = store.read(lambda conn: store_ledger.since(conn, from_then, MOST))
    if observed:
        rows = [row for row in rows if row.event.value == "write.observed"]
    when = "" if begins is None else f"since {local_time(begins, zone)} ({zone.key})"
    if when and rows and not as_json:
        click.echo(faint(f"S{when[1:]}"))
    if chain and not as_json:
        click.echo("\n".join(chain))
    for row in rows:
        if as_json:
            print_json(_json(row), indent=None)
        else:
            click.echo(_line(row, policy.display_zone))
    if not rows and not as_json:
        when = when or ("about this ticket" if named else "in the last 24 hours")
        click.echo(f"Nothing was written down {when}.")
    elif len(rows) == MOST and named is None:
        click.echo(f"These are the first {MOST} rows; give a later --since to see the others.", err=True)


def _chain(conn: Connection, named: tuple[str, str], zone: ZoneInfo) -> list[str]:
    stored = tickets.load(conn, *named)
    return [] if stored is None else chain_lines(conn, stored, zone)


def _line(row: LedgerRow, zone: ZoneInfo) -> str:
    about = f"{row.helpdesk}/{row.ticket_id}" if row.ticket_id else row.helpdesk or ""
    return f"{local_time(row.at, zone)}  {about:<14} {faint(f'{row.event.value:<22}')} {one_line(row.text)}"


def _json(row: LedgerRow) -> dict[str, object]:
    return {
        "version": 1,
        "at": row.at.isoformat(),
        "event": row.event.value,
        "helpdesk": row.helpdesk,
        "ticket": row.ticket_id,
        "key": row.key,
        "words": row.text,
    }
