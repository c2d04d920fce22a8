"""Did somebody ask for quiet, or for the next page at once?

Promise: the last word counts; a severity that was raised since ends every quiet, and so does whoever takes it back. A
wish for the next page is fulfilled by the first page about something new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from slabot.calendars import due_with_pauses
from slabot.domain import Acknowledged, Claimed, Escalated, Snoozed, Unacknowledged
from slabot.rules.case import Case
from slabot.rules.clock import Course
from slabot.rules.words import when


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody asked for quiet: acknowledged, claimed or snoozed."""

    since: datetime
    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked for the next page.

    Attributes:
        by_id: Slack's id, if it is known.
        number: how often somebody had asked before, about the same clock.
    """

    at: datetime
    by_id: str | None
    number: int


def hold_of(case: Case, clock: Course, re_page_after: timedelta) -> Hold | None:
    """The latest acknowledgement, claim or snooze, unless it was taken back or the severity was raised since."""
    hold: Hold | None = None
    for event in case.events:
        match event:
            case Acknowledged() | Claimed() if _about(event, clock):
                until = due_with_pauses(clock.terms.calendar, event.at, re_page_after, clock.pauses)
                did = "acknowledged" if isinstance(event, Acknowledged) else "claimed"
                hold = None if until is None else Hold(event.at, until, _still_open(case, did, event.at))
            case Snoozed() if _about(event, clock):
                hold = Hold(event.at, max(event.until, event.at), _still_open(case, "snoozed", event.at))
            case Unacknowledged() | Escalated() if _about(event, clock):
                hold = None
            case _:
                pass
    return None if hold is not None and clock.raised and hold.since < clock.in_force_since else hold


def asked_for(case: Case, clock: Course) -> Asked | None:
    """The latest wish for the next page, unless a page has fulfilled it or somebody asked for quiet since."""
    last: datetime | None = None
    for event in case.events:
        match event:
            case Escalated() if _about(event, clock):
                last = event.at
            case Acknowledged() | Claimed() | Snoozed() if _about(event, clock):
                last = None
            case _:
                pass
    return None if last is None or _fulfilled(case, clock, last) else asked_at(case, clock, last)


def asked_at(case: Case, clock: Course, instant: datetime) -> Asked:
    """The wish of that instant, which a page names as the one that it fulfilled."""
    requests = [event for event in case.events if isinstance(event, Escalated) and _about(event, clock)]
    by_ids = {event.at: event.by_id for event in requests}
    return Asked(instant, by_ids.get(instant), sum(event.at < instant for event in requests))


def _about(event: Escalated | Acknowledged | Unacknowledged | Claimed | Snoozed, clock: Course) -> bool:
    return clock.is_meant(event.clock, event.at)


def _fulfilled(case: Case, clock: Course, asked: datetime) -> bool:
    """True if a page has gone out for it, or since then one about what nobody had been told of before."""
    pages = [page for page in case.pages if clock.is_meant(page.clock, page.at)]
    known = {(page.severity, page.rung, page.repetition) for page in pages if page.at <= asked}
    return any(page.asked_at == asked or (page.severity, page.rung, page.repetition) not in known for page in pages)


def _still_open(case: Case, did: str, at: datetime) -> str:
    return f"{did} {when(at, case.policy.display_zone)}, still unanswered"
