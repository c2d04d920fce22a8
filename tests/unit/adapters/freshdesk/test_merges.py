"""Was a ticket merged into another one, and does it live again?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.base import Snapshot
from adapters.freshdesk.merges import MERGE_WORDS, MergeNotes
from adapters.freshdesk.reading import Gathered, read_snapshot
from adapters.freshdesk.statuses import StatusMap
from slabot.domain import Actor, Merged, Message, Restored, StatusChanged, Timeline
from slabot.policy.connections import MERGED

from .conftest import STATUSES

CREATED = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GERMAN = "Dieses Ticket wurde geschlossen und mit Ticket"


def at(minutes: int) -> str:
    return (CREATED + minutes * MINUTE).strftime("%Y-%m-%dT%H:%M:%SZ")


def note(minutes: int, text: str = f"{MERGE_WORDS[0]} 4", **changed: Any) -> dict[str, Any]:
    usual = {"id": minutes, "user_id": 6, "incoming": False, "private": True, "source": 2, "body_text": text}
    return {**usual, "created_at": at(minutes), **changed}


def customer(minutes: int) -> dict[str, Any]:
    return note(minutes, "Still down", user_id=5, incoming=True, private=False, source=0)


def read(status: int, *said: dict[str, Any], words: tuple[str, ...] = MERGE_WORDS, **stats: str) -> Snapshot:
    updated = max([one["created_at"] for one in said] + list(stats.values()))
    ticket = {"id": 7, "status": status, "created_at": at(0), "updated_at": updated, "requester_id": 5, "stats": stats}
    now = CREATED + timedelta(days=1)
    gathered = Gathered(ticket=ticket, conversations=said, agents={}, own_id="900", seen_at=now)
    statuses = StatusMap("p", STATUSES)
    return read_snapshot(gathered, helpdesk="p", root="https://x", statuses=statuses, merges=MergeNotes(words))


def life(snapshot: Snapshot) -> list[tuple[str, int]]:
    """What happened to the ticket as a whole, each with its minute."""
    told = []
    for event in Timeline.of(snapshot.events):
        minute = int((event.at - CREATED) / MINUTE)
        match event:
            case StatusChanged():
                told.append((event.to.value, minute))
            case Merged() | Restored():
                told.append((type(event).__name__.lower(), minute))
    return told


def test_a_merged_ticket_is_closed_and_lives_on_elsewhere() -> None:
    snapshot = read(5, note(20), status_updated_at=at(20), closed_at=at(20), resolved_at=at(20))
    assert life(snapshot) == [("closed", 20), ("merged", 20)]
    assert [event.into for event in snapshot.events if isinstance(event, Merged)] == ["4"]
    assert len({event.id for event in snapshot.events}) == len(snapshot.events)


@pytest.mark.parametrize(
    ("status", "stats"),
    [
        (2, {"status_updated_at": at(120), "reopened_at": at(120)}),
        (2, {}),  # nothing of it is dated
        (2, {"status_updated_at": at(120), "reopened_at": at(120), "closed_at": at(20), "resolved_at": at(20)}),
        (2, {"status_updated_at": at(120)}),
    ],
)
def test_one_to_which_the_customer_wrote_was_closed_and_is_open_again(status: int, stats: dict[str, Any]) -> None:
    told = life(read(status, note(20), customer(120), **stats))
    assert list(dict.fromkeys(told)) == [("closed", 20), ("merged", 20), ("open", 120), ("restored", 120)]


def test_whoever_looked_before_has_the_same_history() -> None:
    before = read(5, note(20), status_updated_at=at(20), closed_at=at(20))
    after = read(2, note(20), customer(120), status_updated_at=at(120), reopened_at=at(120))
    assert Timeline.of((*before.events, *after.events)) == Timeline.of(after.events)


def test_one_that_was_opened_again_and_closed_later_was_open_in_between() -> None:
    told = life(read(5, note(20), customer(120), status_updated_at=at(300), closed_at=at(300), resolved_at=at(300)))
    assert told == [("closed", 20), ("merged", 20), ("open", 120), ("restored", 120), ("closed", 300)]


def test_one_that_a_reply_does_not_open_is_no_longer_merged_and_stays_closed() -> None:
    told = life(read(5, note(20), customer(120), status_updated_at=at(20), closed_at=at(20)))
    assert told == [("closed", 20), ("merged", 20), ("restored", 120)]


def test_an_agent_may_open_it_again() -> None:
    told = life(read(3, note(20), status_updated_at=at(90), pending_since=at(90), reopened_at=at(60)))
    assert told == [("closed", 20), ("merged", 20), ("open", 60), ("restored", 60), ("pending", 90)]


def test_it_may_be_merged_twice() -> None:
    again = note(300, f"{MERGE_WORDS[0]} 9")
    snapshot = read(5, note(20), customer(120), again, status_updated_at=at(300), closed_at=at(300))
    assert life(snapshot) == [
        ("closed", 20),
        ("merged", 20),
        ("open", 120),
        ("restored", 120),
        ("closed", 300),
        ("merged", 300),
    ]
    assert [event.into for event in snapshot.events if isinstance(event, Merged)] == ["4", "9"]


def test_the_words_in_an_open_ticket_that_never_closed_merge_nothing() -> None:
    assert life(read(2, note(20), status_updated_at=at(0))) == [("open", 0)]


@pytest.mark.parametrize(
    ("text", "words", "into"),
    [
        (f"{GERMAN} 12 zusammengeführt", (GERMAN,), "12"),
        (f"  {GERMAN.upper()}\u00a0#12.", ("x", GERMAN), "12"),
        (f"{GERMAN} des Kunden", (GERMAN,), None),
        (f"{MERGE_WORDS[0]} 4", (), "4"),
    ],
)
def test_the_note_is_known_in_the_words_of_the_policy(text: str, words: tuple[str, ...], into: str | None) -> None:
    snapshot = read(5, note(20, text), words=words, status_updated_at=at(20), closed_at=at(20))
    assert [event.into for event in snapshot.events if isinstance(event, Merged)] == [into]


@pytest.mark.parametrize(
    "said",
    [
        note(20, f"{GERMAN} 4"),  # in words that the policy does not know
        note(20, incoming=True, user_id=5),
        note(20, source=0, private=False),
        note(20, f"Sorry! {MERGE_WORDS[0]} 4"),
    ],
)
@pytest.mark.parametrize("words", [MERGE_WORDS, (" ",)])  # nothing begins every note
def test_nothing_else_is_a_merge(said: dict[str, Any], words: tuple[str, ...]) -> None:
    snapshot = read(5, said, words=words, status_updated_at=at(20), closed_at=at(20))
    assert not any(isinstance(event, Merged) for event in snapshot.events)


def test_the_lines_of_a_merge_are_nobodys_words_even_in_public() -> None:
    here = "Ticket with ID 7 is merged into this ticket. First message in it:\nIt is down"
    for text in (here, f"{MERGE_WORDS[0]} 4"):
        message = read(2, note(20, text, private=False)).events[1]
        assert isinstance(message, Message)
        assert (message.by, message.public) == (Actor.SYSTEM, True)


def test_the_policy_and_the_adapter_know_the_same_words() -> None:
    assert MERGED == MERGE_WORDS
