"""Describe what happens at the stand-ins, one line an effect.

Promise: one line an effect, in plain words, with the helpdesk that it happened at; what slabot did is set apart from
what people did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from slabot_sandbox.journal import Effect

_ARROW = "→"
_ABOUT_ITSELF = "alert/"  # the keys of what slabot says about itself


class Narrator:
    """Describes each effect of the journal once."""

    def __init__(
        self, helpdesks: Mapping[str, str], labels: Mapping[int, str], *, zone: tzinfo | None, stamp: str
    ) -> None:
        """Begin with the journal's first effect.

        Args:
            helpdesks: by what the journal calls the service, what the helpdesk is called here.
            labels: what agents read for the numbers of Freshdesk's statuses and of Zendesk's organisations.
            zone: the time zone of the lines; None for this machine's own.
            stamp: how an instant is written, as `strftime` takes it.
        """
        self._helpdesks, self._labels = helpdesks, labels
        self._zone, self._stamp = zone, stamp
        self._seen = 0
        self._rung_at: datetime | None = None  # the page is brought up to date with each rung; that needs no line

    def lines(self, effects: tuple[Effect, ...]) -> Iterator[str]:
        """A line for each new effect that people want to know of."""
        fresh, self._seen = effects[self._seen :], len(effects)
        for effect in fresh:
            text = self._text(effect)
            if text:
                yield f"{effect.at.astimezone(self._zone):{self._stamp}}  {text}"

    def _text(self, effect: Effect) -> str:
        facts = effect.facts
        ticket = f"{self._helpdesks[effect.service]} #{facts['ticket']}" if "ticket" in facts else ""
        slabot = effect.by == "api"
        match effect.kind:
            case "ticket.created":
                return f'a customer asks {ticket} "{facts["subject"]}"'
            case "comment.public":
                said = "slabot writes to the customer on" if slabot else f"{_who(effect)} writes on"
                return f"{_mark(slabot)}{said} {ticket}: {_short(str(facts.get('text', facts.get('body', ''))))}"
            case "ticket.updated" if slabot or {"status", "organization_id"} & set(facts["changes"]):
                return f"{_mark(slabot)}{ticket} {self._changes(effect)}"
            case "chat.said":
                return f"{_who(effect)} says in the chat of {ticket}: {_short(str(facts['text']))}"
            case "command.sent":
                return f"{_who(effect)} types {facts['command']} {facts['text']}"
            case "message.posted" if facts.get("ephemeral"):
                return f"{_mark(True)}answers, to them alone: {_short(str(facts['text']))}"
            case "message.posted":
                return f"{_mark(True)}{_about(effect, 'page', 'told', 'asks')}: {_short(str(facts['text']))}"
            case "reply.posted":
                self._rung_at = effect.at
                return f"{_mark(True)}{_about(effect, 'next rung', 'told', 'reminds')}: {_short(str(facts['text']))}"
            case "message.updated" if effect.at != self._rung_at:
                what = _about(effect, "the page", "told", "the question")
                return f"{_mark(True)}{what} now says: {_short(str(facts['text']))}"
            case "button.clicked":
                pressed = str(facts["action"]).removeprefix("slabot_").removeprefix("triage:").replace("_", " ")
                return f"{effect.who} presses {pressed}"
            case "webhook.lost":
                return f"(a webhook about {ticket} is lost on its way)"
            case "proxy.struck":
                return f"(the proxy: {facts['fault']}, {effect.service} {facts['method']} {facts['path']})"
            case _:
                return ""

    def _changes(self, effect: Effect) -> str:
        changes = effect.facts.get("changes")
        said = [
            self._change(name, change)
            for name, change in (changes.items() if isinstance(changes, Mapping) else ())
            if name in ("status", "priority", "assignee_id", "organization_id")
        ]
        return ", ".join(said) or "changed"

    def _change(self, name: str, change: Any) -> str:
        if name == "assignee_id":
            return "is assigned"
        if name == "organization_id":
            after = change[1]
            return f"moves to {self._labels.get(after, 'another organisation' if after else 'no organisation')}"
        return f"{name} {self._side(change)}"

    def _side(self, change: object) -> str:
        if isinstance(change, list | tuple) and len(change) == 2:
            before, after = (self._labels.get(side, side) for side in change)
            return f"{before} {_ARROW} {after}"
        return str(change)


def _about(effect: Effect, page: str, note: str, question: str) -> str:
    """What a message is, and of which helpdesk."""
    key = str(((effect.facts.get("metadata") or {}).get("event_payload") or {}).get("key", ""))
    if key.startswith(_ABOUT_ITSELF):
        return "told"
    what = note if key.endswith("/told") else question if "/ask/" in key or "/note/automatic/" in key else page
    return f"{what} ({key.partition('/')[0]})"


def _mark(slabot: bool) -> str:
    return f"   {_ARROW} " if slabot else ""


def _who(effect: Effect) -> str:
    return effect.who or "somebody"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 150 else line[:149] + "…"
