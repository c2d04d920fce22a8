"""Replay a ticket file as a ticket of the Freshdesk account.

Promise: the ticket's history is replayed with its own instants and in its own order, as conversations, stats and fields
that Freshdesk would show for it; no rule adds anything to what the file says. What a helpdesk cannot hold (pages,
acknowledgements, severities) is counted, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.errors import ActError, LoadError
from slabot_sandbox.freshdesk import changes
from slabot_sandbox.freshdesk.account import FreshdeskAccount
from slabot_sandbox.freshdesk.changes import Line
from slabot_sandbox.freshdesk.objects import (
    CLOSED,
    OPEN,
    PENDING,
    PRIORITIES,
    RESOLVED,
    SOURCES,
    TYPES,
    WAITING_ON_CUSTOMER,
    WAITING_ON_THIRD_PARTY,
    Kind,
    Source,
    Ticket,
    rich,
)
from slabot_sandbox.loading.events import SOMEBODY, address, in_order, instant, opening
from slabot_sandbox.loading.report import LoadReport

STATUS_OF = {
    "open": OPEN,
    "pending": PENDING,
    "waiting_on_customer": WAITING_ON_CUSTOMER,
    "waiting_on_third_party": WAITING_ON_THIRD_PARTY,
    "solved": RESOLVED,
    "closed": CLOSED,
}
PRIORITY_OF = {**{name.lower(): number for name, number in PRIORITIES.items()}, "normal": PRIORITIES["Medium"]}
SOURCE_OF = {**{name.lower(): number for name, number in SOURCES.items()}, "voice": SOURCES["Phone"]}


def load_ticket(given: Mapping[str, Any], account: FreshdeskAccount, report: LoadReport, *, place: str) -> None:
    """Replay one ticket of a ticket file.

    Raises:
        LoadError: a time, a status or the number cannot be used; names the ticket and the event.
    """
    place = f"{place}, ticket {given.get('id', '?')}"
    created = instant(given["created_at"], f"{place}, created_at")
    first, rest = opening(in_order(given, place), created)
    users = len(account.agents) + len(account.contacts)
    ticket = _create(given, first, account, created, place)
    for at, _, number, event in rest:
        _replay(event, at, ticket, account, report, f"{place}, events[{number}]")
    report.tickets += 1
    report.comments += 1 + len(ticket.conversations or ())
    report.users += len(account.agents) + len(account.contacts) - users


def _create(
    given: Mapping[str, Any], first: Mapping[str, Any], account: FreshdeskAccount, created: datetime, place: str
) -> Ticket:
    number = str(given.get("id", ""))
    requester = given.get("requester") or {}
    name = str(requester.get("id") or requester.get("email") or f"requester of {number}")
    email = requester.get("email") or address(name, "customers")
    contact = account.add_contact(email, company=requester.get("organization"))
    fields: Json = {
        "tags": sorted(map(str, given.get("tags") or ())),
        "type": next((one for one in TYPES if one.lower() == given.get("kind")), None),
        "responder_id": _agent(account, given["assignee"]) if given.get("assignee") else None,
    }
    try:
        return changes.create(
            account,
            requester=contact["id"],
            subject=str(given.get("subject") or ""),
            body=rich(str(first.get("text") or given.get("subject") or "")),
            priority=PRIORITY_OF.get(str(given.get("priority")), PRIORITIES["Low"]),
            status=_status(account, given.get("status") or "open", f"{place}, status"),
            source=SOURCE_OF.get(str(given.get("channel")), SOURCES["Portal"]),
            actor=contact["id"],
            number=int(number) if number.isdigit() else None,
            at=created,
            fields=fields,
            history=True,
        )
    except ActError as error:
        raise LoadError(str(error), place=place) from None


def _replay(
    event: Mapping[str, Any], at: datetime, ticket: Ticket, account: FreshdeskAccount, report: LoadReport, place: str
) -> None:
    kind, to = event.get("type"), event.get("to")
    wanted: Json = {}
    line = None
    match kind:
        case "message":
            line = _line(event, ticket, account)
        case "status":
            wanted = {"status": _status(account, to, f"{place}.to")}
        case "priority" if to in PRIORITY_OF:
            wanted = {"priority": PRIORITY_OF[to]}
        case "tags":
            wanted = {"tags": sorted(map(str, to or ()))}
        case "assignee":
            wanted = {"responder_id": _agent(account, to) if to else None}
        case "merged":
            owner = account.owner["id"]
            told = f"This ticket is closed and merged into ticket {event.get('into')}"
            line, wanted = Line(body=rich(told), user=owner, kind=Kind.PRIVATE, source=Source.NOTE), {"status": CLOSED}
        case "deleted" | "spam" | "restored":
            report.deleted += (kind != "restored") - ticket.gone
            ticket.shown |= {"deleted": kind == "deleted", "spam": kind == "spam"}
            changes.touch(ticket, at)
            return
        case _:
            report.left_out[str(kind)] += 1
            return
    changes.change(account, ticket, wanted, actor=None, line=line, at=at, history=True)


def _line(event: Mapping[str, Any], ticket: Ticket, account: FreshdeskAccount) -> Line:
    body, public = rich(str(event.get("text") or "(no text)")), bool(event.get("public", True))
    kind, source = (Kind.PUBLIC, Source.REPLY) if public else (Kind.PRIVATE, Source.NOTE)
    match str(event.get("author") or "customer"):
        case "customer":
            return Line(body=body, user=ticket.shown["requester_id"], kind=Kind.CUSTOMER)
        case "agent":
            return Line(body=body, user=_agent(account, event.get("author_id")), kind=kind, source=source)
        case "slabot":
            return Line(body=body, user=account.bot["id"], kind=kind, source=source)
        case _:
            owner, rule = account.owner["id"], account.ids.number()
            return Line(body=body, user=owner, kind=kind, source=source, automation=rule)


def _agent(account: FreshdeskAccount, name: Any) -> int:
    return int(account.add_agent(address(str(name), "agents") if name else SOMEBODY)["id"])


def _status(account: FreshdeskAccount, category: Any, place: str) -> int:
    if category not in STATUS_OF:
        raise LoadError(f'"{category}" is no category; choose one of: {", ".join(STATUS_OF)}', place=place)
    if STATUS_OF[category] not in account.statuses:
        raise LoadError(f'the account has no status for "{category}"; add one before loading', place=place)
    return STATUS_OF[category]
