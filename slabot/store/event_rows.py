"""How is an event kept in a row, and which of two tellings of the same event is kept?

Promise: what is read back equals what was stored, and of several tellings the same one is kept in whatever order
they came.

The columns of the ticket file's table (`slabot.domain.ticket_schema`) say what an event holds; there is no second
list. What people wrote has a column of its own, so that it can be scrubbed without touching the rest.
Who wrote a message, for whom and whether publicly are of the first reading that could say so, and so is who did
anything else; the text of a message is of the newest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from slabot.domain import (
    Actor,
    AnyEvent,
    BreachReasonGiven,
    Excused,
    ExcuseWithdrawn,
    Message,
    Rated,
    utc,
)
from slabot.domain.ticket_schema import EVENTS, Key, event_name
from slabot.store.columns import storable, to_json

MESSAGE = "message"
_WHO = EVENTS["acknowledged"].keys  # `by` and `by_id` for the events whose file form leaves them out
_TEXT, _PROOF, _GONE = "text", "proof", "text_gone"
_WITH_TEXT = frozenset(name for name, schema in EVENTS.items() if _TEXT in schema.keys)
_WITH_PROOF = frozenset(name for name, schema in EVENTS.items() if _PROOF in schema.keys)
_FIRST_READ = "first_read"
"""When a complete reading first told of an event that is no message, among the keys of its body: whose it was then."""
_BY_WHOM = ("by", "by_id", _FIRST_READ)
_PEOPLE = (Actor.CUSTOMER, Actor.THIRD_PARTY, Actor.AGENT)  # which of them somebody is may change
_OF_THE_WORDS: Mapping[str, tuple[bool | str, ...]] = {
    "feedback": (False,),
    "looked_automatic": (True,),
    "meant": ("closing_word", "thanks_only"),
}
"""What is kept of words that are gone: keys of a message, with the values that say something."""


def _keys(name: str) -> Mapping[str, Key]:
    keys = {key: value for key, value in EVENTS[name].keys.items() if value.attribute not in (_TEXT, _PROOF, _GONE)}
    present = {key.attribute for key in keys.values()}
    return {**{who: _WHO[who] for who in ("by", "by_id") if who not in present}, **keys}


_KEYS = {name: _keys(name) for name in EVENTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event as its row holds it.

    Attributes:
        id: the source's own, or ``#`` and a digest where there is none.
        text: what somebody wrote with it, for an excuse as JSON together with its proof; None once scrubbed, and for
            events without words.
        version: of the newest snapshot that tells it; empty for slabot's own events.
    """

    id: str
    at: datetime
    type: str
    author: str | None
    body: str
    text: str | None
    version: str

    @property
    def first_read(self) -> datetime | None:
        """When a complete reading first told of it, for an event that is no message; None where none did."""
        first = json.loads(self.body).get(_FIRST_READ) if _FIRST_READ in self.body else None
        return None if first is None else datetime.fromisoformat(first)

    @property
    def scrubbed(self) -> bool:
        """True for an event whose words are no longer kept."""
        return self.type in _WITH_TEXT and self.text is None

    def without_text(self) -> EventRow:
        """The same without the words."""
        return replace(self, text=None)

    def event(self) -> AnyEvent:
        """The event of the row."""
        body = json.loads(self.body)
        keys = _KEYS[self.type]
        body.pop(_FIRST_READ, None)
        facts = {keys[name].attribute: keys[name].read(value) for name, value in body.items()}
        if self.type in _WITH_PROOF:
            facts |= {_TEXT: "", _PROOF: ""} if self.text is None else json.loads(self.text)
        elif self.type in _WITH_TEXT:
            facts[_TEXT] = self.text or ""
            if self.type == MESSAGE:
                facts[_GONE] = self.text is None
        made: AnyEvent = EVENTS[self.type].make(at=self.at, **facts)
        return made


def event_row(event: AnyEvent, version: str, *, first_read: datetime | None = None) -> EventRow:
    """The row of an event.

    Args:
        event: as it was told.
        version: of the snapshot that tells it; empty for slabot's own.
        first_read: when it was told by a complete reading; None for any other. Messages carry it themselves.

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
    if first_read is not None and name != MESSAGE and event.by in _PEOPLE and event.observed_at is None:
        body[_FIRST_READ] = utc(first_read).isoformat()
    at, written = utc(event.at), storable(to_json(body))
    text = _words(event)
    for mark in ("as_first_read", _FIRST_READ):
        body.pop(mark, None)  # the same event, whenever it was read first
    return EventRow(
        id=storable(event.id) or _digest(at, name, storable(to_json(body)), text),
        at=at,
        type=name,
        author=None if event.by_id is None else storable(event.by_id),
        body=written,
        text=text,
        version=version,
    )


def _words(event: AnyEvent) -> str | None:
    """What the column of words holds; None where there are none, so that there is nothing to scrub."""
    match event:
        case Message(text_gone=True):
            return None
        case Message() | Rated():
            return storable(event.text)
        case BreachReasonGiven() | ExcuseWithdrawn():
            return storable(event.text) or None
        case Excused():
            words = {_TEXT: event.text, _PROOF: event.proof}
            return storable(to_json(words)) if any(words.values()) else None
        case _:
            return None


def better(told: EventRow, kept: EventRow) -> EventRow | None:
    """The row that takes the place of ``kept``; None if it stays.

    What the helpdesk tells exactly beats what was only observed; of two observations the earlier one is kept, or an
    often updated ticket would never have been solved long enough; of two exact tellings the one of the newer snapshot.
    Of two messages see `_message`. A text that was scrubbed stays so. Who did it stays as it was first read.
    """
    if told.type == kept.type == MESSAGE:
        new = _message(told, kept)
        return None if new == kept else new
    if kept.scrubbed and told.type == kept.type:
        told = told.without_text()
    newer = max(told, kept, key=_rank)
    first_read = [each for each in (told, kept) if each.first_read is not None]
    who = min(first_read, key=lambda each: (each.first_read, each.body), default=newer)
    if told.type == kept.type and newer is not who:
        body = {**_without_who(newer), **{key: value for key, value in _body(who).items() if key in _BY_WHOM}}
        newer = replace(newer, author=who.author, body=to_json(body))
    return None if newer == kept else newer


def _body(row: EventRow) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.body)
    return found


def _message(told: EventRow, kept: EventRow) -> EventRow:
    """One message from two tellings: each half from the telling that knows it best.

    Who wrote it, for whom and whether publicly are of the earliest complete reading, else of the newest; the words are
    of the newest, so that a redaction counts; what is gone is gone, and so is a thanks that is known from it.
    """
    facts = max(told, kept, key=_facts_rank)
    text = None if kept.scrubbed or told.scrubbed else max(told, kept, key=_text_rank).text
    new = replace(facts, text=text, version=max(told.version, kept.version))
    for key, values in _OF_THE_WORDS.items():
        for value in values:
            mark = f'"{key}":{json.dumps(value)}'
            if any(mark in row.body for row in (told, kept)):
                if mark not in new.body:
                    new = replace(new, body=to_json({**json.loads(new.body), key: value}))
                break  # of two meanings the same is kept in whatever order they came
    return new


def _facts_rank(row: EventRow) -> tuple[bool, float, str, datetime, str]:
    body = json.loads(row.body)
    first = body.get("as_first_read")
    for key in _OF_THE_WORDS:
        body.pop(key, None)  # is settled by itself
    rest = (row.at, to_json(body))
    # A version says nothing of facts that are not of the newest telling: they are kept under the version of the words.
    return (False, 0.0, row.version, *rest) if first is None else (True, -_seconds(first), "", *rest)


def _text_rank(row: EventRow) -> tuple[str, str]:
    return row.version, row.text or ""


def _without_who(row: EventRow) -> dict[str, Any]:
    return {key: value for key, value in _body(row).items() if key not in _BY_WHOM}


def _rank(row: EventRow) -> tuple[bool, bool, float, str, datetime, str, str, str, str]:
    body = _without_who(row)  # whose it was is settled by itself
    observed = body.get("observed_at")
    earliness = 0.0 if observed is None else -_seconds(observed)
    told = (row.version, row.at, row.type, to_json(body), row.text or "", row.body)
    return (row.type == MESSAGE, observed is None, earliness, *told)


def _seconds(instant: str) -> float:
    return datetime.fromisoformat(instant).timestamp()


def _digest(at: datetime, name: str, body: str, text: str | None) -> str:
    whole = "\n".join((at.isoformat(), name, body, text or ""))
    return f"#{hashlib.sha256(whole.encode()).hexdigest()[:32]}"
