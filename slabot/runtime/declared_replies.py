"""Write down that somebody said what a message of the customer was.

Promise: only a message of the customer's can be said to be automatic or an answer, and never the request itself; what
changes nothing is refused, and then nothing is written.
"""

from __future__ import annotations

from sqlalchemy import Connection

from slabot.channels.slack.click_texts import declared_reply
from slabot.domain import Message, ReplyDeclared, ReplyIs, SlabotError
from slabot.domain.suggestions import suggestion
from slabot.rules import Decision
from slabot.rules.voices import Voice
from slabot.rules.words import stamp
from slabot.runtime.declaring import Declaring
from slabot.store import LedgerEvent, StoredTicket, ledger, looks, tickets


def customers_messages(decision: Decision) -> list[Message]:
    """What the customer wrote after the request, or a machine in their name, the oldest first."""
    case = decision.case
    if case is None:
        return []
    return [
        said.message
        for said in case.said
        if said.at > case.ticket.created_at
        and (said.voice is Voice.CUSTOMER or (said.message.auto_reply and said.voice is Voice.NOBODY))
    ]


def declare_reply(
    conn: Connection, declaring: Declaring, stored: StoredTicket, reply: ReplyIs, message_id: str | None
) -> ReplyDeclared:
    """Say what a message was.

    Args:
        conn: of a `Store.write`.
        declaring: for one person.
        stored: the ticket, locked.
        reply: what it was.
        message_id: which; None for the customer's last one.

    Raises:
        SlabotError: there is no such message, or nothing would change.
    """
    decision = declaring.decided(stored)
    message, case = _message(customers_messages(decision), message_id), decision.case
    assert case is not None, "a stored ticket was read"
    before = case.reply_is(message)
    if before is reply or (before is None and reply is ReplyIs.UNSAID):
        said = "nobody has said what it was" if before is None else f"it was said to be {reply.value} already"
        raise SlabotError(f"message {message.id}: {said}", "nothing was changed")
    number = sum(isinstance(event, ReplyDeclared) for event in stored.timeline) + 1
    event = ReplyDeclared(
        at=declaring.now,
        by_id=declaring.by,
        id=f"reply:{message.id}:{stamp(declaring.now)}:{number}",
        seq=number,
        of=message.id,
        reply=reply,
    )
    helpdesk, ticket_id = stored.ticket.helpdesk, stored.ticket.id
    tickets.append_event(conn, helpdesk, ticket_id, event)
    text = declared_reply(declaring.by, reply)
    ledger.write(conn, declaring.now, LedgerEvent.REPLY_DECLARED, text, helpdesk, ticket_id, event.id)
    tickets.next_generation(conn, helpdesk, ticket_id)
    looks.postpone(conn, helpdesk, ticket_id, declaring.now)  # the running slabot does what follows
    return event


def _message(messages: list[Message], message_id: str | None) -> Message:
    with_id = {message.id: message for message in messages if message.id}
    if not with_id:
        raise SlabotError("the customer has written nothing but the request", "there is nothing to say of it")
    if message_id is None:
        return list(with_id.values())[-1]
    if message_id not in with_id:
        known = list(with_id)
        raise SlabotError(
            f'the customer has written no message "{message_id}"',
            f"there are {', '.join(known[-5:])}{suggestion(message_id, known)}",
        )
    return with_id[message_id]
