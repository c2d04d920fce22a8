"""Compute metric events from tickets' audits, in the form of Zendesk's OpenAPI description.

Promise: the events follow from the audits alone, so the same ticket has the same events, with the same numbers, however
often they are asked for. The account's SLA policy gives targets to the first reply, by priority, and none to others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.objects import Ticket, seconds_of

TARGETS = {"urgent": 120, "high": 360, "normal": 720, "low": 2880}  # minutes to the first reply
A_TICKET = 10_000  # numbers for the events of one
MEASURED = ("agent_work_time", "reply_time", "requester_wait_time", "resolution_time")
WAITS = ("pending", "solved", "closed")  # in which nobody waits for support


class _Happened(NamedTuple):
    """An event without its number."""

    at: str
    metric: str
    instance: int
    type: str
    more: Json


def every(account: ZendeskAccount) -> list[Json]:
    """The events of all tickets that are still there, in the order of time."""
    found = [
        _event(ticket, number, happened)
        for ticket in account.tickets.values()
        if not ticket.gone
        for number, happened in enumerate(sorted(_of_ticket(account, ticket), key=lambda each: each.at))
    ]
    return sorted(found, key=lambda event: (event["time"], event["id"]))


def _event(ticket: Ticket, number: int, happened: _Happened) -> Json:
    return {
        "id": ticket.id * A_TICKET + number,
        "ticket_id": ticket.id,
        "metric": happened.metric,
        "instance_id": happened.instance,
        "type": happened.type,
        "time": happened.at,
        **happened.more,
    }


def _of_ticket(account: ZendeskAccount, ticket: Ticket) -> Iterator[_Happened]:
    created = str(ticket.shown["created_at"])
    for metric in MEASURED:
        yield _Happened(created, metric, 0, "measure", {})
    yield from _replies(account, ticket)
    yield from _until_solved(ticket, "resolution_time", paused_by=())
    yield from _until_solved(ticket, "requester_wait_time", paused_by=WAITS[:1])


def _replies(account: ZendeskAccount, ticket: Ticket) -> Iterator[_Happened]:
    """Each time that a customer waits for a reply is an instance; the first has a target."""
    metric, instance, since = "reply_time", 0, ""
    for comment in ticket.comments or []:
        staff, at = account.is_staff(comment["author_id"]), str(comment["created_at"])
        if staff and not comment["public"]:
            continue
        if not staff and not since:
            instance, since = instance + 1, at
            yield _Happened(at, metric, instance, "activate", {})
            if instance == 1:
                yield from _promised(account, ticket, at)
        elif staff and since:
            minutes = (seconds_of(at) - seconds_of(since)) // 60
            yield _Happened(at, metric, instance, "fulfill", {})
            status = {"calendar": minutes, "business": minutes}
            yield _Happened(at, metric, instance, "update_status", {"status": status})
            since = ""


def _promised(account: ZendeskAccount, ticket: Ticket, since: str) -> Iterator[_Happened]:
    """The target of the first reply, and the breach of it, if it has come."""
    minutes = TARGETS.get(_priority_at_creation(ticket))
    if minutes is None:
        return
    policy = {"id": 1, "title": "Everybody", "description": None}
    sla = {"target": minutes, "target_in_seconds": minutes * 60, "business_hours": False, "policy": policy}
    yield _Happened(since, "reply_time", 1, "apply_sla", {"sla": sla})
    due = datetime.fromisoformat(since) + timedelta(minutes=minutes)
    replies = [
        comment["created_at"]
        for comment in (ticket.comments or [])[1:]
        if comment["public"] and account.is_staff(comment["author_id"])
    ]
    answered = datetime.fromisoformat(replies[0]) if replies else account.clock.now()
    if answered > due:
        yield _Happened(stamp(due), "reply_time", 1, "breach", {"deleted": False})


def _priority_at_creation(ticket: Ticket) -> str:
    for audit in ticket.audits or []:
        for event in audit["events"]:
            if event.get("field_name") == "priority":
                return str((event["value"] if event["type"] == "Create" else event.get("previous_value")) or "")
    return str(ticket.shown["priority"] or "")


def _until_solved(ticket: Ticket, metric: str, *, paused_by: tuple[str, ...]) -> Iterator[_Happened]:
    """From the creation to the solve, and again after each reopening."""
    instance, running = 1, True
    yield _Happened(str(ticket.shown["created_at"]), metric, instance, "activate", {})
    for at, before, after in status_changes(ticket):
        if after in ("solved", "closed"):
            if before not in ("solved", "closed"):
                yield _Happened(at, metric, instance, "fulfill", {})
            running = False
        elif before in ("solved", "closed"):
            instance, running = instance + 1, True
            yield _Happened(at, metric, instance, "activate", {})
        elif after in paused_by and running:
            running = False
            yield _Happened(at, metric, instance, "pause", {})
        elif after not in paused_by and not running:
            running = True
            yield _Happened(at, metric, instance, "activate", {})


def status_changes(ticket: Ticket) -> Iterator[tuple[str, str, str]]:
    """When the status changed, from what to what."""
    for audit in ticket.audits or []:
        for event in audit["events"]:
            if event.get("field_name") == "status" and "previous_value" in event:
                yield str(audit["created_at"]), str(event["previous_value"]), str(event["value"])
