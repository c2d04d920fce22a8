"""`slabot due`: when must something have been done?

Promise: the answer comes with the spans that explain it, up to the last instant at which the deadline can be met.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from slabot.calendars import Calendar, parse_target
from slabot.cli.edge import InstantOption, named_calendar, print_json, read_policy
from slabot.domain import SlabotError
from slabot.domain.suggestions import suggestion
from slabot.policy import WhenClosed
from slabot.policy.dated import row_of
from slabot.reports import terminal
from slabot.rules import span_json
from slabot.rules.clock import Terms, plan_terms


@click.command(
    epilog='Example: slabot due -c config.yaml --calendar support_week --start 2026-01-09T18:00:00+05:30 --target "6h"'
)
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--calendar", metavar="NAME", help="A calendar of the file.")
@click.option("--target", metavar="TARGET", help='90s, 15m, 2h, 7d or "2 business days".')
@click.option(
    "--severity",
    metavar="NAME",
    help="Instead of calendar and target: a request of that severity, with the promise for requests when closed.",
)
@click.option("--start", required=True, type=InstantOption(), help="When it starts, with an offset.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def due(
    config: str, calendar: str | None, target: str | None, severity: str | None, start: datetime, as_json: bool
) -> None:
    """When a target is due, and until when it can still be met."""
    policy = read_policy(config)
    if severity is not None:
        if calendar is not None or target is not None:
            raise click.UsageError("--severity brings its own calendar and target; give one or the other")
        if severity not in policy.severities:
            known = list(policy.severities)
            raise SlabotError(
                f'{config} has no severity "{severity}"', f"it has {', '.join(known)}{suggestion(severity, known)}"
            )
        agreed = policy.severities[severity]
        counted = policy.calendar_from(agreed.calendar, start)
        row = row_of(agreed.respond_within, start, counted.zone)
        assert row is not None, "the file's own rows hold at all times"
        wanted = row.within
        promised = agreed.received_when_closed is WhenClosed.NEXT_WORKING_DAY
    else:
        if calendar is None or target is None:
            raise click.UsageError("give --calendar and --target, or --severity")
        counted, wanted, promised = named_calendar(policy, calendar, config, start), parse_target(target), False
    terms = plan_terms(severity or "", wanted, counted, start, received_when_closed=promised)
    met_until = counted.met_until(terms.due)
    if as_json:
        print_json(_answer(counted, terms, start, met_until))
        return
    click.echo(terminal.due_text(counted, terms, start, met_until, policy.display_zone))


def _answer(calendar: Calendar, terms: Terms, start: datetime, met_until: datetime) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "version": 1,
        "due": terms.due.isoformat(),
        "met_until": met_until.isoformat(),
        "spans": [span_json(span) for span in calendar.spans(start, max(start, met_until))],
    }
    if terms.promise is not None:
        answer["target_due"] = terms.target_due.isoformat()
    return answer
