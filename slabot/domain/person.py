"""Who is a person on the customer's side?

Promise: what a helpdesk tells of them, as of one moment.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the customer's side.

    Attributes:
        organization: the one that the ticket belongs to.
        name: as the helpdesk has it; None where it tells none.
        language: in which they read, as the helpdesk has it (``de``, ``en-US``); None where it tells none.
    """

    id: str
    email: str | None = None
    organization: str | None = None
    name: str | None = None
    language: str | None = None
