"""How is Slack spoken with as one channel among others?

Promise: as `slabot.channels.base` has it. A lost answer can be looked up by a message's metadata; pages stand in
threads, mention people, and are brought up to date in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from slabot.paging import (
    Rendered,
    SlackError,
    SlackHarmless,
    SlackPermanent,
    SlackRetry,
    SlackSender,
    Told,
    render,
    render_reply,
)
from slabot.paging.bundle_words import render_bundle
from slabot.paging.markup import escaped

# Slack's codes for a thread that takes no replies, most likely because somebody deleted the first message.
NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "message_not_found"})
LONGEST = 3000  # characters of plain words
AGAIN = "(Perhaps told before.) "


class SlackChannel:
    """Slack, by one workspace's sender."""

    can = Abilities(update=True, find=True, thread=True)

    def __init__(self, sender: SlackSender) -> None:
        self._sender = sender

    @property
    def answers(self) -> bool:
        """False while nobody answers at Slack's address."""
        return self._sender.answers

    def address(self, to: str) -> str:
        """The channel's id."""
        return self._sender.channel_id(to)

    def deliver(self, message: Message, to: str) -> Outcome:
        """Post it; ``to`` is a channel's name or id, or the channel of direct messages with somebody."""
        return _outcome(lambda: self._post(message, to))

    def update(self, place: Place, message: PageMessage) -> Outcome:
        """Show its present state."""

        def change() -> Outcome:
            self._sender.update(place.address, place.ref, message.view)
            return Sent(place)

        return _outcome(change)

    def sent_since(self, to: str, since: datetime) -> Mapping[str, Told] | Waits | Failed:
        """Read the channel's history."""
        try:
            return self._sender.told(to, since)
        except SlackRetry as error:
            return Waits(error.until, str(error))
        except SlackError as error:
            return Failed(str(error))

    def find(self, key: str, to: str, since: datetime, thread: str | None) -> Place | Waits | Failed | None:
        """Look for it by its metadata."""
        try:
            found = self._sender.find(to, key, since, thread_ts=thread)
        except SlackRetry as error:
            return Waits(error.until, str(error))
        except SlackError as error:
            return Failed(str(error))
        return None if found is None else Place(found.channel, found.ts)

    def _post(self, message: Message, to: str) -> Outcome:
        match message:
            case PageMessage():
                rendered, thread = render(message.view), message.thread
                if message.rung:
                    rendered = render_reply(message.view)
                posted = self._sender.post(to, rendered, key=message.key, thread_ts=thread, broadcast=message.broadcast)
            case TextMessage():
                said = Rendered(escaped(f"{AGAIN if message.repeat else ''}{message.text}", LONGEST))
                posted = self._sender.post(to, said, key=message.key)
            case BundleMessage():
                posted = self._sender.post(to, render_bundle(message.bundle), key=message.key)
            case _:
                assert_never(message)
        return Sent(Place(posted.channel, posted.ts))


def _outcome(send: Callable[[], Outcome]) -> Outcome:
    """As `slabot.channels.base.outcome`, with what only Slack's errors say."""

    def sorted_out() -> Outcome:
        try:
            return send()
        except SlackRetry as error:
            return Waits(error.until, str(error), closes=True)
        except SlackHarmless as error:
            return Dropped(str(error))
        except SlackPermanent as error:
            return Failed(str(error), thread_gone=error.code in NO_THREAD)

    return outcome(sorted_out)
