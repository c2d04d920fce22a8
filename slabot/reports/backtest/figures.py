"""Ask a tally for what is to be shown.

Promise: every figure is a sum of counts of the tally; nothing is worked out anew.
"""

from __future__ import annotations

from collections import Counter

from slabot.reports.backtest.run import Backtested
from slabot.reports.backtest.tally import PolicySide, Tally, TallyFigure
from slabot.reports.local_time import HOURS_A_DAY


class BacktestFigures:
    """The figures of a backtest, by side.

    Attributes:
        compared: True where there are two policies.
        sides: the old one first.
    """

    def __init__(self, found: Backtested) -> None:
        """Take the tally."""
        self.found, self._tally = found, found.tally
        self.compared = PolicySide.OLD in found.policies
        self.sides = (PolicySide.OLD, PolicySide.NEW) if self.compared else (PolicySide.NEW,)

    def count(self, side: PolicySide, *name: str) -> int:
        """All that is counted under a name, or under names that begin with it."""
        whole = (side.value, *name)
        return sum(number for key, number in self._tally.items() if key[: len(whole)] == whole)

    def of(self, side: PolicySide, figure: TallyFigure) -> Tally:
        """What is counted of a figure, by the rest of its name."""
        named = {key[2:]: number for key, number in self._tally.items() if key[:2] == (side.value, figure)}
        return Counter({key: number for key, number in named.items() if number})

    def outcomes(self, side: PolicySide) -> Counter[str]:
        """How clocks came out."""
        found: Counter[str] = Counter()
        for (_, _, _, outcome), number in self.of(side, TallyFigure.CLOCKS).items():
            found[outcome] += number
        return found

    def nights(self, side: PolicySide) -> int:
        """Pages at night."""
        return sum(number for (_, when), number in self.of(side, TallyFigure.PEOPLE).items() if when == "night")

    def severities(self) -> dict[str, int]:
        """The place of each severity, those of the new policy first."""
        names = (name for side in (PolicySide.NEW, *self.sides) for name in self.found.policies[side].severity_names)
        return {name: place for place, name in enumerate(dict.fromkeys(names))}

    def pages_by_hour(self, side: PolicySide) -> Counter[int]:
        """Pages by the hour of the day."""
        found: Counter[int] = Counter()
        for (hour,), number in self.of(side, TallyFigure.HOURS).items():
            found[int(hour) % HOURS_A_DAY] += number
        return found
