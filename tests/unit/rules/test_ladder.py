"""Who is paged when, what was told already, and what keeps quiet?

The stories are about a critical ticket of Mon 12 Jan 09:00: due 11:00, rungs of the default policy at 10:00,
10:30, 10:45, 11:00, 11:30 and then every half hour.
"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.domain import Person
from slabot.rules import Action, Decision, Kind
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, ladder, ladders, policy, with_clocks
from tests.fixtures.tickets import PENDING, SOLVED, WAITING, Story, clock, due, only, planned, rung, ticket
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
CRITICAL = ticket(START, priority="urgent")
EVERY = "30m after, then every 30m"


def _page(decision: Decision) -> Action:
    return only(decision, Kind.PAGE)


# ── Rungs and boundaries ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("now", "name", "repetition"),
    [
        ("Mon 12 Jan 09:59:59", None, None),
        ("Mon 12 Jan 10:00", "50% used", "0"),
        ("Mon 12 Jan 10:29:59", "50% used", "0"),
        ("Mon 12 Jan 10:30", "75% used", "0"),
        ("Mon 12 Jan 10:44:59", "75% used", "0"),
        ("Mon 12 Jan 10:45", "15m before", "0"),
        ("Mon 12 Jan 10:59:59", "15m before", "0"),
        ("Mon 12 Jan 11:00", "breach", "0"),
        ("Mon 12 Jan 11:29:59", "breach", "0"),
        ("Mon 12 Jan 11:30", EVERY, "0"),
        ("Mon 12 Jan 11:59:59", EVERY, "0"),
        ("Mon 12 Jan 12:00", EVERY, "1"),
        ("Mon 12 Jan 12:30", EVERY, "2"),
        ("Tue 13 Jan 11:29:59", EVERY, "47"),
    ],
)
def test_the_newest_rung_that_has_passed_is_due(now: str, name: str | None, repetition: str | None) -> None:
    decision = CRITICAL.decide(now)
    assert rung(decision) == name
    if name is not None:
        page = _page(decision)
        assert page.fact("repetition") == repetition
        assert page.key == f"acme/4711/page/first_response/critical/{name}/{repetition}"
        assert (page.fact("clock"), page.fact("severity")) == ("first_response", "critical")


def test_rungs_say_why_in_words() -> None:
    rules = policy(ladders(ladder("50% used", "15m before", "breach", "90m after")))
    found = [action.because for action in CRITICAL.decide(START, rules).upcoming if action.kind is Kind.PAGE]
    assert found == [
        "50% of 2h used",
        "15 min before it is due at Mon 12 Jan 2026 11:00 +05:30",
        "the deadline of Mon 12 Jan 2026 11:00 +05:30 passes",
        "1 h 30 min past the deadline of Mon 12 Jan 2026 11:00 +05:30",
    ]
    promised = ticket("Sat 10 Jan 15:00", priority="low").decide("Sat 10 Jan 15:00", rules)
    assert promised.upcoming[0].because == "50% of the time until the end of the next working day used"


def test_an_act_is_due_since_its_rung_not_since_it_was_seen() -> None:
    assert _page(CRITICAL.decide("Mon 12 Jan 10:20")).at == at("Mon 12 Jan 10:00")


def test_shares_are_rounded_up_to_the_second_in_which_they_were_reached() -> None:
    rules = policy({"severities.critical.respond_within": "10s"}, ladders(ladder("33% used")))
    assert planned(CRITICAL.decide(START, rules), Kind.PAGE) == [at("Mon 12 Jan 09:00:04")]


def test_a_rung_before_the_start_is_due_at_the_start() -> None:
    rules = policy(ladders(ladder("3h before", "breach")))
    page = _page(CRITICAL.decide(START, rules))
    assert (page.fact("rung"), page.at) == ("3h before", at(START))


def test_rungs_at_the_same_instant_go_by_their_order_in_the_file() -> None:
    rules = policy(ladders(ladder("50% used", "60m before")))  # both at 10:00; written 1h
    decision = CRITICAL.decide("Mon 12 Jan 10:00", rules)
    assert rung(decision) == "1h before"
    assert _page(decision).because.endswith("passed before it without a page: 50% used")


def test_upcoming_lists_the_next_five() -> None:
    assert planned(CRITICAL.decide("Mon 12 Jan 10:50"), Kind.PAGE) == [
        at("Mon 12 Jan 11:00"),
        at("Mon 12 Jan 11:30"),
        at("Mon 12 Jan 12:00"),
        at("Mon 12 Jan 12:30"),
        at("Mon 12 Jan 13:00"),
    ]


def test_repeats_are_working_time_too() -> None:
    story = ticket("Fri 9 Jan 16:00", priority="high")  # due 22:00; 2h after = Sat 00:00, then Mon 04:00, 08:00
    assert planned(story.decide("Fri 9 Jan 22:00"), Kind.PAGE)[:3] == [
        at("Sat 10 Jan 00:00"),
        at("Mon 12 Jan 04:00"),
        at("Mon 12 Jan 08:00"),
    ]


# ── Told already ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("severity", ["critical", None])
def test_nobody_is_paged_twice_about_the_same_rung(severity: str | None) -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", severity=severity)
    assert due(story.decide("Mon 12 Jan 10:29:59"), Kind.PAGE) == []
    assert rung(story.decide("Mon 12 Jan 10:30")) == "75% used"


def test_a_rung_that_was_overtaken_is_named_and_never_sent_later() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", severity="critical", repetition=0)
    page = _page(story.decide("Mon 12 Jan 11:10"))
    assert page.fact("rung") == "breach"
    assert page.because.endswith("; passed before it without a page: 75% used and 15m before")
    told = story.paged("Mon 12 Jan 11:10", "breach", severity="critical", repetition=0)
    assert due(told.decide("Mon 12 Jan 11:29:59"), Kind.PAGE) == []


@pytest.mark.parametrize("repetition", [1, None])
def test_repeats_go_on_after_the_last_one_that_was_sent(repetition: int | None) -> None:
    story = CRITICAL.paged("Mon 12 Jan 12:00", EVERY, severity="critical", repetition=repetition)
    assert due(story.decide("Mon 12 Jan 12:29:59"), Kind.PAGE) == []
    assert _page(story.decide("Mon 12 Jan 12:30")).fact("repetition") == "2"
    assert _page(story.decide("Mon 12 Jan 12:30")).because == (
        "1 h 30 min past the deadline of Mon 12 Jan 2026 11:00 +05:30"
    )


def test_a_missed_repeat_names_the_rung_itself() -> None:
    story = CRITICAL.paged("Mon 12 Jan 11:00", "breach", severity="critical", repetition=0)
    assert _page(story.decide("Mon 12 Jan 12:40")).because.endswith(f"passed before it without a page: {EVERY}")


def test_a_page_with_a_rung_of_an_older_policy_told_everything_until_then() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:40", "20m before", severity="critical", repetition=0)
    assert due(story.decide("Mon 12 Jan 10:44:59"), Kind.PAGE) == []
    assert rung(story.decide("Mon 12 Jan 10:45")) == "15m before"


def test_pages_about_another_clock_told_nothing_about_this_one() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", clock="resolution", severity="critical", repetition=0)
    assert rung(story.decide("Mon 12 Jan 10:00")) == "50% used"


def test_a_raise_begins_the_ladder_anew_and_a_lowering_does_not() -> None:
    medium = ticket(START).paged("Mon 12 Jan 10:00", "1h before", severity="medium", repetition=0)
    raised = medium.severity("Mon 12 Jan 10:10", "critical")
    assert rung(raised.decide("Mon 12 Jan 10:10")) == "50% used"
    lowered = CRITICAL.paged("Mon 12 Jan 11:00", "breach", severity="critical", repetition=0)
    lowered = lowered.severity("Mon 12 Jan 11:10", "high")  # due 15:00, 75 % at 13:30
    assert due(lowered.decide("Mon 12 Jan 13:29:59"), Kind.PAGE) == []
    assert rung(lowered.decide("Mon 12 Jan 13:30")) == "75% used"


def test_a_page_without_its_severity_is_taken_for_one_of_the_severity_then_in_force() -> None:
    story = ticket(START).paged("Mon 12 Jan 10:00", "50% used").severity("Mon 12 Jan 10:10", "critical")
    assert rung(story.decide("Mon 12 Jan 10:10")) == "50% used"


def test_a_raise_before_due_does_not_speak_of_the_past() -> None:
    story = ticket(START).severity("Mon 12 Jan 10:59:59", "critical")
    assert "already past" not in _page(story.decide("Mon 12 Jan 10:59:59")).because
    at_due = ticket(START).severity("Mon 12 Jan 11:00", "critical")
    assert "already past" in _page(at_due.decide("Mon 12 Jan 11:00")).because


# ── Quiet ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PAGED = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", severity="critical", repetition=0)


@pytest.mark.parametrize("claimed", [False, True])
def test_an_acknowledgement_stops_the_ladder_until_re_page_after(claimed: bool) -> None:
    story = PAGED.claimed("Mon 12 Jan 10:05") if claimed else PAGED.acknowledged("Mon 12 Jan 10:05")
    assert due(story.decide("Mon 12 Jan 10:34:59"), Kind.PAGE) == []
    assert planned(story.decide("Mon 12 Jan 10:05"), Kind.PAGE)[0] == at("Mon 12 Jan 10:35")
    page = _page(story.decide("Mon 12 Jan 10:35"))
    did = "claimed" if claimed else "acknowledged"
    assert page.because == (
        f"{did} Mon 12 Jan 2026 10:05 +05:30, still unanswered; passed before it without a page: 75% used"
    )
    told = story.paged("Mon 12 Jan 10:35", page.fact("rung") or "", severity="critical", repetition=0)
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
    page = _page(story.decide("Mon 12 Jan 10:50"))
    assert page.because == (
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


# ── Which ladder ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("selectors", "facts", "fits"),
    [
        ({}, {}, True),
        ({"severity": ["critical"]}, {}, True),
        ({"severity": "high"}, {}, False),
        ({"helpdesk": ["acme"]}, {}, True),
        ({"helpdesk": ["partners"]}, {}, False),
        ({"organization": ["Customer Ltd"]}, {}, True),
        ({"organization": ["Another"]}, {}, False),
        ({"organization": ["Customer Ltd"]}, {"requester": None}, False),
        ({"organization": ["Customer Ltd"]}, {"requester": Person("r1")}, False),
        ({"tag": ["vip"]}, {"tags": ("a", "vip")}, True),
        ({"tag": ["vip"]}, {"tags": ("a",)}, False),
        ({"clock": ["first_response", "resolution"]}, {}, True),
        ({"clock": ["resolution"]}, {}, False),
        ({"severity": "critical", "tag": "vip"}, {}, False),
    ],
)
def test_the_first_ladder_that_fits_is_used(selectors: dict[str, Any], facts: dict[str, Any], fits: bool) -> None:
    rules = policy(with_clocks(RESOLUTION), ladders(ladder("10% used", **selectors), ladder("20% used")))
    story = ticket(START, priority="urgent", **facts)
    assert rung(story.decide("Mon 12 Jan 10:00", rules)) == ("10% used" if fits else "20% used")


def test_a_tag_that_is_added_later_brings_its_own_ladder() -> None:
    rules = policy(ladders(ladder("10% used", tag=["vip"]), ladder("90% used")))
    story = CRITICAL.tagged("Mon 12 Jan 09:30", "vip")
    assert due(story.decide("Mon 12 Jan 09:29:59", rules), Kind.PAGE) == []
    assert rung(story.decide("Mon 12 Jan 09:30", rules)) == "10% used"


def test_without_a_ladder_nobody_is_paged_and_the_clock_runs_all_the_same() -> None:
    decision = CRITICAL.decide("Mon 12 Jan 12:00", policy({"escalate": []}))
    assert (decision.due_now, decision.upcoming) == ((), ())
    assert clock(decision).missed is not None


def test_each_clock_that_runs_again_has_pages_of_its_own() -> None:
    rules = policy(with_clocks(NEXT_RESPONSE), ladders(ladder("breach", clock=["next_response"])))
    story = CRITICAL.answers("Mon 12 Jan 09:10").asks("Mon 12 Jan 10:00")
    story = story.paged("Mon 12 Jan 12:00", "breach", clock="next_response", severity="critical", repetition=0)
    assert due(story.decide("Mon 12 Jan 12:30", rules), Kind.PAGE) == []
    again = story.answers("Mon 12 Jan 13:00").asks("Mon 12 Jan 14:00")
    page = _page(again.decide("Mon 12 Jan 16:00", rules))
    assert page.key == "acme/4711/page/next_response#2/critical/breach/0"


def _resolving(category: Any) -> Story:
    return CRITICAL.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 10:00", category)


def test_a_paused_clock_plans_nothing_that_it_cannot_reach() -> None:
    rules = policy(with_clocks(RESOLUTION), ladders(ladder("10% used", "50% used", "breach", clock="resolution")))
    story = _resolving(WAITING)  # 8 h from 09:00; 10 % at 09:48, 50 % not before the pause
    decision = story.decide("Mon 12 Jan 14:00", rules)
    assert rung(decision, "resolution") == "10% used"
    assert planned(decision, Kind.PAGE) == []
    resumed = story.asks("Mon 12 Jan 15:00").becomes("Mon 12 Jan 15:00", PENDING)
    assert planned(resumed.decide("Mon 12 Jan 15:00", rules), Kind.PAGE) == [
        at("Mon 12 Jan 18:00"),  # 5 h of pause later than 13:00
        at("Mon 12 Jan 22:00"),
    ]


def test_nobody_is_paged_about_a_ticket_that_is_solved() -> None:
    story = ticket(START, priority="urgent").becomes("Mon 12 Jan 10:40", SOLVED)
    assert due(story.decide("Mon 12 Jan 12:00"), Kind.PAGE) == []
