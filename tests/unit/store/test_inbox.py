from __future__ import annotations

from slabot.store import Store, inbox
from slabot.store.inbox import Delivery
from tests.fixtures.times import NOON, after


def accept(store: Store, delivery: str, helpdesk: str = "acme", minutes: float = 0) -> bool:
    return store.write(lambda conn: inbox.accept(conn, helpdesk, delivery, "4711", after(minutes=minutes)))


def waiting(store: Store, limit: int = 10) -> list[str]:
    return [row.delivery_id for row in store.read(lambda conn: inbox.pending(conn, limit))]


def test_a_delivery_is_accepted_once(store: Store) -> None:
    assert accept(store, "d1")
    assert not accept(store, "d1", minutes=5)
    assert accept(store, "d1", helpdesk="partners")
    (first, _) = store.read(lambda conn: inbox.pending(conn, 10))
    assert (first.helpdesk, first.ticket_id, first.accepted_at) == ("acme", "4711", NOON)


def test_deliveries_that_come_together_are_each_accepted_once_also_among_themselves(store: Store) -> None:
    accept(store, "old")
    together = [
        Delivery(helpdesk="acme", id=name, ticket_id="1", accepted_at=NOON)
        for name in ("a", "old", "b", "a", "b\x00", "b\x00")
    ]
    assert store.write(lambda conn: inbox.accept_all(conn, together)) == [True, False, True, False, True, False]
    assert waiting(store) == ["old", "a", "b", "b\ufffd"]


def test_deliveries_wait_in_the_order_in_which_they_came(store: Store) -> None:
    for name in ("z", "a", "m"):
        accept(store, name)
    assert waiting(store) == ["z", "a", "m"]
    assert waiting(store, 2) == ["z", "a"]


def test_what_was_followed_up_waits_no_longer_and_is_still_known(store: Store) -> None:
    accept(store, "d1")
    accept(store, "d2")
    ids = [row.id for row in store.read(lambda conn: inbox.pending(conn, 1))]
    store.write(lambda conn: inbox.done(conn, ids))
    store.write(lambda conn: inbox.done(conn, []))
    assert waiting(store) == ["d2"]
    assert not accept(store, "d1")


def test_old_deliveries_are_forgotten_and_waiting_ones_never(store: Store) -> None:
    for name in ("done", "waiting"):
        accept(store, name)
    ids = [row.id for row in store.read(lambda conn: inbox.pending(conn, 1))]
    store.write(lambda conn: inbox.done(conn, ids))
    assert store.write(lambda conn: inbox.prune(conn, NOON)) == 0
    assert store.write(lambda conn: inbox.prune(conn, after(minutes=1))) == 1
    assert waiting(store) == ["waiting"]
