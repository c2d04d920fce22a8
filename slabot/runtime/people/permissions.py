"""May this person do that?

Promise: what the policy keeps for certain people is done by nobody else. Who somebody is, is asked of Slack at the time
of the click and remembered for five minutes; where Slack cannot say, the answer is no, with the reason, whatever the
severity: the pages go on meanwhile, so nobody is left unpaged by it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from slabot.channels.errors import SlackError
from slabot.policy import Destination, DestinationKind, Permission
from slabot.runtime.parts import Parts

FRESH = timedelta(minutes=5)  # for which Slack's answers are taken to hold
MOST = 10_000  # answers kept

T = TypeVar("T")


class PermissionUnknown(Exception):
    """Slack cannot be asked now, and nothing that is known lets the person do it; the message says why."""


class _NotKnown(Exception):
    """It would have to be asked."""


class Permissions:
    """Who may do what, with Slack's answers of the last minutes. Safe to share between threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], tuple[float, object]] = {}

    def known(self, permission: Permission, user_id: str) -> bool | None:
        """As `check`, without asking anybody; None where Slack would have to be asked."""
        asked = False
        for destination in permission.who:
            try:
                if self._includes(destination, user_id, ask=False):
                    return True
            except _NotKnown:
                asked = True
        return None if asked else False

    def check(self, permission: Permission, user_id: str) -> bool:
        """True if the person is one of those whom the policy names.

        Raises:
            CannotSay: Slack cannot be asked now.
        """
        why = ""
        for destination in permission.who:
            try:
                if self._includes(destination, user_id, ask=True):
                    return True
            except SlackError as error:
                why = why or str(error)
        if why:
            raise PermissionUnknown(why)
        return False

    def _includes(self, destination: Destination, user_id: str, *, ask: bool) -> bool:
        match destination.kind:
            case DestinationKind.USER:
                return self._is(destination.name, user_id, ask=ask)
            case DestinationKind.GROUP:
                return user_id in self._members(destination.name, ask=ask)
            case DestinationKind.ROTA:
                return self._on_call(destination.name, user_id, ask=ask)
            case _:
                return False

    def _on_call(self, name: str, user_id: str, *, ask: bool) -> bool:
        rota = self._parts.policy.rotas.get(name)
        if rota is None:
            return False
        if rota.group is not None:
            return user_id in self._members(rota.group, ask=ask)
        person = self._parts.policy.on_call(name, self._parts.now())
        return person is not None and self._is(person, user_id, ask=ask)

    def _is(self, person: str, user_id: str, *, ask: bool) -> bool:
        """A person of the policy is given by address or by Slack's id."""
        if "@" not in person:
            return person == user_id
        sender = self._parts.sender
        email = self._remembered(
            ("email", user_id), lambda: None if sender is None else sender.email_of(user_id), ask=ask
        )
        return email is not None and email.casefold() == person.casefold()

    def _members(self, group: str, *, ask: bool) -> tuple[str, ...]:
        sender = self._parts.sender
        return self._remembered(
            ("group", group),
            lambda: () if sender is None else sender.directory.members(group, within=FRESH),
            ask=ask,
        )

    def _remembered(self, key: tuple[str, str], question: Callable[[], T], *, ask: bool) -> T:
        now = self._parts.clock.monotonic()
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept[0] > now:
            found: T = kept[1]  # type: ignore[assignment]  # what was kept under this key is what it asks for
            return found
        if not ask:
            raise _NotKnown
        answer = question()
        with self._lock:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = (now + FRESH.total_seconds(), answer)
        return answer
