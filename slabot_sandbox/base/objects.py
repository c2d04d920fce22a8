"""Write values as the helpdesks' APIs write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def stamp(instant: datetime) -> str:
    """A time in UTC with whole seconds: `2026-01-10T10:00:00Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def name_from(email: str) -> str:
    """A person's name, made up from the address: `ana.lopez@customer.example` is Ana Lopez."""
    return email.split("@")[0].replace(".", " ").title()
