"""Hold a Freshdesk account: agents, contacts, companies, statuses, fields and tickets.

Promise: one account with its agents, contacts, statuses, fields and tickets, as an administrator finds it on the first
day, and one lock around it. Everything that changes a ticket tells those who listen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slabot_sandbox.base.account import HelpdeskAccount
from slabot_sandbox.base.objects import Json, name_from, stamp
from slabot_sandbox.base.standin import Shared
from slabot_sandbox.errors import ActError
from slabot_sandbox.freshdesk.fields import Field, default_fields
from slabot_sandbox.freshdesk.objects import (
    CLOSED,
    OPEN,
    PENDING,
    RESOLVED,
    WAITING_ON_CUSTOMER,
    WAITING_ON_THIRD_PARTY,
    Ticket,
    agent_object,
    contact_object,
)
from slabot_sandbox.freshdesk.service_levels import DEFAULT_POLICY, ServiceLevels
from slabot_sandbox.ids import Ids

SERVICE = "freshdesk"
FIRST_ID = 43_026_440_000  # recorded ids have eleven digits and lie close together
FIRST_LEVEL = 35_000_006_700  # of policies and business hours
STATUSES = {  # number: what agents read, what customers read
    OPEN: ("Open", "Being Processed"),
    PENDING: ("Pending", "Awaiting your Reply"),
    RESOLVED: ("Resolved", "This ticket has been Resolved"),
    CLOSED: ("Closed", "This ticket has been Closed"),
    WAITING_ON_CUSTOMER: ("Waiting on Customer", "Awaiting your Reply"),
    WAITING_ON_THIRD_PARTY: ("Waiting on Third Party", "Being Processed"),
}
NATIVE = (OPEN, PENDING, RESOLVED, CLOSED)  # every account has these; the others can be taken away
EVERY_TICKET, OWN_TICKETS = 1, 3  # an agent's ticket_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What one change did to a ticket.

    Attributes:
        conversation: what was written with it.
        special: `deleted`, `restored`, `spam`, `merged`, `escalated`; None for the ordinary.
        by: `people`, `api` or `automation`.
    """

    ticket: Ticket
    actor: int | None
    created: bool = False
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    conversation: Json | None = None
    special: str | None = None
    by: str = "people"


@dataclass(slots=True)
class Quirks:
    """What the account does by itself when a ticket changes.

    Attributes:
        silent_changes: so many of the next changes of fields leave `updated_at` as it was, as some accounts report.
        reopen: a customer's reply opens the ticket, whatever its status; a rule that every account is shipped with.
        stamps_stay: a ticket that is opened again keeps when it was resolved and closed, as some recorded ones do.
    """

    silent_changes: int = 0
    reopen: bool = True
    stamps_stay: bool = False


@dataclass(frozen=True, slots=True)
class MergeNotes:
    """What a merge leaves on the two tickets, in the account's language; ``{id}`` is the other one's number."""

    on_the_closed: str = "This ticket is closed and merged into ticket {id}"
    on_the_other: str = "Ticket with ID {id} is merged into this ticket. First message in it:"


class FreshdeskAccount(HelpdeskAccount[Ticket, Changed]):
    """The state behind the Freshdesk stand-in."""

    service = SERVICE

    def __init__(self, shared: Shared, *, domain: str, bot_email: str) -> None:
        """An account with its owner and one more administrator (the bot); agents come when they first act."""
        super().__init__(shared, Ids(shared.seed, first=FIRST_ID, step=1))
        self.domain = domain
        self.agents: dict[int, Json] = {}
        self.contacts: dict[int, Json] = {}
        self.companies: dict[int, Json] = {}
        self.statuses: dict[int, tuple[str, str]] = dict(STATUSES)
        self.admin_role, self.agent_role = self.ids.number(), self.ids.number()
        self.fields: dict[str, Field] = default_fields(self.ids)
        self.groups: list[Json] = []
        self.products: list[Json] = []
        self.forms: list[Json] = []
        self.ratings: dict[int, list[Json]] = {}
        self.merge_notes = MergeNotes()
        self.languages: list[str] = ["en"]
        self.quirks = Quirks()
        self.made = stamp(self.clock.now())
        self.levels = ServiceLevels(Ids(shared.seed, first=FIRST_LEVEL, step=1), self.made)
        self.owner = self.add_agent(f"owner@{domain}", name="Account Owner", admin=True)
        self.bot = self.add_agent(bot_email, name="slabot", admin=True)
        self.add_group("Support")

    def add_group(self, name: str) -> Json:
        """A group of agents."""
        group = {
            "id": FIRST_ID - len(self.groups),
            "name": name,
            "description": None,
            "escalate_to": None,
            "unassigned_for": None,
            "business_hour_id": None,
            "group_type": "support_agent_group",
            "created_at": self.made,
            "updated_at": self.made,
        }
        self.groups.append(group)
        return group

    def add_sla_policy(self, name: str, applicable_to: Mapping[str, Any] | None = None) -> Json:
        """An SLA policy for some tickets, ``{"sources": [1]}`` say."""
        return self.levels.add_policy(name, applicable_to)

    def set_sla_target(
        self,
        policy: str = DEFAULT_POLICY,
        *,
        priority: str,
        respond_within: int,
        resolve_within: int,
        business_hours: bool = True,
    ) -> None:
        """What a policy gives for a priority, in seconds."""
        self.levels.set_target(
            policy,
            priority,
            respond_within=respond_within,
            resolve_within=resolve_within,
            business_hours=business_hours,
        )

    def add_business_hours(self, name: str, zone: str, week: Mapping[str, Sequence[str]], *, group: str = "") -> Json:
        """Business hours, ``{"monday": ["09:00:00 am", "05:00:00 pm"]}`` say, and the group that keeps them.

        Raises:
            ActError: the account has no such group.
        """
        hours = self.levels.add_hours(name, zone, week)
        if group:
            number = self.named(self.groups, group, "group")
            next(one for one in self.groups if one["id"] == number)["business_hour_id"] = int(hours["id"])
        return hours

    def stop_timer_in(self, status: str) -> None:
        """Switch the SLA timer off for a status."""
        self.levels.timer_off.add(self.status_named(status))

    def add_product(self, name: str) -> Json:
        """A product: a brand under which the account supports people."""
        product = {"id": self.ids.number(), "name": name, "description": None, "primary_email": None}
        self.products.append({**product, "created_at": self.made, "updated_at": self.made})
        return self.products[-1]

    def add_form(self, title: str) -> Json:
        """A ticket form."""
        form = {"id": self.ids.number(), "title": title, "name": title.casefold().replace(" ", "_"), "default": False}
        self.forms.append(form)
        return form

    def set_merge_notes(self, on_the_closed: str, on_the_other: str) -> None:
        """What merges leave from now on, in another language; ``{id}`` stands for the other ticket's number."""
        self.merge_notes = MergeNotes(on_the_closed, on_the_other)

    def set_languages(self, codes: Iterable[str]) -> None:
        """The languages of the account, ``de`` say; the first is its primary one."""
        self.languages = list(codes)

    # -- looking up -----------------------------------------------------------------------------------------

    def user(self, number: int | None) -> Json | None:
        """The agent or contact of this id: they share one row of numbers."""
        return None if number is None else self.agents.get(number) or self.contacts.get(number)

    def email_of(self, number: int | None) -> str:
        """The address of an agent or contact; empty if nobody knows them."""
        user = self.user(number)
        return "" if user is None else str(user.get("contact", user)["email"] or "")

    def agent_by_email(self, email: str) -> Json | None:
        """The agent with this address, case aside."""
        wanted = email.casefold()
        return next((one for one in self.agents.values() if one["contact"]["email"].casefold() == wanted), None)

    def is_admin(self, agent: Json) -> bool:
        """May this agent see the admin pages?"""
        return self.admin_role in agent["role_ids"]

    def may_see(self, agent: Json, ticket: Ticket) -> bool:
        """Restricted agents see what is assigned to them."""
        return bool(agent["ticket_scope"] == EVERY_TICKET or ticket.shown["responder_id"] == agent["id"])

    def status_named(self, name: str | int) -> int:
        """The number of a status by what agents read, or by the number itself.

        Raises:
            ActError: the account has no such status.
        """
        for number, (label, _) in self.statuses.items():
            if str(name).casefold() in (label.casefold(), str(number)):
                return number
        known = ", ".join(label for label, _ in self.statuses.values())
        raise ActError(f'the account has no status "{name}"; choose one of: {known}')

    # -- adding ---------------------------------------------------------------------------------------------

    def add_agent(
        self,
        email: str,
        *,
        name: str | None = None,
        admin: bool = False,
        restricted: bool = False,
        collaborator: bool = False,
    ) -> Json:
        """An agent; if the address is known, that one. A collaborator may write notes only."""
        if (known := self.agent_by_email(email)) is not None:
            return known
        agent = agent_object(
            number=self.ids.number(),
            at=self.clock.now(),
            name=name or name_from(email),
            email=email,
            role=self.admin_role if admin else self.agent_role,
            scope=OWN_TICKETS if restricted else EVERY_TICKET,
            type="collaborator" if collaborator else "support_agent",
        )
        self.agents[agent["id"]] = agent
        return agent

    def add_contact(self, email: str, *, name: str | None = None, company: str | None = None) -> Json:
        """A contact; if the address is known, that one, an agent with it among them."""
        if (agent := self.agent_by_email(email)) is not None:
            return agent
        wanted = email.casefold()
        for known in self.contacts.values():
            if (known["email"] or "").casefold() == wanted:
                return known
        contact = contact_object(
            number=self.ids.number(),
            at=self.clock.now(),
            name=name or name_from(email),
            email=email,
            company=self.add_company(company)["id"] if company else None,
        )
        self.contacts[contact["id"]] = contact
        return contact

    def add_company(self, name: str) -> Json:
        """A company; if the name is known, that one."""
        for company in self.companies.values():
            if company["name"] == name:
                return company
        company = {"id": self.ids.number(), "name": name}
        self.companies[company["id"]] = company
        return company

    def named(self, entries: list[Json], name: str | None, what: str) -> int | None:
        """The id of the group, product or form of this name; None for none.

        Raises:
            ActError: the account has no such one.
        """
        if name is None:
            return None
        for entry in entries:
            if name in (entry.get("title"), entry["name"]):
                return int(entry["id"])
        raise ActError(f'the account has no {what} "{name}"; add it first')

    def add_status(self, label: str, *, customer_label: str | None = None, number: int | None = None) -> int:
        """A status of the account's own; returns its number, the next free one unless it is given."""
        number = number or max((*self.statuses, *STATUSES)) + 1
        self.statuses[number] = (label, customer_label or label)
        return number

    def rename_status(self, number: int, label: str, *, customer_label: str | None = None) -> None:
        """Call a status otherwise, as administrators may do with every one.

        Raises:
            ActError: the account has no such status.
        """
        number = self.status_named(number)
        self.statuses[number] = (label, customer_label or self.statuses[number][1])

    def remove_status(self, number: int) -> None:
        """Take a status away that is none of the four that every account has.

        Raises:
            ActError: it is one of those, or tickets have it.
        """
        if number in NATIVE or any(ticket.status == number for ticket in self.tickets.values()):
            raise ActError(f"status {number} is one that every account has, or tickets have it; it stays")
        self.statuses.pop(self.status_named(number))

    def add_field(
        self,
        label: str,
        *,
        type: str = "custom_text",
        choices: Iterable[str] = (),
        required_for_closure: bool = False,
    ) -> str:
        """A custom field; returns its name, `cf_` and the label."""
        made = Field.custom(
            self.ids.number(),
            label=label,
            type=type,
            choices=tuple(choices),
            position=len(self.fields) + 1,
            required_for_closure=required_for_closure,
        )
        self.fields[made.name] = made
        return made.name
