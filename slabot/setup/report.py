"""What was found, all in all?

Promise: one wrong thing makes the whole wrong; only if nothing is wrong does it matter that something could not be
asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slabot.domain import Finding, Level

ALL_RIGHT, SOMETHING_WRONG, COULD_NOT_ASK = 0, 1, 2  # exit codes


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One place that was looked at: a helpdesk, Slack, this machine.

    Attributes:
        name: for people and scripts: ``helpdesk acme``, ``slack``, ``this machine``.
    """

    name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class SetupReport:
    """Everything that was found."""

    places: tuple[ReportSection, ...]

    def of(self, level: Level) -> Iterator[tuple[ReportSection, Finding]]:
        """The findings of one level, with where they were made."""
        for place in self.places:
            for finding in place.findings:
                if finding.level is level:
                    yield place, finding

    @property
    def exit_code(self) -> int:
        """0 all right (notices included), 1 something is wrong, 2 something could not be asked."""
        if any(self.of(Level.WRONG)):
            return SOMETHING_WRONG
        return COULD_NOT_ASK if any(self.of(Level.UNKNOWN)) else ALL_RIGHT

    @property
    def summary(self) -> str:
        """The last line for people."""
        wrong, notices, unknown = (len(list(self.of(level))) for level in (Level.WRONG, Level.NOTICE, Level.UNKNOWN))
        known = f"; {notices} to know of" if notices else ""
        if wrong:
            return f"{wrong} wrong{known}" + (f"; {unknown} could not be asked" if unknown else "")
        if unknown:
            return f"{unknown} could not be asked{known}; nothing else is wrong"
        return f"All is right{known}"
