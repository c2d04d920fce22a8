"""Stand in for a language model that speaks as OpenAI's chat completions do.

Promise: a request is checked as the real services check it, before anything is said. How it behaves is switched by
`behave`; silence and slowness take real time, since whoever waits for an answer does.

Source: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

import json
import threading
from typing import Any, assert_never

from flask import Flask, request
from werkzeug.wrappers import Response

from slabot_sandbox.base.auth import same_secret
from slabot_sandbox.base.refusals import json_response
from slabot_sandbox.base.standin import Shared, StandIn
from slabot_sandbox.journal import Did
from slabot_sandbox.model.answers import Behaviour, behaviour, honest, lie, obey

SERVICE = "model"
KEY = "sandbox-model-key"
NAME = "sandbox-1"
LONGEST = 120.0  # seconds of silence


class ModelStandIn(StandIn):
    """A language model on the loopback address.

    Attributes:
        url: what the policy calls `address`; once started.
        key: what it is signed in to with.
        name: of its one model.
        asked: what it was asked, the customer's part of each request, in order.
    """

    service = SERVICE

    def __init__(self, shared: Shared) -> None:
        """Honest, and not asked yet."""
        self.lock = threading.RLock()
        self.key, self.name = KEY, NAME
        self.asked: list[str] = []
        self._behaviour, self._seconds, self._turn = Behaviour.HONEST, 10.0, 0
        self._switched = threading.Event()
        self._clock, self._journal = shared.clock, shared.journal
        app = Flask("language model stand-in", static_folder=None)
        app.get("/v1/models")(self._models)
        app.post("/v1/chat/completions")(self._complete)
        self.inner = app

    def behave(self, like: str, seconds: float = 10.0) -> str:
        """Behave otherwise from now on; whoever waits for an answer gets none.

        Args:
            like: honest, liar, obedient, silent, slow or babble.
            seconds: how long a slow answer takes.
        """
        self._behaviour, self._seconds, self._turn = behaviour(like), float(seconds), 0
        self._switched.set()
        return self._behaviour.value

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._switched.set()

    def _models(self) -> Response:
        if (refused := self._unsigned()) is not None:
            return refused
        return json_response({"object": "list", "data": [{"id": self.name, "object": "model"}]})

    def _complete(self) -> Response:
        if (refused := self._unsigned()) is not None:
            return refused
        given: Any = request.get_json(silent=True)
        if (why := _odd(given)) is not None:
            return _error(400, why, "invalid_request_error")
        if given["model"] != self.name:
            return _error(404, f"The model `{given['model']}` does not exist", "model_not_found")
        asked = str(given["messages"][-1]["content"])
        self.asked.append(asked)
        self._journal.effect(Did.MODEL_ASKED, SERVICE, who=self.name, content=asked, like=self._behaviour.value)
        content = self._content(_texts(asked))
        if content is None:
            return _error(503, "The engine is currently overloaded", "overloaded")  # nobody waits for it any more
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        return json_response(
            {
                "id": f"chatcmpl-{len(self.asked)}",
                "object": "chat.completion",
                "created": int(self._clock.now().timestamp()),
                "model": self.name,
                "choices": [choice],
            }
        )

    def _content(self, texts: list[str]) -> str | None:
        like = self._behaviour
        match like:
            case Behaviour.HONEST:
                return honest(texts)
            case Behaviour.LIAR:
                self._turn += 1
                return lie(texts, self._turn - 1)
            case Behaviour.OBEDIENT:
                return obey(texts)
            case Behaviour.BABBLE:
                return "Sure! This looks **critical** to me, please call everybody."
            case Behaviour.SILENT:
                self._wait(LONGEST)
                return None
            case Behaviour.SLOW:
                return None if self._wait(self._seconds) else honest(texts)
            case _:
                assert_never(like)

    def _wait(self, seconds: float) -> bool:
        """True if it was told to behave otherwise meanwhile."""
        self._switched.clear()
        return self._switched.wait(seconds)

    def _unsigned(self) -> Response | None:
        if same_secret(request.headers.get("Authorization", ""), f"Bearer {self.key}"):
            return None
        return _error(401, "Incorrect API key provided", "invalid_api_key")


def _odd(given: Any) -> str | None:
    """Why the service would not take a request; None if it would."""
    if not isinstance(given, dict) or not isinstance(given.get("model"), str):
        return "you must provide a model parameter"
    messages = given.get("messages")
    if not isinstance(messages, list) or not messages:
        return "[] is too short - 'messages'"
    for message in messages:
        roles = ("system", "developer", "user", "assistant")
        if not isinstance(message, dict) or message.get("role") not in roles or not message.get("content"):
            return "Invalid value in 'messages'"
    form = given.get("response_format")
    if not isinstance(form, dict) or form.get("type") != "json_schema":
        return "Invalid value: 'response_format.type'"
    schema = form.get("json_schema")
    if not isinstance(schema, dict) or not isinstance(schema.get("schema"), dict) or not schema.get("name"):
        return "Missing required parameter: 'response_format.json_schema'"
    return _not_strict(schema["schema"]) if schema.get("strict") else None


def _not_strict(schema: Any) -> str | None:
    """Strict schemas name every property as required and allow no others."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and (
            schema.get("additionalProperties") is not False
            or sorted(schema.get("required", ())) != sorted(schema.get("properties", {}))
        ):
            return "Invalid schema for response_format"
        return next(filter(None, map(_not_strict, schema.values())), None)
    if isinstance(schema, list):
        return next(filter(None, map(_not_strict, schema)), None)
    return None


def _texts(asked: str) -> list[str]:
    """Subject and messages of a question."""
    try:
        told = json.loads(asked)
    except ValueError:
        return [asked]
    if not isinstance(told, dict):
        return [asked]
    messages = told.get("messages")
    return [str(told.get("subject") or ""), *map(str, messages if isinstance(messages, list) else ())]


def _error(status: int, message: str, code: str) -> Response:
    return json_response({"error": {"message": message, "type": code, "param": None, "code": code}}, status)
