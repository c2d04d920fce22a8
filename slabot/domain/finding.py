"""How does a part of slabot say what it found when it looked at its surroundings?

Promise: one form for helpdesks, Slack and this machine: how much it matters, what was found, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from slabot.domain.sentences import sentence


class Level(StrEnum):
    """How much a finding matters."""

    RIGHT = "right"
    NOTICE = "notice"
    """slabot keeps its promises, but a person should know of this."""
    WRONG = "wrong"
    """slabot cannot keep a promise before somebody acts."""
    UNKNOWN = "unknown"
    """It could not be asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked.

    Attributes:
        words: what was found, without a full stop.
        remedy: what to do, in whole sentences; empty where nothing need be done.
    """

    level: Level
    words: str
    remedy: str = ""

    def __str__(self) -> str:
        words = sentence(self.words)
        return f"{words} {sentence(self.remedy)}" if self.remedy else words
