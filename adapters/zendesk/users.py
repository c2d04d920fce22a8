"""Who is this user: a customer, or somebody of ours?

Promise: what is known of a user is at most `FRESH` old, and one user is asked for once, not once a ticket.

Zendesk knows today's role only. An agent who has since become an end user reads as a customer in tickets that
slabot sees for the first time; events that the store already holds are not changed by it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.errors import BadAnswer, Gone, NotAllowed
from adapters.zendesk.client import Client
from adapters.zendesk.fields import Raw, ident, objects, text

FRESH = timedelta(hours=1)
AT_ONCE = 100  # users in one call
KEPT = 50_000  # users; beyond this the oldest knowledge is dropped
END_USER = "end-user"


@dataclass(frozen=True, slots=True)
class User:
    """What slabot keeps of a user.

    Attributes:
        role: ``end-user``, ``agent`` or ``admin``.
    """

    id: str
    role: str
    email: str | None = None
    name: str = ""
    organization_id: str | None = None

    @property
    def is_staff(self) -> bool:
        """True for agents and admins."""
        return self.role != END_USER


def read_user(raw: Raw) -> User | None:
    """A user from its JSON; None where id or role is missing (Zendesk's anonymous user has no id)."""
    own, role = ident(raw.get("id")), text(raw.get("role"))
    if own is None or not role:
        return None
    return User(
        id=own,
        role=role,
        email=text(raw.get("email")) or None,
        name=text(raw.get("name")),
        organization_id=ident(raw.get("organization_id")),
    )


class People:
    """The users that were seen lately. Shared by all threads."""

    def __init__(self) -> None:
        """Know nobody."""
        self._lock = threading.Lock()
        self._known: dict[str, tuple[User, datetime]] = {}
        self._organizations: dict[str, tuple[str, datetime]] = {}

    def learn(self, answer: Raw, now: datetime) -> None:
        """Remember the users and organisations that came along with an answer."""
        found = [user for raw in objects(answer.get("users")) if (user := read_user(raw)) is not None]
        named = [(own, text(raw.get("name"))) for raw in _organizations(answer) if (own := ident(raw.get("id")))]
        with self._lock:
            for own, name in named:
                self._organizations[own] = (name, now)
            _trim(self._organizations)
            for user in found:
                self._known.pop(user.id, None)
                self._known[user.id] = (user, now)
            _trim(self._known)

    def find(self, ids: Iterable[str], client: Client, now: datetime) -> Mapping[str, User]:
        """The users with these ids, asked for where they are not known. Those that nobody can name are left out."""
        wanted = dict.fromkeys(ids)
        missing = [each for each in wanted if each not in self._fresh(wanted, now)]
        for start in range(0, len(missing), AT_ONCE):
            try:
                self.learn(client.users_by_id(missing[start : start + AT_ONCE]), now)
            except (BadAnswer, Gone, NotAllowed):
                break  # whoever stays unknown makes the history incomplete, and that is said there
        return self._fresh(wanted, now)

    def organization(self, own: str | None, client: Client, now: datetime) -> str | None:
        """The name of an organisation; its id where nobody can name it, None for none."""
        if own is None:
            return None
        with self._lock:
            name, at = self._organizations.get(own, ("", now - FRESH))
        if not timedelta() <= now - at < FRESH:  # older, or of a clock that was set back
            try:
                self.learn(client.organization(own), now)
            except (BadAnswer, Gone, NotAllowed):
                self.learn({"organization": {"id": own, "name": name}}, now)
            with self._lock:
                name, _ = self._organizations.get(own, (name, now))
        return name or own

    def _fresh(self, ids: Iterable[str], now: datetime) -> dict[str, User]:
        with self._lock:
            known = {each: self._known[each] for each in ids if each in self._known}
        return {each: user for each, (user, at) in known.items() if timedelta() <= now - at < FRESH}


def _organizations(answer: Raw) -> list[Raw]:
    """Beside a ticket they come as a list, asked for by id as one."""
    return [*objects(answer.get("organizations")), *objects([answer.get("organization")])]


def _trim(known: dict[str, tuple[User, datetime]] | dict[str, tuple[str, datetime]]) -> None:
    while len(known) > KEPT:
        known.pop(next(iter(known)))
