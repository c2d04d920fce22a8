"""Say in words what a language model found in a text, and what comes of it.

Promise: what left, what was said and what counts are told apart; words of the model itself are never shown, since none
are taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from slabot.judgement.model import Effect, ModelQuestion, QuotedEvidence, Weighed
from slabot.reports.style import faint, one_line, strong


def model_text(
    model: str,
    question: ModelQuestion | None,
    evidence: Sequence[QuotedEvidence],
    weighed: Weighed | None,
    dropped: str,
) -> str:
    """What a model says beside the reader."""
    return "\n".join(_lines(model, question, evidence, weighed, dropped))


def _lines(
    model: str,
    question: ModelQuestion | None,
    evidence: Sequence[QuotedEvidence],
    weighed: Weighed | None,
    dropped: str,
) -> Iterator[str]:
    yield f"{strong('Language model')}  {one_line(model)}"
    if question is not None and question.parts:
        yield faint("  what left:")
        yield from (f"    {one_line(line)}" for part in question.parts for line in part.sent.text.splitlines() if line)
    if weighed is None:
        yield f"  its answer is dropped: {one_line(dropped)}; the reader's judgement stands"
        return
    doubts = dict(weighed.doubts)
    for each in evidence:
        why = "" if each not in doubts else f" {faint(f'does not count: {doubts[each].value}')}"
        about = f"{each.about.value}, {each.hits.words}" if each.shows.kind is not None else ""
        said = f"{each.shows.words} ({about})" if about else each.shows.words
        yield f'  {said}: "{one_line(each.quote)}"{why}'
    if not evidence:
        yield "  it shows no evidence"
    yield f"  {strong(_outcome(weighed))}"


def _outcome(weighed: Weighed) -> str:
    between = weighed.level.value + ("" if weighed.or_else is None else f" and {weighed.or_else.value}")
    match weighed.effect:
        case Effect.NONE:
            return "nothing changes: the reader's judgement stands"
        case Effect.LOWERED:
            return f"a step down: {between}"
        case Effect.RAISED | Effect.QUESTIONED:
            return f"undecided between {between}; {weighed.counts.value} counts until somebody says"


def model_json(
    model: str,
    question: ModelQuestion | None,
    evidence: Sequence[QuotedEvidence],
    weighed: Weighed | None,
    dropped: str,
) -> dict[str, Any]:
    """The machine form."""
    doubts = {} if weighed is None else dict(weighed.doubts)
    return {
        "model": model,
        "sent": None if question is None else {str(part.text): part.sent.text for part in question.parts},
        "dropped": dropped or None,
        "effect": None if weighed is None else weighed.effect.name.casefold(),
        "severity": None if weighed is None else weighed.level.value,
        "or_else": None if weighed is None or weighed.or_else is None else weighed.or_else.value,
        "counts_as": None if weighed is None else weighed.counts.value,
        "evidence": [
            {
                "shows": each.shows.value,
                "about": each.about.name.casefold(),
                "hits": each.hits.name.casefold(),
                "quote": each.quote,
                "does_not_count": doubts[each].name.casefold() if each in doubts else None,
            }
            for each in evidence
        ],
    }
