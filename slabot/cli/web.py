"""`slabot web`: one of several processes, the one that is spoken to.

Promise: it takes in webhooks and what people do in Slack, shows health and figures, and does nothing else: what follows
is done by workers. It starts whole or not at all, and ends within ten seconds of SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import contextlib

import click

from slabot.cli.edge import POLICY_SIZE, read_text
from slabot.cli.lasting import Signals, log_to_stderr
from slabot.cli.screen import working
from slabot.clock import SystemClock
from slabot.composition.several import refuse_sqlite, web_app
from slabot.composition.tracing import start_tracing
from slabot.policy import load_policy
from slabot.setup.starting import exposed, listening, where_it_listens
from slabot.store.processes import ProcessKind


@click.command(epilog="Example: slabot web -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
def web(config: str) -> None:
    """Take in webhooks and Slack's requests, beside workers, until SIGTERM or Ctrl-C.

    Any number of these may run, on any number of machines; the store must be PostgreSQL.
    """
    log_to_stderr()
    signals = Signals()
    text = read_text(config, largest=POLICY_SIZE, what="policy file")
    policy = load_policy(text, config)
    refuse_sqlite(policy, ProcessKind.WEB)
    with contextlib.ExitStack() as held:
        held.callback(start_tracing())
        taken = held.enter_context(contextlib.closing(listening(policy)))
        with working("Asking the helpdesks and Slack, and opening the store"), signals.interrupting():
            app = web_app(policy, text, clock=SystemClock(), listening=taken)
        held.callback(app.stop)
        app.start()
        said = f"slabot web listens on {where_it_listens(policy, app.url)}; helpdesks: {', '.join(policy.helpdesks)}."
        click.echo(" ".join(filter(None, (said, "Ctrl-C ends it.", exposed(policy)))), err=True)
        signals.wait()
        click.echo("slabot web finishes what is under way and ends.", err=True)
