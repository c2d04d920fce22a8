"""Can each reason for a breach be told from the others where it is picked?

Promise: a name or a number of reasons that a dialog cannot offer is an error; two reasons that read the same are named.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem

MOST = 100  # reasons that a dialog of Slack offers
LONGEST_NAME = 75  # characters that an option of it carries
LONGEST_MEANING = 75  # characters of an option that are shown

_PLACE: Path = ("breach_reasons",)


def reason_contradictions(policy: Policy) -> Iterator[PathProblem]:
    """Reasons that could not be offered."""
    reasons = policy.breach_reasons
    if len(reasons) > MOST:
        yield PathProblem(
            "out-of-range",
            _PLACE,
            f"there are {len(reasons)} reasons, and the dialog in which one is picked offers {MOST}",
            "keep those that you would count in a report",
        )
    for name, reason in reasons.items():
        if not any(sign.isalnum() for sign in reason.means):
            yield PathProblem(
                "empty-value",
                (*_PLACE, name, "means"),
                "these words are empty",
                "say in a few words why a deadline was missed",
            )
        if len(name) > LONGEST_NAME:
            yield PathProblem(
                "bad-name",
                (*_PLACE, name),
                f"the name has {len(name)} characters",
                f"write {LONGEST_NAME} at most, and the rest under means",
                at_key=True,
            )


def reason_warnings(policy: Policy) -> Iterator[PathProblem]:
    """Reasons that whoever picks one may not tell apart."""
    seen: dict[str, str] = {}
    for name, reason in policy.breach_reasons.items():
        shown = " ".join(reason.means.casefold().split())[:LONGEST_MEANING]
        if shown in seen:
            yield PathProblem(
                "breach-reasons-alike",
                (*_PLACE, name, "means"),
                f'in the dialog "{name}" reads like "{seen[shown]}"',
                f"keep one of the two, or let their first {LONGEST_MEANING} characters differ",
            )
        seen.setdefault(shown, name)
