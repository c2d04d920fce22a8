"""When did the ticket come to its present status, and what was it before?

Promise: Freshdesk keeps no history of statuses, so each reading tells of the present one, under an id that is the same
however often it is read. Where the ticket's `stats` agree with each other, the time is Freshdesk's own and exact;
where they do not, it is the ticket's last change by Freshdesk's clock, marked with when slabot saw it, and rules that
cannot be undone count from the later of the two.

The stats agree if `status_updated_at` lies in the ticket's life, the status's own stamp (`resolved_at`, `closed_at`,
`pending_since`) is there and says the same, and no other stamp is later. A status between two readings is not seen,
but for the last solve, the last close and the last reopening, of which there are stamps: a ticket that a reply opened
again shows that it had been closed, and one that was solved twice is not taken for one that was solved long ago.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from adapters.freshdesk.statuses import CLOSED, OPEN, PENDING, RESOLVED, StatusMap
from adapters.http.fields import Raw, ident, mapping
from slabot.domain import Actor, InstantError, StatusChanged, parse_instant

SLACK = timedelta(seconds=2)  # between stamps that Freshdesk sets in one go
CHANGED, REOPENED = "status_updated_at", "reopened_at"
OWN = {RESOLVED: "resolved_at", CLOSED: "closed_at", PENDING: "pending_since"}
STAMP = "%Y-%m-%dT%H:%M:%SZ"


def read_moves(
    ticket: Raw, number: int, statuses: StatusMap, *, created: datetime, updated: datetime, seen_at: datetime
) -> tuple[StatusChanged, ...]:
    """The move to the present status, the last; before it the solve, the close and the reopening that are told.

    Raises:
        UnmappedStatus: the policy does not map the present status.
    """
    stats = mapping(ticket.get("stats"))
    category = statuses.category(number, assigned=is_assigned(ticket))
    told = _stamp(stats, CHANGED)
    if told is None or not _agree(stats, number, told, created=created, updated=updated):
        at = max(created, updated, told or updated)
        # Behind everything else of its second: it is what was seen last.
        unsure = StatusChanged(
            at=at, by=Actor.SYSTEM, id=status_id(number, at), seq=1, to=category, observed_at=max(at, seen_at)
        )
        return (unsure,)
    at = max(told, created)
    arrived = StatusChanged(at=at, by=Actor.SYSTEM, id=status_id(number, at), to=category)
    before = (move for move in _before(stats, statuses) if created < move.at < at - SLACK)
    return (*sorted(before, key=lambda move: move.at), arrived)


def is_assigned(ticket: Raw) -> bool:
    """True if an agent has the ticket."""
    return ident(ticket.get("responder_id")) is not None


def status_id(number: int, at: datetime) -> str:
    """The id of a move to a status."""
    return f"status:{number}:{at.strftime(STAMP)}"


def reopening_id(at: datetime) -> str:
    """The id of a move back to Open."""
    return f"reopened:{at.strftime(STAMP)}"


def _before(stats: Raw, statuses: StatusMap) -> Iterator[StatusChanged]:
    """What the stamps tell of earlier statuses. A close without a solve before it sets both stamps in one go."""
    resolved, closed, reopened = (_stamp(stats, name) for name in (OWN[RESOLVED], OWN[CLOSED], REOPENED))
    if resolved is not None and closed is not None and abs(closed - resolved) <= SLACK:
        resolved = None
    for number, at in ((RESOLVED, resolved), (CLOSED, closed), (OPEN, reopened)):
        to = statuses.find(number)
        if at is not None and to is not None:
            named = reopening_id(at) if number == OPEN else status_id(number, at)
            yield StatusChanged(at=at, by=Actor.SYSTEM, id=named, to=to)


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
