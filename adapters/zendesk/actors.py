"""Who did this, and who said it: a customer, a third party, an agent, an automation, the system, or slabot?

Promise: a rule is not mistaken for the agent in whose name Zendesk lets it act, slabot always knows its own acts, and
whether somebody belongs to the customer rests on the requester, the copies and the organisation of that time. An agent
who is the requester stays an agent here, by id: the rules know the requester.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.zendesk.fields import ident, mapping, text
from adapters.zendesk.names import ORGANIZATION, Named
from adapters.zendesk.users import User
from slabot.domain import Actor

MARK = "slabot"  # the key of our own mark in an audit's metadata.custom
NOBODY = "-1"  # Zendesk's author of lines that it writes itself, public ones too
_RULES = frozenset({"rule", "automation", "trigger", "8"})  # 8 is the id of "rule"; older answers give ids
_RULE_RELS = frozenset({"trigger", "automation"})


def marker_of(metadata: object) -> str | None:
    """The mark that slabot left with a write, if this is its metadata."""
    return text(mapping(mapping(metadata).get("custom")).get(MARK)) or None


def is_rule(via: object) -> bool:
    """True if a trigger or an automation did it."""
    said = mapping(via)
    return str(said.get("channel")) in _RULES or text(mapping(said.get("source")).get("rel")) in _RULE_RELS


@dataclass(frozen=True, slots=True)
class Side:
    """Who was on the customer's side of the ticket at one moment.

    Attributes:
        requester, organization: their ids.
        copies: whoever was in copy, by id or by address.
    """

    requester: str | None
    copies: frozenset[str]
    organization: str | None

    def names(self, user: User) -> bool:
        """True if the user was requester or in copy."""
        return user.id == self.requester or user.id in self.copies or (user.email or "").casefold() in self.copies

    def has(self, user: User) -> bool:
        """True if the user was requester, in copy or of the ticket's organisation."""
        return self.names(user) or (self.organization is not None and user.organization_id == self.organization)


class Authors:
    """Everybody who appears in one ticket's history."""

    def __init__(self, people: Mapping[str, User], names: Named, *, own_id: str) -> None:
        """Take who is known; `own_id` is slabot's user."""
        self.people = people
        self.unknown: set[str] = set()
        self.own_id = own_id
        self._names = names

    def actor(
        self, author: object, via: object, *, marked: bool, sides: tuple[Side, Side], stranger: bool = False
    ) -> tuple[Actor, str | None]:
        """Who did something, and their id.

        Somebody whose role nobody can tell is the customer if the ticket was theirs; else the system, which neither
        answers nor asks, and `unknown` says that the history is not to be relied on.

        Args:
            author: the id, as it came.
            via: how it came.
            marked: it carries slabot's mark.
            sides: the customer's side before and after; whoever was put in copy by the same save counts as well.
            stranger: Zendesk says that its author had no part in the conversation.
        """
        by_id = ident(author)
        if is_rule(via):
            return Actor.AUTOMATION, by_id
        if marked or by_id == self.own_id:
            return Actor.SLABOT, by_id or self.own_id
        if by_id is None or by_id == NOBODY:
            return Actor.SYSTEM, None
        user = self.people.get(by_id)
        if user is None:
            self.unknown.add(by_id)
            return (Actor.CUSTOMER if any(side.requester == by_id for side in sides) else Actor.SYSTEM), by_id
        if user.is_staff:
            return Actor.AGENT, by_id
        ours = any(side.names(user) if stranger else side.has(user) for side in sides)
        return (Actor.CUSTOMER if ours else Actor.THIRD_PARTY), by_id

    def email(self, by_id: str | None) -> str | None:
        """The address of a user, if known."""
        user = self._user(by_id)
        return user.email if user is not None else None

    def name(self, by_id: str | None) -> str | None:
        """The name of a user, if known."""
        user = self._user(by_id)
        return None if user is None else user.name or None

    def language(self, by_id: str | None) -> str | None:
        """The language that a user chose, if known."""
        user = self._user(by_id)
        return None if user is None else user.locale

    def organization(self, by_id: str | None) -> str | None:
        """The name of an end user's organisation, if known."""
        user = self._user(by_id)
        if user is None or user.is_staff or user.organization_id is None:
            return None
        return self._names.get((ORGANIZATION, user.organization_id), user.organization_id)

    def is_light(self, by_id: str | None) -> bool:
        """True for a light agent."""
        user = self._user(by_id)
        return user is not None and user.is_light

    def is_staff(self, by_id: str | None) -> bool:
        """True if it is known that this is one of support."""
        user = self._user(by_id)
        return user is not None and user.is_staff

    def _user(self, by_id: str | None) -> User | None:
        return self.people.get(by_id) if by_id is not None else None
