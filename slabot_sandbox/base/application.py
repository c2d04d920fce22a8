"""Build the Flask application of a stand-in.

Promise: refusals are answers in the service's own shape, and a path that the stand-in does not have is refused with
the list of those that it has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from slabot_sandbox.base.refusals import Refused

API = "/api/v2"  # where both helpdesks have their API
ASKED = "slabot.path"  # in the environment of a request: its path as it was asked for, if that was rewritten


class MatchedRule(Rule):
    """A rule that is matched and never turned into an address, which no stand-in does.

    To make the code that would do it is nine tenths of what a rule costs, and a test has some eighty of them.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return _no_address


def _no_address(*_: object, **__: object) -> tuple[str, str]:
    raise NotImplementedError("no stand-in asks for the address of a view")


class StandInApplication(Flask):
    """An application whose rules are matched only."""

    url_rule_class = MatchedRule


class Routes:
    """Registers paths below `/api/v2`, and remembers which there are."""

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


def new_app(service: str, unknown: Callable[[HTTPException, str], Refused]) -> Flask:
    """An application that serves refusals and adds `g.headers` to each answer.

    Args:
        service: its name.
        unknown: how the service refuses a path or method that is not there, with a sentence that says so.
    """
    app = StandInApplication(f"{service} stand-in", static_folder=None)

    @app.after_request
    def leave(response: Response) -> Response:
        for name, value in g.get("headers", {}).items():
            response.headers.setdefault(name, value)
        return response

    @app.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        return refused.response()

    @app.errorhandler(HTTPException)
    def not_there(error: HTTPException) -> Response:
        return unknown(error, f"The stand-in does not offer {request.method} {asked_path()}").response()

    return app


def asked_path() -> str:
    """The path of this request as it was asked for."""
    return str(request.environ.get(ASKED, request.path))


def here() -> str:
    """The address of this request without its query."""
    return request.host_url.rstrip("/") + asked_path()


def query() -> dict[str, str]:
    """The query of this request, one value a name."""
    return request.args.to_dict()
