"""What does the ledger say of clocks whose end slabot cannot see?"""

from __future__ import annotations

from dataclasses import replace

from slabot.domain import Gap, TicketRecord
from slabot.runtime import record
from slabot.store import LedgerEvent, StoredTicket
from slabot.store.decisions import KnownTicket
from tests.fixtures.policies import policy
from tests.fixtures.tickets import SOLVED, Story, ticket
from tests.fixtures.times import NOON, at

BEGAN = ticket("Mon 12 Jan 09:00", priority="high")
OPEN_CHAT = Gap(at("Mon 12 Jan 09:00"), None, "the chat is not over yet")
READ = Gap(at("Mon 12 Jan 09:00"), at("Mon 12 Jan 09:10"), "its chat could not be read")
Told = frozenset[tuple[str, str]]


def unseen(story: Story, gap: Gap = OPEN_CHAT) -> Story:
    return replace(story, ticket=replace(story.ticket, gaps=(gap,)))


def rows(story: Story, when: str, told: Told = frozenset()) -> list[tuple[str, str]]:
    """The rows about clocks that are new at a time."""
    stored = StoredTicket(
        record=TicketRecord(story.ticket, story.timeline),
        version="1",
        seen_at=NOON,
        generation=1,
        next_look=None,
        category=None,
        severity=None,
        policy_version=1,
    )
    known = KnownTicket(stored=stored, clocks=(), told=told, posted=())
    found = record.entries(policy(), known, story.decide(when), at(when), {}, 1)
    return [(str(entry.event), entry.text) for entry in found if entry.event.startswith("clock.")]


def test_a_deadline_that_passes_unseen_is_not_put_down_as_missed() -> None:
    assert [event for event, _ in rows(BEGAN, "Mon 12 Jan 15:30")] == ["clock.started", "clock.missed"]
    assert [event for event, _ in rows(unseen(BEGAN), "Mon 12 Jan 15:30")] == ["clock.started"]


def test_a_clock_that_ended_unseen_says_what_is_missing() -> None:
    solved = BEGAN.becomes("Mon 12 Jan 13:00", SOLVED)
    assert rows(unseen(solved, READ), "Mon 12 Jan 14:00")[1:] == [
        (
            "clock.ended",
            "first response ended, and slabot cannot see whether it was answered in time: its chat could not be read",
        )
    ]


def test_an_answer_that_came_late_after_what_cannot_be_read_is_not_missed() -> None:
    late = BEGAN.answers("Mon 12 Jan 16:00")
    assert rows(late, "Mon 12 Jan 17:00")[1][0] == "clock.missed"
    ((event, text),) = rows(unseen(late, READ), "Mon 12 Jan 17:00")[1:]
    assert event == "clock.ended"
    assert "cannot see whether it was answered in time" in text


def test_once_the_missing_part_can_be_read_the_verdict_follows() -> None:
    solved = BEGAN.becomes("Mon 12 Jan 13:00", SOLVED)
    ended = frozenset({(LedgerEvent.CLOCK_ENDED.value, "acme/4711/first_response/clock.ended/20260112T073000Z")})
    told = BEGAN.answers("Mon 12 Jan 09:05", conversation="c").becomes("Mon 12 Jan 13:00", SOLVED)
    assert rows(unseen(solved), "Mon 12 Jan 14:00")[1][0] == "clock.ended"
    assert ("clock.met", "first response met after 5 min that counted") in rows(told, "Mon 12 Jan 14:00", ended)
