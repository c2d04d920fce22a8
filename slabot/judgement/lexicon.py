"""Read the lexicons: which phrases show what, in which language.

Promise: the lexicons that come with slabot are the only thing that is read from disk, once; what the policy adds or
switches off makes another lexicon and leaves the first as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import yaml

from slabot.judgement.errors import PhraseError
from slabot.judgement.phrases import Found, Phrases
from slabot.judgement.tokens import Sentence, folded

SEVERITY_LANGUAGES = ("en", "de", "fr", "es")
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every value is text: "no" and "off" are words here


class Sign(StrEnum):
    """What a phrase shows."""

    CORE = "core"
    """The product as a whole, or what everything rests on."""
    FUNCTION = "function"
    """One function of the product."""
    TRIFLE = "trifle"
    """Looks, words, papers."""
    WORKS = "works"
    """A verb for what should happen; what does not, is broken."""
    BROKEN = "broken"
    DEAD = "dead"
    """Broken, and as a whole."""
    PARTIAL = "partial"
    UNPROTECTED = "unprotected"
    LOST = "lost"
    BREACH = "breach"
    NOT = "not"
    NOBODY = "nobody"
    ALL = "all"
    MOST = "most"
    SITE = "site"
    SOME = "some"
    ONE = "one"
    OTHERS_FINE = "others_fine"
    STOPPED = "stopped"
    """People cannot do their business."""
    DEADLINE = "deadline"
    WAY = "way"
    """A way round."""
    NO_WAY = "no_way"
    WAY_FAILED = "way_failed"
    IF = "if"
    PAST = "past"
    PAST_TENSE = "past_tense"
    PRESENT = "present"
    RESOLVED = "resolved"
    TEST = "test"
    PRODUCTION = "production"
    ELSEWHERE = "elsewhere"
    OURS = "ours"
    HOWTO = "howto"
    WISH = "wish"
    ASKS = "asks"
    WHY = "why"
    """A question that takes the trouble for granted."""
    NAMED = "named"
    """What follows is a name."""
    HARMLESS = "harmless"
    ABOUT = "about"
    """A preposition: what follows is a circumstance, not what the sentence is about."""
    COUNT = "count"
    """How many machines or people."""
    TURN = "turn"
    """The sentence takes another direction."""
    CLAIMS_CRITICAL = "claims_critical"
    CLAIMS_HIGH = "claims_high"
    CLAIMS_LOW = "claims_low"


_HOLD_PARTS = frozenset(
    {Sign.DEAD, Sign.STOPPED, Sign.LOST, Sign.BREACH, Sign.UNPROTECTED, Sign.BROKEN, Sign.DEADLINE, Sign.WHY}
)
_PARTS = frozenset({Sign.ALL, Sign.NOBODY, Sign.MOST, Sign.SITE, Sign.COUNT, Sign.PRESENT, Sign.PAST_TENSE})


_THINGS = frozenset({Sign.CORE, Sign.FUNCTION})
_HOLD_THINGS = frozenset({Sign.NOBODY, Sign.COUNT, Sign.ONE, Sign.SITE, Sign.OURS, Sign.ALL, Sign.MOST})


class Entry(NamedTuple):
    """Some phrases that show the same.

    Attributes:
        name: unique, such as ``en.broken``; the policy switches it off by this name.
        cases: texts in which it is found.
    """

    name: str
    language: str
    sign: Sign
    phrases: tuple[str, ...]
    cases: tuple[str, ...]


class Mark(NamedTuple):
    """A phrase that was found, by the places of its words in its sentence."""

    sign: Sign
    entry: str
    first: int
    end: int
    words: frozenset[int]


class Extension(NamedTuple):
    """A phrase that the policy adds."""

    sign: Sign
    phrase: str


class Lexicon:
    """The phrases of several languages.

    Args:
        entries: their names are unique.
        sets: words by which phrases may name many at once, by language.
        function_words: by language; they tell in which language a sentence is.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        sets: Mapping[str, Mapping[str, Sequence[str]]],
        function_words: Mapping[str, frozenset[str]],
    ) -> None:
        self.entries = tuple(entries)
        self._sets, self._function_words = sets, function_words
        self._languages: dict[str, frozenset[str]] = {}
        for language, words in function_words.items():
            for word in words:
                self._languages[word] = self._languages.get(word, frozenset()) | {language}
        numbers = {entry.name: number for number, entry in enumerate(self.entries)}
        self._phrases = {
            language: Phrases(
                (
                    (numbers[entry.name], phrase)
                    for entry in self.entries
                    if entry.language in (language, "")
                    for phrase in entry.phrases
                ),
                sets.get(language, {}),
            )
            for language in function_words
        }

    def changed(self, *, off: Iterable[str] = (), more: Iterable[Extension] = ()) -> Lexicon:
        """Another lexicon, without some entries and with phrases that hold in every language."""
        gone = frozenset(off)
        kept = [entry for entry in self.entries if entry.name not in gone]
        added = [
            Entry(f"policy.{number}", "", extension.sign, (extension.phrase,), ())
            for number, extension in enumerate(more, 1)
        ]
        return Lexicon((*kept, *added), self._sets, self._function_words) if gone or added else self

    def languages(self, sentence: Sentence) -> dict[str, int]:
        """How many function words of each language stand in a sentence."""
        counts: dict[str, int] = {}
        for token in sentence.tokens:
            for language in self._languages.get(token.form, ()):
                counts[language] = counts.get(language, 0) + 1
        return counts

    def marks(self, sentence: Sentence, language: str) -> list[Mark]:
        """What stands in a sentence, by the words of one language; within a longer phrase no shorter one is found."""
        found = self._phrases[language].find(sentence.tokens)
        return [self._mark(one) for one in found if not self._hidden(one, found)]

    def _hidden(self, one: Found, others: Sequence[Found]) -> bool:
        """True within a longer phrase; what trouble is about and how many it hits may be part of its phrase."""
        sign = self.entries[one.entry].sign
        wholes = _HOLD_PARTS if sign in _PARTS else _HOLD_THINGS if sign in _THINGS else frozenset[Sign]()
        if sign is Sign.WORKS:
            wholes = _THINGS  # "to log in" is what should happen, and a thing
        return any(one.words < other.words and self.entries[other.entry].sign not in wholes for other in others)

    def _mark(self, found: Found) -> Mark:
        entry = self.entries[found.entry]
        return Mark(entry.sign, entry.name, found.first, found.end, found.words)


@cache
def shipped() -> Lexicon:
    """The lexicon that comes with slabot."""
    entries: list[Entry] = []
    sets: dict[str, dict[str, list[str]]] = {}
    words: dict[str, frozenset[str]] = {}
    for language in SEVERITY_LANGUAGES:
        document = document_of(language)
        sets[language] = {name: list(map(str, listed)) for name, listed in document["sets"].items()}
        words[language] = frozenset(folded(str(word)) for word in document["function_words"])
        for name, entry in document["entries"].items():
            entries.append(
                Entry(
                    name,
                    language,
                    Sign(entry["sign"]),
                    tuple(map(str, entry["phrases"])),
                    tuple(map(str, entry.get("cases", ()))),
                )
            )
    return Lexicon(entries, sets, words)


def document_of(name: str) -> dict[str, Any]:
    """A data file of this package."""
    from importlib.resources import files  # here: most commands judge nothing

    text = files(__package__).joinpath("lexicons", f"{name}.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=_LOADER)
    return document


def check_phrase(phrase: str) -> None:
    """Look at a phrase of the policy.

    Raises:
        PhraseError: it cannot be read.
    """
    if not phrase.strip():
        raise PhraseError(phrase, "is empty", "write the words as customers do")
    Phrases(((0, phrase),), {})
