"""Which commands are there, and what happens when one of them fails?

Promise: results go to standard output, everything else to standard error; 0 means right, 1 a problem that the message
names together with its remedy, 2 a command line that cannot be understood. Nobody ever sees a traceback.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from slabot import __version__
from slabot.domain import SlabotError

# A command is loaded when it is called: asking when something is due needs no web server and no database.
COMMANDS = {
    "approve": "Let go ahead what the governor holds back.",
    "check": "Is the policy file right?",
    "demo": "Play a support week in time lapse.",
    "doctor": "Is everything around slabot set up?",
    "due": "When must something have been done?",
    "elapsed": "How much working time lies between two instants?",
    "erase": "Take a person out of everything that slabot keeps.",
    "explain": "What is true of a ticket, why, and what happens next?",
    "export": "Write tickets with their history into a ticket file.",
    "init": "Write a first policy file for a helpdesk.",
    "ledger": "What did slabot do, or refuse to do, and why?",
    "run": "Run everything in one process.",
    "sandbox": "Run stand-ins for Zendesk and Slack to try a policy on.",
    "status": "How does the running bot stand?",
}


class _Calm(click.Group):
    """Loads commands when they are called, and turns our own errors into their message and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"slabot.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

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
