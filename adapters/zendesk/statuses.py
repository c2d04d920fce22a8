"""Which category of the agreement does this status stand for?

Promise: only what the policy file says. A status that it does not name is an error, never a guess; `deleted`
and `scrubbed` are no statuses but the end of a ticket.

With custom statuses switched on, a ticket has two: its own (`custom_status_id`) and the system's, of which the
former is a kind. The policy may name the former by what agents read or by its id; where it does not, the latter
counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.base import OwnStatus
from adapters.errors import UnmappedStatus
from adapters.zendesk.fields import Raw, objects, text
from slabot.domain import Category

SYSTEM = ("new", "open", "pending", "hold", "solved", "closed")
WRITABLE = ("open", "pending", "hold", "solved", "closed")  # never back to new
USUAL = {  # on an account that changed nothing
    "new": Category.OPEN,
    "open": Category.PENDING,
    "pending": Category.WAITING_ON_CUSTOMER,
    "hold": Category.WAITING_ON_THIRD_PARTY,
    "solved": Category.SOLVED,
    "closed": Category.CLOSED,
}
ENDED = frozenset({"deleted", "scrubbed"})


class StatusMap:
    """The policy's words for the statuses of one account."""

    def __init__(self, helpdesk: str, words: Mapping[str, Category], names: Mapping[str, str] | None = None) -> None:
        """Take the policy's mapping, and the account's own statuses as id to the name that agents read."""
        self._helpdesk = helpdesk
        self._words = {word.strip().casefold(): category for word, category in words.items()}
        self._names = {own: name.strip().casefold() for own, name in (names or {}).items()}

    @property
    def words(self) -> Mapping[str, Category]:
        """What the policy says, in small letters."""
        return self._words

    @property
    def has_custom_words(self) -> bool:
        """True if the policy names anything but the system's statuses, so that the account's own must be read."""
        return any(word not in SYSTEM and word not in ENDED for word in self._words)

    def category(self, status: str, custom_id: str | None = None) -> Category:
        """The category of a status.

        Raises:
            UnmappedStatus: the policy does not name it.
        """
        if custom_id is not None:
            for word in (custom_id, self._names.get(custom_id)):
                if word is not None and word in self._words:
                    return self._words[word]
        found = self._words.get(status.casefold())
        if found is None:
            raise UnmappedStatus(status, helpdesk=self._helpdesk)
        return found

    def to_write(self, category: Category) -> tuple[str, str | None] | None:
        """The status to set for a category, and the custom one's id where only that fits; None if there is none."""
        for status in WRITABLE:
            if self._words.get(status) is category:
                return status, None
        for own, name in self._names.items():
            if category in (self._words.get(name), self._words.get(own)):
                return "", own
        for word, stands_for in self._words.items():
            if stands_for is category and word.isdecimal():
                return "", word
        return None


def read_own_statuses(answer: Raw) -> tuple[OwnStatus, ...]:
    """Zendesk's six as agents read them here, then the account's own that are in use."""
    known = [each for each in objects(answer.get("custom_statuses")) if each.get("active") is not False]
    labels = {text(each.get("status_category")): _label(each) for each in known if each.get("default") is True}
    six = [OwnStatus(word=word, label=labels.get(word) or word.title(), usual=USUAL[word]) for word in SYSTEM]
    own = [
        OwnStatus(word=_label(each), label=_label(each), usual=USUAL.get(text(each.get("status_category"))), own=True)
        for each in known
        if each.get("default") is not True and _label(each)
    ]
    return (*six, *own)


def _label(status: Raw) -> str:
    return text(status.get("agent_label")) or text(status.get("raw_agent_label"))
