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
from slabot_sandbox.loading.events import in_order, instant, opening
from slabot_sandbox.loading.report import LoadReport
from slabot_sandbox.loading.zendesk_events import Actors, Replay, belongs_to, native_status
from slabot_sandbox.zendesk import changes
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.automations import ZendeskAutomations
from slabot_sandbox.zendesk.metrics import solved_since
from slabot_sandbox.zendesk.objects import PRIORITIES, TYPES, Ticket, via


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
    actors = Actors(account, given)
    first, rest = opening(events, created)
    ticket = _create(given, actors, account, first, created, place)
    replay = Replay(ticket, actors, account, report)
    for at, _, number, event in rest:
        replay.do(event, at, f"{place}, events[{number}]")
    report.tickets += 1
    report.comments += len(ticket.comments or ())
    report.audits += len(ticket.audits or ())
    report.users += actors.made
    if ticket.status == "solved":
        automations.watch(ticket, solved_since(ticket))


def _create(
    given: Mapping[str, Any],
    actors: Actors,
    account: ZendeskAccount,
    first: Mapping[str, Any],
    created: datetime,
    place: str,
) -> Ticket:
    number = str(given.get("id", ""))
    priority = given.get("priority")
    assignee = given.get("assignee")
    fields: Json = {
        "status": native_status(given.get("status") or "open", f"{place}, status"),
        "priority": priority if priority in PRIORITIES else None,
        "type": given.get("kind") if given.get("kind") in TYPES else None,
        "tags": sorted(map(str, given.get("tags") or ())),
        "assignee_id": actors.agent(assignee) if assignee else None,
        changes.COPIES: actors.copies(given),
        **belongs_to(given, account),
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
