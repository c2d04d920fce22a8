"""`slabot doctor`: is everything around slabot set up as the policy needs it?

Promise: it asks and writes nothing; each finding that is not right comes with its remedy. Exit 0 if all is right, 1 if
something is wrong, 2 if something could not be asked.
"""

from __future__ import annotations

from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import click

from slabot.cli.edge import print_json, read_policy
from slabot.cli.screen import working
from slabot.clock import SystemClock
from slabot.composition import connect
from slabot.domain import Level
from slabot.reports.style import coloured, strong
from slabot.setup.examination import examine
from slabot.setup.machine import OURS, SHARED_NAMES, Installed
from slabot.setup.report import SetupReport

SIGNS = {Level.RIGHT: "right", Level.NOTICE: "notice", Level.WRONG: "WRONG", Level.UNKNOWN: "unknown"}
COLOURS = {Level.RIGHT: "green", Level.NOTICE: "yellow", Level.WRONG: "red", Level.UNKNOWN: "magenta"}
WIDE = max(map(len, SIGNS.values()))


@click.command(epilog="Example: slabot doctor -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def doctor(config: str, as_json: bool) -> None:
    """Look at the helpdesks, Slack and this machine, and say what is not right and what to do.

    Exit 0: all is right (there may be things to know of). 1: something is wrong. 2: nothing is wrong as far as could
    be asked, but something could not.
    """
    policy = read_policy(config)
    connections = connect(policy, clock=SystemClock())
    try:
        with working("Asking the helpdesks and Slack"):
            report = examine(policy, connections, installed())
    finally:
        connections.close()
    if as_json:
        print_json(_json(report))
    else:
        click.echo(_text(report))
    if report.exit_code:
        raise SystemExit(report.exit_code)


def installed() -> Installed:
    """What this environment holds under the names of slabot's packages."""
    owners = packages_distributions()
    folders = {}
    for name in (OURS, *SHARED_NAMES):
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            folders[name] = str(Path(spec.origin).resolve().parent.parent)
    return Installed({name: owners.get(name, ()) for name in SHARED_NAMES}, folders)


def _text(report: SetupReport) -> str:
    lines = []
    for place in report.places:
        lines.append(strong(place.name))
        for finding in place.findings:
            sign = coloured(f"{SIGNS[finding.level]:<{WIDE}}", COLOURS[finding.level])
            lines.append(f"  {sign}  {finding.words}.")
            if finding.remedy:
                lines.append(f"  {'':<{WIDE}}  → {finding.remedy}")
        lines.append("")
    return "\n".join([*lines, report.summary])


def _json(report: SetupReport) -> dict[str, object]:
    return {
        "version": 1,
        "exit_code": report.exit_code,
        "summary": report.summary,
        "places": [
            {
                "name": place.name,
                "findings": [
                    {"level": finding.level.value, "words": finding.words, "remedy": finding.remedy or None}
                    for finding in place.findings
                ],
            }
            for place in report.places
        ],
    }
