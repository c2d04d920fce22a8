"""Serve the methods of `conversations`: channels, their history, threads.

Promise: history holds roots and broadcast replies, newest first; a thread holds its root and then its replies, oldest
first. What a message's metadata says is told only to those who ask for all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.slack.account import Channel, Workspace
from slabot_sandbox.slack.application import Api
from slabot_sandbox.slack.limits import Tier
from slabot_sandbox.slack.refusals import SlackError

HISTORY_LIMIT, MOST = 100, 999  # messages a page: unless told, and at most


def add(api: Api) -> None:
    """Register the methods of `conversations`."""
    workspace = api.workspace
    read = ("channels:history", "groups:history")
    see = ("channels:read", "groups:read")

    @api.method("conversations.history", *read)
    def history(arguments: Json) -> Json:
        channel = _readable(workspace, arguments)
        roots = [one for one in channel.messages if not _is_hidden_reply(one)]
        part, cursor = _page(_between(roots, arguments)[::-1], arguments, HISTORY_LIMIT)
        return {
            "messages": [_shown(one, arguments) for one in part],
            "has_more": bool(cursor),
            "pin_count": 0,
            "channel_actions_ts": None,
            "channel_actions_count": 0,
            "response_metadata": {"next_cursor": cursor},
        }

    @api.method("conversations.replies", *read)
    def replies(arguments: Json) -> Json:
        channel = _readable(workspace, arguments)
        root = channel.find(str(arguments.get("ts", "")))
        if root is None:
            raise SlackError("thread_not_found")
        if root.get("thread_ts", root["ts"]) != root["ts"]:
            root = channel.find(root["thread_ts"]) or root
        found = [root, *_between(channel.thread(root["ts"]), arguments)]
        part, cursor = _page(found, arguments, MOST)
        return {
            "messages": [_shown(one, arguments) for one in part],
            "has_more": bool(cursor),
            "response_metadata": {"next_cursor": cursor},
        }

    @api.method("conversations.list", *see, tier=Tier.TWO)
    def index(arguments: Json) -> Json:
        hide_archived = str(arguments.get("exclude_archived", "")).lower() in ("true", "1")
        found = [
            channel_object(workspace, one)
            for one in workspace.channels.values()
            if one.person is None and not (hide_archived and one.archived) and not (one.private and not one.joined)
        ]
        part, cursor = _page(found, arguments, HISTORY_LIMIT)
        return {"channels": part, "response_metadata": {"next_cursor": cursor}}

    @api.method("conversations.info", *see)
    def info(arguments: Json) -> Json:
        return {"channel": channel_object(workspace, _channel(workspace, arguments))}

    @api.method("conversations.members", *see, tier=Tier.FOUR)
    def members(arguments: Json) -> Json:
        _channel(workspace, arguments)
        return {"members": list(workspace.users), "response_metadata": {"next_cursor": ""}}

    @api.method("conversations.open", "im:write")
    def open_direct(arguments: Json) -> Json:
        user = str(arguments.get("users", "")).split(",")[0]
        if user not in workspace.users:
            raise SlackError("user_not_found")
        return {"channel": {"id": workspace.direct(user).id}}


def channel_object(workspace: Workspace, channel: Channel) -> Json:
    """A channel as the API shows it."""
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.person is None,
        "is_group": False,
        "is_im": channel.person is not None,
        "is_mpim": False,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": channel.joined,
        "created": 1_700_000_000,
        "creator": workspace.bot["id"],
        "context_team_id": workspace.team["id"],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(workspace.users),
    }


def _channel(workspace: Workspace, arguments: Json) -> Channel:
    channel = workspace.channels.get(str(arguments.get("channel", "")))
    if channel is None or (channel.private and not channel.joined):
        raise SlackError("channel_not_found")
    return channel


def _readable(workspace: Workspace, arguments: Json) -> Channel:
    channel = _channel(workspace, arguments)
    if not channel.joined:
        raise SlackError("not_in_channel")
    return channel


def _is_hidden_reply(message: Json) -> bool:
    return message.get("thread_ts", message["ts"]) != message["ts"] and message.get("subtype") != "thread_broadcast"


def _between(messages: Sequence[Json], arguments: Json) -> list[Json]:
    """The messages after `oldest` and before `latest`; with `inclusive`, those instants too."""
    inclusive = str(arguments.get("inclusive", "")).lower() in ("true", "1")
    oldest, latest = _instant(arguments.get("oldest")), _instant(arguments.get("latest"))
    return [
        one
        for one in messages
        if (oldest is None or _stamp(one) > oldest or (inclusive and _stamp(one) == oldest))
        and (latest is None or _stamp(one) < latest or (inclusive and _stamp(one) == latest))
    ]


def _instant(given: Any) -> tuple[int, int] | None:
    if given in (None, "", "0", 0):
        return None
    try:
        seconds, _, micros = str(given).partition(".")
        return int(seconds), int(f"{micros:0<6.6}" if micros else 0)
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None


def _stamp(message: Json) -> tuple[int, int]:
    seconds, _, micros = message["ts"].partition(".")
    return int(seconds), int(micros)


def _page(items: Sequence[Json], arguments: Json, otherwise: int) -> tuple[list[Json], str]:
    try:
        size = min(int(arguments.get("limit") or otherwise), MOST)
        start = int(str(arguments.get("cursor") or "next:0").removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor" if arguments.get("cursor") else "invalid_limit") from None
    part = list(items[start : start + size])
    return part, f"next:{start + size}" if start + size < len(items) else ""


def _shown(message: Json, arguments: Json) -> Json:
    whole = str(arguments.get("include_all_metadata", "")).lower() in ("true", "1")
    if whole or not message.get("metadata"):
        return message
    return {**message, "metadata": {"event_type": message["metadata"]["event_type"]}}
