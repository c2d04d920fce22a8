"""Hold a Zendesk account: users, organisations, groups, statuses and tickets.

Promise: one account with its users, organisations, statuses and tickets, as an administrator finds it on the first
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
from slabot_sandbox.ids import Ids
from slabot_sandbox.zendesk.objects import Ticket, user_object
from slabot_sandbox.zendesk.service_levels import METRICS, ServiceLevels, Target

SERVICE = "zendesk"
FIRST_LEVEL = 360_000_310_000  # of schedules and holidays
CATEGORY_LABELS = {"new": "New", "open": "Open", "pending": "Pending", "hold": "On-hold", "solved": "Solved"}

LANGUAGES = {"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "ja": "日本語", "pt": "Português"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What one change did to a ticket; `special` names merged, soft_deleted, undeleted, marked_as_spam."""

    ticket: Ticket
    audit: Json
    actor: int
    created: bool = False
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    comment: Json | None = None
    special: str | None = None
    special_event: Json = field(default_factory=dict)


class ZendeskAccount(HelpdeskAccount[Ticket, Changed]):
    """The state behind the Zendesk stand-in."""

    service = SERVICE

    def __init__(self, shared: Shared, *, base: str, bot_email: str) -> None:
        """An account with one administrator (the bot) and one group; agents come when they first act."""
        super().__init__(shared, Ids(shared.seed))
        self.base = base
        self.number = 12_514_403  # the account id that webhooks carry
        self.users: dict[int, Json] = {}
        self.organizations: dict[int, Json] = {}
        self.groups: dict[int, Json] = {}
        self.custom_statuses: dict[int, Json] = {}
        self.brands: dict[int, Json] = {}
        self.forms: dict[int, Json] = {}
        self.brand = int(self.add_brand("Acme")["id"])
        self.form = int(self.add_form("Default ticket form")["id"])
        for category in CATEGORY_LABELS:
            self.add_custom_status(category, default=True)
        self.bot = self.add_user(bot_email, role="admin", name="slabot")
        self.group = self.add_group("Support", default=True)
        self.levels = ServiceLevels(Ids(shared.seed, first=FIRST_LEVEL, step=1), stamp(self.clock.now()))
        self.locales: list[Json] = []
        self.set_languages(["en-US"])

    # -- looking up -----------------------------------------------------------------------------------------

    def user_by_email(self, email: str) -> Json | None:
        """The user with this address, case aside."""
        wanted = email.casefold()
        return next((user for user in self.users.values() if (user["email"] or "").casefold() == wanted), None)

    def email_of(self, user: int | None) -> str:
        """The address of a user, or the id if nobody knows them."""
        return str(self.users[user]["email"]) if user in self.users else f"user {user}"

    def role(self, user: int | None) -> str:
        """`admin`, `agent`, `end-user`, or empty if nobody knows the user."""
        return str(self.users[user]["role"]) if user in self.users else ""

    def is_staff(self, user: int | None) -> bool:
        """Is this an agent or an administrator?"""
        return self.role(user) in ("agent", "admin")

    def default_status(self, category: str) -> int | None:
        """The custom status that stands for this category; closed belongs to solved."""
        wanted = "solved" if category == "closed" else category
        for status in self.custom_statuses.values():
            if status["status_category"] == wanted and status["default"]:
                return int(status["id"])
        return None

    # -- adding ---------------------------------------------------------------------------------------------

    def add_user(
        self,
        email: str,
        *,
        role: str = "end-user",
        name: str | None = None,
        organization: str | None = None,
        light: bool = False,
    ) -> Json:
        """A user; if the address is known, that one."""
        if (known := self.user_by_email(email)) is not None:
            return known
        user = user_object(
            base=self.base,
            number=self.ids.number(),
            at=self.clock.now(),
            name=name or name_from(email),
            email=email,
            role=role,
            organization=self.add_organization(organization)["id"] if organization else None,
            light=light,
        )
        self.users[user["id"]] = user
        return user

    def add_agent(self, email: str, *, name: str | None = None, role: str = "agent", light: bool = False) -> Json:
        """An agent (or `admin`, or a light agent); if the address is known, that user."""
        return self.add_user(email, role=role, name=name, light=light)

    def set_role(self, email: str, role: str) -> None:
        """Give a user another role: `end-user`, `agent`, `admin`. Whatever they wrote shows them in it from now on."""
        user = self.add_user(email)
        user.update({"role": role, "role_type": {"admin": 4, "agent": 0}.get(role)})

    def add_organization(self, name: str) -> Json:
        """An organisation; if the name is known, that one."""
        for organization in self.organizations.values():
            if organization["name"] == name:
                return organization
        number, at = self.ids.number(), stamp(self.clock.now())
        organization = {
            "url": f"{self.base}/api/v2/organizations/{number}.json",
            "id": number,
            "name": name,
            "shared_tickets": False,
            "shared_comments": False,
            "external_id": None,
            "created_at": at,
            "updated_at": at,
            "domain_names": [],
            "details": None,
            "notes": None,
            "group_id": None,
            "tags": [],
            "organization_fields": {},
        }
        self.organizations[number] = organization
        return organization

    def add_custom_status(
        self, category: str, *, label: str | None = None, number: int | None = None, default: bool = False
    ) -> Json:
        """A status of the account's own, in one of the categories new, open, pending, hold, solved."""
        number, at = number or self.ids.number(), stamp(self.clock.now())
        label = label or CATEGORY_LABELS[category]
        status = {
            "url": f"{self.base}/api/v2/custom_statuses/{number}.json",
            "id": number,
            "status_category": category,
            "agent_label": label,
            "raw_agent_label": label,
            "end_user_label": label,
            "raw_end_user_label": label,
            "description": "",
            "raw_description": "",
            "end_user_description": "",
            "raw_end_user_description": "",
            "active": True,
            "default": default,
            "created_at": at,
            "updated_at": at,
        }
        self.custom_statuses[number] = status
        return status

    def set_languages(self, locales: Iterable[str]) -> None:
        """The languages that are switched on, ``en-US`` say; the first is the account's own."""
        at = stamp(self.clock.now())
        self.locales = [
            {
                "url": f"{self.base}/api/v2/locales/{locale}.json",
                "id": number,
                "locale": locale,
                "name": LANGUAGES.get(locale.partition("-")[0], locale),
                "created_at": at,
                "updated_at": at,
                "default": number == 1,
            }
            for number, locale in enumerate(locales, start=1)
        ]

    def add_schedule(
        self,
        name: str,
        zone: str,
        intervals: Sequence[Sequence[int]],
        holidays: Sequence[Mapping[str, str]] = (),
    ) -> Json:
        """A schedule of business hours, as minutes from Sunday 00:00; the first is that of all tickets."""
        return self.levels.add_schedule(name, zone, intervals, holidays)

    def set_sla_target(self, metric: str, priority: str, minutes: int, *, business_hours: bool = False) -> None:
        """What the SLA policy gives for a priority.

        Raises:
            ActError: there is no such metric.
        """
        if metric not in METRICS:
            raise ActError(f'"{metric}" is no metric of an SLA policy; choose one of: {", ".join(METRICS)}')
        self.levels.targets[metric, priority] = Target(minutes, business_hours)

    def add_group(self, name: str, *, default: bool = False) -> Json:
        """A group of agents."""
        number, at = self.ids.number(), stamp(self.clock.now())
        group = {
            "url": f"{self.base}/api/v2/groups/{number}.json",
            "id": number,
            "is_public": True,
            "name": name,
            "description": "",
            "default": default,
            "deleted": False,
            "created_at": at,
            "updated_at": at,
        }
        self.groups[number] = group
        return group

    def group_named(self, name: str) -> Json:
        """The group of this name, which is made where there is none of it."""
        return next((one for one in self.groups.values() if one["name"] == name), None) or self.add_group(name)

    def add_brand(self, name: str) -> Json:
        """A brand of the account; if the name is known, that one."""
        return self._named(self.brands, "brands", name, subdomain="acme", default=not self.brands)

    def add_form(self, name: str) -> Json:
        """A ticket form; if the name is known, that one."""
        return self._named(self.forms, "ticket_forms", name, display_name=name, default=not self.forms)

    def _named(self, known: dict[int, Json], kind: str, name: str, **more: Any) -> Json:
        for one in known.values():
            if one["name"] == name:
                return one
        number, at = self.ids.number(), stamp(self.clock.now())
        made = {
            "url": f"{self.base}/api/v2/{kind}/{number}.json",
            "id": number,
            "name": name,
            "active": True,
            "created_at": at,
            "updated_at": at,
            **more,
        }
        known[number] = made
        return made
