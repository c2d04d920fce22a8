"""The stage of triage: a policy that asks, at either helpdesk, and what stands in Slack.

Promise: what a card shows and which buttons it has is read off the message as Slack has it now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slabot.store import LedgerEvent
from slabot_sandbox import Effect
from tests.promises.desks import DESKS, Desk, both
from tests.promises.scene import AGENT, Make, Scene, key_of

UNDECIDED = "All users cannot log in."
TRIAGE = "triage"
SEVERITIES: Mapping[str, Any] = {
    "critical": {"means": "Severely impacts the use of the product", "respond_within": "2h", "priority": "urgent"},
    "high": {"means": "Major functionality, no workaround", "respond_within": "6h", "priority": "high"},
    "medium": {"means": "Partial impact", "respond_within": "12h", "priority": "normal"},
    "low": {"means": "Routine issue or inquiry", "respond_within": "2 business days", "priority": "low"},
}
ASKS: Mapping[str, Any] = {
    "severities": {
        name: {**terms, "calendar": "around_the_clock" if name == "critical" else "support_week"}
        for name, terms in SEVERITIES.items()
    },
    "classify": {
        "reader": {"mode": "act"},
        "triage": {"to": [f"#{TRIAGE}"]},
        "priorities": {"urgent": "critical", "high": "high", "normal": "medium", "low": "low"},
        "otherwise": "medium",
    },
    "escalate": [{"severity": "critical", "rungs": [{"at": "50% used"}]}],
}


@dataclass(frozen=True)
class Room:
    """slabot with a policy that asks, and the room in which it does."""

    scene: Scene
    desk: Desk

    @property
    def cards(self) -> list[Effect]:
        """The questions that were posted, in order."""
        return [effect for effect in self._posted if effect.kind == "message.posted"]

    @property
    def reminders(self) -> list[Effect]:
        return [effect for effect in self._posted if effect.kind == "reply.posted"]

    @property
    def _posted(self) -> list[Effect]:
        effects = self.scene.sandbox.journal.effects(service="slack")
        return [effect for effect in effects if effect.kind in ("message.posted", "reply.posted") and _asks(effect)]

    def shown(self, card: Effect) -> str:
        """What the card says now."""
        message = self.scene.sandbox.slack.workspace.channels[card["channel"]].find(card["ts"])
        assert message is not None
        return f"{message['text']} {json.dumps(message['blocks'], ensure_ascii=False)}"

    def buttons(self, card: Effect) -> list[str]:
        message = self.scene.sandbox.slack.workspace.channels[card["channel"]].find(card["ts"])
        assert message is not None
        rows = [block for block in message["blocks"] if block["type"] == "actions"]
        return [element["text"]["text"] for row in rows for element in row["elements"]]

    def press(self, card: Effect, answer: str, who: str = AGENT, *, button: str = "triage") -> int | None:
        return self.scene.click(card, f"{button}:{answer}", who)

    def press_old(self, card: Effect, answer: str, who: str = AGENT) -> int | None:
        """Press a button that the card showed when it was posted: a click that was under way."""
        people, channel = self.scene.sandbox.slack.people, card["channel"]
        message = self.scene.sandbox.slack.workspace.channels[channel].find(card["ts"])
        assert message is not None
        now, message["blocks"] = message["blocks"], card["blocks"]
        try:
            return people.click(channel, card["ts"], f"slabot_triage:{answer}", who).status
        finally:
            message["blocks"] = now

    def told(self, ticket: int, event: LedgerEvent) -> list[str]:
        return self.scene.told(ticket, event, self.desk.name)


def _asks(effect: Effect) -> bool:
    return "/ask/" in key_of(effect) or "/note/automatic/" in key_of(effect)


def room(stage: Make, url: str, helpdesk: str = "zendesk", **changes: Any) -> Room:
    """slabot on its stage beside one of the helpdesks, asking in a channel of its own."""
    scene = stage(url, **{**ASKS, **changes})
    scene.sandbox.slack.workspace.add_channel(TRIAGE)
    if helpdesk == "freshdesk":
        scene.changes["helpdesks"] = both(scene.sandbox)
    scene.start()
    return Room(scene, DESKS[helpdesk](scene.sandbox))
