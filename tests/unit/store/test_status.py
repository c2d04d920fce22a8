from __future__ import annotations

from slabot.store import Lane, OutboxState, Store, feeds, inbox, ledger, meta, outbox, policies
from slabot.store.migrate import newest
from slabot.store.status import status
from tests.fixtures.stored import a_row, decided, keep, save_decision
from tests.fixtures.tickets import asked
from tests.fixtures.times import NOON, after


def test_an_empty_store_has_nothing_to_tell(store: Store) -> None:
    found = store.read(lambda conn: status(conn, NOON))
    assert (found.tickets, found.open_tickets, found.next_alarm, found.outbox) == (0, 0, None, {})
    assert (found.installed_at, found.policy_version, found.feeds, found.last_errors) == (None, None, (), ())
    assert found.schema_revision == newest()


def test_everything_is_told_at_once(store: Store) -> None:
    decision = decided(keep(store, asked()), NOON)
    assert decision.next_look is not None
    store.write(lambda conn: meta.installed_at(conn, NOON))
    version = store.write(lambda conn: policies.record(conn, "d", "text", NOON))
    save_decision(store, decision, version=version)
    store.write(lambda conn: feeds.failed(conn, "acme", "wrong token", NOON))
    store.write(lambda conn: inbox.accept(conn, "acme", "d1", "4711", NOON))
    store.write(lambda conn: outbox.put(conn, a_row("a")))
    store.write(lambda conn: outbox.claim(conn, NOON, Lane.PAGE, 1))
    store.write(lambda conn: outbox.put(conn, a_row("b", created_at=after(minutes=3))))
    for number in range(7):
        store.write(
            lambda conn, n=number: ledger.write(conn, after(minutes=n), "page.failed", f"{n}", "acme", "4711")  # type: ignore[misc]
        )

    found = store.read(lambda conn: status(conn, after(days=30)))
    assert (found.tickets, found.open_tickets, found.installed_at) == (1, 1, NOON)
    assert (found.next_alarm, found.overdue_looks) == (decision.next_look, 1)
    assert (found.running_clocks, found.overdue_clocks, found.inbox_pending) == (1, 1, 1)
    assert found.outbox == {(Lane.PAGE, OutboxState.SENDING): 1, (Lane.PAGE, OutboxState.PENDING): 1}
    assert found.oldest_pending == after(minutes=3)
    assert [feed.error for feed in found.feeds] == ["wrong token"]
    assert [row.text for row in found.last_errors] == ["6.", "5.", "4.", "3.", "2."]
    assert found.policy_version == version
    early = store.read(lambda conn: status(conn, NOON))
    assert (early.overdue_looks, early.overdue_clocks) == (0, 0)
