"""Does an explanation still say what was agreed: what slabot cannot see, odd messages, what an admin should know?

Each is kept as `slabot explain` prints it. After a wanted change, write them anew and read the difference:

    SLABOT_REWRITE_GOLDEN=1 python -m pytest tests/golden/test_explanations.py
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from slabot.domain import Actor, Gap, OrganizationChanged, ParticipantsChanged, Rated, RequesterChanged, StatusChanged
from slabot.policy import Policy
from slabot.reports.explanation import text
from slabot.reports.style import plain
from tests.fixtures.policies import SOLVED_ACTS, WAITING_ACTS, policy
from tests.fixtures.tickets import CUSTOMER, OPEN, SOLVED, SYSTEM, Story, ticket
from tests.fixtures.times import at

KEPT = Path(__file__).parent / "explanations"
ASKED = ticket("Mon 12 Jan 09:00", subject="Sync stops", priority="high").asks("Mon 12 Jan 09:00", by_id="r1")
CHAT = "the chat is not over yet, and Zendesk tells what was said in it only at its end"
ACTS = policy(WAITING_ACTS, {"automatic_replies": {"mode": "act"}})
WRITTEN_DOWN = policy(
    {"requests": {"channels": ["email"], "written_by_agents": "from_creation", "received_at_field": "asked_at"}}
)


def unseen(story: Story, why: str = CHAT, until: str | None = None) -> Story:
    gap = Gap(at("Mon 12 Jan 09:00"), None if until is None else at(until), why)
    return replace(story, ticket=replace(story.ticket, gaps=(gap,)))


AWAY = ASKED.answers("Mon 12 Jan 09:30", by_id="a1").waits("Mon 12 Jan 09:30")
AWAY = AWAY.asks("Mon 12 Jan 10:00", "Out of office", auto_reply=True, by_id="r1")
AGREED = policy(
    {
        "agreements": [
            {
                "name": "gold",
                "when": {"organization": ["Gold Ltd"]},
                "severities": {"high": {"respond_within": "1h"}},
                "waiting": {"follow_ups": 2, "on_business_days": [1, 2]},
            },
            {"name": "internal", "when": {"tags": ["internal"]}, "no_promise": "our own people"},
        ]
    }
)
GOLD = ASKED.happens(OrganizationChanged(at=at("Mon 12 Jan 09:00"), to="Gold Ltd"))

STORIES: dict[str, tuple[Story, str, Policy]] = {
    "under_an_agreement": (
        GOLD.answers("Mon 12 Jan 09:10", by_id="a1").waits("Mon 12 Jan 09:10"),
        "Mon 12 Jan 09:30",
        AGREED,
    ),
    "without_a_promise": (ASKED.tagged("Mon 12 Jan 09:00", "internal"), "Mon 12 Jan 15:30", AGREED),
    "missed_under_an_earlier_agreement": (
        GOLD.happens(OrganizationChanged(at=at("Mon 12 Jan 10:30"), to="Customer Ltd")),
        "Mon 12 Jan 11:00",
        AGREED,
    ),
    "missed_and_excused": (
        ASKED.answers("Mon 12 Jan 17:00", by_id="a1")
        .because("Mon 12 Jan 18:00", "understaffed", text="Two of three were ill", by_id="Maya")
        .excused(
            *("Mon 12 Jan 10:00", "Mon 12 Jan 13:00"),
            when="Tue 13 Jan 09:00",
            **{"by_id": "Maya", "text": "No answer by telephone", "proof": "https://acme.example/calls/17"},
        ),
        "Tue 13 Jan 10:00",
        policy(),
    ),
    "running_and_excused": (
        ASKED.excused("Mon 12 Jan 10:00", "Mon 12 Jan 13:00", by_id="Maya"),
        "Mon 12 Jan 15:30",
        policy({"escalate": []}),
    ),
    "running_unseen": (unseen(ASKED), "Mon 12 Jan 12:00", policy()),
    "running_unseen_past_the_deadline": (unseen(ASKED), "Mon 12 Jan 15:30", policy()),
    "ended_unseen": (
        unseen(ASKED.becomes("Mon 12 Jan 13:00", SOLVED), "its chat could not be read", "Mon 12 Jan 09:20"),
        "Mon 12 Jan 14:00",
        policy(),
    ),
    "history_unread": (
        replace(ASKED, ticket=replace(ASKED.ticket, history_complete=False)),
        "Mon 12 Jan 12:00",
        policy(),
    ),
    "who_did_not_count": (
        ASKED.says("Mon 12 Jan 09:00:20", Actor.AUTOMATION, "We have received your request")
        .answers("Mon 12 Jan 09:05", "Who knows this?", by_id="a1", public=False)
        .answers("Mon 12 Jan 09:10", by_id="a9", light_agent=True)
        .says("Mon 12 Jan 09:15", Actor.THIRD_PARTY, email="help@vendor.example")
        .happens(ParticipantsChanged(at=at("Mon 12 Jan 09:20"), to=("a2",)))
        .answers("Mon 12 Jan 09:25", by_id="a2")
        .happens(RequesterChanged(at=at("Mon 12 Jan 09:30"), to="a3"))
        .answers("Mon 12 Jan 09:35", by_id="a3", email="priya@acme.example")
        .says("Mon 12 Jan 09:40", SYSTEM, "This ticket was merged"),
        "Mon 12 Jan 10:00",
        policy({"third_parties": ["@vendor.example"]}),
    ),
    "set_back_after_an_automatic_reply": (
        AWAY.happens(StatusChanged(at=at("Mon 12 Jan 10:00"), to=OPEN, by=CUSTOMER)),
        "Mon 12 Jan 10:01",
        ACTS,
    ),
    "words_that_look_automatic": (
        ASKED.answers("Mon 12 Jan 09:30", by_id="a1")
        .waits("Mon 12 Jan 09:30")
        .asks("Mon 12 Jan 10:00", "Automatic reply: I am away until Thursday", by_id="r1"),
        "Mon 12 Jan 10:01",
        ACTS,
    ),
    "written_down_by_an_agent": (
        ticket("Mon 12 Jan 09:00", channel="telepathy")
        .answers("Mon 12 Jan 09:00", "Kim phoned", by_id="a1", public=False)
        .field("Mon 12 Jan 09:05", "asked_at", "this morning"),
        "Mon 12 Jan 10:00",
        WRITTEN_DOWN,
    ),
    "rated_badly": (
        ASKED.answers("Mon 12 Jan 09:30", by_id="a1")
        .becomes("Mon 12 Jan 10:00", SOLVED)
        .happens(Rated(at=at("Mon 12 Jan 11:00"), score="bad", text="It still fails")),
        "Mon 12 Jan 12:00",
        policy(SOLVED_ACTS),
    ),
    "more_severe_after_the_answer": (
        ASKED.answers("Mon 12 Jan 09:30", by_id="a1").asks("Mon 12 Jan 10:00", "Now it is inoperable", by_id="r1"),
        "Mon 12 Jan 10:00",
        policy(),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_an_explanation_reads_as_it_was_agreed(name: str) -> None:
    story, now, rules = STORIES[name]
    written = plain(text(story.ticket, story.decide(now, rules), rules)) + "\n"
    kept = KEPT / f"{name}.txt"
    if os.environ.get("SLABOT_REWRITE_GOLDEN"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(written, encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == written


def test_nothing_is_kept_of_explanations_that_are_gone() -> None:
    assert {path.stem for path in KEPT.glob("*.txt")} == set(STORIES)
