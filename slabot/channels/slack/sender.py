"""Post messages to Slack, update them, and find them again.

Promise: a message is sent by one call, which ends with it sent, not sent, or with its outcome unknown; then it can be
found by its key. Slack keeps ids only: a message's metadata holds its key and
nothing of the customer's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web import SlackResponse

from slabot.channels.base import FoundMessage
from slabot.channels.errors import SlackOutcomeUnknown, SlackPermanent
from slabot.channels.slack.client import SlackClient
from slabot.channels.slack.conversations import Identity, SlackConversations, next_cursor, objects
from slabot.channels.slack.directory import Directory
from slabot.channels.slack.error_codes import CODES, CallEffect
from slabot.channels.slack.message import Rendered, render, render_reply
from slabot.clock import Clock
from slabot.messages.view import PageView
from slabot.outside import Limit

EVENT_TYPE = "slabot_page"  # of the metadata
BUNDLE = "bundle/"  # how the key of a message begins in whose thread pages of several tickets stand
PAGE_SIZE = 200  # messages of one look-up call
LONGEST_SEARCH = 50  # calls of one look-up
PLACE = 2.0  # seconds to look up a channel's id; Slack may take its name as well, and the message must have its time
MARGIN = timedelta(minutes=1)  # Slack's clock and ours may differ

# Slack's codes for a channel that is not (any more) what its name stood for.
_MOVED = frozenset({"channel_not_found", "is_archived"})

# Those for a layout that it does not take.
_LAYOUT_REFUSED = frozenset(code for code, refused in CODES.items() if refused.text_may_pass)


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message is: what an update and a reply need."""

    channel: str
    ts: str


class SlackSender(SlackConversations):
    """Messages to one workspace and its people. Safe to share between threads."""

    def __init__(self, client: Callable[[], SlackClient], clock: Clock) -> None:
        """`client` makes a client that does not repeat calls: see `slabot.channels.slack.client.open_client`."""
        super().__init__(client, clock)
        self.directory = Directory(self._calls, clock)

    def __repr__(self) -> str:
        """Without the token."""
        return f"SlackSender({self._client.base_url})"

    @property
    def answers(self) -> bool:
        """False while nobody answers at Slack's address."""
        return self._calls.answers

    def post(
        self,
        channel: str,
        view: PageView | Rendered,
        *,
        key: str,
        thread_ts: str | None = None,
        broadcast: bool = False,
    ) -> Posted:
        """Send a message, once.

        Args:
            channel: its id, or its name with or without ``#``.
            view: what to say; a view in a thread becomes a reply about a further rung.
            key: by which `find` knows the message.
            thread_ts: of the message that this replies to.
            broadcast: True if the reply is shown in the channel too.

        Raises:
            SlackRetry: not sent; later.
            SlackPermanent: not sent, and not before somebody acts.
            SlackOutcomeUnknown: look it up with `find`.
        """
        rendered = view if isinstance(view, Rendered) else render(view) if thread_ts is None else render_reply(view)
        moved = False
        with Limit(PLACE):
            place = self.place(channel)
        while True:  # what Slack refused was not sent
            try:
                return self._post(place, rendered, key, thread_ts, broadcast)
            except SlackPermanent as error:
                if error.code in _MOVED and not moved and (other := self.look_again(channel, place)) is not None:
                    place, moved = other, True  # the name stands for another channel by now
                elif error.code in _LAYOUT_REFUSED and rendered.blocks:
                    rendered = rendered.simpler  # a plain page is better than none
                else:
                    raise

    def _post(self, channel: str, rendered: Rendered, key: str, thread_ts: str | None, broadcast: bool) -> Posted:
        answer = self._calls.call(
            "chat.postMessage",
            CallEffect.POST,
            self._client.chat_postMessage,
            channel=channel,
            text=rendered.text,
            blocks=list(rendered.blocks) or None,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            thread_ts=thread_ts,
            reply_broadcast=True if thread_ts is not None and broadcast else None,
            unfurl_links=False,
            unfurl_media=False,
        )
        posted = _posted(answer)
        self.learn(channel, posted.channel)
        return posted

    def update(self, channel: str, ts: str, view: PageView | Rendered) -> None:
        """Bring a message up to date; nobody is notified, and its metadata stays.

        Args:
            channel: its id, as `post` returned it.
            ts: of the message.
            view: its present state.

        Raises:
            SlackRetry: later; the newest state wins.
            SlackHarmless: there is nothing left to update.
            SlackPermanent: not before somebody acts.
        """
        rendered = view if isinstance(view, Rendered) else render(view)
        self._calls.call(
            "chat.update",
            CallEffect.CHANGE,
            self._client.chat_update,
            channel=channel,
            ts=ts,
            text=rendered.text,
            blocks=list(rendered.blocks),
        )

    def find(self, channel: str, key: str, since: datetime, thread_ts: str | None = None) -> Posted | None:
        """Look for a message of ours by its key; None if it is not there.

        Args:
            channel: its id or name.
            key: as given to `post`.
            since: not sent before this instant.
            thread_ts: where it was sent as a reply.

        Raises:
            SlackRetry: Slack cannot be asked now.
            SlackPermanent: not before somebody acts.
            SlackOutcomeUnknown: there is more to look through than is looked through.
        """
        found = self.channel_id(channel)
        identity = self.identity()
        try:
            for message in self._messages(found, since - MARGIN, thread_ts):
                if _key_of(message) == key and _is_of(message, identity):
                    ts = message.get("ts")
                    if isinstance(ts, str):
                        return Posted(found, ts)
        except SlackPermanent as error:
            if thread_ts is None or error.code != "thread_not_found":
                raise
        return None

    def sent_since(self, channel: str, since: datetime) -> dict[str, FoundMessage]:
        """All messages of ours since an instant, in the channel and in the threads of its bundles, by key.

        Args:
            channel: its id or name.
            since: UTC.

        Raises:
            SlackRetry, SlackPermanent, SlackOutcomeUnknown: as `find`.
        """
        found = self.channel_id(channel)
        identity = self.identity()
        listed = [*self._messages(found, since - MARGIN, None)]
        for message in tuple(listed):
            if message.get("reply_count") and (_key_of(message) or "").startswith(BUNDLE):
                listed += self._messages(found, since - MARGIN, str(message.get("ts")))
        ours = [one for one in listed if _key_of(one) is not None and _is_of(one, identity)]
        keys = {str(one.get("ts")): _key_of(one) for one in ours}
        sent: dict[str, FoundMessage] = {}
        for one in reversed(ours):  # the newest comes first; of one key the oldest counts
            ts, key = str(one.get("ts")), _key_of(one) or ""
            root = str(one.get("thread_ts") or ts)
            sent.setdefault(key, FoundMessage(key=key, channel=found, ts=ts, root=root, root_key=keys.get(root)))
        return sent

    def _messages(self, channel: str, oldest: datetime, thread_ts: str | None) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        ask: Callable[..., SlackResponse]
        if thread_ts is None:
            method, ask = "conversations.history", self._client.conversations_history
        else:
            method, ask = "conversations.replies", self._client.conversations_replies
        for _ in range(LONGEST_SEARCH):
            answer = self._calls.call(
                method,
                CallEffect.READ,
                ask,
                channel=channel,
                ts=thread_ts,
                oldest=f"{oldest.timestamp():.6f}",
                inclusive=True,
                limit=PAGE_SIZE,
                cursor=cursor,
                include_all_metadata=True,
            )
            yield from objects(answer, "messages")
            following = next_cursor(answer)
            if following is None or following == cursor:
                return
            cursor = following
        raise SlackOutcomeUnknown(
            f"the channel holds more than {LONGEST_SEARCH * PAGE_SIZE} messages since {oldest:%Y-%m-%d %H:%M} UTC, so "
            "it cannot be told whether a page is among them; it is sent again, marked as a repeat",
            method=method,
            code="too_many_messages",
        )


def _posted(answer: SlackResponse) -> Posted:
    channel, ts = answer.get("channel"), answer.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str):
        raise SlackOutcomeUnknown(
            "Slack took the message but did not say where it is (chat.postMessage); slabot looks for it",
            method="chat.postMessage",
            code="no_ts",
        )
    return Posted(channel, ts)


def _is_of(message: dict[str, Any], identity: Identity) -> bool:
    """True if we wrote it: metadata can be put on by any app, also in a person's name."""
    bot_id = message.get("bot_id")
    if bot_id is not None and identity.bot_id is not None:
        return bool(bot_id == identity.bot_id)
    return message.get("user") == identity.user_id


def _key_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    key = payload.get("key") if isinstance(payload, dict) else None
    return key if isinstance(key, str) else None
