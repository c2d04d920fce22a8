"""Read the values of a ticket file, and write them back.

Promise: whatever else stands there is refused with words that say what would do, and what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from slabot.domain.category import Actor, Category
from slabot.domain.declared import ReplyIs
from slabot.domain.instant import parse_instant
from slabot.domain.model_answered import Indicated
from slabot.domain.suggestions import suggestion
from slabot.domain.ticket import Gap


class SchemaRefusal(ValueError):
    """A value that cannot be; the text says what would do."""


def told(wanted: str, got: object) -> str:
    """``should be a list of objects, not the number 3``."""
    match got:
        case None:
            found = "null"
        case bool():
            found = "true" if got else "false"
        case int() | float():
            found = f"the number {got}"[:60]
        case str():
            found = f'"{got[:57]}"'
        case list():
            found = "a list"
        case _:
            found = "an object"
    return f"should be {wanted}, not {found}"


def text(value: object) -> str:
    """A text, perhaps an empty one."""
    if not isinstance(value, str):
        raise SchemaRefusal(told("text", value))
    return value


def some_text(value: object) -> str:
    """A text that is not empty."""
    found = text(value)
    if not found.strip():
        raise SchemaRefusal("should not be empty")
    return found


def text_or_none(value: object) -> str | None:
    """A text, or nothing."""
    return None if value is None else text(value)


def identity(value: object) -> str:
    """The id of something or somebody; numbers are read as well."""
    # Helpdesks write ids as numbers in one place and as text in another.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return some_text(value)


def identity_or_none(value: object) -> str | None:
    """An id, or nothing."""
    return None if value is None else identity(value)


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise SchemaRefusal(told("true or false", value))
    return value


def number(value: object) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise SchemaRefusal(told("a whole number", value))
    return value


def number_or_none(value: object) -> int | None:
    """A whole number, or nothing."""
    return None if value is None else number(value)


def texts(value: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SchemaRefusal(told('a list of text, such as ["vip"]', value))
    return tuple(value)


def gaps(value: object) -> tuple[Gap, ...]:
    """What the helpdesk did not tell: a list of spans."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise SchemaRefusal(told('a list of objects such as {"since": "…", "until": null, "why": "…"}', value))
    return tuple(
        Gap(parse_instant(item.get("since")), instant_or_none(item.get("until")), some_text(item.get("why")))
        for item in value
    )


def written_gaps(gaps: tuple[Gap, ...]) -> list[dict[str, str | None]]:
    """The spans as the file has them."""
    return [{"since": gap.since.isoformat(), "until": iso(gap.until), "why": gap.why} for gap in gaps]


def indications(value: object) -> tuple[Indicated, ...]:
    """What a language model found, and where."""
    wanted = (
        'a list of objects such as {"shows": "broken", "about": "core", "hits": "all", "text": 1, "from": 0, "to": 9}'
    )
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise SchemaRefusal(told(wanted, value))
    return tuple(
        Indicated(
            shows=some_text(item.get("shows")),
            about=some_text(item.get("about")),
            hits=some_text(item.get("hits")),
            text=number(item.get("text")),
            start=number(item.get("from")),
            end=number(item.get("to")),
        )
        for item in value
    )


def written_indications(found: tuple[Indicated, ...]) -> list[dict[str, str | int]]:
    """The same as the file has it."""
    return [
        {
            "shows": each.shows,
            "about": each.about,
            "hits": each.hits,
            "text": each.text,
            "from": each.start,
            "to": each.end,
        }
        for each in found
    ]


def fields(value: object) -> Mapping[str, str | None]:
    """Custom fields by their names."""
    if not isinstance(value, dict):
        raise SchemaRefusal(told("an object of custom fields and their values", value))
    return {name: field_value(item) for name, item in value.items()}


def field_value(value: object) -> str | None:
    """The value of a custom field, as text."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case int() | float() | str():
            return str(value)
        case _:
            raise SchemaRefusal(told("text, a number, true, false or null", value))


def one_of(kind: type[Any], what: str) -> Callable[[object], Any]:
    """A reader of the members of an enum by their values."""
    names = [member.value for member in kind]

    def read(value: object) -> Any:
        if value not in names:
            raise SchemaRefusal(f"{told(what, value)}; use one of {', '.join(names)}{suggestion(value, names)}")
        return kind(value)

    return read


category = one_of(Category, "a category")
actor = one_of(Actor, "an actor")
reply_is = one_of(ReplyIs, "what a reply was")


def instant_or_none(value: object) -> datetime | None:
    """A time with an offset, or nothing."""
    return None if value is None else parse_instant(value)


def iso(value: datetime | None) -> str | None:
    """A time as the file has it."""
    return None if value is None else value.isoformat()


def plain(value: Enum) -> Any:
    """The value of a member of an enum."""
    return value.value
