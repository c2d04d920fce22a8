"""Can the reader's findings be said in the severities of the file?

Promise: a severity of the agreement that leads nowhere is an error, since a request would be judged and then be lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.judgement import Level
from slabot.policy.model import Policy
from slabot.policy.problems import PathProblem
from slabot.policy.scalars import Mode


def reader_contradictions(policy: Policy) -> Iterator[PathProblem]:
    """The levels that no severity of the file stands for."""
    reader = policy.classify.reader
    if reader.mode is Mode.OFF:
        return
    lacking = [level.value for level in Level if reader.severity(level) not in policy.severities]
    if lacking:
        names = ", ".join(policy.severities)
        yield PathProblem(
            "reader-levels",
            ("classify", "reader", "levels" if reader.levels else "mode"),
            f"the reader finds {', '.join(lacking)}, and no severity of the file is called so",
            f"write levels: {{{lacking[0]}: …}} for each, with one of {names}",
        )
