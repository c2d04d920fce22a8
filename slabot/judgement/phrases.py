r"""Find many phrases in a sentence at once.

Promise: a sentence is read in time that grows with its words, not with the number of phrases.

A phrase is written as people write it, with these signs:

- ``crash*`` any ending, ``*ausfall`` any beginning
- ``can't|cannot|unable`` one of these words
- ``{device}`` one of the words of a set
- ``#`` any number
- ``...`` up to five other words
- ``(really)`` a word that may be missing
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from slabot.judgement.errors import PhraseError
from slabot.judgement.tokens import Token, folded

_ELIDED = re.compile(r"((?:^|(?<=[\s(]))(?:[ldnsjcmt]|qu|jusqu|lorsqu|puisqu)['’])(?=\w)", re.IGNORECASE)
GAP = 5  # words that "..." stands for at most
MOST_FORMS = 64  # ways to read one phrase


class Found(NamedTuple):
    """A phrase in a sentence; the places are those of its first word and after its last, ``words`` of all of them."""

    entry: int
    first: int
    end: int
    words: frozenset[int]


class _Step(NamedTuple):
    """One word of a phrase: which words will do, and whether others may stand before it."""

    forms: int
    after_gap: bool


class Phrases:
    """Phrases, each of an entry, in a form in which they are found quickly."""

    def __init__(self, phrases: Iterable[tuple[int, str]], sets: Mapping[str, Sequence[str]]) -> None:
        self._sets = sets
        self._alternatives: dict[tuple[str, ...], int] = {}
        self._exact: dict[str, set[int]] = {}
        self._begins: dict[str, set[int]] = {}
        self._ends: dict[str, set[int]] = {}
        self._single: dict[int, list[int]] = {}  # entries of phrases of one word
        self._first: dict[int, list[tuple[int, int, tuple[_Step, ...]]]] = {}  # second word, entry and all words
        for entry, phrase in phrases:
            for steps in self._read(phrase):
                if len(steps) == 1:
                    self._single.setdefault(steps[0].forms, []).append(entry)
                else:
                    self._first.setdefault(steps[0].forms, []).append((steps[1].forms, entry, steps))
        self.forms_of = lru_cache(maxsize=20_000)(self._forms_of)

    def find(self, tokens: Sequence[Token]) -> list[Found]:
        """Every phrase that stands in a sentence; of one entry that begins at one place, the longest."""
        forms = [self.forms_of(token.form) for token in tokens]
        present = frozenset[int]().union(*forms)
        best: dict[tuple[int, int], Found] = {}
        for place, here in enumerate(forms):
            for form in here:
                for entry in self._single.get(form, ()):
                    best.setdefault((entry, place), Found(entry, place, place + 1, frozenset((place,))))
                for second, entry, steps in self._first.get(form, ()):
                    words = self._match(forms, place, steps) if second in present else None
                    if words is not None:
                        known = best.get((entry, place))
                        if known is None or len(words) > len(known.words):
                            best[entry, place] = Found(entry, place, max(words) + 1, frozenset(words))
        return list(best.values())

    def _match(self, forms: Sequence[frozenset[int]], place: int, steps: tuple[_Step, ...]) -> list[int] | None:
        words = [place]
        for step in steps[1:]:
            last = words[-1]
            reach = last + 2 + (GAP if step.after_gap else 0)
            for at in range(last + 1, min(reach, len(forms))):
                if step.forms in forms[at]:
                    words.append(at)
                    break
            else:
                return None
        return words

    def _read(self, phrase: str) -> list[tuple[_Step, ...]]:
        """All ways to read a phrase: with and without the words that may be missing."""
        ways: list[list[_Step]] = [[]]
        gap = False
        for part in _ELIDED.sub(r"\1 ", phrase).split():
            if part == "...":
                gap = True
                continue
            optional = part.startswith("(") and part.endswith(")")
            step = _Step(self._alternative(part.strip("()"), phrase), gap)
            ways = [[*way, step] for way in ways] + (ways if optional else [])
            gap = False
            if len(ways) > MOST_FORMS:
                raise PhraseError(phrase, "can be read in too many ways", "put fewer words into parentheses")
        if gap or not all(ways):
            raise PhraseError(phrase, "begins or ends with nothing that must stand there", "begin and end with a word")
        return [tuple(way) for way in ways]

    def _alternative(self, part: str, phrase: str) -> int:
        words: list[str] = []
        for word in part.split("|"):
            if word.startswith("{") and word.endswith("}"):
                name = word[1:-1]
                if name not in self._sets:
                    raise PhraseError(
                        phrase, f'names the set "{name}", which there is not', f"use one of {', '.join(self._sets)}"
                    )
                words.extend(self._sets[name])
            else:
                words.append(word)
        key = tuple(sorted({folded(word) for word in words}))
        number = self._alternatives.get(key)
        if number is None:
            number = self._alternatives[key] = len(self._alternatives)
            for word in key:
                self._learn(word, number, phrase)
        return number

    def _learn(self, word: str, number: int, phrase: str) -> None:
        bare = word.strip("*")
        elided = _ELIDED.match(word) is not None
        if not bare or "*" in bare or elided or re.search(r"[\s{}()|_-]", bare):
            raise PhraseError(
                phrase,
                f'holds "{word}", which is no word',
                "write letters, with a * at one end if need be, and a space for a hyphen",
            )
        if word.startswith("*") and word.endswith("*"):
            raise PhraseError(phrase, f'holds "{word}"', "put the * at one end alone")
        kind = self._ends if word.startswith("*") else self._begins if word.endswith("*") else self._exact
        kind.setdefault(bare, set()).add(number)

    def _forms_of(self, form: str) -> frozenset[int]:
        found = set(self._exact.get(form, ()))
        if form.isdigit():
            found.update(self._exact.get("#", ()))
        for size in range(2, len(form) + 1):
            found.update(self._begins.get(form[:size], ()))
            found.update(self._ends.get(form[-size:], ()))
        return frozenset(found)
