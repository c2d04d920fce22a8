"""`slabot excuse`: which time of a ticket is excused, and by whom?

Promise: an excuse has a person, a reason that the policy lets excuse, a span and a proof; it stands in the ticket's
history and in the ledger until somebody withdraws it, and no verdict changes.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from slabot.cli import edge, past_times
from slabot.cli.declared import Declared, declared
from slabot.cli.edge import print_json, read_policy
from slabot.cli.named import HOW, PersonName, TicketArgument, named_ticket
from slabot.cli.past_times import past_instant
from slabot.cli.screen import table
from slabot.domain import utc
from slabot.reports.explanation import declared_by
from slabot.reports.style import one_line, strong
from slabot.rules import ClockState
from slabot.rules.decision import excuse_json, excused_json
from slabot.rules.reasons import Excuse, excuses_of
from slabot.rules.words import local_time, worked
from slabot.runtime.declarable import excusing_reason
from slabot.runtime.declaring import ExcusedSpan, verdict_words


@click.command(
    epilog="Example: slabot excuse -c config.yaml acme/4711   (shows), then: slabot excuse -c config.yaml acme/4711 "
    '--from "2026-01-09 19:30" --to "2026-01-09 21:00" --reason customer_unreachable --why "no answer by telephone" '
    "--proof https://acme.example/calls/17 --by Maya"
)
@click.argument("ticket", nargs=-1, required=True, type=TicketArgument(), metavar="HELPDESK/ID")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--from", "since", metavar="TIME", help=f"When the excused time begins: {past_times.HELP}")
@click.option("--to", "until", metavar="TIME", help="When it ends, in the same forms; not in the future.")
@click.option("--reason", metavar="NAME", help='A name under breach_reasons with "excuses: true".')
@click.option("--why", metavar="WORDS", help="Why, in a sentence; needed.")
@click.option("--proof", metavar="WORDS", help="A link to what proves it, or where that is kept.")
@click.option("--clock", metavar="NAME", help="For this clock alone: first_response, next_response#2.")
@click.option("--withdraw", metavar="N", type=int, help="Take back the excuse of this number instead.")
@click.option(
    "--by", default="an admin", show_default=True, type=PersonName(), help="Who declares it; written into the ledger."
)
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def excuse(
    ticket: tuple[str, ...],
    config: str,
    since: str | None,
    until: str | None,
    reason: str | None,
    why: str | None,
    proof: str | None,
    clock: str | None,
    withdraw: int | None,
    by: str,
    as_json: bool,
) -> None:
    """Show what is excused on a ticket, excuse a span of time, or withdraw an excuse.

    Clocks are shown as they are and without the time that is excused. Verdicts and pages go by the former.
    """
    policy = read_policy(config)
    named = named_ticket(ticket, policy)
    if named is None:
        raise click.UsageError(HOW)
    new = {"--from": since, "--to": until, "--reason": reason, "--proof": proof}
    given = [option for option, value in {**new, "--clock": clock}.items() if value is not None]
    if withdraw is not None:
        if given:
            raise click.UsageError(f"--withdraw takes back an excuse; {given[0]} is for a new one")
        if why is None:
            raise click.UsageError("give --why: say in a sentence why the excuse does not hold")
        about = declared(policy, *named, by=by, write=partial(_withdraw, number=withdraw, why=why))
    elif not given and why is None:
        about = declared(policy, *named, by=by)
    else:
        missing = [option for option, value in {**new, "--why": why}.items() if value is None]
        if missing:
            raise click.UsageError(f"an excuse needs {' and '.join(missing)} too")
        excusing_reason(policy, reason or "")
        now, zone = utc(edge.now()), policy.display_zone
        span = ExcusedSpan(
            since=past_instant(since or "", now, zone, option="--from"),
            until=past_instant(until or "", now, zone, option="--to"),
            reason=reason or "",
            text=why or "",
            proof=proof or "",
            clock=clock,
        )
        about = declared(policy, *named, by=by, write=partial(_excuse, span=span))
    excuses = excuses_of(about.stored.timeline, about.declaring.policy)
    if as_json:
        print_json(_json(about, excuses))
        return
    if isinstance(about.result, Excuse):
        done = f"Excuse no. {about.result.number} " + ("is withdrawn." if withdraw is not None else "is declared.")
        click.echo(f"{done} It stands in the ledger; verdicts and pages are as they were.\n")
    _show(about, excuses, policy.display_zone)


def _excuse(conn: Connection, about: Declared, span: ExcusedSpan) -> Excuse:
    return about.declaring.excuse(conn, about.stored, span)


def _withdraw(conn: Connection, about: Declared, number: int, why: str) -> Excuse:
    return about.declaring.withdraw(conn, about.stored, number, why)


def _show(about: Declared, excuses: tuple[Excuse, ...], zone: ZoneInfo) -> None:
    click.echo(f"{strong(about.ticket.reference)}  {one_line(about.ticket.subject)}".rstrip())
    if not excuses:
        click.echo("Nothing is excused.")
        return
    table(
        ("No.", f"From and to ({zone.key})", "For", "Why and proof", "Declared"),
        [_row(excuse, zone) for excuse in excuses],
    )
    touched = [clock for clock in about.decision.clocks if clock.excused is not None]
    if touched:
        rows = [
            (
                clock.label.replace("_", " "),
                f"{verdict_words(clock)}\n{_due(clock.due_at, zone)}",
                f"{verdict_words(clock.as_excused)}\n{_due(clock.as_excused.due_at, zone)}",
                worked(clock.excused_time),
            )
            for clock in touched
        ]
        table(("Clock", "As it is", "Without the excused time", "Excused, of what counted"), rows)


def _row(excuse: Excuse, zone: ZoneInfo) -> tuple[str, ...]:
    event, withdrawn = excuse.event, excuse.withdrawn
    whom = "all clocks" if event.clock is None else event.clock.replace("_", " ")
    state = declared_by(event, zone)
    if withdrawn is not None:
        state += f"\nwithdrawn: {declared_by(withdrawn, zone)}"
        state += f"\n{withdrawn.text}" if withdrawn.text else ""
    return (
        str(excuse.number),
        f"{local_time(event.since, zone)}\n{local_time(event.until, zone)}",
        f"{whom}\n{excuse.means}",
        f"{event.text or 'the words are no longer kept'}\n{event.proof}".rstrip(),
        state,
    )


def _due(due_at: datetime | None, zone: ZoneInfo) -> str:
    return "no due time" if due_at is None else f"due {local_time(due_at, zone)}"


def _json(about: Declared, excuses: tuple[Excuse, ...]) -> dict[str, object]:
    return {
        "version": 1,
        "ticket": about.ticket.reference,
        "excuses": [excuse_json(excuse) for excuse in excuses],
        "clocks": [_clock_json(clock) for clock in about.decision.clocks],
    }


def _clock_json(clock: ClockState) -> dict[str, object]:
    return {
        "clock": clock.label,
        "verdict": None if clock.no_promise else clock.verdict.value,
        "due_at": None if clock.due_at is None else clock.due_at.isoformat(),
        "excused": None if clock.excused is None else excused_json(clock, clock.excused),
    }
