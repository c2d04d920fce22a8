"""Validate a write over the API, then change the ticket.

Promise: what the real API refuses is refused here, with its status and words, before anything is changed: fields that
it does not know, values of another type, an agent who is none, a resolve while a field that is required for it is
empty. There is no lock against outdated reads, as there is none in the real product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.freshdesk import changes
from slabot_sandbox.freshdesk.account import FreshdeskAccount
from slabot_sandbox.freshdesk.changes import Line
from slabot_sandbox.freshdesk.fields import a, one_of
from slabot_sandbox.freshdesk.objects import CLOSURE, PRIORITIES, SOURCES, TYPES, Kind, Source, Ticket, clean, plain
from slabot_sandbox.freshdesk.refusals import invalid, wrong

UNKNOWN = "Unexpected/invalid field in request"
LONGEST_TAG = 32  # characters
WHOLE = "Positive Integer"
INSTANT = "It should be in the 'combined date and time ISO8601' format"
NOTE_FIELDS = ("body", "private", "notify_emails", "user_id", "incoming")
REPLY_FIELDS = ("body", "from_email", "user_id", "cc_emails", "bcc_emails")
UPDATE_FIELDS = (
    "subject",
    "type",
    "status",
    "priority",
    "description",
    "responder_id",
    "custom_fields",
    "due_by",
    "fr_due_by",
    "group_id",
    "source",
    "tags",
    "requester_id",
    "company_id",
)


def update(account: FreshdeskAccount, ticket: Ticket, body: Mapping[str, Any], *, actor: int) -> None:
    """Change the ticket as the body of a PUT asks.

    Raises:
        Refused: the API would refuse it; nothing was changed.
    """
    _only(body, UPDATE_FIELDS)
    errors = [error for name, value in body.items() if (error := _judge(account, name, value)) is not None]
    errors += _judge_custom(account, body.get("custom_fields"))
    if errors:
        raise invalid(*errors)
    wanted = dict(body)
    if "tags" in wanted:
        wanted["tags"] = list(dict.fromkeys(wanted["tags"]))
    if "custom_fields" in wanted:
        wanted["custom_fields"] = ticket.shown["custom_fields"] | wanted["custom_fields"]
    if "description" in wanted:
        wanted["description"] = clean(wanted["description"])
        wanted["description_text"] = plain(wanted["description"])
    for name in ("due_by", "fr_due_by"):
        if wanted.get(name) is not None:
            wanted[name] = stamp(datetime.fromisoformat(wanted[name]))
    if lacking := _lacking(account, {**ticket.shown, **wanted}):
        raise invalid(*lacking)
    changes.change(account, ticket, wanted, actor=actor)


def note(account: FreshdeskAccount, ticket: Ticket, body: Mapping[str, Any], *, actor: int) -> Json | None:
    """Add a note, private unless it says otherwise. Raises `Refused`."""
    _only(body, NOTE_FIELDS)
    private, incoming = body.get("private", True), body.get("incoming", False)
    flags = [
        wrong(name, a("Boolean"), "datatype_mismatch")
        for name, value in (("private", private), ("incoming", incoming))
        if not isinstance(value, bool)
    ]
    text = _text(body, flags + _judge_user(account, body))
    kind = Kind.CUSTOMER if incoming else Kind.PRIVATE if private else Kind.PUBLIC
    line = Line(body=text, user=body.get("user_id") or actor, kind=kind, source=Source.NOTE)
    return changes.change(account, ticket, actor=actor, line=line)


def reply(account: FreshdeskAccount, ticket: Ticket, body: Mapping[str, Any], *, actor: int) -> Json | None:
    """Write to the requester. Raises `Refused`."""
    _only(body, REPLY_FIELDS)
    lists = [
        wrong(name, a("Array"), "datatype_mismatch")
        for name in ("cc_emails", "bcc_emails")
        if not isinstance(body.get(name, []), list)
    ]
    text = _text(body, lists + _judge_user(account, body))
    to = account.email_of(ticket.shown["requester_id"])
    line = Line(body=text, user=body.get("user_id") or actor, kind=Kind.PUBLIC, to=(to,) if to else ())
    return changes.change(account, ticket, actor=actor, line=line)


def _only(body: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if strange := [wrong(name, UNKNOWN, "invalid_field") for name in body if name not in known]:
        raise invalid(*strange)


def _text(body: Mapping[str, Any], errors: list[Json]) -> str:
    text = body.get("body")
    if not isinstance(text, str) or not text.strip():
        code = "datatype_mismatch" if "body" in body and not isinstance(text, str) else "missing_field"
        errors = [wrong("body", a("String"), code), *errors]
    if errors:
        raise invalid(*errors)
    return str(text)


def _judge_user(account: FreshdeskAccount, body: Mapping[str, Any]) -> list[Json]:
    user = body.get("user_id")
    if user is None or user in account.agents:
        return []
    return [wrong("user_id", "There is no agent matching the given user_id")]


def _judge(account: FreshdeskAccount, name: str, value: Any) -> Json | None:
    """What is wrong with the value of one field; None if nothing is."""
    choices: dict[str, Any] = {
        "status": sorted(account.statuses),
        "priority": list(PRIORITIES.values()),
        "source": list(SOURCES.values()),
        "type": list(TYPES),
    }
    if name in choices:
        if name == "type" and value is None:
            return None
        right = isinstance(value, type(choices[name][0])) and not isinstance(value, bool)
        code = "invalid_value" if right else "datatype_mismatch"
        return None if right and value in choices[name] else wrong(name, one_of(choices[name]), code)
    judge = JUDGES.get(name)
    said = judge(account, value) if judge is not None else None
    return None if said is None else wrong(name, *said)


def _judge_text(account: FreshdeskAccount, value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, str) else (a("String"), "datatype_mismatch")


def _judge_tags(account: FreshdeskAccount, value: Any) -> tuple[str, str] | None:
    if not isinstance(value, list):
        return a("Array"), "datatype_mismatch"
    if not all(isinstance(tag, str) for tag in value):
        return "It should contain elements of type String only", "datatype_mismatch"
    if any(len(tag) > LONGEST_TAG for tag in value):
        return f"It should only contain elements that have maximum of {LONGEST_TAG} characters", "invalid_value"
    return None


def _judge_agent(account: FreshdeskAccount, value: Any) -> tuple[str, str] | None:
    if (said := _judge_id(account, value)) is not None:
        return said
    known = value is None or value in account.agents
    return None if known else ("There is no agent matching the given responder_id", "invalid_value")


def _judge_requester(account: FreshdeskAccount, value: Any) -> tuple[str, str] | None:
    known = isinstance(value, int) and account.user(value) is not None
    return None if known else ("There is no contact matching the given requester_id", "invalid_value")


def _judge_id(account: FreshdeskAccount, value: Any) -> tuple[str, str] | None:
    fits = value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0)
    return None if fits else (a(WHOLE), "datatype_mismatch")


def _judge_instant(account: FreshdeskAccount, value: Any) -> tuple[str, str] | None:
    try:
        fits = value is None or datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        fits = False
    return None if fits else (INSTANT, "invalid_date")


def _judge_object(account: FreshdeskAccount, value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, dict) else (a("key/value pair"), "datatype_mismatch")


JUDGES: Mapping[str, Callable[[FreshdeskAccount, Any], tuple[str, str] | None]] = {
    "subject": _judge_text,
    "description": _judge_text,
    "tags": _judge_tags,
    "responder_id": _judge_agent,
    "requester_id": _judge_requester,
    "group_id": _judge_id,
    "company_id": _judge_id,
    "due_by": _judge_instant,
    "fr_due_by": _judge_instant,
    "custom_fields": _judge_object,
}


def _judge_custom(account: FreshdeskAccount, given: Any) -> list[Json]:
    errors = []
    for name, value in given.items() if isinstance(given, dict) else ():
        field = account.fields.get(name)
        if field is None or not field.is_custom:
            errors.append(wrong(f"custom_fields.{name}", UNKNOWN, "invalid_field"))
        elif (said := field.takes(value)) is not None:
            errors.append(wrong(field.path, said, "invalid_value" if field.choices else "datatype_mismatch"))
    return errors


def _lacking(account: FreshdeskAccount, shown: Mapping[str, Any]) -> list[Json]:
    """The fields that must be filled in before the ticket may have the status that it would have."""
    if shown["status"] not in CLOSURE:
        return []
    return [
        wrong(field.path, field.lack, "missing_field")
        for field in account.fields.values()
        if field.required_for_closure and field.value(shown) in (None, "", [])
    ]
