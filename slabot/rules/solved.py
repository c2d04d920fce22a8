"""When is a solved ticket reopened, and when is it closed for good?

Promise: feedback within the time to reopen takes the ticket back; a ticket on which the customer spoke after the
solve is never closed by slabot. A new solve starts the days anew. What is written on a closed ticket that stays closed
is told to a person.
"""

from __future__ import annotations

from datetime import datetime

from slabot.domain import SECOND, Actor, Category, Message, Noted, Rated, Severity, StatusChanged
from slabot.policy import Mode
from slabot.rules.case import Case
from slabot.rules.clocks import is_request
from slabot.rules.decision import Action, Kind, Refusal
from slabot.rules.guards import exempted
from slabot.rules.meanings import needs_nothing
from slabot.rules.plan import NO_PLAN, RulePlan
from slabot.rules.stays import AT_ONCE, Said
from slabot.rules.words import days_and_hours, quoted, stamp, when


def plan_solved(case: Case, severity: Severity) -> RulePlan:
    """What the rules for Solved want; nothing in any other category."""
    if case.category is not Category.SOLVED:
        return NO_PLAN
    solved_at, replies = _solve_and_replies(case)
    terms = case.policy.solved
    if not replies:
        if (rated := _bad_rating(case, solved_at)) is not None:
            said = f"the customer rated it {_rating(rated)} at {when(rated.at, case.policy.display_zone)}"
            held = f"{said}; it is not closed before somebody of support has written to it or changed it"
            return RulePlan(terms.mode, solved_at, held=(Refusal(Kind.AUTO_CLOSE, held),))
        if (exempt := exempted(case, case.policy.exempt.closing, severity)) is not None:
            return RulePlan(terms.mode, solved_at, held=(Refusal(Kind.AUTO_CLOSE, f"{exempt} from closing"),))
        return RulePlan(terms.mode, solved_at, (_close(case, solved_at),))
    in_time = next((said for said in replies if said.at - solved_at <= terms.reopen_within), None)
    if in_time is not None:
        return RulePlan(terms.mode, solved_at, (_reopen(case, solved_at, in_time.at),))
    late = _late_reply(case, solved_at, replies[0].at)
    told = any(isinstance(event, Noted) and event.key == late.key for event in case.events)
    return NO_PLAN if told else RulePlan(Mode.ACT, None, (late,))


def plan_closed(case: Case) -> RulePlan:
    """Tell a person, once, that the customer wrote on a closed ticket and the helpdesk left it closed."""
    start, closed = case.policy.start_from, case.stays[-1]
    if case.category is not Category.CLOSED or case.ended is not None or not is_request(case):
        return NO_PLAN
    looked = (event.at for event in case.events if event.by is Actor.AGENT)
    since = max(closed.since, start or closed.since, max(looked, default=closed.since))
    replies = (said for said in case.feedback if not needs_nothing(said.message, case.policy))
    reply = next((said for said in replies if said.at > since), None)
    if reply is None:
        return NO_PLAN
    zone, key = case.policy.display_zone, f"{case.ticket.reference}/note/closed_reply/{stamp(reply.at)}"
    if any(isinstance(event, Noted) and event.key == key for event in case.events):
        return NO_PLAN
    because = (
        f"the customer wrote at {when(reply.at, zone)}, after the ticket was closed at {when(closed.since, zone)}, and "
        "the helpdesk has not opened it again; no clock runs, so look at it and open it if there is something to do"
    )
    at = reply.at + AT_ONCE  # a helpdesk that opens it does so by then
    return RulePlan(Mode.ACT, None, (Action(kind=Kind.NOTE, mode=Mode.ACT, at=at, key=key, because=because),))


def plan_rating(case: Case) -> RulePlan:
    """Tell a person, once, of a bad rating or one with words."""
    if not case.category.ended or (rated := _bad_rating(case, case.stays[-1].since)) is None:
        return NO_PLAN
    start, is_closed = case.policy.start_from, case.category is Category.CLOSED
    if is_closed and (case.ended is not None or (start is not None and rated.at < start)):
        return NO_PLAN
    key = f"{case.ticket.reference}/note/rating/{stamp(rated.at)}"
    if any(isinstance(event, Noted) and event.key == key for event in case.events):
        return NO_PLAN
    what, then = "solved", "it is not closed until somebody of support has written to it or changed it"
    if is_closed:
        what, then = "closed", "nothing else follows from that, so look at it and open it if there is something to do"
    because = (
        f"the customer rated the {what} ticket {_rating(rated)} at {when(rated.at, case.policy.display_zone)}; {then}"
    )
    return RulePlan(Mode.ACT, None, (Action(kind=Kind.NOTE, mode=Mode.ACT, at=rated.at, key=key, because=because),))


def _bad_rating(case: Case, since: datetime) -> Rated | None:
    """The last rating since then that asks for a person who has not come yet: a bad one, or one with words."""
    rated: Rated | None = None
    for event in case.events:
        if event.at < since:
            continue
        if isinstance(event, Rated):
            rated = event if event.text or event.score.casefold().startswith("bad") else None
        elif event.by is Actor.AGENT and rated is not None and event.at > rated.at:
            rated = None
    return rated


def _rating(rated: Rated) -> str:
    return f"{rated.score}, and says {quoted(rated.text)}" if rated.text else rated.score


def _solve_and_replies(case: Case) -> tuple[datetime, list[Said]]:
    """When the ticket was last solved, and the feedback since."""
    stay = case.stays[-1]
    # Within one second messages come before the status, so what was said in the second of the solve came before it.
    feedback = {
        id(said.message): said
        for said in case.feedback
        if said.at > stay.since and not needs_nothing(said.message, case.policy)
    }
    solved_at, replies = stay.entered, list[Said]()
    for event in case.events:
        match event:
            case Message() if id(event) in feedback:
                replies.append(feedback[id(event)])
            case StatusChanged(to=Category.SOLVED) if replies:
                solved_at, replies = event.latest, []
            case _:
                pass
    return solved_at, replies


def _close(case: Case, solved_at: datetime) -> Action:
    terms = case.policy.solved
    since = when(solved_at, case.policy.display_zone)
    return Action(
        kind=Kind.AUTO_CLOSE,
        mode=terms.mode,
        at=solved_at + terms.close_after + SECOND,
        key=f"{case.ticket.reference}/auto_close/{stamp(solved_at)}",
        because=f"solved for more than {days_and_hours(terms.close_after)} without feedback, since {since}",
        facts=(("to", Category.CLOSED.value),),
    )


def _reopen(case: Case, solved_at: datetime, reply_at: datetime) -> Action:
    terms, zone = case.policy.solved, case.policy.display_zone
    return Action(
        kind=Kind.REOPEN,
        mode=terms.mode,
        at=reply_at,
        key=f"{case.ticket.reference}/reopen/{stamp(solved_at)}",
        because=(
            f"the customer replied at {when(reply_at, zone)}, within {days_and_hours(terms.reopen_within)} "
            f"of the solve at {when(solved_at, zone)}"
        ),
        facts=(("to", Category.PENDING.value),),
    )


def _late_reply(case: Case, solved_at: datetime, reply_at: datetime) -> Action:
    terms, zone = case.policy.solved, case.policy.display_zone
    return Action(
        kind=Kind.NOTE,
        mode=Mode.ACT,
        at=reply_at,
        key=f"{case.ticket.reference}/note/late_reply/{stamp(reply_at)}",
        because=(
            f"the customer replied at {when(reply_at, zone)}, more than {days_and_hours(terms.reopen_within)} after "
            f"the solve at {when(solved_at, zone)}, and the ticket is not closed; it stays solved until a person "
            "decides"
        ),
    )
