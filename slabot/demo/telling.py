"""How is the demo's week told?

Promise: one line a happening, in plain words and in the week's own time; what slabot did is set apart from what
people did.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from slabot.demo.story import IST
from slabot.sandbox import Effect

_ARROW = "→"


class Teller:
    """Tells each effect of the journal once."""

    def __init__(self, names: dict[int, str]) -> None:
        """``names`` are the tickets' subjects by number; it may grow while the story goes on."""
        self._names = names
        self._told = 0
        self._rung_at: datetime | None = None  # the page is brought up to date with each rung; that needs no line

    def lines(self, effects: tuple[Effect, ...]) -> Iterator[str]:
        """What is new, as lines."""
        fresh, self._told = effects[self._told :], len(effects)
        for effect in fresh:
            words = self._words(effect)
            if words:
                yield f"{effect.at.astimezone(IST):%a %d %b %H:%M:%S}  {words}"

    def _words(self, effect: Effect) -> str:
        facts = effect.facts
        ticket = f"#{facts['ticket']}" if "ticket" in facts else ""
        slabot = effect.by == "api"
        match effect.kind:
            case "ticket.created":
                self._names[int(facts["ticket"])] = str(facts["subject"])
                return f'a customer asks {ticket} "{facts["subject"]}"'
            case "comment.public":
                said = "slabot writes to the customer on" if slabot else f"{_who(effect)} writes on"
                return f"{_mark(slabot)}{said} {ticket}: {_short(str(facts.get('text', facts.get('body', ''))))}"
            case "ticket.updated" if slabot or "status" in str(facts.get("changes", facts)):
                return f"{_mark(slabot)}{ticket} {_changes(effect)}"
            case "message.posted":
                return f"{_mark(True)}page: {_short(str(facts['text']))}"
            case "reply.posted":
                self._rung_at = effect.at
                return f"{_mark(True)}next rung: {_short(str(facts['text']))}"
            case "message.updated" if effect.at != self._rung_at:
                return f"{_mark(True)}the page now says: {_short(str(facts['text']))}"
            case "button.clicked":
                return f"{effect.who} presses {str(facts['action']).removeprefix('slabot_').replace('_', ' ')}"
            case "webhook.lost":
                return f"(a webhook about {ticket} is lost on its way)"
            case _:
                return ""


def _mark(slabot: bool) -> str:
    return f"   {_ARROW} " if slabot else ""


def _who(effect: Effect) -> str:
    return effect.who or "somebody"


def _changes(effect: Effect) -> str:
    changes = effect.facts.get("changes")
    if isinstance(changes, dict):
        said = [
            f"{name} {_side(change)}"
            for name, change in changes.items()
            if name in ("status", "priority", "assignee_id")
        ]
        return ", ".join(said) or "changed"
    return "changed"


def _side(change: object) -> str:
    if isinstance(change, list | tuple) and len(change) == 2:
        return f"{change[0]} {_ARROW} {change[1]}"
    return str(change)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 150 else line[:149] + "…"
