"""Where does a decided act go, and is it still wanted?

Promise: an act goes to whom the rules named, by the policy's own words for it.
"""

from __future__ import annotations

from slabot.policy import Policy
from slabot.rules import MAIN, Action, Decision, Kind


def channel_of(action: Action, policy: Policy) -> str | None:
    """Who is told of an act, in the policy's words; None for a write, and where the policy names nobody."""
    if action.kind not in (Kind.PAGE, Kind.NOTE):
        return None
    to = action.fact("to")
    if to is not None and to != MAIN:
        return to
    return policy.main_destination


def wanted(decision: Decision, key: str) -> Action | None:
    """The act of that key, if the decision still wants it now."""
    return next((action for action in decision.due_now if action.key == key), None)
