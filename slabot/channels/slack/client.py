"""Let Slack's SDK speak by our own HTTP.

The SDK makes a method's arguments and judges its answer; its own transport follows redirects, reads any answer whole
and counts its time-out from one byte to the next.

Promise: a call is one POST to the configured host, ends within its time, and reads an answer of bounded size.
"""

from __future__ import annotations

import json as json_text
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from slabot.channels.http import Answered, Loss, NotAnswered, request
from slabot.channels.settings import secret_text

BASE_URL = "https://slack.com/api/"
TIMEOUT = 3  # seconds for a call, its answer included
LIST = 8 * 2**20  # bytes of an answer that lists: 200 messages with their blocks, or 1,000 channels
ANSWER = 2**20  # bytes of any other answer

_LISTS = frozenset(
    {
        "conversations.history",
        "conversations.list",
        "conversations.replies",
        "usergroups.list",
        "usergroups.users.list",
    }
)
_JSON = "application/json;charset=utf-8"
_FORM = "application/x-www-form-urlencoded"

# The SDK logs what it thinks of answers. What matters is in our errors.
_SILENT = logging.getLogger("slabot.channels.slack.sdk")
_SILENT.setLevel(logging.CRITICAL + 1)


class SlackClient(WebClient):
    """The SDK's methods, called within limits."""

    def api_call(
        self,
        api_method: str,
        *,
        http_verb: str = "POST",
        files: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        json: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        auth: dict[str, Any] | None = None,
    ) -> SlackResponse:
        """As the SDK's own, for calls of arguments or JSON; files, and signing in as an app, are not there.

        Raises:
            NotAnswered: there is no answer, or none that can be read.
            slack_sdk.errors.SlackApiError: Slack says no.
        """
        given = {name: value for name, value in (params or data or json or {}).items() if value is not None}
        token = given.pop("token", self.token)
        url = f"{self.base_url}{api_method}"
        if json:
            kind, body = _JSON, json_text.dumps(given)
        else:
            kind, body = _FORM, urlencode({name: _plain(value) for name, value in given.items()})
        named = {**self.headers, **(headers or {}), "Content-Type": kind, "Authorization": f"Bearer {token}"}
        most = LIST if api_method in _LISTS else ANSWER
        answer = request("POST", url, body=body.encode(), headers=named, seconds=self.timeout, most=most)
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=url,
            req_args={},
            data=_read(answer),
            headers=dict(answer.headers),
            status_code=answer.status,
        )
        response.validate()  # type: ignore[no-untyped-call]
        return response


def open_client(token: str, *, base_url: str | None = None, timeout: float = TIMEOUT) -> Callable[[], SlackClient]:
    """A factory of clients that never repeat a call by themselves.

    Args:
        token: the bot's, xoxb-…
        base_url: where Slack's methods are, if not at Slack: ``http://127.0.0.1:8081/api``.
        timeout: seconds for a call.

    Raises:
        TokenError: what was given cannot be a token.
    """
    checked = secret_text(token, "Slack's bot token", "It begins with xoxb- and is one word.")

    def client() -> SlackClient:
        made = SlackClient(token=checked, base_url=base_url or BASE_URL, retry_handlers=[], logger=_SILENT)
        made.timeout = timeout  # type: ignore[assignment]  # the SDK takes whole seconds
        return made

    return client


def _plain(value: object) -> object:
    return str(int(value)) if isinstance(value, bool) else value


def _read(answer: Answered) -> dict[str, Any]:
    """The JSON object of an answer; an error without a code where it is none.

    Raises:
        NotAnswered: a success of which a part is missing.
    """
    if not answer.complete and answer.status == 200:
        raise NotAnswered(Loss.UNREADABLE)
    try:
        data = json_text.loads(answer.body)
    except (ValueError, RecursionError):
        data = None
    return data if isinstance(data, dict) else {"ok": False}
