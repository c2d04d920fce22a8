"""Which category does a Freshdesk status stand for, and which status is set for a category?

Promise: only what the policy says. A status that it does not map is an error that names its label and its number,
never a guess.

The policy may name a status by number or by what agents read; where it does both, the number counts, because a label
can be renamed by anybody who administers the account. Accounts that use Open both for what nobody has looked at and for
what an agent works on may let an assignee tell the two apart (`open_with_assignee`).
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.errors import AdapterError, UnmappedStatus
from slabot.domain import Category

OPEN, PENDING, RESOLVED, CLOSED = 2, 3, 4, 5  # the same on every account


class UnmappedNumber(UnmappedStatus):
    """A status that the policy file does not map to a category.

    Attributes:
        number: Freshdesk's; `status` is its label where the account tells one.
    """

    def __init__(self, number: int, label: str, *, helpdesk: str) -> None:
        """Name both."""
        named = f'"{label}" (number {number})' if label else f"number {number}"
        AdapterError.__init__(
            self,
            f"The status {named} of helpdesk {helpdesk} stands for no category; add it under "
            f'helpdesks.{helpdesk}.statuses in the policy file, for example   "{label or number}": pending',
        )
        self.status = label or str(number)
        self.number = number


class StatusMap:
    """The policy's words for the statuses of one account."""

    def __init__(
        self,
        helpdesk: str,
        words: Mapping[str, Category],
        labels: Mapping[int, str] | None = None,
        *,
        open_with_assignee: Category | None = None,
    ) -> None:
        """Take the policy's mapping, and the account's own statuses as number to what agents read."""
        self._helpdesk = helpdesk
        self._assigned = open_with_assignee
        self._words = {word.strip().casefold(): category for word, category in words.items()}
        self.labels = dict(labels or {})

    def with_labels(self, labels: Mapping[int, str]) -> StatusMap:
        """The same words for an account whose labels are known."""
        return StatusMap(self._helpdesk, self._words, labels, open_with_assignee=self._assigned)

    @property
    def has_labels(self) -> bool:
        """True if the policy names anything by its label, so that the account's own statuses must be read."""
        return any(not word.isdecimal() for word in self._words)

    def category(self, number: int, *, assigned: bool = False) -> Category:
        """The category of a ticket with this status; `assigned` says whether an agent has it.

        Raises:
            UnmappedStatus: the policy does not name it.
        """
        found = self.find(number, assigned=assigned)
        if found is None:
            raise UnmappedNumber(number, self.labels.get(number, ""), helpdesk=self._helpdesk)
        return found

    def find(self, number: int, *, assigned: bool = False) -> Category | None:
        """As `category`; None if the policy does not name it."""
        if assigned and number == OPEN and self._assigned is not None:
            return self._assigned
        named = self._words.get(str(number))
        return named if named is not None else self._words.get(self.labels.get(number, "").casefold())

    def to_write(self, category: Category) -> int | None:
        """The status to set for a category: the first that the policy names and the account has; None if none."""
        for word, stands_for in self._words.items():
            if stands_for is not category:
                continue
            numbers = [int(word)] if word.isdecimal() else self._called(word)
            for number in numbers:
                if (not self.labels or number in self.labels) and self.find(number) is category:
                    return number
        return OPEN if category is self._assigned else None

    def words(self, number: int) -> str:
        """A status in words: ``Resolved``, or ``number 4`` where the account tells no label."""
        return self.labels.get(number) or f"number {number}"

    def _called(self, word: str) -> list[int]:
        return [number for number, label in self.labels.items() if label.casefold() == word]
