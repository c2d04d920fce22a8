"""Weigh what a language model found beside what the reader found.

The model's evidence is put to the reader's, and the definitions of the agreement are asked again. What may follow is
bounded, whatever the model says:

- where the reader is sure, and the evidence bears another answer: undecided, and the reader's counts until somebody
  says;
- where the reader is undecided, and the evidence is for something more severe: undecided between the two, and the more
  severe counts, high instead of critical;
- where the reader is undecided, and a way round or a question is quoted: one step down, never from critical;
- anything else changes nothing.

Promise: no answer decides for critical, and none takes critical away. Evidence that the reader sees to be denied,
supposed, over or claimed does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from slabot.judgement.findings import About, Findings, Quote, SeverityLevel, Trouble, TroubleKind
from slabot.judgement.lexicon import Lexicon, Sign
from slabot.judgement.model.evidence import QuotedEvidence, Shows
from slabot.judgement.reader import VERB_LAST
from slabot.judgement.scene import Scene
from slabot.judgement.severity import Judgement, judge
from slabot.judgement.tokens import Sentence, sentences

_RANKS = {level: rank for rank, level in enumerate(SeverityLevel)}
AROUND = 600  # characters on either side of a quote in which its sentence is looked for
FEWEST = 3  # words of a quote, without what they claim
_TROUBLES = (
    Sign.BREACH,
    Sign.LOST,
    Sign.UNPROTECTED,
    Sign.DEAD,
    Sign.BROKEN,
    Sign.STOPPED,
    Sign.PARTIAL,
    Sign.NO_WAY,
    Sign.WAY_FAILED,
)
_CLAIMS = (Sign.CLAIMS_CRITICAL, Sign.CLAIMS_HIGH, Sign.CLAIMS_LOW)


class Doubt(Enum):
    """Why a piece of evidence does not count; the value is said to people."""

    CLAIMED = "it is only what the text claims of itself"
    TOO_SHORT = "too few words are quoted"
    SUPPOSED = "it is only supposed"
    ASKED = "it is a question or a wish"
    OVER = "it is over"
    ELSEWHERE = "it is somebody else's"
    TEST = "it is a test system"
    TAKEN_BACK = "the reader sees it taken back"
    TRIFLE = "the reader sees looks, words or papers in it"
    SOLVED = "the text says that all is well again"
    DENIED = "it is denied, or speaks of trouble"


class Effect(Enum):
    """What came of an answer; the value is said to people."""

    NONE = "it changes nothing"
    RAISED = "it makes the judgement undecided"
    QUESTIONED = "it makes the judgement undecided, less severe being possible"
    LOWERED = "it takes the judgement a step down"


class Weighed(NamedTuple):
    """The reader's judgement with a model's evidence.

    Attributes:
        level: what the evidence bears at most.
        or_else: the less severe of two; None where it is decided.
        counts: what counts of these until somebody says, where the more severe of two does.
        because: why; empty where nothing changed.
        rests_on: the evidence for a change.
        doubts: the evidence that does not count, with the reason.
    """

    effect: Effect
    level: SeverityLevel
    or_else: SeverityLevel | None
    counts: SeverityLevel
    because: str = ""
    rests_on: tuple[QuotedEvidence, ...] = ()
    doubts: tuple[tuple[QuotedEvidence, Doubt], ...] = ()


def weigh(
    found: Judgement,
    evidence: Sequence[QuotedEvidence],
    texts: Sequence[str],
    lexicon: Lexicon,
    *,
    may_lower: bool = True,
) -> Weighed:
    """Weigh evidence.

    Args:
        found: the reader's judgement.
        evidence: of the model, each with its place in the texts.
        texts: the subject, then the messages.
        lexicon: of the reader.
        may_lower: False where the customer has written more since, and the reader judges otherwise for it.
    """
    findings = found.findings
    doubts = {each: doubt for each in evidence if (doubt := _doubt(each, texts[each.text], findings, lexicon))}
    sound = [each for each in evidence if each not in doubts]
    told = tuple(doubts.items())
    nothing = Weighed(Effect.NONE, found.level, found.or_else, found.level, doubts=told)
    both = _judged(findings, sound) if sound else None
    if both is None:
        return nothing
    steps = _RANKS[both.level] - _RANKS[found.level]
    if steps < 0:
        worse = tuple(each for each in sound if each.shows.kind is not None)
        counts = max(both.level, SeverityLevel.HIGH, key=list(SeverityLevel).index) if found.undecided else found.level
        return Weighed(Effect.RAISED, both.level, found.level, counts, both.reason, worse, told)
    less = tuple(each for each in sound if each.shows.kind is None)
    if steps != 1 or not less or not may_lower or found.level is SeverityLevel.CRITICAL:
        return nothing
    if not found.undecided:
        return Weighed(Effect.QUESTIONED, found.level, both.level, found.level, both.reason, less, told)
    return Weighed(Effect.LOWERED, both.level, both.or_else, both.level, both.reason, less, told)


def _judged(findings: Findings, evidence: Iterable[QuotedEvidence]) -> Judgement | None:
    """What the definitions say of both."""
    troubles, ways, questions = list(findings.troubles), list(findings.ways), list(findings.questions)
    scope = findings.scope
    for each in evidence:
        kind = each.shows.kind
        if kind is not None:
            troubles.append(_trouble(each, kind))
            scope = max(scope, each.hits)
        elif each.shows is Shows.WORKAROUND:
            ways.append(Quote(each.quote, each.text, "the language model"))
        else:
            questions.append(Quote(each.quote, each.text, "the language model"))
    merged = findings._replace(troubles=tuple(troubles), ways=tuple(ways), questions=tuple(questions), scope=scope)
    return judge(merged)


def _trouble(each: QuotedEvidence, kind: TroubleKind) -> Trouble:
    return Trouble(kind, each.about, each.hits, each.quote, each.text, None, "the language model")


def _doubt(each: QuotedEvidence, text: str, findings: Findings, lexicon: Lexicon) -> Doubt | None:
    """Why a piece does not count, by what the reader knows of its sentence."""
    language = findings.languages[0] if findings.languages else "en"
    quoted = [_scene(sentence, lexicon, language) for sentence in sentences(each.quote)]
    if (short := _too_little(quoted)) is not None:
        return short
    around = list(_around(each, text, lexicon, language))
    if each.shows.kind is None:
        return _doubt_of_less(each, quoted, around)
    if findings.resolved:
        return Doubt.SOLVED
    return _doubt_of_trouble(text, each, around, findings)


def _too_little(quoted: Sequence[Scene]) -> Doubt | None:
    words = sum(len(scene.sentence.tokens) for scene in quoted)
    claimed = sum(len(set().union(*(mark.words for mark in scene.of(*_CLAIMS)))) for scene in quoted)
    if claimed and words - claimed < FEWEST:
        return Doubt.CLAIMED
    return Doubt.TOO_SHORT if words < FEWEST else None


def _doubt_of_trouble(text: str, each: QuotedEvidence, around: Sequence[Scene], findings: Findings) -> Doubt | None:
    for scene in around:
        if scene.has(Sign.IF):
            return Doubt.SUPPOSED
        if (scene.sentence.asks and not scene.has(Sign.WHY)) or scene.has(Sign.WISH, Sign.HOWTO):
            return Doubt.ASKED
        if scene.has(Sign.PAST) and not scene.has(Sign.PRESENT):
            return Doubt.OVER
        if scene.has(Sign.ELSEWHERE) and not scene.has(Sign.OURS):
            return Doubt.ELSEWHERE
        if scene.has(Sign.TEST) and not scene.has(Sign.PRODUCTION):
            return Doubt.TEST
        if scene.has(Sign.HARMLESS, Sign.OTHERS_FINE):
            return Doubt.DENIED
        if scene.has(Sign.TRIFLE) and not scene.has(Sign.CORE):
            return Doubt.TRIFLE
    sentence = " ".join(_sentence_text(each, text).split())
    for trouble in findings.troubles:
        if trouble.quote and trouble.quote in sentence:
            if trouble.taken_back is not None:
                return Doubt.TAKEN_BACK
            if trouble.about is About.TRIFLE:
                return Doubt.TRIFLE
    return None


def _doubt_of_less(each: QuotedEvidence, quoted: Sequence[Scene], around: Sequence[Scene]) -> Doubt | None:
    negative = (Sign.NOT, Sign.NOBODY)
    if each.shows is Shows.WORKAROUND:
        if any(scene.has(Sign.IF, Sign.WISH) or scene.sentence.asks for scene in around):
            return Doubt.SUPPOSED
        if any(scene.has(*_TROUBLES, *negative) for scene in quoted):
            return Doubt.DENIED
        if any(scene.has(Sign.NO_WAY, Sign.WAY_FAILED) for scene in around):
            return Doubt.DENIED
        return None
    return Doubt.DENIED if any(scene.has(*_TROUBLES) for scene in around) else None


def _around(each: QuotedEvidence, text: str, lexicon: Lexicon, language: str) -> Iterator[Scene]:
    """The sentences in which a quote stands."""
    near, offset = _near(each, text)
    for sentence in sentences(near):
        if sentence.start + offset < each.end and sentence.end + offset > each.start:
            yield _scene(sentence, lexicon, language)


def _sentence_text(each: QuotedEvidence, text: str) -> str:
    near, offset = _near(each, text)
    over = [
        sentence
        for sentence in sentences(near)
        if sentence.start + offset < each.end and sentence.end + offset > each.start
    ]
    return near[over[0].start : over[-1].end] if over else each.quote


def _near(each: QuotedEvidence, text: str) -> tuple[str, int]:
    begin = max(0, each.start - AROUND)
    return text[begin : each.end + AROUND], begin


def _scene(sentence: Sentence, lexicon: Lexicon, language: str) -> Scene:
    return Scene(sentence, lexicon.marks(sentence, language), verb_last=language in VERB_LAST)
