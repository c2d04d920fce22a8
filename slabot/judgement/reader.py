"""Find the evidence in what a customer wrote.

Promise: nothing is found that is not in the text; what takes trouble back is kept with it, so that a person sees both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import islice
from operator import itemgetter
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache, cached

from slabot.judgement.findings import Findings, Quote, Scope, SeverityLevel, TakenBack, Trouble
from slabot.judgement.lexicon import Lexicon, Mark, Sign
from slabot.judgement.scene import Claim, Scene
from slabot.judgement.separation import separate
from slabot.judgement.tokens import Sentence, sentences

VERB_LAST = frozenset({"de", "fr", "es"})  # languages in which a negation may stand behind its verb
REMEMBERED = 512  # texts, some ten kilobytes each
LONGEST_SUBJECT = 500  # characters
MOST_TROUBLES = 60  # that are looked at; a person who writes has said it by then
START = 2  # words before "how" at the beginning of a sentence that asks without a question mark
_PLACE = itemgetter(0)
_LEVELS = {
    Sign.CLAIMS_CRITICAL: SeverityLevel.CRITICAL,
    Sign.CLAIMS_HIGH: SeverityLevel.HIGH,
    Sign.CLAIMS_LOW: SeverityLevel.LOW,
}


class _Line:
    """A sentence of one of the texts, with what was found out about it."""

    __slots__ = ("_lexicon", "_scenes", "in_subject", "languages", "sentence", "text")

    def __init__(self, text: str, sentence: Sentence, lexicon: Lexicon, *, in_subject: bool) -> None:
        self.text, self.sentence, self.in_subject, self._lexicon = text, sentence, in_subject, lexicon
        self.languages = lexicon.languages(sentence)
        self._scenes: dict[str, Scene] = {}

    def scene(self, language: str) -> Scene:
        """What it says, in that language."""
        found = self._scenes.get(language)
        if found is None:
            marks = self._lexicon.marks(self.sentence, language)
            found = self._scenes[language] = Scene(self.sentence, marks, verb_last=language in VERB_LAST)
        return found


class _Text(NamedTuple):
    """The sentences of a message or a subject, and whether it was too long to be read whole."""

    lines: tuple[_Line, ...]
    cut: bool = False


def find(subject: str, texts: Iterable[str], lexicon: Lexicon) -> Findings:
    """Find the evidence in a subject and messages, the oldest first."""
    read = [_read(subject[:LONGEST_SUBJECT], lexicon, in_subject=True)]
    read += [_read(text, lexicon, in_subject=False) for text in texts]
    lines = [line for text in read for line in text.lines]
    return _TextReading(lines, _languages(lines), any(text.cut for text in read)).findings()


def _key(text: str, lexicon: Lexicon, *, in_subject: bool) -> tuple[bytes, Lexicon, bool]:
    # Not the text itself, which may be long.
    return blake2b(text.encode(errors="replace"), digest_size=16).digest(), lexicon, in_subject


@cached(LRUCache[tuple[bytes, Lexicon, bool], _Text](REMEMBERED), key=_key, lock=Lock())
def _read(text: str, lexicon: Lexicon, *, in_subject: bool) -> _Text:
    # A ticket is judged with each of its messages, so each text is met as often as there are messages after it.
    if in_subject:
        return _Text(tuple(_Line(text, sentence, lexicon, in_subject=True) for sentence in sentences(text)))
    parts = separate(text)
    lines = (_Line(parts.new, sentence, lexicon, in_subject=False) for sentence in sentences(parts.new))
    return _Text(tuple(lines), parts.cut)


def _languages(lines: Sequence[_Line]) -> tuple[str, ...]:
    """The languages of a text, the most used first; English where nothing tells."""
    counts: dict[str, int] = {}
    for line in lines:
        for language, count in line.languages.items():
            counts[language] = counts.get(language, 0) + count
    ordered = sorted(counts, key=lambda language: -counts[language])
    if not ordered:
        return ("en",)
    return tuple(language for language in ordered if counts[language] * 3 >= counts[ordered[0]])


class _TextReading:
    def __init__(self, lines: Sequence[_Line], languages: tuple[str, ...], cut: bool) -> None:
        self._lines, self._languages, self._cut = lines, languages, cut
        self._scenes = [line.scene(self._language(line)) for line in lines]
        self._marks: dict[Sign, list[tuple[int, Mark]]] = {}  # of all sentences, with the place of each
        for place, scene in enumerate(self._scenes):
            for mark in scene.marks:
                self._marks.setdefault(mark.sign, []).append((place, mark))

    def _language(self, line: _Line) -> str:
        """The language of a sentence: its own where that is plain, or else that of the text."""
        counts = line.languages
        main = self._languages[0]
        best = max(counts, key=lambda language: (counts[language], language == main), default=main)
        ahead = counts.get(best, 0) - counts.get(main, 0)
        return best if ahead > (0 if best in self._languages else 1) else main

    def findings(self) -> Findings:
        claims_of = ((place, claim) for place, scene in enumerate(self._scenes) for claim in scene.claims())
        told = [*islice(claims_of, MOST_TROUBLES)]
        troubles = [self._trouble(place, claim) for place, claim in told]
        resolved = self._resolved_at(troubles)
        troubles = [
            trouble._replace(taken_back=TakenBack.RESOLVED)
            if trouble.taken_back is None and trouble.place <= resolved
            else trouble
            for trouble in troubles
        ]
        claims = self._quotes(Sign.CLAIMS_CRITICAL, Sign.CLAIMS_HIGH, Sign.CLAIMS_LOW)
        claimed = [_LEVELS[mark.sign] for scene in self._scenes for mark in scene.of(*_LEVELS)]
        asked = tuple(
            Quote(line.text[line.sentence.start : line.sentence.end].strip(), place, "a question mark")
            for place, line in enumerate(self._lines)
            if line.sentence.asks
        )
        return Findings(
            troubles=tuple(troubles),
            ways=self._quotes(Sign.WAY, positive=True),
            failed=self._quotes(Sign.WAY_FAILED),
            no_ways=self._quotes(Sign.NO_WAY),
            deadlines=self._quotes(Sign.DEADLINE),
            questions=(*asked, *self._quotes(Sign.HOWTO, Sign.WISH, Sign.ASKS)),
            harmless=self._quotes(Sign.HARMLESS, positive=True),
            trifles=self._quotes(Sign.TRIFLE),
            claims=claims,
            claimed=min(claimed, key=list(SeverityLevel).index, default=None),
            others_fine=self._quotes(Sign.OTHERS_FINE),
            words=sum(len(line.sentence.tokens) for line in self._lines),
            languages=self._languages,
            cut=self._cut,
            scope=self._scope(),
            resolved=resolved >= 0,
        )

    def _scope(self) -> Scope:
        """How many are hit, by the sentences that count."""
        return max(
            (
                scene.scope()
                for place, scene in enumerate(self._scenes)
                if not scene.sentence.asks
                and not scene.has(Sign.OTHERS_FINE, Sign.IF, Sign.HARMLESS, Sign.WISH, Sign.TEST)
                and not self._is_past(place)
            ),
            default=Scope.UNSAID,
        )

    def _trouble(self, place: int, claim: Claim) -> Trouble:
        scene, line = self._scenes[place], self._lines[place]
        return Trouble(
            kind=claim.kind,
            about=claim.about,
            scope=claim.scope,
            quote=scene.quote(line.text, claim.mark),
            place=place,
            taken_back=self._taken_back(place, claim),
            entry=claim.mark.entry,
        )

    def _is_past(self, place: int) -> bool:
        """True for a sentence about what is over, and for one in the past tense that goes on with it."""
        scene = self._scenes[place]
        if scene.has(Sign.PRESENT):
            return False
        if scene.has(Sign.PAST):
            return True
        return place > 0 and scene.has(Sign.PAST_TENSE) and self._is_past(place - 1)

    def _taken_back(self, place: int, claim: Claim) -> TakenBack | None:
        """Why a trouble does not count, by its own sentence and by the kind of system."""
        scene, at = self._scenes[place], claim.mark.first
        if claim.negated:
            return TakenBack.NEGATED
        if scene.sentence.asks and not scene.has(Sign.WHY):
            return TakenBack.ASKED
        if any(mark.first <= min(at, START) for mark in scene.of(Sign.HOWTO)) and not scene.has(Sign.WHY):
            return TakenBack.ASKED
        if any(mark.first <= at for mark in scene.of(Sign.IF)):
            return TakenBack.HYPOTHETICAL
        if scene.has(Sign.WISH):
            return TakenBack.WISHED
        if self._is_past(place):
            return TakenBack.PAST
        if scene.has(Sign.ELSEWHERE) and not scene.has(Sign.OURS):
            return TakenBack.ELSEWHERE
        system = scene.nearest(claim.mark, Sign.TEST, Sign.PRODUCTION)
        if system is Sign.PRODUCTION:
            return None
        if self._is_test or (system is Sign.TEST and scene.has(Sign.PRODUCTION)):
            return TakenBack.TEST
        return None

    @cached_property
    def _is_test(self) -> bool:
        """True where a test system is spoken of, and no other that is in trouble."""
        live = any(
            scene.has(Sign.PRODUCTION) and not scene.has(Sign.NOT, Sign.HARMLESS, Sign.WORKS) for scene in self._scenes
        )
        return not live and any(scene.has(Sign.TEST) for scene in self._scenes)

    def _resolved_at(self, troubles: Sequence[Trouble]) -> int:
        """The last sentence up to which all is solved; -1 where nothing is."""
        found = -1
        for place, scene in enumerate(self._scenes):
            if scene.sentence.asks or self._lines[place].in_subject:
                continue
            for mark in scene.of(Sign.RESOLVED):
                if scene.resolves(mark):
                    found = place
        return found

    def _quotes(self, *signs: Sign, positive: bool = False) -> tuple[Quote, ...]:
        found: list[Quote] = []
        for place, mark in sorted((each for sign in signs for each in self._marks.get(sign, ())), key=_PLACE):
            line, scene = self._lines[place], self._scenes[place]
            if positive and (line.sentence.asks or scene.is_denied(mark) or scene.fails_after(mark)):
                continue
            found.append(Quote(scene.quote(line.text, mark), place, mark.entry))
        return tuple(found)
