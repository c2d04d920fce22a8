"""In which category was a ticket when, and for whom was what said?

Promise: a stretch that only an automatic reply ended, and that came back before anybody spoke, was never left.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from slabot.domain import Actor, Category, Message, StatusChanged, Ticket
from slabot.rules.voices import Voice

_AT = attrgetter("at")

AT_ONCE = timedelta(minutes=1)  # within which a helpdesk changes the status because of a message
TAKEN_UP = (Category.WAITING_ON_CUSTOMER, Category.SOLVED)
"""From where a helpdesk takes a ticket up again because somebody wrote."""
WORKED_ON = (Category.OPEN, Category.PENDING)


class Said(NamedTuple):
    """A message and for whom it speaks.

    Attributes:
        why: for whom it speaks and why, where that is not plain from its author.
    """

    message: Message
    voice: Voice
    why: str = ""

    @property
    def at(self) -> datetime:
        """When it was said."""
        return self.message.at


class Stay(NamedTuple):
    """A stretch of time in one category; ``until`` is None for the present one.

    Attributes:
        entered: when slabot can be sure of it: the later of the change and of its observation.
        left_by_a_reply: True where an automatic reply ended it, or what rules of the helpdesk made of that reply.
        set_back: True where slabot has set the ticket back to it.
    """

    category: Category
    since: datetime
    until: datetime | None
    entered: datetime
    left_by_a_reply: bool = False
    set_back: bool = False


def stays_of(ticket: Ticket, changes: list[StatusChanged], said: list[Said]) -> tuple[Stay, ...]:
    """The stretches in each category; one that only an automatic reply ended, and that came back before anybody spoke,
    was never left.
    """
    stays: list[Stay] = []
    here = Stay(ticket.status, ticket.created_at, None, ticket.created_at)
    left: int | None = None  # the place of the stretch that a reply ended, while nobody has done anything since
    for change in changes:
        if change.to is here.category:
            continue
        if left is not None and _spoken(said, stays[left].until or here.since, change.at):
            left = None
        if left is not None and stays[left].category is change.to:
            before = stays[left]
            here = before._replace(until=None, left_by_a_reply=False, set_back=change.by is Actor.SLABOT)
            del stays[left:]
            left = None
            continue
        if left is None or not _follows_at_once(stays[left], change):
            left = len(stays) if _left_by_a_reply(here.category, change, said) else None
        stays.append(here._replace(until=change.at, left_by_a_reply=left is not None))
        here = Stay(change.to, change.at, None, change.latest)
    return (*stays, here)


def _follows_at_once(left: Stay, change: StatusChanged) -> bool:
    """True for what rules of the helpdesk do a moment after an automatic reply, because of it."""
    assert left.until is not None
    by_people = change.by in (Actor.AGENT, Actor.SLABOT)
    return not by_people and change.to in WORKED_ON and change.at <= left.until + AT_ONCE


def _left_by_a_reply(category: Category, change: StatusChanged, said: list[Said]) -> bool:
    """True where an automatic reply made the helpdesk take a waiting or solved ticket up again."""
    if category not in TAKEN_UP or change.to not in WORKED_ON or change.by in (Actor.AGENT, Actor.SLABOT):
        return False
    near = _between(said, change.at - AT_ONCE, change.at)
    return any(one.message.auto_reply for one in near) and not any(one.voice is Voice.CUSTOMER for one in near)


def _spoken(said: list[Said], since: datetime, until: datetime) -> bool:
    """True if the customer, or support in public, said anything in between."""
    return any(
        one.voice is Voice.CUSTOMER or (one.voice is Voice.AGENT and one.message.public)
        for one in _between(said, since, until)
    )


def _between(said: Sequence[Said], since: datetime, until: datetime) -> Sequence[Said]:
    """What was said from one instant to another, both included."""
    return said[bisect_left(said, since, key=_AT) : bisect_right(said, until, key=_AT)]
