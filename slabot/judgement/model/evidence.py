"""Evidence as a language model names it: what it shows, and the words that show it.

Promise: there is no word in it for a severity, a deadline or an act.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from slabot.judgement.findings import About, Scope, TroubleKind


class Shows(StrEnum):
    """What words may show."""

    BREACH = "breach"
    LOST = "lost"
    UNPROTECTED = "unprotected"
    DEAD = "dead"
    BROKEN = "broken"
    STOPPED = "stopped"
    PARTIAL = "partial"
    WORKAROUND = "workaround"
    QUESTION = "question"

    @property
    def kind(self) -> TroubleKind | None:
        """The trouble that it is; None for what makes a request less severe."""
        return None if self in LESS else TroubleKind[self.name]

    @property
    def words(self) -> str:
        """For people."""
        kind = self.kind
        if kind is not None:
            return kind.value
        return "a way round" if self is Shows.WORKAROUND else "a question"


LESS = (Shows.WORKAROUND, Shows.QUESTION)
ABOUT = {each.name.casefold(): each for each in About}
HITS = {each.name.casefold(): each for each in Scope}


class QuotedEvidence(NamedTuple):
    """One piece of it.

    Attributes:
        text: in which it stands: 0 for the subject, then the messages from 1.
        start, end: where in that text, as the customer wrote it.
        quote: the words.
    """

    shows: Shows
    about: About
    hits: Scope
    text: int
    start: int
    end: int
    quote: str
