"""Issue tokens by OAuth client credentials.

Promise: tokens end on the sandbox's clock. A token speaks for the agent who made its client; the client's allowed
scopes cap what it may ask for. As in the real product, an answer tells the life of a token only if the request did.
Where neither a recording nor the documentation tells the words of a refusal, they are OAuth's own.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slabot.clock import Clock
from slabot_sandbox.base.auth import same_secret
from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import Refused

LIFE = timedelta(minutes=30)  # of a token whose request does not say
SHORTEST, LONGEST = 300, 172_800  # seconds; what a request may ask for lies between


@dataclass(slots=True, kw_only=True)
class OAuthClient:
    """One client of the account.

    Attributes:
        made_by: the agent that its tokens act as.
        scopes: its Allowed scopes.
        confidential: the kind; a public client gets no token by its secret alone.
    """

    secret: str
    made_by: str
    scopes: str = "read write"
    confidential: bool = True
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token is good for."""

    client: str
    email: str
    scopes: tuple[str, ...]
    ends: datetime


@dataclass(slots=True, kw_only=True)
class Switches:
    """How the token endpoint misbehaves.

    Attributes:
        tells_life: False leaves `expires_in` out of every answer.
        longest: tokens end no later than this, whatever was asked; None for no limit.
        dies_at_once: tokens are given and never let in.
        forbidden: every request is answered with 403.
    """

    tells_life: bool = True
    longest: timedelta | None = None
    dies_at_once: bool = False
    forbidden: bool = False


@dataclass(slots=True)
class OAuth:
    """The clients of an account and their tokens."""

    clock: Clock
    clients: dict[str, OAuthClient] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    tokens: dict[str, Grant] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def mint(self, wanted: Mapping[str, Any]) -> Json:
        """The answer to a request for a token.

        Raises:
            Refused: 400, 401 or 403, in OAuth's words.
        """
        if self.switches.forbidden:
            raise refused(403, "access_denied", "The resource owner or authorization server denied the request.")
        if wanted.get("grant_type") != "client_credentials":
            raise refused(400, "unsupported_grant_type", "The authorization grant type is not supported.")
        name = str(wanted.get("client_id"))
        client = self.clients.get(name)
        if client is None or client.revoked or not same_secret(str(wanted.get("client_secret")), client.secret):
            raise refused(401, "invalid_client", "Client authentication failed.")
        if not client.confidential:
            raise refused(400, "unauthorized_client", "The client is not authorized to use this grant type.")
        scopes = tuple(str(wanted.get("scope") or client.scopes).split())
        if not all(allows(client.scopes.split(), scope) for scope in scopes):
            raise refused(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.")
        life, told = self._life(wanted.get("expires_in"))
        token = f"sandbox-oauth-token-{next(self._numbers)}"
        now = self.clock.now()
        self.tokens = {known: grant for known, grant in self.tokens.items() if grant.ends > now}
        ends = now if self.switches.dies_at_once else now + life
        self.tokens[token] = Grant(client=name, email=client.made_by, scopes=scopes, ends=ends)
        answer: Json = {"access_token": token, "token_type": "bearer", "scope": " ".join(scopes)}
        if told and self.switches.tells_life:
            answer["expires_in"] = int(life.total_seconds())
        return answer

    def grant(self, token: str) -> Grant | None:
        """What a token is good for now; None if it is unknown, has ended or was revoked."""
        found = [grant for known, grant in self.tokens.items() if same_secret(known, token)]
        return found[0] if found and found[0].ends > self.clock.now() else None

    # -- acts of the account's administrators ---------------------------------------------------------------------

    def add_client(
        self, client_id: str, secret: str, made_by: str, scopes: str = "read write", *, confidential: bool = True
    ) -> None:
        """Make a client while signed in as an agent."""
        self.clients[client_id] = OAuthClient(secret=secret, made_by=made_by, scopes=scopes, confidential=confidential)

    def change_client(
        self, client_id: str, *, secret: str | None = None, scopes: str | None = None, confidential: bool | None = None
    ) -> None:
        """Change a client; tokens that were given stay as they are."""
        client = self.clients[client_id]
        client.secret = client.secret if secret is None else secret
        client.scopes = client.scopes if scopes is None else scopes
        client.confidential = client.confidential if confidential is None else confidential

    def revoke_client(self, client_id: str) -> None:
        """Take a client away, and its tokens with it."""
        self.clients[client_id].revoked = True
        self.tokens = {token: grant for token, grant in self.tokens.items() if grant.client != client_id}

    def restore_client(self, client_id: str) -> None:
        """Undo that."""
        self.clients[client_id].revoked = False

    def revoke_tokens(self) -> None:
        """End every token; the clients may ask for new ones."""
        self.tokens.clear()

    def set_tokens(
        self,
        *,
        tells_life: bool = True,
        longest: float | None = None,
        dies_at_once: bool = False,
        forbidden: bool = False,
    ) -> None:
        """Set all switches of the token endpoint; `longest` is in seconds."""
        span = None if longest is None else timedelta(seconds=longest)
        self.switches = Switches(tells_life=tells_life, longest=span, dies_at_once=dies_at_once, forbidden=forbidden)

    def _life(self, asked: Any) -> tuple[timedelta, bool]:
        """How long the token is good for, and whether the answer says so."""
        if asked is None:
            return LIFE, False
        if isinstance(asked, bool) or not isinstance(asked, int) or not SHORTEST < asked < LONGEST:
            raise refused(400, "invalid_request", f"expires_in must be more than {SHORTEST} and less than {LONGEST}.")
        life = timedelta(seconds=asked)
        return (life if self.switches.longest is None else min(life, self.switches.longest)), True


def allows(scopes: list[str], wanted: str) -> bool:
    """True if scopes hold the wanted one; a global scope holds those of its kind."""
    return wanted in scopes or wanted.rpartition(":")[2] in scopes


def needs(method: str, path: str) -> tuple[str, ...]:
    """The scopes of which a call needs one. Audits need the global `read`, as documented; exports as we take it."""
    kind = "read" if method in ("GET", "HEAD") else "write"
    parts = [part for part in path.removeprefix("/api/v2").split("/") if part]
    if "audits" in parts or parts[:1] == ["incremental"] or not parts:
        return (kind,)
    return (kind, f"{parts[0]}:{kind}")


def refused(status: int, error: str, description: str) -> Refused:
    """A refusal in OAuth's form."""
    return Refused(status, {"error": error, "error_description": description})
