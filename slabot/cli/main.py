"""Which commands are there, and what happens when one of them fails?

Promise: results go to standard output, everything else to standard error; 0 means right, 1 a problem that the
message names together with its remedy, 2 a command line that cannot be understood. Nobody ever sees a traceback.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from slabot import __version__
from slabot.cli.check import check
from slabot.cli.due import due
from slabot.cli.elapsed import elapsed
from slabot.cli.explain import explain
from slabot.domain import SlabotError


class _Calm(click.Group):
    """Turns our own errors into their message and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SlabotError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)
        except BrokenPipeError:
            # The reader went away (| head); that is no error of ours.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=_Calm, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="slabot")
def main() -> None:
    """Keeps the promises of a support agreement beside the helpdesk you already have."""


for _command in (check, due, elapsed, explain):
    main.add_command(_command)
