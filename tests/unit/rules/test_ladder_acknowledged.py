"""How long do an acknowledgement, a claim and a snooze hold pages back, and what is paged then?"""

from __future__ import annotations

import pytest

from slabot.rules import Kind
from tests.fixtures.policies import policy
from tests.fixtures.tickets import due, planned, rung, ticket
from tests.fixtures.times import at
from tests.unit.rules.critical_ticket import CRITICAL, EVERY, START, all_paged, page, rung_and_repeat

PAGED = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", severity="critical", repetition=0)


@pytest.mark.parametrize("claimed", [False, True])
def test_an_acknowledgement_stops_the_ladder_until_re_page_after(claimed: bool) -> None:
    story = PAGED.claimed("Mon 12 Jan 10:05") if claimed else PAGED.acknowledged("Mon 12 Jan 10:05")
    assert due(story.decide("Mon 12 Jan 10:34:59"), Kind.PAGE) == []
    assert planned(story.decide("Mon 12 Jan 10:05"), Kind.PAGE)[0] == at("Mon 12 Jan 10:35")
    found = page(story.decide("Mon 12 Jan 10:35"))
    did = "claimed" if claimed else "acknowledged"
    assert found.because == (
        f"{did} Mon 12 Jan 2026 10:05 +05:30, still unanswered; passed before it without a page: 75% used"
    )
    told = story.paged("Mon 12 Jan 10:35", found.fact("rung") or "", severity="critical", repetition=0)
    assert due(told.decide("Mon 12 Jan 10:44:59"), Kind.PAGE) == []
    assert rung(told.decide("Mon 12 Jan 10:45")) == "15m before"


def test_re_page_after_is_working_time_of_the_clocks_calendar() -> None:
    story = ticket("Fri 9 Jan 17:50", priority="high").acknowledged("Fri 9 Jan 23:50")
    assert planned(story.decide("Fri 9 Jan 23:50"), Kind.PAGE)[0] == at("Mon 12 Jan 00:20")


def test_an_answer_after_the_acknowledgement_ends_the_paging() -> None:
    story = PAGED.acknowledged("Mon 12 Jan 10:05").answers("Mon 12 Jan 10:20")
    decision = story.decide("Mon 12 Jan 10:35")
    assert due(decision, Kind.PAGE) == []
    assert planned(decision, Kind.PAGE) == []


@pytest.mark.parametrize("what", ["acknowledged", "claimed", "snoozed"])
def test_taking_it_back_goes_on_where_the_ladder_was(what: str) -> None:
    story = {
        "acknowledged": PAGED.acknowledged("Mon 12 Jan 10:05"),
        "claimed": PAGED.claimed("Mon 12 Jan 10:05"),
        "snoozed": PAGED.snoozed("Mon 12 Jan 10:05", "Mon 12 Jan 18:00"),
    }[what].unacknowledged("Mon 12 Jan 10:31")
    assert rung(story.decide("Mon 12 Jan 10:31")) == "75% used"


def test_a_snooze_lasts_until_its_instant() -> None:
    story = PAGED.snoozed("Mon 12 Jan 10:05", "Mon 12 Jan 10:50")
    assert due(story.decide("Mon 12 Jan 10:49:59"), Kind.PAGE) == []
    found = page(story.decide("Mon 12 Jan 10:50"))
    assert found.because == (
        "snoozed Mon 12 Jan 2026 10:05 +05:30, still unanswered; passed before it without a page: 75% used "
        "and 15m before"
    )


def test_a_snooze_until_a_time_gone_by_is_no_quiet() -> None:
    story = PAGED.snoozed("Mon 12 Jan 10:31", "Mon 12 Jan 10:10")
    assert len(due(story.decide("Mon 12 Jan 10:31"), Kind.PAGE)) == 1


def test_the_last_word_counts_among_acknowledgements_and_snoozes() -> None:
    story = PAGED.snoozed("Mon 12 Jan 10:05", "Mon 12 Jan 18:00").acknowledged("Mon 12 Jan 10:10")
    assert len(due(story.decide("Mon 12 Jan 10:40"), Kind.PAGE)) == 1
    story = PAGED.acknowledged("Mon 12 Jan 10:05").snoozed("Mon 12 Jan 10:10", "Mon 12 Jan 18:00")
    assert due(story.decide("Mon 12 Jan 17:59:59"), Kind.PAGE) == []


@pytest.mark.parametrize(("named", "quiet"), [(None, True), ("first_response", True), ("resolution", False)])
def test_quiet_is_for_the_clock_that_is_named_or_for_all(named: str | None, quiet: bool) -> None:
    story = PAGED.acknowledged("Mon 12 Jan 10:05", named)
    assert (due(story.decide("Mon 12 Jan 10:30"), Kind.PAGE) == []) is quiet
    snoozed = PAGED.snoozed("Mon 12 Jan 10:05", "Mon 12 Jan 18:00", named)
    assert (due(snoozed.decide("Mon 12 Jan 10:30"), Kind.PAGE) == []) is quiet
    back = PAGED.acknowledged("Mon 12 Jan 10:05").unacknowledged("Mon 12 Jan 10:06", named)
    assert (due(back.decide("Mon 12 Jan 10:30"), Kind.PAGE) != []) is quiet


def test_a_raise_after_the_acknowledgement_pages_at_once() -> None:
    story = ticket(START, priority="high").acknowledged("Mon 12 Jan 10:05").severity("Mon 12 Jan 10:10", "critical")
    assert rung(story.decide("Mon 12 Jan 10:10")) == "50% used"
    before = ticket(START, priority="high").severity("Mon 12 Jan 10:05", "critical").acknowledged("Mon 12 Jan 10:10")
    assert due(before.decide("Mon 12 Jan 10:10"), Kind.PAGE) == []
    same_second = ticket(START, priority="high").severity("Mon 12 Jan 10:05", "critical")
    assert due(same_second.acknowledged("Mon 12 Jan 10:05").decide("Mon 12 Jan 10:05"), Kind.PAGE) == []


def test_a_lowering_after_the_acknowledgement_stays_quiet() -> None:
    story = PAGED.acknowledged("Mon 12 Jan 10:05").severity("Mon 12 Jan 10:10", "high")
    assert due(story.decide("Mon 12 Jan 10:20"), Kind.PAGE) == []


# ── What comes then ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_at_the_end_of_the_quiet_is_the_newest_and_names_what_passed_meanwhile() -> None:
    story = all_paged("11:30").acknowledged("Mon 12 Jan 11:40")  # quiet until 12:10
    found = page(story.decide("Mon 12 Jan 12:10"))
    assert rung_and_repeat(found) == ("acknowledged Mon 12 Jan 2026 11:40 +05:30, still unanswered", "0")
    assert found.key.endswith("/acknowledged Mon 12 Jan 2026 11:40 +05:30, still unanswered/0")
    assert found.because.endswith(f"passed before it without a page: {EVERY} (repeat 1)")
    assert found.at == at("Mon 12 Jan 12:10")


def test_the_pages_to_come_begin_with_the_end_of_the_snooze() -> None:
    story = all_paged("11:30").snoozed("Mon 12 Jan 11:40", "Mon 12 Jan 12:30")
    for now in ("Mon 12 Jan 11:41", "Mon 12 Jan 12:00", "Mon 12 Jan 12:29:58", "Mon 12 Jan 12:29:59"):
        coming = story.decide(now).upcoming
        assert coming[0].at == at("Mon 12 Jan 12:30")
        assert coming[0].because == "snoozed Mon 12 Jan 2026 11:40 +05:30, still unanswered"
        assert [rung_and_repeat(action) for action in coming[1:3]] == [(EVERY, "3"), (EVERY, "4")]
        assert [action.at for action in coming] == sorted(action.at for action in coming)


def test_a_rung_one_second_before_the_end_of_the_snooze_is_not_listed() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", repetition=0)
    story = story.snoozed("Mon 12 Jan 10:05", "Mon 12 Jan 10:30:01")
    coming = story.decide("Mon 12 Jan 10:06").upcoming
    assert [action.at for action in coming[:2]] == [at("Mon 12 Jan 10:30:01"), at("Mon 12 Jan 10:45")]


@pytest.mark.parametrize(("when", "quiet"), [("Mon 12 Jan 08:59:59", False), (START, True)])
def test_an_acknowledgement_counts_from_the_second_in_which_the_clock_starts(when: str, quiet: bool) -> None:
    rules = policy({"re_page_after": "90m"})
    story = CRITICAL.acknowledged(when)
    assert (due(story.decide("Mon 12 Jan 10:00", rules), Kind.PAGE) == []) is quiet


@pytest.mark.parametrize(
    ("raised", "quiet"),
    [("09:09:59", True), ("09:10", True), ("09:10:01", False), ("09:20", False)],
)
def test_an_acknowledgement_holds_unless_the_severity_was_raised_later(raised: str, quiet: bool) -> None:
    story = ticket(START).acknowledged("Mon 12 Jan 09:10").severity(f"Mon 12 Jan {raised}", "critical")
    held = story.decide("Mon 12 Jan 10:10", policy({"re_page_after": "3h"}))  # half of 2 hours is used
    assert (due(held, Kind.PAGE) == []) is quiet
