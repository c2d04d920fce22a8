"""Load recorded objects of Freshdesk's API.

Promise: every ticket, conversation, agent and contact that stands in an answer of the API, of the present version or of
the first, is kept with what was recorded; of several versions of one object the latest. A ticket whose conversations
were not recorded answers 404 for them, since an unknown history must not look like an empty one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.freshdesk.account import FreshdeskAccount
from slabot_sandbox.freshdesk.objects import (
    Kind,
    Source,
    Ticket,
    agent_object,
    contact_object,
    conversation_object,
    plain,
    rich,
    stats_object,
    ticket_object,
)
from slabot_sandbox.loading.report import LoadReport

FIRST_VERSION = {  # keys of the API's first version: what they are called now
    "isescalated": "is_escalated",
    "frDueBy": "fr_due_by",
    "ticket_type": "type",
    "custom_field": "custom_fields",
    "description": "description_text",
    "description_html": "description",
}


@dataclass(slots=True)
class FreshdeskObjects:
    """The objects found so far, by id; conversations by ticket."""

    tickets: dict[int, Json] = field(default_factory=dict)
    conversations: dict[int, dict[int, Json]] = field(default_factory=dict)
    agents: dict[int, Json] = field(default_factory=dict)
    contacts: dict[int, Json] = field(default_factory=dict)

    def gather(self, value: Any) -> bool:
        """Take everything that is known out of a JSON value. False if nothing was."""
        if isinstance(value, dict) and isinstance(value.get("results"), list):
            value = value["results"]
        known = False
        for one in value if isinstance(value, list) else [value]:
            known |= self._take(one)
        return known

    def _take(self, given: Any) -> bool:
        if not isinstance(given, dict) or not isinstance(given.get("id"), int):
            return False
        keys = given.keys()
        if "requester_id" in keys and "fr_escalated" in keys:
            return self._ticket(given)
        if {"ticket_id", "body_text", "incoming"} <= keys:
            self.conversations.setdefault(given["ticket_id"], {})[given["id"]] = given
        elif "ticket_scope" in keys and "contact" in keys:
            _latest(self.agents, given)
        elif {"email", "job_title", "time_zone"} <= keys:
            _latest(self.contacts, given)
        else:
            return False
        return True

    def _ticket(self, given: Json) -> bool:
        shown = dict(given)
        if "description_html" in given:
            shown = {FIRST_VERSION.get(name, name): value for name, value in given.items()}
        for one in shown.pop("conversations", None) or ():
            self._take({"ticket_id": given["id"], **one})
        requester = shown.pop("requester", None)
        if requester:
            self.contacts.setdefault(requester["id"], requester)
        _latest(self.tickets, shown)
        return True


def keep(told: FreshdeskObjects, account: FreshdeskAccount, report: LoadReport) -> None:
    """Put what was found into the account."""
    born = account.clock.now()
    for number, given in told.agents.items():
        blank = agent_object(number=number, at=born, name="", email="", role=account.agent_role, scope=1)
        account.agents[number] = _known(blank, given)
    for number, given in told.contacts.items():
        if number not in account.agents:
            blank = contact_object(number=number, at=born, name="", email="", company=None)
            account.contacts[number] = _known(blank, given)
    for number, given in sorted(told.tickets.items()):
        ticket = _ticket(given, told.conversations.get(number), born)
        account.keep(ticket)
        report.tickets += 1
        report.deleted += ticket.gone
        report.silent += ticket.conversations is None and not ticket.gone
        report.comments += len(ticket.conversations or ())
    for taken in (*told.agents, *told.contacts, *(one for many in told.conversations.values() for one in many)):
        account.ids.above(taken)
    report.users += len(told.agents) + len(told.contacts)


def _ticket(given: Json, conversations: dict[int, Json] | None, born: datetime) -> Ticket:
    blank = ticket_object(number=given["id"], at=born, priority=1)
    shown = _known(blank, given)
    text = shown["description_text"] or plain(shown["description"] or "")
    shown |= {"description_text": text, "description": shown["description"] or rich(text)}
    shown["custom_fields"] = shown["custom_fields"] or {}
    stats = _known(stats_object(), given.get("stats") or {})
    return Ticket(shown=shown, stats=stats, conversations=_conversations(conversations))


def _conversations(found: dict[int, Json] | None) -> list[Json] | None:
    if found is None:
        return None
    kept = []
    for given in found.values():
        at = datetime.fromisoformat(given["created_at"])
        kind = Kind.CUSTOMER if given["incoming"] else Kind.PRIVATE if given["private"] else Kind.PUBLIC
        blank = conversation_object(
            number=given["id"],
            ticket=given["ticket_id"],
            user=given["user_id"],
            body=given["body"],
            source=Source.REPLY,
            kind=kind,
            at=at,
        )
        kept.append(_known(blank, given))
    return sorted(kept, key=lambda one: (one["created_at"], one["id"]))


def _known(blank: Json, given: Json) -> Json:
    """What was recorded of the keys that the object has; times in the one spelling that can be compared."""
    shown = blank | {name: value for name, value in given.items() if name in blank}
    for name, value in shown.items():
        if value and name.endswith(("_at", "_by")):
            shown[name] = stamp(datetime.fromisoformat(value))
    return shown


def _latest(kept: dict[int, Json], given: Json) -> None:
    former = kept.get(given["id"])
    if former is None or _age(given) >= _age(former):
        kept[given["id"]] = given


def _age(given: Json) -> datetime:
    """When this version of an object was current; any that says so is newer than one that does not."""
    return datetime.fromisoformat(given.get("updated_at") or "1970-01-01T00:00:00Z")
