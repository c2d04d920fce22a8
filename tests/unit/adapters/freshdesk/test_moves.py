"""When did the ticket come to its present status?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.freshdesk.moves import read_moves
from adapters.freshdesk.statuses import StatusMap
from slabot.domain import Category, StatusChanged, Timeline

from .conftest import STATUSES

CREATED = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LABELS = {2: "Open", 3: "Pending", 4: "Resolved", 5: "Closed", 6: "Waiting on Customer"}
SEEN = CREATED + 9 * HOUR


def at(hours: float) -> str:
    return (CREATED + hours * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(number: int, *, updated: float, seen: datetime = SEEN, **stats: Any) -> tuple[StatusChanged, ...]:
    return read_moves(
        {"stats": stats},
        number,
        StatusMap("partners", STATUSES, LABELS),
        created=CREATED,
        updated=CREATED + updated * HOUR,
        seen_at=seen,
    )


@pytest.mark.parametrize(
    ("number", "stats"),
    [
        (2, {}),
        (3, {"pending_since": at(2)}),
        (4, {"resolved_at": at(2)}),
        (5, {"closed_at": at(2), "resolved_at": at(1)}),  # resolved first, then closed
        (6, {}),
        (6, {"resolved_at": None, "pending_since": at(1)}),
    ],
)
def test_where_the_stats_agree_the_time_is_freshdesks_own(number: int, stats: dict[str, Any]) -> None:
    move = read(number, updated=5, status_updated_at=at(2), **stats)[-1]
    assert (move.at, move.observed_at) == (CREATED + 2 * HOUR, None)
    assert move.id == f"status:{number}:{at(2)}"


@pytest.mark.parametrize(
    ("number", "stats"),
    [
        (4, {"status_updated_at": None}),
        (4, {"status_updated_at": "soon"}),
        (4, {"status_updated_at": at(2)}),  # resolved, and nothing says when
        (4, {"status_updated_at": at(2), "resolved_at": at(1)}),
        (4, {"status_updated_at": at(2), "resolved_at": at(2), "reopened_at": at(3)}),
        (6, {"status_updated_at": at(2), "pending_since": at(3)}),  # the status moved on, its time did not
        (2, {"status_updated_at": at(-1)}),
        (2, {"status_updated_at": at(7)}),  # later than the ticket's last change
    ],
)
def test_where_they_do_not_it_was_seen_now(number: int, stats: dict[str, Any]) -> None:
    (move,) = read(number, updated=5, **stats)
    assert move.observed_at == SEEN
    assert CREATED + 5 * HOUR <= move.at <= SEEN
    assert move.latest == SEEN  # what cannot be undone counts from here


def test_reading_it_again_adds_nothing() -> None:
    exact: dict[str, Any] = {"updated": 5, "status_updated_at": at(2), "pending_since": at(2)}
    observed: dict[str, Any] = {"updated": 5, "status_updated_at": at(2)}
    for stats in (exact, observed):
        once = read(3, **stats)
        later = read(3, seen=SEEN + HOUR, **stats)
        assert [move.id for move in once] == [move.id for move in later]
        assert len(Timeline.of((*once, *later))) == 1


def test_a_ticket_that_is_updated_otherwise_does_not_enter_its_status_anew() -> None:
    once = read(4, updated=5, status_updated_at=at(2), resolved_at=at(2))
    later = read(4, updated=8, status_updated_at=at(2), resolved_at=at(2))
    assert once == later


def test_statuses_that_are_read_one_after_the_other_make_a_history() -> None:
    seen = [
        *read(2, updated=0, status_updated_at=at(0)),
        *read(6, updated=1, status_updated_at=at(1)),
        *read(2, updated=2, status_updated_at=at(2)),
        *read(6, updated=3, status_updated_at=at(3)),
    ]
    waiting = Category.WAITING_ON_CUSTOMER
    told = [event.to for event in Timeline.of(reversed(seen)) if isinstance(event, StatusChanged)]
    assert told == [Category.OPEN, waiting, Category.OPEN, waiting]


def test_what_was_seen_last_in_a_second_is_last() -> None:
    # tap-freshdesk#21: the status changed, and updated_at and its own time did not.
    before = read(6, updated=2, status_updated_at=at(2))
    after = read(3, updated=2, status_updated_at=at(2))
    last = Timeline.of((*after, *before))[-1]
    assert isinstance(last, StatusChanged)
    assert last.to is Category.PENDING


def test_a_ticket_that_was_solved_twice_was_reopened_in_between() -> None:
    # The first solve may have been read, the reopening not: three days after the first it must not be closed.
    first = read(4, updated=1, status_updated_at=at(1), resolved_at=at(1))
    second = read(4, updated=8, status_updated_at=at(8), resolved_at=at(8), reopened_at=at(5))
    told = [(e.to, e.at) for e in Timeline.of((*first, *second)) if isinstance(e, StatusChanged)]
    assert told == [
        (Category.SOLVED, CREATED + HOUR),
        (Category.OPEN, CREATED + 5 * HOUR),
        (Category.SOLVED, CREATED + 8 * HOUR),
    ]


def test_a_ticket_that_a_reply_opened_again_shows_its_solve_and_its_close_in_one_reading() -> None:
    told = read(2, updated=9, status_updated_at=at(9), reopened_at=at(9), resolved_at=at(1), closed_at=at(4))
    assert [(move.to, move.at, move.observed_at) for move in told] == [
        (Category.SOLVED, CREATED + HOUR, None),
        (Category.CLOSED, CREATED + 4 * HOUR, None),
        (Category.OPEN, CREATED + 9 * HOUR, None),
    ]
    # The same ids as of whoever looked while it was solved, and while it was closed.
    solved = read(4, updated=1, status_updated_at=at(1), resolved_at=at(1))
    closed = read(5, updated=4, status_updated_at=at(4), resolved_at=at(1), closed_at=at(4))
    assert Timeline.of((*solved, *closed, *told)) == Timeline.of(told)


def test_a_close_that_was_no_solve_before_is_a_close_alone() -> None:
    told = read(2, updated=9, status_updated_at=at(9), reopened_at=at(9), resolved_at=at(4), closed_at=at(4))
    assert [move.to for move in told] == [Category.CLOSED, Category.OPEN]


def test_stamps_that_do_not_agree_tell_nothing_of_the_past() -> None:
    told = read(2, updated=5, status_updated_at=at(2), resolved_at=at(1), closed_at=at(3))
    assert [move.observed_at for move in told] == [SEEN]


def test_open_with_an_assignee_is_what_the_policy_says_and_only_then() -> None:
    statuses = StatusMap("partners", STATUSES, LABELS, open_with_assignee=Category.PENDING)
    assert statuses.category(2, assigned=True) is Category.PENDING
    assert statuses.category(2) is statuses.with_labels(LABELS).category(2) is Category.OPEN
    assert statuses.with_labels(LABELS).category(2, assigned=True) is Category.PENDING
    assert statuses.category(4, assigned=True) is Category.SOLVED
    assert StatusMap("partners", STATUSES).category(2, assigned=True) is Category.OPEN
    moves = read_moves(
        {"stats": {"status_updated_at": at(0)}, "responder_id": 11},
        2,
        statuses,
        created=CREATED,
        updated=CREATED,
        seen_at=SEEN,
    )
    assert [move.to for move in moves] == [Category.PENDING]


def test_pending_is_written_as_open_where_only_an_assignee_makes_it_pending() -> None:
    words = {"2": Category.OPEN, "3": Category.WAITING_ON_CUSTOMER}
    assert StatusMap("p", words, LABELS, open_with_assignee=Category.PENDING).to_write(Category.PENDING) == 2
    assert StatusMap("p", STATUSES, LABELS, open_with_assignee=Category.PENDING).to_write(Category.PENDING) == 3
    assert StatusMap("p", words, LABELS).to_write(Category.PENDING) is None
