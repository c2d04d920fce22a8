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
AGAIN = timedelta(minutes=5)  # after which somebody whom Zendesk did not name is asked for once more
AT_ONCE = 100  # users in one call
KEPT = 50_000  # users; beyond this the oldest knowledge is dropped
END_USER = "end-user"
LIGHT_AGENT = 1  # `role_type` (users, "Role type"): reads, and writes internal notes only


@dataclass(frozen=True, slots=True)
class User:
    """What slabot keeps of a user.

    Attributes:
        role: ``end-user``, ``agent`` or ``admin``.
        is_light: an agent who may not answer customers.
        locale: the language that they chose, such as ``en-US``.
    """

    id: str
    role: str
    email: str | None = None
    name: str = ""
    organization_id: str | None = None
    is_light: bool = False
    locale: str | None = None

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
        locale=text(raw.get("locale")) or None,
        organization_id=ident(raw.get("organization_id")),
        is_light=role != END_USER and ident(raw.get("role_type")) == str(LIGHT_AGENT),
    )


class People:
    """The users that were seen lately. Shared by all threads."""

    def __init__(self) -> None:
        """Know nobody."""
        self._lock = threading.Lock()
        self._known: dict[str, tuple[User, datetime]] = {}
        self._unnamed: dict[str, datetime] = {}

    def learn(self, answer: Raw, now: datetime) -> None:
        """Remember the users that came along with an answer."""
        found = [user for raw in objects(answer.get("users")) if (user := read_user(raw)) is not None]
        with self._lock:
            for user in found:
                self._known.pop(user.id, None)
                self._known[user.id] = (user, now)
            while len(self._known) > KEPT:
                self._known.pop(next(iter(self._known)))

    def find(self, ids: Iterable[str], client: Client, now: datetime) -> Mapping[str, User]:
        """The users with these ids, asked for where they are not known. Those that nobody can name are left out."""
        wanted = dict.fromkeys(ids)
        missing = self._missing(wanted, now)
        for start in range(0, len(missing), AT_ONCE):
            some = missing[start : start + AT_ONCE]
            try:
                self.learn(client.users_by_id(some), now)
            except (BadAnswer, Gone, NotAllowed):
                break  # whoever stays unknown makes the history incomplete, and that is said there
            self._note_unnamed(some, now)
        return self._fresh(wanted, now)

    def _note_unnamed(self, asked: Iterable[str], now: datetime) -> None:
        """Zendesk answered and did not name them: users of long ago, who are not asked for at each look."""
        with self._lock:
            self._unnamed.update((each, now) for each in asked if each not in self._known)
            while len(self._unnamed) > KEPT:
                self._unnamed.pop(next(iter(self._unnamed)))

    def _missing(self, wanted: Iterable[str], now: datetime) -> list[str]:
        fresh = self._fresh(wanted, now)
        with self._lock:
            asked = {each for each in wanted if timedelta() <= now - self._unnamed.get(each, now - AGAIN) < AGAIN}
        return [each for each in wanted if each not in fresh and each not in asked]

    def _fresh(self, ids: Iterable[str], now: datetime) -> dict[str, User]:
        with self._lock:
            known = {each: self._known[each] for each in ids if each in self._known}
        return {each: user for each, (user, at) in known.items() if timedelta() <= now - at < FRESH}
