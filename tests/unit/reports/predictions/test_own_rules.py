"""Do a helpdesk's own hours, targets, pauses and assignments predict its figures, and nothing else?"""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from slabot.domain import Category, Figure, Measure, OwnHours, OwnTarget
from slabot.policy import Policy
from slabot.reports.deviations import Deviation
from slabot.reports.predictions.own_hours import calendars_of, unusable
from slabot.reports.reconciling import Comparison, Match, compare
from tests.fixtures.policies import policy
from tests.fixtures.tickets import AGENT, CUSTOMER, PENDING, SOLVED, THIRD_PARTY, Story, ticket
from tests.fixtures.times import at

NOW = "Fri 30 Jan 12:00"
HOUR = 3600
OFFICE = OwnHours(
    name="Office",
    zone="Chennai",  # as Ruby on Rails calls it; the zone of the policy
    week=tuple((day, 9 * HOUR, 17 * HOUR) for day in range(5)),
    holidays=((date(2026, 1, 14), date(2026, 1, 15), "Pongal"),),
)
NEVER = OwnHours(name="Never", zone="Chennai", week=())
NOWHERE = OwnHours(name="Nowhere", zone="Middle Earth", week=OFFICE.week)
CLOCKS = {
    "clocks": [
        {
            "name": "resolution",
            "kind": "resolution",
            "within": "24h",
            "calendar": "around_the_clock",
            "pause_in": ["waiting_on_customer"],
        },
        {
            "name": "third_party_update",
            "kind": "periodic_update",
            "during": ["waiting_on_third_party"],
            "within": "8h",
            "calendar": "around_the_clock",
        },
    ],
    "escalate": [],
}
WITH_CLOCKS = policy(CLOCKS)
WITH_CUSTOMER = frozenset({Category.WAITING_ON_CUSTOMER})
ON_HOLD = frozenset({Category.WAITING_ON_THIRD_PARTY})


def one(story: Story, figure: Figure, rules: Policy | None = None) -> Comparison:
    [found] = compare(story.ticket, story.timeline, [figure], rules or policy(), at(NOW))
    return found


def explained(found: Comparison) -> set[Deviation]:
    assert found.match is Match.EXPLAINED, found
    return set(found.rules)


def first_due(
    when: str, *, hours: float, business: bool = True, told: tuple[OwnHours, ...] | None = (OFFICE,)
) -> Figure:
    """The deadline of a first answer, with the target that the helpdesk tells."""
    return Figure(
        measure=Measure.FIRST_REPLY_DUE,
        at=at(when),
        target=timedelta(hours=hours),
        business_hours=business,
        hours=told,
    )


def solve_due(when: str, *, paused_in: frozenset[Category] | None = None, hours: float | None = None) -> Figure:
    """The deadline of a solve; with a target, it counts around the clock."""
    target = None if hours is None else timedelta(hours=hours)
    return Figure(measure=Measure.RESOLUTION_DUE, at=at(when), target=target, paused_in=paused_in)


ASKED = ticket("Mon 12 Jan 16:00", priority="high")  # six hours of the support week here


class TestTheirHours:
    """Business hours that the helpdesk tells."""

    def test_a_target_in_their_hours_is_predicted(self) -> None:
        found = one(ASKED, first_due("Tue 13 Jan 10:00", hours=2))
        assert explained(found) == {Deviation.OWN_TARGET, Deviation.THEIR_HOURS}

    def test_their_holidays_are_closed(self) -> None:
        asked = ticket("Tue 13 Jan 16:00", priority="high")
        assert explained(one(asked, first_due("Fri 16 Jan 10:00", hours=2))) == {
            Deviation.OWN_TARGET,
            Deviation.THEIR_HOURS,
        }
        assert one(asked, first_due("Wed 14 Jan 10:00", hours=2)).match is Match.UNEXPLAINED

    def test_the_same_target_in_their_hours_differs_by_the_hours_alone(self) -> None:
        assert explained(one(ASKED, first_due("Tue 13 Jan 14:00", hours=6))) == {Deviation.THEIR_HOURS}

    def test_hours_that_come_to_the_same_are_not_named(self) -> None:
        asked = ticket("Mon 12 Jan 10:00", priority="high")
        assert explained(one(asked, first_due("Mon 12 Jan 12:00", hours=2))) == {Deviation.OWN_TARGET}

    def test_what_counts_around_the_clock_there_is_not_looked_for_in_business_hours(self) -> None:
        figure = first_due("Tue 13 Jan 10:00", hours=2, business=False)
        assert one(ASKED, figure).match is Match.UNEXPLAINED
        right = first_due("Mon 12 Jan 18:00", hours=2, business=False)
        assert explained(one(ASKED, right)) == {Deviation.OWN_TARGET}

    def test_where_they_are_told_no_calendar_of_the_file_stands_for_them(self) -> None:
        # Around the clock, and in the support week, two hours from 16:00 are 18:00; their office is closed then.
        assert one(ASKED, first_due("Mon 12 Jan 18:00", hours=2)).match is Match.UNEXPLAINED

    def test_where_they_are_not_told_the_calendars_of_the_file_are_tried(self) -> None:
        assert explained(one(ASKED, first_due("Mon 12 Jan 18:00", hours=2, told=None))) == {Deviation.OWN_TARGET}
        assert one(ASKED, first_due("Tue 13 Jan 10:00", hours=2, told=None)).match is Match.UNEXPLAINED

    def test_an_account_without_hours_counts_around_the_clock(self) -> None:
        asked = ticket("Fri 9 Jan 23:00", priority="high")
        assert explained(one(asked, first_due("Sat 10 Jan 01:00", hours=2, told=()))) == {Deviation.OWN_TARGET}
        assert explained(one(asked, first_due("Sat 10 Jan 05:00", hours=6, told=()))) == {Deviation.AROUND_THE_CLOCK}

    def test_business_minutes_are_counted_in_them(self) -> None:
        story = ASKED.answers("Tue 13 Jan 09:30")
        figure = Figure(measure=Measure.FIRST_REPLY_BUSINESS_MINUTES, minutes=90, hours=(OFFICE,))
        assert explained(one(story, figure)) == {Deviation.THEIR_HOURS}
        whole = Figure(measure=Measure.FIRST_REPLY_BUSINESS_MINUTES, minutes=89, hours=(OFFICE,))
        assert one(story, whole).match is Match.UNEXPLAINED

    def test_hours_that_make_no_calendar_are_named_and_stand_for_nothing(self) -> None:
        assert [calendar.name for calendar in calendars_of((NEVER, OFFICE, NOWHERE))] == ["Office"]
        assert "Middle Earth" in unusable(NOWHERE)
        assert unusable(NEVER)
        assert unusable(OFFICE) == ""
        figure = first_due("Tue 13 Jan 10:00", hours=2, told=(NOWHERE,))
        assert one(ASKED, figure).match is Match.UNEXPLAINED


class TestTargetsByPriority:
    """A helpdesk that tells its targets, and not which of them it took."""

    TOLD = (
        OwnTarget(priority="high", target=timedelta(hours=4), business_hours=False),
        OwnTarget(priority="urgent", target=timedelta(hours=1), business_hours=True),
    )

    def figure(self, when: str) -> Figure:
        return Figure(measure=Measure.FIRST_REPLY_DUE, at=at(when), by_priority=self.TOLD, hours=(OFFICE,))

    def test_the_target_of_the_priority_counts(self) -> None:
        assert explained(one(ASKED, self.figure("Mon 12 Jan 20:00"))) == {Deviation.OWN_TARGET}

    def test_that_of_another_priority_does_not(self) -> None:
        assert one(ASKED, self.figure("Mon 12 Jan 17:00")).match is Match.UNEXPLAINED

    def test_after_a_change_that_of_before_may_be_meant(self) -> None:
        changed = ASKED.priority("Mon 12 Jan 16:30", "urgent", by=CUSTOMER)
        assert explained(one(changed, self.figure("Mon 12 Jan 17:00"))) == {Deviation.OWN_TARGET}
        assert explained(one(changed, self.figure("Mon 12 Jan 20:00"))) == {
            Deviation.OWN_TARGET,
            Deviation.PRIORITY_AT_CREATION,
        }


class TestPauses:
    """Where the clock stands still there and here."""

    STORY = (
        ticket("Mon 12 Jan 09:00", priority="high")
        .waits("Mon 12 Jan 10:00")
        .becomes("Mon 12 Jan 13:00", PENDING)
        .becomes("Mon 12 Jan 14:00", THIRD_PARTY)
        .becomes("Mon 12 Jan 16:00", PENDING)
    )

    def test_the_same_pauses_agree(self) -> None:
        found = one(self.STORY, solve_due("Tue 13 Jan 12:00", paused_in=WITH_CUSTOMER, hours=24), WITH_CLOCKS)
        assert found.match is Match.AGREES

    @pytest.mark.parametrize(
        ("when", "paused_in", "rules"),
        [
            ("Tue 13 Jan 09:00", frozenset(), {Deviation.RUNS_WITH_CUSTOMER}),
            ("Tue 13 Jan 14:00", WITH_CUSTOMER | ON_HOLD, {Deviation.PAUSED_ON_HOLD}),
            ("Tue 13 Jan 11:00", ON_HOLD, {Deviation.RUNS_WITH_CUSTOMER, Deviation.PAUSED_ON_HOLD}),
        ],
    )
    def test_other_pauses_predict_the_deadline(
        self, when: str, paused_in: frozenset[Category], rules: set[Deviation]
    ) -> None:
        told = one(self.STORY, solve_due(when, paused_in=paused_in, hours=24), WITH_CLOCKS)
        assert explained(told) == rules
        untold = one(self.STORY, solve_due(when), WITH_CLOCKS)
        assert explained(untold) == rules

    def test_what_the_helpdesk_tells_of_its_pauses_is_taken_at_its_word(self) -> None:
        figure = solve_due("Tue 13 Jan 14:00", paused_in=frozenset(), hours=24)
        assert one(self.STORY, figure, WITH_CLOCKS).match is Match.UNEXPLAINED

    @pytest.mark.parametrize("seconds", [-1, 1])
    def test_a_second_beside_is_unexplained(self, seconds: int) -> None:
        figure = Figure(measure=Measure.RESOLUTION_DUE, at=at("Tue 13 Jan 14:00") + timedelta(seconds=seconds))
        assert one(self.STORY, figure, WITH_CLOCKS).match is Match.UNEXPLAINED

    def test_there_a_pause_may_last_as_long_as_the_status(self) -> None:
        story = (
            ticket("Mon 12 Jan 09:00", priority="high")
            .waits("Mon 12 Jan 10:00")
            .asks("Mon 12 Jan 11:00", "It is version 7 on all hosts, and it still does not start")
            .becomes("Mon 12 Jan 13:00", PENDING)
        )
        found = one(story, solve_due("Tue 13 Jan 12:00", paused_in=WITH_CUSTOMER, hours=24), WITH_CLOCKS)
        assert explained(found) == {Deviation.PAUSED_BY_STATUS}

    def test_a_file_without_such_a_clock_has_no_such_figure(self) -> None:
        story = self.STORY
        figures = [solve_due("Tue 13 Jan 12:00")]
        assert list(compare(story.ticket, story.timeline, figures, policy(), at(NOW))) == []

    def test_the_time_that_the_customer_waited_is_counted_by_category(self) -> None:
        story = self.STORY.becomes("Mon 12 Jan 18:00", SOLVED)
        waited = Figure(measure=Measure.REQUESTER_WAIT_MINUTES, minutes=6 * 60)
        assert one(story, waited).match is Match.AGREES
        without_hold = Figure(measure=Measure.REQUESTER_WAIT_MINUTES, minutes=4 * 60)
        assert explained(one(story, without_hold)) == {Deviation.PAUSED_ON_HOLD}
        in_office = Figure(measure=Measure.REQUESTER_WAIT_BUSINESS_MINUTES, minutes=5 * 60, hours=(OFFICE,))
        assert explained(one(story, in_office)) == {Deviation.THEIR_HOURS}
        for_customer = Figure(measure=Measure.AGENT_WAIT_MINUTES, minutes=3 * 60)
        assert one(story, for_customer).match is Match.AGREES
        assert one(story, Figure(measure=Measure.AGENT_WAIT_MINUTES, minutes=3 * 60 + 1)).match is Match.UNEXPLAINED


class TestUpdates:
    """Deadlines of the next word to the customer."""

    STORY = (
        ticket("Mon 12 Jan 09:00", priority="high").answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY)
    )

    def figure(self, when: str, *, hours: float = 8, began: str = "Mon 12 Jan 10:00") -> Figure:
        return Figure(
            measure=Measure.UPDATE_DUE,
            at=at(when),
            target=timedelta(hours=hours),
            paused_in=frozenset(),
            began_at=at(began),
        )

    def test_the_time_runs_from_the_last_answer_there(self) -> None:
        assert explained(one(self.STORY, self.figure("Mon 12 Jan 18:00"), WITH_CLOCKS)) == {Deviation.FROM_LAST_ANSWER}

    def test_the_target_may_be_another(self) -> None:
        found = one(self.STORY, self.figure("Mon 12 Jan 14:00", hours=4), WITH_CLOCKS)
        assert explained(found) == {Deviation.FROM_LAST_ANSWER, Deviation.OWN_TARGET}

    def test_a_beginning_that_no_answer_made_predicts_nothing(self) -> None:
        figure = self.figure("Mon 12 Jan 18:30", began="Mon 12 Jan 10:30")
        assert one(self.STORY, figure, WITH_CLOCKS).match is Match.UNEXPLAINED


class TestUnassigned:
    """Figures that begin with the assignment."""

    STORY = (
        ticket("Mon 12 Jan 09:00", priority="high", assignee=None)
        .answers("Mon 12 Jan 09:20")
        .assigned("Mon 12 Jan 09:30")
        .answers("Mon 12 Jan 10:00")
    )

    def test_answers_of_before_do_not_count(self) -> None:
        found = one(self.STORY, Figure(measure=Measure.FIRST_REPLY, at=at("Mon 12 Jan 10:00")))
        assert explained(found) == {Deviation.UNASSIGNED}

    def test_lengths_run_from_then(self) -> None:
        found = one(self.STORY, Figure(measure=Measure.FIRST_REPLY_MINUTES, minutes=30))
        assert explained(found) == {Deviation.UNASSIGNED}

    def test_deadlines_run_from_then(self) -> None:
        found = one(self.STORY, first_due("Mon 12 Jan 11:30", hours=2, business=False))
        assert explained(found) == {Deviation.OWN_TARGET, Deviation.UNASSIGNED}

    def test_it_is_one_rule_and_not_two(self) -> None:
        # From the assignment to an answer of before, or from the creation to one of after, is no rule of anybody's.
        story = self.STORY
        assert one(story, Figure(measure=Measure.FIRST_REPLY_MINUTES, minutes=60)).match is Match.UNEXPLAINED
        assert one(story, Figure(measure=Measure.FIRST_REPLY_MINUTES, minutes=0)).match is Match.UNEXPLAINED

    def test_one_that_had_somebody_from_the_beginning_is_not_explained_so(self) -> None:
        story = ticket("Mon 12 Jan 09:00", assignee="agent-1").answers("Mon 12 Jan 09:20").assigned("Mon 12 Jan 09:30")
        story = story.answers("Mon 12 Jan 10:00")
        assert one(story, Figure(measure=Measure.FIRST_REPLY, at=at("Mon 12 Jan 10:00"))).match is Match.UNEXPLAINED

    def test_a_missing_figure_is_never_explained_by_it(self) -> None:
        story = ticket("Mon 12 Jan 09:00", assignee=None).answers("Mon 12 Jan 09:20")
        assert one(story, Figure(measure=Measure.FIRST_REPLY)).match is Match.UNEXPLAINED


class TestPublicNotes:
    """Notes that the customer can read."""

    STORY = ticket("Mon 12 Jan 09:00").says("Mon 12 Jan 09:20", AGENT, as_note=True).answers("Mon 12 Jan 09:40")

    def test_there_they_are_no_answer(self) -> None:
        found = one(self.STORY, Figure(measure=Measure.FIRST_REPLY, at=at("Mon 12 Jan 09:40")))
        assert explained(found) == {Deviation.PUBLIC_NOTES}
        missing = ticket("Mon 12 Jan 09:00").says("Mon 12 Jan 09:20", AGENT, as_note=True)
        assert explained(one(missing, Figure(measure=Measure.FIRST_REPLY))) == {Deviation.PUBLIC_NOTES}

    def test_here_they_are(self) -> None:
        assert one(self.STORY, Figure(measure=Measure.FIRST_REPLY, at=at("Mon 12 Jan 09:20"))).match is Match.AGREES

    def test_a_reply_is_not_explained_away(self) -> None:
        story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 09:20").answers("Mon 12 Jan 09:40")
        assert one(story, Figure(measure=Measure.FIRST_REPLY, at=at("Mon 12 Jan 09:40"))).match is Match.UNEXPLAINED


class TestByAccident:
    """A figure of which nothing is true must not be explained: the rules are many, and no catch-all together."""

    STORY = (
        ticket("Mon 12 Jan 09:00", priority="high")
        .says("Mon 12 Jan 09:10", AGENT, public=False)
        .answers("Mon 12 Jan 09:40")
        .assigned("Mon 12 Jan 09:50")
        .waits("Mon 12 Jan 10:00")
        .asks("Mon 12 Jan 11:00", "It is version 7 on all hosts, and it still does not start")
        .becomes("Mon 12 Jan 13:00", PENDING)
        .becomes("Mon 12 Jan 14:00", THIRD_PARTY)
        .becomes("Mon 12 Jan 16:00", PENDING)
        .becomes("Tue 13 Jan 10:00", SOLVED)
        .becomes("Wed 14 Jan 10:00", PENDING)
        .becomes("Thu 15 Jan 12:00", SOLVED)
    )
    INSTANTS = (Measure.FIRST_REPLY, Measure.FIRST_REPLY_DUE, Measure.RESOLUTION_DUE, Measure.SOLVED)
    LENGTHS = (
        Measure.FIRST_REPLY_MINUTES,
        Measure.FIRST_REPLY_BUSINESS_MINUTES,
        Measure.FULL_RESOLUTION_MINUTES,
        Measure.REQUESTER_WAIT_BUSINESS_MINUTES,
    )

    @pytest.mark.parametrize("told", [None, (OFFICE,)])
    def test_an_instant_at_random_is_as_good_as_never_explained(self, told: tuple[OwnHours, ...] | None) -> None:
        draw = random.Random(14)
        begin = at("Mon 12 Jan 09:00")
        figures = [
            Figure(measure=measure, at=begin + timedelta(seconds=draw.randrange(4 * 24 * HOUR)), hours=told)
            for measure in self.INSTANTS
            for _ in range(250)
        ]
        assert self.explained(figures) <= 1

    @pytest.mark.parametrize("told", [None, (OFFICE,)])
    def test_minutes_at_random_are_explained_in_less_than_one_of_fifty(self, told: tuple[OwnHours, ...] | None) -> None:
        draw = random.Random(14)
        figures = [
            Figure(measure=measure, minutes=draw.randrange(24 * 60), hours=told)
            for measure in self.LENGTHS
            for _ in range(250)
        ]
        assert self.explained(figures) < 20

    def explained(self, figures: list[Figure]) -> int:
        found = compare(self.STORY.ticket, self.STORY.timeline, figures, WITH_CLOCKS, at(NOW))
        return sum(each.match is not Match.UNEXPLAINED for each in found)
