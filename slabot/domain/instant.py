"""Which instant does this text mean?

Promise: an instant is an aware datetime in UTC with whole seconds. A time without an offset is refused, never
guessed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from slabot.domain.errors import InstantError

SECOND = timedelta(seconds=1)  # the precision of helpdesk timestamps, and so of ours
EXAMPLE = "2026-01-09T18:00:00+05:30"
FIRST_YEAR, LAST_YEAR = 1970, 2200  # outside of these a timestamp is a typing error


def parse_instant(text: object) -> datetime:
    """Read an ISO 8601 time with an offset; returns UTC, fractions of a second cut off.

    Raises:
        InstantError: the text is no time, has no offset, or lies outside the years 1970 to 2200.
    """
    if not isinstance(text, str):
        raise InstantError(f'a time is text such as "{EXAMPLE}", not {_kind(text)}')
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InstantError(f'"{_short(text)}" is not a time', f'write it like "{EXAMPLE}"') from None
    if parsed.tzinfo is None:
        raise InstantError(
            f'"{_short(text)}" has no offset from UTC, so it could mean many instants',
            f'add one, for example "{_with_offset(text.strip())}"',
        )
    return utc(parsed)


def utc(instant: datetime) -> datetime:
    """The same instant in UTC, fractions of a second cut off.

    Raises:
        InstantError: the datetime is naive, or outside the years 1970 to 2200.
    """
    if instant.tzinfo is None:
        raise InstantError(f"{instant} has no offset from UTC", "give an aware datetime")
    try:
        moved = instant.astimezone(UTC)
    except OverflowError:
        moved = datetime.min.replace(tzinfo=UTC)
    if not FIRST_YEAR <= moved.year <= LAST_YEAR:
        raise InstantError(
            f"the year of {instant.isoformat()} is outside {FIRST_YEAR} to {LAST_YEAR}", "check the date"
        )
    return moved.replace(microsecond=0) if moved.microsecond else moved


def _with_offset(text: str) -> str:
    return f"{text}T00:00:00Z" if len(text) == len("2026-01-09") else f"{text}Z"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return type(value).__name__
