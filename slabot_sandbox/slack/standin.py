"""What is the Slack stand-in, as one thing?

Promise: one object with an address, a token, people and state. Usable over HTTP (`url`) and in-process (its
application is WSGI).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from werkzeug.wrappers import Response

from slabot.clock import Clock
from slabot_sandbox.faults import FaultBook
from slabot_sandbox.gate import Gate
from slabot_sandbox.journal import Journal
from slabot_sandbox.slack import directory, messages, reading, sockets, views
from slabot_sandbox.slack.application import (
    Api,
    SlackLimits,
    SlackRefusals,
    build,
    endpoint_of,
    json_response,
)
from slabot_sandbox.slack.interact import People
from slabot_sandbox.slack.sockets import Sockets
from slabot_sandbox.slack.workspace import SERVICE, SlackError, Workspace

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TOKEN = "xoxb-sandbox"  # known to everybody, good for nothing else
APP_TOKEN = "xapp-sandbox"  # likewise
SECRET = "sandbox-slack-signing-secret"


class SlackStandIn:
    """A Slack workspace on the loopback address.

    Attributes:
        workspace: channels, members, groups, messages.
        people: members who click, type commands and open the home tab.
        api: methods, tokens with their scopes, limits.
        sockets: connections of Socket Mode; while there is one, people's acts go over it.
    """

    token = TOKEN
    app_token = APP_TOKEN
    signing_secret = SECRET

    def __init__(self, *, clock: Clock, journal: Journal, seed: int = 1, limits: SlackLimits | None = None) -> None:
        """A workspace without channels."""
        self.url = ""
        self.workspace = Workspace(clock, journal, seed=seed)
        self.api = Api(self.workspace, limits or SlackLimits())
        self.api.tokens.allow(TOKEN)
        self.api.tokens.allow(APP_TOKEN, ("connections:write",))
        self.sockets = Sockets(workspace=self.workspace)
        self.people = People(self.workspace, SECRET, sockets=self.sockets)
        messages.add(self.api)
        reading.add(self.api)
        directory.add(self.api)
        views.add(self.api)
        sockets.add(self.api, self.sockets)
        self.inner = build(self.api)
        self.offered = tuple(sorted(self.api.methods))

        @self.inner.post("/response/<team>/<name>")
        def respond(team: str, name: str) -> Response:
            try:
                self.people.respond(name, request.get_json(silent=True) or {})
            except SlackError as refused:
                return json_response(refused.body, 404)
            return Response("ok", content_type="text/plain")

    @property
    def api_url(self) -> str:
        """The base address of the Web API, with the slash that clients want."""
        return f"{self.url}/api/"

    def gate(self, *, clock: Clock, journal: Journal, faults: FaultBook, control: WSGIApplication) -> Gate:
        """The application that the world sees."""
        return Gate(
            self.inner,
            service=SERVICE,
            endpoint=endpoint_of,
            refusals=SlackRefusals(),
            clock=clock,
            journal=journal,
            faults=faults,
            lock=self.workspace.lock,
            control=control,
        )
