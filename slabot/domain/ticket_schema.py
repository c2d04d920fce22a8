"""Which keys may a ticket file have, and what does each hold?

Promise: one table says it for reading, for writing and for the documentation; there is no second list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slabot.domain import events as ev
from slabot.domain import ticket_values as values
from slabot.domain.category import Actor, Category
from slabot.domain.declared import BreachReasonGiven, Excused, ExcuseWithdrawn, ReplyDeclared
from slabot.domain.instant import parse_instant
from slabot.domain.model_answered import ModelAnswered


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


PERSON: Mapping[str, Key] = {
    "id": Key("id", values.identity, "the helpdesk's id of the person", required=True),
    "email": Key("email", values.text_or_none, "an address"),
    "organization": Key("organization", values.text_or_none, "the organisation's name"),
    "name": Key("name", values.text_or_none, "the person's name"),
    "language": Key("language", values.text_or_none, "the language that the person reads: de, en-US, …"),
}

TICKET: Mapping[str, Key] = {
    "helpdesk": Key("helpdesk", values.some_text, "the helpdesk's name in the policy file", required=True),
    "id": Key("id", values.identity, "the ticket's number in the helpdesk", required=True),
    "subject": Key("subject", values.text, "the subject line", default=""),
    "url": Key("url", values.text_or_none, "where the ticket can be opened"),
    "created_at": Key("created_at", parse_instant, "a time with an offset", required=True, write=values.iso),
    "channel": Key("channel", values.text_or_none, "how it came in: email, web, api, …"),
    "kind": Key("kind", values.text_or_none, "the ticket's type: incident, question, …"),
    "priority": Key("priority", values.text_or_none, "the native priority at creation, or null"),
    "status": Key("status", values.category, "the category at creation", default=Category.OPEN, write=values.plain),
    "assignee": Key("assignee", values.identity_or_none, "the agent's id at creation, or null"),
    "tags": Key("tags", values.texts, "the tags at creation", default=(), write=list),
    "fields": Key("fields", values.fields, "custom fields at creation", default={}, write=dict),
    "group": Key("group", values.text_or_none, "the group of agents at creation, by its name"),
    "brand": Key("brand", values.text_or_none, "the brand (Freshdesk: product) at creation, by its name"),
    "form": Key("form", values.text_or_none, "the form at creation, by its name"),
    "participants": Key("participants", values.texts, "who was in copy (CC) at creation", default=(), write=list),
    "written_by": Key("written_by", values.identity_or_none, "the agent who wrote the request down for the customer"),
    "follows": Key("follows", values.identity_or_none, "the id of the closed ticket that this one follows up, or null"),
    "history_complete": Key("history_complete", values.flag, "false where messages could not be read", default=True),
    "complete_until": Key(
        "complete_until", values.instant_or_none, "until when all could be read, or null", write=values.iso
    ),
    "gaps": Key("gaps", values.gaps, "where messages may be missing", default=(), write=values.written_gaps),
}

_BY_ID = Key("by_id", values.identity_or_none, "the id of whoever did it")
_COMMON: Mapping[str, Key] = {
    "id": Key("id", values.identity, "the source's own id of the event", default=""),
    "seq": Key("seq", values.number, "the source's own order within a second", default=0),
    "observed_at": Key("observed_at", values.instant_or_none, "when slabot noticed it", write=values.iso),
}
_BY = {**_COMMON, "by": Key("by", values.actor, "who did it", default=Actor.AGENT, write=values.plain), "by_id": _BY_ID}
_CLOCK = {**_BY, "clock": Key("clock", values.text_or_none, "the clock's name; all clocks where it is left out")}
_BY_SLABOT = {**_BY, "by": Key("by", values.actor, "who did it", default=Actor.SLABOT, write=values.plain)}
_BY_CUSTOMER = {**_BY, "by": Key("by", values.actor, "who did it", default=Actor.CUSTOMER, write=values.plain)}
_KEY = {**_BY, "key": Key("key", values.some_text, "the key of the act", required=True)}
_ACT = {**_BY_SLABOT, "key": _KEY["key"]}
_MESSAGE = {
    **_COMMON,
    "author": Key("by", values.actor, "who wrote it: customer, agent, …", required=True, write=values.plain),
    "author_id": Key("by_id", values.identity_or_none, "the author's id"),
    "author_email": Key("email", values.text_or_none, "the author's address"),
    "public": Key("public", values.flag, "true where the customer could read it", default=True),
    "text": Key("text", values.text, "the words", default=""),
    "text_gone": Key("text_gone", values.flag, "true where the words are no longer kept", default=False),
    "auto_reply": Key("auto_reply", values.flag, "true for an automatic answer", default=False),
    "author_organization": Key("organization", values.text_or_none, "the author's organisation"),
    "light_agent": Key("light_agent", values.flag, "true for an agent who may not answer customers", default=False),
    "as_note": Key("as_note", values.flag, "true for a public note that was sent as no reply", default=False),
    "conversation": Key("conversation", values.text_or_none, "the live chat that it was said in"),
    "author_known": Key("author_known", values.flag, "false where nobody could say who the author is", default=True),
    "as_first_read": Key(
        "as_first_read", values.instant_or_none, "when slabot first read it with its author", write=values.iso
    ),
    "feedback": Key("feedback", values.flag, "false for a mere thanks whose words are no longer kept", default=True),
    "looked_automatic": Key("looked_automatic", values.flag, "true for automatic words that are gone", default=False),
    "meant": Key(
        "meant", values.text, "what words meant that are no longer kept: thanks_only, closing_word", default=""
    ),
}


def _name(what: str) -> Mapping[str, Key]:
    return {**_BY, "to": Key("to", values.text_or_none, f"the new {what} by its name, or null", required=True)}


_WHY = {**_BY, "text": Key("text", values.text, "why, in a sentence", default="")}
_CLOCK_STARTED = {"started_at": Key("started_at", values.instant_or_none, "when the clock started", write=values.iso)}
EVENTS: Mapping[str, EventSchema] = {
    "message": EventSchema(ev.Message, _MESSAGE),
    "status": EventSchema(
        ev.StatusChanged,
        {**_BY, "to": Key("to", values.category, "the new category", required=True, write=values.plain)},
    ),
    "priority": EventSchema(
        ev.PriorityChanged, {**_BY, "to": Key("to", values.text_or_none, "the new priority, or null", required=True)}
    ),
    "severity": EventSchema(
        ev.SeverityChanged,
        {
            **_BY,
            "to": Key("to", values.some_text, "a severity of the policy", required=True),
            "reason": Key("reason", values.text, "why", default=""),
            "or_else": Key("or_else", values.text_or_none, "another severity that the words bore, or null"),
            "by_reader": Key("by_reader", values.flag, "true where it was read in words that are gone", default=False),
        },
    ),
    "tags": EventSchema(
        ev.TagsChanged, {**_BY, "to": Key("to", values.texts, "all tags from now on", required=True, write=list)}
    ),
    "assignee": EventSchema(
        ev.AssigneeChanged, {**_BY, "to": Key("to", values.identity_or_none, "the agent's id, or null", required=True)}
    ),
    "field": EventSchema(
        ev.FieldChanged,
        {
            **_BY,
            "name": Key("name", values.some_text, "the custom field's name", required=True),
            "to": Key("to", values.field_value, "the new value", required=True),
        },
    ),
    "requester": EventSchema(
        ev.RequesterChanged,
        {
            **_BY,
            "to": Key("to", values.identity_or_none, "the new requester's id, or null", required=True),
            "email": Key("email", values.text_or_none, "the new requester's address"),
        },
    ),
    "participants": EventSchema(
        ev.ParticipantsChanged,
        {**_BY, "to": Key("to", values.texts, "all in copy from now on", required=True, write=list)},
    ),
    "organization": EventSchema(ev.OrganizationChanged, _name("organisation")),
    "group": EventSchema(ev.GroupChanged, _name("group")),
    "brand": EventSchema(ev.BrandChanged, _name("brand")),
    "form": EventSchema(ev.FormChanged, _name("form")),
    "privacy": EventSchema(
        ev.PrivacyChanged,
        {
            **_BY,
            "of": Key("of", values.identity, "the id of the message's event", required=True),
            "public": Key("public", values.flag, "true where the customer can read it from now on", required=True),
        },
    ),
    "rating": EventSchema(
        ev.Rated,
        {
            **_BY_CUSTOMER,
            "score": Key("score", values.some_text, "good or bad", required=True),
            "text": Key("text", values.text, "what the customer wrote with it", default=""),
        },
    ),
    "merged": EventSchema(
        ev.Merged, {**_BY, "into": Key("into", values.identity_or_none, "the ticket it lives on in")}
    ),
    "deleted": EventSchema(ev.Deleted, _BY),
    "restored": EventSchema(ev.Restored, _BY),
    "spam": EventSchema(ev.MarkedSpam, _BY),
    "page": EventSchema(
        ev.PageSent,
        {
            **_BY_SLABOT,
            "clock": Key("clock", values.some_text, "the clock's name", required=True),
            "rung": Key("rung", values.some_text, "the rung's words", required=True),
            "severity": Key("severity", values.text_or_none, "the severity in force then"),
            "repetition": Key("repetition", values.number_or_none, "0, then 1, 2, … for repeats"),
            "to": Key("to", values.text_or_none, "the destination, such as user:maya@acme.example"),
            "asked_at": Key("asked_at", values.instant_or_none, "when somebody asked for it", write=values.iso),
        },
    ),
    "acknowledged": EventSchema(ev.Acknowledged, _CLOCK),
    "unacknowledged": EventSchema(ev.Unacknowledged, _CLOCK),
    "snoozed": EventSchema(
        ev.Snoozed,
        {**_CLOCK, "until": Key("until", parse_instant, "a time with an offset", required=True, write=values.iso)},
    ),
    "claimed": EventSchema(ev.Claimed, _CLOCK),
    "escalated": EventSchema(ev.Escalated, _CLOCK),
    "ladder": EventSchema(
        ev.LadderFrozen,
        {
            **_BY_SLABOT,
            "clock": Key("clock", values.some_text, "the clock's label", required=True),
            "plan": Key("plan", values.some_text, "the ladders that it runs under, as JSON", required=True),
            "policy_version": Key("policy_version", values.number_or_none, "which version of the policy they are from"),
            "agreement": Key("agreement", values.text_or_none, "whose ladders they are; null for the file's own"),
        },
    ),
    "terms": EventSchema(
        ev.TermsFrozen,
        {
            **_BY_SLABOT,
            "clock": Key("clock", values.some_text, "the clock's label", required=True),
            "agreement": Key("agreement", values.some_text, "the agreement's name, or default", required=True),
            "target": Key("target", values.some_text, "the target, such as 2h", required=True),
            "calendar": Key("calendar", values.some_text, "the calendar's name", required=True),
            "policy_version": Key("policy_version", values.number_or_none, "which version of the policy they are from"),
            **_CLOCK_STARTED,
            "stopped_at": Key(
                "stopped_at", values.instant_or_none, "when the clock had stopped, or null", write=values.iso
            ),
            "why": Key("why", values.text, "why it was judged anew", default=""),
            "severity": Key("severity", values.text_or_none, "the severity in force then"),
            "due_at": Key("due_at", values.instant_or_none, "when it was due", write=values.iso),
            "met_until": Key("met_until", values.instant_or_none, "until when it could be met", write=values.iso),
            "missed_until": Key(
                "missed_until", values.instant_or_none, "until when the missed one could be met", write=values.iso
            ),
            "no_promise": Key("no_promise", values.text, "why nothing was promised", default=""),
            "settled": Key("settled", values.flag, "true where it is not worked out again", default=False),
        },
    ),
    "breach_reason": EventSchema(
        BreachReasonGiven,
        {
            **_WHY,
            "clock": Key("clock", values.some_text, "the label of the clock that was missed", required=True),
            "reason": Key("reason", values.some_text, "a reason of the policy", required=True),
            **_CLOCK_STARTED,
        },
    ),
    "excused": EventSchema(
        Excused,
        {
            **_WHY,
            "from": Key("since", parse_instant, "a time with an offset", required=True, write=values.iso),
            "to": Key("until", parse_instant, "a time with an offset, after from", required=True, write=values.iso),
            "reason": Key("reason", values.some_text, "a reason of the policy", required=True),
            "proof": Key("proof", values.text, "a link, or where the proof is kept", default=""),
            "clock": Key("clock", values.text_or_none, "the clock's name; all clocks where it is left out"),
            **_CLOCK_STARTED,
        },
    ),
    "excuse_withdrawn": EventSchema(
        ExcuseWithdrawn,
        {
            **_WHY,
            "of": Key("of", values.identity, "the id of the excused event that is taken back", required=True),
        },
    ),
    "reply": EventSchema(
        ReplyDeclared,
        {
            **_BY,
            "of": Key("of", values.identity, "the id of the message's event", required=True),
            "reply": Key(
                "reply", values.reply_is, "what it was: automatic, answer, unsaid", required=True, write=values.plain
            ),
        },
    ),
    "approved": EventSchema(ev.Approved, _KEY),
    "noted": EventSchema(ev.Noted, _ACT),
    "nudged": EventSchema(ev.Nudged, _ACT),
    "model_answered": EventSchema(
        ModelAnswered,
        {
            **_BY_SLABOT,
            "of": Key("of", values.some_text, "a digest of the texts that it is about", required=True),
            "texts": Key("texts", values.number, "how many messages these were", required=True),
            "model": Key("model", values.some_text, "the model's name", required=True),
            "evidence": Key(
                "evidence", values.indications, "what it found, and where", default=(), write=values.written_indications
            ),
        },
    ),
    "would": EventSchema(ev.Would, _ACT),
}

_NAMES = {schema.make: name for name, schema in EVENTS.items()}


def event_name(event: ev.AnyEvent) -> str:
    """The ``type`` that an event has in a ticket file."""
    return _NAMES[type(event)]
