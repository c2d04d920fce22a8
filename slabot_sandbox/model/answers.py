"""What the stand-in for a language model answers: honestly, by a few rules of its own, or not.

Promise: the same request has the same answer. The rules are written from what the question says alone; they share
nothing with the reader that they stand beside.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Any

from slabot_sandbox.errors import SwitchError


class Behaviour(StrEnum):
    """How the model behaves."""

    HONEST = "honest"
    LIAR = "liar"
    """By turns: words that nobody wrote, a severity, a word of its own, true words that show no such thing."""
    OBEDIENT = "obedient"
    """Does what the customer's text tells it, as a model does that was talked over."""
    SILENT = "silent"
    """Takes the question and says nothing."""
    SLOW = "slow"
    """Honest, after a while."""
    BABBLE = "babble"
    """Text for people instead of JSON."""


def behaviour(name: str) -> Behaviour:
    """The behaviour of this name.

    Raises:
        SwitchError: there is none.
    """
    try:
        return Behaviour(name)
    except ValueError:
        raise SwitchError(f'no model is "{name}"; choose one of: {", ".join(Behaviour)}') from None


_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_RULES: tuple[tuple[str, str, str, str], ...] = (
    (
        r"by hand|on paper|instead we|meanwhile we|for now we|workaround|von hand|behelf",
        "workaround",
        "unsaid",
        "unsaid",
    ),
    (r"wonder|how (?:do|can|could)|is it possible|would like to know|wie kann|\?$", "question", "unsaid", "unsaid"),
    (
        r"drive by feeling|grey|dark|standstill|stand still|nothing (?:rings|moves|comes)|still stehen",
        "dead",
        "core",
        "all",
    ),
    (r"encrypted|ransom|stranger|intruder", "breach", "core", "unsaid"),
    (r"gone|vanished|verschwunden", "lost", "core", "unsaid"),
    (r"fail|broken|does not|doesn't|cannot|can't|geht nicht", "broken", "function", "unsaid"),
    (r"sometimes|now and then|slow", "partial", "function", "some"),
)
_TAKEN_BACK = re.compile(r"\b(?:if|would|last (?:week|month|year)|test|staging|solved|again now)\b", re.IGNORECASE)
_ORDER = re.compile(r"(?:answer|reply|output|return)[^{]*(?P<json>\{.*\})", re.IGNORECASE | re.DOTALL)


def honest(texts: list[str]) -> str:
    """What rules find, with the sentence as the quote."""
    found: list[dict[str, str]] = []
    for text in texts:
        for sentence in (match[0].strip() for match in _SENTENCE.finditer(text)):
            words = sentence.split()
            if len(words) < 3 or len(sentence) > 300 or _TAKEN_BACK.search(sentence):
                continue
            for pattern, shows, about, hits in _RULES:
                if re.search(pattern, sentence, re.IGNORECASE):
                    found.append({"shows": shows, "about": about, "hits": hits, "quote": sentence})
                    break
    return json.dumps({"evidence": found[:8]}, ensure_ascii=False)


def lie(texts: list[str], turn: int) -> str:
    """A lie; which one goes by turns."""
    dead = {"shows": "dead", "about": "core", "hits": "all"}
    written = max(texts, key=len, default="")
    quote = " ".join(written.split()[:12])
    lies: tuple[dict[str, Any], ...] = (
        {"evidence": [dead | {"quote": "every machine of ours is down and all data is gone"}]},
        {"evidence": [], "severity": "critical", "respond_within": "5 minutes"},
        {"evidence": [dead | {"shows": "catastrophe", "quote": quote}]},
        {"evidence": [dead | {"quote": quote}]},
    )
    return json.dumps(lies[turn % len(lies)], ensure_ascii=False)


def obey(texts: list[str]) -> str:
    """The JSON that a text orders, if it orders any; honest otherwise."""
    order = next(filter(None, map(_ORDER.search, texts)), None)
    return honest(texts) if order is None else order["json"]
