"""Count requests against the documented limits, and write the rate headers.

Promise: the documented limits hold, by the sandbox's clock, and are told in the headers of the API's three
generations. Past a limit the answer is 429 with Retry-After.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from slabot.clock import Clock
from slabot_sandbox.base.limits import MINUTE, Windows
from slabot_sandbox.zendesk import refusals

TEN_MINUTES = 600  # seconds


class Generation(IntEnum):
    """The year from which on the rate headers had this spelling; later ones keep the oldest beside their own."""

    FIRST = 2021
    SECOND = 2023
    THIRD = 2025


@dataclass(slots=True, kw_only=True)
class ZendeskLimits:
    """The limits of the account; the numbers of a plan can be set, None switches one off."""

    account: int | None = 700  # requests a minute, Enterprise
    incremental: int | None = 10  # export requests a minute
    ticket_updates: int | None = 100  # updates a minute, whole account
    per_ticket_updates: int | None = 30  # updates of one ticket by one user in ten minutes
    webhooks: int | None = 100  # requests a minute to the webhooks API
    tokens: int | None = 60  # requests for an OAuth token a minute; the real number is not published
    generation: Generation = Generation.THIRD


class ZendeskRateLimits:
    """Counts requests in fixed windows."""

    def __init__(self, clock: Clock, limits: ZendeskLimits) -> None:
        """Count from nothing."""
        self.limits = limits
        self._windows = Windows(clock)

    def account_headers(self) -> dict[str, str]:
        """Count one request against the account.

        Raises:
            Refused: none is left in this minute.
        """
        if self.limits.account is None:
            return {}
        left, resets = self._count("account", self.limits.account, MINUTE, "API requests")
        limit = str(self.limits.account)
        headers = {"x-rate-limit": limit, "x-rate-limit-remaining": str(left)}
        match self.limits.generation:
            case Generation.SECOND:
                headers |= {"rate-limit": limit, "rate-limit-remaining": str(left), "rate-limit-reset": str(resets)}
            case Generation.THIRD:
                headers |= {
                    "ratelimit-limit": limit,
                    "ratelimit-remaining": str(left),
                    "ratelimit-reset": str(resets),
                }
            case Generation.FIRST:
                pass
        return headers

    def incremental_headers(self) -> dict[str, str]:
        """Count one export request. Raises `Refused` past the limit."""
        said = "incremental export API requests"
        return self._endpoint("incremental-exports", self.limits.incremental, MINUTE, said)

    def webhook_headers(self) -> dict[str, str]:
        """Count one request to the webhooks API. Raises `Refused` past the limit."""
        return self._endpoint("webhooks", self.limits.webhooks, MINUTE, "webhooks API requests")

    def token_headers(self) -> dict[str, str]:
        """Count one request for a token. Raises `Refused` past the limit."""
        return self._endpoint("oauth-tokens", self.limits.tokens, MINUTE, "OAuth token requests")

    def update_headers(self, ticket: int, user: int) -> dict[str, str]:
        """Count one update of this ticket by this user. Raises `Refused` past a limit."""
        said = "ticket update API requests"
        self._endpoint("tickets-update", self.limits.ticket_updates, MINUTE, said)
        name = "tickets-update" if self.limits.generation < Generation.THIRD else "per-ticket-updates"
        of = f"{ticket} by {user}"
        return self._endpoint(name, self.limits.per_ticket_updates, TEN_MINUTES, said, of=of)

    def _endpoint(self, name: str, limit: int | None, window: int, said: str, *, of: str = "") -> dict[str, str]:
        if limit is None:
            return {}
        left, resets = self._count(f"{name} {of}", limit, window, said)
        prefix = "zendesk-ratelimit" if self.limits.generation is Generation.THIRD else "zendesk-rate-limit"
        if self.limits.generation is Generation.FIRST:
            return {}
        return {f"{prefix}-{name}": f"total={limit}; remaining={left}; resets={resets}"}

    def _count(self, name: str, limit: int, window: int, said: str) -> tuple[int, int]:
        """Count one request; how many are left, and seconds until the window ends."""
        resets = self._windows.resets_in(window)
        if self._windows.used(name, window) >= limit:
            raise refusals.rate_limited(resets, what=said)
        return limit - self._windows.count(name, window), resets
