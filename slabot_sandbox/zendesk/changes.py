"""Create and change tickets.

Promise: there is one way in which a ticket changes, whoever changes it: the fields, the audit with its events, the
comment, `updated_at` and `generated_timestamp` move together, the journal tells the effect once, and listeners hear
of it. Zendesk's native rules hold here: an end user's comment opens a waiting or solved ticket, an assigned ticket
is no longer new, status and custom status agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.journal import Did
from slabot_sandbox.zendesk.account import SERVICE, Changed, ZendeskAccount
from slabot_sandbox.zendesk.objects import (
    Ticket,
    audit_value,
    comment_event,
    comment_object,
    scrubbed,
    ticket_object,
    via,
)

REOPENED_BY_CUSTOMER = ("pending", "hold", "solved")
COPIES = "email_cc_ids"
CREATE_FIELDS = (  # in the order of the recordings
    "subject",
    "requester_id",
    "priority",
    "type",
    "status",
    "tags",
    "assignee_id",
    "group_id",
    "organization_id",
    "brand_id",
    "ticket_form_id",
    "custom_status_id",
)
SYSTEM_METADATA = {
    "client": "sandbox",
    "ip_address": "192.0.2.1",
    "location": "Loopback",
    "latitude": 0,
    "longitude": 0,
}


def create(
    account: ZendeskAccount,
    *,
    requester: int,
    submitter: int,
    subject: str,
    text: str,
    html_text: str | None = None,
    public: bool = True,
    source: Json | None = None,
    at: datetime | None = None,
    number: int | None = None,
    fields: Mapping[str, Any] | None = None,
    custom: Mapping[str, Any] | None = None,
    flags: Iterable[int] = (),
    events: Iterable[Json] = (),
    by: str = "people",
    history: bool = False,
) -> tuple[Ticket, Json]:
    """A new ticket with its first comment; returns it with its audit.

    With `history` it is loaded, not made now: nothing is journalled or told, and no native rule adds anything.

    Raises:
        ActError: the number is taken.
    """
    at = at or account.clock.now()
    source = source or via("web")
    given = dict(fields or {})
    status = str(given.pop("status", "new"))
    if status == "new" and given.get("assignee_id") and not history:
        status = "open"
    shown = ticket_object(base=account.base, number=account.take_number(number), at=at) | {
        "via": source,
        "subject": subject,
        "raw_subject": subject,
        "description": text,
        "requester_id": requester,
        "submitter_id": submitter,
        "organization_id": account.users.get(requester, {}).get("organization_id"),
        "brand_id": account.brand,
        "ticket_form_id": account.form,
        "is_public": public,
        "status": status,
        "custom_status_id": account.default_status(status),
        **given,
    }
    shown["collaborator_ids"] = list(shown[COPIES])
    ticket = Ticket(shown=shown, generated=int(at.timestamp()))
    account.keep(ticket)
    audit = _audit(account, ticket, author=submitter, at=at, source=source, custom=custom, flags=flags)
    comment = _comment(account, ticket, audit, author=submitter, text=text, html_text=html_text, public=public)
    audit["events"] += [
        {"id": account.ids.number(), "type": "Create", "value": audit_value(shown[name]), "field_name": name}
        for name in CREATE_FIELDS
        if shown[name] is not None or name in ("priority", "type")
    ]
    if shown[COPIES]:  # as recorded: "Name <address>"
        copies = ", ".join(f"{account.users[one]['name']} <{account.users[one]['email']}>" for one in shown[COPIES])
        audit["events"].append(
            {"id": account.ids.number(), "type": "Create", "value": copies, "field_name": "current_collaborators"}
        )
    audit["events"] += [{"id": account.ids.number(), **event} for event in events]
    if not history:
        account.journal.effect(
            Did.TICKET_CREATED, SERVICE, by=by, who=account.email_of(submitter), ticket=ticket.id, subject=subject
        )
        account.tell(Changed(ticket=ticket, audit=audit, actor=submitter, created=True, comment=comment))
    return ticket, audit


def change(
    account: ZendeskAccount,
    ticket: Ticket,
    wanted: Mapping[str, Any] | None = None,
    *,
    actor: int,
    text: str | None = None,
    html_text: str | None = None,
    public: bool = True,
    author: int | None = None,
    source: Json | None = None,
    at: datetime | None = None,
    custom: Mapping[str, Any] | None = None,
    by: str = "people",
    history: bool = False,
    special: str | None = None,
    special_event: Json | None = None,
    events: Iterable[Json] = (),
    flags: Iterable[int] = (),
) -> Json:
    """Set fields, add a comment, or both, as one audit; returns the audit, without events if nothing changed.

    `events` are further events of the audit, of kinds that are neither; they get their ids here.

    With `history` it is loaded, not done now: nothing is journalled or told, and no native rule adds anything.
    """
    at = at or account.clock.now()
    author = actor if author is None else author
    fields = _settled(
        account, ticket, dict(wanted or {}), comment_by=author if text is not None else None, native=not history
    )
    changes = {
        name: (ticket.shown.get(name), value) for name, value in fields.items() if ticket.shown.get(name) != value
    }
    further = [{"id": account.ids.number(), **event} for event in events]
    keep = bool(changes or further or text is not None)
    audit = _audit(account, ticket, author=actor, at=at, source=source, custom=custom, keep=keep, flags=flags)
    comment = None
    if text is not None:
        comment = _comment(account, ticket, audit, author=author, text=text, html_text=html_text, public=public)
        if public:
            ticket.shown["is_public"] = True
    for name, (former, value) in changes.items():
        audit["events"].append(_change_event(account, name, former, value))
        ticket.shown[name] = value
        if name == "subject":
            ticket.shown["raw_subject"] = value
        if name == COPIES:
            ticket.shown["collaborator_ids"] = list(value)
    audit["events"] += further
    if changes or further or comment is not None:
        touch(ticket, at)
    if not history:
        if comment is not None:
            account.note_message(
                ticket,
                public=comment["public"],
                text=comment["body"],
                author=comment["author_id"],
                actor=actor,
                by=by,
                marker=dict(custom or {}),
            )
        told = {name: pair for name, pair in changes.items() if name != "custom_status_id"}
        account.note_changes(ticket, told, actor=actor, by=by)
        account.tell(
            Changed(
                ticket=ticket,
                audit=audit,
                actor=actor,
                changes=changes,
                comment=comment,
                special=special,
                special_event=special_event or {},
            )
        )
    return audit


def _change_event(account: ZendeskAccount, name: str, former: Any, value: Any) -> Json:
    if name == COPIES:  # an event of its own, with addresses
        before, after = ([account.email_of(user) for user in users] for users in (former, value))
        told = {"type": "EmailCcChange", "previous_email_ccs": before, "current_email_ccs": after}
        return {"id": account.ids.number(), **told}
    return {
        "id": account.ids.number(),
        "type": "Change",
        "value": audit_value(value),
        "field_name": name,
        "previous_value": audit_value(former),
    }


def delete(account: ZendeskAccount, ticket: Ticket, *, actor: int, spam: bool = False, by: str = "people") -> None:
    """Delete a ticket: from now on only the export shows it, scrubbed."""
    hide(account, ticket, actor=actor, at=account.clock.now())
    kind, special = (Did.TICKET_SPAM, "marked_as_spam") if spam else (Did.TICKET_DELETED, "soft_deleted")
    account.journal.effect(kind, SERVICE, by=by, who=account.email_of(actor), ticket=ticket.id)
    account.tell(Changed(ticket=ticket, audit={}, actor=actor, special=special))


def restore(account: ZendeskAccount, ticket: Ticket, *, actor: int, by: str = "people") -> None:
    """Take a deleted ticket back, as it was."""
    unhide(account, ticket, actor=actor, at=account.clock.now())
    account.journal.effect(Did.TICKET_RESTORED, SERVICE, by=by, who=account.email_of(actor), ticket=ticket.id)
    account.tell(Changed(ticket=ticket, audit={}, actor=actor, special="undeleted"))


def hide(account: ZendeskAccount, ticket: Ticket, *, actor: int, at: datetime) -> None:
    """A ticket goes, with an audit that says so, as recorded; nobody is told."""
    audit = _audit(account, ticket, author=actor, at=at, source=None, custom=None)
    audit["events"].append(_change_event(account, "status", ticket.status, "deleted"))
    ticket.hidden = dict(ticket.shown)
    ticket.shown = scrubbed(ticket.shown)
    touch(ticket, at)


def unhide(account: ZendeskAccount, ticket: Ticket, *, actor: int, at: datetime) -> None:
    """A ticket comes back as it was, with an audit that says so, as recorded; nobody is told."""
    ticket.shown, ticket.hidden = ticket.hidden or ticket.shown, None
    audit = _audit(account, ticket, author=actor, at=at, source=None, custom=None)
    audit["events"].append(_change_event(account, "status", "deleted", ticket.status))
    touch(ticket, at)


def touch(ticket: Ticket, at: datetime) -> None:
    """The ticket changed at this instant: its time moves, and the export will show it again."""
    ticket.shown["updated_at"] = stamp(at)
    ticket.generated = int(at.timestamp())


def _settled(account: ZendeskAccount, ticket: Ticket, wanted: Json, *, comment_by: int | None, native: bool) -> Json:
    """The wanted fields with what follows from them by Zendesk's own rules."""
    if wanted.get("custom_status_id") in account.custom_statuses and "status" not in wanted:
        wanted["status"] = account.custom_statuses[wanted["custom_status_id"]]["status_category"]
    if native and "status" not in wanted:
        answered = account.role(comment_by) == "end-user" and ticket.status in REOPENED_BY_CUSTOMER
        taken = ticket.status == "new" and wanted.get("assignee_id")
        if answered or taken:
            wanted["status"] = "open"
    if "status" in wanted and wanted["status"] != ticket.status and "custom_status_id" not in wanted:
        wanted["custom_status_id"] = account.default_status(wanted["status"])
    if wanted.get("assignee_id") and ticket.shown["group_id"] is None and "group_id" not in wanted:
        wanted["group_id"] = account.group["id"]
    return wanted


def _audit(
    account: ZendeskAccount,
    ticket: Ticket,
    *,
    author: int,
    at: datetime,
    source: Json | None,
    custom: Mapping[str, Any] | None,
    keep: bool = True,
    flags: Iterable[int] = (),
) -> Json:
    audit: Json = {
        "id": account.ids.number(),
        "ticket_id": ticket.id,
        "created_at": stamp(at),
        "author_id": author,
        "metadata": {"system": dict(SYSTEM_METADATA), "custom": dict(custom or {})},
        "events": [],
        "via": source or via("web"),
    }
    if marks := list(flags):
        audit["metadata"] |= {"flags": marks, "flags_options": {str(flag): {"trusted": False} for flag in marks}}
    if keep:
        ticket.audits = [*(ticket.audits or []), audit] if ticket.audits is not None else None
    return audit


def _comment(
    account: ZendeskAccount, ticket: Ticket, audit: Json, *, author: int, text: str, html_text: str | None, public: bool
) -> Json:
    comment = comment_object(
        number=account.ids.number(),
        audit=audit["id"],
        author=author,
        text=text,
        html_text=html_text,
        public=public,
        at=datetime.fromisoformat(audit["created_at"]),
        source=audit["via"],
    )
    comment["metadata"] = audit["metadata"]
    audit["events"].append(comment_event(comment))
    if ticket.comments is not None:
        ticket.comments.append(comment)
    return comment
