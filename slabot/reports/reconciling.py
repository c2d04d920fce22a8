"""Compare what slabot and a helpdesk say of the same ticket, and find the rule by which they differ.

Promise: a difference is explained only by rules of counting that predict the helpdesk's figure from the ticket's own
history, to the second, or to the minute where the helpdesk tells minutes. The fewest rules that do are named; what
none predicts is unexplained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from slabot.calendars import Calendar
from slabot.domain import Category, Figure, Measure, Ticket, Timeline
from slabot.policy import Policy
from slabot.reports.deviations import Deviation
from slabot.reports.predictions import answers, deadlines, lengths
from slabot.reports.predictions.history import Guess, History, Rules, Value
from slabot.rules import NO_PAST, PastPolicies, follow
from slabot.rules.clock import ALWAYS

_ORDER = {rule: place for place, rule in enumerate(Deviation)}
_WITH_THE_CUSTOMER = frozenset({Category.WAITING_ON_CUSTOMER})
_ON_HOLD = frozenset({Category.WAITING_ON_THIRD_PARTY})


class Match(StrEnum):
    """How two figures stand to one another."""

    AGREES = "agrees"
    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure, here and there.

    Attributes:
        ours, theirs: an instant, or whole minutes; None where there is none.
        rules: by which the helpdesk counts otherwise; empty where both agree, and where nothing explains it.
    """

    reference: str
    measure: Measure
    ours: Value
    theirs: Value
    match: Match
    rules: Rules = ()

    @property
    def difference(self) -> int | None:
        """Theirs less ours, in seconds; None where one of them is missing."""
        match self.ours, self.theirs:
            case datetime() as ours, datetime() as theirs:
                return int((theirs - ours).total_seconds())
            case int() as ours, int() as theirs:
                return (theirs - ours) * 60
            case _:
                return None


def compare(
    ticket: Ticket,
    timeline: Timeline,
    figures: Iterable[Figure],
    policy: Policy,
    now: datetime,
    *,
    past: PastPolicies = NO_PAST,
) -> Iterator[Comparison]:
    """Each figure of the helpdesk's beside slabot's; one of a clock that the policy does not have is left out.

    Args:
        ticket: as it was at its creation.
        timeline: everything that happened since.
        figures: of the helpdesk, as of the same time as the timeline.
        policy: the rules.
        now: aware.
        past: the policies by which clocks of before are judged.
    """
    life = follow(ticket, timeline, policy, past=past)
    history = History(life.chapter(now).case, life.at(now), timeline, policy, now)
    for figure in figures:
        theirs: Value = figure.at if figure.measure.is_instant else figure.minutes
        guesses = _guesses(history, figure)
        own = next(guesses, None)
        if own is None:
            continue
        ours = own[1]
        if ours == theirs:
            yield Comparison(ticket.reference, figure.measure, ours, theirs, Match.AGREES)
            continue
        fitting = sorted((rules for rules, value in guesses if rules and value == theirs), key=_plainness)
        yield Comparison(
            ticket.reference,
            figure.measure,
            ours,
            theirs,
            Match.EXPLAINED if fitting else Match.UNEXPLAINED,
            fitting[0] if fitting else (),
        )


def _guesses(history: History, figure: Figure) -> Iterator[Guess]:
    """What a figure would be under each of the rules, slabot's own first; nothing where slabot has no such figure."""
    match figure.measure:
        case Measure.FIRST_REPLY:
            return answers.first_replies(history)
        case Measure.FIRST_REPLY_DUE:
            return deadlines.first_reply_dues(history, figure)
        case Measure.SOLVED:
            return answers.solves(history)
        case Measure.RESOLUTION_DUE:
            return deadlines.resolution_dues(history, figure)
        case Measure.UPDATE_DUE:
            return deadlines.update_dues(history, figure)
        case Measure.FIRST_REPLY_MINUTES:
            return lengths.until(history, answers.first_replies(history))
        case Measure.FIRST_REPLY_BUSINESS_MINUTES:
            return lengths.until(history, answers.first_replies(history), _business(history, figure))
        case Measure.FIRST_RESOLUTION_MINUTES:
            return lengths.until(history, answers.first_solves(history))
        case Measure.FULL_RESOLUTION_MINUTES:
            return lengths.until(history, answers.solves(history))
        case Measure.REQUESTER_WAIT_MINUTES:
            return lengths.within(history, lengths.FOR_SUPPORT)
        case Measure.REQUESTER_WAIT_BUSINESS_MINUTES:
            return lengths.within(history, lengths.FOR_SUPPORT, _business(history, figure))
        case Measure.AGENT_WAIT_MINUTES:
            return lengths.within(history, _WITH_THE_CUSTOMER)
        case Measure.ON_HOLD_MINUTES:
            return lengths.within(history, _ON_HOLD)
        case _:
            assert_never(figure.measure)


def _business(history: History, figure: Figure) -> list[tuple[Rules, Calendar]]:
    own = ALWAYS if history.clock is None else history.clock.terms.calendar
    return list(history.calendars(own, figure))


def _plainness(rules: Rules) -> tuple[int, list[int]]:
    """The fewest first, then in the order in which the rules are declared."""
    return len(rules), [_ORDER[rule] for rule in rules]
