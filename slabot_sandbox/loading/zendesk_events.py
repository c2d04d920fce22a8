"""Replay the events of a ticket file in a Zendesk ticket.

Promise: each event leaves in comments, fields and audits what it would have left at its own instant, and nothing else
happens. What has no place in a helpdesk is counted and named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.errors import LoadError
from slabot_sandbox.loading.events import SOMEBODY, address
from slabot_sandbox.loading.report import LoadReport
from slabot_sandbox.zendesk import changes
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.objects import PRIORITIES, SYSTEM_AUTHOR, Ticket
from slabot_sandbox.zendesk.people import MERGE_TAG

STATUS_OF = {  # category: native status
    "open": "new",
    "pending": "open",
    "waiting_on_customer": "pending",
    "waiting_on_third_party": "hold",
    "solved": "solved",
    "closed": "closed",
}


class Actors:
    """The users of the account behind the names of one ticket."""

    def __init__(self, account: ZendeskAccount, given: Mapping[str, Any]) -> None:
        """Make the requester."""
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

    def customer(self, name: Any) -> int:
        """The customer of this name; the requester if none is given."""
        if not name or str(name) in self._customers:
            return int(self.requester["id"])
        return int(self._user(address(str(name), "customers"), "end-user")["id"])

    def author(self, kind: str, name: Any) -> int:
        """Who a message or change is by."""
        match kind:
            case "agent":
                return self.agent(name)
            case "slabot":
                return int(self._account.bot["id"])
            case "customer":
                return self.customer(name)
            case "third_party":
                return int(self._user(address(str(name or "somebody"), "third-parties"), "end-user")["id"])
            case _:
                return SYSTEM_AUTHOR

    def copies(self, given: Mapping[str, Any]) -> list[int]:
        """Who is in copy at creation: by the file, and whoever speaks for the customer without being anything else."""
        told = [self.customer(name) for name in given.get("participants") or ()]
        later = any(event.get("type") in ("participants", "requester") for event in given.get("events") or ())
        spoke = [
            self.customer(event.get("author_id"))
            for event in given.get("events") or ()
            if event.get("type") == "message" and event.get("author", "customer") == "customer" and not later
        ]
        return [user for user in dict.fromkeys([*told, *spoke]) if user != self.requester["id"]]

    def _user(self, email: str, role: str) -> Json:
        before = len(self._account.users)
        user = self._account.add_user(email, role=role)
        self.made += len(self._account.users) - before
        return user


class Replay:
    """One ticket, to which the events of its file happen."""

    def __init__(self, ticket: Ticket, actors: Actors, account: ZendeskAccount, report: LoadReport) -> None:
        """Take the ticket as it was created."""
        self._ticket = ticket
        self._actors = actors
        self._account = account
        self._report = report
        self._comments: dict[str, int] = {}  # by the file's ids of messages

    def do(self, event: Mapping[str, Any], at: datetime, place: str) -> None:
        """Let one event happen."""
        by = self._actors.author(str(event.get("by") or "agent"), event.get("by_id"))
        match event.get("type"):
            case "message":
                self._message(event, at)
            case "merged":
                self._merged(event, by, at)
            case "privacy" if str(event.get("of")) in self._comments:
                self._privacy(self._comments[str(event["of"])], by, at, public=bool(event.get("public")))
            case "rating":
                told = {"score": str(event.get("score")), "body": str(event.get("text") or "")}
                author = int(self._actors.requester["id"])
                self._change({}, author, at, events=[{"type": "SatisfactionRating", **told}])
            case "deleted" | "spam":
                changes.hide(self._account, self._ticket, actor=by, at=at)
                self._report.deleted += 1
            case "restored" if self._ticket.hidden is not None:
                changes.unhide(self._account, self._ticket, actor=by, at=at)
                self._report.deleted -= 1
            case kind:
                wanted = self._wanted(kind, event.get("to"), place)
                if wanted is None:
                    self._report.left_out[str(kind)] += 1
                else:
                    self._change(wanted, by, at)

    def _wanted(self, kind: Any, to: Any, place: str) -> Json | None:
        """The fields that an event sets; None for an event that has no place in a helpdesk."""
        account, actors = self._account, self._actors
        match kind:
            case "status":
                return {"status": native_status(to, f"{place}.to")}
            case "priority" if to in PRIORITIES:
                return {"priority": to}
            case "tags":
                return {"tags": sorted(map(str, to or ()))}
            case "assignee":
                return {"assignee_id": actors.agent(to) if to else None}
            case "requester" if to:
                return {"requester_id": actors.customer(to)}
            case "participants":
                return {changes.COPIES: [actors.customer(name) for name in to or ()]}
            case "organization":
                return {"organization_id": _named(account.add_organization, to)}
            case "group":
                return {"group_id": _named(account.group_named, to)}
            case "brand" if to:
                return {"brand_id": _named(account.add_brand, to)}
            case "form" if to:
                return {"ticket_form_id": _named(account.add_form, to)}
            case _:
                return None

    def _message(self, event: Mapping[str, Any], at: datetime) -> None:
        author = self._actors.author(str(event.get("author") or "customer"), event.get("author_id"))
        text, public = str(event.get("text") or "(no text)"), bool(event.get("public", True))
        self._change({}, author, at, text=text, public=public)
        if event.get("id") and self._ticket.comments:
            self._comments[str(event["id"])] = int(self._ticket.comments[-1]["id"])

    def _merged(self, event: Mapping[str, Any], by: int, at: datetime) -> None:
        wanted = {"status": "closed", "tags": sorted({*self._ticket.shown["tags"], MERGE_TAG})}
        text = f"This request was closed and merged into request #{event.get('into')}."
        self._change(wanted, by, at, text=text, public=False)

    def _change(self, wanted: Json, by: int, at: datetime, **more: Any) -> None:
        changes.change(self._account, self._ticket, wanted, actor=by, at=at, history=True, **more)

    def _privacy(self, comment: int, by: int, at: datetime, *, public: bool) -> None:
        told = {"type": "CommentPrivacyChange", "comment_id": comment, "public": public}
        self._change({}, by, at, events=[told])
        next(one for one in self._ticket.comments or () if one["id"] == comment)["public"] = public


def native_status(category: Any, place: str) -> str:
    """Zendesk's own status for a category. Raises `LoadError` for a word that is none."""
    if category not in STATUS_OF:
        raise LoadError(f'"{category}" is no category; choose one of: {", ".join(STATUS_OF)}', place=place)
    return STATUS_OF[category]


def belongs_to(given: Mapping[str, Any], account: ZendeskAccount) -> Json:
    """Group, brand and form of a new ticket, where the file names them."""
    adds = {"group": account.group_named, "brand": account.add_brand, "form": account.add_form}
    fields = {"group": "group_id", "brand": "brand_id", "form": "ticket_form_id"}
    return {fields[key]: _named(add, given[key]) for key, add in adds.items() if given.get(key)}


def _named(add: Callable[[str], Json], name: Any) -> int | None:
    return None if name is None else int(add(str(name))["id"])
