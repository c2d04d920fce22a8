"""What can be wrong with the question that a report is to answer.

SlabotError
└── ReportError
├── UnknownCut   a division that there is not, or that may not be
└── UnknownKind  a report that there is not
"""

from __future__ import annotations

from slabot.domain import SlabotError


class ReportError(SlabotError):
    """A report that cannot be made; the message says what to ask instead."""


class UnknownCut(ReportError):
    """A division that there is not, or that may not be."""

    def __init__(self, name: str, remedy: str) -> None:
        super().__init__(f'a report cannot be divided by "{name}"', remedy)


class UnknownKind(ReportError):
    """A report that there is not."""

    def __init__(self, name: str, remedy: str) -> None:
        super().__init__(f'there is no report "{name}"', remedy)
