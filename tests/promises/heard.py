"""What has slabot told people, through whatever channel, and when?

Promise: every message that reaches a person is read from the stand-ins' journal, never from slabot: pages, replies,
direct messages, whispers to a clicker, words to customers and internal notes. Nothing is left out because a test did
not ask for it. Updates in place notify nobody and are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from slabot_sandbox import Effect, Sandbox

SHOWN = 160  # characters of a message in a report

_LINK = re.compile(r"<[^>|]+\|([^>]+)>")  # <address|words> and <!date^…|words>
_TICKET = re.compile(r"(?P<helpdesk>[^/]+)/(?P<ticket>\d+)(/|$)")


class Way(StrEnum):
    """How a message reached somebody."""

    MESSAGE = "message"
    REPLY = "reply"
    DIRECT = "direct message"
    WHISPER = "whisper"
    UPDATE = "update"
    COMMENT = "public comment"
    NOTE = "internal note"


NOTIFYING = tuple(way for way in Way if way is not Way.UPDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message.

    Attributes:
        seq: of the journal; orders and names it.
        where: ``#channel``, ``@person`` or the ticket that was commented on.
        text: what a notification shows.
        whole: the text and everything that the blocks show, without markup.
        key: that the message carries in its metadata; empty where it carries none.
        broadcast: True for a reply that the channel shows too.
    """

    seq: int
    at: datetime
    way: Way
    where: str
    text: str
    whole: str = field(repr=False)
    key: str
    broadcast: bool
    effect: Effect = field(repr=False)

    @property
    def ticket(self) -> int | None:
        """The ticket that it is about, if it says so."""
        found = _TICKET.match(self.key)
        return None if found is None else int(found["ticket"])

    @property
    def is_bundle(self) -> bool:
        """True if it announces several pages."""
        return self.key.startswith("bundle/")

    @property
    def is_alarm(self) -> bool:
        """True if it is about slabot itself."""
        return self.key.startswith("alert/")

    @property
    def is_repeat(self) -> bool:
        """True if it says of itself that it may be a repeat."""
        return "sent again" in self.whole.lower() or "perhaps told before" in self.whole.lower()

    @property
    def line(self) -> str:
        """In one line, for a report."""
        text = " ".join(self.text.split())
        text = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        about = "" if self.ticket is None else f" about ticket {self.ticket}"
        return f"{self.at:%a %d %b %H:%M:%S} UTC  {self.way} in {self.where}{about}: {text!r}"


def everything(sandbox: Sandbox) -> list[Heard]:
    """All that was told until now, in order."""
    names = _names(sandbox)
    effects = sandbox.journal.effects(by="api")
    found = (_slack(effect, names) if effect.service == "slack" else _helpdesk(effect) for effect in effects)
    return [heard for heard in found if heard is not None]


def _names(sandbox: Sandbox) -> dict[str, str]:
    """What people call the channels."""
    workspace = sandbox.slack.workspace
    with workspace.lock:
        return {
            channel.id: f"#{channel.name}" if channel.person is None else f"@{workspace.users[channel.person]['name']}"
            for channel in workspace.channels.values()
        }


def _slack(effect: Effect, names: dict[str, str]) -> Heard | None:
    ways = {"message.posted": Way.MESSAGE, "reply.posted": Way.REPLY, "message.updated": Way.UPDATE}
    way = ways.get(str(effect.kind))
    if way is None:
        return None
    where = names.get(str(effect["channel"]), str(effect["channel"]))
    if effect.facts.get("ephemeral"):
        way = Way.WHISPER
    elif where.startswith("@") and way is not Way.UPDATE:
        way = Way.DIRECT
    metadata = effect.facts.get("metadata") or {}
    text = str(effect["text"])
    return Heard(
        seq=effect.seq,
        at=effect.at,
        way=way,
        where=where,
        text=text,
        whole="\n".join((text, *_texts(effect.facts.get("blocks") or []))),
        key=str(metadata.get("event_payload", {}).get("key", "")),
        broadcast=bool(effect.facts.get("broadcast")),
        effect=effect,
    )


def _texts(blocks: Any) -> Iterator[str]:
    """What the blocks show, from top to bottom."""
    match blocks:
        case list():
            for block in blocks:
                yield from _texts(block)
        case {"type": "mrkdwn" | "plain_text", "text": str(text)}:
            yield _LINK.sub(r"\1", text).replace("*", "")
        case dict():
            for value in blocks.values():
                yield from _texts(value)
        case _:
            return


def _helpdesk(effect: Effect) -> Heard | None:
    ways = {"comment.public": Way.COMMENT, "comment.private": Way.NOTE}
    way = ways.get(str(effect.kind))
    if way is None:
        return None
    text = str(effect.facts.get("text") or effect.facts.get("body") or "")
    ticket = str(effect["ticket"])
    return Heard(
        seq=effect.seq,
        at=effect.at,
        way=way,
        where=f"ticket {ticket}",
        text=text,
        whole=text,
        key=f"{effect.service}/{ticket}",
        broadcast=False,
        effect=effect,
    )
