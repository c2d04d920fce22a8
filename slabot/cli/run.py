"""`slabot run`: everything in one process.

Promise: it starts whole or not at all, says where it listens, and ends cleanly on SIGTERM or Ctrl-C: what is under
way is finished, and nothing is lost.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import threading
from types import FrameType

import click
import structlog

from slabot.cli.edge import POLICY_SIZE, read_text
from slabot.cli.screen import working
from slabot.clock import SystemClock
from slabot.composition import embedded_app
from slabot.policy import load_policy
from slabot.setup.starting import exposed, listen_address, listening, only_one

log = structlog.get_logger("slabot.run")


@click.command(epilog="Example: slabot run -c config.yaml")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
def run(config: str) -> None:
    """Run web, sweeps, alarm and delivery in one process, until SIGTERM or Ctrl-C."""
    _log_to_stderr()
    stopping = threading.Event()
    _on_signals(stopping)
    text = read_text(config, largest=POLICY_SIZE, what="policy file")
    policy = load_policy(text, config)
    with contextlib.ExitStack() as held:
        # First of all: a second slabot on one machine ends here and touches nothing.
        taken = held.enter_context(contextlib.closing(listening(policy)))
        lock = only_one(policy)
        if lock is not None:
            held.enter_context(lock)
        with working("Asking the helpdesks and Slack, and opening the store"):
            app = embedded_app(policy, text, clock=SystemClock(), listening=taken)
        held.callback(app.stop)
        app.start()
        host, _ = listen_address(policy.web.listen)
        where = f"http://{host}:{app.web.port}"
        said = f"slabot listens on {where}; helpdesks: {', '.join(policy.helpdesks)}. Ctrl-C ends it."
        click.echo(f"{said} {exposed(policy)}".rstrip(), err=True)
        stopping.wait()
        click.echo("slabot finishes what is under way and ends.", err=True)


def _on_signals(stopping: threading.Event) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    def stay(number: int, frame: FrameType | None) -> None:
        # In a thread, for the one that is interrupted here may be writing a line of the log.
        threading.Thread(target=_log_hangup, daemon=True).start()

    signal.signal(signal.SIGHUP, stay)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _log_hangup() -> None:
    log.warning("slabot.hangup_ignored", reason="SIGHUP changes nothing; restart slabot to read the policy anew")


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
