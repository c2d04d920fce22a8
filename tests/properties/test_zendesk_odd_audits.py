"""Whatever stands at any place of a Zendesk history, the ticket is read, or one clear error says why not.

And no odd value makes a message out of nothing, or loses one in silence: each comment and each line that is not read
as a message leaves a gap, an incomplete history or an error.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import UnmappedStatus
from adapters.zendesk.fields import Unreadable
from adapters.zendesk.history import _names_in, _people_in
from adapters.zendesk.reading import Gathered, read_snapshot
from adapters.zendesk.statuses import StatusMap
from adapters.zendesk.users import User
from slabot.domain import Message, TicketRecord, Timeline, write_ticket
from slabot.policy.connections import ZENDESK_STATUSES

NOW = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
PEOPLE = {"5": User("5", "end-user", "ana@customer.example"), "6": User("6", "agent", "bob@acme.example")}
LINES = [
    {"chat_index": 0, "type": "ChatJoin", "actor_type": "end-user", "actor_id": "5", "timestamp": 1768212000000},
    {
        "chat_index": 1,
        "type": "ChatMessage",
        "message": "It is down",
        "actor_type": "end-user",
        "actor_id": "5",
        "timestamp": 1768212000000,
    },
    {
        "chat_index": 2,
        "type": "ChatMessage",
        "message": "I am looking",
        "actor_type": "agent",
        "actor_id": "6",
        "timestamp": 1768212060000,
    },
]
HISTORY: list[dict[str, Any]] = [
    {
        "id": 10,
        "created_at": "2026-01-12T10:00:00Z",
        "author_id": 5,
        "via": {"channel": "native_messaging"},
        "metadata": {"system": {}, "custom": {}, "flags": [2]},
        "events": [
            {"id": 1, "type": "Create", "field_name": "status", "value": "new"},
            {"id": 2, "type": "Create", "field_name": "requester_id", "value": "5"},
            {"id": 3, "type": "Comment", "author_id": 5, "body": "Conversation with Ana", "public": False},
        ],
    },
    {
        "id": 20,
        "created_at": "2026-01-12T10:10:00Z",
        "author_id": -1,
        "via": {"channel": "chat_transcript", "source": {"rel": None}},
        "metadata": {},
        "events": [
            {"id": 21, "type": "ChatStartedEvent", "value": {"chat_id": "c", "history": LINES[:1]}},
            {"id": 22, "type": "ChatEndedEvent", "value": {"chat_id": "c", "history": LINES}},
        ],
    },
    {
        "id": 30,
        "created_at": "2026-01-12T10:20:00Z",
        "author_id": 6,
        "via": {"channel": "web"},
        "metadata": {},
        "events": [
            {"id": 31, "type": "Comment", "author_id": 6, "body": "Fixed", "public": True},
            {"id": 32, "type": "Change", "field_name": "requester_id", "value": "6", "previous_value": "5"},
            {"id": 33, "type": "EmailCcChange", "previous_email_ccs": [], "current_email_ccs": ["c@x.example"]},
            {"id": 34, "type": "CommentPrivacyChange", "comment_id": 31, "public": False},
            {"id": 35, "type": "SatisfactionRating", "score": "bad", "body": "No"},
            {"id": 36, "type": "Change", "field_name": "group_id", "value": "7", "previous_value": None},
        ],
    },
]
TICKET = {
    "id": 7,
    "status": "open",
    "created_at": "2026-01-12T10:00:00Z",
    "updated_at": "2026-01-12T10:20:00Z",
    "requester_id": 6,
    "via": {"channel": "native_messaging"},
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["", "-1", "0", "2026-01-12T10:10:00Z", "1e999", "\x00", "٧"]),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3), st.just({})), max_size=2),
    st.dictionaries(st.sampled_from(["id", "history", "x"]), st.one_of(st.none(), st.text(max_size=3)), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    match value:
        case dict():
            for key, inner in value.items():
                yield from places(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from places(inner, (*path, index))


PLACES = [path for path in places(HISTORY) if len(path) > 1]


def put(history: list[Any], path: tuple[Any, ...], value: Any) -> None:
    """Set the value at a place, if it is still there."""
    inner: Any = history
    try:
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
    except (IndexError, KeyError, TypeError):
        return


def read(history: list[Any]) -> Any:
    assert _people_in(TICKET, history)
    _names_in(TICKET, history, PEOPLE)
    gathered = Gathered(ticket=TICKET, audits=history, people=PEOPLE, names={}, own_id="900", seen_at=NOW)
    return read_snapshot(
        gathered, helpdesk="acme", root="https://acme.example", statuses=StatusMap("acme", ZENDESK_STATUSES)
    )


def words(snapshot: Any) -> list[str]:
    return [event.text for event in snapshot.events if isinstance(event, Message)]


ALL = sorted(words(read(HISTORY)))


@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=3))
def test_an_odd_value_anywhere_is_read_or_said(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    history = copy.deepcopy(HISTORY)
    for path, value in changes:
        put(history, path, value)
    try:
        snapshot = read(history)
    except (Unreadable, UnmappedStatus):
        return
    write_ticket(TicketRecord(snapshot.ticket, Timeline.of(snapshot.events)))
    if len(words(snapshot)) < len(ALL):
        said = snapshot.ticket.gaps or not snapshot.ticket.history_complete
        # What is of another type altogether is another thing, and a list without anything in it is a list.
        assert said or any(path[-1] == "type" or value == [] for path, value in changes)


def test_the_history_itself_is_read_whole() -> None:
    assert ALL == ["Conversation with Ana", "Fixed", "I am looking", "It is down"]
    assert read(HISTORY).ticket.gaps == ()
