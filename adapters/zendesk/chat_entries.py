"""What does one line in the history of a chat say?

Promise: words become a message with author and time; comings and goings are nothing; and a line that may hold words and
cannot be read is said to be one. No field is taken to be there, and numbers may be text.

By Zendesk's documentation a line has `chat_index`, `type` (`ChatMessage` with `message`, `ChatFileAttachment` with
`filename`, `ChatJoin`), `actor_type`, `actor_id` and `timestamp` (milliseconds); that agents have the type ``agent`` is
likely and not documented.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from adapters.zendesk.actors import NOBODY, Authors
from adapters.zendesk.fields import ident, mapping, text
from slabot.domain import Actor, InstantError, parse_instant

MILLISECONDS_FROM = 100_000_000_000  # as seconds this would be the year 5138
_TEXTS = ("message", "text", "body", "msg")
_FILES = ("filename", "file_name", "name")
_MACHINES = ("bot", "trigger", "system", "automat", "business", "ai_agent", "ai-agent", "ai agent")
_PEOPLE = ("user", "visitor", "customer", "requester")
_SILENT = ("join", "leave", "left", "rating", "typing", "transfer", "assign", "queue", "receipt", "seen", "tagged")


class Odd(Enum):
    """Why a line cannot be read; words that may follow "a line of the chat"."""

    SHAPE = "is none that slabot can read"
    AUTHOR = "does not say who wrote it"
    TIME = "does not say when it was written"
    IMPOSSIBLE = "is dated at a time that cannot be"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """Words in a chat.

    Attributes:
        key: names the line within its chat, the same in each telling.
        index: its place in the chat.
    """

    key: str
    index: int
    at: datetime
    by: Actor
    by_id: str | None
    text: str


def read_line(entry: object, place: int, authors: Authors) -> ChatLine | Odd | None:
    """One line; None for comings and goings. `place` is where it stands in the list that told it."""
    if not isinstance(entry, dict):
        return Odd.SHAPE
    kind = text(entry.get("type")).lower()
    words = _words(entry)
    if kind != "chatmessage" and any(word in kind for word in _SILENT):
        return None
    if words is None and kind not in ("chatmessage", "chatfileattachment"):
        return Odd.SHAPE
    at = read_time(entry.get("timestamp", entry.get("created_at")))
    if at is None:
        return Odd.TIME
    author = _author(entry, authors)
    if author is None:
        return Odd.AUTHOR
    index = _whole(entry.get("chat_index"))
    key = str(index) if index is not None else f"at-{int(at.timestamp())}-{place}"
    return ChatLine(
        key=key, index=place if index is None else index, at=at, by=author[0], by_id=author[1], text=words or ""
    )


def read_time(value: object) -> datetime | None:
    """A time from milliseconds or seconds since 1970 or from ISO 8601, whole seconds, UTC; None for anything else."""
    number = _whole(value)
    if number is None:
        try:
            return parse_instant(value)
        except InstantError:
            return None
    try:
        return datetime.fromtimestamp(number // 1000 if abs(number) >= MILLISECONDS_FROM else number, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _words(entry: dict[str, object]) -> str | None:
    """What was said, or the name of the file that was sent; None where there are no words."""
    for key in _TEXTS:
        value = entry.get(key)
        if found := text(value) or text(mapping(value).get("text")):
            return found
    return next((found for key in _FILES if (found := text(entry.get(key)))), None)


def _author(entry: dict[str, object], authors: Authors) -> tuple[Actor, str | None] | None:
    by_id = ident(entry.get("actor_id"))
    by_id = None if by_id == NOBODY else by_id
    kind = text(entry.get("actor_type")).lower()
    if by_id is not None and by_id == authors.own_id:
        return Actor.SLABOT, by_id
    if any(word in kind for word in _MACHINES):
        return Actor.AUTOMATION, by_id
    if "agent" in kind or "admin" in kind:
        return Actor.AGENT, by_id
    if any(word in kind for word in _PEOPLE):
        return Actor.CUSTOMER, by_id
    if by_id is None or by_id not in authors.people:
        return None
    return (Actor.AGENT if authors.is_staff(by_id) else Actor.CUSTOMER), by_id


def _whole(value: object) -> int | None:
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if math.isfinite(value):
            return int(value)
        case str() if value.strip().isascii() and value.strip().isdecimal() and len(value.strip()) < 20:
            return int(value)
        case _:
            return None
