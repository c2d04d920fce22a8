"""Tell people when a customer writes on a ticket that was merged.

Promise: no clock runs on such a ticket, so a person is told, once for each message that came since slabot's start.
"""

from __future__ import annotations

from sqlalchemy import Connection

from adapters.base import Snapshot
from slabot.domain import Deleted, MarkedSpam, Merged, Message, Restored, Timeline
from slabot.rules.case import read_case
from slabot.rules.voices import Voice
from slabot.rules.words import when
from slabot.runtime.delivery.alerts import owe_alert
from slabot.runtime.parts import Parts
from slabot.store import LedgerEvent, ledger


def tell_of_merged(conn: Connection, parts: Parts, snapshot: Snapshot) -> None:
    """Write down what was said after the merge, and owe people an alert about it."""
    timeline, ending = Timeline.of(snapshot.events), None
    if not any(isinstance(event, Merged) for event in timeline):
        return
    said = read_case(snapshot.ticket, parts.policy, timeline).said
    of_the_customer = {id(each.message) for each in said if each.voice is Voice.CUSTOMER}
    for event in timeline:
        match event:
            case Merged() | Deleted() | MarkedSpam() | Restored():
                ending = event
            case Message() if isinstance(ending, Merged) and id(event) in of_the_customer:
                _tell(conn, parts, snapshot, ending, event)
            case _:
                pass


def _tell(conn: Connection, parts: Parts, snapshot: Snapshot, ending: Merged, message: Message) -> None:
    ticket, now = snapshot.ticket, parts.now()
    start = parts.policy.start_from
    if start is not None and message.at < start:
        return
    into = "another ticket" if ending.into is None else f"{ticket.helpdesk}/{ending.into}"
    said = when(message.at, parts.policy.display_zone)
    text = f"it was merged into {into}, and somebody of the customer's side wrote on it afterwards, at {said}"
    key = f"{ticket.reference}/after_merge/{message.id}"
    event = LedgerEvent.TICKET_WRITTEN_AFTER_MERGE
    if not ledger.write(conn, now, event, f"{text}; no clock runs here", ticket.helpdesk, ticket.id, key):
        return
    told = (
        f"ticket {ticket.reference}: {text}. No clock runs on a ticket that was merged, so nobody is paged about it. "
        f"Look at it in the helpdesk, and go on in {into} or open it again."
    )
    owe_alert(conn, parts, f"merged/{ticket.reference}/{message.id}", told, now)
