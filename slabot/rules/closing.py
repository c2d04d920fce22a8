"""When does a closing word of the customer solve the ticket?

Promise: only where the file says so, the customer has the last word and says no more than that all is well, and nobody
has done anything since. The words are quoted, and the act can be undone.
"""

from __future__ import annotations

from slabot.domain import Actor, Category
from slabot.judgement import Reply
from slabot.policy import Mode
from slabot.rules.case import Case
from slabot.rules.decision import Action, Kind
from slabot.rules.meanings import quote_of, reply_of
from slabot.rules.plan import NO_PLAN, RulePlan
from slabot.rules.stays import Said
from slabot.rules.voices import Voice
from slabot.rules.words import stamp, when

_BEFORE = (Category.PENDING, Category.WAITING_ON_CUSTOMER)


def closing_word(case: Case) -> Said | None:
    """The closing word that stands unanswered; None where there is none, or the file does not go by it."""
    replies = case.policy.replies
    if replies.mode is not Mode.ACT or not replies.solve_on_closing_word or case.category not in _BEFORE:
        return None
    last = next((said for said in reversed(case.said) if _is_of_people(said)), None)
    if last is None or last.voice is not Voice.CUSTOMER or last.at <= case.ticket.created_at or not case.answers:
        return None
    if reply_of(last.message, case.policy) is not Reply.CLOSING_WORD:
        return None
    return None if any(event.by is Actor.AGENT and event.at > last.at for event in case.events) else last


def plan_closing_word(case: Case) -> RulePlan:
    """Solve a ticket of which the customer says that it may be closed."""
    last = closing_word(case)
    if last is None:
        return NO_PLAN
    mode, at = case.policy.waiting.mode, when(last.at, case.policy.display_zone)
    said = f", and says {quote_of(last.message)}" if last.message.text else ""
    action = Action(
        kind=Kind.SET_CATEGORY,
        mode=mode,
        at=last.at,
        key=f"{case.ticket.reference}/set_category/closing_word/{stamp(last.at)}",
        because=f"the customer wrote a closing word at {at}{said}; it is set to Solved",
        facts=(("to", Category.SOLVED.value),),
    )
    return RulePlan(mode, last.at, (action,))


def _is_of_people(said: Said) -> bool:
    return said.voice is Voice.CUSTOMER or (said.voice is Voice.AGENT and said.message.public)
