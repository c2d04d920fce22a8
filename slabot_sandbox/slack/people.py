"""Let people click buttons, submit modals, type commands and open the home tab.

Promise: a click, a submitted modal, a slash command or an opened home tab reaches the product as Slack would send it:
signed on the raw body with version 0, in the shape of the recorded payloads, once and never again. The product's
answer stands in the journal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests

from slabot_sandbox.base.objects import Json
from slabot_sandbox.errors import ActError, SwitchError
from slabot_sandbox.journal import Did
from slabot_sandbox.signing import slack_signature
from slabot_sandbox.slack.account import SERVICE, Channel, Workspace
from slabot_sandbox.slack.blocks import find_action, read_blocks
from slabot_sandbox.slack.refusals import SlackError
from slabot_sandbox.slack.sockets import Sockets

TIMEOUT = 3  # seconds of real time that the product has to answer
NEWEST = "newest"  # instead of a message's time stamp
RESPONSE_USES, RESPONSE_LIFE = 5, timedelta(minutes=30)


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """An address where the product may answer a click or command later."""

    channel: str
    ts: str | None
    made: datetime
    uses: int = 0


@dataclass(slots=True, kw_only=True)
class Answer:
    """The product's answer: its status (None: no answer in time) and body."""

    status: int | None
    body: Any = None


@dataclass(slots=True)
class Addresses:
    """Where the product listens; empty until it is connected."""

    actions: str = ""
    commands: str = ""
    events: str = ""


@dataclass(slots=True)
class SlackPeople:
    """People in Slack, who use what the bot shows. They are named by address or id."""

    workspace: Workspace
    signing_secret: str
    sockets: Sockets | None = None
    addresses: Addresses = field(default_factory=Addresses)
    response_base: str = ""
    responses: dict[str, ResponseUrl] = field(default_factory=dict)
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        """Use no proxy on the loopback address."""
        self.http.trust_env = False

    def connect(self, base: str) -> None:
        """The product listens at this address, at its documented paths."""
        base = base.rstrip("/")
        self.addresses = Addresses(
            actions=f"{base}/slack/actions", commands=f"{base}/slack/commands", events=f"{base}/slack/events"
        )

    def click(self, channel: str, ts: str, action_id: str, user: str, *, value: str | None = None) -> Answer:
        """Somebody presses a button, or chooses `value` from a menu. A `value` for a button is an old one.

        Args:
            channel: its name or id.
            ts: of the message; "newest" for the newest one that has this button.
            action_id: of the button: "slabot_acknowledge".
            user: the person's address or id.
            value: what is chosen.

        Raises:
            ActError: no such channel, message or button.
        """
        workspace = self.workspace
        with workspace.lock:
            where = workspace.channel(channel)
            if ts == NEWEST:
                ts = _newest_with(action_id, where)
            message = where.find(ts)
            if message is None:
                raise ActError(f"there is no message {ts} in #{where.name}")
            found = find_action(message.get("blocks", []), action_id)
            if found is None:
                raise ActError(f'message {ts} has no button or menu "{action_id}"')
            person = workspace.person(user)
            payload = {
                **self._common("block_actions", person),
                "container": {
                    "type": "message",
                    "message_ts": ts,
                    "channel_id": where.id,
                    "is_ephemeral": False,
                    **({"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}),
                },
                "trigger_id": workspace.new_trigger(),
                "channel": {"id": where.id, "name": where.name or "directmessage"},
                "message": json.loads(json.dumps(message)),
                "state": {"values": {}},
                "response_url": self._response_url(where.id, ts),
                "actions": [self._action(*found, value)],
            }
        answer = self._post_payload(payload)
        told = {"channel": where.id, "ts": ts, "action": action_id, "user": person["id"], "status": answer.status}
        workspace.journal.effect(Did.CLICKED, SERVICE, who=user, **told)
        return answer

    def submit_view(self, view: str, user: str, values: Mapping[str, Mapping[str, Any]]) -> Answer:
        """Somebody submits a modal; `values` is Slack's state: block id, action id, value object.

        Raises:
            ActError: no such view.
        """
        workspace = self.workspace
        with workspace.lock:
            shown = workspace.views.get(view)
            if shown is None:
                raise ActError(f"there is no open view {view}")
            payload = {
                **self._common("view_submission", workspace.person(user)),
                "trigger_id": workspace.new_trigger(),
                "view": {**shown, "state": {"values": {block: dict(one) for block, one in values.items()}}},
                "response_urls": [],
            }
        return self._post_payload(payload)

    def command(self, user: str, command: str, text: str = "", *, channel: str) -> Answer:
        """Somebody types a slash command."""
        workspace = self.workspace
        with workspace.lock:
            where, person = workspace.channel(channel), workspace.person(user)
            form = {
                "token": "verification_token",
                "team_id": workspace.team["id"],
                "team_domain": workspace.team["domain"],
                "channel_id": where.id,
                "channel_name": where.name,
                "user_id": person["id"],
                "user_name": person["name"],
                "command": command,
                "text": text,
                "api_app_id": workspace.app,
                "is_enterprise_install": "false",
                "response_url": self._response_url(where.id, None),
                "trigger_id": workspace.new_trigger(),
            }
        answer = self._send("slash_commands", "commands", form, lambda: (urlencode(form).encode(), _FORM))
        told = {"command": command, "text": text, "user": person["id"], "status": answer.status, "answer": answer.body}
        workspace.journal.effect(Did.COMMANDED, SERVICE, who=user, **told)
        return answer

    def opens_home(self, user: str) -> Answer:
        """Somebody opens the bot's home tab."""
        workspace = self.workspace
        with workspace.lock:
            person, now = workspace.person(user), workspace.clock.now()
            event: Json = {
                "token": "verification_token",
                "team_id": workspace.team["id"],
                "api_app_id": workspace.app,
                "type": "event_callback",
                "event_id": f"Ev{workspace.ids.token(9)}",
                "event_time": int(now.timestamp()),
                "event": {
                    "type": "app_home_opened",
                    "user": person["id"],
                    "channel": workspace.direct(person["id"]).id,
                    "event_ts": workspace.next_ts(),
                    "tab": "home",
                    "view": workspace.homes.get(person["id"]),
                },
            }
        return self.event(event)

    def event(self, event: Json, *, retry: int = 0, reason: str = "http_timeout") -> Answer:
        """Slack sends an event; `retry` counts the times it was sent before."""
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        if self.sockets is not None and self.sockets.are_connected:
            ack = self.sockets.deliver("events_api", event, retry_attempt=retry, retry_reason=reason if retry else "")
            return _acknowledged(ack)
        return self._post(self._address("events"), json.dumps(event).encode(), "application/json", headers)

    def click_home(self, action_id: str, user: str) -> Answer:
        """Somebody presses a button of their home tab.

        Raises:
            ActError: they see no home tab, or no such button there.
        """
        workspace = self.workspace
        with workspace.lock:
            person = workspace.person(user)
            view = workspace.homes.get(person["id"])
            found = None if view is None else find_action(view["blocks"], action_id)
            if view is None or found is None:
                raise ActError(f'the home tab of {user} has no button "{action_id}"')
            payload = {
                **self._common("block_actions", person),
                "container": {"type": "view", "view_id": view["id"]},
                "trigger_id": workspace.new_trigger(),
                "view": json.loads(json.dumps(view)),
                "actions": [self._action(*found, None)],
            }
        return self._post_payload(payload)

    def respond(self, name: str, body: Json) -> None:
        """The product uses a response address.

        Raises:
            SlackError: unknown, used up or too old.
        """
        workspace, response = self.workspace, self.responses.get(name)
        if response is None:
            raise SlackError("invalid_url")
        if response.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        if workspace.clock.now() - response.made > RESPONSE_LIFE:
            raise SlackError("expired_url")
        response.uses += 1
        blocks = read_blocks(body.get("blocks"))
        message = workspace.channels[response.channel].find(response.ts) if response.ts else None
        told: Json = {"channel": response.channel, "text": str(body.get("text") or ""), "blocks": blocks or []}
        if message is not None and body.get("replace_original"):
            before = message["text"]
            message["text"] = told["text"]
            message["blocks"] = blocks or []
            workspace.journal.effect(Did.MESSAGE_UPDATED, SERVICE, ts=message["ts"], before=before, **told)
        else:
            private = body.get("response_type") != "in_channel"
            workspace.journal.effect(Did.MESSAGE_POSTED, SERVICE, ts=workspace.next_ts(), ephemeral=private, **told)

    def _common(self, type: str, person: Json) -> Json:
        return {
            "type": type,
            "user": {
                "id": person["id"],
                "username": person["name"],
                "name": person["name"],
                "team_id": person["team_id"],  # a guest of a shared channel has another one
            },
            "api_app_id": self.workspace.app,
            "token": "verification_token",
            "team": dict(self.workspace.team),
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _action(self, block: Json, element: Json, value: str | None) -> Json:
        action: Json = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "type": element["type"],
            "action_ts": self.workspace.next_ts(),
        }
        if element["type"] == "button":
            action["text"] = element["text"]
            if value is not None or "value" in element:
                action["value"] = value if value is not None else element["value"]
            if "style" in element:
                action["style"] = element["style"]
        else:
            options = element.get("options", ())
            chosen = next((one for one in options if one["value"] == value), {"value": value})
            action["selected_option"] = chosen
        return action

    def _response_url(self, channel: str, ts: str | None) -> str:
        name = self.workspace.ids.token(24)
        self.responses[name] = ResponseUrl(channel=channel, ts=ts, made=self.workspace.clock.now())
        return f"{self.response_base}/response/{self.workspace.team['id']}/{name}"

    def _post_payload(self, payload: Json) -> Answer:
        return self._send(
            "interactive",
            "actions",
            payload,
            lambda: (urlencode({"payload": json.dumps(payload)}).encode(), _FORM),
        )

    def _send(self, kind: str, name: str, payload: Json, body: Callable[[], tuple[bytes, str]]) -> Answer:
        """Send it over Socket Mode if there is a connection, as Slack does; else over HTTP."""
        if self.sockets is not None and self.sockets.are_connected:
            return _acknowledged(self.sockets.deliver(kind, payload))
        return self._post(self._address(name), *body())

    def _address(self, name: str) -> str:
        address = str(getattr(self.addresses, name))
        if not address:
            raise SwitchError("Slack does not know where slabot listens; connect it to the address first")
        return address

    def _post(self, url: str, body: bytes, content_type: str, more: Mapping[str, str] | None = None) -> Answer:
        timestamp = str(int(self.workspace.clock.now().timestamp()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": slack_signature(self.signing_secret, timestamp=timestamp, body=body),
            **(more or {}),
        }
        try:
            answer = self.http.post(url, data=body, headers=headers, timeout=TIMEOUT)
        except requests.RequestException:
            return Answer(status=None)
        try:
            return Answer(status=answer.status_code, body=answer.json())
        except ValueError:
            return Answer(status=answer.status_code, body=answer.text)


def _acknowledged(ack: Json | None) -> Answer:
    """An answer over Socket Mode, as if it had come over HTTP."""
    return Answer(status=None) if ack is None else Answer(status=200, body=ack.get("payload", ""))


_FORM = "application/x-www-form-urlencoded"


def _newest_with(action_id: str, where: Channel) -> str:
    for message in reversed(where.messages):
        if find_action(message.get("blocks", []), action_id) is not None:
            return str(message["ts"])
    raise ActError(f'no message in #{where.name} has a button or menu "{action_id}"')
