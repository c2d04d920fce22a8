"""Write the body of a webhook about a change.

Promise: what an administrator's simple webhook sends: labels and numbers as strings, and an event that is no JSON.
"""

from __future__ import annotations

from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.freshdesk.account import Changed, FreshdeskAccount
from slabot_sandbox.freshdesk.objects import PRIORITIES, Source, requester_of

WATCHED = ("status", "priority", "type", "group_id", "responder_id")  # fields that an update rule reacts to
EVENT_NAMES = {"type": "ticket_type"}  # names of the rules that are no names of the ticket
ACTIONS = {"deleted": "delete", "spam": "marked_spam", "restored": "restore", "merged": "merge"}  # ours


def event_of(changed: Changed) -> str | None:
    """What the placeholder `triggered_event` says; None if no rule reacts to this change.

    An escalation, a tag, another due time: none of these is an event, so no webhook tells of them.
    """
    if changed.created:
        return "{ticket_action:created}"
    if changed.special in ACTIONS:
        return f"{{ticket_action:{ACTIONS[changed.special]}}}"
    parts = [
        f"{EVENT_NAMES.get(name, name)}:{{from:{_word(pair[0])},to:{_word(pair[1])}}}"
        for name, pair in changed.changes.items()
        if name in WATCHED
    ]
    line = changed.conversation
    if line is not None and line["source"] == Source.NOTE:
        parts.append(f"note_type:{'private' if line['private'] else 'public'}")
    elif line is not None and line["source"] == Source.SURVEY:
        parts.append("customer_feedback:given")  # ours
    elif line is not None:
        parts.append("reply_sent:sent")
    return f"{{{','.join(parts)}}}" if parts else None


def simple_body(account: FreshdeskAccount, changed: Changed, event: str) -> Json:
    """What a webhook with simple content sends: every value a string, statuses and priorities by their labels."""
    shown = changed.ticket.shown
    labels = {number: label for label, number in PRIORITIES.items()}
    requester = requester_of(account.user(shown["requester_id"])) or {}
    return {
        "freshdesk_webhook": {
            "triggered_event": event,
            "ticket_id": str(shown["id"]),
            "ticket_url": f"http://{account.domain}/helpdesk/tickets/{shown['id']}",
            "ticket_type": shown["type"] or "",
            "ticket_subject": shown["subject"] or "",
            "ticket_description": shown["description"] or "",
            "ticket_status": account.statuses.get(shown["status"], ("", ""))[0],
            "ticket_priority": labels.get(shown["priority"], ""),
            "requester_name": requester.get("name") or "",
            "requester_email": requester.get("email") or "",
        }
    }


def _word(value: Any) -> str:
    return "" if value is None else str(value)
