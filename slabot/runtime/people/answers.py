"""Take the answer to a question that was clicked in Slack.

Promise: one click answers, and the answer is an event of the ticket from then on. Of two answers the first counts; what
was settled otherwise stays, and whoever clicks reads by what. The same click arriving twice counts once, and what the
policy restricts to certain people is done only once it is known that the user is one of them. No outside service is
asked here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from slabot.channels.slack import click_texts
from slabot.channels.slack.interactions import Click
from slabot.channels.slack.message import Button
from slabot.channels.slack.mrkdwn import Mrkdwn, Plain
from slabot.domain import Actor, AnyEvent, ReplyDeclared, ReplyIs, SeverityChanged
from slabot.messages import question_text
from slabot.messages.question_view import named_question
from slabot.messages.styles import Style
from slabot.policy import Permission
from slabot.rules import Decision
from slabot.rules.questions import End, TicketQuestion, Topic
from slabot.rules.triage import doubt_text
from slabot.runtime.delivery.severity import owe_severity
from slabot.runtime.evaluation import evaluate
from slabot.runtime.parts import Parts, brings_work
from slabot.runtime.people.outcomes import Answer, Outcome, Restricted
from slabot.runtime.refresh import question_of, question_view
from slabot.store import LedgerEvent, StoredTicket, ledger, tickets
from slabot.store.work import ChooseSeverity


def owe_choice(
    conn: Connection, clicked: Click, event: SeverityChanged, label: str, helpdesk: str, ticket_id: str
) -> None:
    """Put the choice of a severity into the outbox, for the helpdesk.

    Args:
        conn: of a `Parts.write`.
        clicked: what somebody did.
        event: the choice.
        label: of the clock or the question on whose message it was made.
        helpdesk: of the ticket, by its name in the policy.
        ticket_id: its number there.
    """
    chosen = ChooseSeverity(
        clock=label,
        user_id=clicked.user_id,
        user_name=clicked.user_name or clicked.user_id,
        channel=clicked.channel,
        severity=event.to,
        reason=event.reason,
    )
    owe_severity(conn, chosen, click_id=clicked.id, helpdesk=helpdesk, ticket_id=ticket_id, now=event.at)


@dataclass(frozen=True, slots=True)
class ClickedQuestion:
    """One click on a question, in one transaction.

    Attributes:
        conn: of a `Parts.write`.
        label: of the question.
    """

    conn: Connection
    parts: Parts
    clicked: Click
    helpdesk: str
    ticket_id: str
    label: str
    now: datetime

    def outcome(self, cleared: Permission | None) -> Outcome:
        """Do what it asks for."""
        tickets.lock(self.conn, self.helpdesk, self.ticket_id)
        stored = tickets.load(self.conn, self.helpdesk, self.ticket_id)
        if stored is None:
            return Answer(click_texts.unknown_page())
        if any(event.id == self.clicked.id for event in stored.timeline):
            return Answer()  # it came before
        decision = self.parts.decide(stored, self.now)
        question = question_of(decision, self.label)
        if question is None or question.topic is not _TOPICS.get(self.clicked.action):
            return self._refused(lambda _: click_texts.unknown_page())
        if (refusal := self._refusal(stored, decision, question)) is not None:
            return refusal
        permission = self.parts.policy.permission_for(self.clicked.action.act, question.severity)
        if permission is not None and permission != cleared:
            return Restricted(permission, question.severity)
        return self._do(question)

    def _refusal(self, stored: StoredTicket, decision: Decision, question: TicketQuestion) -> Answer | None:
        """Why it comes too late, if it does; empty where it says what was said already."""
        answer, known = self.clicked.answer, question.outcome
        said = known is not None and known.end is End.SAID
        match question.topic:
            case Topic.SEVERITY if answer not in self.parts.policy.severities:
                return self._refused(lambda style: click_texts.unknown_answer(answer, style))
            case Topic.REPLY if answer not in set(ReplyIs):
                return self._refused(lambda _: click_texts.unknown_page())
            case Topic.REPLY if answer == ReplyIs.UNSAID:
                return None if said else Answer()
            case _ if known is None:
                return None
            case _:
                pass
        if said and known.value == answer:
            return Answer()
        names = self.parts.agent_names.known(self.helpdesk)
        view = named_question(question_view(self.parts, stored, decision, self.label), names)
        return self._refused(lambda style: click_texts.question_over(question_text.over(view, known, style)))

    def _do(self, question: TicketQuestion) -> Answer:
        clicked, who = self.clicked, self.clicked.user_name or self.clicked.user_id
        event: AnyEvent
        if question.topic is Topic.REPLY:
            reply = ReplyIs(clicked.answer)
            event = ReplyDeclared(
                at=self.now, by_id=clicked.user_id, id=clicked.id, of=question.message_id, reply=reply
            )
            name, text = LedgerEvent.REPLY_DECLARED, click_texts.declared_reply(who, reply)
        else:
            severity, reason = clicked.answer, f"asked in triage, since {doubt_text(question)}"
            event = SeverityChanged(
                at=self.now, by=Actor.AGENT, by_id=clicked.user_id, id=clicked.id, to=severity, reason=reason
            )
            name, text = LedgerEvent.TRIAGE_ANSWERED, click_texts.chose(who, severity, question.severity, reason)
        if not tickets.append_event(self.conn, self.helpdesk, self.ticket_id, event):
            return Answer()
        tickets.next_generation(self.conn, self.helpdesk, self.ticket_id)
        if isinstance(event, SeverityChanged):
            owe_choice(self.conn, clicked, event, self.label, self.helpdesk, self.ticket_id)
        ledger.write(self.conn, self.now, name, text, self.helpdesk, self.ticket_id, clicked.id)
        evaluate(self.conn, self.parts, self.helpdesk, self.ticket_id, now=self.now)
        brings_work(self.conn)
        return Answer()

    def _refused(self, message: Callable[[Style], str]) -> Answer:
        who, zone = self.clicked.user_name or self.clicked.user_id, self.parts.policy.display_zone
        text = click_texts.changed_nothing(who, self.clicked.action.act, message(Plain(zone)))
        event = LedgerEvent.PAGE_CLICK_REFUSED
        ledger.write(self.conn, self.now, event, text, self.helpdesk, self.ticket_id, self.clicked.id)
        return Answer(message(Mrkdwn(zone)))


_TOPICS = {Button.TRIAGE: Topic.SEVERITY, Button.REPLY: Topic.REPLY}
