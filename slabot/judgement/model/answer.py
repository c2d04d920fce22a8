"""Read the answer of a language model, and hold it against the texts that it is about.

Promise: an answer is taken whole or not at all. Each piece of evidence quotes words that stand in the texts as they
were sent; white space alone may differ.
"""

from __future__ import annotations

import json
import re
from typing import Any

from slabot.judgement.errors import AnswerFault, ModelAnswerError
from slabot.judgement.model.evidence import ABOUT, HITS, QuotedEvidence, Shows
from slabot.judgement.model.question import LONGEST_QUOTE, MOST_EVIDENCE, ModelQuestion, QuestionPart

SHORTEST_QUOTE = 8  # characters; less stands in every text
_KEYS = {"shows", "about", "hits", "quote"}


def read_answer(content: str, question: ModelQuestion) -> tuple[QuotedEvidence, ...]:
    """The evidence of an answer.

    Args:
        content: of the model's message.
        question: that it answers.

    Raises:
        ModelAnswerError: it is not taken.
    """
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise ModelAnswerError(AnswerFault.NOT_JSON) from None
    if not isinstance(value, dict) or set(value) != {"evidence"} or not isinstance(value["evidence"], list):
        raise ModelAnswerError(AnswerFault.OUT_OF_SCHEMA, 'it is no object with nothing but "evidence"')
    if len(value["evidence"]) > MOST_EVIDENCE:
        raise ModelAnswerError(AnswerFault.OUT_OF_SCHEMA, f"it has more than {MOST_EVIDENCE} pieces of evidence")
    found = (_evidence(number, item, question) for number, item in enumerate(value["evidence"], start=1))
    return tuple(dict.fromkeys(found))


def _evidence(number: int, item: Any, question: ModelQuestion) -> QuotedEvidence:
    if not isinstance(item, dict) or set(item) != _KEYS or not all(isinstance(each, str) for each in item.values()):
        raise ModelAnswerError(AnswerFault.OUT_OF_SCHEMA, f"piece {number} has other keys or values than it should")
    if item["shows"] not in [*Shows] or item["about"] not in ABOUT or item["hits"] not in HITS:
        raise ModelAnswerError(AnswerFault.OUT_OF_SCHEMA, f"piece {number} holds a word that the schema does not have")
    quote = " ".join(item["quote"].split())
    if not SHORTEST_QUOTE <= len(quote) <= LONGEST_QUOTE:
        raise ModelAnswerError(AnswerFault.NOT_QUOTED, f"piece {number} quotes nothing, too little or too much")
    for part in question.parts:
        if (place := _place(quote, part)) is not None:
            text, start, end = place
            kind = Shows(item["shows"])
            return QuotedEvidence(
                kind, ABOUT[item["about"]], HITS[item["hits"]], text, start, end, part.written[start:end]
            )
    raise ModelAnswerError(AnswerFault.NOT_QUOTED, f"piece {number}")


def _place(quote: str, part: QuestionPart) -> tuple[int, int, int] | None:
    """Where the words stand in what the customer wrote; None where they do not."""
    sent = _search(quote, part.sent.text)
    if sent is None:
        return None
    start, end = part.sent.original(*sent)
    written = _search(" ".join(part.new[start:end].split()), part.written)
    return None if written is None else (part.text, *written)


def _search(words: str, text: str) -> tuple[int, int] | None:
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    found = re.search(pattern, text) if pattern else None
    return None if found is None else found.span()
