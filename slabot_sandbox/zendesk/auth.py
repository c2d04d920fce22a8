"""Identify the caller by a token, and check its rights.

Promise: Basic authentication with an API token, or a bearer token, compared in constant time. Any API token of the
account speaks for any agent of the account, as in the real product; a bearer token for one agent and within its scopes.
End users and strangers get 401; agents who ask for what only administrators may see, or beyond their scopes, get 403.
"""

from __future__ import annotations

from slabot_sandbox.base.auth import basic_credentials, same_secret
from slabot_sandbox.base.objects import Json
from slabot_sandbox.zendesk import refusals
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.oauth import OAuth, needs

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


class ZendeskGuard:
    """The tokens of an account."""

    def __init__(self, account: ZendeskAccount, oauth: OAuth, *, token: str) -> None:
        """One API token; bearer tokens are those of the OAuth clients, and others as needed, good for everything."""
        self.oauth = oauth
        self.api_tokens = [token]
        self.bearer_tokens: dict[str, str] = {}  # token: address
        self._account = account

    def caller(self, header: str | None, method: str = "GET", path: str = "") -> Json:
        """The user who asks.

        Raises:
            Refused: 401, whatever is wrong with the credentials; 403 if the token's scopes do not reach so far.
        """
        scheme, _, credentials = (header or "").partition(" ")
        user = None
        match scheme.casefold():
            case "basic":
                user = self._basic(header)
            case "bearer":
                for token, email in self.bearer_tokens.items():
                    if same_secret(token, credentials):
                        user = self._account.user_by_email(email)
                if user is None:
                    user = self._by_oauth(credentials, needs(method, path))
        if user is None or user["suspended"] or not self._account.is_staff(user["id"]):
            raise refusals.not_authenticated()
        return user

    def admins_only(self, user: Json) -> None:
        """Raises `Refused` (403) unless the user is an administrator."""
        if user["role"] != "admin":
            raise refusals.forbidden()

    def _by_oauth(self, token: str, scopes: tuple[str, ...]) -> Json:
        grant = self.oauth.grant(token)
        user = None if grant is None else self._account.user_by_email(grant.email)
        if grant is None or user is None:
            raise refusals.token_not_valid()
        if not set(scopes) & set(grant.scopes):
            raise refusals.scope_missing(scopes[0])
        return user

    def _basic(self, header: str | None) -> Json | None:
        name, token = basic_credentials(header) or ("", "")
        email, _, kind = name.rpartition("/")
        known = [same_secret(token, one) for one in self.api_tokens]  # every one is compared, whichever fits
        return self._account.user_by_email(email) if kind == "token" and any(known) else None
