"""Did somebody ask for quiet, or for the next page at once?

Promise: the last word counts; a severity that was raised since ends every quiet, and so does whoever takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from slabot.calendars import due_with_pauses
from slabot.domain import Acknowledged, Claimed, Escalated, Snoozed, Unacknowledged
from slabot.rules.case import Case
from slabot.rules.clock import ClockState
from slabot.rules.words import when


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody asked for quiet: acknowledged, claimed or snoozed."""

    since: datetime
    until: datetime
    why: str


def hold_of(case: Case, clock: ClockState, re_page_after: timedelta) -> Hold | None:
    """The latest acknowledgement, claim or snooze, unless it was taken back or the severity was raised since."""
    hold: Hold | None = None
    for event in case.events:
        if event.at < clock.started_at:
            continue
        match event:
            case Acknowledged() | Claimed() if event.clock in (None, clock.name, clock.label):
                until = due_with_pauses(clock.terms.calendar, event.at, re_page_after, clock.pauses)
                did = "acknowledged" if isinstance(event, Acknowledged) else "claimed"
                hold = None if until is None else Hold(event.at, until, _still_open(case, did, event.at))
            case Snoozed() if event.clock in (None, clock.name, clock.label):
                hold = Hold(event.at, max(event.until, event.at), _still_open(case, "snoozed", event.at))
            case Unacknowledged() | Escalated() if event.clock in (None, clock.name, clock.label):
                hold = None
            case _:
                pass
    return None if hold is not None and clock.raised and hold.since < clock.in_force_since else hold


def asked_for(case: Case, clock: ClockState) -> Escalated | None:
    """The latest wish for the next page, unless a page has fulfilled it or somebody asked for quiet since."""
    asked: Escalated | None = None
    for event in case.events:
        if event.at < clock.started_at:
            continue
        match event:
            case Escalated() if event.clock in (None, clock.name, clock.label):
                asked = event
            case Acknowledged() | Claimed() | Snoozed() if event.clock in (None, clock.name, clock.label):
                asked = None
            case _:
                pass
    if asked is None:
        return None
    names = (clock.label, clock.name)
    done = any(page.asked_at == asked.at and page.clock in names for page in case.pages)
    return None if done else asked


def _still_open(case: Case, did: str, at: datetime) -> str:
    return f"{did} {when(at, case.policy.display_zone)}, still unanswered"
