"""Which frozen terms belong to which clock, where one runs several times and an event comes late?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from slabot.domain import TermsFrozen, Timeline
from slabot.policy import Policy
from slabot.rules import ClockState, Verdict, decide
from tests.fixtures.policies import NEXT_RESPONSE, policy, with_clocks
from tests.fixtures.tickets import Story, ticket
from tests.fixtures.times import at

STRICT = policy(with_clocks({**NEXT_RESPONSE, "within": {"high": "2h"}}))
LENIENT = policy(with_clocks({**NEXT_RESPONSE, "within": {"high": "4h"}}))
NOW = "Wed 14 Jan 09:00"


@dataclass
class Kept:
    """The strict policy was version 1, the lenient one is version 2, in force since Monday 13:30."""

    policies: dict[int, Policy] = field(default_factory=lambda: {1: STRICT, 2: LENIENT})
    current: int | None = 2

    def policy(self, version: int) -> Policy | None:
        return self.policies.get(version)

    def version_at(self, instant: datetime) -> int | None:
        return 1 if instant < at("Mon 12 Jan 13:30") else 2


def frozen(clock: str, started: str | None, stopped: str, version: int, target: str) -> TermsFrozen:
    return TermsFrozen(
        at=at(stopped),
        id=f"terms:{clock}",
        clock=clock,
        agreement="default",
        target=target,
        calendar="support_week",
        policy_version=version,
        severity="high",
        started_at=None if started is None else at(started),
        stopped_at=at(stopped),
    )


def story(*, dated: bool) -> Story:
    """Two questions, each answered after three hours: missed by the first policy, met by the second."""
    asked = ["Mon 12 Jan 10:00", "Mon 12 Jan 14:00"] if dated else [None, None]
    first = frozen("next_response", asked[0], "Mon 12 Jan 13:00", 1, "2h")
    second = frozen("next_response#2", asked[1], "Mon 12 Jan 17:00", 2, "4h")
    return (
        ticket("Mon 12 Jan 09:00", priority="high")
        .answers("Mon 12 Jan 09:30")
        .asks("Mon 12 Jan 10:00")
        .answers("Mon 12 Jan 13:00")
        .asks("Mon 12 Jan 14:00")
        .answers("Mon 12 Jan 17:00")
        .happens(first, second)
    )


def found(told: Story, past: Kept | None = None) -> dict[datetime, ClockState]:
    decision = decide(told.ticket, Timeline.of(told.events), LENIENT, at(NOW), past=past or Kept())
    return {clock.started_at: clock for clock in decision.clocks if clock.name == "next_response"}


@pytest.mark.parametrize("dated", [True, False])
def test_an_exchange_that_comes_to_light_late_leaves_each_other_clock_its_own_terms(dated: bool) -> None:
    told = story(dated=dated)
    late = told.asks("Mon 12 Jan 09:40").answers("Mon 12 Jan 09:45")
    for clocks in (found(told), found(late)):
        first, second = clocks[at("Mon 12 Jan 10:00")], clocks[at("Mon 12 Jan 14:00")]
        assert (first.verdict, str(first.terms.target)) == (Verdict.MISSED, "2h")
        assert (second.verdict, str(second.terms.target)) == (Verdict.MET, "4h")
    assert found(late)[at("Mon 12 Jan 09:40")].verdict is Verdict.MET


def test_an_earlier_question_that_comes_to_light_late_leaves_the_clock_its_terms() -> None:
    clocks = found(story(dated=True).asks("Mon 12 Jan 09:50"))
    assert str(clocks[at("Mon 12 Jan 09:50")].terms.target) == "2h"


def test_an_earlier_answer_that_comes_to_light_late_leaves_the_clock_its_terms() -> None:
    clocks = found(story(dated=True).answers("Mon 12 Jan 12:30"))
    clock = clocks[at("Mon 12 Jan 10:00")]
    assert (str(clock.terms.target), clock.stopped_at) == ("2h", at("Mon 12 Jan 12:30"))
    assert str(clocks[at("Mon 12 Jan 14:00")].terms.target) == "4h"


@pytest.mark.parametrize("dated", [True, False])
def test_a_clock_that_the_file_has_no_more_is_told_by_its_own_policy_wherever_it_stands_in_the_row(dated: bool) -> None:
    told = story(dated=dated).asks("Mon 12 Jan 09:40").answers("Mon 12 Jan 09:45")
    bare = Kept({1: STRICT, 2: LENIENT}, current=3)
    decision = decide(told.ticket, Timeline.of(told.events), policy(), at(NOW), past=bare)
    shown = {clock.started_at: str(clock.terms.target) for clock in decision.clocks if clock.name == "next_response"}
    assert shown == {at("Mon 12 Jan 10:00"): "2h", at("Mon 12 Jan 14:00"): "4h"}


def test_what_was_told_about_a_clock_is_told_no_second_time_where_its_label_moves() -> None:
    rules = policy(
        with_clocks(NEXT_RESPONSE),
        {"escalate": [{"clock": ["next_response"], "rungs": [{"at": "50% used"}, {"at": "breach"}]}]},
    )
    story = (
        ticket("Mon 12 Jan 09:00", priority="urgent")
        .answers("Mon 12 Jan 09:30")
        .asks("Mon 12 Jan 10:00")
        .answers("Mon 12 Jan 10:30")
        .asks("Mon 12 Jan 14:00")
        .paged("Mon 12 Jan 15:00", "50% used", "next_response#2", severity="critical")
    )
    late = story.asks("Mon 12 Jan 09:40").answers("Mon 12 Jan 09:45")
    for told in (story, late):
        assert told.decide("Mon 12 Jan 15:30", rules).due_now == ()
        held = told.acknowledged("Mon 12 Jan 15:45", "next_response#2")
        assert held.decide("Mon 12 Jan 16:00:01", rules).due_now == ()  # somebody is on it
    assert [page.fact("rung") for page in late.decide("Mon 12 Jan 16:00:01", rules).due_now] == ["breach"]
