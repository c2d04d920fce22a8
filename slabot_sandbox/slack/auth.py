"""Know which tokens are good, and for which scopes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from slabot_sandbox.base.auth import same_secret

SCOPES = (
    "chat:write",
    "channels:history",
    "channels:read",
    "groups:history",
    "groups:read",
    "users:read",
    "users:read.email",
    "usergroups:read",
    "reactions:write",
    "im:write",
    "commands",
)


@dataclass(slots=True)
class Tokens:
    """Tokens and their scopes."""

    scopes: dict[str, set[str]] = field(default_factory=dict)

    def allow(self, token: str, scopes: Iterable[str] = SCOPES) -> None:
        """Make a token good for these scopes."""
        self.scopes[token] = set(scopes)

    def of(self, token: str) -> set[str] | None:
        """The scopes of this token, compared in constant time; None if nobody knows it."""
        found = None
        for known, scopes in self.scopes.items():
            if same_secret(token, known):
                found = scopes
        return found
