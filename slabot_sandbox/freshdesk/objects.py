"""Build Freshdesk's objects.

Promise: the same keys, types and spellings as in recordings of the real API: numbers for statuses and priorities,
times with whole seconds and a Z, HTML beside its plain text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from slabot_sandbox.base.account import HelpdeskTicket
from slabot_sandbox.base.objects import Json, stamp

OPEN, PENDING, RESOLVED, CLOSED = 2, 3, 4, 5
WAITING_ON_CUSTOMER, WAITING_ON_THIRD_PARTY = 6, 7
CLOSURE = (RESOLVED, CLOSED)
PRIORITIES = {"Low": 1, "Medium": 2, "High": 3, "Urgent": 4}
SOURCES = {
    "Email": 1,
    "Portal": 2,
    "Phone": 3,
    "Forum": 4,
    "Twitter": 5,
    "Facebook": 6,
    "Chat": 7,
    "MobiHelp": 8,
    "Feedback Widget": 9,
    "Outbound Email": 10,
    "Ecommerce": 11,
    "Bot": 12,
    "Whatsapp": 13,
}
OUTBOUND = SOURCES["Outbound Email"]
RATINGS = {
    103: "Extremely Happy",
    102: "Very Happy",
    101: "Happy",
    100: "Neutral",
    -101: "Unhappy",
    -102: "Very Unhappy",
    -103: "Extremely Unhappy",
}
TYPES = ("Question", "Incident", "Problem", "Feature Request")
LIST_LEAVES_OUT = ("description", "description_text", "attachments", "deleted")
RESPOND_IN = {1: timedelta(days=1), 2: timedelta(hours=12), 3: timedelta(hours=4), 4: timedelta(hours=1)}
RESOLVE_IN = {1: timedelta(days=3), 2: timedelta(days=2), 3: timedelta(days=1), 4: timedelta(hours=4)}

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
BREAK = re.compile(r"<br\s*/?>|</p>\s*<p[^>]*>|</div>\s*<div[^>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^>]+>")


class Source(IntEnum):
    """What a conversation is (its `source`, which is not the ticket's)."""

    REPLY = 0
    NOTE = 2
    SURVEY = 6
    FORWARD = 8


class Kind(IntEnum):
    """Whose a conversation is (its `category`)."""

    CUSTOMER = 1
    PRIVATE = 2
    PUBLIC = 3
    META = 5
    FEEDBACK = 6


@dataclass(slots=True, kw_only=True)
class Ticket(HelpdeskTicket):
    """A ticket as the account keeps it.

    Attributes:
        shown: the ticket object as one that is viewed alone, without what `include` adds.
        stats: what `include=stats` adds.
        conversations: oldest first; the description is none of them. None if they were not recorded, so that nobody
            can read them.
    """

    stats: Json
    conversations: list[Json] | None = field(default_factory=list)

    @property
    def status(self) -> int:
        """The status's number."""
        return int(self.shown["status"])

    @property
    def gone(self) -> bool:
        """Is it in the trash or among the spam?"""
        return bool(self.shown["deleted"] or self.shown["spam"])

    def alone(self) -> Json:
        """The ticket as it is viewed alone; only deleted ones say whether they are."""
        return {name: value for name, value in self.shown.items() if name != "deleted" or value}

    def listed(self) -> Json:
        """The ticket as it stands in lists."""
        return {name: value for name, value in self.shown.items() if name not in LIST_LEAVES_OUT}


def ticket_object(*, number: int, at: datetime, priority: int, **known: Any) -> Json:
    """A ticket object; what is not known is null or empty, as in the recordings."""
    blank: Json = {
        "cc_emails": [],
        "fwd_emails": [],
        "reply_cc_emails": [],
        "ticket_cc_emails": [],
        "fr_escalated": False,
        "spam": False,
        "deleted": False,
        "email_config_id": None,
        "group_id": None,
        "priority": priority,
        "requester_id": None,
        "responder_id": None,
        "source": SOURCES["Email"],
        "company_id": None,
        "status": OPEN,
        "subject": None,
        "association_type": None,
        "support_email": None,
        "to_emails": None,
        "product_id": None,
        "form_id": None,
        "id": number,
        "type": None,
        "due_by": stamp(at + RESOLVE_IN[priority]),
        "fr_due_by": stamp(at + RESPOND_IN[priority]),
        "nr_due_by": None,
        "nr_escalated": False,
        "is_escalated": False,
        "description": None,
        "description_text": None,
        "custom_fields": {},
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "tags": [],
        "attachments": [],
    }
    return blank | known


def stats_object(at: datetime | None = None) -> Json:
    """The stats of a ticket on which nothing has happened yet."""
    return {
        "agent_responded_at": None,
        "requester_responded_at": None,
        "first_responded_at": None,
        "status_updated_at": stamp(at) if at else None,
        "reopened_at": None,
        "resolved_at": None,
        "closed_at": None,
        "pending_since": None,
    }


def conversation_object(
    *,
    number: int,
    ticket: int,
    user: int,
    body: str,
    source: Source,
    kind: Kind,
    at: datetime,
    to: tuple[str, ...] = (),
    automation: int | None = None,
    sent_from: str | None = None,
    cc: tuple[str, ...] = (),
    private: bool = False,
    auto_response: bool = False,
) -> Json:
    """A conversation: a reply, a note, or what a customer wrote."""
    return {
        "body": body,
        "body_text": plain(body),
        "id": number,
        "incoming": kind in (Kind.CUSTOMER, Kind.FEEDBACK),
        "private": private or kind is Kind.PRIVATE,
        "user_id": user,
        "support_email": None,
        "source": int(source),
        "category": int(kind),
        "to_emails": list(to),
        "from_email": sent_from,
        "cc_emails": list(cc),
        "bcc_emails": None,
        "email_failure_count": None,
        "outgoing_failures": None,
        "thread_id": None,
        "thread_message_id": None,
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "last_edited_at": None,
        "last_edited_user_id": None,
        "attachments": [],
        "automation_id": automation,
        "automation_type_id": None if automation is None else 1,
        "auto_response": auto_response,
        "ticket_id": ticket,
        "threading_type": None,
        "source_additional_info": None,
    }


def contact_object(*, number: int, at: datetime, name: str, email: str, company: int | None) -> Json:
    """A contact: somebody who asks."""
    return {
        "active": False,
        "address": None,
        "description": None,
        "email": email,
        "id": number,
        "job_title": None,
        "language": "en",
        "mobile": None,
        "name": name,
        "phone": None,
        "time_zone": "New Delhi",
        "twitter_id": None,
        "external_id": None,
        "unique_external_id": None,
        "company_id": company,
        "view_all_tickets": False,
        "custom_fields": {},
        "tags": [],
        "other_emails": [],
        "other_companies": [],
        "facebook_id": None,
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }


def agent_object(
    *, number: int, at: datetime, name: str, email: str, role: int, scope: int, type: str = "support_agent"
) -> Json:
    """An agent: somebody who answers. `scope` 1 sees every ticket, 3 only their own."""
    return {
        "available": True,
        "occasional": False,
        "id": number,
        "signature": None,
        "ticket_scope": scope,
        "type": type,
        "skill_ids": [],
        "group_ids": [],
        "role_ids": [role],
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "available_since": None,
        "last_active_at": None,
        "contact": {
            "active": True,
            "email": email,
            "job_title": None,
            "language": "en",
            "last_login_at": None,
            "mobile": None,
            "name": name,
            "phone": None,
            "time_zone": "New Delhi",
            "created_at": stamp(at),
            "updated_at": stamp(at),
        },
    }


def requester_of(user: Mapping[str, Any] | None) -> Json | None:
    """What `include=requester` adds, for a contact or an agent."""
    if user is None:
        return None
    shown = user.get("contact", user)
    return {"id": user["id"], **{name: shown.get(name) for name in ("name", "email", "mobile", "phone")}}


def rating_object(*, number: int, ticket: Json, rating: int, feedback: str, at: datetime) -> Json:
    """The answer to a survey: one of `RATINGS`, with the customer's words if there are any."""
    return {
        "id": number,
        "survey_id": 1,
        "user_id": ticket["requester_id"],
        "agent_id": ticket["responder_id"],
        "group_id": ticket["group_id"],
        "ticket_id": ticket["id"],
        "feedback": feedback,
        "ratings": {"default_question": rating},
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }


def rich(text: str) -> str:
    """Plain text as the HTML that Freshdesk makes of it."""
    return f"<div>{html.escape(text, quote=False).replace(chr(10), '<br>')}</div>"


def plain(body: str) -> str:
    """The plain text of HTML."""
    return html.unescape(TAG.sub("", BREAK.sub("\n", body))).strip()


def clean(body: str) -> str:
    """HTML as it is kept: comments are taken out, so nothing can be hidden in them."""
    return COMMENT.sub("", body)
