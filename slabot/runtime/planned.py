"""Find where an action goes, and whether a decision still wants it.

Promise: an action goes to the destination that the rules named, as the policy writes it.
"""

from __future__ import annotations

from slabot.policy import Policy
from slabot.rules import MAIN, Action, Decision, Kind


def channel_of(action: Action, policy: Policy) -> str | None:
    """The destination of an action, as the policy writes it; None for a write, and where the policy names none."""
    if action.kind not in (Kind.PAGE, Kind.NOTE):
        return None
    to = action.fact("to")
    if to is not None and to != MAIN:
        return to
    return policy.main_destination


def wanted(decision: Decision, key: str) -> Action | None:
    """The action of that key, if the decision still wants it now."""
    return next((action for action in decision.due_now if action.key == key), None)
