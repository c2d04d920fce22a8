"""What is set up for the demo, and how does its time pass?

Promise: real HTTP between slabot and the stand-ins, a real store, the real adapters; only the clock is one that
jumps. The same stage serves the demo, its tests and the campaigns that kill slabot in the middle.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from slabot.clock import SteppedClock
from slabot.composition import stepped_app
from slabot.policy import load_policy
from slabot.runtime import Parts
from slabot_sandbox import Sandbox

SWEEP_EVERY = timedelta(minutes=20)  # of the demo's time: a week of two helpdesks is 1,500 sweeps, not 30,000
CHANNEL = "support-escalations"
TRIAGE = "support-triage"  # where people are asked


class Slabot(Protocol):
    """slabot as the stage needs it, in this process or another."""

    @property
    def url(self) -> str:
        """Where it listens."""

    def settle(self, now: datetime) -> datetime | None:
        """Do everything that can be done at this instant; returns the next one that it waits for."""

    def stop(self) -> None:
        """End it."""


class InProcess:
    """slabot in this process, on the stage's own clock."""

    def __init__(self, policy: str, environment: dict[str, str], clock: SteppedClock) -> None:
        """Open everything and listen."""
        checked = load_policy(policy, "the demo's policy")
        self._app = stepped_app(checked, policy, clock=clock, environment=environment, sweep_every=SWEEP_EVERY)
        self._app.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._app.url

    @property
    def parts(self) -> Parts:
        """Its parts, to look into."""
        return self._app.parts

    def settle(self, now: datetime) -> datetime | None:
        """Do everything that can be done now."""
        return self._app.engine.settle()

    def stop(self) -> None:
        """End it."""
        self._app.stop()


@dataclass(slots=True)
class Stage:
    """The sandbox, slabot, and the clock that moves both.

    Attributes:
        policy: the text of its file.
        store: where its store is.
    """

    clock: SteppedClock
    sandbox: Sandbox
    slabot: Slabot
    policy: str = ""
    store: Path | None = None

    def run_until(self, instant: datetime, after_each: Callable[[], object] | None = None) -> None:
        """Let time pass, jumping from one instant to the next."""

        def drain() -> bool:
            did = self.sandbox.deliver_due()
            self.clock.waiting("slabot", self.slabot.settle(self.clock.now()))
            if after_each is not None:
                after_each()
            due = self.sandbox.scheduler.next_instant()
            return did or (due is not None and due <= self.clock.now())

        self.clock.run_until(instant, drain)


def environment_of(sandbox: Sandbox) -> dict[str, str]:
    """The secrets, as slabot finds them."""
    return {
        "ZENDESK_CLIENT_ID": sandbox.zendesk.client_id,
        "ZENDESK_CLIENT_SECRET": sandbox.zendesk.client_secret,
        "ZENDESK_HOOK_SECRET": sandbox.zendesk.webhook_secret,
        "FRESHDESK_KEY": sandbox.freshdesk.token,
        "FRESHDESK_HOOK_SECRET": sandbox.freshdesk.webhook_secret,
        "SLACK_BOT_TOKEN": sandbox.slack.token,
        "SLACK_SIGNING_SECRET": sandbox.slack.signing_secret,
    }


def policy_of(sandbox: Sandbox, store: Path) -> str:
    """The demo's policy, pointing at the stand-ins."""
    template = files("slabot.demo").joinpath("policy.yaml").read_text(encoding="utf-8")
    return template.format(
        zendesk_url=sandbox.zendesk.url,
        freshdesk_url=sandbox.freshdesk.url,
        slack_url=sandbox.slack.api_url.rstrip("/"),
        store_url=f"sqlite:///{store}",
    )


@contextlib.contextmanager
def stage(
    start: datetime, folder: Path, make: Callable[[str, dict[str, str], SteppedClock], Slabot] = InProcess
) -> Iterator[Stage]:
    """Set everything up, and take it down at the end.

    Args:
        start: when the demo's time begins.
        folder: where the store is.
        make: how slabot is started.
    """
    clock = SteppedClock(start)
    sandbox = Sandbox(clock=clock)
    for channel in (CHANNEL, TRIAGE):
        sandbox.slack.workspace.add_channel(channel)
    with sandbox:
        store = folder / "slabot.db"
        policy = policy_of(sandbox, store)
        slabot = make(policy, environment_of(sandbox), clock)
        try:
            sandbox.connect(slabot.url)
            yield Stage(clock, sandbox, slabot, policy, store)
        finally:
            slabot.stop()
