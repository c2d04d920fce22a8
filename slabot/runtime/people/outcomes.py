"""What comes of a click.

Promise: each way in which a click can end is a type of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slabot.policy import Permission


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a click.

    Attributes:
        text: what the clicker alone reads; empty where the page itself shows it.
        errors: what is wrong with the answer to a dialog, by the block that it is about; the dialog stays open.
    """

    text: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dialog:
    """More has to be asked first; nothing was done."""

    view: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Restricted:
    """The policy restricts this to certain people; nothing was done."""

    permission: Permission
    severity: str


Outcome = Answer | Dialog | Restricted
