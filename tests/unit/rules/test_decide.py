"""Is a decision complete, contracted and looked at again in its time?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from slabot.domain import InstantError, Person
from slabot.rules import Kind, Verdict, decide
from tests.fixtures.policies import (
    RESOLUTION,
    SEVERITY_ACTS,
    SOLVED_ACTS,
    UPDATES,
    WAITING_ACTS,
    ladder,
    ladders,
    policy,
    starting,
    with_clocks,
)
from tests.fixtures.tickets import (
    CLOSED,
    SOLVED,
    THIRD_PARTY,
    Story,
    clock,
    kinds,
    ticket,
)
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
ACTS = policy(WAITING_ACTS, SOLVED_ACTS)
LATE = with_clocks(
    {**UPDATES, "during": ["waiting_on_customer"], "within": "4h"},  # its reminders come every four hours
    {**UPDATES, "name": "second_update", "during": ["waiting_on_customer"], "within": "5h"},
)


# ── When it is looked at again ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("story", "now", "look"),
    [
        (ticket(START), "Mon 12 Jan 08:59:59", START),
        (ticket(START), START, "Mon 12 Jan 20:00"),  # 1h before
        (ticket(START), "Mon 12 Jan 19:59:59", "Mon 12 Jan 20:00"),
        (ticket(START), "Mon 12 Jan 20:00", "Mon 12 Jan 21:00"),  # breach
        (ticket(START), "Mon 12 Jan 21:00", "Mon 12 Jan 21:00:01"),  # missed from then on
        (ticket(START).answers("Mon 12 Jan 10:00"), "Mon 12 Jan 12:00", None),
        (ticket(START).answers("Mon 12 Jan 10:00"), START, "Mon 12 Jan 10:00"),  # the timeline knows of more
        (ticket(START).waits("Mon 12 Jan 10:00"), "Mon 12 Jan 10:00", "Tue 13 Jan 10:00"),
        (ticket(START).waits("Mon 12 Jan 10:00"), "Mon 19 Jan 10:00", "Mon 19 Jan 10:00:01"),
        (ticket(START).waits("Mon 12 Jan 10:00"), "Mon 19 Jan 10:00:01", None),  # to be solved: nothing else to come
        (ticket(START).becomes("Mon 12 Jan 10:00", SOLVED), "Mon 12 Jan 10:00", "Thu 15 Jan 10:00:01"),
        (ticket(START).becomes("Mon 12 Jan 10:00", CLOSED), "Mon 12 Jan 10:00", None),
        (ticket(START).acknowledged("Mon 12 Jan 21:10"), "Mon 12 Jan 21:10", "Mon 12 Jan 21:40"),
        (
            ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY),
            "Mon 12 Jan 12:00",
            "Wed 14 Jan 11:00",
        ),
        (
            ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY),
            "Wed 14 Jan 11:00",
            "Wed 14 Jan 11:00:01",
        ),
    ],
)
def test_the_next_look_is_the_earliest_instant_that_could_change_anything(
    story: Story, now: str, look: str | None
) -> None:
    assert story.decide(now, ACTS).next_look == (None if look is None else at(look))


def test_a_guarded_ticket_is_looked_at_in_its_time_as_well() -> None:
    story = ticket(START, history_complete=False).waits("Mon 12 Jan 10:00")
    decision = story.decide("Mon 12 Jan 10:00", ACTS)
    assert decision.next_look == at("Tue 13 Jan 10:00")
    assert [refusal.kind for refusal in decision.refusals] == [Kind.FOLLOW_UP]


def test_a_rule_that_is_off_asks_for_no_look_and_gives_no_reason() -> None:
    story = ticket(START).waits("Mon 12 Jan 10:00")
    decision = story.decide("Mon 12 Jan 10:00", policy({"waiting.mode": "off"}))
    assert (decision.next_look, decision.refusals, decision.upcoming) == (None, (), ())


def test_the_next_five_actions_of_all_rules_are_listed_in_the_order_of_their_times() -> None:
    rules = policy(WAITING_ACTS, LATE, ladders(ladder("1h before", "breach", clock=["second_update"])))
    decision = ticket(START).waits("Mon 12 Jan 10:00").decide("Mon 12 Jan 10:00", rules)
    assert [(action.kind, action.at) for action in decision.upcoming] == [
        (Kind.PAGE, at("Mon 12 Jan 14:00")),
        (Kind.NUDGE, at("Mon 12 Jan 14:00")),
        (Kind.PAGE, at("Mon 12 Jan 15:00")),
        (Kind.NUDGE, at("Mon 12 Jan 15:00")),
        (Kind.FOLLOW_UP, at("Tue 13 Jan 10:00")),
    ]
    assert [action.at for action in decision.upcoming] == sorted(action.at for action in decision.upcoming)


@pytest.mark.parametrize("second", range(-1, 4))
def test_the_next_look_is_later_than_now_around_every_deadline(second: int) -> None:
    now = at("Mon 12 Jan 21:00") + timedelta(seconds=second)  # medium is due at 21:00
    story = ticket(START)
    found = decide(story.ticket, story.timeline, policy(ladders(ladder("1h after"))), now)
    assert found.next_look is not None
    assert found.next_look > now


# ── Before and at the creation ───────────────────────────────────────────────────────────────────────────────────────


def test_before_its_creation_a_ticket_has_nothing_but_a_next_look() -> None:
    decision = ticket(START).decide("Mon 12 Jan 08:00")
    assert (decision.clocks, decision.due_now, decision.upcoming) == ((), (), ())
    assert decision.next_look == at(START)


def test_what_lies_after_now_is_not_looked_at() -> None:
    story = ticket(START).answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED)
    assert clock(story.decide("Mon 12 Jan 09:59:59")).verdict is Verdict.RUNNING
    assert story.decide("Mon 12 Jan 10:59:59").category.value == "open"


def test_now_may_come_in_any_zone_and_is_cut_to_seconds() -> None:
    story = ticket(START)
    local = datetime(2026, 1, 12, 12, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    decision = decide(story.ticket, story.timeline, policy(), local)
    assert (decision.now, decision.now.tzinfo) == (at("Mon 12 Jan 12:00"), UTC)
    with pytest.raises(InstantError, match="no offset"):
        decide(story.ticket, story.timeline, policy(), datetime(2026, 1, 12, 12))


# ── Guards that are about many rules ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "end", "because"),
    [
        ({}, "merged", "the ticket is merged into 4700"),
        ({}, "deleted", "the ticket is deleted"),
        ({}, "spam", "the ticket is marked as spam"),
        ({"channel": "sample_ticket"}, None, 'tickets by "sample_ticket" are no requests'),
    ],
)
def test_a_ticket_that_is_gone_or_no_request_is_left_alone(
    facts: dict[str, Any], end: str | None, because: str
) -> None:
    story = ticket(START, **facts).waits("Mon 12 Jan 10:00")
    if end is not None:
        story = getattr(story, end)("Mon 12 Jan 11:00")
    decision = story.decide("Tue 13 Jan 10:00", ACTS)
    assert decision.due_now == ()
    assert [(refusal.kind, refusal.because) for refusal in decision.refusals] == [(Kind.FOLLOW_UP, because)]


def test_a_merge_without_its_target_says_merged() -> None:
    story = ticket(START).waits("Mon 12 Jan 10:00").merged("Mon 12 Jan 11:00", None)
    assert story.decide("Tue 13 Jan 10:00", ACTS).refusals[0].because == "the ticket is merged"


def test_a_ticket_without_a_known_organisation_is_not_exempt_by_it() -> None:
    rules = policy(WAITING_ACTS, {"exempt.organizations": ["Customer Ltd"]})
    for requester in (None, Person("r1")):
        story = ticket(START, requester=requester).waits("Mon 12 Jan 10:00")
        assert kinds(story.decide("Tue 13 Jan 10:00", rules)) == ["follow_up"]


@pytest.mark.parametrize("organization", ["Aa", "Exempt", "Exempt Ltd.", "Zz"])
def test_an_organisation_is_exempt_by_its_whole_name_in_any_case(organization: str) -> None:
    rules = policy(WAITING_ACTS, {"exempt.organizations": ["Exempt Ltd"]})
    for name, refused in [(organization, False), ("exempt LTD", True)]:
        requester = Person(id="r1", email="ana@customer.example", organization=name)
        story = ticket(START, requester=requester).waits("Mon 12 Jan 10:00")
        assert bool(story.decide("Tue 13 Jan 12:00", rules).refusals) is refused


def test_the_tags_of_the_time_decide_about_exemption() -> None:
    story = ticket(START, tags=("slabot_hands_off",)).waits("Mon 12 Jan 10:00")
    assert kinds(story.decide("Tue 13 Jan 10:00", ACTS)) == []
    freed = story.tagged("Mon 12 Jan 12:00")
    assert kinds(freed.decide("Tue 13 Jan 10:00", ACTS)) == ["follow_up"]


def test_unreadable_history_stops_writing_and_not_paging() -> None:
    decision = ticket(START, history_complete=False).decide("Mon 12 Jan 21:00", policy(SEVERITY_ACTS))
    assert kinds(decision) == ["page"]
    assert [refusal.kind for refusal in decision.refusals] == [Kind.SET_SEVERITY]


def test_the_reason_for_an_old_ticket_names_slabots_start() -> None:
    decision = ticket(START).decide("Mon 12 Jan 21:00", policy(starting("Mon 12 Jan 10:00")))
    assert decision.refusals[0].because == (
        "the ticket was created before slabot's start at Mon 12 Jan 2026 10:00 +05:30; pages are for later ones"
    )


def test_a_wait_entered_before_the_start_is_not_taken_back_either() -> None:
    story = ticket(START).waits("Mon 12 Jan 10:00").asks("Tue 13 Jan 10:00")
    rules = policy(WAITING_ACTS, starting("Mon 12 Jan 12:00"))
    assert kinds(story.decide("Tue 13 Jan 10:00", rules)) == []
    since = policy(WAITING_ACTS, starting("Mon 12 Jan 10:00"))  # to the second
    assert kinds(story.decide("Tue 13 Jan 10:00", since)) == ["set_category"]


# ── The contract ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_json_form_is_that_of_the_contract() -> None:
    story = ticket("Fri 9 Jan 18:00", priority="high").paged(
        "Fri 9 Jan 22:30", "75% used", severity="high", repetition=0
    )
    written = json.loads(json.dumps(story.decide("Fri 9 Jan 23:30").as_json()))
    assert written == {
        "version": 1,
        "now": "2026-01-09T18:00:00+00:00",
        "category": "open",
        "severity": {
            "value": "high",
            "because": ['the helpdesk\'s priority is "high"'],
            "or_else": None,
            "source": "priority",
            "since": "2026-01-09T12:30:00+00:00",
        },
        "clocks": [
            {
                "name": "first_response",
                "instance": 1,
                "agreement": "default",
                "severity": "high",
                "target": "6h",
                "calendar": "support_week",
                "started_at": "2026-01-09T12:30:00+00:00",
                "due_at": "2026-01-09T18:30:00+00:00",
                "met_until": "2026-01-11T18:30:00+00:00",
                "stopped_at": None,
                "elapsed_seconds": 19_800,
                "overdue_seconds": 0,
                "verdict": "running",
                "certain": True,
                "spans": [
                    {
                        "from": "2026-01-09T12:30:00+00:00",
                        "to": "2026-01-09T18:00:00+00:00",
                        "counts": True,
                        "why": "support week",
                    }
                ],
            }
        ],
        "waiting": None,
        "due_now": [
            {
                "action": "page",
                "mode": "act",
                "at": "2026-01-09T18:00:00+00:00",
                "key": "acme/4711/page/first_response/high/30m before/0",
                "because": "30 min before it is due at Sat 10 Jan 2026 00:00 +05:30",
                "clock": "first_response",
                "severity": "high",
                "rung": "30m before",
                "repetition": "0",
                "to": "channel",
            }
        ],
        "upcoming": written["upcoming"],
        "held_back": [],
        "odd_messages": [],
        "warnings": [],
        "next_look": "2026-01-11T18:30:00+00:00",
    }
    assert [(act["action"], act["at"], act["because"]) for act in written["upcoming"][:2]] == [
        ("page", "2026-01-11T18:30:00+00:00", "the deadline of Sat 10 Jan 2026 00:00 +05:30 passes"),
        ("page", "2026-01-11T20:30:00+00:00", "2 h past the deadline of Sat 10 Jan 2026 00:00 +05:30"),
    ]
    assert len(written["upcoming"]) == 5


def test_the_wait_is_part_of_the_json_form() -> None:
    story = ticket(START).waits("Mon 12 Jan 10:00").follows_up("Tue 13 Jan 10:00")
    assert story.decide("Tue 13 Jan 10:00", ACTS).as_json()["waiting"] == {
        "since": "2026-01-12T04:30:00+00:00",
        "asked_at": "2026-01-12T04:30:00+00:00",
        "follow_ups": ["2026-01-13T04:30:00+00:00"],
    }


def test_a_pause_and_a_miss_are_part_of_the_json_form() -> None:
    rules = policy(with_clocks(RESOLUTION))
    story = ticket(START, priority="high").waits("Mon 12 Jan 10:00")
    written = story.decide("Mon 12 Jan 12:00", rules).as_json()["clocks"][1]
    assert (written["due_at"], written["met_until"], written["paused_since"]) == (
        None,
        None,
        "2026-01-12T04:30:00+00:00",
    )
    missed = ticket(START, priority="urgent").severity("Mon 12 Jan 11:00:01", "low").decide("Mon 12 Jan 12:00")
    assert missed.as_json()["clocks"][0]["missed"] == {
        "severity": "critical",
        "due_at": "2026-01-12T05:30:00+00:00",
        "met_until": "2026-01-12T05:30:00+00:00",
    }
    assert missed.as_json()["clocks"][0]["overdue_seconds"] == 3_600


def test_held_back_acts_are_part_of_the_json_form() -> None:
    story = ticket(START, history_complete=False).waits("Mon 12 Jan 10:00")
    assert story.decide("Tue 13 Jan 10:00", ACTS).as_json()["held_back"] == [
        {"action": "follow_up", "because": "its messages could not be read, so nothing is written to it"}
    ]
