"""Measure judgements against what people called the same texts.

Promise: the figures say of themselves how sure they are: shares have Wilson's interval, the macro-F1 one by resampling
with a fixed seed, so the same texts give the same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from typing import NamedTuple

from slabot.judgement import Reply, SeverityLevel

Z = 1.96  # of 95 %
RESAMPLES = 400
LEVELS = tuple(level.value for level in SeverityLevel)
REPLIES = tuple(reply.value for reply in Reply)


class JudgedText(NamedTuple):
    """One text with what people called it and what it was judged.

    Attributes:
        found: the judgement, or the more severe of two; None where there is none.
        or_else: the less severe of two.
        language, trap: by which figures are divided; empty where not given.
    """

    id: str
    label: str
    found: str | None
    or_else: str | None = None
    language: str = ""
    trap: str = ""

    @property
    def decided(self) -> bool:
        """True where one answer was given."""
        return self.found is not None and self.or_else is None


@dataclass(frozen=True, slots=True)
class EstimatedShare:
    """So many of so many, with the interval in which the true share lies in 95 of 100 cases."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's."""
        if not self.of:
            return 0.0, 1.0
        share, n = self.count / self.of, self.of
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        reach = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, middle - reach), min(1.0, middle + reach)


class Figures(NamedTuple):
    """The figures of a set, or of a part of it.

    Attributes:
        recall: critical texts that count as critical, undecided ones with them; of replies, automatic ones found.
        false_alarms: texts that are not critical and count as such; of replies, feedback read as something else that
            says no more than it seems.
        undecided: texts with two answers or none.
        right: of the decided ones.
        macro_f1: of the decided ones, the mean over the labels that occur.
    """

    texts: int
    recall: EstimatedShare
    false_alarms: EstimatedShare
    undecided: EstimatedShare
    right: EstimatedShare
    macro_f1: float
    macro_f1_interval: tuple[float, float]


def severity_figures(rows: Sequence[JudgedText]) -> Figures:
    """The figures of severities."""
    critical = [row for row in rows if row.label == SeverityLevel.CRITICAL]
    others = [row for row in rows if row.label != SeverityLevel.CRITICAL]
    return _figures(
        rows,
        LEVELS,
        recall=EstimatedShare(sum(row.found == SeverityLevel.CRITICAL for row in critical), len(critical)),
        false_alarms=EstimatedShare(sum(row.found == SeverityLevel.CRITICAL for row in others), len(others)),
    )


def reply_figures(rows: Sequence[JudgedText]) -> Figures:
    """The figures of replies."""
    automatic = [row for row in rows if row.label == Reply.AUTO_REPLY]
    feedback = [row for row in rows if row.label == Reply.FEEDBACK]
    silent = (Reply.AUTO_REPLY, Reply.THANKS_ONLY, Reply.CLOSING_WORD)
    return _figures(
        rows,
        REPLIES,
        recall=EstimatedShare(sum(row.found == Reply.AUTO_REPLY for row in automatic), len(automatic)),
        false_alarms=EstimatedShare(sum(row.found in silent for row in feedback), len(feedback)),
    )


def divided(rows: Iterable[JudgedText], by: Callable[[JudgedText], str]) -> dict[str, list[JudgedText]]:
    """The rows by a part that they belong to, in the order of its name."""
    parts: dict[str, list[JudgedText]] = {}
    for row in rows:
        parts.setdefault(by(row), []).append(row)
    return dict(sorted(parts.items()))


def confusion(rows: Iterable[JudgedText]) -> Counter[tuple[str, str]]:
    """How often each label was judged as what: ``high`` or, undecided, ``high or medium``."""
    return Counter((row.label, _shown(row)) for row in rows)


def _shown(row: JudgedText) -> str:
    if row.found is None:
        return "nothing"
    return row.found if row.or_else is None else f"{row.found} or {row.or_else}"


def _figures(
    rows: Sequence[JudgedText], labels: Sequence[str], *, recall: EstimatedShare, false_alarms: EstimatedShare
) -> Figures:
    decided = [row for row in rows if row.decided]
    return Figures(
        texts=len(rows),
        recall=recall,
        false_alarms=false_alarms,
        undecided=EstimatedShare(len(rows) - len(decided), len(rows)),
        right=EstimatedShare(sum(row.found == row.label for row in decided), len(decided)),
        macro_f1=_macro_f1(decided, labels),
        macro_f1_interval=_resampled(decided, labels),
    )


def _macro_f1(rows: Sequence[JudgedText], labels: Sequence[str]) -> float:
    pairs = Counter((row.label, row.found) for row in rows)
    scores: list[float] = []
    for label in labels:
        hit = pairs[label, label]
        missed = sum(count for (true, found), count in pairs.items() if true == label != found)
        wrong = sum(count for (true, found), count in pairs.items() if found == label != true)
        if hit + missed + wrong:
            scores.append(2 * hit / (2 * hit + missed + wrong))
    return sum(scores) / len(scores) if scores else 0.0


def _resampled(rows: Sequence[JudgedText], labels: Sequence[str]) -> tuple[float, float]:
    if not rows:
        return 0.0, 1.0
    chance = Random(0)
    found = sorted(_macro_f1(chance.choices(rows, k=len(rows)), labels) for _ in range(RESAMPLES))
    return found[RESAMPLES * 25 // 1000], found[RESAMPLES * 975 // 1000]
