"""Check what the policy lets a person do.

Promise: what the policy restricts to certain people is done by nobody else. Who somebody is, is asked of Slack at the
time of the click and remembered for five minutes; where Slack cannot say, the answer is no, with the reason, whatever
the severity: the pages go on meanwhile, so nobody is left unpaged by it.
"""

from __future__ import annotations

from datetime import timedelta

from slabot.channels.errors import SlackError
from slabot.channels.slack.directory import NotRemembered
from slabot.policy import Destination, DestinationKind, Permission
from slabot.runtime.parts import Parts

FRESH = timedelta(minutes=5)  # for which Slack's answers are taken to hold


class PermissionUnknown(Exception):
    """Slack cannot be asked now, and nothing that is known lets the person do it; the message says why."""


class Permissions:
    """Who may do what, by Slack's answers of the last minutes. Safe to share between threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def known(self, permission: Permission, user_id: str) -> bool | None:
        """As `check`, without asking anybody; None where Slack would have to be asked."""
        asked = False
        for destination in permission.who:
            try:
                if self._includes(destination, user_id, ask=False):
                    return True
            except NotRemembered:
                asked = True
        return None if asked else False

    def check(self, permission: Permission, user_id: str) -> bool:
        """True if the person is one of those whom the policy names.

        Raises:
            PermissionUnknown: Slack cannot be asked now.
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
        email = None if sender is None else sender.directory.email(user_id, within=FRESH, ask=ask)
        return email is not None and email.casefold() == person.casefold()

    def _members(self, group: str, *, ask: bool) -> tuple[str, ...]:
        sender = self._parts.sender
        return () if sender is None else sender.directory.members(group, within=FRESH, ask=ask)
