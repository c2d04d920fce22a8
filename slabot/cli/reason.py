"""`slabot reason`: why was a deadline missed?

Promise: what is given stands in the ticket's history and in the ledger, with who gave it; no verdict changes.
"""

from __future__ import annotations

from collections.abc import Mapping

import click
from sqlalchemy import Connection

from slabot.cli.declared import Declared, declared
from slabot.cli.edge import print_json, read_policy
from slabot.cli.named import HOW, PersonName, TicketArgument, named_ticket
from slabot.cli.screen import table
from slabot.domain import SlabotError
from slabot.policy import Policy
from slabot.policy.breach_reasons import BreachReason
from slabot.reports.explanation import reason_text
from slabot.reports.style import one_line, strong
from slabot.rules import ClockState
from slabot.rules.decision import reason_json
from slabot.rules.words import local_time
from slabot.runtime.declarable import known_reason


@click.command(
    epilog="Example: slabot reason -c config.yaml acme/4711   (shows), then: slabot reason -c config.yaml acme/4711 "
    '--reason understaffed --why "two of three were ill" --by Maya'
)
@click.argument("ticket", nargs=-1, type=TicketArgument(), metavar="[HELPDESK/ID]")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--reason", "name", metavar="NAME", help="A name under breach_reasons; left out: show them.")
@click.option("--why", metavar="WORDS", help="Why, in a sentence; needed with --reason.")
@click.option(
    "--clock", metavar="NAME", help="Which clock was missed, where several were: resolution, next_response#2."
)
@click.option(
    "--by",
    default="an admin",
    show_default=True,
    type=PersonName(),
    help="Who gives the reason; written into the ledger.",
)
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def reason(
    ticket: tuple[str, ...], config: str, name: str | None, why: str | None, clock: str | None, by: str, as_json: bool
) -> None:
    """Show which reasons may be given, and which clocks of a ticket were missed; or give the reason of one.

    The latest reason for a clock counts. The page about it shows the reason within half a minute.
    """
    policy = read_policy(config)
    named = named_ticket(ticket, policy)
    if name is None:
        if why is not None or clock is not None:
            raise click.UsageError("--why and --clock go with --reason NAME")
        _show(policy, None if named is None else declared(policy, *named, by=by), as_json=as_json)
        return
    if named is None:
        raise click.UsageError(f"whose deadline? {HOW}")
    if why is None:
        raise click.UsageError("give --why: whoever reads the figures will want to know in a sentence")
    known_reason(policy, name)
    about = declared(policy, *named, by=by, write=lambda conn, d: _give(conn, d, name, why, clock))
    given = next(each for each in about.decision.clocks if each.label == about.result)
    if as_json:
        print_json({"version": 1, "ticket": about.ticket.reference, "clock": _clock_json(given)})
        return
    click.echo(f"{about.ticket.reference}, {given.label.replace('_', ' ')}: {_given(given, policy)}")


def _give(conn: Connection, about: Declared, name: str, why: str, clock: str | None) -> str:
    return about.declaring.give_reason(conn, about.stored, name, why, clock)


def _show(policy: Policy, about: Declared | None, *, as_json: bool) -> None:
    missed = [] if about is None else [clock for clock in about.decision.clocks if clock.is_missed]
    if as_json:
        written: dict[str, object] = {"version": 1, "reasons": _reasons_json(policy.breach_reasons)}
        if about is not None:
            written |= {"ticket": about.ticket.reference, "missed": [_clock_json(clock) for clock in missed]}
        print_json(written)
        return
    if not policy.breach_reasons:
        raise SlabotError("the policy lists no reasons for a breach", "list them under breach_reasons")
    rows = [
        (name, f"{one_line(each.means)}{' (time may be excused for it)' if each.excuses else ''}")
        for name, each in policy.breach_reasons.items()
    ]
    table(("Reason", "Means"), rows)
    if about is None:
        return
    click.echo(f"\n{strong(about.ticket.reference)}  {one_line(about.ticket.subject)}".rstrip())
    for clock in missed:
        click.echo(f"  {clock.label.replace('_', ' ')}: {_given(clock, policy)}")
    if not missed:
        click.echo("  No clock of the ticket was missed.")


def _given(clock: ClockState, policy: Policy) -> str:
    zone = policy.display_zone
    assert clock.missed is not None, "only what was missed is shown"
    at = local_time(clock.missed.met_until, zone)
    if clock.reason is None:
        return f"missed at {at}, and nobody has given a reason yet"
    return f"missed at {at}. {reason_text(clock.reason, zone)}"


def _reasons_json(reasons: Mapping[str, BreachReason]) -> list[dict[str, object]]:
    return [{"name": name, "means": each.means, "excuses": each.excuses} for name, each in reasons.items()]


def _clock_json(clock: ClockState) -> dict[str, object]:
    return {
        "clock": clock.label,
        "verdict": clock.verdict.value,
        "missed_at": None if clock.missed is None else clock.missed.met_until.isoformat(),
        "breach_reason": None if clock.reason is None else reason_json(clock.reason),
    }
