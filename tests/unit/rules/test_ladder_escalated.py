"""Does whoever asks for the next page get it at once, and nobody the same one twice?"""

from __future__ import annotations

import pytest

from slabot.domain import PageSent
from slabot.policy import Policy
from slabot.rules import Decision, Kind
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, ladder, ladders, policy, with_clocks
from tests.fixtures.tickets import PENDING, WAITING, due, planned
from tests.fixtures.times import at
from tests.unit.rules.critical_ticket import CRITICAL, EVERY, page

SHORT = policy(ladders(ladder("50% used", "breach")))
MANY = policy(ladders({"rungs": [{"at": "50% used", "notify": ["#leads", "assignee"]}, {"at": "breach"}]}))


def rung(decision: Decision) -> str | None:
    found = due(decision, Kind.PAGE)
    return page(decision).fact("rung") if found else None


def test_the_next_rung_comes_at_once_and_says_that_somebody_asked() -> None:
    story = CRITICAL.escalated("Mon 12 Jan 09:10", by_id="U012AB3CD")
    sent = page(story.decide("Mon 12 Jan 09:12"))
    assert (sent.fact("rung"), sent.fact("repetition"), sent.at) == ("50% used", "0", at("Mon 12 Jan 09:10"))
    assert sent.key == "acme/4711/page/first_response/critical/50% used/0"
    assert sent.because == "somebody asked for the next page at Mon 12 Jan 2026 09:10 +05:30: 50% of 2h used"
    assert (sent.fact("asked_at"), sent.fact("asked_by")) == ("2026-01-12T03:40:00+00:00", "U012AB3CD")


def test_who_asked_is_left_out_where_it_is_not_known() -> None:
    assert page(CRITICAL.escalated("Mon 12 Jan 09:10").decide("Mon 12 Jan 09:10")).fact("asked_by") is None


def test_the_rung_is_used_up_by_it_and_the_ladder_goes_on_after_it() -> None:
    story = CRITICAL.escalated("Mon 12 Jan 09:10")
    waiting = [at("Mon 12 Jan 10:30"), at("Mon 12 Jan 10:45"), at("Mon 12 Jan 11:00"), at("Mon 12 Jan 11:30")]
    assert planned(story.decide("Mon 12 Jan 09:10"), Kind.PAGE)[:4] == waiting
    told = story.pages("Mon 12 Jan 09:10", policy())
    decision = told.decide("Mon 12 Jan 09:10")
    assert (rung(decision), planned(decision, Kind.PAGE)[:4]) == (None, waiting)
    assert decision.next_look == at("Mon 12 Jan 10:30")
    assert rung(told.decide("Mon 12 Jan 10:29:59")) is None
    assert page(told.decide("Mon 12 Jan 10:30")).because == "75% of 2h used"


def test_the_wish_stays_until_a_page_has_left_and_takes_the_newest_rung_by_then() -> None:
    story = CRITICAL.escalated("Mon 12 Jan 09:10")
    assert rung(story.decide("Mon 12 Jan 10:29:59")) == "50% used"
    late = page(story.decide("Mon 12 Jan 10:30"))
    assert (late.fact("rung"), late.at) == ("75% used", at("Mon 12 Jan 09:10"))
    assert late.because.endswith(": 75% of 2h used; passed before it without a page: 50% used")


def test_what_had_passed_is_the_next_page() -> None:
    story = CRITICAL.acknowledged("Mon 12 Jan 09:50").snoozed("Mon 12 Jan 10:19", "Mon 12 Jan 18:00")
    sent = page(story.escalated("Mon 12 Jan 10:50").decide("Mon 12 Jan 10:51"))
    assert sent.fact("rung") == "15m before"
    assert sent.because.endswith("passed before it without a page: 50% used and 75% used")


@pytest.mark.parametrize("asked", range(1, 9))
def test_every_wish_is_a_rung_further_and_the_ladder_goes_on_where_it_ends(asked: int) -> None:
    story = CRITICAL
    for minute in range(asked):
        when = f"Mon 12 Jan 09:{10 + minute}"
        story = story.escalated(when).pages(when, policy())
    sent = [(event.rung, event.repetition) for event in story if isinstance(event, PageSent)]
    whole = [("50% used", 0), ("75% used", 0), ("15m before", 0), ("breach", 0), *((EVERY, n) for n in range(9))]
    assert sent == whole[:asked]
    decision = story.decide("Mon 12 Jan 09:30")
    following = decision.upcoming[0]
    assert (following.fact("rung"), int(following.fact("repetition") or 0)) == whole[asked]
    assert decision.next_look == min(following.at, at("Mon 12 Jan 11:00:01"))  # the clock is missed then
    assert len([step for step in decision.upcoming if step.kind is Kind.PAGE]) == 5


def test_a_ladder_that_has_nothing_left_pages_all_the_same() -> None:
    told = CRITICAL.pages("Mon 12 Jan 10:00", SHORT).pages("Mon 12 Jan 11:00", SHORT)
    first = page(told.escalated("Mon 12 Jan 11:10").decide("Mon 12 Jan 11:10", SHORT))
    assert (first.fact("rung"), first.fact("repetition")) == ("escalated", "0")
    assert first.because == "somebody asked for the next page at Mon 12 Jan 2026 11:10 +05:30"
    again = told.escalated("Mon 12 Jan 11:10").pages("Mon 12 Jan 11:10", SHORT).escalated("Mon 12 Jan 11:20")
    second = page(again.decide("Mon 12 Jan 11:20", SHORT))
    assert (second.fact("rung"), second.fact("repetition")) == ("escalated", "1")
    assert second.key != first.key
    assert rung(again.pages("Mon 12 Jan 11:20", SHORT).decide("Mon 12 Jan 11:21", SHORT)) is None


def test_a_ladder_that_was_used_up_before_its_time_tells_everybody_of_its_last_rung() -> None:
    rules = policy(ladders({"rungs": [{"at": "breach", "notify": ["#leads", "assignee"]}]}))
    used = CRITICAL.escalated("Mon 12 Jan 09:10").pages("Mon 12 Jan 09:10", rules)
    story = used.escalated("Mon 12 Jan 09:20")
    assert [p.fact("to") for p in due(story.decide("Mon 12 Jan 09:20", rules), Kind.PAGE)] == ["#leads", "assignee"]
    told = story.pages("Mon 12 Jan 09:20", rules, "#leads")
    (left,) = due(told.decide("Mon 12 Jan 09:21", rules), Kind.PAGE)
    assert (left.fact("rung"), left.fact("to"), left.fact("asked_at")) == (
        "escalated",
        "assignee",
        "2026-01-12T03:50:00+00:00",
    )
    assert due(told.pages("Mon 12 Jan 09:21", rules).decide("Mon 12 Jan 11:00", rules), Kind.PAGE) == []


def test_everybody_hears_of_the_rung_that_somebody_asked_for_and_that_it_was_asked_for() -> None:
    story = CRITICAL.escalated("Mon 12 Jan 09:10", by_id="U012AB3CD").pages("Mon 12 Jan 09:11", MANY, "assignee")
    (left,) = due(story.decide("Mon 12 Jan 09:12", MANY), Kind.PAGE)
    assert (left.fact("to"), left.fact("asked_by")) == ("#leads", "U012AB3CD")
    assert left.because.startswith("somebody asked for the next page at Mon 12 Jan 2026 09:10 +05:30")


def test_asking_ends_an_acknowledgement_and_a_snooze() -> None:
    for story in (
        CRITICAL.acknowledged("Mon 12 Jan 09:50"),
        CRITICAL.snoozed("Mon 12 Jan 09:50", "Mon 12 Jan 18:00"),
        CRITICAL.claimed("Mon 12 Jan 09:50"),
    ):
        told = story.escalated("Mon 12 Jan 09:55").pages("Mon 12 Jan 09:55", policy())
        assert rung(told.decide("Mon 12 Jan 10:29:59")) is None
        assert rung(told.decide("Mon 12 Jan 10:30")) == "75% used"


def test_asking_for_quiet_afterwards_takes_the_wish_back() -> None:
    story = CRITICAL.escalated("Mon 12 Jan 09:10")
    assert rung(story.acknowledged("Mon 12 Jan 09:11").decide("Mon 12 Jan 09:12")) is None
    assert rung(story.snoozed("Mon 12 Jan 09:11", "Mon 12 Jan 09:50").decide("Mon 12 Jan 09:12")) is None
    assert rung(story.claimed("Mon 12 Jan 09:11").decide("Mon 12 Jan 09:12")) is None
    assert rung(story.unacknowledged("Mon 12 Jan 09:11").decide("Mon 12 Jan 09:12")) == "50% used"
    assert rung(story.acknowledged("Mon 12 Jan 09:11", "resolution").decide("Mon 12 Jan 09:12")) == "50% used"


@pytest.mark.parametrize(("named", "pages"), [(None, True), ("first_response", True), ("resolution", False)])
def test_asking_is_for_the_clock_that_is_named_or_for_all(named: str | None, pages: bool) -> None:
    decision = CRITICAL.escalated("Mon 12 Jan 09:10", named).decide("Mon 12 Jan 09:10")
    assert (rung(decision) is not None) is pages


def test_a_page_that_was_on_its_way_fulfils_the_wish_if_it_is_news() -> None:
    asked = CRITICAL.pages("Mon 12 Jan 10:00", policy()).escalated("Mon 12 Jan 10:05")
    for when in ("Mon 12 Jan 10:05:01", "Mon 12 Jan 10:06"):
        news = asked.paged(when, "75% used", severity="critical", repetition=0, to="channel")
        assert rung(news.decide("Mon 12 Jan 10:07")) is None
        stale = asked.paged(when, "50% used", severity="critical", repetition=0, to="user:U012AB")
        assert rung(stale.decide("Mon 12 Jan 10:07")) == "75% used"


def test_what_was_told_in_the_second_of_the_wish_was_no_news() -> None:
    told = CRITICAL.pages("Mon 12 Jan 10:00", policy()).escalated("Mon 12 Jan 10:00")
    stale = told.paged("Mon 12 Jan 10:01", "50% used", severity="critical", repetition=0, to="user:U012AB")
    assert rung(stale.decide("Mon 12 Jan 10:02")) == "75% used"


def test_whoever_asks_last_is_named() -> None:
    story = CRITICAL.escalated("Mon 12 Jan 09:10", by_id="U1").pages("Mon 12 Jan 09:10", policy())
    story = story.escalated("Mon 12 Jan 09:10:01", by_id="U2")
    assert page(story.decide("Mon 12 Jan 09:11")).fact("asked_by") == "U2"


def test_wishes_one_second_apart_are_two_pages_of_a_ladder_that_has_nothing_left() -> None:
    story = CRITICAL.pages("Mon 12 Jan 11:00", SHORT)
    for when in ("Mon 12 Jan 11:10:00", "Mon 12 Jan 11:10:01", "Mon 12 Jan 11:10:02"):
        story = story.escalated(when).pages(when, SHORT)
    assert [event.repetition for event in story if isinstance(event, PageSent)] == [0, 0, 1, 2]


def test_a_ladder_that_has_nothing_left_tells_those_of_its_last_rung() -> None:
    rules = policy(ladders({"rungs": [{"at": "50% used", "notify": "#first"}, {"at": "breach", "notify": "#last"}]}))
    story = CRITICAL.pages("Mon 12 Jan 11:00", rules).escalated("Mon 12 Jan 11:10")
    assert page(story.decide("Mon 12 Jan 11:10", rules)).fact("to") == "#last"


def test_the_next_rung_is_the_next_in_time_not_in_the_file() -> None:
    rules = policy(ladders(ladder("breach", "50% used")))
    assert rung(CRITICAL.escalated("Mon 12 Jan 09:10").decide("Mon 12 Jan 09:10", rules)) == "50% used"
    many = policy(ladders(ladder("30m after, then every 30m for 3 days", "3601s after", "50% used")))
    story = CRITICAL.pages("Mon 12 Jan 11:30", many).escalated("Mon 12 Jan 11:31")
    sent = page(story.decide("Mon 12 Jan 11:31", many))
    assert (sent.fact("rung"), sent.fact("repetition")) == (EVERY, "1")


def test_a_wish_from_before_the_clock_began_is_none() -> None:
    rules = policy(with_clocks(NEXT_RESPONSE), ladders(ladder("50% used", clock="next_response")))
    story = CRITICAL.answers("Mon 12 Jan 09:10").asks("Mon 12 Jan 10:00")
    assert due(story.escalated("Mon 12 Jan 09:59:59").decide("Mon 12 Jan 10:01", rules), Kind.PAGE) == []
    assert len(due(story.escalated("Mon 12 Jan 10:00").decide("Mon 12 Jan 10:01", rules), Kind.PAGE)) == 1


def test_a_wish_about_a_clock_that_stands_still_pages_too() -> None:
    rules = policy(with_clocks(RESOLUTION), ladders(ladder("50% used", "breach", clock="resolution")))
    story = CRITICAL.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 10:00", WAITING)
    story = story.escalated("Mon 12 Jan 10:10", "resolution")
    assert rung(story.decide("Mon 12 Jan 10:10", rules)) == "escalated"
    told = story.pages("Mon 12 Jan 10:10", rules).asks("Mon 12 Jan 11:00").becomes("Mon 12 Jan 11:00", PENDING)
    assert rung(told.decide("Mon 12 Jan 13:59:59", rules)) is None
    assert rung(told.decide("Mon 12 Jan 14:00", rules)) == "50% used"


def test_without_a_ladder_or_a_running_clock_there_is_no_page_to_ask_for() -> None:
    none: Policy = policy({"escalate": []})
    assert rung(CRITICAL.escalated("Mon 12 Jan 09:10").decide("Mon 12 Jan 09:10", none)) is None
    answered = CRITICAL.answers("Mon 12 Jan 09:05").escalated("Mon 12 Jan 09:10")
    assert rung(answered.decide("Mon 12 Jan 09:10")) is None
