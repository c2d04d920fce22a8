"""Which requests does the Freshdesk stand-in answer?

Promise: each answer is counted, authenticated and shaped as the real one; what is not there is a 404 with an empty
body. A path that the stand-in does not have at all is a 404 that names the ones it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from slabot_sandbox.freshdesk import refusals
from slabot_sandbox.freshdesk.account import Account
from slabot_sandbox.freshdesk.auth import Guard
from slabot_sandbox.freshdesk.limits import LIST_CREDITS, VIEW_CREDITS, RateLimits
from slabot_sandbox.freshdesk.objects import Json
from slabot_sandbox.freshdesk.refusals import Refused, json_response
from slabot_sandbox.freshdesk.search import Search

API = "/api/v2"
NUMBER = re.compile(r"/\d+(?=/|$)")


@dataclass(slots=True, kw_only=True)
class Parts:
    """Everything that the routes speak to."""

    account: Account
    guard: Guard
    limits: RateLimits
    search: Search


class Routes:
    """Registers paths below `/api/v2`."""

    def __init__(self, app: Flask) -> None:
        """Register with this application."""
        self.app = app
        self.offered: list[str] = []

    def __call__(self, method: str, rule: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A decorator: answer this method and rule."""

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            self.app.add_url_rule(
                f"{API}{rule}", f"{method} {rule}", view, methods=[method], provide_automatic_options=False
            )
            self.offered.append(f"{method} {API}{rule}")
            return view

        return register


def build(parts: Parts) -> tuple[Flask, Routes]:
    """The application with limits, authentication and errors, and no paths yet."""
    app = Flask("freshdesk stand-in", static_folder=None)
    routes = Routes(app)

    @app.before_request
    def enter() -> None:
        g.headers = {"X-Freshdesk-API-Version": "latest=v2; requested=v2"}
        # Counted first: a request that is refused has been made all the same.
        g.headers.update(parts.limits.count(endpoint_of(request.method, request.path), credits_of()))
        g.agent = parts.guard.caller(request.headers.get("Authorization"))
        parts.account.journal.caller(g.agent["contact"]["email"])

    @app.after_request
    def leave(response: Response) -> Response:
        for name, value in g.get("headers", {}).items():
            response.headers.setdefault(name, value)
        return response

    @app.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        return refused.response()

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> Response:
        if isinstance(error, MethodNotAllowed):
            methods = sorted(set(error.valid_methods or ()) - {"HEAD"})
            return refusals.not_allowed(request.method, methods).response()
        said = f"The stand-in does not offer {request.method} {request.path}"
        return json_response({"message": said, "offered": sorted(routes.offered)}, error.code or 500)

    return app, routes


def credits_of() -> int:
    """What this request costs of the account's limit."""
    asked = len([one for one in request.args.get("include", "").split(",") if one.strip()])
    match endpoint_of(request.method, request.path):
        case "GET /api/v2/tickets":
            return 1 + LIST_CREDITS * asked
        case "GET /api/v2/tickets/{id}":
            return 1 + VIEW_CREDITS * asked
        case _:
            return 1


def body() -> Json:
    """The JSON object of the request.

    Raises:
        Refused: the body is declared otherwise, or is none.
    """
    if request.mimetype != "application/json":
        raise refusals.unsupported_type(request.content_type or "")
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise refusals.bad_json()
    found: Json = given
    return found


def here() -> str:
    """The address of this request without its query."""
    return request.base_url


def query() -> dict[str, str]:
    """The query of this request, one value a name."""
    return request.args.to_dict()


def endpoint_of(method: str, path: str) -> str:
    """A call's name in the journal: `PUT /api/v2/tickets/{id}`."""
    return f"{method} {NUMBER.sub('/{id}', path)}"
