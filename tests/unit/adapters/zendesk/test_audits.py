"""Put audits in order; and say where one cannot be read."""

from __future__ import annotations

import time
from typing import Any

import pytest

from adapters.zendesk.audits import UNREADABLE_AUDIT, UNTOLD_BEGINNING
from slabot.domain import Gap, Message, StatusChanged

from .objects import ANA, BOB, BORN, START, audit, change, comment, minutes, only, read, ticket


@pytest.mark.parametrize(
    ("broken", "since", "until"),
    [
        ({"created_at": None}, 5, 9),
        ({"created_at": "soon"}, 5, 9),
        ({"created_at": 17}, 5, 9),
    ],
)
def test_an_audit_without_a_time_is_a_gap_between_its_neighbours(
    broken: dict[str, Any], since: float, until: float
) -> None:
    odd = audit(30, BOB, 7, change("status", "open", "solved"), **broken)
    snapshot = read(ticket(), [BORN, comment(2, ANA, 5), odd, comment(4, BOB, 9)])
    assert snapshot.ticket.gaps == (Gap(minutes(since), minutes(until), UNREADABLE_AUDIT),)
    assert [message.id for message in only(snapshot, Message)] == ["comment:2", "comment:4"]


def test_an_audit_without_a_time_at_the_end_is_a_gap_that_is_not_over() -> None:
    assert read(ticket(), [BORN, audit(30, BOB, 7, created_at=None)]).ticket.gaps == (
        Gap(START, None, UNREADABLE_AUDIT),
    )


@pytest.mark.parametrize(
    "broken",
    [
        audit(30, BOB, 7, id=None),
        audit(30, BOB, 7, events=None),
        audit(30, BOB, 7, events="Comment"),
        audit(30, BOB, 7, events=[None]),
        audit(30, BOB, 7, events=[change("status", "new", "open"), "Comment"]),
        audit(30, BOB, 7, {}),
        audit(30, BOB, 7, {"id": 9, "type": None, "body": "hello"}),
        audit(30, BOB, 7, {"id": 9, "type": 7}),
    ],
)
def test_an_audit_that_cannot_be_read_whole_is_a_gap_at_its_time(broken: dict[str, Any]) -> None:
    snapshot = read(ticket(), [BORN, broken, comment(4, BOB, 9)])
    assert snapshot.ticket.gaps == (Gap(minutes(7), minutes(7, 1), UNREADABLE_AUDIT),)
    assert len(only(snapshot, Message)) == 1


def test_a_history_that_does_not_reach_back_to_the_creation_has_a_gap_at_its_beginning() -> None:
    late = audit(20, BOB, 30, change("status", "new", "open"))
    snapshot = read(ticket(), [late])
    assert snapshot.ticket.gaps == (Gap(START, minutes(30), UNTOLD_BEGINNING),)
    assert len(only(snapshot, StatusChanged)) == 1


@pytest.mark.parametrize("author", [None, -1, "", True, [], "6"])
def test_any_author_of_a_change_is_taken(author: object) -> None:
    snapshot = read(ticket(), [BORN, audit(20, author, 5, change("status", "new", "open"))])
    assert len(only(snapshot, StatusChanged)) == 1
    assert snapshot.ticket.gaps == ()


@pytest.mark.parametrize("via", [None, "email", 4, {}, {"channel": None}, {"source": []}])
@pytest.mark.parametrize("metadata", [None, "x", [], {"flags": "2"}, {"custom": 7, "system": None}])
def test_any_via_and_metadata_are_taken(via: object, metadata: object) -> None:
    snapshot = read(ticket(), [BORN, comment(2, BOB, 5, audit={"via": via, "metadata": metadata})])
    assert len(only(snapshot, Message)) == 1
    assert snapshot.ticket.gaps == ()


def test_five_thousand_audits_are_read_in_seconds() -> None:
    audits = [BORN, *(comment(number, BOB, number / 100) for number in range(100, 5_100))]
    began = time.monotonic()
    snapshot = read(ticket(), audits)
    assert time.monotonic() - began < 8.0  # under one; where each audit looked at all others it would be half a minute
    assert len(only(snapshot, Message)) == 5_000
