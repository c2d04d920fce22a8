"""`slabot run`: everything in one process.

Promise: it starts whole or not at all, says where it listens, and ends on SIGTERM or Ctrl-C within ten seconds: what is
under way is finished if it can be, and nothing is lost. A second Ctrl-C ends it at once.
"""

from __future__ import annotations

import contextlib

import click

from slabot.cli.edge import POLICY_SIZE, read_text
from slabot.cli.lasting import Signals, log_to_stderr
from slabot.cli.screen import working
from slabot.clock import SystemClock
from slabot.composition import embedded_app
from slabot.composition.tracing import start_tracing
from slabot.policy import load_policy
from slabot.setup.starting import exposed, forgetful, listening, only_one, refuse_second_run, where_it_listens


@click.command(epilog="Example: slabot run -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
def run(config: str) -> None:
    """Run web, sweeps, alarm and delivery in one process, until SIGTERM or Ctrl-C."""
    log_to_stderr()
    signals = Signals()
    text = read_text(config, largest=POLICY_SIZE, what="policy file")
    policy = load_policy(text, config)
    with contextlib.ExitStack() as held:
        held.callback(start_tracing())
        # First of all: a second slabot on one machine ends here and touches nothing.
        taken = held.enter_context(contextlib.closing(listening(policy)))
        lock = only_one(policy)
        if lock is not None:
            held.enter_context(lock)
        with working("Asking whether another slabot runs"), signals.interrupting():
            refuse_second_run(policy)
        with working("Asking the helpdesks and Slack, and opening the store"), signals.interrupting():
            app = embedded_app(policy, text, clock=SystemClock(), listening=taken)
        held.callback(app.stop)
        app.start()
        said = f"slabot listens on {where_it_listens(policy, app.url)}; helpdesks: {', '.join(policy.helpdesks)}."
        click.echo(" ".join(filter(None, (said, "Ctrl-C ends it.", exposed(policy), forgetful(policy)))), err=True)
        signals.wait()
        click.echo("slabot finishes what is under way and ends.", err=True)
