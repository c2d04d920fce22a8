"""Send pages to Slack.

Promise: as `slabot.channels.base` has it. A lost answer can be looked up by a message's metadata; pages stand in
threads, mention people, and are brought up to date in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from slabot.channels.base import Abilities, Dropped, Failed, FoundMessage, MessageRef, Outcome, Sent, Waits, outcome_of
from slabot.channels.errors import SendError, SlackError, SlackHarmless, SlackPermanent, SlackRetry
from slabot.channels.settings import Secret
from slabot.channels.slack.bundle_message import render_bundle
from slabot.channels.slack.client import open_client
from slabot.channels.slack.message import render, render_reply
from slabot.channels.slack.question_message import render_question, render_reminder
from slabot.channels.slack.sender import SlackSender
from slabot.channels.slack.text_message import render_text
from slabot.clock import Clock
from slabot.messages.message import BundleMessage, Message, PageMessage, QuestionMessage, TextMessage
from slabot.outside import Limit
from slabot.policy import Policy

WHOLE = 5.0  # seconds for all calls of a message; less than after which the runtime calls an outcome unknown

# Slack's codes for a thread that takes no replies, most likely because somebody deleted the first message.
NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "message_not_found"})


def open_channel(policy: Policy, secret: Secret, clock: Clock) -> SlackChannel | None:
    """The channel of a policy; None where it names no Slack, or the variable of its token is not set.

    Raises:
        TokenError: a token that cannot be one.
    """
    settings = policy.slack
    token = "" if settings is None else secret(settings.token_env, "slack.token_env")
    if settings is None or not token:
        return None
    base_url = None if settings.api_url is None else f"{settings.api_url}/"
    return SlackChannel(SlackSender(open_client(token, base_url=base_url), clock))


class SlackChannel:
    """Slack, by one workspace's sender."""

    can = Abilities(update=True, find=True, ask=True, thread=True)

    def __init__(self, sender: SlackSender) -> None:
        self.sender = sender

    @property
    def answers(self) -> bool:
        """False while nobody answers at Slack's address."""
        return self.sender.answers

    def address(self, to: str) -> str:
        """The channel's id."""
        return self.sender.channel_id(to)

    def deliver(self, message: Message, to: str) -> Outcome:
        """Post it; ``to`` is a channel's name or id, or the channel of direct messages with somebody."""
        thread, broadcast = None, False
        match message:
            case PageMessage():
                rendered = render_reply(message.view) if message.rung else render(message.view)
                thread, broadcast = message.thread, message.broadcast
            case TextMessage():
                rendered = render_text(message)
            case BundleMessage():
                rendered = render_bundle(message.bundle)
            case QuestionMessage(view=view):
                rendered = render_question(view) if message.thread is None else render_reminder(view)
                thread, broadcast = message.thread, message.thread is not None
            case _:
                assert_never(message)
        try:
            with Limit(WHOLE):
                posted = self.sender.post(to, rendered, key=message.key, thread_ts=thread, broadcast=broadcast)
        except SendError as error:
            return _outcome_of(error)
        return Sent(MessageRef(posted.channel, posted.ts))

    def update(self, place: MessageRef, message: PageMessage | QuestionMessage) -> Outcome:
        """Show its present state."""
        try:
            with Limit(WHOLE):
                shown = message.view if isinstance(message, PageMessage) else render_question(message.view)
                self.sender.update(place.address, place.ref, shown)
        except SendError as error:
            return _outcome_of(error)
        return Sent(place)

    def sent_since(self, to: str, since: datetime) -> Mapping[str, FoundMessage] | Waits | Failed:
        """Read the channel's history."""
        try:
            return self.sender.sent_since(to, since)
        except SlackRetry as error:
            return Waits(error.until, str(error))
        except SlackError as error:
            return Failed(str(error))

    def find(self, key: str, to: str, since: datetime, thread: str | None) -> MessageRef | Waits | Failed | None:
        """Look for it by its metadata."""
        try:
            found = self.sender.find(to, key, since, thread_ts=thread)
        except SlackRetry as error:
            return Waits(error.until, str(error))
        except SlackError as error:
            return Failed(str(error))
        return None if found is None else MessageRef(found.channel, found.ts)


def _outcome_of(error: SendError) -> Outcome:
    """As `slabot.channels.base.outcome_of`, with what only Slack's errors say."""
    match error:
        case SlackRetry():
            return Waits(error.until, str(error), closes=True)
        case SlackHarmless():
            return Dropped(str(error))
        case SlackPermanent():
            return Failed(str(error), thread_gone=error.code in NO_THREAD)
        case _:
            return outcome_of(error)
