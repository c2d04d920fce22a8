"""Stand in for Slack: a workspace with an address, tokens, people and state."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from slabot_sandbox.base.refusals import Refused
from slabot_sandbox.base.standin import Shared, StandIn
from slabot_sandbox.slack import channel_routes, directory_routes, message_routes, view_routes
from slabot_sandbox.slack.account import SERVICE, Workspace
from slabot_sandbox.slack.application import API, Api, build
from slabot_sandbox.slack.limits import SlackLimits
from slabot_sandbox.slack.people import SlackPeople
from slabot_sandbox.slack.refusals import SlackError, SlackRefusals
from slabot_sandbox.slack.sockets import Sockets, add_opening

TOKEN = "xoxb-sandbox"  # known to everybody, good for nothing else
APP_TOKEN = "xapp-sandbox"  # likewise
SECRET = "sandbox-slack-signing-secret"


class SlackStandIn(StandIn):
    """A Slack workspace on the loopback address.

    Attributes:
        workspace: channels, members, groups, messages.
        people: members who click, type commands and open the home tab.
        api: methods, tokens with their scopes, limits.
        sockets: connections of Socket Mode; while there is one, people's acts go over it.
    """

    service = SERVICE
    refusals = SlackRefusals()
    token = TOKEN
    app_token = APP_TOKEN
    signing_secret = SECRET

    def __init__(self, shared: Shared, limits: SlackLimits | None = None) -> None:
        """A workspace without channels."""
        self.workspace = Workspace(shared)
        self.lock = self.workspace.lock
        self.api = Api(self.workspace, limits or SlackLimits())
        self.api.tokens.allow(TOKEN)
        self.api.tokens.allow(APP_TOKEN, ("connections:write",))
        self.sockets = Sockets(workspace=self.workspace)
        self.people = SlackPeople(self.workspace, SECRET, sockets=self.sockets)
        for module in (message_routes, channel_routes, directory_routes, view_routes):
            module.add(self.api)
        add_opening(self.api, self.sockets)
        app = build(self.api)
        self.inner = app
        self.offered = tuple(sorted(self.api.methods))

        @app.post("/response/<team>/<name>")
        def respond(team: str, name: str) -> Response:
            try:
                self.people.respond(name, request.get_json(silent=True) or {})
            except SlackError as refused:
                raise Refused(404, refused.body) from None
            return Response("ok", content_type="text/plain")

    @property
    def api_url(self) -> str:
        """The base address of the Web API, with the slash that clients want."""
        return f"{self.url}/api/"

    def endpoint(self, method: str, path: str) -> str:
        """A call's name in the journal: `chat.postMessage`."""
        if path.startswith(API):
            return path.removeprefix(API)
        return f"{method} /{path.strip('/').split('/')[0]}"

    def close(self) -> None:
        """Close the connections of clicks and of Socket Mode."""
        self.people.http.close()
        self.sockets.stop()
