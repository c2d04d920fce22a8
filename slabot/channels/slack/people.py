"""Send ephemeral messages, dialogs and home tabs to one person in Slack.

Promise: they reach the one person whom Slack named, by Slack's own addresses or not at all. Each
call is made once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from slabot.channels.errors import SlackHarmless
from slabot.channels.http import NotAnswered, request
from slabot.channels.slack.calls import SlackCalls
from slabot.channels.slack.client import SlackClient
from slabot.channels.slack.error_codes import CallEffect
from slabot.channels.slack.message import Rendered
from slabot.clock import Clock

_ANSWER_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")

View = Mapping[str, Any]


class EphemeralRecipient(Protocol):
    """Somebody who clicked or typed something, and where an ephemeral answer reaches them."""

    @property
    def user_id(self) -> str:
        """Slack's id of them."""

    @property
    def channel(self) -> str:
        """Where they did it; empty if Slack did not say."""

    @property
    def response_url(self) -> str | None:
        """Where an answer to them may be sent; None if Slack gave none."""


class SlackPeople:
    """The people of one workspace. Safe to share between threads."""

    def __init__(self, client: Callable[[], SlackClient], clock: Clock) -> None:
        """`client` makes a client that does not repeat calls: see `slabot.channels.slack.client.open_client`."""
        self._calls = SlackCalls(client, clock)
        self._client = self._calls.client

    def open_view(self, trigger_id: str, view: View) -> None:
        """Show a dialog to whoever clicked; within three seconds of the click, or Slack refuses it.

        Raises:
            SlackError: it was not shown.
        """
        self._calls.call(
            "views.open", CallEffect.CHANGE, self._client.views_open, trigger_id=trigger_id, view=dict(view)
        )

    def publish_home(self, user_id: str, view: View, hash: str | None = None) -> bool:
        """Show a person their home tab; False if a newer one was shown since the one that ``hash`` names.

        Raises:
            SlackError: it was not shown.
        """
        try:
            self._calls.call(
                "views.publish",
                CallEffect.CHANGE,
                self._client.views_publish,
                user_id=user_id,
                view=dict(view),
                hash=hash,
            )
        except SlackHarmless:
            return False
        return True

    def post_ephemeral(self, asker: EphemeralRecipient, message: Rendered | str) -> None:
        """Answer somebody so that they alone read it.

        Raises:
            SlackError: it could not be said; nothing else depends on it.
        """
        rendered = message if isinstance(message, Rendered) else Rendered(message)
        blocks = list(rendered.blocks) or None
        if asker.response_url is not None and self._may_answer_at(asker.response_url):
            answer: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False, "text": rendered.text}
            if self._answer_at(asker.response_url, answer | ({"blocks": blocks} if blocks else {})):
                return
        self._calls.call(
            "chat.postEphemeral",
            CallEffect.CHANGE,
            self._client.chat_postEphemeral,
            channel=asker.channel,
            user=asker.user_id,
            text=rendered.text,
            blocks=blocks,
        )

    def _answer_at(self, address: str, answer: Mapping[str, Any]) -> bool:
        """Send an answer to an address that came with a click; False if it was not taken."""
        body, headers = json.dumps(answer).encode(), {"Content-Type": "application/json;charset=utf-8"}
        try:
            return request("POST", address, body=body, headers=headers, seconds=self._client.timeout).status == 200
        except NotAnswered:
            return False

    def _may_answer_at(self, address: str) -> bool:
        """Slack's own hosts, or the one that the policy names as Slack's: nothing is sent elsewhere."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        ours = urlsplit(self._client.base_url)
        if (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc):
            return True
        return parts.scheme == "https" and parts.netloc in _ANSWER_HOSTS
