"""Describe ticket fields, and which of them must be filled in before a ticket is resolved.

Promise: one place knows the fields of an account. What `/ticket_fields` shows and what an update is refused for come
from the same description.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.errors import ActError
from slabot_sandbox.freshdesk.objects import PRIORITIES, SOURCES, TYPES
from slabot_sandbox.ids import Ids

if TYPE_CHECKING:
    from slabot_sandbox.freshdesk.account import FreshdeskAccount

EXPECTED = {  # type of a custom field: how the API calls what it takes
    "custom_text": "String",
    "custom_paragraph": "String",
    "custom_number": "Integer",
    "custom_decimal": "Number",
    "custom_checkbox": "Boolean",
    "custom_date": "Date",
    "custom_dropdown": "String",
}
PYTHON: Mapping[str, tuple[type, ...]] = {"String": (str,), "Date": (str,), "Boolean": (bool,), "Integer": (int,)}
DEFAULTS = (  # name, label, type, key of the ticket object, required for agents
    ("requester", "Search a requester", "default_requester", "requester_id", True),
    ("subject", "Subject", "default_subject", "subject", True),
    ("ticket_type", "Type", "default_ticket_type", "type", False),
    ("source", "Source", "default_source", "source", False),
    ("status", "Status", "default_status", "status", True),
    ("priority", "Priority", "default_priority", "priority", True),
    ("group", "Group", "default_group", "group_id", False),
    ("agent", "Agent", "default_agent", "responder_id", False),
    ("company", "Company", "default_company", "company_id", False),
    ("description", "Description", "default_description", "description", True),
)


@dataclass(slots=True, kw_only=True)
class Field:
    """A field of a ticket. `key` is where the ticket object holds it; custom ones stand below `custom_fields`."""

    id: int
    name: str
    label: str
    type: str
    key: str
    position: int
    choices: tuple[str, ...] = ()
    required_for_agents: bool = False
    required_for_closure: bool = False

    @classmethod
    def custom(
        cls, number: int, *, label: str, type: str, choices: tuple[str, ...], position: int, required_for_closure: bool
    ) -> Field:
        """A custom field, named as Freshdesk names them.

        Raises:
            ActError: there is no such type.
        """
        if type not in EXPECTED:
            raise ActError(f'"{type}" is no type of a custom field; choose one of: {", ".join(EXPECTED)}')
        name = "cf_" + "".join(one if one.isalnum() else "_" for one in label.lower())
        return cls(
            id=number,
            name=name,
            label=label,
            type=type,
            key=name,
            position=position,
            choices=choices,
            required_for_closure=required_for_closure,
        )

    @property
    def is_custom(self) -> bool:
        """Is it one of the account's own?"""
        return self.type in EXPECTED

    @property
    def path(self) -> str:
        """How errors name it."""
        return f"custom_fields.{self.name}" if self.is_custom else self.key

    def value(self, shown: Mapping[str, Any]) -> Any:
        """What a ticket has in it."""
        return shown["custom_fields"].get(self.name) if self.is_custom else shown[self.key]

    def takes(self, value: Any) -> str | None:
        """Why a custom field does not take this value, in the API's words; None if it does."""
        if value is None:
            return None
        if self.choices:
            return None if value in self.choices else one_of(self.choices)
        expected = EXPECTED[self.type]
        kinds = PYTHON.get(expected, (int, float))
        fits = isinstance(value, kinds) and (isinstance(value, bool) is (expected == "Boolean"))
        return None if fits else a(expected)

    @property
    def lack(self) -> str:
        """What is said when it is required and empty, in the API's words."""
        if self.choices:
            return one_of(self.choices)
        if self.type == "default_ticket_type":
            return one_of(TYPES)
        return a(EXPECTED.get(self.type, "Positive Integer"))

    def shown(self, account: FreshdeskAccount) -> Json:
        """The field as the API shows it."""
        shown: Json = {
            "id": self.id,
            "name": self.name,
            "label": self.label,
            "description": None if self.is_custom else f"Ticket {self.label.lower()}",
            "position": self.position,
            "required_for_closure": self.required_for_closure,
            "required_for_agents": self.required_for_agents,
            "type": self.type,
            "default": not self.is_custom,
            "customers_can_edit": False,
            "label_for_customers": self.label,
            "required_for_customers": False,
            "displayed_to_customers": not self.is_custom,
            "created_at": account.made,
            "updated_at": account.made,
        }
        if (choices := self._choices(account)) is not None:
            shown["choices"] = choices
        return shown

    def _choices(self, account: FreshdeskAccount) -> Any:
        match self.type:
            case "default_status":
                return {str(number): list(labels) for number, labels in sorted(account.statuses.items())}
            case "default_priority":
                return dict(PRIORITIES)
            case "default_source":
                return dict(SOURCES)
            case "default_ticket_type":
                return list(TYPES)
            case "default_agent":
                return {agent["contact"]["name"]: number for number, agent in account.agents.items()}
            case "default_group":
                return {}
            case "custom_dropdown":
                return list(self.choices)
            case _:
                return None


def default_fields(ids: Ids) -> dict[str, Field]:
    """The fields that every account has, by name."""
    return {
        name: Field(
            id=ids.number(),
            name=name,
            label=label,
            type=type,
            key=key,
            position=position,
            required_for_agents=required,
        )
        for position, (name, label, type, key, required) in enumerate(DEFAULTS, start=1)
    }


def one_of(choices: Any) -> str:
    """The words for a value that is none of the choices."""
    return f"It should be one of these values: '{','.join(map(str, choices))}'"


def a(expected: str) -> str:
    """The words for a value of another type."""
    return f"It should be a/an {expected}"
