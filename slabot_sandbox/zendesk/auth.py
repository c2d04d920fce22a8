"""Who is asking, and may they?

Promise: Basic authentication with an API token, or a bearer token, compared in constant time. Any token of the
account speaks for any agent of the account, as in the real product; end users and strangers get 401, and agents
who ask for what only administrators may see get 403.
"""

from __future__ import annotations

import base64
import binascii
import hmac

from slabot_sandbox.zendesk import refusals
from slabot_sandbox.zendesk.account import Account
from slabot_sandbox.zendesk.objects import Json

ANONYMOUS = {  # what /users/me tells a stranger: 200 and this, as recorded
    "id": None,
    "url": None,
    "name": "Anonymous user",
    "email": "invalid@example.com",
    "role": "end-user",
    "verified": False,
    "active": None,
    "organization_id": None,
}


class Guard:
    """The tokens of an account."""

    def __init__(self, account: Account, *, token: str) -> None:
        """One API token; bearer tokens are added as needed."""
        self.api_tokens = [token]
        self.bearer_tokens: dict[str, str] = {}  # token: address
        self._account = account

    def caller(self, header: str | None) -> Json:
        """The user who asks.

        Raises:
            Refused: 401, whatever is wrong with the credentials.
        """
        scheme, _, credentials = (header or "").partition(" ")
        user = None
        match scheme.casefold():
            case "basic":
                user = self._basic(credentials)
            case "bearer":
                for token, email in self.bearer_tokens.items():
                    if _same(token, credentials):
                        user = self._account.user_by_email(email)
        if user is None or user["suspended"] or not self._account.is_staff(user["id"]):
            raise refusals.not_authenticated()
        return user

    def admins_only(self, user: Json) -> None:
        """Raises `Refused` (403) unless the user is an administrator."""
        if user["role"] != "admin":
            raise refusals.forbidden()

    def _basic(self, credentials: str) -> Json | None:
        try:
            name, _, token = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (ValueError, binascii.Error):
            return None
        email, _, kind = name.rpartition("/")
        known = [_same(token, one) for one in self.api_tokens]  # every one is compared, whichever fits
        return self._account.user_by_email(email) if kind == "token" and any(known) else None


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())
