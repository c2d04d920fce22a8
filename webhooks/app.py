"""What does slabot answer over HTTP?

Promise: bodies are bounded and read once, raw, before anything looks into them. Signatures are checked first. An
answer never waits for a helpdesk or for Slack, and never shows a traceback or a secret.
"""

from __future__ import annotations

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from werkzeug.exceptions import HTTPException

from slabot.channels.slack.interactions import SigningSecret
from slabot.runtime import Intake, Interactions, Parts
from slabot.runtime.serving.requests import LARGEST_REQUEST, RETRY_AFTER
from slabot.store import StoreUnavailable
from webhooks import health, slack_actions, slack_commands, slack_events
from webhooks.answers import headers_of, too_large, unavailable, words
from webhooks.hooks import Hooks
from webhooks.metrics import registry


def create_app(parts: Parts, signing_secret: SigningSecret | None, interactions: Interactions | None = None) -> Flask:
    """The application.

    Args:
        parts: of the runtime.
        signing_secret: of the Slack app; None where the policy names none: then no click is believed.
        interactions: answer people in Slack; None for the application's own. Whoever hands them in closes them.
    """
    people = interactions if interactions is not None else Interactions(parts)
    app = Flask("slabot", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    metrics: CollectorRegistry = registry(parts)
    app.wsgi_app = Hooks(Intake(parts), app.wsgi_app)  # type: ignore[method-assign]  # as Flask has it documented

    @app.post("/slack/actions")
    def actions() -> Response:
        return slack_actions.answer(
            parts, people, signing_secret, headers_of(request.environ), request.get_data(cache=False)
        )

    @app.post("/slack/commands")
    def commands() -> Response:
        return slack_commands.answer(
            parts, people, signing_secret, headers_of(request.environ), request.get_data(cache=False)
        )

    @app.post("/slack/events")
    def events() -> Response:
        return slack_events.answer(
            parts, people, signing_secret, headers_of(request.environ), request.get_data(cache=False)
        )

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        return health.ready(parts)

    @app.get("/metrics")
    def metrics_page() -> Response:
        return Response(generate_latest(metrics), mimetype="text/plain; version=0.0.4")

    @app.errorhandler(StoreUnavailable)
    def not_stored(error: StoreUnavailable) -> Response:
        answer = words(503, unavailable(error))
        answer.headers["Retry-After"] = str(RETRY_AFTER)
        return answer

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        said: dict[int | None, str] = {
            404: "there is nothing at this address; webhooks go to /hooks/NAME, Slack to /slack/actions",
            405: "this address does not take that method",
            413: too_large(),
        }
        return words(error.code or 500, said.get(error.code, error.name))

    return app
