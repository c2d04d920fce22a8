"""Write into the ledger what a person will want to know later about a ticket's history.

Promise: a gap in what slabot can see is told when it appears and when it is over, and once each; so is another
requester or organisation, an answer that was hidden or shown afterwards, and a bad rating, if it happened since slabot
first read the ticket. No text of a customer's stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from slabot.domain import (
    Actor,
    AnyEvent,
    Gap,
    Message,
    OrganizationChanged,
    PrivacyChanged,
    Rated,
    RequesterChanged,
    Timeline,
)
from slabot.policy import Policy
from slabot.rules.words import stamp, when
from slabot.store import LedgerEvent
from slabot.store.decisions import KnownTicket
from slabot.store.ledger import LedgerEntry

GOOD = "good"  # the score of a rating that nobody has to look at


def gaps(policy: Policy, known: KnownTicket, now: datetime) -> Iterator[LedgerEntry]:
    """Gaps that appeared, and those that are over."""
    ticket = known.stored.ticket
    about = (ticket.helpdesk, ticket.id)
    present = {f"{ticket.reference}/gap/{stamp(gap.since)}": gap for gap in ticket.gaps}
    for key, gap in present.items():
        if (LedgerEvent.TICKET_GAP.value, key) not in known.told:
            yield LedgerEntry(now, LedgerEvent.TICKET_GAP, _gap(gap, policy), *about, key)
    for event, key in sorted(known.told):
        over = (LedgerEvent.TICKET_GAP_OVER.value, key)
        if event == LedgerEvent.TICKET_GAP.value and key not in present and over not in known.told:
            text = "slabot can see again all that was said on the ticket, and goes by it"
            yield LedgerEntry(now, LedgerEvent.TICKET_GAP_OVER, text, *about, key)


def _gap(gap: Gap, policy: Policy) -> str:
    since, why = when(gap.since, policy.display_zone), gap.why
    if gap.until is not None:
        since = f"{since} until {when(gap.until, policy.display_zone)}"
    return (
        f"slabot cannot see whether this was answered: {why} (from {since}). Pages leave at their time and say so, and "
        "nothing is written to the ticket; look there yourself"
    )


def changes(policy: Policy, known: KnownTicket) -> Iterator[LedgerEntry]:
    """Changes that a person will want to know of, since the ticket was first read."""
    ticket, timeline = known.stored.ticket, known.stored.timeline
    first = min(
        (event.as_first_read for event in _messages(timeline) if event.as_first_read), default=ticket.created_at
    )
    for event in timeline:
        if event.latest < first or (told := _told(event, timeline, policy)) is None:
            continue
        name, text = told
        key = f"{ticket.reference}/{name.value}/{event.id or stamp(event.at)}"
        if (name.value, key) not in known.told:
            yield LedgerEntry(event.latest, name, text, ticket.helpdesk, ticket.id, key)


def _messages(timeline: Timeline) -> Iterator[Message]:
    return (event for event in timeline if isinstance(event, Message))


def _told(event: AnyEvent, timeline: Timeline, policy: Policy) -> tuple[LedgerEvent, str] | None:
    """The name and the words of what is told about an event; None where nothing is."""
    noticed = "" if event.observed_at is None else "; it was noticed then, and may have happened before"
    match event:
        case RequesterChanged():
            who = "nobody is the requester any more" if event.to is None else f"the requester is now {event.to}"
            text = f"{who}{noticed}. What was said before still counts as it did"
            return LedgerEvent.TICKET_REQUESTER_CHANGED, text
        case OrganizationChanged():
            whose = "no organisation" if event.to is None else f"the organisation {event.to}"
            return LedgerEvent.TICKET_ORGANIZATION_CHANGED, f"the ticket now belongs to {whose}{noticed}"
        case PrivacyChanged():
            return _privacy(event, timeline, policy)
        case Rated() if event.score != GOOD:
            words = ", and wrote something with it" if event.text else ""
            return LedgerEvent.TICKET_RATED, f"the customer rated the ticket {event.score}{words}; look at it there"
        case _:
            return None


def _privacy(event: PrivacyChanged, timeline: Timeline, policy: Policy) -> tuple[LedgerEvent, str] | None:
    """Of an answer only: nobody goes by whether a customer's own words or a note were shown."""
    answer = next((message for message in _messages(timeline) if message.id == event.of), None)
    if answer is None or answer.by is not Actor.AGENT:
        return None
    was = "public" if answer.public else "an internal note"
    done = "shown to the customer" if event.public else "hidden from the customer"
    sent = when(answer.at, policy.display_zone)
    text = f"a message by support of {sent} was {done} afterwards. It counts as it was when it was sent: {was}"
    return LedgerEvent.TICKET_PRIVACY_CHANGED, text
