"""How is an event kept in a row, and which of two tellings of the same event is kept?

Promise: what is read back equals what was stored, and of several tellings the same one is kept in whatever order
they came.

The columns of the ticket file's table (`slabot.domain.ticket_schema`) say what an event holds; there is no second
list. The text of a message has a column of its own, so that it can be scrubbed without touching the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from slabot.domain import AnyEvent, Message, utc
from slabot.domain.ticket_schema import EVENTS, Key, event_name
from slabot.store.columns import storable, to_json

MESSAGE = "message"
_WHO = EVENTS["acknowledged"].keys  # `by` and `by_id` for the events whose file form leaves them out
_TEXT = "text"
_NO_FEEDBACK = '"feedback":false'


def _keys(name: str) -> Mapping[str, Key]:
    keys = {key: value for key, value in EVENTS[name].keys.items() if value.attribute != _TEXT}
    present = {key.attribute for key in keys.values()}
    return {**{who: _WHO[who] for who in ("by", "by_id") if who not in present}, **keys}


_KEYS = {name: _keys(name) for name in EVENTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event as its row holds it.

    Attributes:
        id: the source's own, or ``#`` and a digest where there is none.
        text: a message's words; None once scrubbed, and for all other events.
        version: of the snapshot that tells it so; empty for slabot's own events.
    """

    id: str
    at: datetime
    type: str
    author: str | None
    body: str
    text: str | None
    version: str

    @property
    def scrubbed(self) -> bool:
        """True for a message whose words are no longer kept."""
        return self.type == MESSAGE and self.text is None

    def without_text(self) -> EventRow:
        """The same without the message's words."""
        return replace(self, text=None)

    def event(self) -> AnyEvent:
        """The event of the row."""
        body = json.loads(self.body)
        keys = _KEYS[self.type]
        facts = {keys[name].attribute: keys[name].read(value) for name, value in body.items()}
        if self.type == MESSAGE:
            facts[_TEXT] = self.text or ""
        made: AnyEvent = EVENTS[self.type].make(at=self.at, **facts)
        return made


def event_row(event: AnyEvent, version: str) -> EventRow:
    """The row of an event.

    Raises:
        InstantError: its time is naive or impossible.
    """
    name = event_name(event)
    body: dict[str, Any] = {}
    for key_name, key in _KEYS[name].items():
        value = getattr(event, key.attribute)
        # `by` is always written: the file's default for it is not every event's own.
        if key.required or key.attribute == "by" or value != key.default:
            body[key_name] = key.write(value)
    at, written = utc(event.at), storable(to_json(body))
    text = storable(event.text) if isinstance(event, Message) else None
    return EventRow(
        id=storable(event.id) or _digest(at, name, written, text),
        at=at,
        type=name,
        author=None if event.by_id is None else storable(event.by_id),
        body=written,
        text=text,
        version=version,
    )


def better(told: EventRow, kept: EventRow) -> EventRow | None:
    """The row that takes the place of ``kept``; None if it stays.

    What the helpdesk tells exactly beats what was only observed; of two observations the earlier one is kept, or an
    often updated ticket would never have been solved long enough; of two exact tellings the one of the newer snapshot
    (a redacted comment). A text that was scrubbed stays so.
    """
    if kept.scrubbed:
        told = told.without_text()
        if _NO_FEEDBACK in kept.body and _NO_FEEDBACK not in told.body:  # which is known from words that are gone
            told = replace(told, body=to_json({**json.loads(told.body), "feedback": False}))
    return told if _rank(told) > _rank(kept) else None


def _rank(row: EventRow) -> tuple[bool, float, str, datetime, str, str, str]:
    observed = json.loads(row.body).get("observed_at") if '"observed_at"' in row.body else None
    earliness = 0.0 if observed is None else -datetime.fromisoformat(observed).timestamp()
    return (observed is None, earliness, row.version, row.at, row.type, row.body, row.text or "")


def _digest(at: datetime, name: str, body: str, text: str | None) -> str:
    whole = "\n".join((at.isoformat(), name, body, text or ""))
    return f"#{hashlib.sha256(whole.encode()).hexdigest()[:32]}"
