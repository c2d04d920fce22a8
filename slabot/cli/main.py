"""Which commands are there, and what happens when one of them fails?

Promise: results go to standard output, everything else to standard error; 0 means right, 1 a problem that the message
names together with its remedy, 2 a command line that cannot be understood. Nobody ever sees a traceback.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import logging
import os
import sys
from importlib import import_module
from typing import Any

import click

from slabot import __version__
from slabot.cli.screen import screens
from slabot.cli.unexpected import sentence, shout_in_threads
from slabot.domain import SlabotError

atexit.register(gc.freeze)  # a process that ends need not look for garbage once more: a twentieth of a short command

# A command is loaded when it is called: asking when something is due needs no web server and no database.
COMMANDS = {
    "approve": "Let go ahead what the governor holds back.",
    "backtest": "What would a policy have done with the tickets of the past?",
    "check": "Is the policy file right?",
    "classify": "How severe is a request by what was written?",
    "demo": "Play a support week in time lapse.",
    "diff": "What does another policy mean, and what would it move?",
    "doctor": "Is everything around slabot set up?",
    "due": "When must something have been done?",
    "elapsed": "How much working time lies between two instants?",
    "erase": "Take a person out of everything that slabot keeps.",
    "evaluate": "How often is the judgement of texts that of people?",
    "excuse": "Which time of a ticket is excused, and by whom?",
    "explain": "What is true of a ticket, why, and what happens next?",
    "export": "Write tickets with their history into a ticket file.",
    "forecast": "What comes if nobody acts, and who is there for it?",
    "init": "Write a first policy file for a helpdesk.",
    "ledger": "What did slabot do, or refuse to do, and why?",
    "migrate": "Bring the tables of the store up to date.",
    "migrate-store": "Move a SQLite store to PostgreSQL.",
    "outage": "Log that the service is down, or up again.",
    "preview": "How would the texts to the customer read for a ticket?",
    "promise": "What may a customer be told about the agreement?",
    "reason": "Why was a deadline missed?",
    "rejudge": "Judge clocks that have stopped anew, by the policy in force.",
    "reply": "Was a message of the customer automatic, or an answer?",
    "report": "How were the promises kept?",
    "run": "Run everything in one process.",
    "sandbox": "Run stand-ins for Zendesk and Slack to try a policy on.",
    "simulate": "What would happen to the open tickets now, under this file?",
    "status": "How does the running bot stand?",
    "triage": "What are people asked, and has nobody said yet?",
    "web": "Take in webhooks and Slack's requests, beside workers.",
    "worker": "Read, decide and send, together with other workers.",
}


class _Calm(click.Group):
    """Loads commands when they are called, and turns our own errors into their message and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        gc.disable()  # nothing that is loaded is garbage, and looking for some takes a twentieth of a short command
        try:
            name = cmd_name.replace("-", "_")
            command = getattr(import_module(f"slabot.cli.{name}"), name)
        finally:
            gc.freeze()
            gc.enable()
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, *args: Any, **extra: Any) -> Any:
        with screens():
            logging.raiseExceptions = False  # a log line that cannot be written is no reason for a traceback
            shout_in_threads()
            try:
                try:
                    return super().main(*args, **extra)
                finally:
                    sys.stdout.flush()  # here, where a full disk or a reader that went away can still be told
            except BrokenPipeError:
                _forget_output()  # the reader went away (| head); that is no error of ours
                sys.exit(0)
            except SlabotError as error:
                click.echo(str(error), err=True)
            except Exception as error:
                _forget_output()
                click.echo(sentence(error), err=True)
            sys.exit(1)


def _forget_output() -> None:
    """Drop what could not be written, so that the interpreter does not try again at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@click.group(cls=_Calm, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="slabot")
def main() -> None:
    """Keeps the promises of a support agreement beside the helpdesk you already have."""
