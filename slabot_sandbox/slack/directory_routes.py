"""Serve `auth.test` and the methods of `users` and `usergroups`.

Promise: people, groups and the bot itself as the API shows them; an address is told only with its own scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.slack.application import Api
from slabot_sandbox.slack.limits import Tier
from slabot_sandbox.slack.refusals import SlackError


def add(api: Api) -> None:
    """Register `auth.test` and the methods of `users` and `usergroups`."""
    workspace = api.workspace

    @api.method("auth.test", tier=Tier.SPECIAL)
    def auth(arguments: Json) -> Json:
        return {
            "url": f"https://{workspace.team['domain']}.slack.example/",
            "team": workspace.team["domain"].title(),
            "user": workspace.bot["name"],
            "team_id": workspace.team["id"],
            "user_id": workspace.bot["id"],
            "bot_id": workspace.bot_id,
            "is_enterprise_install": False,
        }

    @api.method("users.lookupByEmail", "users:read.email")
    def by_email(arguments: Json) -> Json:
        user = workspace.user_by_email(str(arguments.get("email", "")))
        if user is None or user["deleted"]:
            raise SlackError("users_not_found")
        return {"user": user}

    @api.method("users.info", "users:read", tier=Tier.FOUR)
    def info(arguments: Json) -> Json:
        return {"user": _known(workspace.users, arguments.get("user"), "user_not_found")}

    @api.method("users.list", "users:read", tier=Tier.TWO)
    def users(arguments: Json) -> Json:
        return {"members": list(workspace.users.values()), "response_metadata": {"next_cursor": ""}}

    @api.method("usergroups.list", "usergroups:read", tier=Tier.TWO)
    def groups(arguments: Json) -> Json:
        with_users = str(arguments.get("include_users", "")).lower() in ("true", "1")
        shown = [
            group if with_users else {key: value for key, value in group.items() if key != "users"}
            for group in workspace.groups.values()
        ]
        return {"usergroups": shown}

    @api.method("usergroups.users.list", "usergroups:read", tier=Tier.TWO)
    def group_users(arguments: Json) -> Json:
        return {"users": _known(workspace.groups, arguments.get("usergroup"), "no_such_subteam")["users"]}


def _known(items: Mapping[str, Json], key: Any, error: str) -> Json:
    if str(key) not in items:
        raise SlackError(error)
    return items[str(key)]
