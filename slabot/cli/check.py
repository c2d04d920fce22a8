"""`slabot check`: is the policy file right?

Promise: every problem at once, each with its place and its fix; exit 0 if the file can be used (warnings alone do not
change that), 1 if not, 2 if the command line cannot be understood. Nothing is written and nobody is asked.
"""

from __future__ import annotations

import click

from slabot.cli.check_formats import FORMATS, Result
from slabot.cli.edge import today
from slabot.cli.policy_file import file_name, policy_bytes
from slabot.cli.screen import working
from slabot.policy import Problem, checked


@click.command(epilog="Example: slabot check config.yaml")
@click.argument("file", metavar="FILE")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="text for people, json for scripts, sarif for code scanning, github for a workflow's log.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--show-ignored", is_flag=True, help="List the warnings that comments of the file ignore, with reasons.")
def check(file: str, form: str, as_json: bool, show_ignored: bool) -> None:
    """Is the policy FILE right?

    Says every problem at once, with its line and how to mend it. What depends on the date (holidays, follow-ups) is
    checked for the coming year. A comment "# slabot: ignore[code] reason" at the end of a line, or above it, ignores
    warnings of that line. FILE may be - for standard input.
    """
    content, name = policy_bytes(file), file_name(file)
    if isinstance(content, Problem):
        result = Result(name, None, (content,))
    else:
        with working("Checking the coming year"):
            found = checked(content, name, today())
        result = Result(name, found.policy, found.problems, found.ignored, show_ignored)
    click.echo(FORMATS["json" if as_json else form](result))
    if not result.right:
        raise SystemExit(1)
