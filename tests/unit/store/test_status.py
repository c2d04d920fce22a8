from __future__ import annotations

from pathlib import Path

from slabot.domain import Category, Gap
from slabot.store import (
    Lane,
    OutboxState,
    Store,
    feeds,
    inbox,
    ledger,
    meta,
    outbox,
    policies,
    read_if_current,
    ticket_counts,
)
from slabot.store.migrate import newest
from slabot.store.status import status
from tests.fixtures.stored import a_row, decided, keep, save_decision
from tests.fixtures.tickets import a_ticket, asked, moved
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


def test_open_tickets_of_which_not_all_can_be_seen_are_counted(store: Store) -> None:
    gap = Gap(NOON, None, "the chat is not over")
    keep(store, asked(), ticket=a_ticket("1", gaps=(gap,)))
    keep(store, asked(), moved(Category.SOLVED), ticket=a_ticket("2", gaps=(gap,)))
    keep(store, asked(), ticket=a_ticket("3", subject='"gaps": [1]'))
    for number in "123":
        save_decision(store, ticket_id=number, now=after(hours=1))
    assert store.read(lambda conn: status(conn, NOON)).with_gaps == 1


def test_doctor_asks_a_store_of_this_slabot_and_makes_none(store: Store, tmp_path: Path) -> None:
    keep(store, asked(), ticket=a_ticket(gaps=(Gap(NOON, None, "the chat is not over"),)))
    url = store.address.url.render_as_string(hide_password=False)
    assert read_if_current(url, ticket_counts.count_with_gaps) == 1
    missing = tmp_path / "none.db"
    assert read_if_current(f"sqlite:///{missing}", ticket_counts.count_with_gaps) is None
    assert not missing.exists()
