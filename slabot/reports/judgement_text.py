"""Say in words what was found in a text, and what it means.

Promise: every finding is shown with its words and with the name of the entry by which it was found, what counts apart
from what does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slabot.judgement import Findings, Judgement, Meaning, Quote, Trouble
from slabot.reports.style import faint, one_line, strong

_QUOTES = (
    ("ways", "a way round"),
    ("failed", "a way round that failed"),
    ("no_ways", "no way round"),
    ("deadlines", "a time by which it must work"),
    ("others_fine", "others are not hit"),
    ("harmless", "no harm is done"),
    ("questions", "a question or a wish"),
    ("trifles", "looks, words or papers"),
)
VERSION = 1


def judgement_text(judgement: Judgement | None, findings: Findings) -> str:
    """The judgement of a request with its evidence."""
    if judgement is None:
        return f"{strong('Severity')}  nothing in it says how severe it is"
    answer = judgement.level.value
    if judgement.or_else is not None:
        answer = f"undecided between {answer} and {judgement.or_else.value}"
    lines = [f"{strong('Severity')}  {strong(answer)}: {judgement.reason}"]
    lines.extend(f'          "{one_line(quote)}"' for quote in judgement.quotes)
    lines.extend(_evidence(findings))
    return "\n".join(lines)


def reply_text(found: Meaning) -> str:
    """What the same text would mean as a reply."""
    quote = f': "{one_line(found.quote)}"' if found.quote else ""
    return f"{strong('As a reply')}  {strong(found.reply.value)}{quote}"


def _evidence(findings: Findings) -> Iterator[str]:
    counted = findings.live
    if counted:
        yield f"\n{strong('What is wrong')}"
        yield from map(_trouble, counted)
    dropped = [trouble for trouble in findings.troubles if trouble.taken_back is not None]
    if dropped:
        yield f"\n{strong('What does not count')}"
        yield from map(_trouble, dropped)
    beside = [(what, quote) for name, what in _QUOTES for quote in getattr(findings, name)]
    if beside:
        yield f"\n{strong('Beside it')}"
        yield from (_quote(what, quote) for what, quote in beside)
    if findings.claims:
        claimed = "" if findings.claimed is None else f" ({findings.claimed.value})"
        yield f"\n{strong('What it claims of itself')}{claimed}, which is no evidence"
        yield from (_quote("", quote) for quote in findings.claims)
    languages = ", ".join(findings.languages)
    cut = "; it is so long that only its beginning and end were read" if findings.cut else ""
    yield faint(f"\n{findings.words} words read, in {languages}{cut}")


def _trouble(trouble: Trouble) -> str:
    why = "" if trouble.taken_back is None else f"; {trouble.taken_back.value}"
    said = f"{trouble.kind.value}, {trouble.about.value}, {trouble.scope.words}{why}"
    return f'  {said}: "{one_line(trouble.quote)}" {faint(trouble.entry)}'


def _quote(what: str, quote: Quote) -> str:
    said = f"{what}: " if what else ""
    return f'  {said}"{one_line(quote.text)}" {faint(quote.entry)}'


def judgement_json(judgement: Judgement | None, findings: Findings, reply: Meaning | None) -> dict[str, Any]:
    """The machine form."""
    return {
        "version": VERSION,
        "severity": None if judgement is None else judgement.level.value,
        "or_else": None if judgement is None or judgement.or_else is None else judgement.or_else.value,
        "reason": None if judgement is None else judgement.reason,
        "quotes": [] if judgement is None else list(judgement.quotes),
        "troubles": [
            {
                "kind": trouble.kind.name.casefold(),
                "about": trouble.about.name.casefold(),
                "scope": trouble.scope.name.casefold(),
                "quote": trouble.quote,
                "taken_back": None if trouble.taken_back is None else trouble.taken_back.name.casefold(),
                "entry": trouble.entry,
            }
            for trouble in findings.troubles
        ],
        **{name: [_quote_json(quote) for quote in getattr(findings, name)] for name, _ in _QUOTES},
        "claims": [_quote_json(quote) for quote in findings.claims],
        "claimed": None if findings.claimed is None else findings.claimed.value,
        "languages": list(findings.languages),
        "reply": None if reply is None else {"meaning": reply.reply.value, "quote": reply.quote},
    }


def _quote_json(quote: Quote) -> dict[str, str]:
    return {"quote": quote.text, "entry": quote.entry}
