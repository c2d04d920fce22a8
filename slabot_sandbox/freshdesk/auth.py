"""Identify the caller by an API key, and check its rights.

Promise: Basic authentication with an API key as the user name, compared in constant time; the password means nothing,
as in the real product. A key has the rights of its agent: a restricted one sees its own tickets only, and what is
for administrators answers 403 to the others.
"""

from __future__ import annotations

from slabot_sandbox.base.auth import basic_credentials, same_secret
from slabot_sandbox.base.objects import Json
from slabot_sandbox.freshdesk import refusals
from slabot_sandbox.freshdesk.account import FreshdeskAccount


class FreshdeskGuard:
    """The API keys of an account."""

    def __init__(self, account: FreshdeskAccount, *, key: str, email: str) -> None:
        """One key; others are added as needed."""
        self.keys: dict[str, str] = {key: email}
        self._account = account

    def caller(self, header: str | None) -> Json:
        """The agent who asks.

        Raises:
            Refused: 401, whatever is wrong with the credentials.
        """
        given, _ = basic_credentials(header) or ("", "")
        # Every key is compared, whichever fits.
        fits = [email for key, email in self.keys.items() if same_secret(given, key)]
        agent = self._account.agent_by_email(fits[0]) if fits else None
        if agent is None:
            raise refusals.not_authenticated()
        return agent

    def admins_only(self, agent: Json) -> None:
        """Raises `Refused` (403) unless the agent is an administrator."""
        if not self._account.is_admin(agent):
            raise refusals.access_denied()
