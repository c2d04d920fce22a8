"""What did a language model find in what a customer wrote?

Promise: an answer that was taken is a fact that never changes. It names places in the texts and holds none of
their words.
"""

from __future__ import annotations

from dataclasses import dataclass

from slabot.domain.category import Actor
from slabot.domain.event import Event


@dataclass(frozen=True, slots=True)
class Indicated:
    """What a language model found in one place of what a customer wrote; the words themselves are not kept.

    Attributes:
        shows, about, hits: words of `slabot.judgement.model`.
        text: in which it stands: 0 for the subject, then the customer's messages from 1.
        start, end: where in that text.
    """

    shows: str
    about: str
    hits: str
    text: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswered(Event):
    """A language model was asked for evidence in what the customer had written, and its answer was taken.

    Attributes:
        of: a digest of the texts that it was asked about; where they read otherwise now, it counts no more.
        texts: how many messages these were.
        model: its name.
        evidence: what it found.
    """

    by: Actor = Actor.SLABOT
    of: str
    texts: int
    model: str
    evidence: tuple[Indicated, ...] = ()
