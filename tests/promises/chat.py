"""A fifth channel, as small as one can be: a room whose messages can be changed.

All that slabot is told of it: a word in `slabot.channels.registry`, and this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from slabot.channels.base import Abilities, Dropped, Failed, FoundMessage, MessageRef, Outcome, Sent, Waits
from slabot.channels.slack.message import render
from slabot.clock import Clock
from slabot.messages.message import BundleMessage, Message, PageMessage, QuestionMessage, TextMessage

Rooms = Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class Said:
    """A message in a room, as it reads now."""

    room: str
    key: str
    text: str
    updates: int = 0


class ChatChannel:
    """Rooms of a chat; the policy's name of a room is the place to send to."""

    can = Abilities(update=True)
    answers = True

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.said: list[Said] = []

    def address(self, to: str) -> str:
        """The room's own name."""
        return self._rooms[to]["room"]

    def deliver(self, message: Message, to: str) -> Outcome:
        """Say it."""
        match message:
            case PageMessage():
                text = render(message.view).text
            case TextMessage():
                text = message.text
            case BundleMessage():
                return Dropped("pages go one by one here")
            case QuestionMessage():
                return Failed("nobody can click here")
            case _:
                assert_never(message)
        self.said.append(Said(self.address(to), message.key, text))
        return Sent(MessageRef(to, str(len(self.said) - 1)))

    def update(self, place: MessageRef, message: PageMessage) -> Outcome:
        """Change what was said."""
        said = self.said[int(place.ref)]
        said.text, said.updates = render(message.view).text, said.updates + 1
        return Sent(place)

    def sent_since(self, to: str, since: datetime) -> Mapping[str, FoundMessage] | Waits | Failed:
        """Nothing: it is not asked, for it cannot."""
        return {}

    def find(self, key: str, to: str, since: datetime, thread: str | None) -> MessageRef | Waits | Failed | None:
        """None: it is not asked, for it cannot."""
        return None


def open_chat(rooms: Rooms, secret: object, clock: Clock) -> ChatChannel:
    """The rooms under ``channels.chat``."""
    return ChatChannel(rooms)
