"""Which requests does the Zendesk stand-in answer?

Promise: each answer is authenticated, counted and shaped as the real one. A path that the stand-in does not have is a
404 that names the ones it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from slabot_sandbox.zendesk import refusals
from slabot_sandbox.zendesk.account import Account
from slabot_sandbox.zendesk.auth import ANONYMOUS, Guard
from slabot_sandbox.zendesk.automations import Automations
from slabot_sandbox.zendesk.export import Exports
from slabot_sandbox.zendesk.limits import RateLimits
from slabot_sandbox.zendesk.objects import Json
from slabot_sandbox.zendesk.people import People
from slabot_sandbox.zendesk.refusals import Refused, json_response
from slabot_sandbox.zendesk.updates import UpdateRules
from slabot_sandbox.zendesk.webhooks import Webhooks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API = "/api/v2"
NUMBER = re.compile(r"/(?:\d+|[0-9A-HJKMNP-TV-Z]{26})(?=/|$)")  # an id, or a ULID
ME = f"{API}/users/me"
TOKENS = "/oauth/tokens"
ASKED = "slabot.path"  # in the environment of a request: its path as it was asked for


@dataclass(slots=True, kw_only=True)
class Parts:
    """Everything that the routes speak to."""

    account: Account
    guard: Guard
    limits: RateLimits
    exports: Exports
    webhooks: Webhooks
    automations: Automations
    people: People
    rules: UpdateRules


class Routes:
    """Registers paths; each is answered with and without `.json`."""

    def __init__(self, app: Flask) -> None:
        """Register with this application."""
        self.app = app
        self.offered: list[str] = []

    def __call__(self, method: str, rule: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A decorator: answer this method and rule (below `/api/v2`)."""

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            self.app.add_url_rule(f"{API}{rule}", f"{method} {rule}", view, methods=[method])
            self.offered.append(f"{method} {API}{rule}")
            return view

        return register


def build(parts: Parts) -> tuple[Flask, Routes]:
    """The application with authentication, limits and errors, and no paths yet."""
    app = Flask("zendesk stand-in", static_folder=None)
    routes = Routes(app)

    @app.before_request
    def enter() -> Response | None:
        g.headers = {}
        if request.path == TOKENS:
            return None
        header = request.headers.get("Authorization")
        try:
            g.user = parts.guard.caller(header, request.method, request.path)
        except Refused:
            if request.path == ME and not (header or "").casefold().startswith("bearer"):
                return json_response({"user": ANONYMOUS})
            raise
        parts.account.journal.caller(g.user["email"])
        g.headers.update(parts.limits.account_headers())
        return None

    @app.post(TOKENS)
    def give_token() -> Response:
        g.headers.update(parts.limits.token_headers())
        wanted = request.get_json(silent=True)
        given = parts.guard.oauth.mint(wanted if isinstance(wanted, dict) else request.form.to_dict())
        return json_response(given)

    routes.offered.append(f"POST {TOKENS}")

    @app.after_request
    def leave(response: Response) -> Response:
        response.headers.update(g.get("headers", {}))
        return response

    @app.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        return refused.response()

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> Response:
        said = f"The stand-in does not offer {request.method} {request.environ[ASKED]}"
        return json_response(
            {"error": "InvalidEndpoint", "description": said, "offered": sorted(routes.offered)}, error.code or 500
        )

    return app, routes


def without_suffix(app: WSGIApplication) -> WSGIApplication:
    """Paths mean the same with and without `.json`; links keep the way in which they were asked for."""

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[ASKED] = environ["PATH_INFO"]
        environ["PATH_INFO"] = environ["PATH_INFO"].removesuffix(".json")
        return app(environ, start_response)

    return call


def body_of(name: str) -> Json:
    """The object of this name in the JSON of the request.

    Raises:
        Refused: the body is not JSON, or the object is missing.
    """
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise refusals.bad_request("InvalidJSON", "The request could not be understood: its body is not JSON")
    if not isinstance(given.get(name), dict):
        raise refusals.bad_request("ParameterMissing", f"Required parameter missing: {name}")
    found: Json = given[name]
    return found


def here() -> str:
    """The address of this request without its query."""
    return request.host_url.rstrip("/") + str(request.environ[ASKED])


def query() -> dict[str, str]:
    """The query of this request, one value a name."""
    return request.args.to_dict()


def warn_of(ignored: list[str], action: str) -> None:
    """Name the ignored keys in the header, spelled as recorded."""
    if ignored:
        keys = ", ".join(f'"{key}"' for key in ignored)
        g.headers["x-zendesk-api-warn"] = (
            f'{{:allowed_parameters=>{{:controller=>"tickets", :action=>"{action}", '
            f":unpermitted_keys=>[{keys}], :invalid_values=>[]}}}}"
        )


def endpoint_of(method: str, path: str) -> str:
    """A call's name in the journal: `PUT /api/v2/tickets/{id}`."""
    return f"{method} {NUMBER.sub('/{id}', path.removesuffix('.json'))}"
