"""Which action of a rule is due, and which ones are announced?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.policy import Mode
from slabot.rules import Action, Kind
from slabot.rules.plan import RulePlan
from tests.fixtures.times import at

NOON = at("Mon 12 Jan 12:00")


def act(kind: Kind, seconds: int) -> Action:
    moment = NOON + timedelta(seconds=seconds)
    return Action(kind=kind, mode=Mode.ACT, at=moment, key=f"{kind}/{seconds}", because="…")


def test_of_actions_that_are_due_the_first_is_done_unless_another_ends_the_matter() -> None:
    first, second = act(Kind.NOTE, -2), act(Kind.NOTE, -1)
    assert RulePlan(certain=(first, second)).due(NOON) == (first,)
    assert RulePlan(certain=(act(Kind.NOTE, 0),)).due(NOON) == (act(Kind.NOTE, 0),)
    assert RulePlan(certain=(act(Kind.NOTE, 1),)).due(NOON) == ()
    ending = act(Kind.AUTO_SOLVE, 0)
    assert RulePlan(certain=(first, ending)).due(NOON) == (ending,)


@pytest.mark.parametrize(("seconds", "foretold"), [(-1, False), (0, False), (1, True), (2, True)])
def test_what_depends_on_an_overdue_action_is_not_announced(seconds: int, foretold: bool) -> None:
    supposed = act(Kind.FOLLOW_UP, 60)
    plan = RulePlan(certain=(act(Kind.FOLLOW_UP, seconds),), expected=lambda: (supposed,))
    assert (supposed in plan.coming(NOON)) is foretold
    late = RulePlan(expected=lambda: (act(Kind.FOLLOW_UP, seconds), supposed))
    assert (supposed in late.coming(NOON)) is foretold
