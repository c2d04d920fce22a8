"""What do the account's numbers mean: its statuses, its priorities, and what a close needs?

Promise: read from the account's own ticket fields, in either of the forms in which Freshdesk gives choices. Only 2
to 5 are the same statuses everywhere; 6 and 7 are usual and not certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.http.fields import Raw, ident, mapping, objects, text

STATUS, PRIORITY = "status", "priority"
PRIORITIES = {"low": 1, "medium": 2, "high": 3, "urgent": 4}  # the same on every account, whatever they are called
PRIORITY_WORDS = {number: word for word, number in PRIORITIES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFields:
    """What the account's ticket fields say.

    Attributes:
        statuses: what agents read, by number, in the account's order.
        priorities: numbers by what agents read, in lower case; the English words always among them.
        to_close: the fields that must be filled in before a ticket is resolved or closed, by their label.
    """

    statuses: Mapping[int, str] = field(default_factory=dict)
    priorities: Mapping[str, int] = field(default_factory=lambda: dict(PRIORITIES))
    to_close: tuple[str, ...] = ()


def read_fields(listed: Iterable[Raw]) -> AccountFields:
    """The fields from their JSON; what cannot be read is left out."""
    statuses: dict[int, str] = {}
    priorities = dict(PRIORITIES)
    to_close: list[str] = []
    for one in objects(list(listed)):
        choices = list(_choices(one.get("choices")))
        if text(one.get("name")) == STATUS:
            statuses = {number: label for number, label in choices if label}
        elif text(one.get("name")) == PRIORITY:
            priorities = {**{label.casefold(): number for number, label in choices}, **priorities}
        if one.get("required_for_closure") is True:
            to_close.append(text(one.get("label")) or text(one.get("name")))
    return AccountFields(statuses=statuses, priorities=priorities, to_close=tuple(to_close))


def _choices(choices: Any) -> Iterable[tuple[int, str]]:
    """Number and label: ``{"3": ["Pending", "Awaiting your Reply"]}``, ``{"Low": 1}``, or a list of objects."""
    for key, value in mapping(choices).items():
        if isinstance(value, list):
            labels = [word for word in value if isinstance(word, str)]
            yield from _pair(key, labels[0] if labels else "")
        elif isinstance(value, str):
            yield from _pair(key, value)
        else:
            yield from _pair(value, key)
    for entry in objects(choices):
        yield from _pair(entry.get("id"), text(entry.get("value")) or text(entry.get("label")))


def _pair(number: object, label: str) -> Iterable[tuple[int, str]]:
    own = ident(number)
    if own is not None and own.isdecimal() and own.isascii():
        yield int(own), label.strip()
