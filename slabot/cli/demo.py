"""`slabot demo`: what does it do, seen in a minute?

Promise: it needs nothing but itself, ends by itself, and exits with 0 only if every promise of its week was kept.
"""

from __future__ import annotations

import sys

import click

from slabot.demo.play import play


@click.command(epilog="Example: slabot demo --speed 7200")
@click.option(
    "--speed", type=click.FloatRange(min=1), help="Seconds of the week in one second; left out: as fast as it goes."
)
@click.option("--keep", is_flag=True, help="Leave it running at the end, with its addresses, until Ctrl-C.")
def demo(speed: float | None, keep: bool) -> None:
    """Play a support week in time lapse, beside stand-ins for Zendesk, Freshdesk and Slack on this machine."""

    def say(line: str) -> None:
        click.echo(line)
        sys.stdout.flush()

    if not play(say, speed=speed, keep=keep):
        raise SystemExit(1)
