from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from slabot.store import Lane, OutboxRow, OutboxState, Store, open_store, outbox
from slabot.store.work import InternalNote
from tests.fixtures.stored import a_page, a_row, in_lane
from tests.fixtures.times import NOON, after


def put(store: Store, key: str = "k", **facts: object) -> bool:
    return store.write(lambda conn: outbox.put(conn, a_row(key, **facts)))


def claim(store: Store, minutes: float = 0, lane: Lane = Lane.PAGE, limit: int = 10) -> list[OutboxRow]:
    return store.write(lambda conn: outbox.claim(conn, after(minutes=minutes), lane, limit))


def get(store: Store, key: str = "k") -> OutboxRow:
    row = store.read(lambda conn: outbox.get(conn, key))
    assert row is not None
    return row


def settle(store: Store, state: OutboxState = OutboxState.SENT, key: str = "k", reason: str | None = None) -> bool:
    return store.write(lambda conn: outbox.settle(conn, key, state, reason, {"ts": "1.2"}))


def test_a_row_is_read_as_it_was_put_in(store: Store) -> None:
    row = a_row(channel=None, work=InternalNote("é"))
    assert store.write(lambda conn: outbox.put(conn, row))
    assert get(store, row.key) == row


def test_a_key_is_put_in_once_whatever_became_of_it(store: Store) -> None:
    assert put(store)
    assert not put(store, work=InternalNote("other words"))
    claim(store)
    settle(store)
    assert not put(store)
    assert get(store).work == a_page("k")


def test_the_most_urgent_is_claimed_first_and_nothing_before_its_time(store: Store) -> None:
    put(store, "late", urgency=after(hours=5))
    put(store, "soon", urgency=after(hours=1))
    put(store, "held", urgency=after(hours=-5), not_before=after(minutes=10))
    put(store, "other lane", work=in_lane(Lane.UPDATE))
    assert [row.key for row in claim(store, limit=1)] == ["soon"]
    assert [row.key for row in claim(store)] == ["late"]
    assert claim(store) == []
    assert [row.key for row in claim(store, minutes=10)] == ["held"]
    assert [row.key for row in claim(store, lane=Lane.UPDATE)] == ["other lane"]


def test_a_claimed_row_is_being_sent(store: Store) -> None:
    put(store)
    (row,) = claim(store, minutes=1)
    assert (row.state, row.attempts, row.sending_since) == (OutboxState.SENDING, 1, after(minutes=1))
    assert get(store) == row


def test_several_processes_claim_different_rows(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        for number in range(20):
            put(store, f"{number:02}")
        both = threading.Barrier(2, timeout=60)
        claimed: list[list[str]] = []

        def work(conn: Connection) -> None:
            claimed.append([row.key for row in outbox.claim(conn, NOON, Lane.PAGE, 10)])
            both.wait()

        threads = [threading.Thread(target=lambda: store.write(work)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(len(keys) for keys in claimed) == [10, 10]
    assert len({key for keys in claimed for key in keys}) == 20


@pytest.mark.parametrize("state", [OutboxState.SENT, OutboxState.SUPERSEDED, OutboxState.FAILED])
def test_a_row_is_settled_once_and_the_first_word_stands(store: Store, state: OutboxState) -> None:
    put(store)
    claim(store)
    assert settle(store, state, reason="done")
    assert not settle(store, OutboxState.FAILED, reason="no, failed")
    row = get(store)
    assert (row.state, row.reason, row.outcome, row.sending_since) == (state, "done", {"ts": "1.2"}, None)


def test_a_row_that_waits_can_be_superseded_without_being_claimed(store: Store) -> None:
    put(store)
    assert settle(store, OutboxState.SUPERSEDED, reason="answered meanwhile")
    assert claim(store) == []


@pytest.mark.parametrize("state", [OutboxState.PENDING, OutboxState.SENDING])
def test_a_row_cannot_be_settled_as_unsettled(store: Store, state: OutboxState) -> None:
    put(store)
    with pytest.raises(ValueError, match="use hold"):
        settle(store, state)


def test_a_held_row_waits_until_then_and_says_why(store: Store) -> None:
    put(store)
    claim(store)
    until = after(seconds=30) + timedelta(milliseconds=200)
    assert store.write(lambda conn: outbox.hold(conn, "k", until, "Slack asks to wait"))
    assert (get(store).reason, get(store).sending_since) == ("Slack asks to wait", None)
    assert store.read(lambda conn: outbox.earliest(conn, Lane.PAGE)) == after(seconds=31)
    assert claim(store, minutes=0.5) == []
    (row,) = claim(store, minutes=1)
    assert row.attempts == 2


def test_a_settled_row_cannot_be_held(store: Store) -> None:
    put(store)
    settle(store)
    assert not store.write(lambda conn: outbox.hold(conn, "k", NOON, "again"))
    assert get(store).state is OutboxState.SENT


def test_what_a_former_life_was_sending_is_in_doubt(store_url: str) -> None:
    with open_store(store_url) as store:
        put(store, "claimed")
        claim(store)
        put(store, "settled")
        claim(store)
        settle(store, key="settled")
        put(store, "waiting", not_before=after(hours=1))
    with open_store(store_url) as store:
        # Also where the crash and the restart fall into the same second.
        assert [row.key for row in store.read(lambda conn: outbox.unknown(conn, NOON))] == ["claimed"]
        assert store.read(lambda conn: outbox.unknown(conn, after(seconds=-1))) == []


def test_rows_are_counted_by_lane_and_state(store: Store) -> None:
    put(store, "a")
    put(store, "b", created_at=after(hours=-2))
    put(store, "c", work=in_lane(Lane.WRITE))
    settle(store, key="c")
    assert store.read(outbox.counts) == {(Lane.PAGE, OutboxState.PENDING): 2, (Lane.WRITE, OutboxState.SENT): 1}
    assert store.read(outbox.oldest_pending) == after(hours=-2)


def test_everything_about_a_ticket_is_found(store: Store) -> None:
    put(store, "b", created_at=after(minutes=1))
    put(store, "a", created_at=after(minutes=2))
    put(store, "elsewhere", ticket_id="1")
    assert [row.key for row in store.read(lambda conn: outbox.of_ticket(conn, "acme", "4711"))] == ["b", "a"]


def test_a_row_that_is_not_there_is_none(store: Store) -> None:
    assert store.read(lambda conn: outbox.get(conn, "k")) is None
    assert store.read(lambda conn: outbox.earliest(conn, Lane.PAGE)) is None
