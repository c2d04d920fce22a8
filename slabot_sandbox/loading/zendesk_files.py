"""Load Zendesk exports and recorded answers.

Promise: every ticket, comment, audit, user and organisation that stands in an export or in a recorded answer is kept
as it was recorded; of several versions of one object the latest. A ticket's history counts as recorded only if it
reaches back to the ticket's creation: else its comments and audits answer 404, since an unknown history must
not look like an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.loading.report import LoadReport
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.automations import ZendeskAutomations
from slabot_sandbox.zendesk.metrics import solved_since
from slabot_sandbox.zendesk.objects import Ticket, seconds_of, ticket_object

OF_TICKET = re.compile(r"/tickets/(\d+)/")
BORN = "1970-01-01T00:00:00Z"  # of objects without a time


@dataclass(slots=True)
class ZendeskObjects:
    """The objects found so far, by id; comments and audits by ticket."""

    tickets: dict[int, Json] = field(default_factory=dict)
    comments: dict[int, dict[int, Json]] = field(default_factory=dict)
    audits: dict[int, dict[int, Json]] = field(default_factory=dict)
    users: dict[int, Json] = field(default_factory=dict)
    organizations: dict[int, Json] = field(default_factory=dict)

    def gather(self, value: Any) -> bool:
        """Take everything that is known out of a JSON value. False if nothing was."""
        before = self._size()
        known = False
        if isinstance(value, list):
            for one in value:
                known |= self._recorded(one) or self._object(one)
        else:
            known = self._recorded(value) or self._body(value)
        return known or self._size() > before

    def _size(self) -> int:
        flat = len(self.tickets) + len(self.users) + len(self.organizations)
        return flat + sum(len(many) for many in (*self.comments.values(), *self.audits.values()))

    def _recorded(self, entry: Any) -> bool:
        """One recorded exchange, in either of the two layouts that are in use."""
        if not isinstance(entry, dict) or "response" not in entry:
            return False
        response = entry["response"]
        path = entry.get("path") or (entry.get("request") or {}).get("path") or ""
        body = response.get("body", response) if isinstance(response, dict) else None
        if isinstance(body, dict):
            inside = OF_TICKET.search(path)
            self._body(body, ticket=int(inside.group(1)) if inside else None)
        return True

    def _object(self, value: Any) -> bool:
        if isinstance(value, dict) and "requester_id" in value and isinstance(value.get("id"), int):
            return self._ticket(value)
        return self._body(value)

    def _body(self, body: Any, *, ticket: int | None = None) -> bool:
        if not isinstance(body, dict):
            return False
        known = False
        for name, take in (
            ("ticket", self._ticket),
            ("user", self._user),
            ("organization", self._organization),
            ("audit", self._audit),
        ):
            given = body.get(name)
            plural = body.get(f"{name}s")
            for one in [given, *(plural if isinstance(plural, list) else ())]:
                if isinstance(one, dict) and isinstance(one.get("id"), int):
                    known |= take(one)
        comments = body.get("comments")
        for one in comments if isinstance(comments, list) else ():
            known |= self._comment(one, ticket)
        return known

    def _ticket(self, given: Json) -> bool:
        if "requester_id" not in given:
            return False
        shown = {name: value for name, value in given.items() if name not in ("comments", "audits", "metric_set")}
        number = int(given["id"])
        if number not in self.tickets or _age(shown) >= _age(self.tickets[number]):
            self.tickets[number] = shown
        for one in given.get("comments") or ():
            self._comment(one, number)
        for one in given.get("audits") or ():
            self._audit({"ticket_id": number, **one})
        return True

    def _comment(self, given: Any, ticket: int | None) -> bool:
        ticket = ticket or (given.get("ticket_id") if isinstance(given, dict) else None)
        if ticket is None or not isinstance(given, dict) or not isinstance(given.get("id"), int):
            return False
        self.comments.setdefault(ticket, {})[given["id"]] = given
        return True

    def _audit(self, given: Json) -> bool:
        if not isinstance(given.get("ticket_id"), int):
            return False
        self.audits.setdefault(given["ticket_id"], {})[given["id"]] = given
        return True

    def _user(self, given: Json) -> bool:
        self.users[given["id"]] = given
        return True

    def _organization(self, given: Json) -> bool:
        self.organizations[given["id"]] = given
        return True


def keep(found: ZendeskObjects, account: ZendeskAccount, automations: ZendeskAutomations, report: LoadReport) -> None:
    """Put what was found into the account."""
    account.users.update(found.users)
    account.organizations.update(found.organizations)
    for number, given in sorted(found.tickets.items()):
        ticket = _ticket(given, found, account)
        account.keep(ticket)
        _adopt_status(ticket.shown, account)
        report.tickets += 1
        report.deleted += ticket.gone
        report.silent += ticket.comments is None and not ticket.gone
        report.comments += len(ticket.comments or ())
        report.audits += len(ticket.audits or ())
        if ticket.status == "solved":
            automations.watch(ticket, solved_since(ticket))
        account.ids.above(max((number, *found.audits.get(number, ()), *found.comments.get(number, ()))))
    for taken in (*found.users, *found.organizations, *account.custom_statuses):
        account.ids.above(taken)
    report.users += len(found.users)
    report.organizations += len(found.organizations)


def _ticket(given: Json, found: ZendeskObjects, account: ZendeskAccount) -> Ticket:
    number = int(given["id"])
    blank = ticket_object(base=account.base, number=number, at=account.clock.now())
    shown = {**blank, "created_at": BORN, "updated_at": BORN, "custom_status_id": None} | given
    generated = int(shown.pop("generated_timestamp", None) or seconds_of(shown["updated_at"]))
    audits = sorted(found.audits.get(number, {}).values(), key=lambda one: (one["created_at"], one["id"]))
    whole = any(event.get("type") == "Create" for audit in audits for event in audit["events"])
    comments = [*_comments(audits)] if whole else None
    if number in found.comments:
        comments = sorted(found.comments[number].values(), key=lambda one: (one["created_at"], one["id"]))
    return Ticket(shown=shown, comments=comments, audits=audits if whole else None, generated=generated)


def _comments(audits: Iterable[Json]) -> Iterable[Json]:
    for audit in audits:
        for event in audit["events"]:
            if event.get("type") in ("Comment", "VoiceComment"):
                told = {"via": audit["via"], "created_at": audit["created_at"], "metadata": audit["metadata"]}
                yield {**event, **told}


def _adopt_status(shown: Json, account: ZendeskAccount) -> None:
    """A custom status that the recording uses but does not describe belongs to the ticket's own category."""
    number, status = shown["custom_status_id"], shown["status"]
    if number is None or number in account.custom_statuses or status in ("closed", "deleted"):
        return
    account.add_custom_status(status, number=number)


def _age(shown: Json) -> int:
    """When this version of a ticket was current, in seconds since 1970."""
    return max(int(shown.get("generated_timestamp") or 0), seconds_of(shown.get("updated_at") or BORN))
