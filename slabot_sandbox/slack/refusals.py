"""Refuse as Slack does.

Refused               an answer that is no success
└── SlackError        HTTP 200 with `ok: false` and Slack's own word for what is wrong
"""

from __future__ import annotations

from typing import Any

from slabot_sandbox.base.refusals import Refusals, Refused, wait


class SlackError(Refused):
    """Slack refuses: HTTP 200 with `ok: false` and this error."""

    def __init__(self, error: str, **more: Any) -> None:
        """Keep the answer."""
        super().__init__(200, {"ok": False, "error": error, **more})


def rate_limited(seconds: int) -> Refused:
    """429: ask again after so many seconds."""
    return Refused(429, {"ok": False, "error": "ratelimited"}, wait(seconds))


class SlackRefusals(Refusals):
    """How Slack refuses while a fault is switched on."""

    def rate_limited(self, retry_after: int, *, text: bool) -> Refused:
        """429 with Retry-After; Slack has one shape of it."""
        return rate_limited(retry_after)

    def unavailable(self, retry_after: int) -> Refused:
        """503 with Retry-After."""
        return Refused(503, {"ok": False, "error": "service_unavailable"}, wait(retry_after))

    def broken(self) -> Refused:
        """500."""
        return Refused(500, {"ok": False, "error": "internal_error"})
