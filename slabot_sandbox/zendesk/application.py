"""Answer requests as Zendesk does.

Promise: each answer is authenticated, counted and shaped as the real one. A path that the stand-in does not have is a
404 that names the ones it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from slabot_sandbox.base.application import API, ASKED, Routes, new_app
from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import Refused, json_response
from slabot_sandbox.zendesk import refusals
from slabot_sandbox.zendesk.auth import ANONYMOUS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from slabot_sandbox.zendesk.standin import ZendeskStandIn

ME = f"{API}/users/me"
TOKENS = "/oauth/tokens"


def build(desk: ZendeskStandIn) -> Routes:
    """The application with authentication, limits and errors, and no paths yet but the one for tokens."""

    def unknown(error: HTTPException, said: str) -> Refused:
        body = {"error": "InvalidEndpoint", "description": said, "offered": sorted(routes.offered)}
        return Refused(error.code or 500, body)

    routes = Routes(new_app("Zendesk", unknown))
    app = routes.app

    @app.before_request
    def enter() -> Response | None:
        g.headers = {}
        if request.path == TOKENS:
            return None
        header = request.headers.get("Authorization")
        try:
            g.user = desk.guard.caller(header, request.method, request.path)
        except Refused:
            if request.path == ME and not (header or "").casefold().startswith("bearer"):
                return json_response({"user": ANONYMOUS})
            raise
        desk.account.journal.caller(g.user["email"])
        g.headers.update(desk.limits.account_headers())
        return None

    @app.post(TOKENS)
    def give_token() -> Response:
        g.headers.update(desk.limits.token_headers())
        wanted = request.get_json(silent=True)
        given = desk.oauth.mint(wanted if isinstance(wanted, dict) else request.form.to_dict())
        return json_response(given)

    routes.offered.append(f"POST {TOKENS}")
    return routes


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


def warn_of(ignored: list[str], action: str) -> None:
    """Name the ignored keys in the header, spelled as recorded."""
    if ignored:
        keys = ", ".join(f'"{key}"' for key in ignored)
        g.headers["x-zendesk-api-warn"] = (
            f'{{:allowed_parameters=>{{:controller=>"tickets", :action=>"{action}", '
            f":unpermitted_keys=>[{keys}], :invalid_values=>[]}}}}"
        )
