"""Answer requests as Freshdesk does.

Promise: each answer is counted, authenticated and shaped as the real one; what is not there is a 404 with an empty
body. A path that the stand-in does not have at all is a 404 that names the ones it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from slabot_sandbox.base.application import Routes, new_app
from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import Refused
from slabot_sandbox.freshdesk import refusals
from slabot_sandbox.freshdesk.limits import LIST_CREDITS, VIEW_CREDITS

if TYPE_CHECKING:
    from slabot_sandbox.freshdesk.standin import FreshdeskStandIn


def build(desk: FreshdeskStandIn) -> Routes:
    """The application with limits, authentication and errors, and no paths yet."""

    def unknown(error: HTTPException, said: str) -> Refused:
        if isinstance(error, MethodNotAllowed):
            return refusals.not_allowed(request.method, sorted(set(error.valid_methods or ()) - {"HEAD"}))
        return Refused(error.code or 500, {"message": said, "offered": sorted(routes.offered)})

    routes = Routes(new_app("Freshdesk", unknown))

    @routes.app.before_request
    def enter() -> None:
        g.headers = {"X-Freshdesk-API-Version": "latest=v2; requested=v2"}
        endpoint = desk.endpoint(request.method, request.path)
        # Counted first: a request that is refused has been made all the same.
        g.headers.update(desk.limits.count(endpoint, credits_of(endpoint)))
        g.agent = desk.guard.caller(request.headers.get("Authorization"))
        desk.account.journal.caller(g.agent["contact"]["email"])

    return routes


def credits_of(endpoint: str) -> int:
    """What this request costs of the account's limit."""
    asked = len([one for one in request.args.get("include", "").split(",") if one.strip()])
    match endpoint:
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
