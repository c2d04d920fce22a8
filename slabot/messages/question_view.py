"""The content of a question to people, as values, and how it is taken from a decision.

Promise: a view holds everything that a question says and nothing that it does not; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from slabot.domain import Ticket, Timeline
from slabot.messages.compose import person_of
from slabot.messages.view import Who
from slabot.policy import Policy
from slabot.rules.decision import Decision
from slabot.rules.questions import End, TicketQuestion, Topic


@dataclass(frozen=True, slots=True)
class Choice:
    """A severity that can be chosen.

    Attributes:
        means: its definition in the policy.
        priority: the helpdesk's own that says the same; None where the policy names none.
        likely: True where what is known leaves it open.
    """

    name: str
    means: str
    priority: str | None
    likely: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One question about a ticket, as people read it. Instants are aware.

    Attributes:
        key: what its buttons carry.
        generation: of the ticket when this was written.
        ticket: the helpdesk's own number.
        question: with its outcome, if it has one.
        choices: the severities, the most severe first; none for a reply.
        who: whose word settled it; None where nobody's did.
        at: when this was written.
        zone: of times where Slack does not show each reader their own.
        repeat: True if an earlier copy may have arrived.
        reminder: which reminder this is; 0 for the question itself.
        mentions: who is called, in Slack's markup.
        off_call: rotas that name nobody now.
        in_slack: True where people can press buttons.
    """

    key: str
    generation: int
    helpdesk: str
    ticket: str
    url: str | None
    subject: str
    organization: str | None
    requester: str | None
    question: TicketQuestion
    choices: tuple[Choice, ...]
    who: Who | None
    at: datetime
    zone: ZoneInfo
    repeat: bool = False
    reminder: int = 0
    mentions: tuple[str, ...] = ()
    off_call: tuple[str, ...] = ()
    several_helpdesks: bool = False
    in_slack: bool = True


def compose_question(
    *, ticket: Ticket, timeline: Timeline, policy: Policy, decision: Decision, question: TicketQuestion, generation: int
) -> QuestionView:
    """The view of a question; agents are not named yet.

    Args:
        ticket: as it was at its creation.
        timeline: what happened since.
        policy: the rules in force.
        decision: at the time of writing.
        question: one of the decision's.
        generation: of the ticket.
    """
    requester = timeline.requester(ticket.requester)
    choices = [
        Choice(name, terms.means, terms.priority, name in question.between) for name, terms in policy.severities.items()
    ]
    return QuestionView(
        key=f"{ticket.reference}/{question.label}",
        generation=generation,
        helpdesk=ticket.helpdesk,
        ticket=ticket.id,
        url=ticket.url,
        subject=ticket.subject,
        organization=None if requester is None else requester.organization,
        requester=None if requester is None else requester.email,
        question=question,
        choices=tuple(choices) if question.topic is Topic.SEVERITY else (),
        who=_who(question),
        at=decision.now,
        zone=policy.display_zone,
        several_helpdesks=len(policy.helpdesks) > 1,
        in_slack=policy.slack is not None,
    )


def _who(question: TicketQuestion) -> Who | None:
    outcome = question.outcome
    if outcome is None or outcome.by_id is None or outcome.end is not End.SAID:
        return None
    who = person_of(outcome.by_id)
    if question.topic is Topic.REPLY and who.slack_id is None:
        return Who(outcome.by_id)  # of a command, the name that was given
    return who


def named_question(view: QuestionView, names: Mapping[str, str]) -> QuestionView:
    """The view with the agent's name in it, as far as it is known."""
    who = view.who
    if who is None or who.agent_id is None:
        return view
    return replace(view, who=replace(who, name=names.get(who.agent_id)))
