"""What does Freshdesk ask of the session that every adapter's requests go through?

Promise: all of `adapters.http.session`, with an agent's API key.
"""

from __future__ import annotations

from datetime import datetime

import requests

from adapters.base import Clock, RateBudget
from adapters.freshdesk.answers import judge
from adapters.http.address import AccountAddress
from adapters.http.session import HttpSession
from adapters.http.sign_in import BasicSignIn

ANYTHING = "X"  # Freshdesk wants a password beside the key, and reads none


class FreshdeskSession(HttpSession):
    """A session for one Freshdesk account. One for each thread."""

    def __init__(self, address: AccountAddress, *, key: str, clock: Clock, budget: RateBudget) -> None:
        """Open nothing yet."""
        super().__init__(address, sign_in=BasicSignIn(key, ANYTHING), clock=clock, budget=budget)

    def judge(self, response: requests.Response, *, endpoint: str, now: datetime) -> None:
        """See `adapters.freshdesk.answers`."""
        judge(response, endpoint=endpoint, now=now)
