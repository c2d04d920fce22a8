"""What comes of a ticket if nobody acts?"""

from __future__ import annotations

from slabot.policy import Policy
from slabot.reports.forecast import Foreseen, Passing, foresee
from slabot.rules import Kind
from tests.fixtures.policies import RESOLUTION, SOLVED_ACTS, UPDATES, WAITING_ACTS, ladder, ladders, policy, with_clocks
from tests.fixtures.tickets import SOLVED, THIRD_PARTY, Story, ticket
from tests.fixtures.times import at

OURS = (with_clocks(), {"start_from": "2026-01-01"})
QUIET = ladders(ladder("breach"))


def ahead(story: Story, now: str, until: str, *edits: dict[str, object]) -> list[Foreseen]:
    rules: Policy = policy(*OURS, *edits)
    return list(foresee(story.ticket, story.timeline, rules, at(now), at(until)))


def told(found: list[Foreseen]) -> list[tuple[str, str]]:
    return [(f"{each.at:%d %H:%M}", each.kind.value) for each in found]


def test_a_deadline_passes_at_the_last_instant_at_which_it_can_be_met() -> None:
    # High, asked on Friday 18:00: due on Saturday 00:00, met until Monday 00:00.
    story = ticket("Fri 9 Jan 18:00", priority="high")
    found = ahead(story, "Fri 9 Jan 19:00", "Tue 13 Jan 00:00", QUIET)

    breach = next(each for each in found if each.kind is Passing.BREACH)
    assert (breach.at, breach.due_at) == (at("Mon 12 Jan 00:00"), at("Sat 10 Jan 00:00"))
    assert (breach.reference, breach.severity, breach.clock) == ("acme/4711", "high", "first_response")
    assert ahead(story, "Fri 9 Jan 19:00", "Mon 12 Jan 00:00", QUIET) == []
    assert [each.kind for each in ahead(story.answers("Fri 9 Jan 18:30"), "Fri 9 Jan 19:00", "Tue 13 Jan 00:00")] == []


def test_each_repeat_of_a_page_is_foreseen_and_none_twice() -> None:
    story = ticket("Mon 12 Jan 09:00", priority="urgent")
    repeats = ladders(ladder("50% used", "breach", "30m after, then every 30m for 1 day"))
    found = ahead(story, "Mon 12 Jan 09:30", "Tue 13 Jan 00:00", repeats)

    pages = [each for each in found if each.kind is Kind.PAGE]
    assert len(pages) == 2 + 25  # at 10:00 and 11:00, then each half hour from 11:30 to 23:30
    assert len({each.at for each in pages}) == len(pages)
    assert [each.rung for each in pages[:2]] == ["50% used", "breach"]
    assert sum(each.kind is Passing.BREACH for each in found) == 1


def test_reminders_solve_and_close_follow_one_another_where_the_rules_act() -> None:
    story = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
    found = ahead(story, "Mon 12 Jan 11:00", "Mon 2 Feb 00:00", WAITING_ACTS, SOLVED_ACTS)

    assert [each.kind for each in found] == [Kind.FOLLOW_UP] * 3 + [Kind.AUTO_SOLVE, Kind.AUTO_CLOSE]
    assert all(each.acts for each in found)
    solve, close = found[-2:]
    assert (close.at - solve.at).days == 3


def test_rules_that_only_observe_say_so_and_change_nothing() -> None:
    story = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
    found = ahead(story, "Mon 12 Jan 11:00", "Mon 2 Feb 00:00")

    assert {each.acts for each in found} == {False}
    # It would have been solved; it is not, so it is never closed.
    assert {each.kind for each in found} == {Kind.FOLLOW_UP, Kind.AUTO_SOLVE}


def test_what_is_owed_now_is_said_to_be() -> None:
    story = ticket("Mon 12 Jan 09:00", priority="urgent")
    found = ahead(story, "Mon 12 Jan 12:00", "Mon 12 Jan 13:00", QUIET)

    assert told(found) == [("12 06:30", "page")]
    assert found[0].due_already


def test_clocks_beside_the_first_response_are_foreseen_as_well() -> None:
    story = ticket("Mon 12 Jan 09:00", priority="urgent").answers("Mon 12 Jan 09:30")
    found = ahead(story, "Mon 12 Jan 10:00", "Tue 13 Jan 00:00", with_clocks(RESOLUTION), QUIET)
    assert [(each.clock, each.at) for each in found] == [("resolution", at("Mon 12 Jan 17:00"))]
    third = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 09:30").becomes("Mon 12 Jan 10:00", THIRD_PARTY)
    kinds = [each.kind for each in ahead(third, "Mon 12 Jan 11:00", "Tue 20 Jan 00:00", with_clocks(UPDATES), QUIET)]
    assert kinds.count(Kind.NUDGE) == 2


def test_a_ticket_that_a_solve_ends_before_its_deadline_misses_nothing() -> None:
    story = ticket("Mon 12 Jan 09:00").waits("Mon 12 Jan 10:00")
    slow = {**RESOLUTION, "within": {"medium": "200h"}, "pause_in": []}
    found = ahead(story, "Mon 12 Jan 11:00", "Mon 2 Feb 00:00", WAITING_ACTS, SOLVED_ACTS, with_clocks(slow), QUIET)
    assert Passing.BREACH not in {each.kind for each in found}
    assert Passing.BREACH in {
        each.kind for each in ahead(story, "Mon 12 Jan 11:00", "Mon 2 Feb 00:00", with_clocks(slow), QUIET)
    }


def test_a_ticket_that_is_over_has_nothing_ahead() -> None:
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 09:10").becomes("Mon 12 Jan 10:00", SOLVED)
    assert told(ahead(story, "Mon 12 Jan 11:00", "Tue 13 Jan 11:00")) == []
