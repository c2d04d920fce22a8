"""What can go wrong when a language model is asked.

SlabotError
└── ModelCallError   there is no answer that can be read
"""

from __future__ import annotations

from datetime import timedelta

from slabot.domain import SlabotError


class ModelCallError(SlabotError):
    """There is no answer that can be read.

    Attributes:
        passes: True where it may be otherwise a moment later.
        breaks: True where the next question would fare no better, so that none is asked for a while.
        wait: for how long the service asks to be left alone; None where it does not say.
    """

    def __init__(
        self, why: str, remedy: str = "", *, passes: bool, breaks: bool = True, wait: timedelta | None = None
    ) -> None:
        super().__init__(why, remedy)
        self.passes, self.breaks, self.wait = passes, breaks, wait
