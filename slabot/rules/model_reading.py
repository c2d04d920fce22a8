"""What does the answer of a language model change in what the reader finds?

Promise: an answer counts for the texts that it was given for, as they still read, and can do no more than
`slabot.judgement.model` lets it. Critical counts on nobody's word but the reader's, a rule's or a person's.
"""

from __future__ import annotations

from functools import lru_cache

from slabot.domain import Indicated, ModelAnswered
from slabot.judgement import Judgement, Lexicon
from slabot.judgement.model import Effect, QuotedEvidence, Shows, Weighed, texts_digest, weigh
from slabot.judgement.model.evidence import ABOUT, HITS

REMEMBERED = 256  # answers; they are looked at with each event of their ticket


@lru_cache(maxsize=REMEMBERED)
def weighed(
    subject: str, texts: tuple[str, ...], found: Judgement, answer: ModelAnswered, lexicon: Lexicon
) -> Weighed | None:
    """A model's answer beside what the reader finds in all texts; None where the texts read otherwise now.

    Args:
        subject: of the ticket.
        texts: of the customer's messages, the oldest first.
        found: the reader's judgement of them.
        answer: about the first of them, or about all.
        lexicon: of the reader.
    """
    asked = texts[: answer.texts]
    if len(asked) < answer.texts or texts_digest(subject, asked) != answer.of:
        return None
    whole = (subject, *asked)
    return weigh(found, evidence_of(answer, whole), whole, lexicon, may_lower=len(asked) == len(texts))


def evidence_of(answer: ModelAnswered, texts: tuple[str, ...]) -> tuple[QuotedEvidence, ...]:
    """The evidence of an answer, with its words.

    Args:
        answer: as it is kept.
        texts: the subject, then the messages.
    """
    found = (_evidence(each, texts) for each in answer.evidence)
    return tuple(each for each in found if each is not None)


def what_changed(found: Weighed) -> str:
    """The change, for people; empty where nothing changed."""
    match found.effect:
        case Effect.NONE:
            return ""
        case Effect.RAISED:
            return f"a language model shows evidence for {found.level.value}"
        case Effect.QUESTIONED | Effect.LOWERED:
            return f"a language model shows {found.rests_on[0].shows.words}"


def _evidence(each: Indicated, texts: tuple[str, ...]) -> QuotedEvidence | None:
    """As it was found; None for one that another release wrote, or a hand."""
    known = each.shows in [*Shows] and each.about in ABOUT and each.hits in HITS
    if not known or not 0 <= each.text < len(texts):
        return None
    text = texts[each.text]
    if not 0 <= each.start < each.end <= len(text):
        return None
    quote = text[each.start : each.end]
    return QuotedEvidence(Shows(each.shows), ABOUT[each.about], HITS[each.hits], each.text, each.start, each.end, quote)
