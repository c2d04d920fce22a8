"""What can go wrong with the policy file?

Promise: all that is wrong with a file is said at once, in the order of the file, each with its place and fix.

    slabot.domain.SlabotError
    └── PolicyError        the file cannot be used; `problems` says why, one by one
"""

from __future__ import annotations

from slabot.domain.errors import SlabotError
from slabot.policy.problems import Problem, count


class PolicyError(SlabotError):
    """A policy file that cannot be used. Its text shows every problem and ends with their number.

    Attributes:
        problems: all findings in file order, warnings among them; at least one is an error.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems as facts; the text is made of them."""
        super().__init__("\n".join([*map(str, problems), count(problems)]))
        self.problems = problems
