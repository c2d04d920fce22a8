"""Hold a Slack workspace: channels, people, groups, messages and views.

Promise: channels, people, groups and messages as the Web API shows them, one lock around them, and time stamps that
are unique and grow, as Slack's are: they name messages.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from slabot_sandbox.base.objects import Json, name_from
from slabot_sandbox.base.standin import Shared
from slabot_sandbox.errors import ActError
from slabot_sandbox.ids import Ids

SERVICE = "slack"
MICROSECONDS = 1_000_000  # in a second


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel, or a direct message with one person (`person` names them)."""

    id: str
    name: str
    archived: bool = False
    private: bool = False
    joined: bool = True  # is the bot a member
    person: str | None = None
    messages: list[Json] = field(default_factory=list)  # roots and replies, oldest first

    def find(self, ts: str) -> Json | None:
        """The message with this time stamp."""
        return next((message for message in self.messages if message["ts"] == ts), None)

    def thread(self, ts: str) -> list[Json]:
        """The replies to the message with this time stamp, oldest first."""
        return [one for one in self.messages if one.get("thread_ts") == ts and one["ts"] != ts]


class Workspace:
    """The state behind the Slack stand-in."""

    def __init__(self, shared: Shared) -> None:
        """A workspace with a bot and no channels."""
        self.clock = shared.clock
        self.journal = shared.journal
        self.ids = Ids(shared.seed)
        self.lock = threading.RLock()
        self.team: Json = {"id": self._id("T"), "domain": "acme"}
        self.app = self._id("A")
        self.bot_id = self._id("B")
        self.channels: dict[str, Channel] = {}
        self.users: dict[str, Json] = {}
        self.groups: dict[str, Json] = {}
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.triggers: dict[str, datetime] = {}
        self.charts = True  # are charts taken; a workspace that does not know them yet refuses the message
        self._last = 0
        self.bot = self.add_user("slabot", name="slabot", bot=True)

    def add_channel(self, name: str, *, joined: bool = True, archived: bool = False, private: bool = False) -> Channel:
        """A channel; if the name is known, that one, with these properties."""
        name = name.removeprefix("#")
        channel = next((one for one in self.channels.values() if one.name == name), None)
        if channel is None:
            channel = Channel(id=self._id("C"), name=name)
            self.channels[channel.id] = channel
        channel.joined, channel.archived, channel.private = joined, archived, private
        return channel

    def add_user(self, email: str, *, name: str | None = None, bot: bool = False) -> Json:
        """A member of the workspace; if the address is known, that one."""
        if (known := self.user_by_email(email)) is not None:
            return known
        short = email.split("@")[0]
        real = name or name_from(email)
        user = {
            "id": self._id("U"),
            "team_id": self.team["id"],
            "name": short,
            "deleted": False,
            "real_name": real,
            "tz": "Asia/Kolkata",
            "tz_label": "India Standard Time",
            "tz_offset": 19800,
            "profile": {"real_name": real, "display_name": short, "email": email, "team": self.team["id"]},
            "is_admin": False,
            "is_owner": False,
            "is_restricted": False,
            "is_bot": bot,
            "is_app_user": False,
            "updated": int(self.clock.now().timestamp()),
        }
        self.users[user["id"]] = user
        return user

    def user_by_email(self, email: str) -> Json | None:
        """The member with this address, case aside."""
        wanted = email.casefold()
        return next((user for user in self.users.values() if user["profile"]["email"].casefold() == wanted), None)

    def add_group(self, handle: str, members: list[str], *, name: str | None = None) -> Json:
        """A user group (`@handle`) of the people with these addresses."""
        group = {
            "id": self._id("S"),
            "team_id": self.team["id"],
            "is_usergroup": True,
            "name": name or handle,
            "handle": handle,
            "description": "",
            "is_external": False,
            "date_create": int(self.clock.now().timestamp()),
            "date_delete": 0,
            "users": [self.add_user(email)["id"] for email in members],
        }
        group["user_count"] = len(group["users"])
        self.groups[group["id"]] = group
        return group

    def channel(self, name: str) -> Channel:
        """The channel with this id or name, for people who drive the sandbox.

        Raises:
            ActError: there is none.
        """
        found = self.lookup(name)
        if found is None:
            known = ", ".join(f"#{one.name}" for one in self.channels.values()) or "none"
            raise ActError(f'there is no channel "{name}"; the workspace has: {known}')
        return found

    def lookup(self, name: str) -> Channel | None:
        """The channel with this id, or with this name, with or without #."""
        if name in self.channels:
            return self.channels[name]
        name = name.removeprefix("#")
        return next((one for one in self.channels.values() if one.name == name and one.person is None), None)

    def direct(self, user: str) -> Channel:
        """The direct-message channel between the bot and this person."""
        for channel in self.channels.values():
            if channel.person == user:
                return channel
        channel = Channel(id=self._id("D"), name="", private=True, person=user)
        self.channels[channel.id] = channel
        return channel

    def person(self, who: str) -> Json:
        """The member with this id or address; an unknown address becomes a member.

        Raises:
            ActError: an id that nobody has.
        """
        if "@" in who:
            return self.add_user(who)
        if who not in self.users:
            raise ActError(f'there is no member "{who}" in the workspace; give an address and one will be made')
        return self.users[who]

    def next_ts(self) -> str:
        """A time stamp for a new message: now, later than every former one."""
        now = int(self.clock.now().timestamp() * MICROSECONDS)
        self._last = max(now, self._last + 1)
        return f"{self._last // MICROSECONDS}.{self._last % MICROSECONDS:06d}"

    def new_trigger(self) -> str:
        """A trigger id, good for three seconds and one view."""
        trigger = f"{self.next_ts()}.{self.ids.token(16).lower()}"
        self.triggers[trigger] = self.clock.now()
        return trigger

    def _id(self, letter: str) -> str:
        return letter + self.ids.token(10)
