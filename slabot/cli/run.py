"""`slabot run`: everything in one process.

Promise: it starts whole or not at all, says where it listens, and ends cleanly on SIGTERM or Ctrl-C: what is under
way is finished, and nothing is lost.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from types import FrameType

import click
import structlog

from slabot.cli.edge import POLICY_SIZE, read_text
from slabot.cli.screen import working
from slabot.clock import SystemClock
from slabot.composition import StartError, compose
from slabot.policy import Policy, load_policy
from slabot.runtime import Bells, Embedded
from slabot.runtime.alone import Alone
from slabot.runtime.serving import WebServer, take_address
from slabot.store.address import read_address
from webhooks import create_app


@click.command(epilog="Example: slabot run -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
def run(config: str) -> None:
    """Run web, sweeps, alarm and delivery in one process, until SIGTERM or Ctrl-C."""
    _log_to_stderr()
    stopping = threading.Event()
    _on_signals(stopping)
    text = read_text(config, largest=POLICY_SIZE, what="policy file")
    policy = load_policy(text, config)
    bells = Bells()
    host, port = listen_address(policy.web.listen)
    try:
        taken = take_address(host, port)  # first of all: a second slabot on one machine ends here and touches nothing
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "this is no host name"
        raise StartError([f"{host}:{port} cannot be listened on ({why}); change web.listen or PORT"]) from None
    with contextlib.ExitStack() as undo:
        undo.callback(taken.close)
        alone = only_one(policy)
        if alone is not None:
            undo.callback(alone.close)
        with working("Asking the helpdesks and Slack, and opening the store"):
            composed = compose(policy, text, clock=SystemClock(), bell=bells)
        undo.pop_all()
    server = WebServer(create_app(composed.parts, composed.signing_secret, composed.interactions), host, taken=taken)
    engine = Embedded(composed.parts, bells)
    engine.start()
    if composed.sockets is not None:
        composed.sockets.start()
    click.echo(f"slabot listens on {server.url}; helpdesks: {', '.join(policy.helpdesks)}. Ctrl-C ends it.", err=True)
    stopping.wait()
    click.echo("slabot finishes what is under way and ends.", err=True)
    server.stop()
    if composed.sockets is not None:
        composed.sockets.stop()
    engine.stop()
    composed.close()
    if alone is not None:
        alone.close()


def only_one(policy: Policy) -> Alone | None:
    """The lock on a SQLite store; None for PostgreSQL, where rows are locked.

    Raises:
        AlreadyRunning: another slabot works on it.
    """
    url = policy.store.url or os.environ.get(policy.store.url_env or "", "")
    file = read_address(url).file if url else None
    return None if file is None or not os.path.isdir(file.parent) else Alone(file)


def listen_address(listen: str) -> tuple[str, int]:
    """Host and port; ``PORT`` in the environment wins, and then every address of the machine is listened on.

    Raises:
        StartError: ``PORT`` is no port.
    """
    host, _, port = listen.rpartition(":")
    named = os.environ.get("PORT")
    if not named:
        return host.strip("[]"), int(port)
    if not named.isdecimal() or int(named) > 65535:
        raise StartError([f'the environment variable PORT is "{named[:20]}", which is no port; set it to a number'])
    return "0.0.0.0", int(named)


def _on_signals(stopping: threading.Event) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
