"""Call a language model that speaks as OpenAI's chat completions do.

Promise: one call ends within the time and the number of bytes that are given, whatever the other side sends. The key
travels in one header and stands nowhere else: in no address, message, representation or log. Nothing that a service
writes beside the answer is kept or shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slabot.channels import http
from slabot.channels.settings import secret_text, web_receiver
from slabot.judgement.model import ModelQuestion
from slabot.outside import AbortSignal, Limit
from slabot.runtime.asking.errors import ModelCallError

MOST = 256 * 2**10  # bytes of an answer; one of eight quotes has five
LISTED = 512 * 2**10  # bytes of a list of models
CHECK_ADDRESS = "Check classify.model.address: /chat/completions is called below it."
CHECK_KEY = "Check the key in the variable that classify.model.key_env names."
CHECK_NAME = "Check classify.model.name, and whether that model takes a JSON schema for its answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """A model at a service.

    Attributes:
        address: below which `/chat/completions` is.
        key: empty where the service wants none.
        seconds: for a whole call.
    """

    address: str
    name: str
    key: str = field(default="", repr=False)
    seconds: float = 5.0


class ModelClient:
    """Asks one model. Used by one thread at a time; `close` may come from another."""

    def __init__(self, settings: ModelSettings) -> None:
        """Connect to nothing yet.

        Raises:
            SettingError: an address that cannot be used.
            TokenError: a key that cannot be one.
        """
        self._address = web_receiver(settings.address, "classify.model.address").rstrip("/")
        self._key = (
            secret_text(settings.key, "the key of the language model", "It is one word.") if settings.key else ""
        )
        self._seconds, self.name = settings.seconds, settings.name
        self._signal = AbortSignal()

    def __repr__(self) -> str:
        """Without the key."""
        return f"ModelClient({self.name!r} at {self._address!r})"

    def ask(self, question: ModelQuestion) -> str:
        """The content of the model's answer; it is not held against anything yet.

        Raises:
            ModelCallError: there is none that can be read.
        """
        body = json.dumps(question.body(self.name), ensure_ascii=False).encode()
        return content_of(self._call("POST", "/chat/completions", body, most=MOST))

    def models(self) -> tuple[str, ...] | None:
        """The names of the models that the service lists; None where it lists none.

        Raises:
            ModelCallError: it does not answer, or refuses the key.
        """
        try:
            value = _json(self._call("GET", "/models", b"", most=LISTED))
        except ModelCallError as error:
            if error.breaks:
                raise
            return None
        listed = value.get("data")
        if not isinstance(listed, list):
            return None
        return tuple(str(one["id"]) for one in listed if isinstance(one, dict) and "id" in one)

    def close(self) -> None:
        """End a call that is under way, and let no other begin."""
        self._signal.abort()

    def _call(self, method: str, path: str, body: bytes, *, most: int) -> bytes:
        headers = {"Accept": "application/json"}
        headers |= {"Content-Type": "application/json"} if body else {}
        headers |= {"Authorization": f"Bearer {self._key}"} if self._key else {}
        lost: http.NotAnswered
        try:
            with Limit(signal=self._signal):
                answer = http.request(
                    method, f"{self._address}{path}", body=body, headers=headers, seconds=self._seconds, most=most
                )
        except http.NotAnswered as error:
            lost = error
        else:
            return _body(answer)
        remedy = "" if lost.loss.passes else CHECK_ADDRESS
        raise ModelCallError(f"the service does not answer: {lost.loss.value}", remedy, passes=lost.loss.passes)


def _body(answer: http.Answered) -> bytes:
    status = answer.status
    if 200 <= status < 300:
        if not answer.complete:
            why = "its answer is too long, or broke off"
            raise ModelCallError(why, passes=False, breaks=False)
        return answer.body
    told = f"(HTTP {status})"
    if status in (408, 429) or status >= 500:
        named = answer.headers.get("retry-after")
        wait = None if named is None else http.wait_of(named)
        raise ModelCallError(f"the service takes no question now {told}", passes=True, wait=wait)
    if status in (401, 403):
        raise ModelCallError(f"the service does not accept the key {told}", CHECK_KEY, passes=False)
    if 300 <= status < 400:
        raise ModelCallError(f"the service sends slabot on to another address {told}", CHECK_ADDRESS, passes=False)
    if status in (404, 405, 410):
        why = f"there is no such address or model {told}"
        raise ModelCallError(why, f"{CHECK_ADDRESS} {CHECK_NAME}", passes=False, breaks=False)
    raise ModelCallError(f"the service does not accept the question {told}", CHECK_NAME, passes=False, breaks=False)


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ModelCallError("its answer is no JSON object", CHECK_ADDRESS, passes=False, breaks=False)
    return value


def content_of(body: bytes) -> str:
    """The text of the first choice."""
    match _json(body):
        case {"choices": [{"finish_reason": "length"}, *_]}:
            raise ModelCallError("its answer was cut off", CHECK_NAME, passes=False, breaks=False)
        case {"choices": [{"message": {"content": str(content)}}, *_]}:
            return content
        case _:
            raise ModelCallError("its answer is no chat completion", CHECK_ADDRESS, passes=False, breaks=False)
