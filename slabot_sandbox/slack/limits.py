"""Hold the caller to Slack's rate limits, by the sandbox's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from slabot.clock import Clock
from slabot_sandbox.base.limits import Windows
from slabot_sandbox.slack.refusals import rate_limited


class Tier(IntEnum):
    """Slack's rate tiers: calls of one method a minute in one workspace."""

    TWO = 20
    THREE = 50
    FOUR = 100
    SPECIAL = 600


@dataclass(slots=True, kw_only=True)
class SlackLimits:
    """Limits of the workspace; None switches one off."""

    posts: timedelta | None = timedelta(seconds=1)  # between two messages into one channel
    burst: int = 1  # messages that may come at once before that holds
    tiers: bool = True


class SlackRateLimits:
    """Counts calls by method, and messages by channel."""

    def __init__(self, clock: Clock, limits: SlackLimits) -> None:
        """Count from nothing."""
        self.limits = limits
        self._clock = clock
        self._windows = Windows(clock)
        self._next_post: dict[str, datetime] = {}

    def count_call(self, method: str, tier: Tier) -> None:
        """Count one call. Raises `Refused` past the tier's limit."""
        if not self.limits.tiers:
            return
        if self._windows.used(method) >= tier:
            raise rate_limited(self._windows.resets_in())
        self._windows.count(method)

    def count_post(self, channel: str) -> None:
        """Count one message into this channel. Raises `Refused` if it has had its message for this second."""
        if self.limits.posts is None:
            return
        now = self._clock.now()
        free = max(self._next_post.get(channel, now), now)
        if free - now > self.limits.posts * (self.limits.burst - 1):
            raise rate_limited(max(1, -((now - free) // timedelta(seconds=1))))
        self._next_post[channel] = free + self.limits.posts
