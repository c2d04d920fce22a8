"""Look up the ids of channels, and the identity of the bot.

Promise: a channel's id is looked up once and kept until Slack refuses it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from slack_sdk.web import SlackResponse

from slabot.channels.errors import SlackError, SlackPermanent
from slabot.channels.slack.calls import lowered
from slabot.channels.slack.client import SlackClient
from slabot.channels.slack.error_codes import CODES, CallEffect
from slabot.channels.slack.people import SlackPeople
from slabot.clock import Clock

CHANNELS_PAGE = 1000  # channels of one list call; Slack's most
CHANNEL_PAGES = 100  # list calls at most

_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{2,}")  # names are in small letters


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the token is.

    Attributes:
        scopes: what it was given; None if Slack does not say.
        team_id, enterprise_id: of the workspace, and of the organisation that it belongs to; empty if to none.
    """

    team: str
    user_id: str
    bot_id: str | None
    scopes: frozenset[str] | None
    team_id: str = ""
    enterprise_id: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A channel as the bot sees it."""

    id: str
    name: str
    member: bool
    archived: bool
    private: bool


class SlackConversations(SlackPeople):
    """The channels of one workspace. Safe to share between threads."""

    def __init__(self, client: Callable[[], SlackClient], clock: Clock) -> None:
        """`client` makes a client that does not repeat calls: see `slabot.channels.slack.client.open_client`."""
        super().__init__(client, clock)
        self._lock = threading.Lock()
        self._ids: dict[str, str] = {}  # channel ids by name
        self._identity: Identity | None = None

    def place(self, channel: str) -> str:
        """The id of a channel, looked up once; its name where Slack cannot say it now, for it may take that as well."""
        try:
            return self.channel_id(channel)
        except SlackError:
            return channel

    def look_again(self, channel: str, refused: str) -> str | None:
        """Another id than the one that Slack refused; None if the name stands for no other."""
        if _CHANNEL_ID.fullmatch(channel):
            return None
        with self._lock:
            self._ids.pop(channel.removeprefix("#"), None)
        found = self.place(channel)
        return None if found in (refused, channel) else found

    def whoami(self) -> Identity:
        """Ask Slack who the token is.

        Raises:
            SlackRetry: Slack cannot be asked now.
            SlackPermanent: the token is not good.
        """
        answer = self._calls.call("auth.test", CallEffect.READ, self._client.auth_test)
        scopes = lowered(answer.headers).get("x-oauth-scopes")
        found = Identity(
            team=str(answer.get("team", "")),
            user_id=str(answer.get("user_id", "")),
            bot_id=answer.get("bot_id"),
            scopes=None if scopes is None else frozenset(scope for scope in scopes.replace(",", " ").split()),
            team_id=str(answer.get("team_id") or ""),
            enterprise_id=str(answer.get("enterprise_id") or ""),
        )
        with self._lock:
            self._identity = found
        return found

    @property
    def known_identity(self) -> Identity | None:
        """What `whoami` has found; None where Slack has not been asked, or has not answered."""
        return self._identity

    def identity(self) -> Identity:
        """As `whoami`, asked once."""
        return self._identity or self.whoami()

    def channel_id(self, channel: str) -> str:
        """The id of a channel that is given by name or id.

        Raises:
            SlackRetry: Slack cannot be asked now.
            SlackPermanent: there is no such channel, or the bot cannot see it.
        """
        if _CHANNEL_ID.fullmatch(channel):
            return channel
        name = channel.removeprefix("#")
        with self._lock:
            known = self._ids.get(name)
        return known if known is not None else self.channel(name).id

    def channel(self, channel: str) -> Conversation:
        """How the bot sees a channel, now.

        Raises:
            SlackRetry: Slack cannot be asked now.
            SlackPermanent: there is no such channel, or the bot cannot see it.
        """
        if _CHANNEL_ID.fullmatch(channel):
            answer = self._calls.call(
                "conversations.info", CallEffect.READ, self._client.conversations_info, channel=channel
            )
            return _channel(answer.get("channel") or {"id": channel})
        name = channel.removeprefix("#")
        archived: Conversation | None = None
        for found in self._channels():
            if found.name != name:
                continue
            if not found.archived:
                self.learn(name, found.id)
                return found
            archived = found
        if archived is not None:
            return archived
        missing = CODES["channel_not_found"]
        raise SlackPermanent(
            method="conversations.list", code="channel_not_found", why=f"#{name}: {missing.why}", remedy=missing.remedy
        )

    def _channels(self) -> Iterator[Conversation]:
        cursor: str | None = None
        for _ in range(CHANNEL_PAGES):
            answer = self._calls.call(
                "conversations.list",
                CallEffect.READ,
                self._client.conversations_list,
                types="public_channel,private_channel",
                limit=CHANNELS_PAGE,
                cursor=cursor,
            )
            yield from map(_channel, objects(answer, "channels"))
            following = next_cursor(answer)
            if following is None or following == cursor:
                return
            cursor = following

    def learn(self, channel: str, found: str) -> None:
        """Remember the id that Slack named for a channel."""
        if not _CHANNEL_ID.fullmatch(channel) and found:
            with self._lock:
                self._ids[channel.removeprefix("#")] = found


def objects(answer: SlackResponse, name: str) -> list[dict[str, Any]]:
    """What an answer lists under a name, leaving out what is no object."""
    listed = answer.get(name)
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def next_cursor(answer: SlackResponse) -> str | None:
    """Where the list goes on; None if it ends here."""
    more = answer.get("response_metadata")
    cursor = more.get("next_cursor") if isinstance(more, dict) else None
    return cursor if isinstance(cursor, str) and cursor else None


def _channel(entry: dict[str, Any]) -> Conversation:
    return Conversation(
        id=str(entry.get("id", "")),
        name=str(entry.get("name", "")),
        member=entry.get("is_member") is True,
        archived=entry.get("is_archived") is True,
        private=entry.get("is_private") is True,
    )
