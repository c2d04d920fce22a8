"""Are people left in peace in quiet hours, and is nothing lost by it?"""

from __future__ import annotations

from slabot.domain import SECOND
from slabot.policy import Policy
from slabot.rules import Action, Decision, Kind
from tests.fixtures.policies import Edits, ladder, ladders, policy
from tests.fixtures.tickets import Story, due, only, planned, ticket
from tests.fixtures.times import at

NIGHTS: Edits = {
    "calendars.nights": {"time_zone": "Asia/Kolkata", "open": {"mon-sun": ["20:00-08:00"]}},
    "quiet_hours": {"calendar": "nights", "severities": ["medium", "low"]},
}
QUIET = policy(NIGHTS)  # medium: 12 h of the support week; rungs 1h before, breach
MANY = policy(NIGHTS, ladders(ladder("50% used", "2h before", "1h before", "breach", "1h after, then every 4h")))
EVENING = ticket("Mon 12 Jan 18:00")  # medium, due Tue 06:00: 50% at 00:00, 2h before at 04:00, 1h before at 05:00


def page(decision: Decision) -> Action:
    return only(decision, Kind.PAGE)


def rung(story: Story, when: str, rules: Policy = QUIET) -> str | None:
    decision = story.decide(when, rules)
    return page(decision).fact("rung") if due(decision, Kind.PAGE) else None


def test_what_falls_into_the_quiet_hours_comes_at_their_end_as_one_page() -> None:
    for when in ("Tue 13 Jan 00:00", "Tue 13 Jan 05:00", "Tue 13 Jan 07:59:59"):
        decision = EVENING.decide(when, MANY)
        assert due(decision, Kind.PAGE) == []
        assert planned(decision, Kind.PAGE)[0] == at("Tue 13 Jan 08:00")
    morning = page(EVENING.decide("Tue 13 Jan 08:00", MANY))
    assert (morning.fact("rung"), morning.fact("held"), morning.at) == (
        "1h after, then every 4h",
        "quiet hours",
        at("Tue 13 Jan 08:00"),
    )
    assert morning.because == (
        "1 h past the deadline of Tue 13 Jan 2026 06:00 +05:30; held from Tue 13 Jan 2026 07:00 +05:30 in the quiet "
        "hours; passed before it without a page: 50% used, 2h before, 1h before and breach"
    )


def test_the_morning_is_foretold_as_it_will_be() -> None:
    decision = EVENING.decide("Mon 12 Jan 20:00", MANY)
    first = next(step for step in decision.upcoming if step.kind is Kind.PAGE)
    assert (first.fact("rung"), first.at) == ("1h after, then every 4h", at("Tue 13 Jan 08:00"))
    assert planned(decision, Kind.PAGE) == [
        at("Tue 13 Jan 08:00"),
        at("Tue 13 Jan 11:00"),
        at("Tue 13 Jan 15:00"),
        at("Tue 13 Jan 19:00"),
        at("Wed 14 Jan 08:00"),
    ]
    assert decision.next_look == at("Tue 13 Jan 06:00") + SECOND  # the clock is missed then


def test_the_rest_of_a_rung_waits_for_nobody_once_it_is_morning() -> None:
    story = EVENING.pages("Tue 13 Jan 08:00", MANY)
    assert rung(story, "Tue 13 Jan 10:59:59", MANY) is None
    later = page(story.decide("Tue 13 Jan 11:00", MANY))
    assert (later.fact("repetition"), later.fact("held")) == ("1", None)


def test_a_rung_at_the_first_second_of_quiet_waits_and_one_at_its_end_does_not() -> None:
    first = ticket("Mon 12 Jan 09:00")  # due 21:00, 1h before at 20:00
    assert rung(first, "Mon 12 Jan 20:00") is None
    assert planned(first.decide("Mon 12 Jan 20:00", QUIET), Kind.PAGE) == [at("Tue 13 Jan 08:00")]
    last = ticket("Mon 12 Jan 21:00")  # due Tue 09:00, 1h before at 08:00
    assert page(last.decide("Tue 13 Jan 08:00", QUIET)).fact("held") is None


def test_what_was_due_before_the_quiet_hours_goes_out_in_them() -> None:
    story = ticket("Mon 12 Jan 08:59:59")  # 1h before at 19:59:59
    late = page(story.decide("Mon 12 Jan 22:00", QUIET))
    assert (late.fact("rung"), late.at, late.fact("held")) == ("1h before", at("Mon 12 Jan 19:59:59"), None)
    assert rung(story.pages("Mon 12 Jan 22:00", QUIET), "Mon 12 Jan 22:01") is None


def test_a_repeat_that_was_due_before_the_quiet_hours_is_not_lost_behind_one_in_them() -> None:
    rules = policy(NIGHTS, ladders(ladder("30m after, then every 1h")))
    story = ticket("Mon 12 Jan 06:00")  # due 18:00: 18:30, 19:30, then quiet: 20:30, …
    for when in ("Mon 12 Jan 19:30", "Mon 12 Jan 20:29", "Mon 12 Jan 23:45"):
        sent = page(story.decide(when, rules))
        assert (sent.fact("repetition"), sent.at) == ("1", at("Mon 12 Jan 19:30"))
    told = story.pages("Mon 12 Jan 23:45", rules)
    assert rung(told, "Tue 13 Jan 07:59:59", rules) is None
    assert page(told.decide("Tue 13 Jan 08:00", rules)).fact("repetition") == "13"


def test_those_who_are_left_of_a_rung_that_was_told_before_hear_of_it_in_the_quiet_hours() -> None:
    rules = policy(NIGHTS, ladders({"rungs": [{"at": "1h before", "notify": ["#leads", "assignee"]}]}))
    story = ticket("Mon 12 Jan 08:59:59").pages("Mon 12 Jan 19:59:59", rules, "#leads")
    assert page(story.decide("Mon 12 Jan 20:05", rules)).fact("to") == "assignee"


def test_what_is_critical_is_paged_at_night() -> None:
    assert rung(ticket("Mon 12 Jan 22:00", priority="urgent"), "Mon 12 Jan 23:00") == "50% used"


def test_a_raise_in_the_night_pages_at_once_and_a_lowering_is_left_to_the_morning() -> None:
    raised = EVENING.severity("Tue 13 Jan 01:00", "critical")
    assert rung(raised, "Tue 13 Jan 01:00") == "30m after, then every 30m for 3 days"
    critical = ticket("Mon 12 Jan 22:00", priority="urgent").severity("Mon 12 Jan 22:10", "medium")
    assert rung(critical, "Tue 13 Jan 07:59:59") is None  # due 10:00, 1h before at 09:00
    assert rung(critical, "Tue 13 Jan 09:00") == "1h before"


def test_whoever_asks_for_the_next_page_is_not_left_in_peace() -> None:
    asked = EVENING.escalated("Mon 12 Jan 21:00")
    sent = page(asked.decide("Mon 12 Jan 21:00", MANY))
    assert (sent.fact("rung"), sent.fact("held"), sent.at) == ("50% used", None, at("Mon 12 Jan 21:00"))
    told = asked.pages("Mon 12 Jan 21:00", MANY)
    assert rung(told, "Tue 13 Jan 07:59:59", MANY) is None
    assert "passed before it without a page: 2h before" in page(told.decide("Tue 13 Jan 08:00", MANY)).because


def test_what_the_quiet_hours_held_is_the_next_page_for_whoever_asks() -> None:
    asked = EVENING.escalated("Tue 13 Jan 04:30")
    for when in ("Tue 13 Jan 04:30", "Tue 13 Jan 05:30"):
        sent = page(asked.decide(when, MANY))
        assert sent.fact("rung") == "2h before"
        assert sent.because.endswith(": 2 h before it is due at Tue 13 Jan 2026 06:00 +05:30; passed before it without "
                                     "a page: 50% used")  # fmt: skip
    later = page(asked.decide("Tue 13 Jan 08:00", MANY))
    assert (later.fact("rung"), later.at) == ("1h after, then every 4h", at("Tue 13 Jan 04:30"))


def test_an_acknowledgement_that_ends_at_night_is_heard_of_in_the_morning() -> None:
    rules = policy(NIGHTS, {"re_page_after": "4h"})
    story = ticket("Mon 12 Jan 08:00").pages("Mon 12 Jan 19:00", rules).acknowledged("Mon 12 Jan 19:30")
    assert planned(story.decide("Mon 12 Jan 19:30", rules), Kind.PAGE) == [at("Tue 13 Jan 08:00")]
    assert rung(story, "Tue 13 Jan 07:59:59", rules) is None
    morning = page(story.decide("Tue 13 Jan 08:00", rules))
    assert morning.fact("rung") == "acknowledged Mon 12 Jan 2026 19:30 +05:30, still unanswered"
    assert morning.because.endswith(
        "held from Mon 12 Jan 2026 23:30 +05:30 in the quiet hours; passed before it without a page: breach"
    )


def test_a_snooze_that_outlasts_the_quiet_hours_holds_what_they_held() -> None:
    story = EVENING.snoozed("Mon 12 Jan 21:00", "Tue 13 Jan 10:00")
    assert planned(story.decide("Tue 13 Jan 06:30", MANY), Kind.PAGE)[0] == at("Tue 13 Jan 10:00")
    assert rung(story, "Tue 13 Jan 09:59:59", MANY) is None
    assert page(story.decide("Tue 13 Jan 10:00", MANY)).fact("rung") == (
        "snoozed Mon 12 Jan 2026 21:00 +05:30, still unanswered"
    )


def test_taking_a_snooze_back_at_night_wakes_nobody() -> None:
    story = EVENING.snoozed("Mon 12 Jan 21:00", "Tue 13 Jan 10:00").unacknowledged("Tue 13 Jan 01:00")
    decision = story.decide("Tue 13 Jan 01:00", MANY)
    assert due(decision, Kind.PAGE) == []
    assert planned(decision, Kind.PAGE)[0] == at("Tue 13 Jan 08:00")


def test_what_the_quiet_hours_hold_alone_is_foretold_from_its_first_second_on_and_what_was_due_before_is_not() -> None:
    rules = policy(NIGHTS, ladders(ladder("1h before")))
    held = ticket("Mon 12 Jan 09:00")  # 1h before at 20:00
    assert planned(held.decide("Mon 12 Jan 20:00", rules), Kind.PAGE) == [at("Tue 13 Jan 08:00")]
    before = ticket("Mon 12 Jan 08:59:59")
    assert planned(before.decide("Mon 12 Jan 22:00", rules), Kind.PAGE) == []


def test_what_somebody_asked_for_in_the_quiet_hours_does_not_come_again_in_the_morning() -> None:
    rules = policy(NIGHTS, ladders(ladder("50% used", "2h before")))
    decision = EVENING.escalated("Tue 13 Jan 04:30").decide("Tue 13 Jan 04:30", rules)
    assert page(decision).fact("rung") == "2h before"
    assert planned(decision, Kind.PAGE) == []


def test_whoever_asks_gets_what_the_quiet_hours_hold_rather_than_what_was_due_before() -> None:
    rules = policy(NIGHTS, ladders(ladder("50% used", "4h before", "2h before")))
    story = ticket("Mon 12 Jan 10:00")  # due 22:00: 16:00, 18:00, 20:00
    sent = page(story.escalated("Mon 12 Jan 21:00").decide("Mon 12 Jan 21:00", rules))
    assert sent.fact("rung") == "2h before"
    assert sent.because.endswith("passed before it without a page: 50% used and 4h before")
