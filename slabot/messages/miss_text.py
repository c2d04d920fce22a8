"""The sentences of a page about a miss: why, and how it would stand without the time that is excused.

Promise: what people declared stands beside the miss and never instead of it, and what they wrote is shown as text.
"""

from __future__ import annotations

from typing import assert_never

from slabot.domain.sentences import clause
from slabot.messages.lengths import counted
from slabot.messages.styles import Style
from slabot.messages.view import InsteadOfMissed, PageView

MEANING, SENTENCE = 100, 400  # characters of a reason's words in the policy, and of what somebody wrote with it


def without_excused(view: PageView) -> str:
    """How the miss would stand without the time that people excused, beside how it stands."""
    excused = view.excused
    if excused is None:
        return ""
    match excused.stands:
        case InsteadOfMissed.IN_TIME:
            stands = "it is in time"
        case InsteadOfMissed.MISSED:
            stands = f"it is missed by {counted(excused.by, view)}"
        case InsteadOfMissed.NOT_PROMISED:
            stands = "nothing is promised"
        case InsteadOfMissed.UNSEEN:
            stands = "slabot cannot see whether it was answered in time"
        case _:
            assert_never(excused.stands)
    return f" Without the time that is excused ({counted(excused.time, view)}), {stands}."


def why_missed(view: PageView, style: Style) -> str:
    """The reason that somebody gave; whoever works on a ticket that is still open is not reminded that none is."""
    given = view.reason
    if given is None:
        return " Nobody has said why yet." if view.asks_reason and view.ended else ""
    text = f" (“{style.escape(given.text, SENTENCE)}”)" if given.text else ""
    missed = "" if view.ended else " for the miss"
    return (
        f" The reason{missed} that {style.person(given.who)} gave: {clause(style.escape(given.means, MEANING))}{text}."
    )
