"""Tell whether a request comes from the workspace that slabot was installed in, and from one of its members.

Promise: where Slack says that something happened in another workspace, or that whoever did it is a member of another
one, it is not ours. In a channel shared with another organisation (Slack Connect) its people see the pages and their
buttons, and Slack delivers what they press, with a good signature.

Source: the payloads of https://docs.slack.dev/interactivity and auth.test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slabot.channels.slack.conversations import Identity


@dataclass(frozen=True, slots=True)
class Membership:
    """Where a request comes from, as Slack says; what it does not say is empty.

    Attributes:
        team_id, enterprise_id: of the workspace where it happened, and of the organisation that it belongs to.
        home: the workspace, or organisation, that whoever did it is a member of.
    """

    team_id: str = ""
    enterprise_id: str = ""
    home: str = ""

    def is_of(self, identity: Identity) -> bool:
        """True if nothing speaks against its being one of the workspace that the token is of."""
        ours = {identity.team_id, identity.enterprise_id} - {""}
        where = {self.team_id, self.enterprise_id} - {""}
        return (not where or bool(where & ours)) and (not self.home or self.home in ours)


NOWHERE = Membership()


def read_membership(payload: Mapping[str, Any]) -> Membership:
    """Read it from an interaction, an event or the fields of a command."""
    return Membership(
        team_id=_id(payload, "team") or _text(payload.get("team_id")),
        enterprise_id=_id(payload, "enterprise") or _text(payload.get("enterprise_id")),
        home=_id(payload, "user", "team_id"),
    )


def _id(payload: Mapping[str, Any], name: str, key: str = "id") -> str:
    part = payload.get(name)
    return _text(part.get(key)) if isinstance(part, dict) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
