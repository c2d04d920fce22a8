"""What does Zendesk ask of the session that every adapter's requests go through?

Promise: all of `adapters.http.session`, signed by an OAuth or an API token, and Zendesk's own warnings in the log.
zenpy, which would sleep on a 429 for ever and repeat a PUT four times, never sees anything but a success.
"""

from __future__ import annotations

import logging
from datetime import datetime

import requests

from adapters.base import Clock, RateBudget
from adapters.http.address import AccountAddress
from adapters.http.session import HttpSession
from adapters.http.sign_in import BasicSignIn, SignIn
from adapters.zendesk.answers import judge
from adapters.zendesk.tokens import TokenSource

log = logging.getLogger(__name__)


def by_api_token(email: str, token: str) -> BasicSignIn:
    """The older way: an API token of the account, for one of its agents. Zendesk ends it on 2027-04-30."""
    return BasicSignIn(f"{email}/token", token)


class HelpdeskSession(HttpSession):
    """A session for one Zendesk account. One for each thread."""

    def __init__(self, address: AccountAddress, *, sign_in: SignIn, clock: Clock, budget: RateBudget) -> None:
        """Open nothing yet."""
        super().__init__(address, sign_in=sign_in, clock=clock, budget=budget)
        self._by_oauth = isinstance(sign_in, TokenSource)
        self._warned: set[str] = set()

    def judge(self, response: requests.Response, *, endpoint: str, now: datetime) -> None:
        """See `adapters.zendesk.answers`."""
        judge(response, endpoint=endpoint, now=now, by_oauth=self._by_oauth)

    def look_at(self, response: requests.Response, endpoint: str) -> None:
        """Zendesk names the keys that it ignored; that is worth one line each."""
        warning = response.headers.get("x-zendesk-api-warn", "")[:500]
        if warning and warning not in self._warned:
            self._warned.add(warning)
            log.warning("%s: the helpdesk warns: %s", endpoint, warning)
