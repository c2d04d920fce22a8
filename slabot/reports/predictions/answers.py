"""Predict when a helpdesk takes a ticket for answered, and when for solved.

Promise: each prediction is an instant of the ticket's own history.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.domain import Actor, Category
from slabot.reports.deviations import Deviation
from slabot.reports.predictions.history import NONE, Guess, History, first
from slabot.rules.clocks import first_response


def first_replies(history: History) -> Iterator[Guess]:
    """When support answered first."""
    case = history.case
    response = first_response(case, history.start)
    yield NONE, None if response is None else response.at
    messages = history.messages
    agents = [message for message in messages if message.by is Actor.AGENT]
    machines = (Actor.AGENT, Actor.AUTOMATION, Actor.SYSTEM)
    yield (Deviation.EVERY_AGENT,), first(m for m in agents if m.public)
    yield (Deviation.BOTS_AND_AUTOMATION,), first(m for m in messages if m.public and m.by in machines)
    yield (Deviation.PRIVATE_NOTES,), first(agents)
    yield (Deviation.PUBLIC_NOTES,), first(said.message for said in case.answers if not said.message.as_note)
    yield (Deviation.PRIVACY_OF_TODAY,), first(m for m in agents if history.privacy.get(m.id, m.public))
    ours = (Actor.AGENT, Actor.SLABOT)
    yield (Deviation.SLABOT_COUNTS,), first(m for m in messages if m.public and m.by in ours)
    if case.opening is not None:
        yield (Deviation.NOT_WHERE_SUPPORT_BEGAN,), None
    if (assigned := history.assigned_at) is not None:
        later = (said.message for said in case.answers if said.at >= assigned)
        yield (Deviation.UNASSIGNED,), first(later)


def solves(history: History) -> Iterator[Guess]:
    """When it was solved, if it is."""
    runs = history.ended_runs()
    last = runs[-1] if runs and history.case.category.ended else None
    yield NONE, None if last is None else last[0].since
    if last is not None:
        closes = [stay for stay in last if stay.category is Category.CLOSED]
        if closes:
            yield (Deviation.CLOSE_IS_THE_SOLVE,), closes[0].since
        if all(stay.category is Category.CLOSED for stay in last):
            yield (Deviation.CLOSE_IS_NO_SOLVE,), None
        yield (Deviation.AS_OBSERVED,), last[0].entered
    elif runs:
        yield (Deviation.SOLVE_OF_BEFORE,), runs[-1][0].since
    if len(runs) > 1:
        yield (Deviation.FIRST_SOLVE,), runs[0][0].since


def first_solves(history: History) -> Iterator[Guess]:
    """When it was solved for the first time."""
    runs = history.ended_runs()
    yield NONE, runs[0][0].since if runs else None
    if runs:
        yield (Deviation.AS_OBSERVED,), runs[0][0].entered
        solved = [stay for run in runs for stay in run if stay.category is Category.SOLVED]
        yield (Deviation.CLOSE_IS_NO_SOLVE,), solved[0].since if solved else None
