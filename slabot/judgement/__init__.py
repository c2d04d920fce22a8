"""What was written, judged: how severe a request is, and what a reply means."""

from slabot.judgement.errors import PhraseError
from slabot.judgement.findings import About, Findings, Quote, Scope, SeverityLevel, TakenBack, Trouble, TroubleKind
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
    "Lexicon",
    "Meaning",
    "PhraseError",
    "Quote",
    "Reply",
    "Scope",
    "SeverityLevel",
    "Sign",
    "TakenBack",
    "Trouble",
    "TroubleKind",
    "check_phrase",
    "find",
    "judge",
    "meaning",
    "shipped",
]
