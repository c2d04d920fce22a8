"""When was somebody expected to work on a ticket?

Promise: from its creation until it is solved, closed, merged, deleted or marked as spam, and again from a reopening
or a restoration; as the timeline says, whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from slabot.domain import Actor, StatusChanged
from slabot.rules.case import Case
from slabot.rules.stays import AT_ONCE
from slabot.rules.voices import Voice

_WHO = {Voice.AGENT: Actor.AGENT, Voice.SLABOT: Actor.SLABOT}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStretch:
    """A stretch of time in which somebody was expected to work on a ticket.

    Attributes:
        number: 1 for the first.
        ended_as: ``solved``, ``closed`` or ``void``; None while it is open.
        ended_by: who ended it, one of the actors; None while it is open, and where nobody says. Where the helpdesk
            does not tell, whoever of support, or slabot, wrote to the customer within a minute of it.
        wrote_again_at: the customer's first feedback after it had ended, before the next stretch ended.
    """

    number: int
    opened_at: datetime
    ended_at: datetime | None
    ended_as: str | None
    ended_by: str | None
    wrote_again_at: datetime | None


def open_stretches(case: Case) -> Iterator[OpenStretch]:
    """All of a ticket, in order."""
    ends = list(_spans(case))
    feedback = [said.at for said in case.feedback]
    for place, (opened, ended, how) in enumerate(ends):
        following = ends[place + 1][1] if place + 1 < len(ends) else None
        again = None
        if ended is not None:
            later = (at for at in feedback if at > ended and (following is None or at <= following))
            again = next(later, None)
        yield OpenStretch(
            number=place + 1,
            opened_at=opened,
            ended_at=ended,
            ended_as=how,
            ended_by=None if ended is None else _ended_by(case, ended),
            wrote_again_at=again,
        )


def _ended_by(case: Case, at: datetime) -> str | None:
    moves = (event for event in case.events if isinstance(event, StatusChanged))
    by: Actor | None = next((move.by for move in moves if move.at == at and move.to.ended), None)
    if by is Actor.SYSTEM:  # a helpdesk that does not tell who did it: whoever wrote to the customer with it
        wrote = (said for said in case.said if said.message.public and abs(said.at - at) <= AT_ONCE)
        by = next((_WHO[said.voice] for said in wrote if said.voice in _WHO), None)
    return None if by is None else by.value


def _spans(case: Case) -> Iterator[tuple[datetime, datetime | None, str | None]]:
    """When it was open, until when, and as what that ended."""
    opened: datetime | None = None
    for since, state in sorted([*_stays(case), *_lives(case)], key=lambda step: step[0]):
        if state is None and opened is None:
            opened = since
        elif state is not None and opened is not None:
            yield opened, since, state
            opened = None
    if opened is not None:
        yield opened, None, None


def _stays(case: Case) -> Iterator[tuple[datetime, str | None]]:
    """Its categories while it lived here."""
    for stay in case.stays:
        if not any(end.since < stay.since and (end.until is None or stay.since < end.until) for end in case.endings):
            yield stay.since, stay.category.value if stay.category.ended else None


def _lives(case: Case) -> Iterator[tuple[datetime, str | None]]:
    """Merged, deleted or spam; one that was brought back stands as its status says."""
    for ending in case.endings:
        yield ending.since, "void"
        if ending.until is not None:
            back = ending.until
            stay = next((each for each in reversed(case.stays) if each.since <= back), case.stays[0])
            yield back, stay.category.value if stay.category.ended else None
