"""What do the benchmarks of the running path run on?

The sandbox on this machine, the real adapters and store, and the wall clock. Everything shares the machine's cores,
so the figures are worse than they would be beside real services; the ratios are what counts.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slabot.clock import SystemClock
from slabot.composition import embedded_app
from slabot.demo.stage import CHANNEL, environment_of, policy_of
from slabot.policy import load_policy
from slabot.runtime import Embedded, Parts
from slabot.runtime.app import App
from slabot.store import inbox
from slabot_sandbox import Sandbox, SlackLimits, ZendeskLimits
from slabot_sandbox.freshdesk.limits import FreshdeskLimits


@dataclass(frozen=True, slots=True)
class Scene:
    """The sandbox, and slabot, not started."""

    sandbox: Sandbox
    app: App[Embedded]

    @property
    def parts(self) -> Parts:
        """Of the runtime."""
        return self.app.parts

    def hint(self, number: int) -> None:
        """As if a webhook had come."""
        parts = self.parts
        parts.store.write(lambda conn: inbox.accept(conn, "acme", f"hint:{number}", str(number), parts.now()))
        parts.waker.wake()


@contextlib.contextmanager
def scene(first_rung: str = "50% used") -> Iterator[Scene]:
    """Without Slack's own pace: what is measured is slabot, not the limit of a channel."""
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(
            clock=SystemClock(),
            slack_limits=SlackLimits(posts=None, tiers=False),
            zendesk_limits=ZendeskLimits(account=None, incremental=None),
            freshdesk_limits=FreshdeskLimits(total=None),
        )
        sandbox.slack.workspace.add_channel(CHANNEL)
        with sandbox:
            text = policy_of(sandbox, Path(folder) / "slabot.db")
            text = text.replace("start_from: 2026-01-23", "start_from: 2020-01-01").replace("50% used", first_rung)
            app = embedded_app(load_policy(text), text, clock=SystemClock(), environment=environment_of(sandbox))
            try:
                yield Scene(sandbox, app)
            finally:
                app.stop()


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
