"""Write the body of a webhook about a change.

Promise: the event envelopes of Zendesk's own webhooks (ids as strings, statuses in capitals, one for each thing that
happened), and for the webhooks of triggers the admin's own text with its placeholders filled in, all of them strings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.zendesk.account import Changed, ZendeskAccount

PREFIX = "zen:event-type:ticket."
VERSION = "2022-11-06"
EVENT_TYPES = tuple(
    PREFIX + name
    for name in (
        "created",
        "comment_added",
        "status_changed",
        "custom_status_changed",
        "priority_changed",
        "type_changed",
        "subject_changed",
        "tags_changed",
        "agent_assignment_changed",
        "group_assignment_changed",
        "organization_changed",
        "requester_changed",
        "custom_field_changed",
        "merged",
        "soft_deleted",
        "undeleted",
        "marked_as_spam",
    )
)
FIELD_EVENTS = {
    "status": "status_changed",
    "custom_status_id": "custom_status_changed",
    "priority": "priority_changed",
    "type": "type_changed",
    "subject": "subject_changed",
    "tags": "tags_changed",
    "assignee_id": "agent_assignment_changed",
    "group_id": "group_assignment_changed",
    "organization_id": "organization_changed",
    "requester_id": "requester_changed",
    "custom_fields": "custom_field_changed",
}
IN_CAPITALS = ("status", "priority", "type")
PLACEHOLDER = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
TRIGGER_BODY = json.dumps(
    {
        "ticket_id": "{{ticket.id}}",
        "status": "{{ticket.status}}",
        "priority": "{{ticket.priority}}",
        "updated_at": "{{ticket.updated_at}}",
    }
)


def envelopes(account: ZendeskAccount, changed: Changed) -> list[Json]:
    """One envelope for each thing that happened in the change."""
    told = list(_events(account, changed))
    sequence = account.ids.uuid()
    now = stamp(account.clock.now())
    return [
        {
            "type": PREFIX + name,
            "account_id": account.number,
            "id": account.ids.uuid(),
            "time": now,
            "zendesk_event_version": VERSION,
            "subject": f"zen:ticket:{changed.ticket.id}",
            "detail": _detail(changed),
            "event": {**event, "meta": {"sequence": {"id": sequence, "position": place}}},
        }
        for place, (name, event) in enumerate(told, start=1)
    ]


def trigger_body(account: ZendeskAccount, changed: Changed, template: str) -> str:
    """The trigger's text with its placeholders filled in; unknown ones come out empty, nothing is escaped."""
    shown = changed.ticket.shown
    assignee = account.users.get(shown["assignee_id"], {})
    requester = account.users.get(shown["requester_id"], {})
    known = {
        "ticket.id": shown["id"],
        "ticket.title": shown["subject"],
        "ticket.description": shown["description"],
        "ticket.status": str(shown["status"]).title(),
        "ticket.priority": str(shown["priority"] or "").title(),
        "ticket.ticket_type": str(shown["type"] or "").title(),
        "ticket.tags": " ".join(shown["tags"]),
        "ticket.url": shown["url"],
        "ticket.external_id": shown["external_id"],
        "ticket.created_at_with_timestamp": shown["created_at"],
        "ticket.updated_at_with_timestamp": shown["updated_at"],
        "ticket.created_at": shown["created_at"],
        "ticket.updated_at": shown["updated_at"],
        "ticket.assignee.id": assignee.get("id"),
        "ticket.assignee.email": assignee.get("email"),
        "ticket.requester.id": requester.get("id"),
        "ticket.requester.email": requester.get("email"),
        "ticket.group.id": shown["group_id"],
        "current_user.id": changed.actor,
    }

    def fill(found: re.Match[str]) -> str:
        value = known.get(found.group(1))
        return "" if value is None else str(value)

    return PLACEHOLDER.sub(fill, template)


def _events(account: ZendeskAccount, changed: Changed) -> Iterator[tuple[str, Json]]:
    if changed.created:
        yield "created", {}
    if changed.comment is not None and not changed.created:
        author = changed.comment["author_id"]
        yield (
            "comment_added",
            {
                "comment": {
                    "author": {
                        "id": str(author),
                        "is_staff": account.is_staff(author),
                        "name": account.users.get(author, {}).get("name", ""),
                    },
                    "body": changed.comment["body"],
                    "id": str(changed.comment["id"]),
                    "is_public": changed.comment["public"],
                }
            },
        )
    for name, (former, value) in changed.changes.items():
        if name == "tags":
            added, removed = set(value or ()) - set(former or ()), set(former or ()) - set(value or ())
            yield "tags_changed", {"tags_added": sorted(added), "tags_removed": sorted(removed)}
        elif name in FIELD_EVENTS:
            yield FIELD_EVENTS[name], {"current": _word(name, value), "previous": _word(name, former)}
    if changed.special is not None:
        yield changed.special, dict(changed.special_event)


def _detail(changed: Changed) -> Json:
    shown = changed.ticket.shown
    return {
        "actor_id": str(changed.actor),
        "assignee_id": _id(shown["assignee_id"]),
        "brand_id": _id(shown["brand_id"]),
        "created_at": shown["created_at"],
        "custom_status": _id(shown["custom_status_id"]),
        "description": shown["description"],
        "external_id": shown["external_id"] or "",
        "form_id": _id(shown["ticket_form_id"]),
        "group_id": _id(shown["group_id"]),
        "id": str(shown["id"]),
        "is_public": shown["is_public"],
        "organization_id": _id(shown["organization_id"]),
        "priority": _word("priority", shown["priority"]),
        "requester_id": _id(shown["requester_id"]),
        "status": _word("status", shown["status"]),
        "subject": shown["subject"],
        "submitter_id": _id(shown["submitter_id"]),
        "tags": shown["tags"],
        "type": _word("type", shown["type"]),
        "updated_at": shown["updated_at"],
        "via": {"channel": shown["via"]["channel"]},
    }


def _id(value: int | None) -> str:
    return "0" if value is None else str(value)


def _word(name: str, value: object) -> object:
    if name in IN_CAPITALS:
        return None if value is None else str(value).upper()
    return _id(value) if isinstance(value, int) or (value is None and name.endswith("_id")) else value
