"""When is a ticket in Waiting on Customer followed up, given up or taken back?

Promise: nobody is reminded and nothing is solved while the last public word is the customer's. Follow-ups count
only what was really sent after the question of this round. Feedback ends the wait. Where slabot sends no follow-ups, it
solves only what people have followed up as often.
"""

from __future__ import annotations

from datetime import datetime

from slabot.calendars import Calendar
from slabot.domain import SECOND, Category, Severity, Would
from slabot.policy import Mode
from slabot.policy.follow_up_plan import follow_up_times
from slabot.rules.case import Case
from slabot.rules.closing import closing_word
from slabot.rules.decision import Action, Kind, Refusal, Round
from slabot.rules.guards import exempted
from slabot.rules.plan import NO_PLAN, RulePlan
from slabot.rules.stays import Said
from slabot.rules.voices import Voice
from slabot.rules.words import days_and_hours, stamp, when

ANNOUNCES, NOTHING = "announces", "nothing"  # a fact of follow-ups to tickets that are exempt from solving


def waiting_round(case: Case) -> Round | None:
    """The present round; None outside Waiting on Customer and while the last word is the customer's."""
    if case.category is not Category.WAITING_ON_CUSTOMER or _last_word_is_customers(case):
        return None
    return _round(case, case.stays[-1].entered, _answers(case))


def plan_waiting(case: Case, turn: Round | None, severity: Severity, now: datetime) -> RulePlan:
    """What the rules for Waiting on Customer want, in time order; nothing in any other category."""
    if turn is not None:
        return _silence(case, turn, severity, now)
    if closing_word(case) is not None:
        return NO_PLAN  # it ends the wait in its own way
    answers = _answers(case) if case.category is Category.WAITING_ON_CUSTOMER else []
    return _end_of_wait(case, answers[-1]) if answers else NO_PLAN


def _answers(case: Case) -> list[Said]:
    """The customer's feedback since the ticket is in its present category; the request itself answers nothing."""
    since, created = case.stays[-1].since, case.ticket.created_at
    return [said for said in case.feedback if said.at >= since and said.at > created]


def _last_word_is_customers(case: Case) -> bool:
    """True unless an agent has said something in public since the customer's last feedback.

    slabot's own follow-ups are no word of support here: one that crossed an answer on its way must not hide it.
    """
    agents, feedback = case.answers, case.feedback
    if not agents:
        return True
    return bool(feedback) and case.said.index(feedback[-1]) > case.said.index(agents[-1])


def _end_of_wait(case: Case, answer: Said) -> RulePlan:
    zone = case.policy.display_zone
    return RulePlan(
        mode=case.policy.waiting.mode,
        since=case.stays[-1].entered,
        certain=(
            Action(
                kind=Kind.SET_CATEGORY,
                mode=case.policy.waiting.mode,
                at=answer.at,
                key=f"{case.ticket.reference}/set_category/{stamp(answer.at)}",
                because=f"the customer answered at {when(answer.at, zone)}, so the wait is over and support is next",
                facts=(("to", Category.PENDING.value),),
            ),
        ),
    )


def _round(case: Case, entered: datetime, answers: list[Said]) -> Round:
    questions = case.answers
    if answers:
        last = answers[-1]
        place = case.said.index(last)
        began = next(said.at for said in questions if case.said.index(said) > place)
        since, ask = max(entered, last.at), began
    else:
        began = since = entered
        ask = _question(case, [said.at for said in questions], entered)
    if ask - since > case.policy.waiting.follow_up_spacing:
        # Nobody can have waited for an answer before the question; close to it, the agreement's wording stands.
        since = ask
    return Round(began, since, ask, _counted(case, ask, began))


def _question(case: Case, spoken: list[datetime], entered: datetime) -> datetime:
    """The last public agent message up to the entry, else the first after it.

    One that follows the entry within the spacing belongs to it: the status was set first, the question a minute later.
    """
    spacing = case.policy.waiting.follow_up_spacing
    soon_after = [at for at in spoken if entered < at < entered + spacing]
    before = [at for at in spoken if at <= entered]
    if soon_after and not (before and entered - before[-1] < spacing):
        return soon_after[0]
    return before[-1] if before else spoken[0]


def _counted(case: Case, ask: datetime, began: datetime) -> tuple[datetime, ...]:
    """Public messages of this round after the ask, each at least the spacing after the one before it, or the ask."""
    waiting = case.policy.waiting
    ours = [said.at for said in case.said if said.message.public and said.voice in (Voice.AGENT, Voice.SLABOT)]
    if waiting.mode is not Mode.ACT:
        # What slabot would have sent counts for the rest of what it would have done.
        prefix = f"{case.ticket.reference}/follow_up/{stamp(began)}/"
        ours.extend(event.at for event in case.events if isinstance(event, Would) and event.key.startswith(prefix))
    counted: list[datetime] = []
    last = ask
    for at in sorted(ours):
        if at > max(ask, began) and at - last >= waiting.follow_up_spacing:
            counted.append(at)
            last = at
    return tuple(counted)


def _silence(case: Case, turn: Round, severity: Severity, now: datetime) -> RulePlan:
    waiting, calendar, sent = case.policy.waiting, case.policy.waiting_calendar, turn.follow_ups
    all_sent, exempt = len(sent) >= waiting.follow_ups, case.policy.exempt
    unasked = None if all_sent else exempted(case, exempt.follow_ups, severity)
    unsolved = exempted(case, exempt.solving, severity)
    held = _held(case, unasked, unsolved)
    if unasked is not None or (all_sent and unsolved is not None):
        return RulePlan(waiting.mode, turn.waiting_since, held=held)
    since = when(turn.waiting_since, case.policy.display_zone)
    enough = f"{waiting.follow_ups} follow-ups without feedback since {since}, and {waiting.grace} more"
    too_long = f"no feedback for more than {days_and_hours(waiting.or_after)}, since {since}"
    given_up = _solve(case, turn, turn.waiting_since + waiting.or_after + SECOND, too_long)

    def after_grace(last: datetime) -> Action:
        return _solve(case, turn, calendar.next_open(calendar.due(last, waiting.grace)), enough)

    def reminder(number: int, at: datetime) -> Action:
        return _follow_up(case, turn, number, _in_hours(calendar, at, now), since, solves=unsolved is None)

    if all_sent:
        certain = [after_grace(sent[waiting.follow_ups - 1]), given_up]
        certain.sort(key=lambda action: action.at)
        return RulePlan(waiting.mode, turn.waiting_since, tuple(certain))

    def planned(most: int) -> tuple[datetime, ...]:
        return follow_up_times(
            calendar,
            turn.waiting_since,
            on_business_days=waiting.on_business_days[:most],
            spacing=waiting.follow_up_spacing,
            ask=turn.ask,
            sent=sent,
        )[len(sent) :]

    def expected() -> tuple[Action, ...]:
        times = planned(waiting.follow_ups)
        rest = [reminder(number, at) for number, at in enumerate(times[1:], len(sent) + 2)]
        return (*rest, after_grace(times[-1])) if unsolved is None else tuple(rest)

    certain = [reminder(len(sent) + 1, planned(len(sent) + 1)[0]), *([given_up] if unsolved is None else [])]
    certain.sort(key=lambda action: action.at)
    return RulePlan(waiting.mode, turn.waiting_since, tuple(certain), expected, held)


def _held(case: Case, unasked: str | None, unsolved: str | None) -> tuple[Refusal, ...]:
    """What exemptions keep slabot from.

    Args:
        case: the ticket.
        unasked: why slabot sends no follow-ups; None where it does, or where all were sent.
        unsolved: why slabot never solves it; None where it does.
    """
    solve = f"{unsolved} from solving"
    if unasked is None:
        return () if unsolved is None else (Refusal(Kind.AUTO_SOLVE, solve),)
    if unsolved is None:
        # Nobody tells the customer that silence ends it, so time alone must not.
        terms = case.policy.waiting
        solve = (
            f"{unasked} from follow-ups, so the customer is not told that {days_and_hours(terms.or_after)} without an "
            f"answer end it; it is solved only after {terms.follow_ups} follow-ups by people"
        )
    return Refusal(Kind.FOLLOW_UP, f"{unasked} from follow-ups"), Refusal(Kind.AUTO_SOLVE, solve)


def _in_hours(calendar: Calendar, at: datetime, now: datetime) -> datetime:
    """A reminder that is late waits for the next opening, where support is closed by now."""
    return calendar.next_open(now) if at <= now and not calendar.is_open(now) else at


def _follow_up(case: Case, turn: Round, number: int, at: datetime, since: str, *, solves: bool) -> Action:
    waiting = case.policy.waiting
    day = waiting.on_business_days[number - 1]
    return Action(
        kind=Kind.FOLLOW_UP,
        mode=waiting.mode,
        at=at,
        key=f"{case.ticket.reference}/follow_up/{stamp(turn.began)}/{number}",
        because=(
            f"no feedback since {since}: follow-up {number} of {waiting.follow_ups}, on business day {day} of the wait"
        ),
        facts=(("number", str(number)), *(() if solves else ((ANNOUNCES, NOTHING),))),
    )


def _solve(case: Case, turn: Round, at: datetime, because: str) -> Action:
    return Action(
        kind=Kind.AUTO_SOLVE,
        mode=case.policy.waiting.mode,
        at=at,
        key=f"{case.ticket.reference}/auto_solve/{stamp(turn.began)}",
        because=because,
        facts=(("to", Category.SOLVED.value),),
    )
