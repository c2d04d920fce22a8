from __future__ import annotations

from slabot.store import Store, inbox, unread
from slabot.store.inbox import HookDelivery
from tests.fixtures.times import NOON, after


def accept(store: Store, delivery: str, helpdesk: str = "acme", minutes: float = 0) -> bool:
    return store.write(lambda conn: inbox.accept(conn, helpdesk, delivery, "4711", after(minutes=minutes)))


def test_a_delivery_is_accepted_once(store: Store) -> None:
    assert accept(store, "d1")
    assert not accept(store, "d1", minutes=5)
    assert accept(store, "d1", helpdesk="partners")
    (first, second) = store.read(lambda conn: unread.waiting(conn, 10))
    assert (first.helpdesk, first.ticket_id, first.since, first.hints) == ("acme", "4711", NOON, 1)
    assert second.helpdesk == "partners"


def test_deliveries_that_come_together_are_each_accepted_once_also_among_themselves(store: Store) -> None:
    accept(store, "old")
    together = [
        HookDelivery(helpdesk="acme", id=name, ticket_id="1", accepted_at=NOON)
        for name in ("a", "old", "b", "a", "b\x00", "b\x00")
    ]
    assert store.write(lambda conn: inbox.accept_all(conn, together)) == [True, False, True, False, True, False]
    found = {row.ticket_id: row.hints for row in store.read(lambda conn: unread.waiting(conn, 10))}
    assert found == {"4711": 1, "1": 1}  # however many named it
    assert not accept(store, "b\ufffd")


def test_old_deliveries_are_forgotten_and_their_tickets_stay_to_be_read(store: Store) -> None:
    accept(store, "d1")
    accept(store, "d2", minutes=1)
    assert store.write(lambda conn: inbox.prune(conn, NOON)) == 0
    assert store.write(lambda conn: inbox.prune(conn, after(minutes=1))) == 1
    assert len(store.read(lambda conn: unread.waiting(conn, 10))) == 1
    assert accept(store, "d1")
    assert not accept(store, "d2")
