"""Replay a ticket file as a ticket of the Zendesk account.

Promise: the ticket's history is replayed with its own instants and in its own order, as audits and comments that
Zendesk would show for it; native rules add nothing to what the file says. What a helpdesk cannot hold (pages,
acknowledgements, severities) is counted, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.errors import ActError, LoadError
from slabot_sandbox.loading.events import SOMEBODY, address, in_order, instant, opening
from slabot_sandbox.loading.report import LoadReport
from slabot_sandbox.zendesk import changes
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.automations import ZendeskAutomations
from slabot_sandbox.zendesk.metrics import solved_since
from slabot_sandbox.zendesk.objects import PRIORITIES, SYSTEM_AUTHOR, TYPES, Ticket, scrubbed, via
from slabot_sandbox.zendesk.people import MERGE_TAG

STATUS_OF = {  # category: native status
    "open": "new",
    "pending": "open",
    "waiting_on_customer": "pending",
    "waiting_on_third_party": "hold",
    "solved": "solved",
    "closed": "closed",
}


def load_ticket(
    given: Mapping[str, Any],
    account: ZendeskAccount,
    automations: ZendeskAutomations,
    report: LoadReport,
    *,
    place: str,
) -> None:
    """Replay one ticket of a ticket file.

    Raises:
        LoadError: a time, a status or the number cannot be used; names the ticket and the event.
    """
    place = f"{place}, ticket {given.get('id', '?')}"
    created = instant(given["created_at"], f"{place}, created_at")
    events = in_order(given, place)
    actors = _Actors(account, given)
    first, rest = opening(events, created)
    ticket = _create(given, actors, account, first, created, place)
    for at, _, number, event in rest:
        _replay(event, at, ticket, actors, account, report, f"{place}, events[{number}]")
    report.tickets += 1
    report.comments += len(ticket.comments or ())
    report.audits += len(ticket.audits or ())
    report.users += actors.made
    if ticket.status == "solved":
        automations.watch(ticket, solved_since(ticket))


class _Actors:
    """The users of the account behind the names of one ticket."""

    def __init__(self, account: ZendeskAccount, given: Mapping[str, Any]) -> None:
        self._account = account
        self.made = 0
        requester = given.get("requester") or {}
        name = str(requester.get("id") or requester.get("email") or f"requester of {given.get('id')}")
        self._customers = {name: requester.get("email")}
        self.requester = self._user(requester.get("email") or address(name, "customers"), "end-user")
        if requester.get("organization") and self.requester["organization_id"] is None:
            organization = account.add_organization(str(requester["organization"]))
            self.requester["organization_id"] = organization["id"]

    def agent(self, name: Any) -> int:
        """The agent of this name; somebody if no name is given."""
        return int(self._user(address(str(name), "agents") if name else SOMEBODY, "agent")["id"])

    def author(self, kind: str, name: Any) -> int:
        """Who a message or change is by."""
        match kind:
            case "agent":
                return self.agent(name)
            case "slabot":
                return int(self._account.bot["id"])
            case "customer":
                if not name or str(name) in self._customers:
                    return int(self.requester["id"])
                return int(self._user(address(str(name), "customers"), "end-user")["id"])
            case _:
                return SYSTEM_AUTHOR

    def _user(self, email: str, role: str) -> Json:
        before = len(self._account.users)
        user = self._account.add_user(email, role=role)
        self.made += len(self._account.users) - before
        return user


def _create(
    given: Mapping[str, Any],
    actors: _Actors,
    account: ZendeskAccount,
    first: Mapping[str, Any],
    created: datetime,
    place: str,
) -> Ticket:
    number = str(given.get("id", ""))
    priority = given.get("priority")
    assignee = given.get("assignee")
    fields: Json = {
        "status": _status(given.get("status") or "open", f"{place}, status"),
        "priority": priority if priority in PRIORITIES else None,
        "type": given.get("kind") if given.get("kind") in TYPES else None,
        "tags": sorted(map(str, given.get("tags") or ())),
        "assignee_id": actors.agent(assignee) if assignee else None,
        "external_id": None if number.isdigit() else number or None,
    }
    if given.get("url"):
        fields["url"] = given["url"]
    try:
        ticket, _ = changes.create(
            account,
            requester=actors.requester["id"],
            submitter=actors.author(first.get("author", "customer"), first.get("author_id")),
            subject=str(given.get("subject") or ""),
            text=str(first.get("text") or given.get("subject") or ""),
            public=bool(first.get("public", True)),
            source=via(str(given.get("channel") or "web")),
            at=created,
            number=int(number) if number.isdigit() else None,
            fields=fields,
            history=True,
        )
    except ActError as error:
        raise LoadError(str(error), place=place) from None
    return ticket


def _replay(
    event: Mapping[str, Any],
    at: datetime,
    ticket: Ticket,
    actors: _Actors,
    account: ZendeskAccount,
    report: LoadReport,
    place: str,
) -> None:
    kind, to = event.get("type"), event.get("to")
    by = actors.author(str(event.get("by") or "agent"), event.get("by_id"))
    wanted: Json = {}
    match kind:
        case "message":
            author = actors.author(str(event.get("author") or "customer"), event.get("author_id"))
            text, public = str(event.get("text") or "(no text)"), bool(event.get("public", True))
            changes.change(account, ticket, actor=author, text=text, public=public, at=at, history=True)
            return
        case "status":
            wanted = {"status": _status(to, f"{place}.to")}
        case "priority" if to in PRIORITIES:
            wanted = {"priority": to}
        case "tags":
            wanted = {"tags": sorted(map(str, to or ()))}
        case "assignee":
            wanted = {"assignee_id": actors.agent(to) if to else None}
        case "merged":
            wanted = {"status": "closed", "tags": sorted({*ticket.shown["tags"], MERGE_TAG})}
            text = f"This request was closed and merged into request #{event.get('into')}."
            changes.change(account, ticket, wanted, actor=by, text=text, public=False, at=at, history=True)
            return
        case "deleted" | "spam":
            ticket.hidden, ticket.shown = dict(ticket.shown), scrubbed(ticket.shown)
            changes.touch(ticket, at)
            report.deleted += 1
            return
        case "restored" if ticket.hidden is not None:
            ticket.shown, ticket.hidden = ticket.hidden, None
            changes.touch(ticket, at)
            report.deleted -= 1
            return
        case _:
            report.left_out[str(kind)] += 1
            return
    changes.change(account, ticket, wanted, actor=by, at=at, history=True)


def _status(category: Any, place: str) -> str:
    if category not in STATUS_OF:
        raise LoadError(f'"{category}" is no category; choose one of: {", ".join(STATUS_OF)}', place=place)
    return STATUS_OF[category]
