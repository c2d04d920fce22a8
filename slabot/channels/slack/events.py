"""Read an event of Slack's Events API.

Promise: only events that slabot subscribed to are acted upon; every other is acknowledged and ignored. No
input makes this raise anything but `BadPayload`.

Source: https://docs.slack.dev/apis/events-api
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slabot.channels.errors import BadPayload
from slabot.channels.slack.interactions import NotOurs, json_object
from slabot.channels.slack.membership import NOWHERE, Membership, read_membership
from slabot.messages.styles import bare

LONGEST_CHALLENGE = 1000  # characters; Slack's are about 50


@dataclass(frozen=True, slots=True)
class Challenge:
    """Slack asks whether slabot listens at this address; the answer is the text itself."""

    text: str


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody opened the app's home tab.

    Attributes:
        hash: of what they see; None if they see nothing yet.
        event_id: the same on every attempt at telling it; empty if Slack gave none.
        membership: where it comes from.
    """

    user_id: str
    hash: str | None
    event_id: str
    membership: Membership = NOWHERE


def parse_event(body: bytes) -> Challenge | HomeOpened | NotOurs:
    """Read the body of a request whose signature was good.

    Raises:
        BadPayload: it is not what Slack sends; the answer is 400.
    """
    return read_event(json_object(body, "the body"))


def read_event(payload: dict[str, Any]) -> Challenge | HomeOpened | NotOurs:
    """Read an event.

    Raises:
        BadPayload: it is not what Slack sends.
    """
    match payload:
        case {"type": "url_verification", "challenge": str() as text} if text and len(text) <= LONGEST_CHALLENGE:
            return Challenge(text)
        case {"type": "event_callback", "event": {"type": "app_home_opened"} as event}:
            return _home(payload, event)
        case {"type": "event_callback", "event": {"type": str() as kind}}:
            return NotOurs(f"it is a {bare(kind, 40)}, and slabot asks for none of these")
        case {"type": str() as kind} if kind not in ("url_verification", "event_callback", ""):
            return NotOurs(f"it is a {bare(kind, 40)}, and slabot asks for none of these")
        case _:
            raise BadPayload("the body is no event as Slack sends it; nothing was done")


def _home(payload: dict[str, Any], event: dict[str, Any]) -> HomeOpened | NotOurs:
    user, tab, view, event_id = event.get("user"), event.get("tab", "home"), event.get("view"), payload.get("event_id")
    if not isinstance(user, str) or not user or not user.isprintable():
        raise BadPayload("the event does not say who opened the home tab; nothing was done")
    if tab != "home":
        return NotOurs("another tab than the home tab was opened")
    shown = view.get("hash") if isinstance(view, dict) else None
    return HomeOpened(
        user_id=user,
        hash=shown if isinstance(shown, str) and shown and shown.isprintable() else None,
        event_id=event_id if isinstance(event_id, str) else "",
        membership=read_membership(payload),
    )
