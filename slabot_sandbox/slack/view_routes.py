"""Serve the methods of `views`: modals and home tabs.

Promise: a trigger id opens one view within three seconds of the click, and a home tab that changed meanwhile is not
overwritten with the former hash.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.journal import Did
from slabot_sandbox.slack.account import SERVICE, Workspace
from slabot_sandbox.slack.application import Api
from slabot_sandbox.slack.blocks import VIEW_BLOCKS, read_blocks
from slabot_sandbox.slack.limits import Tier
from slabot_sandbox.slack.refusals import SlackError

TRIGGER_LIFE = timedelta(seconds=3)
TITLE, PRIVATE_METADATA, CALLBACK_ID = 24, 3000, 255  # characters


def add(api: Api) -> None:
    """Register the methods of `views`."""
    workspace = api.workspace

    @api.method("views.open", tier=Tier.FOUR)
    def open_view(arguments: Json) -> Json:
        _use_trigger(workspace, str(arguments.get("trigger_id", "")))
        view = _view(workspace, arguments.get("view"), kind="modal")
        workspace.views[view["id"]] = view
        workspace.journal.effect(Did.VIEW_OPENED, SERVICE, view=view["id"], callback_id=view["callback_id"])
        return {"view": view}

    @api.method("views.update", tier=Tier.FOUR)
    def update(arguments: Json) -> Json:
        former = workspace.views.get(str(arguments.get("view_id", "")))
        if former is None:
            raise SlackError("not_found")
        _check_hash(former, arguments)
        view = {**_view(workspace, arguments.get("view"), kind="modal"), "id": former["id"]}
        workspace.views[view["id"]] = view
        return {"view": view}

    @api.method("views.publish", tier=Tier.FOUR)
    def publish(arguments: Json) -> Json:
        user = str(arguments.get("user_id", ""))
        if user not in workspace.users:
            raise SlackError("user_not_found")
        former = workspace.homes.get(user)
        if former is not None:
            _check_hash(former, arguments)
        view = _view(workspace, arguments.get("view"), kind="home")
        workspace.homes[user] = view
        workspace.journal.effect(Did.VIEW_PUBLISHED, SERVICE, user=user, view=view["id"], blocks=view["blocks"])
        return {"view": view}


def _use_trigger(workspace: Workspace, trigger: str) -> None:
    made = workspace.triggers.get(trigger)
    if made is None:
        raise SlackError("invalid_trigger_id")
    del workspace.triggers[trigger]
    if workspace.clock.now() - made > TRIGGER_LIFE:
        raise SlackError("expired_trigger_id")


def _check_hash(former: Json, arguments: Json) -> None:
    if arguments.get("hash") and arguments["hash"] != former["hash"]:
        raise SlackError("hash_conflict")


def _view(workspace: Workspace, given: Any, *, kind: str) -> Json:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    if not isinstance(given, dict) or given.get("type") != kind:
        raise SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] view must be a {kind}"]})
    title = (given.get("title") or {}).get("text", "")
    if kind == "modal" and not 0 < len(title) <= TITLE:
        said = f"[ERROR] must be between 1 and {TITLE} characters [json-pointer:/view/title/text]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [said]})
    if len(given.get("private_metadata") or "") > PRIVATE_METADATA:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] private_metadata too long"]})
    blocks = read_blocks(given.get("blocks") or [], most=VIEW_BLOCKS, charts=False)
    if any(block["type"] == "input" for block in blocks or ()) and kind == "modal" and not given.get("submit"):
        said = "[ERROR] missing required field: submit [json-pointer:/view/submit]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [said]})
    ts = workspace.next_ts()
    return {
        "private_metadata": "",
        "callback_id": "",
        "title": None,
        "submit": None,
        "close": None,
        **given,
        "id": f"V{workspace.ids.token(10)}",
        "team_id": workspace.team["id"],
        "blocks": blocks,
        "state": {"values": {}},
        "hash": f"{ts}.{workspace.ids.token(8)}",
        "app_id": workspace.app,
        "bot_id": workspace.bot_id,
    }
