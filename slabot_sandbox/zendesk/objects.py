"""Build Zendesk's objects.

Promise: the same keys, types and spellings as in recordings of the real API: ids are whole numbers, times have whole
seconds and a Z, audit values are strings.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slabot_sandbox.base.account import HelpdeskTicket
from slabot_sandbox.base.objects import Json, stamp

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("problem", "incident", "question", "task")
SYSTEM_AUTHOR = -1  # the author of lines that no user wrote
LISTS = ("collaborator_ids", "follower_ids", "email_cc_ids", "sharing_agreement_ids", "followup_ids")


@dataclass(slots=True, kw_only=True)
class Ticket(HelpdeskTicket):
    """A ticket as the account keeps it.

    Attributes:
        shown: the ticket object as the API shows it.
        comments, audits: oldest first; None if they were not recorded, so that nobody can read them.
        generated: `generated_timestamp`, seconds since 1970: when the export's view of the ticket last changed.
        hidden: what a deleted ticket was before; the export shows deleted tickets scrubbed.
        chat: the conversation that is going on; nobody outside can see what is said in it until it ends.
    """

    comments: list[Json] | None = field(default_factory=list)
    audits: list[Json] | None = field(default_factory=list)
    generated: int = 0
    hidden: Json | None = None
    chat: Json | None = None

    @property
    def status(self) -> str:
        """The status, `deleted` among them."""
        return str(self.shown["status"])

    @property
    def gone(self) -> bool:
        """Is it deleted, as far as everybody but the export is concerned?"""
        return self.status == "deleted"


def seconds_of(text: str) -> int:
    """Seconds since 1970 of a time as Zendesk writes it."""
    return int(datetime.fromisoformat(text).timestamp())


def via(channel: str, *, source: Json | None = None, to: Json | None = None, rel: str | None = None) -> Json:
    """Where something came from."""
    return {"channel": channel, "source": {"from": source or {}, "to": to or {}, "rel": rel}}


def ticket_object(*, base: str, number: int, at: datetime, **known: Any) -> Json:
    """A ticket object; what is not known is null or empty, as in the recordings."""
    blank: Json = {
        "url": f"{base}/api/v2/tickets/{number}.json",
        "id": number,
        "external_id": None,
        "via": via("web"),
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "type": None,
        "subject": None,
        "raw_subject": None,
        "description": None,
        "priority": None,
        "status": "new",
        "recipient": None,
        "requester_id": None,
        "submitter_id": None,
        "assignee_id": None,
        "organization_id": None,
        "group_id": None,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": [],
        "custom_fields": [],
        "satisfaction_rating": None,
        "sharing_agreement_ids": [],
        "custom_status_id": None,
        "fields": [],
        "followup_ids": [],
        "ticket_form_id": None,
        "brand_id": None,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
    }
    return blank | known


def scrubbed(shown: Mapping[str, Any]) -> Json:
    """A deleted ticket as the export shows it."""
    return {
        **shown,
        "status": "deleted",
        "subject": "SCRUBBED",
        "raw_subject": "SCRUBBED",
        "description": "X",
        "tags": [],
        "custom_fields": [],
        "fields": [],
    }


def user_object(
    *,
    base: str,
    number: int,
    at: datetime,
    name: str,
    email: str | None,
    role: str,
    organization: int | None,
    light: bool = False,
) -> Json:
    """A user object as an administrator sees it; `light` for an agent who may not answer customers."""
    return {
        "id": number,
        "url": f"{base}/api/v2/users/{number}.json",
        "name": name,
        "email": email,
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "time_zone": "New Delhi",
        "iana_time_zone": "Asia/Kolkata",
        "phone": None,
        "shared_phone_number": None,
        "photo": None,
        "locale_id": 1,
        "locale": "en-US",
        "organization_id": organization,
        "role": role,
        "verified": True,
        "external_id": None,
        "tags": [],
        "alias": None,
        "active": True,
        "shared": False,
        "shared_agent": False,
        "last_login_at": None,
        "two_factor_auth_enabled": None,
        "signature": None,
        "details": None,
        "notes": None,
        "role_type": None if role == "end-user" else 4 if role == "admin" else 1 if light else 0,
        "custom_role_id": None,
        "moderator": role != "end-user",
        "ticket_restriction": "requested" if role == "end-user" else None,
        "only_private_comments": light,
        "restricted_agent": role != "admin",
        "suspended": False,
        "default_group_id": None,
        "report_csv": role == "admin",
        "user_fields": {},
    }


def comment_object(
    *, number: int, audit: int, author: int, text: str, html_text: str | None, public: bool, at: datetime, source: Json
) -> Json:
    """A comment as the comments endpoint shows it."""
    return {
        "id": number,
        "type": "Comment",
        "author_id": author,
        "body": text,
        "html_body": html_text or rich(text),
        "plain_body": text,
        "public": public,
        "attachments": [],
        "audit_id": audit,
        "via": source,
        "created_at": stamp(at),
        "metadata": {"system": {}, "custom": {}},
    }


def comment_event(comment: Json) -> Json:
    """The same comment as it stands among the events of its audit."""
    kept = ("id", "type", "author_id", "body", "html_body", "plain_body", "public", "attachments", "audit_id")
    return {name: comment[name] for name in kept}


def audit_value(value: Any) -> Any:
    """A value in an audit: a string even for ids, a list for tags, null for nothing."""
    match value:
        case None | str() | list():
            return value
        case bool():
            return "1" if value else "0"
        case _:
            return str(value)


def rich(text: str) -> str:
    """Plain text as the HTML that Zendesk makes of it."""
    paragraphs = "".join(f'<p dir="auto">{html.escape(part, quote=False)}</p>' for part in text.split("\n\n"))
    return f'<div class="zd-comment" dir="auto">{paragraphs}</div>'
