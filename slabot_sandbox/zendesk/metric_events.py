"""Compute metric events from tickets' audits, in the form of Zendesk's OpenAPI description.

Promise: the events follow from the audits alone, so the same ticket has the same events, with the same numbers, however
often they are asked for. A metric stands still as the reference of event types has it: requester wait and pausable
update in Pending, agent work in Pending and On-hold. Targets are those of the account's SLA policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.objects import Ticket, seconds_of
from slabot_sandbox.zendesk.service_levels import REPLY

A_TICKET = 10_000  # numbers for the events of one
MEASURED = ("agent_work_time", REPLY, "requester_wait_time", "resolution_time")
ENDED = ("solved", "closed")
UNTIL_SOLVED = {"resolution_time": (), "requester_wait_time": ("pending",), "agent_work_time": ("pending", "hold")}
BETWEEN_COMMENTS = {"periodic_update_time": (), "pausable_update_time": ("pending",)}


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
    for metric, paused in UNTIL_SOLVED.items():
        yield from _promised(account, ticket, list(_until_solved(ticket, metric, paused_by=paused)))
    for metric, paused in BETWEEN_COMMENTS.items():
        yield from _between_comments(account, ticket, metric, paused)


def _replies(account: ZendeskAccount, ticket: Ticket) -> Iterator[_Happened]:
    """Each time that a customer waits for a reply is an instance; the first has a target."""
    instance, since = 0, ""
    for comment in ticket.comments or []:
        staff, at = account.is_staff(comment["author_id"]), str(comment["created_at"])
        if staff and not comment["public"]:
            continue
        if not staff and not since:
            instance, since = instance + 1, at
            activate = _Happened(at, REPLY, instance, "activate", {})
            if instance > 1:
                yield activate
                continue
            answers = (_Happened(one, REPLY, 1, "fulfill", {}) for one in _public_answers(account, ticket)[:1])
            yield from (one for one in _promised(account, ticket, [activate, *answers]) if one.type != "fulfill")
        elif staff and since:
            minutes = (seconds_of(at) - seconds_of(since)) // 60
            yield _Happened(at, REPLY, instance, "fulfill", {})
            business = account.levels.minutes(datetime.fromisoformat(since), datetime.fromisoformat(at))
            status = {"calendar": minutes, "business": business}
            yield _Happened(at, REPLY, instance, "update_status", {"status": status})
            since = ""


def _between_comments(
    account: ZendeskAccount, ticket: Ticket, metric: str, paused: tuple[str, ...]
) -> Iterator[_Happened]:
    """From each public comment by an agent to the next one, or to the solve."""
    spoken = _public_answers(account, ticket)
    solved = [at for at, before, after in status_changes(ticket) if after in ENDED and before not in ENDED]
    for instance, since in enumerate(spoken, 1):
        ends = [at for at in (*spoken, *solved) if at > since]
        run = [_Happened(since, metric, instance, "activate", {})]
        for at, before, after in status_changes(ticket):
            if since < at and (not ends or at < min(ends)) and (before in paused) is not (after in paused):
                run.append(_Happened(at, metric, instance, "pause" if after in paused else "activate", {}))
        if ends:
            run.append(_Happened(min(ends), metric, instance, "fulfill", {}))
        yield from _promised(account, ticket, run)


def _public_answers(account: ZendeskAccount, ticket: Ticket) -> list[str]:
    return [
        str(comment["created_at"])
        for comment in (ticket.comments or [])[1:]
        if comment["public"] and account.is_staff(comment["author_id"])
    ]


def _promised(account: ZendeskAccount, ticket: Ticket, events: list[_Happened]) -> Iterator[_Happened]:
    """The events of runs, with the target of each, and the breach of it, if it has come."""
    yield from events
    for instance in dict.fromkeys(event.instance for event in events):
        run = [event for event in events if event.instance == instance]
        metric = run[0].metric
        target = account.levels.target(metric, _priority_at_creation(ticket))
        if target is None:
            continue
        yield _Happened(run[0].at, metric, instance, "apply_sla", {"sla": target.shown})
        left = timedelta(minutes=target.minutes)
        for event, following in zip(run, [*run[1:], None], strict=True):
            if event.type != "activate":
                continue
            begins = datetime.fromisoformat(event.at)
            ends = account.clock.now() if following is None else datetime.fromisoformat(following.at)
            counted = account.levels.worked(begins, ends, business=target.business)
            if counted > left:
                due = account.levels.after(begins, left, business=target.business)
                yield _Happened(stamp(due), metric, instance, "breach", {"deleted": False})
                break
            left -= counted


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
        if after in ENDED:
            if before not in ENDED:
                yield _Happened(at, metric, instance, "fulfill", {})
            running = False
        elif before in ENDED:
            instance, running = instance + 1, after not in paused_by
            yield _Happened(at, metric, instance, "activate", {})
            if not running:
                yield _Happened(at, metric, instance, "pause", {})
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
