"""How severe is a request by what was written, in the words of the policy?

Promise: what is said of it holds its quotes in a form that is taken out together with the text. The same texts are
judged once, while they are among the last few thousand.
"""

from __future__ import annotations

from hashlib import blake2b
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache, cached

from slabot.domain import ModelAnswered, Severity
from slabot.judgement import Judgement, Lexicon, find, judge
from slabot.judgement.model import Effect, Weighed
from slabot.policy import Abstain, Mode, Policy
from slabot.rules.model_reading import weighed, what_changed
from slabot.rules.words import quoted

REMEMBERED = 4096  # judgements, some kilobytes each; a ticket's texts are looked at again whenever its time has come
MOST_QUOTES = 2
LONGEST_QUOTE = 70  # characters
UNTIL, SURE = "counts until somebody says", "the reader is sure"


class Written(NamedTuple):
    """What a customer wrote of a request.

    Attributes:
        texts: of the messages, the oldest first.
    """

    subject: str
    texts: tuple[str, ...]


class Reading(NamedTuple):
    """What a text says of its severity, in the names of the policy, whatever counts in the end.

    Attributes:
        severity: that is found, the more severe of two; None where nothing is.
        or_else: the less severe of two; None where it is decided.
        claimed: what the text claims of itself, which is no evidence; None where it claims nothing.
    """

    severity: Severity | None
    or_else: Severity | None
    claimed: Severity | None


class Read(NamedTuple):
    """What the reader finds.

    Attributes:
        severity: what counts.
        or_else: the other severity that the text bears; None where it is decided.
        because: why, with quotes.
    """

    severity: Severity
    or_else: Severity | None
    because: str


class TextFinding(NamedTuple):
    """What a text reads as, to be shown to somebody who is asked.

    Attributes:
        severity: the more severe of two.
        or_else: the less severe of two; None where it is decided.
        reason: the definition that decided.
        quotes: on which it rests, as they were written.
        claims: what the text says of itself, which is no evidence.
    """

    severity: Severity
    or_else: Severity | None
    reason: str
    quotes: tuple[str, ...]
    claims: tuple[str, ...]


def judgement_of(policy: Policy, written: Written) -> Judgement | None:
    """The judgement of what was written; None where the reader is off, or finds nothing."""
    reader = policy.classify.reader
    return None if reader.mode is Mode.OFF else judged(*written, reader.lexicon)


def finding_of(policy: Policy, judgement: Judgement) -> TextFinding:
    """What the reader finds, whatever counts in the end."""
    reader = policy.classify.reader
    return TextFinding(
        severity=reader.severity(judgement.level),
        or_else=None if judgement.or_else is None else reader.severity(judgement.or_else),
        reason=judgement.reason,
        quotes=tuple(dict.fromkeys(judgement.quotes)),
        claims=tuple(claim.text for claim in judgement.findings.claims),
    )


def read_severity(
    policy: Policy, written: Written, judgement: Judgement | None, answer: ModelAnswered | None = None
) -> Read | None:
    """The severity by what was written; None where nothing was found, or the policy lets it decide nothing.

    Args:
        policy: its reader may leave what is undecided to the helpdesk's own priority.
        written: by the customer.
        judgement: of it.
        answer: of a language model, where one counts.
    """
    if judgement is None:
        return None
    reader = policy.classify.reader
    found = None if answer is None else weighed(*written, judgement, answer, reader.lexicon)
    if found is not None and found.effect is Effect.RAISED:
        return _raised(policy, judgement, found)
    if found is not None and found.effect is Effect.QUESTIONED and found.or_else is not None:
        level, less = reader.severity(found.level), reader.severity(found.or_else)
        return Read(level, less, _with_model(_because(judgement, level), found, f"{level} {UNTIL}, since {SURE}"))
    if found is not None and found.effect is Effect.LOWERED:
        level, because = reader.severity(found.level), _because(judgement, _either(policy, judgement))
        return Read(level, None, _with_model(because, found, f"so it is {level}"))
    return _by_reader(policy, judgement)


def _by_reader(policy: Policy, judgement: Judgement) -> Read | None:
    reader = policy.classify.reader
    level = reader.severity(judgement.level)
    if judgement.or_else is None:
        return Read(level, None, _because(judgement, level))
    other = reader.severity(judgement.or_else)
    because = _because(judgement, f"{level} or {other}")
    match reader.abstain:
        case Abstain.UP:
            return Read(level, other, f"{because}; the more severe counts until somebody says")
        case Abstain.DOWN:
            return Read(other, level, f"{because}; the less severe counts until somebody says")
        case Abstain.NEITHER:
            return None


def _raised(policy: Policy, judgement: Judgement, found: Weighed) -> Read | None:
    """Undecided by the model's evidence; what counts until somebody says is never critical."""
    reader = policy.classify.reader
    above, below = reader.severity(found.level), reader.severity(judgement.level)
    because = _because(judgement, _either(policy, judgement))
    if reader.abstain is not Abstain.UP:
        before = _by_reader(policy, judgement)
        return (
            None
            if before is None
            else before._replace(
                or_else=above, because=_with_model(before.because, found, "which counts once somebody says so")
            )
        )
    counts = reader.severity(found.counts)
    says = f"{counts} {UNTIL}"
    if counts == above:
        return Read(above, below, _with_model(because, found, says))
    why = f"{above} is not decided on its word" if judgement.undecided else SURE
    return Read(counts, above, _with_model(because, found, f"{says}, since {why}"))


def _either(policy: Policy, judgement: Judgement) -> str:
    """What the reader finds: one severity, or both."""
    levels = (judgement.level, judgement.or_else)
    return " or ".join(policy.classify.reader.severity(level) for level in levels if level is not None)


def _with_model(because: str, found: Weighed, says: str) -> str:
    quotes = [f"the customer says {quoted(each.quote, LONGEST_QUOTE)}" for each in found.rests_on[:MOST_QUOTES]]
    return "; ".join([because, f"{what_changed(found)} ({found.because})", *quotes, says])


def reading_of(policy: Policy, written: Written | None) -> Reading | None:
    """What the reader says, for figures; None where it is off, or the words are no longer kept."""
    reader = policy.classify.reader
    if written is None or reader.mode is Mode.OFF:
        return None
    judgement = judged(*written, reader.lexicon)
    if judgement is None:
        return Reading(None, None, None)
    levels = (judgement.level, judgement.or_else, judgement.findings.claimed)
    return Reading(*(None if level is None else reader.severity(level) for level in levels))


def _key(subject: str, texts: tuple[str, ...], lexicon: Lexicon) -> tuple[bytes, Lexicon]:
    # Not the texts themselves, of which one may be long.
    return blake2b(repr((subject, texts)).encode(errors="replace"), digest_size=16).digest(), lexicon


@cached(LRUCache[tuple[bytes, Lexicon], Judgement | None](REMEMBERED), key=_key, lock=Lock())
def judged(subject: str, texts: tuple[str, ...], lexicon: Lexicon) -> Judgement | None:
    """The judgement of a request."""
    return judge(find(subject, texts, lexicon))


def _because(judgement: Judgement, level: str) -> str:
    quotes = [f"the customer says {quoted(quote, LONGEST_QUOTE)}" for quote in judgement.quotes[:MOST_QUOTES]]
    claims = judgement.findings.claims
    claimed = (
        [f"it claims for itself, which is no evidence: says {quoted(claims[0].text, LONGEST_QUOTE)}"] if claims else []
    )
    return "; ".join([f"the text reads as {level}: {judgement.reason}", *quotes, *claimed])
