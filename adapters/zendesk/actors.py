"""Who did this: a customer, an agent, an automation, the system, or slabot?

Promise: a rule is not mistaken for the agent in whose name Zendesk lets it act, and slabot always knows its own
acts. An agent who is the requester stays an agent here, by id: the rules know the requester.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.zendesk.fields import Raw, ident, mapping, text
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
    return str(said.get("channel")) in _RULES or mapping(said.get("source")).get("rel") in _RULE_RELS


class Participants:
    """Everybody who appears in one ticket's history."""

    def __init__(self, people: Mapping[str, User], *, own_id: str, requester: str | None) -> None:
        """Take who is known; `own_id` is slabot's user."""
        self.people = people
        self.unknown: set[str] = set()
        self._own_id = own_id
        self._requester = requester

    def actor(self, author: object, via: object, *, marked: bool) -> tuple[Actor, str | None]:
        """Who did something, and their id.

        Somebody whose role nobody can tell is the customer if the ticket is theirs; else the system, which neither
        answers nor asks, and `unknown` says that the history is not to be relied on.
        """
        by_id = ident(author)
        if is_rule(via):
            return Actor.AUTOMATION, by_id
        if marked or by_id == self._own_id:
            return Actor.SLABOT, by_id or self._own_id
        if by_id is None or by_id == NOBODY:
            return Actor.SYSTEM, None
        user = self.people.get(by_id)
        if user is not None:
            return (Actor.AGENT if user.is_staff else Actor.CUSTOMER), by_id
        self.unknown.add(by_id)
        return (Actor.CUSTOMER if by_id == self._requester else Actor.SYSTEM), by_id

    def email(self, by_id: str | None) -> str | None:
        """The address of a user, if known."""
        user = self.people.get(by_id) if by_id is not None else None
        return user.email if user is not None else None


def authors(items: list[Raw]) -> set[str]:
    """The ids of everybody who wrote or did one of these."""
    found = {ident(item.get("author_id")) for item in items}
    return {each for each in found if each is not None and each != NOBODY}
