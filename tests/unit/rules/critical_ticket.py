"""The ticket that most tests of ladders are about: critical, of Mon 12 Jan 09:00.

It is due at 11:00. The default policy has rungs at 10:00, 10:30, 10:45, 11:00, 11:30, and then every half hour for
3 days.
"""

from __future__ import annotations

from slabot.rules import Action, Decision, Kind
from tests.fixtures.tickets import Story, only, ticket

START = "Mon 12 Jan 09:00"
EVERY = "30m after, then every 30m for 3 days"
CRITICAL = ticket(START, priority="urgent")


def page(decision: Decision) -> Action:
    """The one page that is due."""
    return only(decision, Kind.PAGE)


def rung_and_repeat(action: Action) -> tuple[str | None, str | None]:
    """Which rung the page is for, and which repeat of it."""
    return action.fact("rung"), action.fact("repetition")


def all_paged(until: str) -> Story:
    """The critical ticket, with every rung of the default ladder paged by 11:30, and its repeats up to ``until``."""
    story = CRITICAL
    for when, name in [("10:00", "50% used"), ("10:30", "75% used"), ("10:45", "15m before"), ("11:00", "breach")]:
        story = story.paged(f"Mon 12 Jan {when}", name, repetition=0)
    for number, when in enumerate(("11:30", "12:00", "12:30", "13:00")):
        if when <= until:
            story = story.paged(f"Mon 12 Jan {when}", EVERY, repetition=number)
    return story
