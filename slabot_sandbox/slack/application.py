"""Which Web API methods does the Slack stand-in have, and who may call them how often?

Promise: token and scope are checked before anything is done, limits count by the sandbox's clock, refusals come as
HTTP 200 with `ok: false` (429 with Retry-After where Slack says so), and a method that the stand-in does not have is
named as such.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, TypeAlias

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from slabot_sandbox.slack.workspace import Json, SlackError, Workspace

API = "/api/"
MINUTE = 60  # seconds
SCOPES = (
    "chat:write",
    "channels:history",
    "channels:read",
    "groups:history",
    "groups:read",
    "users:read",
    "users:read.email",
    "usergroups:read",
    "reactions:write",
    "im:write",
    "commands",
)


class Tier(IntEnum):
    """Slack's rate tiers: calls of one method a minute in one workspace."""

    TWO = 20
    THREE = 50
    FOUR = 100
    SPECIAL = 600


Method: TypeAlias = Callable[[Json], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A method: who may call it, how often, and what it does."""

    scopes: tuple[str, ...]  # any one of them will do; none: no scope is needed
    tier: Tier
    does: Method


@dataclass(slots=True, kw_only=True)
class SlackLimits:
    """Limits of the workspace; None switches one off."""

    posts: timedelta | None = timedelta(seconds=1)  # between two messages into one channel
    burst: int = 1  # messages that may come at once before that holds
    tiers: bool = True


@dataclass(slots=True)
class Tokens:
    """Tokens and their scopes."""

    scopes: dict[str, set[str]] = field(default_factory=dict)

    def allow(self, token: str, scopes: Iterable[str] = SCOPES) -> None:
        """Make a token good for these scopes."""
        self.scopes[token] = set(scopes)

    def of(self, token: str) -> set[str] | None:
        """The scopes of this token, compared in constant time; None if nobody knows it."""
        found = None
        for known, scopes in self.scopes.items():
            if hmac.compare_digest(known.encode(), token.encode()):
                found = scopes
        return found


class Api:
    """The Web API: methods by name, tokens, limits."""

    def __init__(self, workspace: Workspace, limits: SlackLimits) -> None:
        """No methods yet."""
        self.workspace = workspace
        self.limits = limits
        self.tokens = Tokens()
        self.methods: dict[str, Entry] = {}
        self._used: dict[tuple[str, int], int] = {}
        self._next_post: dict[str, datetime] = {}

    def method(self, name: str, *scopes: str, tier: Tier = Tier.THREE) -> Callable[[Method], Method]:
        """A decorator: the method of this name."""

        def register(does: Method) -> Method:
            self.methods[name] = Entry(scopes=scopes, tier=tier, does=does)
            return does

        return register

    def pace_post(self, channel: str) -> None:
        """Count one message into this channel.

        Raises:
            TooFast: the channel has had its message for this second.
        """
        if self.limits.posts is None:
            return
        now = self.workspace.clock.now()
        free = max(self._next_post.get(channel, now), now)
        if free - now > self.limits.posts * (self.limits.burst - 1):
            raise TooFast(seconds=max(1, -((now - free) // timedelta(seconds=1))))
        self._next_post[channel] = free + self.limits.posts

    def call(self, name: str, arguments: Json, token: str) -> tuple[Json, dict[str, str]]:
        """Answer one call; returns the body and the headers.

        Raises:
            TooFast: over a limit.
        """
        headers: dict[str, str] = {}
        entry = self.methods.get(name)
        try:
            if entry is None:
                raise SlackError("unknown_method", req_method=name, offered=sorted(self.methods))
            provided = self.tokens.of(token)
            if provided is None:
                raise SlackError("invalid_auth" if token else "not_authed")
            self.workspace.journal.caller(self.workspace.bot["name"])
            headers = {
                "x-oauth-scopes": ",".join(sorted(provided)),
                "x-accepted-oauth-scopes": ",".join(entry.scopes),
            }
            if entry.scopes and not provided & set(entry.scopes):
                raise SlackError("missing_scope", needed=",".join(entry.scopes), provided=",".join(sorted(provided)))
            if self.limits.tiers:
                self._count(name, entry.tier)
            return {"ok": True, **entry.does(arguments)}, headers
        except SlackError as refused:
            return refused.body, headers

    def _count(self, name: str, tier: Tier) -> None:
        seconds = int(self.workspace.clock.now().timestamp())
        frame = seconds // MINUTE
        used = self._used.get((name, frame), 0) + 1
        if used > tier:
            raise TooFast(seconds=(frame + 1) * MINUTE - seconds)
        if used == 1:
            self._used = {key: count for key, count in self._used.items() if key[1] == frame}
        self._used[name, frame] = used


class TooFast(Exception):
    """Slack answers 429 and says how long to wait."""

    def __init__(self, *, seconds: int) -> None:
        """Keep the seconds."""
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def build(api: Api) -> Flask:
    """The application; the response address of interactions is added elsewhere."""
    app = Flask("slack stand-in", static_folder=None)

    @app.route(f"{API}<name>", methods=["GET", "POST"])
    def call(name: str) -> Response:
        arguments, form_token = _arguments()
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ").strip() or form_token
        try:
            body, headers = api.call(name, arguments, token)
        except TooFast as too_fast:
            return rate_limited(too_fast.seconds)
        return json_response(body, headers=headers)

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> Response:
        said = f"the stand-in does not offer {request.method} {request.path}"
        return json_response(
            {"ok": False, "error": "unknown_path", "said": said, "offered": sorted(api.methods)}, error.code or 500
        )

    return app


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, content_type="application/json; charset=utf-8")


def rate_limited(seconds: int) -> Response:
    """429, as Slack says it."""
    return json_response({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})


class SlackRefusals:
    """What the gate says for Slack when a fault is switched on."""

    def rate_limited(self, retry_after: int, *, text: bool) -> Response:
        """429 with Retry-After; Slack has one shape of it."""
        return rate_limited(retry_after)

    def unavailable(self, retry_after: int) -> Response:
        """503 with Retry-After."""
        body = {"ok": False, "error": "service_unavailable"}
        return json_response(body, 503, {"Retry-After": str(retry_after)})

    def broken(self) -> Response:
        """500."""
        return json_response({"ok": False, "error": "internal_error"}, 500)


def endpoint_of(method: str, path: str) -> str:
    """A call's name in the journal: `chat.postMessage`."""
    if path.startswith(API):
        return path.removeprefix(API)
    return f"{method} /{path.strip('/').split('/')[0]}"


def _arguments() -> tuple[Json, str]:
    arguments: Json = request.args.to_dict()
    if request.is_json:
        given = request.get_json(silent=True)
        arguments.update(given if isinstance(given, dict) else {})
    else:
        arguments.update(request.form.to_dict())
    return arguments, str(arguments.pop("token", ""))
