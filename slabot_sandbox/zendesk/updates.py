"""Validate a write over the API, then change the ticket.

Promise: what the real API refuses is refused here, with its status and words, before anything is changed: an
outdated `updated_stamp`, a closed ticket, a solve without an assignee, a way back to new, a priority taken away.
Keys that the API does not know are ignored, and named in `x-zendesk-api-warn` as the real one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.zendesk import refusals
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.changes import change
from slabot_sandbox.zendesk.objects import PRIORITIES, STATUSES, TYPES, Ticket, via

MOST_COMMENTS = 5000  # a ticket; more are refused
STILL_WRITABLE = frozenset({"tags", "subject", "priority"})  # on a closed ticket
PLAIN_FIELDS = frozenset(
    {
        "status",
        "custom_status_id",
        "priority",
        "type",
        "subject",
        "assignee_id",
        "group_id",
        "organization_id",
        "requester_id",
        "tags",
        "external_id",
        "due_at",
        "problem_id",
        "custom_fields",
    }
)
HANDLED = PLAIN_FIELDS | {
    "comment",
    "safe_update",
    "updated_stamp",
    "metadata",
    "assignee_email",
    "additional_tags",
    "remove_tags",
    "additional_collaborators",
    "attribute_value_ids",
    "collaborator_ids",
    "email_ccs",
    "followers",
    "sharing_agreement_ids",
}
ENUMS = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES}
WHOLE_NUMBERS = ("assignee_id", "group_id", "organization_id", "requester_id", "problem_id", "custom_status_id")


@dataclass(slots=True)
class UpdateRules:
    """Settings of the account that decide how updates go."""

    assign_on_solve: bool = False  # solving an unassigned ticket assigns it to whoever solves it
    closed_shape: str = "status"  # how a closed ticket is refused: status, base or coded
    known_keys: frozenset[str] = field(default=HANDLED)


def update(
    account: ZendeskAccount, ticket: Ticket, body: Mapping[str, Any], *, actor: int, rules: UpdateRules
) -> tuple[Json, list[str]]:
    """Change the ticket as the body of a PUT asks; returns the audit and the keys that were ignored.

    Raises:
        Refused: the API would refuse it; nothing was changed.
    """
    wanted = {name: body[name] for name in PLAIN_FIELDS if name in body}
    _check_stamp(ticket, body)
    if ticket.status == "closed" and not set(body) - {"safe_update", "updated_stamp", "id"} <= STILL_WRITABLE:
        raise refusals.closed(rules.closed_shape)
    _check_types(account, wanted)
    if "assignee_email" in body:
        user = account.user_by_email(str(body["assignee_email"]))
        wanted["assignee_id"] = user["id"] if user else 0
    _check_people(account, wanted)
    wanted.update(_tags(ticket, body))
    if "custom_fields" in wanted:
        wanted["custom_fields"] = _custom_fields(ticket, wanted["custom_fields"])
    _check_priority(ticket, wanted)
    _check_status(account, ticket, wanted, actor=actor, rules=rules)
    comment = _comment(account, ticket, body.get("comment"))
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise refusals.invalid(metadata="Metadata: must be an object")
    audit = change(
        account,
        ticket,
        wanted,
        actor=actor,
        source=via("api"),
        custom=metadata,
        **comment,
    )
    return audit, sorted(set(body) - rules.known_keys)


def _check_stamp(ticket: Ticket, body: Mapping[str, Any]) -> None:
    if not body.get("safe_update"):
        return
    try:
        seen = datetime.fromisoformat(str(body.get("updated_stamp")))
    except ValueError:
        raise refusals.update_conflict() from None
    if seen.tzinfo is None or seen != datetime.fromisoformat(ticket.shown["updated_at"]):
        raise refusals.update_conflict()


def _check_types(account: ZendeskAccount, wanted: Mapping[str, Any]) -> None:
    for name, allowed in ENUMS.items():
        if wanted.get(name) is not None and wanted[name] not in allowed:
            raise refusals.invalid(**{name: f"{name.title()}: {wanted[name]} is not valid"})
    if "status" in wanted and wanted["status"] is None:
        raise refusals.invalid(status="Status: cannot be blank")
    for name in WHOLE_NUMBERS:
        value = wanted.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise refusals.invalid(**{name: f"{name}: must be a whole number"})
    status = wanted.get("custom_status_id")
    if status is not None and status not in account.custom_statuses:
        raise refusals.invalid(custom_status_id="Custom status: is invalid")


def _check_people(account: ZendeskAccount, wanted: Mapping[str, Any]) -> None:
    if "requester_id" in wanted and wanted["requester_id"] not in account.users:
        raise refusals.invalid(requester="Requester: is invalid")
    assignee = wanted.get("assignee_id")
    if assignee is not None and not account.is_staff(assignee):
        raise refusals.invalid(assignee="Assignee: is invalid")


def _check_priority(ticket: Ticket, wanted: Mapping[str, Any]) -> None:
    if "priority" in wanted and wanted["priority"] is None and ticket.shown["priority"] is not None:
        raise refusals.invalid(priority="Priority: cannot be blank")  # our words; the rule is Zendesk's


def _check_status(account: ZendeskAccount, ticket: Ticket, wanted: Json, *, actor: int, rules: UpdateRules) -> None:
    status = wanted.get("status")
    if status is None and wanted.get("custom_status_id") is not None:
        status = account.custom_statuses[wanted["custom_status_id"]]["status_category"]
    if status == "new" and ticket.status != "new":
        raise refusals.invalid(status="Status: cannot go back to New")  # our words; the rule is Zendesk's
    if status in ("solved", "closed") and wanted.get("assignee_id", ticket.shown["assignee_id"]) is None:
        if not rules.assign_on_solve:
            raise refusals.invalid(assignee="Assignee: is required when solving a ticket")
        wanted["assignee_id"] = actor


def _tags(ticket: Ticket, body: Mapping[str, Any]) -> Json:
    asked = {name: body[name] for name in ("tags", "additional_tags", "remove_tags") if name in body}
    if not asked:
        return {}
    lists = {name: given.split() if isinstance(given, str) else given or [] for name, given in asked.items()}
    if not all(isinstance(tags, list) for tags in lists.values()):
        raise refusals.invalid(tags="Tags: must be a list")
    named = {name: {str(tag).lower() for tag in tags} for name, tags in lists.items()}
    tags = named.get("tags", set(ticket.shown["tags"]))
    return {"tags": sorted((tags | named.get("additional_tags", set())) - named.get("remove_tags", set()))}


def _custom_fields(ticket: Ticket, given: Any) -> list[Json]:
    if not isinstance(given, list) or not all(
        isinstance(field, dict) and isinstance(field.get("id"), int) for field in given
    ):
        raise refusals.invalid(custom_fields="Custom fields: must be a list of id and value")
    fields = {field["id"]: field["value"] for field in ticket.shown["custom_fields"]}
    fields.update({field["id"]: field.get("value") for field in given})
    return [{"id": number, "value": value} for number, value in fields.items()]


def _comment(account: ZendeskAccount, ticket: Ticket, comment: Any) -> Json:
    if comment is None:
        return {}
    if not isinstance(comment, dict) or not (comment.get("body") or comment.get("html_body")):
        raise refusals.invalid(comment="Comment: cannot be blank")
    if ticket.comments is not None and len(ticket.comments) >= MOST_COMMENTS:
        raise refusals.invalid(base=f"Ticket: has reached the limit of {MOST_COMMENTS} comments")
    author = comment.get("author_id")
    if author is not None and (not isinstance(author, int) or author not in account.users):
        raise refusals.invalid(author="Author: is invalid")
    # Left out, `public` follows what the ticket began with.
    public = comment.get("public", ticket.comments[0]["public"] if ticket.comments else ticket.shown["is_public"])
    return {
        "text": str(comment.get("body") or comment["html_body"]),
        "html_text": str(comment["html_body"]) if comment.get("html_body") else None,
        "public": bool(public),
        "author": author,
    }
