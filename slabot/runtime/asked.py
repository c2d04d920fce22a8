"""Read what people are asked and nobody has answered yet.

Promise: a question is listed as long as the rules say that it waits, and no longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from slabot.domain import Ticket
from slabot.rules import Decision
from slabot.rules.questions import TicketQuestion
from slabot.rules.replies import questions_of
from slabot.store import StoredTicket, asked, tickets
from slabot.store.asked import SentTo


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """A question that waits for an answer.

    Attributes:
        to: whom it was sent to.
    """

    ticket: Ticket
    question: TicketQuestion
    to: Sequence[SentTo]


def waiting_questions(conn: Connection, decide: Callable[[StoredTicket], Decision]) -> list[WaitingQuestion]:
    """Every question that waits: what presses first, then the oldest."""
    found = []
    for helpdesk, ticket_id in asked.candidates(conn):
        stored = tickets.load(conn, helpdesk, ticket_id)
        if stored is None:
            continue
        for question in questions_of(decide(stored)):
            if question.waits:
                to = asked.sent_to(conn, helpdesk, ticket_id, question.label)
                found.append(WaitingQuestion(stored.ticket, question, to))
    return sorted(found, key=lambda each: (each.question.due is None, each.question.due or each.question.since))
