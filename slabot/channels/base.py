"""The contract of a channel: send a message once, and return its outcome.

Promise: a channel is given a message and an address, sends it once, and returns the outcome. It knows no store, no
ledger, no pacing and no fallback: those belong to the delivery. Code asks what a channel can do (`Abilities`), never
which one it is; a further channel is one folder and one line in `slabot.channels.registry`.

| outcome | means                                             | what the delivery does                          |
|---------|---------------------------------------------------|-------------------------------------------------|
| Sent    | it arrived                                        | writes it down                                  |
| Waits   | it was not sent, and may be tried later           | tries again then; the fallback after a while    |
| Unknown | it may have arrived                               | looks it up where it can, else sends a repeat   |
| Dropped | there is nothing left to do                       | writes down why                                 |
| Failed  | it was refused, until somebody has done something | the fallback at once; tried again once a minute |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from slabot.channels.errors import SendError, SendOutcomeUnknown, SendRetry
from slabot.messages.message import Message, PageMessage, QuestionMessage


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message is: what an update, a reply and a look-up need.

    Attributes:
        address: of the channel, in its own terms: Slack's id, the name of a PagerDuty service.
        ref: of the message there: Slack's ts, a deduplication key.
    """

    address: str
    ref: str


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived; ``place`` is None where the channel cannot update it."""

    place: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Waits:
    """It was not sent.

    Attributes:
        until: the earliest instant at which to try again; UTC.
        why: in words.
        closes: nothing else may be sent to this address before then either.
    """

    until: datetime
    why: str
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have arrived; ``why`` says what was lost."""

    why: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """There is nothing left to do."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It was refused, and trying again changes nothing until somebody has done something.

    Attributes:
        why: what stands in the way, and what to do about it.
        thread_gone: True where only the thread that it was to go into is not there any more.
    """

    why: str
    thread_gone: bool = False


Outcome = Sent | Waits | Unknown | Dropped | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMessage:
    """A message of ours, as Slack's history shows it.

    Attributes:
        key: of the message.
        root: of the thread that it stands in; its own number where it stands in none.
        root_key: that of the root; None where the root is older than what was read.
    """

    key: str
    channel: str
    ts: str
    root: str
    root_key: str | None

    @property
    def at(self) -> datetime:
        """When it was posted, UTC."""
        return datetime.fromtimestamp(int(self.ts.partition(".")[0]), UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a channel can do besides sending.

    Attributes:
        update: a message that it sent can be brought up to date.
        find: a message can be looked for by its key, so a lost answer need not lead to a second one.
        ask: a message can have a button for each answer to a question; other channels are sent the question as a text.
        thread: a message can stand under another one; such channels also take bundles and mention people.
        each_page_stands_alone: every page is kept as one of its own, rather than one message a clock; its `MessageRef`
            has the message's key as its ``ref``. A page that no longer applies is updated to one that has ended.
    """

    update: bool = False
    find: bool = False
    ask: bool = False
    thread: bool = False
    each_page_stands_alone: bool = False


class Channel(Protocol):
    """A channel. Safe to share between threads; what the other side causes is returned, never raised."""

    @property
    def can(self) -> Abilities:
        """What it can do besides sending."""

    @property
    def answers(self) -> bool:
        """False while the other side is known not to answer."""

    def address(self, to: str) -> str:
        """An address as its places name it: the id of a channel that the policy names.

        Raises:
            SendError: it cannot be found out now, or there is no such address.
        """

    def deliver(self, message: Message, to: str) -> Outcome:
        """Send a message, once.

        Args:
            message: what to say.
            to: the address: as the policy names it, or as the channel does.
        """

    def update(self, place: MessageRef, message: PageMessage | QuestionMessage) -> Outcome:
        """Update a message; nobody is notified. Called only where the channel can."""

    def sent_since(self, to: str, since: datetime) -> Mapping[str, FoundMessage] | Waits | Failed:
        """Our messages at an address and in the threads of its bundles, by key. Called only where the channel can."""

    def find(self, key: str, to: str, since: datetime, thread: str | None) -> MessageRef | Waits | Failed | None:
        """Find a message by its key, not older than an instant; None if it is not there.

        Asked only where the channel can; `Failed` where nobody can look for it there.
        """


def outcome_of(error: SendError) -> Waits | Unknown | Failed:
    """The outcome of a call that raised an error."""
    match error:
        case SendRetry():
            return Waits(error.until, str(error))
        case SendOutcomeUnknown():
            return Unknown(str(error))
        case _:
            return Failed(str(error))
