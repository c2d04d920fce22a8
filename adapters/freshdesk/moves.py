"""When did the ticket come to its present status?

Promise: Freshdesk keeps no history of statuses, so each reading tells of the present one, under an id that is the same
however often it is read. Where the ticket's `stats` agree with each other, the time is Freshdesk's own and exact;
where they do not, it is the ticket's last change by Freshdesk's clock, marked with when slabot saw it, and rules that
cannot be undone count from the later of the two.

The stats agree if `status_updated_at` lies in the ticket's life, the status's own stamp (`resolved_at`, `closed_at`,
`pending_since`) is there and says the same, and no other stamp is later. A status between two readings is not seen;
of a reopening there is a stamp (`reopened_at`), so that a ticket solved twice is not taken for one solved long ago.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from adapters.freshdesk.statuses import CLOSED, OPEN, PENDING, RESOLVED, StatusMap
from adapters.http.fields import Raw, mapping
from slabot.domain import Actor, InstantError, Merged, Message, StatusChanged, parse_instant

SLACK = timedelta(seconds=2)  # between stamps that Freshdesk sets in one go
CHANGED, REOPENED = "status_updated_at", "reopened_at"
OWN = {RESOLVED: "resolved_at", CLOSED: "closed_at", PENDING: "pending_since"}
MERGED = re.compile(r"This ticket is closed and merged into ticket (\d+)")  # the private note of a merge, in English
STAMP = "%Y-%m-%dT%H:%M:%SZ"


def read_moves(
    ticket: Raw, number: int, statuses: StatusMap, *, created: datetime, updated: datetime, seen_at: datetime
) -> tuple[StatusChanged, ...]:
    """The move to the present status, and the reopening before it if one is told.

    Raises:
        UnmappedStatus: the policy does not map the present status.
    """
    stats = mapping(ticket.get("stats"))
    category = statuses.category(number)
    told = _stamp(stats, CHANGED)
    if told is None or not _agree(stats, number, told, created=created, updated=updated):
        at = max(created, updated, told or updated)
        # Behind everything else of its second: it is what was seen last.
        unsure = StatusChanged(
            at=at, by=Actor.SYSTEM, id=_id(number, at), seq=1, to=category, observed_at=max(at, seen_at)
        )
        return (unsure,)
    at = max(told, created)
    arrived = StatusChanged(at=at, by=Actor.SYSTEM, id=_id(number, at), to=category)
    reopened, to = _stamp(stats, REOPENED), statuses.find(OPEN)
    if reopened is None or to is None or not created < reopened < at:
        return (arrived,)
    before = StatusChanged(at=reopened, by=Actor.SYSTEM, id=f"reopened:{reopened.strftime(STAMP)}", to=to)
    return before, arrived


def read_merge(number: int, messages: Iterable[Message]) -> tuple[Merged, ...]:
    """Into which ticket this one was merged. Freshdesk says so in a private note only, in the account's language."""
    if number != CLOSED:
        return ()
    for message in messages:
        told = MERGED.match(message.text) if not message.public and message.by is not Actor.CUSTOMER else None
        if told is not None:
            return (Merged(at=message.at, by=message.by, by_id=message.by_id, id=f"merged:{message.id}", into=told[1]),)
    return ()


def _agree(stats: Raw, number: int, told: datetime, *, created: datetime, updated: datetime) -> bool:
    if not created - SLACK <= told <= updated + SLACK:
        return False
    own = OWN.get(number)
    for name in (*OWN.values(), REOPENED):
        at = _stamp(stats, name)
        if name == own and (at is None or abs(at - told) > SLACK):
            return False
        if at is not None and at > told + SLACK:
            return False
    return True


def _stamp(stats: Raw, name: str) -> datetime | None:
    try:
        return parse_instant(stats.get(name))
    except InstantError:
        return None


def _id(number: int, at: datetime) -> str:
    return f"status:{number}:{at.strftime(STAMP)}"
