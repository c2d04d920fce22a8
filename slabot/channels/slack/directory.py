"""Look people and groups up in Slack, and remember the answers.

Promise: a person is found by e-mail address, a group by handle, and both are remembered for an hour, so that a page
does not wait for the same question twice; this is the only cache. What Slack cannot answer is an error and never
"nobody".
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from slabot.channels.errors import SlackPermanent
from slabot.channels.slack.calls import SlackCalls
from slabot.channels.slack.error_codes import CallEffect
from slabot.clock import Clock

KEEP = timedelta(hours=1)
MOST = 10_000  # answers kept

_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP_ID = re.compile(r"S[A-Z0-9]{2,}")
_NOT_FOUND = frozenset({"users_not_found", "user_not_found"})

T = TypeVar("T")


class NotRemembered(Exception):
    """Slack would have to be asked, and may not be."""


class Directory:
    """People and user groups of one workspace. Safe to share between threads."""

    def __init__(self, calls: SlackCalls, clock: Clock) -> None:
        self._calls, self._client, self._clock = calls, calls.client, clock
        self._lock = threading.Lock()
        self._known: dict[Hashable, tuple[datetime, Any]] = {}

    def user_id(self, person: str) -> str | None:
        """The Slack id of a person given by e-mail address or id; None if nobody has that address.

        Raises:
            SlackRetry: Slack cannot be asked now.
            SlackPermanent: not before somebody acts: the scope is missing, say.
        """
        if _USER_ID.fullmatch(person):
            return person
        return self._remembered(("user", person.casefold()), lambda: self._by_email(person))

    def email(self, user_id: str, *, within: timedelta = KEEP, ask: bool = True) -> str | None:
        """The e-mail address of a person; None if Slack does not show it.

        Args:
            user_id: Slack's id of them.
            within: how old the answer may be, at most `KEEP`.
            ask: False to ask nobody.

        Raises:
            NotRemembered: nobody may be asked, and there is no such answer.
            SlackRetry, SlackPermanent: as `user_id`.
        """
        return self._remembered(("email", user_id), lambda: self._email(user_id), within, ask=ask)

    def group_id(self, group: str, *, ask: bool = True) -> str | None:
        """The id of a user group given by handle (``@leads``) or id; None if there is none.

        Raises:
            NotRemembered: nobody may be asked (``ask``), and the groups are not remembered.
            SlackRetry, SlackPermanent: as `user_id`.
        """
        if _GROUP_ID.fullmatch(group):
            return group
        return self._remembered("groups", self._groups, ask=ask).get(group.removeprefix("@").casefold())

    def members(self, group: str, *, within: timedelta = KEEP, ask: bool = True) -> tuple[str, ...]:
        """The Slack ids of a user group's members, in Slack's order; empty if there is no such group.

        Args:
            group: its handle or id.
            within: how old the answer may be, at most `KEEP`.
            ask: False to ask nobody.

        Raises:
            NotRemembered: nobody may be asked, and there is no such answer.
            SlackRetry, SlackPermanent: as `user_id`.
        """
        found = self.group_id(group, ask=ask)
        if found is None:
            return ()
        return self._remembered(("members", found), lambda: self._members(found), within, ask=ask)

    def direct(self, user_id: str) -> str:
        """The channel of direct messages with a person.

        Raises:
            SlackRetry, SlackPermanent: as `user_id`.
        """
        return self._remembered(("direct", user_id), lambda: self._direct(user_id))

    def _remembered(self, key: Hashable, question: Callable[[], T], within: timedelta = KEEP, *, ask: bool = True) -> T:
        now = self._clock.now()
        with self._lock:
            kept = self._known.get(key)
        if kept is not None and kept[0] - KEEP <= now < kept[0] - KEEP + within:  # not older, nor of a clock set back
            found: T = kept[1]
            return found
        if not ask:
            raise NotRemembered
        found = question()
        if not found:
            return found  # somebody may be added any moment
        with self._lock:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = (now + KEEP, found)
        return found

    def _by_email(self, email: str) -> str | None:
        try:
            answer = self._calls.call(
                "users.lookupByEmail", CallEffect.READ, self._client.users_lookupByEmail, email=email
            )
        except SlackPermanent as error:
            if error.code in _NOT_FOUND:
                return None
            raise
        return _text(answer.get("user"), "id")

    def _email(self, user_id: str) -> str | None:
        answer = self._calls.call("users.info", CallEffect.READ, self._client.users_info, user=user_id)
        user = answer.get("user")
        return _text(user.get("profile") if isinstance(user, dict) else None, "email")

    def _groups(self) -> dict[str, str]:
        answer = self._calls.call("usergroups.list", CallEffect.READ, self._client.usergroups_list)
        listed = answer.get("usergroups")
        groups = [group for group in listed if isinstance(group, dict)] if isinstance(listed, list) else []
        pairs = ((_text(group, "handle"), _text(group, "id")) for group in groups)
        return {handle.casefold(): found for handle, found in pairs if handle and found}

    def _members(self, group_id: str) -> tuple[str, ...]:
        ask = self._client.usergroups_users_list
        answer = self._calls.call("usergroups.users.list", CallEffect.READ, ask, usergroup=group_id)
        users = answer.get("users")
        return tuple(user for user in users if isinstance(user, str)) if isinstance(users, list) else ()

    def _direct(self, user_id: str) -> str:
        answer = self._calls.call(
            "conversations.open", CallEffect.CHANGE, self._client.conversations_open, users=user_id
        )
        found = _text(answer.get("channel"), "id")
        if found is None:
            raise SlackPermanent(
                method="conversations.open",
                code="no_channel",
                why="Slack opened no channel for direct messages",
                remedy="Check that the person is still in the workspace.",
            )
        return found


def _text(holder: object, name: str) -> str | None:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, str) and value else None
