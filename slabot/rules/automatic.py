"""What follows from an automatic reply?

Promise: an automatic reply ends no wait and keeps no ticket open. By the helpdesk's own flag it is certain: a status
that it changed may be set back, once a round, and then it was never left. By its words alone it only looks like one:
then nothing that silence leads to is done before a person has looked.
"""

from __future__ import annotations

from slabot.domain import Actor, Noted
from slabot.policy import Mode
from slabot.rules.case import Case
from slabot.rules.decision import Action, Kind, Refusal
from slabot.rules.plan import NO_PLAN, RulePlan
from slabot.rules.stays import WORKED_ON, Said
from slabot.rules.voices import Voice
from slabot.rules.words import stamp, when


def plan_set_back(case: Case) -> RulePlan:
    """Set a status back that only an automatic reply had changed, unless anybody has done anything since."""
    place = len(case.stays) - 1  # of the stretch that the reply began
    while place and case.stays[place - 1].left_by_a_reply:
        place -= 1
    if place == len(case.stays) - 1 or case.category not in WORKED_ON:
        return NO_PLAN
    former, stay = case.stays[place : place + 2]
    if any(_is_of_people(said) and said.at >= stay.since for said in case.said):
        return NO_PLAN
    if any(event.by is Actor.AGENT and event.at >= stay.since for event in case.events):
        return NO_PLAN
    mode, zone = case.policy.automatic_replies.mode, case.policy.display_zone
    made = f"an automatic reply at {when(stay.since, zone)} made it {case.category.words}"
    if former.set_back:
        held = f"{made} again; slabot has set it back to {former.category.words} once, and leaves this one to people"
        return RulePlan(mode, former.entered, held=(Refusal(Kind.SET_BACK, held),))
    action = Action(
        kind=Kind.SET_BACK,
        mode=mode,
        at=stay.entered,
        key=f"{case.ticket.reference}/set_back/{stamp(former.since)}",
        because=(
            f"{made}; nobody has answered, so it is set back to {former.category.words}, as if it had never been left"
        ),
        facts=(("to", former.category.value),),
    )
    return RulePlan(mode, former.entered, (action,))


def plan_robots(case: Case) -> RulePlan:
    """Tell a person, once, that two robots answer each other."""
    last = _last_of_robots(case)
    if last is None:
        return NO_PLAN
    action = Action(
        kind=Kind.NOTE,
        mode=Mode.ACT,
        at=last.at,
        key=f"{case.ticket.reference}/note/robots/{stamp(last.at)}",
        because=(
            f"automatic messages were answered by automatic replies {case.policy.replies.robot_rounds} times, the last "
            f"at {when(last.at, case.policy.display_zone)}; nothing more is sent until somebody of support has written "
            "to the ticket or changed it"
        ),
    )
    return _once(case, action)


def _once(case: Case, note: Action) -> RulePlan:
    """The note, unless it was written already."""
    if any(isinstance(event, Noted) and event.key == note.key for event in case.events):
        return NO_PLAN
    return RulePlan(Mode.ACT, None, (note,))


def _last_of_robots(case: Case) -> Said | None:
    """The reply that made the rounds full, where robots answer each other and no person has come since."""
    replies = case.policy.replies
    if replies.mode is not Mode.ACT:
        return None
    people = (event.at for event in case.events if event.by is Actor.AGENT)
    since = max(people, default=case.ticket.created_at)
    rounds, wrote = 0, False
    for said in case.said:
        if said.at <= since:
            continue
        if said.message.public and said.message.by in (Actor.SLABOT, Actor.AUTOMATION):
            wrote = True
        elif said.message.auto_reply or case.reads_automatic(said.message):
            rounds += wrote
            wrote = False
            if rounds >= replies.robot_rounds:
                return said
        elif said.voice is Voice.CUSTOMER:
            rounds, wrote = 0, False
    return None


def held_by_words(case: Case) -> str | None:
    """Why nothing that silence leads to is done now; None where nothing looks automatic."""
    said = case.looks_automatic
    if said is None:
        if _last_of_robots(case) is None:
            return None
        return "two robots answer each other, so a person should look first"
    return (
        f"the customer's last message, at {when(said.at, case.policy.display_zone)}, looks like an automatic reply, "
        "so a person should look first"
    )


def _is_of_people(said: Said) -> bool:
    return said.voice is Voice.CUSTOMER or (said.voice is Voice.AGENT and said.message.public)
