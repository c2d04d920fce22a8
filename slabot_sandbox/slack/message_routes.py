"""Serve the methods of `chat` and `reactions`: post, update and delete messages.

Promise: each accepted call posts a message, a repeated call another one (Slack knows no idempotency); what Slack would
not accept is refused with its own error. Metadata stays with a message until it is replaced.
"""

from __future__ import annotations

import json
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.journal import Did
from slabot_sandbox.slack.account import SERVICE, Channel, Workspace
from slabot_sandbox.slack.application import Api
from slabot_sandbox.slack.blocks import read_blocks
from slabot_sandbox.slack.limits import Tier
from slabot_sandbox.slack.refusals import SlackError

POST_TEXT = 40_000  # characters; more is cut
UPDATE_TEXT = 4_000  # characters; more is refused


def add(api: Api) -> None:
    """Register the methods of `chat` and `reactions`."""
    workspace = api.workspace

    @api.method("chat.postMessage", "chat:write", tier=Tier.SPECIAL)
    def post(arguments: Json) -> Json:
        channel = _writable(workspace, arguments)
        thread_ts = arguments.get("thread_ts") or None
        _check_thread(channel, thread_ts)
        text, blocks = _content(workspace, arguments)
        metadata = _metadata(arguments.get("metadata"))
        api.rates.count_post(channel.id)
        message = _message(workspace, text=text[:POST_TEXT], blocks=blocks, metadata=metadata)
        _put(workspace, channel, message, thread_ts=thread_ts, broadcast=_truth(arguments.get("reply_broadcast")))
        answer = {"channel": channel.id, "ts": message["ts"], "message": message}
        if len(text) > POST_TEXT:
            answer["response_metadata"] = {"warnings": ["message_truncated"]}
        return answer

    @api.method("chat.postEphemeral", "chat:write", tier=Tier.FOUR)
    def ephemeral(arguments: Json) -> Json:
        channel = _writable(workspace, arguments)
        text, _ = _content(workspace, arguments)
        ts = workspace.next_ts()
        told = {"channel": channel.id, "ts": ts, "text": text, "ephemeral": arguments.get("user", "")}
        workspace.journal.effect(Did.MESSAGE_POSTED, SERVICE, **told)
        return {"message_ts": ts}

    @api.method("chat.update", "chat:write")
    def update(arguments: Json) -> Json:
        channel = _channel(workspace, arguments)
        message = _message_in(channel, arguments.get("ts"))
        if message.get("bot_id") != workspace.bot_id:
            raise SlackError("cant_update_message")
        blocks = read_blocks(arguments.get("blocks"), charts=workspace.charts)
        text = arguments.get("text")
        if text is None and blocks is None:
            raise SlackError("no_text")
        if len(text or "") > UPDATE_TEXT:
            raise SlackError("msg_too_long")
        metadata = _metadata(arguments.get("metadata"))
        before = message["text"]
        if text is not None:
            message["text"] = text
        if blocks is not None:
            message["blocks"] = blocks
        if metadata is not None:
            message["metadata"] = metadata
        message["edited"] = {"user": workspace.bot["id"], "ts": workspace.next_ts()}
        _tell(workspace, Did.MESSAGE_UPDATED, channel, message, before=before)
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}

    @api.method("chat.delete", "chat:write")
    def delete(arguments: Json) -> Json:
        channel = _channel(workspace, arguments)
        message = _message_in(channel, arguments.get("ts"))
        channel.messages.remove(message)
        _tell(workspace, Did.MESSAGE_DELETED, channel, message)
        return {"channel": channel.id, "ts": message["ts"]}

    @api.method("chat.getPermalink", tier=Tier.SPECIAL)
    def permalink(arguments: Json) -> Json:
        channel = _channel(workspace, arguments)
        ts = _message_in(channel, arguments.get("message_ts"))["ts"]
        link = f"https://{workspace.team['domain']}.slack.example/archives/{channel.id}/p{ts.replace('.', '')}"
        return {"channel": channel.id, "permalink": link}

    @api.method("reactions.add", "reactions:write")
    def react(arguments: Json) -> Json:
        channel = _channel(workspace, arguments)
        message = _message_in(channel, arguments.get("timestamp"))
        name = str(arguments.get("name", ""))
        given = message.setdefault("reactions", [])
        if any(one["name"] == name for one in given):
            raise SlackError("already_reacted")
        given.append({"name": name, "users": [workspace.bot["id"]], "count": 1})
        workspace.journal.effect(Did.REACTION_ADDED, SERVICE, channel=channel.id, ts=message["ts"], name=name)
        return {}


def say(workspace: Workspace, channel: Channel, user: str, text: str, *, thread_ts: str | None = None) -> str:
    """A person writes into the channel; returns the time stamp."""
    message: Json = {"type": "message", "user": user, "text": text, "ts": workspace.next_ts()}
    message["team"] = workspace.team["id"]
    _put(workspace, channel, message, thread_ts=thread_ts, broadcast=False)
    return str(message["ts"])


def _channel(workspace: Workspace, arguments: Json) -> Channel:
    channel = workspace.channels.get(str(arguments.get("channel", "")))
    if channel is None:
        raise SlackError("channel_not_found")
    return channel


def _message_in(channel: Channel, ts: Any) -> Json:
    message = channel.find(str(ts))
    if message is None:
        raise SlackError("message_not_found")
    return message


def _writable(workspace: Workspace, arguments: Json) -> Channel:
    name = str(arguments.get("channel", ""))
    channel = workspace.direct(name) if name in workspace.users else workspace.lookup(name)
    if channel is None or (channel.private and not channel.joined):
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    if not channel.joined:
        raise SlackError("not_in_channel")
    return channel


def _check_thread(channel: Channel, thread_ts: str | None) -> None:
    if thread_ts is None:
        return
    root = channel.find(thread_ts)
    if root is None:
        raise SlackError("thread_not_found")
    if root.get("thread_ts", thread_ts) != thread_ts:
        raise SlackError("cannot_reply_to_message")


def _content(workspace: Workspace, arguments: Json) -> tuple[str, list[Json] | None]:
    text = str(arguments.get("text") or "")
    blocks = read_blocks(arguments.get("blocks"), charts=workspace.charts)
    if not text and not blocks and not arguments.get("attachments"):
        raise SlackError("no_text")
    return text, blocks


def _metadata(given: Any) -> Json | None:
    if given in (None, ""):
        return None
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise SlackError("invalid_metadata_format") from None
    if given == {}:
        return {}
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    return given


def _message(workspace: Workspace, *, text: str, blocks: list[Json] | None, metadata: Json | None) -> Json:
    message: Json = {
        "type": "message",
        "user": workspace.bot["id"],
        "bot_id": workspace.bot_id,
        "app_id": workspace.app,
        "text": text,
        "ts": workspace.next_ts(),
        "team": workspace.team["id"],
    }
    if blocks is not None:
        message["blocks"] = blocks
    if metadata is not None:
        message["metadata"] = metadata
    return message


def _put(workspace: Workspace, channel: Channel, message: Json, *, thread_ts: str | None, broadcast: bool) -> None:
    if thread_ts is not None:
        root = channel.find(thread_ts)
        assert root is not None
        message["thread_ts"] = thread_ts
        users = [*root.get("reply_users", ()), message["user"]]
        root["thread_ts"] = thread_ts
        root["reply_count"] = root.get("reply_count", 0) + 1
        root["reply_users"] = list(dict.fromkeys(users))
        root["reply_users_count"] = len(root["reply_users"])
        root["latest_reply"] = message["ts"]
        if broadcast:
            message["subtype"] = "thread_broadcast"
    channel.messages.append(message)
    kind = Did.REPLY_POSTED if thread_ts else Did.MESSAGE_POSTED
    _tell(workspace, kind, channel, message, thread_ts=thread_ts, broadcast=broadcast)


def _tell(workspace: Workspace, kind: Did, channel: Channel, message: Json, **facts: Any) -> None:
    workspace.journal.effect(
        kind,
        SERVICE,
        channel=channel.id,
        channel_name=channel.name,
        ts=message["ts"],
        text=message["text"],
        blocks=json.loads(json.dumps(message.get("blocks", []))),
        metadata=message.get("metadata"),
        **facts,
    )


def _truth(given: Any) -> bool:
    return given in (True, 1, "1", "true", "True")
