"""What does Zendesk ask of the session that every adapter's requests go through?

Promise: all of `adapters.http.session`, with an API token as the password, and Zendesk's own warnings in the log.
zenpy, which would sleep on a 429 for ever and repeat a PUT four times, never sees anything but a success.
"""

from __future__ import annotations

import logging
from datetime import datetime

import requests

from adapters.base import Clock, RateBudget
from adapters.http.address import Address
from adapters.http.session import HttpSession
from adapters.zendesk.answers import judge

log = logging.getLogger(__name__)


class HelpdeskSession(HttpSession):
    """A session for one Zendesk account. One for each thread."""

    def __init__(self, address: Address, *, email: str, token: str, clock: Clock, budget: RateBudget) -> None:
        """Open nothing yet."""
        super().__init__(address, user=f"{email}/token", password=token, clock=clock, budget=budget)
        self._warned: set[str] = set()

    def judge(self, response: requests.Response, *, endpoint: str, now: datetime) -> None:
        """See `adapters.zendesk.answers`."""
        judge(response, endpoint=endpoint, now=now)

    def look_at(self, response: requests.Response, endpoint: str) -> None:
        """Zendesk names the keys that it ignored; that is worth one line each."""
        warning = response.headers.get("x-zendesk-api-warn", "")[:500]
        if warning and warning not in self._warned:
            self._warned.add(warning)
            log.warning("%s: the helpdesk warns: %s", endpoint, warning)
