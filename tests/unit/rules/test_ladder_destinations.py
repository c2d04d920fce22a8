"""Does everybody whom a rung names hear of it, once?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.policy import Policy, parse_destination
from slabot.rules import Decision, Kind
from slabot.rules.telling import destinations, mentioned
from tests.fixtures.policies import NO_RULES, ladders, policy
from tests.fixtures.tickets import Story, due, ticket
from tests.fixtures.times import at
from tests.unit.rules.critical_ticket import CRITICAL, EVERY, START

WAYS = {
    "rotas": {"primary": {"time_zone": "Asia/Kolkata", "people": ["maya@acme.example"]}},
    "pagerduty": {"main": {"routing_key_env": "KEY"}},
}


def telling(*rungs: tuple[str, list[str]], **edits: Any) -> Policy:
    """A policy with this ladder: rungs and whom each tells."""
    written = {"rungs": [{"at": words, "notify": to} for words, to in rungs]}
    return policy(WAYS, ladders(written), edits)


RULES = telling(
    ("50% used", ["user:maya@acme.example", "group:@leads"]),
    ("75% used", ["#leads", "rota:primary", "pagerduty:main"]),
    ("breach", []),
    (EVERY, ["assignee"]),
)


def to(decision: Decision) -> list[str | None]:
    return [page.fact("to") for page in due(decision, Kind.PAGE)]


def rungs(decision: Decision) -> set[str | None]:
    return {page.fact("rung") for page in due(decision, Kind.PAGE)}


@pytest.mark.parametrize(
    ("notify", "own", "named"),
    [
        ([], ["channel"], ""),
        (["#leads"], ["#leads"], ""),
        (["user:U012AB", "#leads"], ["#leads", "user:U012AB"], "user:U012AB"),
        (["#leads", "#bosses"], ["#leads", "#bosses"], ""),
        (["group:@leads"], ["channel"], "group:@leads"),
        (["assignee", "group:@leads", "rota:a"], ["channel", "assignee", "rota:a"], "assignee, group:@leads, rota:a"),
        (["email:a@b.example", "webhook:x"], ["channel", "email:a@b.example", "webhook:x"], ""),
        (["pagerduty:main", "pagerduty:main"], ["channel", "pagerduty:main"], ""),
        (["assignee", "assignee"], ["channel", "assignee"], "assignee"),
    ],
)
def test_the_channel_comes_first_everybody_else_once_and_groups_are_mentioned(
    notify: list[str], own: list[str], named: str
) -> None:
    parsed = tuple(map(parse_destination, notify))
    assert destinations(parsed, RULES) == tuple(own)
    assert mentioned(parsed) == named


def test_a_rung_has_a_page_for_each_with_a_key_of_its_own() -> None:
    pages = due(CRITICAL.decide("Mon 12 Jan 10:30", RULES), Kind.PAGE)
    key = "acme/4711/page/first_response/critical/75% used/0"
    assert [page.key for page in pages] == [key, f"{key}/to/rota:primary", f"{key}/to/pagerduty:main"]
    assert [page.fact("to") for page in pages] == ["#leads", "rota:primary", "pagerduty:main"]
    assert {page.fact("mention") for page in pages} == {"rota:primary"}
    assert {(page.at, page.because) for page in pages} == {
        (at("Mon 12 Jan 10:30"), "75% of 2h used; passed before it without a page: 50% used")
    }


def test_the_next_pages_are_listed_for_their_channel() -> None:
    decision = CRITICAL.decide(START, RULES)
    assert [(step.fact("rung"), step.fact("to")) for step in decision.upcoming] == [
        ("50% used", "channel"),
        ("75% used", "#leads"),
        ("breach", "channel"),
        (EVERY, "channel"),
        (EVERY, "channel"),
    ]


def test_whoever_has_not_been_told_yet_still_is() -> None:
    story = CRITICAL.pages("Mon 12 Jan 10:30", RULES, "rota:primary")
    assert to(story.decide("Mon 12 Jan 10:30", RULES)) == ["#leads", "pagerduty:main"]
    story = story.pages("Mon 12 Jan 10:31", RULES, "#leads")
    (left,) = due(story.decide("Mon 12 Jan 10:32", RULES), Kind.PAGE)
    assert (left.fact("to"), left.at) == ("pagerduty:main", at("Mon 12 Jan 10:30"))
    assert left.key == "acme/4711/page/first_response/critical/75% used/0/to/pagerduty:main"
    assert to(story.pages("Mon 12 Jan 10:33", RULES).decide("Mon 12 Jan 10:34", RULES)) == []


def test_a_page_that_says_nothing_of_its_destination_told_everybody() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:30", "75% used", severity="critical", repetition=0)
    assert to(story.decide("Mon 12 Jan 10:31", RULES)) == []


def test_a_fallback_tells_of_a_rung_and_its_channel_still_is() -> None:
    rules = telling(("50% used", []), ("breach", []))
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", severity="critical", repetition=0, to="email:a@b.example")
    assert to(story.decide("Mon 12 Jan 10:01", rules)) == ["channel"]


def test_a_later_rung_overtakes_what_was_left_of_an_earlier_one() -> None:
    story = CRITICAL.pages("Mon 12 Jan 10:30", RULES, "#leads")
    decision = story.decide("Mon 12 Jan 11:00", RULES)
    assert (to(decision), rungs(decision)) == (["channel"], {"breach"})
    told = story.pages("Mon 12 Jan 11:00", RULES)
    assert to(told.decide("Mon 12 Jan 11:01", RULES)) == []


def test_a_copy_that_was_in_doubt_until_a_later_rung_was_told_changes_nothing() -> None:
    story = CRITICAL.pages("Mon 12 Jan 10:30", RULES, "rota:primary").pages("Mon 12 Jan 11:00", RULES)
    late = story.paged("Mon 12 Jan 11:05", "75% used", severity="critical", repetition=0, to="#leads")
    assert to(late.decide("Mon 12 Jan 11:06", RULES)) == []
    only = CRITICAL.paged("Mon 12 Jan 11:00", "breach", severity="critical", repetition=0, to="channel")
    late = only.paged("Mon 12 Jan 11:05", "75% used", severity="critical", repetition=0, to="#leads")
    assert to(late.decide("Mon 12 Jan 11:06", RULES)) == []


def test_a_copy_that_was_in_doubt_takes_nothing_from_those_who_are_still_to_hear_of_a_later_rung() -> None:
    rules = telling(("50% used", []), ("75% used", ["#leads", "assignee"]))
    story = CRITICAL.pages("Mon 12 Jan 10:30", rules, "#leads")
    late = story.paged("Mon 12 Jan 10:31", "50% used", severity="critical", repetition=0, to="channel")
    assert to(late.decide("Mon 12 Jan 10:32", rules)) == ["assignee"]


def test_a_page_of_an_older_slabot_does_not_speak_for_later_ones() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", severity="critical", repetition=0)
    story = story.pages("Mon 12 Jan 10:30", RULES, "#leads")
    assert to(story.decide("Mon 12 Jan 10:31", RULES)) == ["rota:primary", "pagerduty:main"]


def test_each_repeat_is_told_to_everybody_anew() -> None:
    story = CRITICAL.pages("Mon 12 Jan 11:30", RULES)
    assert to(story.decide("Mon 12 Jan 11:59:59", RULES)) == []
    story = story.pages("Mon 12 Jan 12:00", RULES, "channel")
    assert to(story.decide("Mon 12 Jan 12:01", RULES)) == ["assignee"]
    assert to(story.decide("Mon 12 Jan 12:30", RULES)) == ["channel", "assignee"]


def test_nobody_else_is_told_once_somebody_asked_for_quiet() -> None:
    story = CRITICAL.pages("Mon 12 Jan 10:30", RULES, "#leads").acknowledged("Mon 12 Jan 10:31")
    assert to(story.decide("Mon 12 Jan 10:32", RULES)) == []
    back = story.unacknowledged("Mon 12 Jan 10:33")
    assert to(back.decide("Mon 12 Jan 10:34", RULES)) == ["rota:primary", "pagerduty:main"]


def test_a_raise_tells_the_destinations_of_the_new_severity() -> None:
    medium = ticket(START).paged("Mon 12 Jan 10:20", "50% used", severity="medium", repetition=0, to="channel")
    raised = medium.severity("Mon 12 Jan 10:30", "critical")
    assert to(raised.decide("Mon 12 Jan 10:30", RULES)) == ["#leads", "rota:primary", "pagerduty:main"]


# ── The end of a quiet ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("story", "when", "heard"),
    [
        (CRITICAL.acknowledged("Mon 12 Jan 09:10"), "Mon 12 Jan 09:40", ["channel"]),
        (CRITICAL.acknowledged("Mon 12 Jan 09:29:59"), "Mon 12 Jan 09:59:59", ["channel"]),
        (CRITICAL.acknowledged("Mon 12 Jan 09:30"), "Mon 12 Jan 10:00", ["channel", "user:maya@acme.example"]),
        (
            CRITICAL.pages("Mon 12 Jan 10:00", RULES).acknowledged("Mon 12 Jan 10:05"),
            "Mon 12 Jan 10:35",
            ["#leads", "rota:primary", "pagerduty:main"],
        ),
        (
            CRITICAL.pages("Mon 12 Jan 12:00", RULES).snoozed("Mon 12 Jan 12:01", "Mon 12 Jan 12:10"),
            "Mon 12 Jan 12:10",
            ["channel", "assignee"],
        ),
    ],
)
def test_whomever_the_ladder_has_come_to_hears_that_it_is_still_open(story: Story, when: str, heard: list[str]) -> None:
    assert to(story.decide(when, RULES)) == heard
    told = story.pages(when, RULES, heard[0])
    assert to(told.decide(when, RULES)) == heard[1:]


def test_the_end_of_a_quiet_is_news_also_to_those_who_were_told_of_later_rungs_before_their_time() -> None:
    asked = CRITICAL.escalated("Mon 12 Jan 09:10").pages("Mon 12 Jan 09:10", RULES)
    asked = asked.escalated("Mon 12 Jan 09:11").pages("Mon 12 Jan 09:11", RULES)  # 75% used, of 10:30
    story = asked.acknowledged("Mon 12 Jan 09:15")
    assert to(story.decide("Mon 12 Jan 09:44:59", RULES)) == []
    decision = story.decide("Mon 12 Jan 09:45", RULES)
    assert to(decision) == ["#leads", "rota:primary", "pagerduty:main"]
    assert rungs(decision) == {"acknowledged Mon 12 Jan 2026 09:15 +05:30, still unanswered"}
    told = story.pages("Mon 12 Jan 09:45", RULES, "#leads")
    assert to(told.decide("Mon 12 Jan 09:46", RULES)) == ["rota:primary", "pagerduty:main"]
    told = told.pages("Mon 12 Jan 09:46", RULES)
    assert to(told.decide("Mon 12 Jan 10:59:59", RULES)) == []
    assert rungs(told.decide("Mon 12 Jan 11:00", RULES)) == {"breach"}


# ── What a guard says ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_guard_says_once_why_nobody_is_paged() -> None:
    decision = CRITICAL.decide(
        "Mon 12 Jan 10:30", telling(("75% used", ["#leads", "assignee"]), start_from="2026-02-01")
    )
    assert to(decision) == []
    assert [refusal.kind for refusal in decision.refusals] == [Kind.PAGE]


WITHOUT_SLACK = policy(WAYS, {"slack": None, "escalate": [{"rungs": [{"at": "breach", "notify": ["pagerduty:main"]}]}]})


@pytest.mark.parametrize(
    ("notify", "own"),
    [
        (["pagerduty:main"], ["pagerduty:main"]),
        (["email:a@b.example", "webhook:x", "email:a@b.example"], ["email:a@b.example", "webhook:x"]),
        (["#leads", "assignee", "group:@leads", "webhook:x"], ["webhook:x"]),  # of a ladder that was frozen with Slack
        (["#leads"], ["channel"]),
        ([], ["channel"]),
    ],
)
def test_without_slack_the_other_ways_are_told_and_somebody_always(notify: list[str], own: list[str]) -> None:
    assert destinations(tuple(map(parse_destination, notify)), WITHOUT_SLACK) == tuple(own)


def test_without_slack_the_page_of_another_way_keeps_its_key() -> None:
    (page,) = due(CRITICAL.decide("Mon 12 Jan 11:00", WITHOUT_SLACK), Kind.PAGE)
    assert page.key == "acme/4711/page/first_response/critical/breach/0/to/pagerduty:main"
    told = CRITICAL.paged("Mon 12 Jan 11:00", "breach", to="pagerduty:main")
    assert due(told.decide("Mon 12 Jan 11:01", WITHOUT_SLACK), Kind.PAGE) == []


def test_a_page_lapses_when_the_severity_is_lowered_to_one_whose_ladder_has_not_come_there() -> None:
    both: list[dict[str, Any]] = [
        {"severity": "critical", "rungs": [{"at": "50% used", "notify": ["pagerduty:main", "email:a@acme.example"]}]},
        {"severity": "high", "rungs": [{"at": "10% used", "notify": ["pagerduty:main"]}, {"at": "breach"}]},
    ]
    ways = {"pagerduty": {"main": {"routing_key_env": "KEY"}}, "email": {"host": "127.0.0.1", "from": "a@acme.example"}}
    rules = policy(NO_RULES, ways, ladders(*both))
    paged = ticket("Mon 12 Jan 09:00", priority="urgent").pages("Mon 12 Jan 10:00", rules)
    assert paged.decide("Mon 12 Jan 10:00", rules).lapsed == ()
    lowered = paged.severity("Mon 12 Jan 10:10", "high")
    # High's 10% were used at 09:36, so PagerDuty would have been told, and the channel too.
    assert [page.to for page in lowered.decide("Mon 12 Jan 15:30", rules).lapsed] == ["email:a@acme.example"]
    early = paged.severity("Mon 12 Jan 10:10", "low").decide("Mon 12 Jan 10:10", rules)
    assert [page.to for page in early.lapsed] == ["channel", "email:a@acme.example", "pagerduty:main"]
    raised = lowered.severity("Mon 12 Jan 10:20", "critical").decide("Mon 12 Jan 10:20", rules)
    assert (raised.lapsed, due(raised, Kind.PAGE)) == ((), [])
