"""What the runtime asks of the outbox beyond putting in and taking out, on each engine."""

from __future__ import annotations

from datetime import timedelta

from slabot.store import Lane, OutboxRow, OutboxState, Store, outbox, outbox_questions
from tests.fixtures.stored import a_row, in_lane

from .conftest import MONDAY

SECOND = timedelta(seconds=1)


def put(
    store: Store, key: str, channel: str | None = "#a", lane: Lane = Lane.PAGE, age: timedelta = timedelta()
) -> OutboxRow:
    times = {"urgency": MONDAY, "not_before": MONDAY, "created_at": MONDAY - age}
    row = a_row(key, ticket_id="1", channel=channel, work=in_lane(lane, key), **times)
    store.write(lambda conn: outbox.put(conn, row))
    return row


def state(store: Store, key: str) -> OutboxState:
    row = store.read(lambda conn: outbox.get(conn, key))
    assert row is not None
    return row.state


def test_rows_for_a_closed_channel_are_left_where_they_are(store: Store) -> None:
    for key, channel in (("1", "#a"), ("2", "#b"), ("3", None)):
        put(store, key, channel)
    claimed = store.write(lambda conn: outbox.claim(conn, MONDAY, Lane.PAGE, 9, but_not_to=["#a"]))
    assert [row.key for row in claimed] == ["2", "3"]
    assert state(store, "1") is OutboxState.PENDING
    assert store.read(lambda conn: outbox.earliest(conn, Lane.PAGE)) == MONDAY
    assert store.read(lambda conn: outbox.earliest(conn, Lane.PAGE, but_not_to=["#a"])) is None


def test_a_doubt_is_renewed_only_while_it_is_one(store: Store) -> None:
    put(store, "1")
    assert not store.write(lambda conn: outbox.renew(conn, "1", MONDAY))
    store.write(lambda conn: outbox.claim(conn, MONDAY, Lane.PAGE, 9))
    later = MONDAY + timedelta(seconds=30, microseconds=1)
    assert store.write(lambda conn: outbox.renew(conn, "1", later))
    assert store.read(lambda conn: outbox.unknown(conn, MONDAY + 30 * SECOND)) == []
    assert len(store.read(lambda conn: outbox.unknown(conn, MONDAY + 31 * SECOND))) == 1
    store.write(lambda conn: outbox.settle(conn, "1", OutboxState.SENT))
    assert not store.write(lambda conn: outbox.renew(conn, "1", MONDAY))


def test_only_what_was_dropped_is_revived(store: Store) -> None:
    row = put(store, "1")
    assert not store.write(lambda conn: outbox.revive(conn, row))
    for end, revived in ((OutboxState.SENT, False), (OutboxState.FAILED, False), (OutboxState.SUPERSEDED, True)):
        key = f"k{end.value}"
        row = put(store, key)
        store.write(lambda conn, key=key, end=end: outbox.settle(conn, key, end, "so it was"))  # type: ignore[misc]
        assert store.write(lambda conn, row=row: outbox.revive(conn, row)) is revived  # type: ignore[misc]
        assert state(store, key) is (OutboxState.PENDING if revived else end)


def test_the_oldest_of_a_lane(store: Store) -> None:
    put(store, "1", lane=Lane.WRITE, age=9 * SECOND)
    put(store, "2", lane=Lane.PAGE, age=3 * SECOND)
    assert store.read(outbox.oldest_pending) == MONDAY - 9 * SECOND
    assert store.read(lambda conn: outbox.oldest_pending(conn, Lane.PAGE)) == MONDAY - 3 * SECOND
    assert store.read(lambda conn: outbox.oldest_pending(conn, Lane.UPDATE)) is None


def test_the_oldest_that_is_open_may_be_on_its_way(store: Store) -> None:
    assert store.read(lambda conn: outbox_questions.oldest_open(conn, Lane.PAGE)) is None
    put(store, "1", lane=Lane.WRITE, age=9 * SECOND)
    put(store, "2", age=5 * SECOND)
    put(store, "3", age=3 * SECOND)
    store.write(lambda conn: outbox.take(conn, ["2"], MONDAY))
    assert store.read(lambda conn: outbox_questions.oldest_open(conn, Lane.PAGE)) == MONDAY - 5 * SECOND
    store.write(lambda conn: outbox.settle(conn, "2", OutboxState.SENT))
    assert store.read(lambda conn: outbox_questions.oldest_open(conn, Lane.PAGE)) == MONDAY - 3 * SECOND


def test_a_crowded_channel_is_named_with_what_may_be_sent_there(store: Store) -> None:
    for key, channel in (("1", "#a"), ("2", "#a"), ("3", "#b"), ("4", None), ("5", None)):
        put(store, key, channel)
    put(store, "6", "#a", lane=Lane.UPDATE)
    store.write(lambda conn: outbox.hold(conn, "3", MONDAY + SECOND, "later"))
    put(store, "7", "#b")

    def crowded(seconds: int, least: int = 2) -> dict[str, frozenset[str]]:
        now = MONDAY + seconds * SECOND
        return store.read(lambda conn: outbox_questions.crowded(conn, Lane.PAGE, now, least))

    assert crowded(0) == {"#a": {"1", "2"}}
    assert crowded(1) == {"#a": {"1", "2"}, "#b": {"3", "7"}}
    assert crowded(1, least=3) == {}
