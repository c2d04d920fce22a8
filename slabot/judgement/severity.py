"""Judge how severe a request is, on the evidence that was found in it.

Promise: the definitions of the agreement decide, never what the text claims of itself. Where the evidence bears two
answers, both are given and the judgement says so.
"""

from __future__ import annotations

from typing import NamedTuple

from slabot.judgement.findings import About, Findings, Scope, SeverityLevel, TakenBack, Trouble, TroubleKind

_RANKS = {level: rank for rank, level in enumerate(SeverityLevel)}
FEWEST = 3  # words; fewer say nothing
LONGEST_QUOTE = 70  # characters, within a reason; longer ones would not be found where quotes have to be taken out


class Judgement(NamedTuple):
    """How severe a request is.

    Attributes:
        level: the answer, or the more severe of two.
        or_else: the less severe of two; None where the answer is certain.
        reason: the definition that decided, for people.
        quotes: the words on which it rests, as they were written.
        findings: all that was found.
    """

    level: SeverityLevel
    or_else: SeverityLevel | None
    reason: str
    quotes: tuple[str, ...]
    findings: Findings

    @property
    def undecided(self) -> bool:
        """True where two answers are possible."""
        return self.or_else is not None


class _Verdict(NamedTuple):
    level: SeverityLevel
    or_else: SeverityLevel | None
    reason: str
    quotes: tuple[str, ...]

    @property
    def order(self) -> tuple[int, bool]:
        return (_RANKS[self.level], self.or_else is not None)


def judge(findings: Findings) -> Judgement | None:
    """Judge a request; None where nothing was written."""
    pressing = _pressing(findings)
    verdicts = [_of_trouble(trouble, findings, pressing) for trouble in findings.live]
    found = min(verdicts, key=lambda verdict: verdict.order) if verdicts else _without_trouble(findings)
    return None if found is None else Judgement(*found, findings)


def _without_trouble(findings: Findings) -> _Verdict | None:
    if findings.ways and not findings.questions:
        return _Verdict(SeverityLevel.MEDIUM, None, "there is a way round", (findings.ways[0].text,))
    if findings.troubles:
        first = findings.troubles[0]
        assert first.taken_back is not None
        why = f"it speaks of trouble, but {first.taken_back.value}"
        if first.taken_back is TakenBack.TEST and (pressing := _pressing(findings)):
            return _Verdict(
                SeverityLevel.HIGH,
                SeverityLevel.MEDIUM,
                f"{why}, though people wait for it",
                (first.quote, *pressing[:1]),
            )
        return _Verdict(SeverityLevel.LOW, None, why, (first.quote,))
    if findings.questions:
        asked = findings.questions[0].text
        return _Verdict(SeverityLevel.LOW, None, "it asks for something and speaks of no trouble", (asked,))
    if findings.trifles:
        return _Verdict(SeverityLevel.LOW, None, "it is about looks, words or papers", (findings.trifles[0].text,))
    if findings.words < FEWEST:
        return None
    return _Verdict(SeverityLevel.MEDIUM, SeverityLevel.LOW, "neither trouble nor a question was found in it", ())


def _pressing(findings: Findings) -> list[str]:
    """Words that say that it cannot wait, or that there is no way round."""
    stopped = [trouble.quote for trouble in findings.troubles if trouble.kind is TroubleKind.STOPPED]
    quotes = [*findings.no_ways, *findings.failed, *findings.deadlines]
    return [*stopped, *(quote.text for quote in quotes)]


def _of_trouble(trouble: Trouble, findings: Findings, pressing: list[str]) -> _Verdict:
    scope = _scope(trouble, findings)
    quotes = (trouble.quote,)
    has_way = bool(findings.ways) and not findings.failed and not findings.no_ways
    told = f"{trouble.kind.value} ({trouble.about.value}, {scope.words})"
    if trouble.kind is TroubleKind.BREACH:
        if findings.harmless:
            return _Verdict(SeverityLevel.LOW, None, f"{told}, but {_harmless(findings)}", quotes)
        return _Verdict(SeverityLevel.CRITICAL, None, f"{told}: it severely impacts the use of the product", quotes)
    if trouble.about is About.TRIFLE and trouble.kind in (TroubleKind.PARTIAL, TroubleKind.BROKEN):
        return _Verdict(SeverityLevel.LOW, None, f"{told}: a routine matter", quotes)
    if trouble.kind is TroubleKind.PARTIAL:
        if pressing and not findings.ways:
            return _Verdict(
                SeverityLevel.HIGH, SeverityLevel.MEDIUM, f"{told}, and no way round", (*quotes, pressing[0])
            )
        return _Verdict(SeverityLevel.MEDIUM, None, f"{told}: a partial impact", quotes)
    if scope.is_large and _is_central(trouble):
        if has_way:
            way = findings.ways[0].text
            return _Verdict(
                SeverityLevel.HIGH, SeverityLevel.MEDIUM, f"{told}, but there is a way round", (*quotes, way)
            )
        if findings.harmless:
            return _Verdict(SeverityLevel.HIGH, SeverityLevel.MEDIUM, f"{told}, but {_harmless(findings)}", quotes)
        return _Verdict(SeverityLevel.CRITICAL, None, f"{told}: it severely impacts the use of the product", quotes)
    if has_way:
        return _Verdict(
            SeverityLevel.MEDIUM, None, f"{told}, and there is a way round", (*quotes, findings.ways[0].text)
        )
    if trouble.kind is TroubleKind.STOPPED:
        return _Verdict(SeverityLevel.HIGH, None, f"{told}: business operation is affected", quotes)
    if scope.is_large and trouble.about is About.UNSAID:
        return _Verdict(SeverityLevel.CRITICAL, SeverityLevel.HIGH, f"{told}; what it is about is not said", quotes)
    unsaid = trouble.scope is Scope.UNSAID and scope not in (Scope.ONE, Scope.SOME) and not findings.others_fine
    if pressing and trouble.about is About.CORE and unsaid:
        why = f"{told}, and no way round; how many it hits is not plain"
        return _Verdict(SeverityLevel.CRITICAL, SeverityLevel.HIGH, why, (*quotes, pressing[0]))
    if scope is Scope.SITE:
        return _Verdict(SeverityLevel.HIGH, None, f"{told}: a site or team cannot work as it should", quotes)
    if pressing:
        return _Verdict(SeverityLevel.HIGH, None, f"{told}, and no way round", (*quotes, pressing[0]))
    if scope in (Scope.ONE, Scope.SOME):
        return _Verdict(SeverityLevel.MEDIUM, None, f"{told}: a partial impact", quotes)
    if trouble.about is About.CORE and trouble.kind is not TroubleKind.BROKEN:
        return _Verdict(SeverityLevel.CRITICAL, SeverityLevel.HIGH, f"{told}; how many it hits is not said", quotes)
    return _Verdict(SeverityLevel.HIGH, SeverityLevel.MEDIUM, f"{told}; a way round is not spoken of", quotes)


def _harmless(findings: Findings) -> str:
    text = findings.harmless[0].text.replace('"', "'")
    text = text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"
    return f'it says "{text}"'


def _is_central(trouble: Trouble) -> bool:
    """True for what the use of the product as a whole rests on."""
    if trouble.kind in (TroubleKind.LOST, TroubleKind.UNPROTECTED, TroubleKind.DEAD, TroubleKind.STOPPED):
        return True
    return trouble.about is About.CORE


def _scope(trouble: Trouble, findings: Findings) -> Scope:
    """How many it hits: by its own words, or else by all that is said."""
    scope = max(trouble.scope, findings.scope)
    return Scope.SITE if scope.is_large and findings.others_fine else scope
