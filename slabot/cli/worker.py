"""`slabot worker`: one of several processes, one of those that do the work.

Promise: it reads helpdesks, keeps the alarm, decides and sends, as one process would: what there is only one of is done
by one worker at a time. It starts whole or not at all, and ends within ten seconds of SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import contextlib

import click

from slabot.cli.edge import POLICY_SIZE, read_text
from slabot.cli.lasting import Signals, log_to_stderr
from slabot.cli.screen import working
from slabot.clock import SystemClock
from slabot.composition.several import worker_app
from slabot.composition.tracing import start_tracing
from slabot.policy import load_policy


@click.command(epilog="Example: slabot worker -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
def worker(config: str) -> None:
    """Read, decide and send, together with other workers, until SIGTERM or Ctrl-C.

    Any number of these may run, on any number of machines; the store must be PostgreSQL.
    """
    log_to_stderr()
    signals = Signals()
    text = read_text(config, largest=POLICY_SIZE, what="policy file")
    policy = load_policy(text, config)
    with contextlib.ExitStack() as held:
        held.callback(start_tracing())
        with working("Asking the helpdesks and Slack, and opening the store"), signals.interrupting():
            app = worker_app(policy, text, clock=SystemClock())
        held.callback(app.stop)
        app.start()
        click.echo(f"slabot worker works; helpdesks: {', '.join(policy.helpdesks)}. Ctrl-C ends it.", err=True)
        signals.wait()
        click.echo("slabot worker finishes what is under way and ends.", err=True)
