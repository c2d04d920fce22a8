"""Which rule predicts the helpdesk's figure, and is what none predicts left unexplained?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import Figure, Measure, PrivacyChanged
from slabot.policy import Policy
from slabot.reports.deviations import SENTENCES, Deviation
from slabot.reports.reconciling import Comparison, Match, compare
from tests.fixtures.policies import policy
from tests.fixtures.tickets import (
    AGENT,
    AUTOMATION,
    CLOSED,
    CUSTOMER,
    PENDING,
    SLABOT,
    SOLVED,
    THIRD_PARTY,
    Story,
    ticket,
)
from tests.fixtures.times import at

NOW = "Fri 30 Jan 12:00"


def one(story: Story, figure: Figure, rules: Policy | None = None) -> Comparison:
    [found] = compare(story.ticket, story.timeline, [figure], rules or policy(), at(NOW))
    return found


def instant(measure: Measure, when: str | None, **more: Any) -> Figure:
    return Figure(measure=measure, at=None if when is None else at(when), **more)


def minutes(measure: Measure, number: int | None) -> Figure:
    return Figure(measure=measure, minutes=number)


def test_what_is_the_same_agrees() -> None:
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 09:20").becomes("Tue 13 Jan 09:00", SOLVED)
    for figure in (
        instant(Measure.FIRST_REPLY, "Mon 12 Jan 09:20"),
        instant(Measure.SOLVED, "Tue 13 Jan 09:00"),
        instant(Measure.FIRST_REPLY_DUE, "Mon 12 Jan 21:00"),
        minutes(Measure.FIRST_REPLY_MINUTES, 20),
        minutes(Measure.FIRST_REPLY_BUSINESS_MINUTES, 20),
        minutes(Measure.FULL_RESOLUTION_MINUTES, 1440),
        minutes(Measure.FIRST_RESOLUTION_MINUTES, 1440),
        minutes(Measure.ON_HOLD_MINUTES, 0),
    ):
        found = one(story, figure)
        assert (found.match, found.rules) == (Match.AGREES, ()), figure


@pytest.mark.parametrize("seconds", [-1, 1, 59])
def test_a_second_beside_every_rule_is_unexplained(seconds: int) -> None:
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 09:20").says("Mon 12 Jan 09:10", AGENT, public=False)
    theirs = at("Mon 12 Jan 09:20") + timedelta(seconds=seconds)
    found = one(story, Figure(measure=Measure.FIRST_REPLY, at=theirs))
    assert (found.match, found.rules, found.difference) == (Match.UNEXPLAINED, (), seconds)


def privacy(story: Story, when: str, *, of: str, public: bool) -> Story:
    return story.happens(PrivacyChanged(at=at(when), of=of, public=public))


ASKED = ticket("Mon 12 Jan 09:00")
ANSWERED = ASKED.answers("Mon 12 Jan 09:20")
REOPENED = (
    ANSWERED.becomes("Tue 13 Jan 09:00", SOLVED)
    .becomes("Wed 14 Jan 09:00", PENDING)
    .becomes("Thu 15 Jan 09:00", SOLVED)
)


@pytest.mark.parametrize(
    ("story", "figure", "rules"),
    [
        (
            ANSWERED.says("Mon 12 Jan 09:05", AGENT, email="integrations@acme.example"),
            instant(Measure.FIRST_REPLY, "Mon 12 Jan 09:05"),
            (Deviation.EVERY_AGENT,),
        ),
        (
            ANSWERED.says("Mon 12 Jan 09:01", AUTOMATION, auto_reply=True),
            instant(Measure.FIRST_REPLY, "Mon 12 Jan 09:01"),
            (Deviation.BOTS_AND_AUTOMATION,),
        ),
        (
            ANSWERED.says("Mon 12 Jan 09:10", AGENT, public=False),
            instant(Measure.FIRST_REPLY, "Mon 12 Jan 09:10"),
            (Deviation.PRIVATE_NOTES,),
        ),
        (
            privacy(ANSWERED.says("Mon 12 Jan 09:10", AGENT, id="c1"), "Mon 12 Jan 11:00", of="c1", public=False),
            instant(Measure.FIRST_REPLY, "Mon 12 Jan 09:20"),
            (Deviation.PRIVACY_OF_TODAY,),
        ),
        (
            ASKED.says("Mon 12 Jan 09:30", SLABOT),
            instant(Measure.FIRST_REPLY, "Mon 12 Jan 09:30"),
            (Deviation.SLABOT_COUNTS,),
        ),
        (
            ASKED.says("Mon 12 Jan 09:00", AGENT).asks("Mon 12 Jan 10:00").answers("Mon 12 Jan 10:30"),
            instant(Measure.FIRST_REPLY, None),
            (Deviation.NOT_WHERE_SUPPORT_BEGAN,),
        ),
        (
            ASKED.says("Mon 12 Jan 09:00", AGENT).asks("Mon 12 Jan 10:00").answers("Mon 12 Jan 10:30"),
            minutes(Measure.FIRST_REPLY_MINUTES, 90),
            (Deviation.FROM_CREATION,),
        ),
        (
            ticket("Fri 9 Jan 22:00").answers("Mon 12 Jan 01:00"),
            minutes(Measure.FIRST_REPLY_BUSINESS_MINUTES, 51 * 60),
            (Deviation.AROUND_THE_CLOCK,),
        ),
        (
            ticket("Mon 12 Jan 09:00", priority="urgent").priority("Mon 12 Jan 09:01", "low", by=CUSTOMER),
            instant(Measure.FIRST_REPLY_DUE, "Wed 14 Jan 09:00"),
            (Deviation.PRIORITY_NOW,),
        ),
        (
            ticket("Fri 9 Jan 18:00", priority="high"),
            instant(Measure.FIRST_REPLY_DUE, "Mon 12 Jan 00:00"),
            (Deviation.CLOSING_TIME_MOVED,),
        ),
        (
            ticket("Sat 10 Jan 15:00", priority="low"),
            instant(Measure.FIRST_REPLY_DUE, "Wed 14 Jan 00:00"),
            (Deviation.NO_NEXT_WORKING_DAY,),
        ),
        (
            ASKED,
            instant(Measure.FIRST_REPLY_DUE, "Mon 12 Jan 09:45", target=timedelta(minutes=45)),
            (Deviation.OWN_TARGET,),
        ),
        (
            ticket("Sat 10 Jan 15:00", priority="low"),
            instant(Measure.FIRST_REPLY_DUE, "Mon 12 Jan 01:00", target=timedelta(hours=1), business_hours=True),
            (Deviation.OWN_TARGET,),
        ),
        (
            ticket("Sat 10 Jan 15:00", priority="high"),
            instant(Measure.FIRST_REPLY_DUE, "Sat 10 Jan 21:00"),
            (Deviation.AROUND_THE_CLOCK,),
        ),
        (REOPENED, instant(Measure.SOLVED, "Tue 13 Jan 09:00"), (Deviation.FIRST_SOLVE,)),
        (
            ANSWERED.becomes("Tue 13 Jan 09:00", SOLVED).becomes("Wed 14 Jan 09:00", PENDING),
            instant(Measure.SOLVED, "Tue 13 Jan 09:00"),
            (Deviation.SOLVE_OF_BEFORE,),
        ),
        (
            ANSWERED.becomes("Tue 13 Jan 09:00", SOLVED).becomes("Fri 16 Jan 10:00", CLOSED),
            instant(Measure.SOLVED, "Fri 16 Jan 10:00"),
            (Deviation.CLOSE_IS_THE_SOLVE,),
        ),
        (ANSWERED.becomes("Tue 13 Jan 09:00", CLOSED), instant(Measure.SOLVED, None), (Deviation.CLOSE_IS_NO_SOLVE,)),
        (
            ANSWERED.becomes("Tue 13 Jan 09:00", SOLVED, observed_at=at("Tue 13 Jan 09:30")),
            instant(Measure.SOLVED, "Tue 13 Jan 09:30"),
            (Deviation.AS_OBSERVED,),
        ),
        (
            ANSWERED.becomes("Tue 13 Jan 09:00", THIRD_PARTY)
            .becomes("Tue 13 Jan 10:00", PENDING)
            .becomes("Thu 29 Jan 10:00", THIRD_PARTY),
            minutes(Measure.ON_HOLD_MINUTES, 60),
            (Deviation.ENDED_STRETCHES_ONLY,),
        ),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_each_rule_predicts_to_the_second(story: Story, figure: Figure, rules: tuple[Deviation, ...]) -> None:
    found = one(story, figure)
    assert found.match is Match.EXPLAINED
    assert sorted(found.rules) == sorted(rules)


def test_the_fewest_rules_are_named() -> None:
    # The bot answered from an internal note first: two rules fit, and one alone does.
    story = ANSWERED.says("Mon 12 Jan 09:05", AGENT, email="integrations@acme.example")
    assert len(one(story, instant(Measure.FIRST_REPLY, "Mon 12 Jan 09:05")).rules) == 1


def test_there_is_a_sentence_for_every_rule() -> None:
    assert set(SENTENCES) == set(Deviation)


def test_what_the_helpdesk_does_not_have_is_compared_too() -> None:
    assert one(ASKED, instant(Measure.FIRST_REPLY, None)).match is Match.AGREES
    assert one(ANSWERED, instant(Measure.FIRST_REPLY, None)).match is Match.UNEXPLAINED
    assert one(ASKED, minutes(Measure.FIRST_REPLY_MINUTES, None)).match is Match.AGREES
    assert one(ASKED, minutes(Measure.FIRST_REPLY_MINUTES, 3)).difference is None
