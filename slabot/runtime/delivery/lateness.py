"""Work out how late a page leaves, and why.

Promise: a page that leaves more than a minute after its time says how late it is and what kept it.
"""

from __future__ import annotations

from slabot.messages.view import Late, LateCause
from slabot.rules import Action
from slabot.runtime.parts import LATE, Parts
from slabot.store import OutboxRow


def lateness(parts: Parts, action: Action, row: OutboxRow) -> Late | None:
    """How late the page of a row is now; None if it is in time."""
    now = parts.now()
    if now - action.at <= LATE:
        return None
    if row.created_at - action.at <= LATE:
        cause = LateCause.SLACK
    elif action.at < parts.started_at <= row.created_at:
        cause = LateCause.STOPPED
    else:
        cause = LateCause.SEEN_LATE
    return Late(action.at, now - action.at, cause)
