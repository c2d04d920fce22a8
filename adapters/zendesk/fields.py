"""What stands at this place of Zendesk's JSON?

Promise: that of `adapters.http.fields`, handed on here, and how Zendesk shows a ticket that is no more.
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
    "mapping",
    "objects",
    "own_id",
    "scalar",
    "tags",
    "text",
    "version",
]


def gone(raw: Raw) -> str | None:
    """``deleted`` or ``scrubbed`` for a ticket that is no more; exports hold such."""
    status = raw.get("status")
    if not isinstance(status, str):
        return None
    word = status.lower()
    if word == "deleted":
        return "scrubbed" if raw.get("subject") == "SCRUBBED" else "deleted"
    return word if word == "scrubbed" else None
