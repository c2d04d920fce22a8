"""What stands at this place of Zendesk's JSON?

Promise: that of `adapters.http.fields`, handed on here, how Zendesk shows a ticket that is no more, and whether
a comment is public.
"""

from __future__ import annotations

from adapters.http.fields import (
    Raw,
    Unreadable,
    ident,
    instant,
    mapping,
    objects,
    own_id,
    scalar,
    tags,
    text,
    version,
)

__all__ = [
    "Raw",
    "Unreadable",
    "gone",
    "ident",
    "instant",
    "is_public",
    "mapping",
    "objects",
    "own_id",
    "scalar",
    "tags",
    "text",
    "version",
]


_YES, _NO = (True, "true", "1", 1), (False, "false", "0", 0)


def is_public(entry: Raw) -> bool | None:
    """Whether the customer can read a comment; None where that is not told."""
    told = entry.get("public")
    if told in _YES:
        return True
    return False if told in _NO else None


def gone(raw: Raw) -> str | None:
    """``deleted`` or ``scrubbed`` for a ticket that is no more; exports hold such."""
    status = raw.get("status")
    if not isinstance(status, str):
        return None
    word = status.lower()
    if word == "deleted":
        return "scrubbed" if raw.get("subject") == "SCRUBBED" else "deleted"
    return word if word == "scrubbed" else None
