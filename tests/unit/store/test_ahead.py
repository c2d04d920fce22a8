from __future__ import annotations

from slabot.store import Lane, OutboxState, Store, ahead, outbox
from tests.fixtures.stored import a_row, in_lane, keep, save_decision
from tests.fixtures.tickets import a_ticket, answered, asked
from tests.fixtures.times import NOON, after


def test_tickets_that_time_changes_before_an_instant_are_found(store: Store) -> None:
    for number, created in (("1", NOON), ("2", NOON)):
        keep(store, asked(), ticket=a_ticket(number, created_at=created, priority="urgent"))
        save_decision(store, ticket_id=number)
    keep(store, asked(), answered(), ticket=a_ticket("3"))
    save_decision(store, ticket_id="3", now=after(hours=1))
    looks = [("acme", "1"), ("acme", "2")]

    assert store.read(lambda conn: ahead.names(conn, after(hours=1))) == []
    assert store.read(lambda conn: ahead.names(conn, after(hours=1, seconds=1))) == looks
    loaded = store.read(lambda conn: list(ahead.load(conn, looks)))
    assert [each.ticket.id for each in loaded] == ["1", "2"]
    assert [len(each.timeline) for each in loaded] == [1, 1]


def test_tickets_to_which_something_is_owed_are_found_whatever_their_next_look(store: Store) -> None:
    keep(store, asked(), ticket=a_ticket("7"))
    row = a_row("acme/7/page/1", ticket_id="7", helpdesk="acme")
    store.write(lambda conn: outbox.put(conn, row))
    other = a_row("acme/8/update/1", ticket_id="8", work=in_lane(Lane.UPDATE))
    store.write(lambda conn: outbox.put(conn, other))
    assert store.read(lambda conn: ahead.names(conn, NOON)) == [("acme", "7")]
    store.write(lambda conn: outbox.settle(conn, row.key, OutboxState.SENT, "sent", {}))
    assert store.read(lambda conn: ahead.names(conn, NOON)) == []


def test_clocks_that_can_be_met_no_more_are_counted(store: Store) -> None:
    keep(store, asked(), ticket=a_ticket("1", priority="urgent"))
    save_decision(store, ticket_id="1")
    assert store.read(lambda conn: ahead.count_overdue(conn, after(hours=2))) == 0
    assert store.read(lambda conn: ahead.count_overdue(conn, after(hours=2, seconds=1))) == 1
    assert store.read(ahead.count_unread) == 0
