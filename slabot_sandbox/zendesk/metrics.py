"""Compute a ticket's metrics from its audits, as Zendesk does.

Promise: the metric set is worked out from the ticket's own audits, so it never contradicts them. Business minutes are
those of the account's first schedule, and calendar minutes where it has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.metric_events import status_changes
from slabot_sandbox.zendesk.objects import Ticket

MINUTE = 60  # seconds


def metric_set(account: ZendeskAccount, ticket: Ticket) -> Json:
    """The ticket's metrics as `include=metric_sets` and `/tickets/{id}/metrics` show them."""
    shown = ticket.shown
    created = shown["created_at"]
    status_at, assigned = created, []
    solved_at = first_solved = None
    reopens = 0
    for audit, event in _events(ticket):
        match event.get("field_name"):
            case "status":
                status_at = audit["created_at"]
                if event["value"] == "solved":
                    solved_at = audit["created_at"]
                    first_solved = first_solved or solved_at
                elif event.get("previous_value") == "solved" and event["value"] != "closed":
                    reopens += 1
                    solved_at = None
            case "assignee_id" if event["value"]:
                assigned.append(audit["created_at"])
    comments = ticket.comments or []
    replies = [one for one in comments[1:] if one["public"] and account.is_staff(one["author_id"])]
    by_requester = [one["created_at"] for one in comments if one["author_id"] == shown["requester_id"]]
    return {
        "url": f"{account.base}/api/v2/ticket_metrics/{ticket.id}.json",
        "id": ticket.id,
        "ticket_id": ticket.id,
        "created_at": created,
        "updated_at": shown["updated_at"],
        "group_stations": 1 if shown["group_id"] else 0,
        "assignee_stations": len(assigned),
        "reopens": reopens,
        "replies": len(replies),
        "assignee_updated_at": assigned[-1] if assigned else None,
        "requester_updated_at": by_requester[-1] if by_requester else created,
        "status_updated_at": status_at,
        "initially_assigned_at": assigned[0] if assigned else None,
        "assigned_at": assigned[-1] if assigned else None,
        "solved_at": solved_at,
        "latest_comment_added_at": comments[-1]["created_at"] if comments else created,
        "reply_time_in_minutes": _minutes(account, created, replies[0]["created_at"] if replies else None),
        "first_resolution_time_in_minutes": _minutes(account, created, first_solved),
        "full_resolution_time_in_minutes": _minutes(account, created, solved_at),
        "agent_wait_time_in_minutes": _time_in(account, ticket, ("pending",)),
        "requester_wait_time_in_minutes": _time_in(account, ticket, ("new", "open", "hold")),
        "on_hold_time_in_minutes": _time_in(account, ticket, ("hold",)),
        "custom_status_updated_at": status_at,
    }


def _time_in(account: ZendeskAccount, ticket: Ticket, statuses: tuple[str, ...]) -> dict[str, Any]:
    """How long it was in some statuses, up to now where it is."""
    changes = list(status_changes(ticket))
    first = changes[0][1] if changes else str(ticket.shown["status"])
    entered = [(str(ticket.shown["created_at"]), first), *((at, after) for at, _, after in changes)]
    left = [*(datetime.fromisoformat(at) for at, _, _ in changes), account.clock.now()]
    stays = [
        (datetime.fromisoformat(at), end) for (at, status), end in zip(entered, left, strict=True) if status in statuses
    ]
    kinds = {"calendar": False, "business": True}
    return {
        kind: int(sum((account.levels.worked(*stay, business=business) for stay in stays), timedelta()).total_seconds())
        // MINUTE
        for kind, business in kinds.items()
    }


def solved_since(ticket: Ticket) -> datetime:
    """When a solved ticket was solved, by its audits; by its last update if there are none."""
    at = [
        audit["created_at"]
        for audit, event in _events(ticket)
        if event.get("field_name") == "status" and event["value"] == "solved"
    ]
    return datetime.fromisoformat(at[-1] if at else ticket.shown["updated_at"])


def _events(ticket: Ticket) -> Iterator[tuple[Json, Json]]:
    for audit in ticket.audits or []:
        for event in audit["events"]:
            yield audit, event


def _minutes(account: ZendeskAccount, start: str, end: str | None) -> dict[str, Any]:
    if end is None:
        return {"calendar": None, "business": None}
    begins, ends = datetime.fromisoformat(start), datetime.fromisoformat(end)
    return {
        "calendar": int((ends - begins).total_seconds()) // MINUTE,
        "business": account.levels.minutes(begins, ends),
    }
