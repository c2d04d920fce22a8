"""What was written, judged: how severe a request is, and what a reply means."""

from slabot.judgement.errors import PhraseError
from slabot.judgement.findings import About, Findings, Kind, Level, Quote, Scope, TakenBack, Trouble
from slabot.judgement.lexicon import Entry, Extension, Lexicon, Sign, check_phrase, shipped
from slabot.judgement.reader import find
from slabot.judgement.severity import Judgement, judge
from slabot.judgement.silence import Meaning, Reply, meaning

__all__ = [
    "About",
    "Entry",
    "Extension",
    "Findings",
    "Judgement",
    "Kind",
    "Level",
    "Lexicon",
    "Meaning",
    "PhraseError",
    "Quote",
    "Reply",
    "Scope",
    "Sign",
    "TakenBack",
    "Trouble",
    "check_phrase",
    "find",
    "judge",
    "meaning",
    "shipped",
]
