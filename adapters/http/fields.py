"""What stands at this place of a helpdesk's JSON?

Promise: no value is trusted to have the type that the documentation gives it. Ids come as numbers and as text,
"0" and "" and null all mean none, times come with and without fractions; anything else is an `Unreadable` that
names the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slabot.domain import InstantError, parse_instant

Raw = Mapping[str, Any]

NOTHING: Raw = {}
STAMP_LENGTH = len("2026-01-09T17:00:00Z")


class Unreadable(ValueError):
    """A value that is missing or of the wrong type; the text says which. Never leaves an adapter."""


def ident(value: object) -> str | None:
    """An id as text; None for null, 0, "0" and ""."""
    match value:
        case bool():
            return None
        case int():
            return str(value) if value else None
        case str():
            text = value.strip()
            return text if text not in ("", "0") else None
        case _:
            return None


def own_id(raw: Raw, what: str) -> str:
    """The object's own id.

    Raises:
        Unreadable: it has none.
    """
    found = ident(raw.get("id"))
    if found is None:
        raise Unreadable(f"{what} without an id")
    return found


def instant(raw: Raw, key: str, what: str) -> datetime:
    """A time, UTC, fractions cut off.

    Raises:
        Unreadable: missing, or no time.
    """
    try:
        return parse_instant(raw.get(key))
    except InstantError as error:
        raise Unreadable(f"{what}: {key}: {error}") from None


def instant_or_none(raw: Raw, key: str) -> datetime | None:
    """A time, UTC; None where there is none that can be read."""
    try:
        return parse_instant(raw.get(key))
    except InstantError:
        return None


def text(value: object) -> str:
    """Text as it is; empty for anything else."""
    return value if isinstance(value, str) else ""


def scalar(value: object) -> str | None:
    """The value of a field as text: lists joined by commas, true and false as such; None for none."""
    match value:
        case None | "" | [] | {}:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case list():
            return ",".join(filter(None, (scalar(item) for item in value))) or None
        case _:
            return str(value)


def tags(value: object) -> tuple[str, ...]:
    """Tags from a list, or from text with spaces or commas between them."""
    match value:
        case list():
            return tuple(str(tag) for tag in value if tag not in (None, ""))
        case str():
            return tuple(value.replace(",", " ").split())
        case _:
            return ()


def mapping(value: object) -> Raw:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else NOTHING


def objects(value: object) -> list[Raw]:
    """The objects of a list; anything else is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def version(raw: Raw) -> str:
    """The mark of a ticket's state: its `updated_at` in whole seconds, as helpdesks compare it.

    Raises:
        Unreadable: it has none.
    """
    stamp = raw.get("updated_at")
    if isinstance(stamp, str) and len(stamp) == STAMP_LENGTH and stamp[-1] == "Z":
        return stamp
    return instant(raw, "updated_at", "a ticket").strftime("%Y-%m-%dT%H:%M:%SZ")
