"""The column types for instants, texts and JSON.

Promise: both engines give back what was put in, with the same precision.

- An instant is a whole number: seconds since 1970-01-01 00:00:00 UTC. It sorts, it is small, and no engine shifts it to
  a zone of its own. Fractions of a second are cut off, as everywhere in slabot; an instant *before which nothing may
  happen* is rounded up first (`not_earlier`).
- Words are text. Two things cannot be stored by PostgreSQL or written as UTF-8, NUL and halves of a surrogate pair, and
  customers do paste them: each becomes U+FFFD, the mark for "a character was here".
- JSON is text too: only slabot looks into it, and only one row at a time.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text, TypeDecorator

from slabot.domain import SECOND, InstantError

NUMBER = BigInteger().with_variant(Integer, "sqlite")  # a key that counts up; SQLite counts only under this name

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text as it will come back."""
    if text.isascii() and "\x00" not in text:
        return text  # as nearly always, and ten times as fast
    return _UNSTORABLE.sub("\ufffd", text)


def not_earlier(instant: datetime) -> datetime:
    """The first whole second that is not before the instant."""
    return instant if instant.microsecond == 0 else instant.replace(microsecond=0) + SECOND


def to_json(value: Any) -> str:
    """Deterministic JSON: the same value always gives the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as whole seconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Seconds for the driver."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise InstantError(f"{value} has no offset from UTC, so it cannot be stored", "give an aware datetime")
        return int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The instant in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


class Words(TypeDecorator[str]):
    """Text, with what cannot be stored replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Text that every engine takes."""
        return None if value is None else storable(value)


class Json(TypeDecorator[Any]):
    """A JSON value as text; escapes keep it plain ASCII."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The text of the value."""
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value of the text."""
        return None if value is None else json.loads(value)
