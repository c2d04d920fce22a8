"""Plan a question to a language model.

Promise: at most one about the same texts of a ticket, since its key is a digest of them. It waits in a lane of its own,
which nothing else waits for.
"""

from __future__ import annotations

from datetime import datetime

from slabot.policy import FIRST_RESPONSE
from slabot.rules import Decision
from slabot.rules.model_question import question_due
from slabot.runtime.parts import Parts
from slabot.store import OutboxRow, StoredTicket
from slabot.store.model_work import AskModel

TO = "model"  # the address of all questions: they are asked one after the other


def question_to_ask(parts: Parts, stored: StoredTicket, decision: Decision, now: datetime) -> list[OutboxRow]:
    """The work of asking a model about a ticket; none where it is not to be asked."""
    digest = question_due(parts.policy, decision, now)
    if digest is None:
        return []
    clock = decision.clock(FIRST_RESPONSE)
    row = OutboxRow(
        key=f"{stored.ticket.reference}/model/{digest}",
        work=AskModel(digest),
        helpdesk=stored.ticket.helpdesk,
        ticket_id=stored.ticket.id,
        channel=TO,
        rank=parts.policy.rank(decision.severity.severity),
        urgency=now if clock is None or clock.due_at is None else clock.due_at,
        not_before=now,
        created_at=now,
    )
    return [row]
