"""Count requests against the limits of the plan, and write the rate headers.

Promise: the limits of the plan hold, by the sandbox's clock, for the whole account and for the endpoints that have one
of their own. What is included costs more, failed requests count too, and past a limit the answer is 429 with
Retry-After.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from slabot.clock import Clock
from slabot_sandbox.base.limits import Windows
from slabot_sandbox.freshdesk import refusals

LIST_CREDITS, VIEW_CREDITS = 2, 1  # what each included part costs more, on a list and on one ticket


class Plan(StrEnum):
    """What the account pays for."""

    FREE = "free"
    TRIAL = "trial"
    GROWTH = "growth"
    PRO = "pro"
    ENTERPRISE = "enterprise"


@dataclass(slots=True, kw_only=True)
class FreshdeskLimits:
    """Requests a minute of the account; None switches a limit off, 0 in all means that there is no API.

    Attributes:
        floats: write the numbers in the headers as `200.0`, as some accounts do.
    """

    total: int | None
    ticket_list: int | None = None
    ticket_update: int | None = None
    contact_list: int | None = None
    floats: bool = False

    @classmethod
    def of(cls, plan: Plan | str) -> FreshdeskLimits:
        """The documented limits of a plan (Freshdesk's support article 225439)."""
        match Plan(plan):
            case Plan.FREE:
                return cls(total=0)
            case Plan.TRIAL:
                return cls(total=50)
            case Plan.GROWTH:
                return cls(total=200, ticket_list=20, ticket_update=80, contact_list=20)
            case Plan.PRO:
                return cls(total=400, ticket_list=100, ticket_update=160, contact_list=100)
            case Plan.ENTERPRISE:
                return cls(total=700, ticket_list=200, ticket_update=280, contact_list=200)


class FreshdeskRateLimits:
    """Counts requests in fixed windows of a minute."""

    def __init__(self, clock: Clock, limits: FreshdeskLimits) -> None:
        """Count from nothing."""
        self.limits = limits
        self._windows = Windows(clock)

    def count(self, endpoint: str, credits: int = 1) -> dict[str, str]:
        """Count one request that costs so much; returns the headers.

        Args:
            endpoint: its name in the journal, `GET /api/v2/tickets`.
            credits: what it costs of the account's limit. An endpoint's own limit counts requests.

        Raises:
            Refused: none is left in this minute, or the plan has no API.
        """
        if self.limits.total == 0:
            raise refusals.no_api()
        own = self._own(endpoint)
        over = self._over("total", self.limits.total, credits) or self._over(endpoint, own, 1)
        if over:
            raise refusals.rate_limited(self._windows.resets_in(), self._headers(0))
        self._windows.count("total", by=credits)
        self._windows.count(endpoint)
        return self._headers(credits)

    def _own(self, endpoint: str) -> int | None:
        match endpoint:
            case "GET /api/v2/tickets":
                return self.limits.ticket_list
            case "PUT /api/v2/tickets/{id}":
                return self.limits.ticket_update
            case "GET /api/v2/contacts":
                return self.limits.contact_list
            case _:
                return None

    def _over(self, name: str, limit: int | None, credits: int) -> bool:
        return limit is not None and self._windows.used(name) + credits > limit

    def _headers(self, credits: int) -> dict[str, str]:
        if self.limits.total is None:
            return {}
        left = max(0, self.limits.total - self._windows.used("total"))
        return {
            "X-RateLimit-Total": self._number(self.limits.total),
            "X-RateLimit-Remaining": self._number(left),
            "X-RateLimit-Used-CurrentRequest": self._number(credits),
        }

    def _number(self, number: int) -> str:
        return f"{number}.0" if self.limits.floats else str(number)
