"""Which keys may a ticket file have, and what does each hold?

Promise: one table says it for reading, for writing and for the documentation; there is no second list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from slabot.domain import events as ev
from slabot.domain.category import Actor, Category
from slabot.domain.declared import BreachReasonGiven, Excused, ExcuseWithdrawn
from slabot.domain.instant import parse_instant
from slabot.domain.suggestions import suggestion
from slabot.domain.ticket import Gap


class SchemaRefusal(ValueError):
    """A value that cannot be; the text says what would do."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file.

    Attributes:
        attribute: the attribute of the domain value that it fills.
        hint: what it holds, in words; shown where it is missing and in the docs.
    """

    attribute: str
    read: Callable[[object], Any]
    hint: str
    required: bool = False
    default: Any = None
    write: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True, slots=True)
class EventSchema:
    """One type of event: the class it becomes and its keys."""

    make: type[Any]
    keys: Mapping[str, Key]


def told(wanted: str, got: object) -> str:
    """``should be a list of objects, not the number 3``."""
    match got:
        case None:
            found = "null"
        case bool():
            found = "true" if got else "false"
        case int() | float():
            found = f"the number {got}"[:60]
        case str():
            found = f'"{got[:57]}"'
        case list():
            found = "a list"
        case _:
            found = "an object"
    return f"should be {wanted}, not {found}"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise SchemaRefusal(told("text", value))
    return value


def _some_text(value: object) -> str:
    if not (text := _text(value)).strip():
        raise SchemaRefusal("should not be empty")
    return text


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _identity(value: object) -> str:
    # Helpdesks write ids as numbers in one place and as text in another.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _some_text(value)


def _identity_or_none(value: object) -> str | None:
    return None if value is None else _identity(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise SchemaRefusal(told("true or false", value))
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise SchemaRefusal(told("a whole number", value))
    return value


def _number_or_none(value: object) -> int | None:
    return None if value is None else _number(value)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SchemaRefusal(told('a list of text, such as ["vip"]', value))
    return tuple(value)


def _gaps(value: object) -> tuple[Gap, ...]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise SchemaRefusal(told('a list of objects such as {"since": "…", "until": null, "why": "…"}', value))
    return tuple(
        Gap(parse_instant(item.get("since")), _instant_or_none(item.get("until")), _some_text(item.get("why")))
        for item in value
    )


def _written_gaps(gaps: tuple[Gap, ...]) -> list[dict[str, str | None]]:
    return [{"since": gap.since.isoformat(), "until": _iso(gap.until), "why": gap.why} for gap in gaps]


def _fields(value: object) -> Mapping[str, str | None]:
    if not isinstance(value, dict):
        raise SchemaRefusal(told("an object of custom fields and their values", value))
    return {name: _field_value(item) for name, item in value.items()}


def _field_value(value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case int() | float() | str():
            return str(value)
        case _:
            raise SchemaRefusal(told("text, a number, true, false or null", value))


def _one_of(kind: type[Any], what: str) -> Callable[[object], Any]:
    names = [member.value for member in kind]

    def read(value: object) -> Any:
        if value not in names:
            raise SchemaRefusal(f"{told(what, value)}; use one of {', '.join(names)}{suggestion(value, names)}")
        return kind(value)

    return read


_category = _one_of(Category, "a category")
_actor = _one_of(Actor, "an actor")


def _instant_or_none(value: object) -> datetime | None:
    return None if value is None else parse_instant(value)


def _iso(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _plain(value: Enum) -> Any:
    return value.value


PERSON: Mapping[str, Key] = {
    "id": Key("id", _identity, "the helpdesk's id of the person", required=True),
    "email": Key("email", _text_or_none, "an address"),
    "organization": Key("organization", _text_or_none, "the organisation's name"),
    "name": Key("name", _text_or_none, "the person's name"),
    "language": Key("language", _text_or_none, "the language that the person reads: de, en-US, …"),
}

TICKET: Mapping[str, Key] = {
    "helpdesk": Key("helpdesk", _some_text, "the helpdesk's name in the policy file", required=True),
    "id": Key("id", _identity, "the ticket's number in the helpdesk", required=True),
    "subject": Key("subject", _text, "the subject line", default=""),
    "url": Key("url", _text_or_none, "where the ticket can be opened"),
    "created_at": Key("created_at", parse_instant, "a time with an offset", required=True, write=_iso),
    "channel": Key("channel", _text_or_none, "how it came in: email, web, api, …"),
    "kind": Key("kind", _text_or_none, "the ticket's type: incident, question, …"),
    "priority": Key("priority", _text_or_none, "the native priority at creation, or null"),
    "status": Key("status", _category, "the category at creation", default=Category.OPEN, write=_plain),
    "assignee": Key("assignee", _identity_or_none, "the agent's id at creation, or null"),
    "tags": Key("tags", _texts, "the tags at creation", default=(), write=list),
    "fields": Key("fields", _fields, "custom fields at creation", default={}, write=dict),
    "group": Key("group", _text_or_none, "the group of agents at creation, by its name"),
    "brand": Key("brand", _text_or_none, "the brand (Freshdesk: product) at creation, by its name"),
    "form": Key("form", _text_or_none, "the form at creation, by its name"),
    "participants": Key("participants", _texts, "who was in copy (CC) at creation", default=(), write=list),
    "written_by": Key("written_by", _identity_or_none, "the agent who wrote the request down for the customer"),
    "follows": Key("follows", _identity_or_none, "the id of the closed ticket that this one follows up, or null"),
    "history_complete": Key("history_complete", _flag, "false where messages could not be read", default=True),
    "complete_until": Key("complete_until", _instant_or_none, "until when all could be read, or null", write=_iso),
    "gaps": Key("gaps", _gaps, "where messages may be missing", default=(), write=_written_gaps),
}

_BY_ID = Key("by_id", _identity_or_none, "the id of whoever did it")
_COMMON: Mapping[str, Key] = {
    "id": Key("id", _identity, "the source's own id of the event", default=""),
    "seq": Key("seq", _number, "the source's own order within a second", default=0),
    "observed_at": Key("observed_at", _instant_or_none, "when slabot noticed it", write=_iso),
}
_BY = {**_COMMON, "by": Key("by", _actor, "who did it", default=Actor.AGENT, write=_plain), "by_id": _BY_ID}
_CLOCK = {**_BY, "clock": Key("clock", _text_or_none, "the clock's name; all clocks where it is left out")}
_BY_SLABOT = {**_BY, "by": Key("by", _actor, "who did it", default=Actor.SLABOT, write=_plain)}
_BY_CUSTOMER = {**_BY, "by": Key("by", _actor, "who did it", default=Actor.CUSTOMER, write=_plain)}
_KEY = {**_BY, "key": Key("key", _some_text, "the key of the act", required=True)}
_ACT = {**_BY_SLABOT, "key": _KEY["key"]}
_MESSAGE = {
    **_COMMON,
    "author": Key("by", _actor, "who wrote it: customer, agent, …", required=True, write=_plain),
    "author_id": Key("by_id", _identity_or_none, "the author's id"),
    "author_email": Key("email", _text_or_none, "the author's address"),
    "public": Key("public", _flag, "true where the customer could read it", default=True),
    "text": Key("text", _text, "the words", default=""),
    "auto_reply": Key("auto_reply", _flag, "true for an automatic answer", default=False),
    "author_organization": Key("organization", _text_or_none, "the author's organisation"),
    "light_agent": Key("light_agent", _flag, "true for an agent who may not answer customers", default=False),
    "conversation": Key("conversation", _text_or_none, "the live chat that it was said in"),
    "author_known": Key("author_known", _flag, "false where nobody could say who the author is", default=True),
    "as_first_read": Key("as_first_read", _instant_or_none, "when slabot first read it with its author", write=_iso),
    "feedback": Key("feedback", _flag, "false for a mere thanks whose words are no longer kept", default=True),
    "looked_automatic": Key("looked_automatic", _flag, "true for automatic words that are gone", default=False),
    "meant": Key("meant", _text, "what words meant that are no longer kept: thanks_only, closing_word", default=""),
}


def _name(what: str) -> Mapping[str, Key]:
    return {**_BY, "to": Key("to", _text_or_none, f"the new {what} by its name, or null", required=True)}


EVENTS: Mapping[str, EventSchema] = {
    "message": EventSchema(ev.Message, _MESSAGE),
    "status": EventSchema(
        ev.StatusChanged, {**_BY, "to": Key("to", _category, "the new category", required=True, write=_plain)}
    ),
    "priority": EventSchema(
        ev.PriorityChanged, {**_BY, "to": Key("to", _text_or_none, "the new priority, or null", required=True)}
    ),
    "severity": EventSchema(
        ev.SeverityChanged,
        {
            **_BY,
            "to": Key("to", _some_text, "a severity of the policy", required=True),
            "reason": Key("reason", _text, "why", default=""),
        },
    ),
    "tags": EventSchema(
        ev.TagsChanged, {**_BY, "to": Key("to", _texts, "all tags from now on", required=True, write=list)}
    ),
    "assignee": EventSchema(
        ev.AssigneeChanged, {**_BY, "to": Key("to", _identity_or_none, "the agent's id, or null", required=True)}
    ),
    "field": EventSchema(
        ev.FieldChanged,
        {
            **_BY,
            "name": Key("name", _some_text, "the custom field's name", required=True),
            "to": Key("to", _field_value, "the new value", required=True),
        },
    ),
    "requester": EventSchema(
        ev.RequesterChanged,
        {
            **_BY,
            "to": Key("to", _identity_or_none, "the new requester's id, or null", required=True),
            "email": Key("email", _text_or_none, "the new requester's address"),
        },
    ),
    "participants": EventSchema(
        ev.ParticipantsChanged, {**_BY, "to": Key("to", _texts, "all in copy from now on", required=True, write=list)}
    ),
    "organization": EventSchema(ev.OrganizationChanged, _name("organisation")),
    "group": EventSchema(ev.GroupChanged, _name("group")),
    "brand": EventSchema(ev.BrandChanged, _name("brand")),
    "form": EventSchema(ev.FormChanged, _name("form")),
    "privacy": EventSchema(
        ev.PrivacyChanged,
        {
            **_BY,
            "of": Key("of", _identity, "the id of the message's event", required=True),
            "public": Key("public", _flag, "true where the customer can read it from now on", required=True),
        },
    ),
    "rating": EventSchema(
        ev.Rated,
        {
            **_BY_CUSTOMER,
            "score": Key("score", _some_text, "good or bad", required=True),
            "text": Key("text", _text, "what the customer wrote with it", default=""),
        },
    ),
    "merged": EventSchema(ev.Merged, {**_BY, "into": Key("into", _identity_or_none, "the ticket it lives on in")}),
    "deleted": EventSchema(ev.Deleted, _BY),
    "restored": EventSchema(ev.Restored, _BY),
    "spam": EventSchema(ev.MarkedSpam, _BY),
    "page": EventSchema(
        ev.PageSent,
        {
            **_BY_SLABOT,
            "clock": Key("clock", _some_text, "the clock's name", required=True),
            "rung": Key("rung", _some_text, "the rung's words", required=True),
            "severity": Key("severity", _text_or_none, "the severity in force then"),
            "repetition": Key("repetition", _number_or_none, "0, then 1, 2, … for repeats"),
            "to": Key("to", _text_or_none, "the destination, such as user:maya@acme.example"),
            "asked_at": Key("asked_at", _instant_or_none, "when somebody asked for it", write=_iso),
        },
    ),
    "acknowledged": EventSchema(ev.Acknowledged, _CLOCK),
    "unacknowledged": EventSchema(ev.Unacknowledged, _CLOCK),
    "snoozed": EventSchema(
        ev.Snoozed, {**_CLOCK, "until": Key("until", parse_instant, "a time with an offset", required=True, write=_iso)}
    ),
    "claimed": EventSchema(ev.Claimed, _CLOCK),
    "escalated": EventSchema(ev.Escalated, _CLOCK),
    "ladder": EventSchema(
        ev.LadderFrozen,
        {
            **_BY_SLABOT,
            "clock": Key("clock", _some_text, "the clock's label", required=True),
            "plan": Key("plan", _some_text, "the ladders that it runs under, as JSON", required=True),
            "policy_version": Key("policy_version", _number_or_none, "which version of the policy they are from"),
            "agreement": Key("agreement", _text_or_none, "whose ladders they are; null for the file's own"),
        },
    ),
    "terms": EventSchema(
        ev.TermsFrozen,
        {
            **_BY_SLABOT,
            "clock": Key("clock", _some_text, "the clock's label", required=True),
            "agreement": Key("agreement", _some_text, "the agreement's name, or default", required=True),
            "target": Key("target", _some_text, "the target, such as 2h", required=True),
            "calendar": Key("calendar", _some_text, "the calendar's name", required=True),
            "policy_version": Key("policy_version", _number_or_none, "which version of the policy they are from"),
            "started_at": Key("started_at", _instant_or_none, "when the clock started", write=_iso),
            "stopped_at": Key("stopped_at", _instant_or_none, "when the clock had stopped, or null", write=_iso),
            "why": Key("why", _text, "why it was judged anew", default=""),
            "severity": Key("severity", _text_or_none, "the severity in force then"),
            "due_at": Key("due_at", _instant_or_none, "when it was due", write=_iso),
            "met_until": Key("met_until", _instant_or_none, "until when it could be met", write=_iso),
            "missed_until": Key("missed_until", _instant_or_none, "until when the missed one could be met", write=_iso),
            "no_promise": Key("no_promise", _text, "why nothing was promised", default=""),
            "settled": Key("settled", _flag, "true where it is not worked out again", default=False),
        },
    ),
    "breach_reason": EventSchema(
        BreachReasonGiven,
        {
            **_BY,
            "clock": Key("clock", _some_text, "the label of the clock that was missed", required=True),
            "reason": Key("reason", _some_text, "a reason of the policy", required=True),
            "text": Key("text", _text, "why, in a sentence", default=""),
            "started_at": Key("started_at", _instant_or_none, "when that clock started", write=_iso),
        },
    ),
    "excused": EventSchema(
        Excused,
        {
            **_BY,
            "from": Key("since", parse_instant, "a time with an offset", required=True, write=_iso),
            "to": Key("until", parse_instant, "a time with an offset, after from", required=True, write=_iso),
            "reason": Key("reason", _some_text, "a reason of the policy", required=True),
            "text": Key("text", _text, "why, in a sentence", default=""),
            "proof": Key("proof", _text, "a link, or where the proof is kept", default=""),
            "clock": Key("clock", _text_or_none, "the clock's name; all clocks where it is left out"),
            "started_at": Key("started_at", _instant_or_none, "when that clock started", write=_iso),
        },
    ),
    "excuse_withdrawn": EventSchema(
        ExcuseWithdrawn,
        {
            **_BY,
            "of": Key("of", _identity, "the id of the excused event that is taken back", required=True),
            "text": Key("text", _text, "why, in a sentence", default=""),
        },
    ),
    "approved": EventSchema(ev.Approved, _KEY),
    "noted": EventSchema(ev.Noted, _ACT),
    "nudged": EventSchema(ev.Nudged, _ACT),
    "would": EventSchema(ev.Would, _ACT),
}

_NAMES = {schema.make: name for name, schema in EVENTS.items()}


def event_name(event: ev.AnyEvent) -> str:
    """The ``type`` that an event has in a ticket file."""
    return _NAMES[type(event)]
