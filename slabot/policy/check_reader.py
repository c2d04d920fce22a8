"""Can the reader's findings be said in the severities of the file, and is a language model asked as is meant?

Promise: a severity of the agreement that leads nowhere is an error, since a request would be judged and then be lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from slabot.judgement import SeverityLevel
from slabot.judgement.personal_data import PersonalData
from slabot.policy.connections import is_loopback
from slabot.policy.model import Policy
from slabot.policy.problems import PathProblem
from slabot.policy.scalars import Mode


def reader_contradictions(policy: Policy) -> Iterator[PathProblem]:
    """The levels that no severity of the file stands for."""
    reader, model = policy.classify.reader, policy.classify.model
    if reader.mode is Mode.OFF:
        if model.is_asked:
            yield PathProblem(
                "model-without-reader",
                ("classify", "model", "mode"),
                "the language model is asked beside the reader, and the reader is off",
                "write reader: {mode: act}, or observe; or mode: off here",
            )
        return
    lacking = [level.value for level in SeverityLevel if reader.severity(level) not in policy.severities]
    if lacking:
        names = ", ".join(policy.severities)
        yield PathProblem(
            "reader-levels",
            ("classify", "reader", "levels" if reader.levels else "mode"),
            f"the reader finds {', '.join(lacking)}, and no severity of the file is called so",
            f"write levels: {{{lacking[0]}: …}} for each, with one of {names}",
        )


def model_warnings(policy: Policy) -> Iterator[PathProblem]:
    """What leaves this machine unmasked."""
    model = policy.classify.model
    bare = [kind.value for kind in PersonalData if kind not in model.mask]
    if not model.is_asked or not bare or model.address is None or is_loopback(urlsplit(model.address).hostname or ""):
        return
    yield PathProblem(
        "model-unmasked",
        ("classify", "model", "mask"),
        f"{', '.join(bare)} of customers leave this machine as they were written",
        f"write mask: [{', '.join(PersonalData)}], or keep it if your agreement with that service allows it",
    )
