"""`slabot report`: the figures, each with what it counts.

Promise: the same question gives the same figures in every format. What has no record yet is counted and said, never
left out in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import click

from slabot.cli import edge, past_times, reconciling
from slabot.cli.edge import InstantOption, read_policy
from slabot.cli.explain import read_records
from slabot.cli.past_times import past_instant
from slabot.cli.report_forms import print_report
from slabot.cli.screen import working
from slabot.cli.store import policy_store
from slabot.domain import SlabotError, utc
from slabot.domain.suggestions import suggestion
from slabot.policy import FIRST_RESPONSE, Policy
from slabot.reports.kinds import reconcile
from slabot.reports.local_time import seconds
from slabot.reports.question import Option, parse_cuts
from slabot.reports.registry import KINDS
from slabot.reports.rows import Period, PeriodBy
from slabot.reports.style import one_line
from slabot.reports.ticket_source import TicketSource
from slabot.runtime.reporting import make_report, question_of
from slabot.store import report_rows

TEXT, JSON, CSV, HTML = "text", "json", "csv", "html"


@click.command(
    epilog="Example: slabot report compliance -c config.yaml --by severity,month --since 2026-10-01 --until 2026-11-01"
)
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option(
    "--by",
    metavar="CUTS",
    help="severity, month, agreement, group, agent, organization, helpdesk, channel, "
    "language; several with commas between.",
)
@click.option("--since", metavar="TIME", help=f"From then on: {past_times.HELP}")
@click.option("--until", metavar="TIME", help="Before then; as --since, or a time to come: the end of this month.")
@click.option("--started", is_flag=True, help="By the start of clocks, and not by the time at which they were judged.")
@click.option("--clock", metavar="NAME", help="Only clocks of this name, such as first_response.")
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    help="After how many days a ticket counts as forgotten, or a solve as settled.",
)
@click.option("--tickets", is_flag=True, help="Name the tickets behind each figure.")
@click.option("--format", "form", type=click.Choice([TEXT, JSON, CSV, HTML]), default=TEXT, help="Left out: text.")
@click.option("--ticket-file", metavar="FILE", help="Of the tickets in this file, and not of the store.")
@click.option("--now", "at", type=InstantOption(), help="As of this time, with an offset; left out: the present.")
def report(
    kind: str,
    config: str,
    by: str | None,
    since: str | None,
    until: str | None,
    started: bool,
    clock: str | None,
    days: int | None,
    tickets: bool,
    form: str,
    ticket_file: str | None,
    at: datetime | None,
) -> None:
    """Say how the promises were kept: which share, how fast, which were missed and why, and what has been forgotten."""
    given = {
        Option.BY: by is not None,
        Option.PERIOD: since is not None or until is not None,
        Option.STARTED: started,
        Option.CLOCK: clock is not None,
        Option.DAYS: days is not None,
    }
    _refuse_what_is_not_heeded(kind, [option for option, is_given in given.items() if is_given])
    policy = read_policy(config)
    now = at if at is not None else utc(edge.now())
    begin, end = (
        None if text is None else seconds(past_instant(text, now, policy.display_zone, option=option, to_come=to_come))
        for text, option, to_come in ((since, "--since", False), (until, "--until", True))
    )
    if begin is not None and end is not None and begin >= end:
        raise click.UsageError("--since must be before --until")
    question = question_of(
        policy,
        now,
        by=() if by is None else parse_cuts(by),
        period=Period(begin, end),
        period_by=PeriodBy.STARTED if started else PeriodBy.JUDGED,
        clock=clock,
        tickets=tickets,
        days=days,
        charts=form == HTML,
    )
    if ticket_file is not None:
        _refuse_unknown_clock(clock, policy)
        with working("Deciding"):
            source = TicketSource(read_records(ticket_file, policy), policy, now)
            made = KINDS[kind].build(source, question)
    else:
        with policy_store(policy) as store:
            told = None
            if clock is not None:
                _refuse_unknown_clock(clock, policy, store.read(report_rows.clock_names))
            if kind == reconcile.NAME:
                question = replace(question, period=reconciling.period_of(question.period, question.now))
                told = reconciling.ask(store, policy, question.period)
            with working("Counting"):
                made = store.read(lambda conn: make_report(conn, kind, question, told=told))
    print_report(made, question, form, config)


def _refuse_what_is_not_heeded(kind: str, given: list[Option]) -> None:
    for option in given:
        if option not in KINDS[kind].TAKES:
            others = ", ".join(name for name, each in KINDS.items() if option in each.TAKES)
            does = "do" if option is Option.PERIOD else "does"
            raise click.UsageError(f"{option.value} {does} not go with {kind}, only with {others}")


def _refuse_unknown_clock(name: str | None, policy: Policy, kept: Sequence[str] = ()) -> None:
    """Refuse a clock that neither the policy nor the records have; records keep those that left the policy."""
    clocks = (*policy.clocks, *(clock for agreement in policy.agreements for clock in agreement.clocks or ()))
    known = list(dict.fromkeys((FIRST_RESPONSE, *(clock.name for clock in clocks), *kept)))
    if name is not None and name not in known:
        raise SlabotError(
            f'--clock: the policy has no clock "{one_line(name)}"',
            f"there are {', '.join(known)}{suggestion(name, known)}",
        )
