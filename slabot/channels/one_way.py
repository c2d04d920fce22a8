"""A channel that can send and do nothing else.

Promise: as `slabot.channels.base` has it; nothing is looked up, and there are no threads. Pages of a bundle are sent
one by one, and the bundle itself is not sent.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime

from slabot.channels.base import Abilities, Dropped, Failed, FoundMessage, MessageRef, Outcome, Sent, Waits, outcome_of
from slabot.channels.errors import SendError
from slabot.messages.message import BundleMessage, Message, PageMessage, QuestionMessage, TextMessage


class OneWayChannel(ABC):
    """A channel that takes messages and can do nothing else with them."""

    can = Abilities()
    answers = True  # each call finds out for itself

    @abstractmethod
    def send(self, message: PageMessage | TextMessage, to: str) -> None:
        """Send a message, once.

        Args:
            message: what to say.
            to: the name in the destination: an address, or what the policy calls the receiver.

        Raises:
            SendRetry: not sent; later.
            SendPermanent: not sent, and not before somebody acts.
            SendOutcomeUnknown: it may have arrived; send it again as a repeat.
        """

    def address(self, to: str) -> str:
        """As it is named."""
        return to

    def deliver(self, message: Message, to: str) -> Outcome:
        """Send it, once."""
        if isinstance(message, BundleMessage):
            return Dropped("pages by this channel go one by one")
        if isinstance(message, QuestionMessage):
            return Failed("nobody can click in a message by this channel; a question goes there as a text")
        try:
            self.send(message, to)
        except SendError as error:
            return outcome_of(error)
        return Sent(self.ref_of(message, to))

    def update(self, place: MessageRef, message: PageMessage | QuestionMessage) -> Outcome:
        """Nothing: never called, since the channel cannot."""
        return Dropped("a message by this channel stays as it was sent")

    def sent_since(self, to: str, since: datetime) -> Mapping[str, FoundMessage] | Waits | Failed:
        """Nothing: never called, since the channel cannot."""
        return {}

    def find(self, key: str, to: str, since: datetime, thread: str | None) -> MessageRef | Waits | Failed | None:
        """None: never called, since the channel cannot."""
        return None

    def ref_of(self, message: PageMessage | TextMessage, to: str) -> MessageRef | None:
        """Where a message is then, for a channel that can bring it up to date."""
        return None
