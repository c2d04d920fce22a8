"""`slabot migrate`: bring the tables of the store up to date, and end.

Promise: in one transaction, or not at all; never beside a slabot that works on the same file. On PostgreSQL, processes
of the release before work on meanwhile: what they need is taken away by ``--finish`` alone.
"""

from __future__ import annotations

import contextlib
import os
import time

import click

from slabot.cli.edge import print_json, read_policy
from slabot.cli.screen import working
from slabot.composition import StartError
from slabot.composition.secrets import Secrets, store_url
from slabot.runtime.leases import DEAD
from slabot.setup.starting import only_one
from slabot.store import forget_dead_processes, open_store, tables_of
from slabot.store.address import read_address


@click.command(epilog="Example: slabot migrate -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--finish", is_flag=True, help="Also take away what only an older slabot needs. On PostgreSQL.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def migrate(config: str, finish: bool, as_json: bool) -> None:
    """Bring the tables of the store up to date, or make them.

    slabot run does the same at its start. This is for hosting services that want it done before a release takes over:
    where several processes share PostgreSQL, those of the release before work on. Once the last of them has ended,
    slabot migrate --finish takes away what only they needed; the next release does it otherwise.
    """
    policy = read_policy(config)
    secrets = Secrets(os.environ)
    url = store_url(policy, secrets)
    if secrets.problems:
        raise StartError(secrets.problems)
    with contextlib.ExitStack() as held:
        if (lock := only_one(policy, url)) is not None:
            held.enter_context(lock)
        before = tables_of(url)
        with working("Bringing the store up to date"):
            forget_dead_processes(url, lambda: time.sleep(DEAD))
            open_store(url, finish_migrating=finish).close()
        after = tables_of(url)
    name = str(read_address(url))
    if as_json:
        print_json({"version": 1, "store": name, "before": before, "after": after})
    elif before is None:
        click.echo(f"The store was made: {name}, with its tables at {after}.")
    elif before == after:
        click.echo(f"The store is up to date: {name}, with its tables at {after}.")
    else:
        click.echo(f"The store was brought up to date: {name}, from {before} to {after}.")
