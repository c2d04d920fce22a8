"""Turn a backtest round: which target would have been kept, and what would a shift have bought?

Promise: a proposal rests on the first responses of the tickets that were replayed, and says how many; it proposes
nothing on fewer than twenty. Whoever was never answered counts as not kept under any target.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from slabot.policy import DEFAULT, FIRST_RESPONSE
from slabot.reports.backtest.report import CANNOT_KNOW
from slabot.reports.backtest.run import Backtested
from slabot.reports.backtest.tally import UNANSWERED_YET, PolicySide, TallyFigure
from slabot.reports.model import Column, Line, Report, Share, Table, Unit
from slabot.reports.question import Question
from slabot.rules.words import worked

KEPT = 95  # per cent of the time
FEWEST = 20  # first responses
STEPS = ((60, 5), (4 * 60, 15), (12 * 60, 30))  # minutes: up to so long, in steps of so many; beyond that hours
HOUR = 60  # minutes


def build(found: Backtested, question: Question) -> Report:
    """The proposals.

    Args:
        found: what was replayed; the policy that is tried is the one whose calendars and severities count.
        question: its severities.
    """
    worked_in: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    saturdays: Counter[tuple[str, str]] = Counter()
    for key, number in found.tally.items():
        side, figure, *rest = key
        if side != PolicySide.NEW or not number or not rest or rest[0] != FIRST_RESPONSE:
            continue
        if figure == TallyFigure.WORKED:
            worked_in[rest[1], rest[2]][int(rest[3])] += number
        elif figure == TallyFigure.SATURDAYS:
            saturdays[rest[1], rest[2]] += number
    return Report(
        kind="proposal",
        title="What could be promised",
        scope=(
            f"Replayed: {found.task.name}, through {found.task.new.name}.",
            "Of first responses that were met or missed, in working time of the policy's calendars.",
        ),
        notes=CANNOT_KNOW[:1],
        tables=(_targets(found, worked_in, question), _shift(saturdays, question)),
    )


def _targets(found: Backtested, worked_in: defaultdict[tuple[str, str], Counter[int]], question: Question) -> Table:
    policy, lines = found.policies[PolicySide.NEW], []
    rank = {name: place for place, name in enumerate(question.severities)}
    for agreement, severity in sorted(worked_in, key=lambda key: (key[0] != DEFAULT, key[0], rank.get(key[1], 99))):
        minutes = worked_in[agreement, severity]
        known = policy.under(agreement).severities if agreement == DEFAULT or policy.agreement(agreement) else {}
        terms = known.get(severity)
        today = "" if terms is None else ", ".join(str(row.within) for row in terms.respond_within)
        target = _tightest(minutes)
        share = None if target is None else Share(_within(minutes, target), minutes.total())
        words = _reason(minutes) if target is None else worked(timedelta(minutes=target))
        lines.append(Line((agreement, severity, today, words, share, minutes.total())))
    return Table(
        key="targets",
        title=f"The tightest target that was kept {KEPT} % of the time",
        columns=(
            *(Column("agreement", "Agreement"), Column("severity", "Severity"), Column("today", "In the file")),
            Column("target", "Kept"),
            Column("share", "Within it", Unit.SHARE),
            Column("answers", "Clocks", Unit.COUNT),
        ),
        lines=lines,
        notes=("Lengths are working time of the severity's own calendar.",),
    )


def _tightest(minutes: Counter[int]) -> int | None:
    """The smallest round number of minutes in which so many were answered; None where there is none."""
    whole = minutes.total()
    if whole < FEWEST:
        return None
    needed, so_far = -(-whole * KEPT // 100), 0
    for length in sorted(each for each in minutes if each != UNANSWERED_YET):
        so_far += minutes[length]
        if so_far >= needed:
            return _rounded(max(length, 1))
    return None


def _rounded(minutes: int) -> int:
    step = next((step for most, step in STEPS if minutes <= most), HOUR)
    return -(-minutes // step) * step


def _within(minutes: Counter[int], most: int) -> int:
    return sum(number for length, number in minutes.items() if length != UNANSWERED_YET and length <= most)


def _reason(minutes: Counter[int]) -> str:
    return f"fewer than {FEWEST}" if minutes.total() < FEWEST else f"over {100 - KEPT} % never answered"


def _shift(saturdays: Counter[tuple[str, str]], question: Question) -> Table:
    severities = {severity for severity, _ in saturdays}
    rank = {name: place for place, name in enumerate(question.severities)}
    lines = []
    for severity in sorted(severities, key=lambda name: rank.get(name, 99)):
        had, all_of = saturdays[severity, "saturday"], saturdays[severity, "saturday"] + saturdays[severity, "none"]
        lines.append(Line((severity, all_of, Share(had, all_of))))
    return Table(
        key="saturdays",
        title="What a Saturday shift would have bought",
        columns=(
            Column("severity", "Severity"),
            Column("missed", "Missed", Unit.COUNT),
            Column("share", "A Saturday lay before the deadline", Unit.SHARE),
        ),
        lines=lines,
        notes=(
            f"A shift on Saturdays from 9 to 17 ({question.zone.key}) would have had the request before it while it "
            "could still be met. It is the most that the shift could have saved, and supposes that it gets to all of "
            "them.",
        ),
    )
