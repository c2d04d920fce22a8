"""`slabot sandbox`: stand-ins to try a policy on.

Promise: they listen on this machine only, and say what to paste to point slabot at them.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from slabot.cli.screen import working
from slabot.domain import SlabotError
from slabot_sandbox import rule_from_text, serve


@click.command(epilog="Example: slabot sandbox --port 9000 --load tickets.jsonl")
@click.option(
    "--port",
    type=click.IntRange(0, 65530),
    default=0,
    help="Zendesk's port; Slack and Freshdesk have the next two. 0: any.",
)
@click.option(
    "--load", "files", multiple=True, metavar="FILE", help="Ticket files, exports or recordings to fill it with."
)
@click.option(
    "--load-freshdesk", "for_freshdesk", multiple=True, metavar="FILE", help="The same; ticket files go to Freshdesk."
)
@click.option("--slabot", "slabot_url", metavar="URL", help="Where slabot listens, for webhooks and clicks.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="WORDS",
    help="How a proxy before the stand-ins misbehaves: 'zendesk status=403 path=/api/v2/tickets/7* share=30%'.",
)
@click.option("--proxy", is_flag=True, help="A proxy without a fault yet; --fault has one anyway.")
@click.option("--journal", metavar="FILE", help="Where the journal of all calls is written at the end.")
def sandbox(
    port: int,
    files: tuple[str, ...],
    for_freshdesk: tuple[str, ...],
    slabot_url: str | None,
    faults: tuple[str, ...],
    proxy: bool,
    journal: str | None,
) -> None:
    """Run stand-ins for Zendesk, Slack and Freshdesk until Ctrl-C.

    Exit 1 at the end if some files of a folder could not be loaded; each is named with the reason.
    """
    rules = [rule_from_text(words) for words in faults]
    missing = [name for name in (*files, *for_freshdesk) if not Path(name).exists()]
    if missing:
        raise SlabotError(f"{missing[0]}: there is no such file", "check the name and the folder you are in")
    with contextlib.ExitStack() as loading:
        if files or for_freshdesk:
            loading.enter_context(working("Loading the files"))

        def say(line: str) -> None:
            loading.close()  # it speaks first when everything is loaded
            click.echo(line)

        report = serve(
            port,
            [Path(name) for name in files],
            say=say,
            slabot_url=slabot_url,
            journal=None if journal is None else Path(journal),
            load_freshdesk=[Path(name) for name in for_freshdesk],
            proxied=proxy,
            misbehaving=rules,
        )
    if report.unreadable:
        raise SystemExit(1)
