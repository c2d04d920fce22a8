"""`slabot outage`: log that the service is down, or up again.

Promise: asking twice logs once. Nothing is ever deleted: an entry that was a mistake is withdrawn and stays among
those, and each act has a row in the ledger.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from slabot.cli import edge, past_times
from slabot.cli.edge import print_json, read_policy
from slabot.cli.past_times import past_instant
from slabot.cli.screen import table
from slabot.cli.store import policy_store
from slabot.domain import utc
from slabot.policy import Policy
from slabot.reports.style import one_line
from slabot.rules.words import length, local_time
from slabot.runtime.outage_spans import spans_between
from slabot.runtime.outages import Logged, OutageLog, OutageRequest
from slabot.store import Store, outages
from slabot.store.outages import LoggedOutage

ACTS = ("begin", "end", "list", "withdraw")
SHOWN = timedelta(days=92)  # of the list, where nothing is said


@click.command(
    epilog='Example: slabot outage -c config.yaml begin console --why "login fails"   then: slabot outage -c '
    "config.yaml end console"
)
@click.argument("act", type=click.Choice(ACTS), metavar="begin|end|list|withdraw")
@click.argument("which", required=False, metavar="[SERVICE|NUMBER]")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--at", metavar="TIME", help=f"When it began or ended: {past_times.HELP} Left out: now.")
@click.option("--until", metavar="TIME", help="With begin: when it was over, for an outage of the past.")
@click.option("--maintenance", is_flag=True, help="It is announced maintenance.")
@click.option("--why", default="", metavar="WORDS", help="What is down, or why an entry is withdrawn.")
@click.option("--by", default="an admin", show_default=True, help="Who logs it; written into the entry and the ledger.")
@click.option(
    "--since", metavar="TIME", help="With list: those of which a part lies after. Left out: three months ago."
)
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def outage(
    act: str,
    which: str | None,
    config: str,
    at: str | None,
    until: str | None,
    maintenance: bool,
    why: str,
    by: str,
    since: str | None,
    as_json: bool,
) -> None:
    """Log outages: begin and end one of a SERVICE (or of all of it), list them, or withdraw a NUMBER.

    The list shows what tickets mark beside what people logged. What it comes to in a month: slabot report
    availability.
    """
    policy, now = read_policy(config), utc(edge.now())
    zone, request = policy.display_zone, OutageRequest(by=" ".join(by.split()) or "an admin", now=now)
    why = " ".join(why.split())
    _refuse_what_does_not_go_together(act, which, at, until, since, why)
    if act == "list":
        begins = now - SHOWN if since is None else past_instant(since, now, zone)
        with policy_store(policy) as store:
            _list(store, policy, begins, now, as_json=as_json)
        return
    instant = now if at is None else past_instant(at, now, zone, option="--at")
    over = None if until is None else past_instant(until, now, zone, option="--until")
    with policy_store(policy) as store:

        def write(log: OutageLog) -> Logged:
            match act:
                case "begin" if over is not None:
                    return log.add(which, instant, over, why, maintenance=maintenance)
                case "begin":
                    return log.begin(which, instant, why, maintenance=maintenance)
                case "end":
                    return log.end(which, instant, maintenance=maintenance)
                case _:
                    return log.withdraw(_number(which), why)

        logged = store.write(lambda conn: write(OutageLog(conn, policy, request)))
    if as_json:
        print_json({"version": 1, "changed": logged.changed, "outage": _json(logged.entry)})
    else:
        click.echo(one_line(logged.text))


def _refuse_what_does_not_go_together(
    act: str, which: str | None, at: str | None, until: str | None, since: str | None, why: str
) -> None:
    if until is not None and (act != "begin" or at is None):
        raise click.UsageError("--until goes with begin and --at: an outage of the past")
    if since is not None and act != "list":
        raise click.UsageError("--since goes with list")
    if at is not None and act in ("list", "withdraw"):
        raise click.UsageError(f"--at does not go with {act}")
    if act == "list" and which is not None:
        raise click.UsageError("list takes no name; it shows everything")
    if act == "withdraw":
        _number(which)
        if not why:
            raise click.UsageError("--why is missing; say in a few words why the entry was a mistake")


def _number(which: str | None) -> int:
    if which is None or not which.isascii() or not which.isdigit() or len(which) > 9:
        raise click.UsageError("withdraw takes the number of an entry; slabot outage list shows them")
    return int(which)


def _list(store: Store, policy: Policy, since: datetime, now: datetime, *, as_json: bool) -> None:
    found = store.read(lambda conn: spans_between(conn, policy.availability, since, now))
    if as_json:
        entries = store.read(lambda conn: outages.between(conn, since, now, withdrawn=True))
        print_json(
            {
                "version": 1,
                "since": since.isoformat(),
                "now": now.isoformat(),
                "outages": [
                    {
                        "origin": span.origin.value,
                        "name": span.name,
                        "service": span.service,
                        "maintenance": span.maintenance,
                        "begins": span.begins.isoformat(),
                        "ends": None if span.ends is None else span.ends.isoformat(),
                        "reason": span.reason,
                        "remark": span.remark,
                    }
                    for span in found
                ],
                "logged": [_json(entry) for entry in entries],
            }
        )
        return
    zone = policy.display_zone
    if not found:
        click.echo(f"No outage is known since {local_time(since, zone)} ({zone.key}).")
        return
    rows = [
        (
            span.name,
            f"{span.service or 'the whole service'}{chr(10) + 'maintenance' if span.maintenance else ''}",
            _span(span.begins, span.ends, now, zone),
            span.reason + (f"\n({span.remark})" if span.remark else ""),
        )
        for span in found
    ]
    table(("Ticket or number", "What", f"When ({zone.key})", "Why"), rows)


def _span(begins: datetime, ends: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    end = "now, it lasts still" if ends is None else local_time(ends, zone)
    return f"{local_time(begins, zone)}\nto {end}\n{length((ends or now) - begins)}"


def _json(entry: LoggedOutage | None) -> dict[str, object] | None:
    if entry is None:
        return None
    return {
        "number": entry.n,
        "service": entry.service,
        "maintenance": entry.maintenance,
        "begins": entry.begins.isoformat(),
        "ends": None if entry.ends is None else entry.ends.isoformat(),
        "reason": entry.reason,
        "logged_by": entry.logged_by,
        "ended_by": entry.ended_by,
        "withdrawn_because": entry.withdrawn_why,
    }
