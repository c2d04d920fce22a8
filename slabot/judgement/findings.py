"""Values: what was found in a text, what it says of the trouble, and what takes it back.

Promise: everything that was found can be quoted as it was written.
"""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum
from typing import NamedTuple


class SeverityLevel(StrEnum):
    """The severities by which texts are judged, the most severe first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TroubleKind(Enum):
    """What is wrong; the value is said to people."""

    BREACH = "an attack or a breach"
    LOST = "data is lost"
    UNPROTECTED = "protection is off"
    DEAD = "nothing works"
    BROKEN = "it does not work"
    STOPPED = "business has stopped"
    PARTIAL = "it works only in part"


class About(Enum):
    """What it is about; the value is said to people."""

    CORE = "the product as a whole"
    FUNCTION = "one function"
    TRIFLE = "looks, words or papers"
    UNSAID = "something"


class Scope(IntEnum):
    """How many it hits, the fewest first."""

    UNSAID = 0
    ONE = 1
    SOME = 2
    SITE = 3
    MOST = 4
    ALL = 5

    @property
    def words(self) -> str:
        """For people."""
        return ("how many is not said", "one", "some", "a site or team", "most", "all")[self]

    @property
    def is_large(self) -> bool:
        """True for most and all."""
        return self >= Scope.MOST


class TakenBack(Enum):
    """Why trouble that is spoken of is none; the value is said to people."""

    NEGATED = "it says that this is not so"
    HYPOTHETICAL = "it is only supposed"
    PAST = "it is over"
    RESOLVED = "it is solved again"
    TEST = "it is a test system"
    ELSEWHERE = "it is somebody else's outage"
    ASKED = "it is a question"
    WISHED = "it is a wish"


class Trouble(NamedTuple):
    """Something wrong that a text speaks of.

    Attributes:
        quote: the words, as they were written.
        place: which sentence, counted from 0.
        taken_back: why it does not count; None where it does.
        entry: the entry of the lexicon by which it was found.
    """

    kind: TroubleKind
    about: About
    scope: Scope
    quote: str
    place: int
    taken_back: TakenBack | None
    entry: str


class Quote(NamedTuple):
    """Words that show something else, with the entry by which they were found."""

    text: str
    place: int
    entry: str


class Findings(NamedTuple):
    """All that was found.

    Attributes:
        ways, failed, no_ways: a way round that is there, one that failed, words that there is none.
        deadlines: words about a time by which it must work.
        questions: words that ask or wish for something.
        harmless: words that say that no harm is done.
        claims: what the text claims of itself; never evidence.
        claimed: the level that it claims.
        others_fine: words that say that others are not hit.
        words: how many words were read.
        languages: of the text, the most used first.
        cut: True where the text was too long to be read whole.
        scope: how many are hit by all that is said, at most.
        resolved: True where it says that all is well again.
    """

    troubles: tuple[Trouble, ...] = ()
    ways: tuple[Quote, ...] = ()
    failed: tuple[Quote, ...] = ()
    no_ways: tuple[Quote, ...] = ()
    deadlines: tuple[Quote, ...] = ()
    questions: tuple[Quote, ...] = ()
    harmless: tuple[Quote, ...] = ()
    trifles: tuple[Quote, ...] = ()
    claims: tuple[Quote, ...] = ()
    claimed: SeverityLevel | None = None
    others_fine: tuple[Quote, ...] = ()
    words: int = 0
    languages: tuple[str, ...] = ()
    cut: bool = False
    scope: Scope = Scope.UNSAID
    resolved: bool = False

    @property
    def live(self) -> tuple[Trouble, ...]:
        """The troubles that count."""
        return tuple(trouble for trouble in self.troubles if trouble.taken_back is None)
