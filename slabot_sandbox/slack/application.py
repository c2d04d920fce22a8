"""Answer calls of the Web API as Slack does.

Promise: token and scope are checked before anything is done, limits count by the sandbox's clock, refusals come as
HTTP 200 with `ok: false` (429 with Retry-After where Slack says so), and a method that the stand-in does not have is
named as such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from flask import Flask, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from slabot_sandbox.base.application import new_app
from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import Refused, json_response
from slabot_sandbox.slack.account import Workspace
from slabot_sandbox.slack.auth import Tokens
from slabot_sandbox.slack.limits import SlackLimits, SlackRateLimits, Tier
from slabot_sandbox.slack.refusals import SlackError

API = "/api/"

Method: TypeAlias = Callable[[Json], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A method: who may call it, how often, and what it does."""

    scopes: tuple[str, ...]  # any one of them will do; none: no scope is needed
    tier: Tier
    does: Method


class Api:
    """The Web API: methods by name, tokens, limits."""

    def __init__(self, workspace: Workspace, limits: SlackLimits) -> None:
        """No methods yet."""
        self.workspace = workspace
        self.limits = limits
        self.rates = SlackRateLimits(workspace.clock, limits)
        self.tokens = Tokens()
        self.methods: dict[str, Entry] = {}

    def method(self, name: str, *scopes: str, tier: Tier = Tier.THREE) -> Callable[[Method], Method]:
        """A decorator: the method of this name."""

        def register(does: Method) -> Method:
            self.methods[name] = Entry(scopes=scopes, tier=tier, does=does)
            return does

        return register

    def call(self, name: str, arguments: Json, token: str) -> Json:
        """Answer one call; the scopes stand in `g.headers`.

        Raises:
            Refused: an unknown method, a token that is not good for it, a limit, or what the method itself refuses.
        """
        entry, provided = self.methods.get(name), self.tokens.of(token)
        if entry is None:
            raise SlackError("unknown_method", req_method=name, offered=sorted(self.methods))
        if provided is None:
            raise SlackError("invalid_auth" if token else "not_authed")
        self.workspace.journal.caller(self.workspace.bot["name"])
        has, needs = ",".join(sorted(provided)), ",".join(entry.scopes)
        g.headers = {"x-oauth-scopes": has, "x-accepted-oauth-scopes": needs}
        if entry.scopes and not provided & set(entry.scopes):
            raise SlackError("missing_scope", needed=needs, provided=has)
        self.rates.count_call(name, entry.tier)
        return {"ok": True, **entry.does(arguments)}


def build(api: Api) -> Flask:
    """The application; the response address of interactions is added elsewhere."""

    def unknown(error: HTTPException, said: str) -> Refused:
        body = {"ok": False, "error": "unknown_path", "said": said, "offered": sorted(api.methods)}
        return Refused(error.code or 500, body)

    app = new_app("Slack", unknown)

    @app.route(f"{API}<name>", methods=["GET", "POST"])
    def call(name: str) -> Response:
        arguments, form_token = _arguments()
        header = request.headers.get("Authorization", "")
        token = header.removeprefix("Bearer ").strip() or form_token
        return json_response(api.call(name, arguments, token))

    return app


def _arguments() -> tuple[Json, str]:
    arguments: Json = request.args.to_dict()
    if request.is_json:
        given = request.get_json(silent=True)
        arguments.update(given if isinstance(given, dict) else {})
    else:
        arguments.update(request.form.to_dict())
    return arguments, str(arguments.pop("token", ""))
