"""How does a way that only takes messages become a channel?

Promise: as `slabot.channels.base` has it; nothing is looked up and nothing stands in a thread. Pages that come together
go one by one there, so a bundle is nothing to such a channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from slabot.channels.base import (
    Abilities,
    BundleMessage,
    Dropped,
    Failed,
    Message,
    Outcome,
    PageMessage,
    Place,
    Sent,
    TextMessage,
    Waits,
    outcome,
)
from slabot.paging import Told
from slabot.paging.couriers import Courier, Dispatch, Notice


class MessageChannel:
    """A channel that takes messages and can do nothing else with them."""

    can = Abilities()
    answers = True  # each call finds out for itself

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    def address(self, to: str) -> str:
        """As it is named."""
        return to

    def deliver(self, message: Message, to: str) -> Outcome:
        """Send it, once."""
        return outcome(lambda: self._send(message, to))

    def update(self, place: Place, message: PageMessage) -> Outcome:
        """Nothing: it is not asked, for it cannot."""
        return Dropped("a message by this way stays as it was sent")

    def sent_since(self, to: str, since: datetime) -> Mapping[str, Told] | Waits | Failed:
        """Nothing: it is not asked, for it cannot."""
        return {}

    def find(self, key: str, to: str, since: datetime, thread: str | None) -> Place | Waits | Failed | None:
        """None: it is not asked, for it cannot."""
        return None

    def place_of(self, message: PageMessage, to: str) -> Place | None:
        """Where a page is then, for a way that can bring it up to date."""
        return None

    def _send(self, message: Message, to: str) -> Outcome:
        match message:
            case PageMessage():
                self._courier.send(Dispatch(key=message.key, view=message.view, repeat=message.repeat), to)
                return Sent(self.place_of(message, to))
            case TextMessage():
                about, text, at = message.subject, message.text, message.at
                self._courier.tell(Notice(key=message.key, subject=about, text=text, at=at, repeat=message.repeat), to)
                return Sent()
            case BundleMessage():
                return Dropped("pages by this way go one by one")
            case _:
                assert_never(message)
