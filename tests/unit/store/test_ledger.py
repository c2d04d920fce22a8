from __future__ import annotations

import pytest
from sqlalchemy import Connection

from slabot.store import LedgerEvent, Store, StoreMisuse, ledger
from tests.fixtures.times import NOON, after


def tell(store: Store, event: str = "page.sent", text: str = "paged", minutes: float = 0, **rest: object) -> bool:
    def work(conn: Connection) -> bool:
        return ledger.write(conn, after(minutes=minutes), event, text, "acme", "4711", **rest)  # type: ignore[arg-type]

    return store.write(work)


def test_a_row_is_read_as_it_was_written_with_its_full_stop(store: Store) -> None:
    facts = {"rung": "50% used", "late": None, "seconds": 3}
    tell(store, text="paged „Ana“", key="k", facts=facts, evidence=["it is down"])
    (row,) = store.read(lambda conn: ledger.of_ticket(conn, "acme", "4711"))
    assert (row.at, row.event, row.text) == (NOON, LedgerEvent.PAGE_SENT, "paged „Ana“.")
    assert (row.key, row.facts, row.evidence) == ("k", facts, ("it is down",))


def test_the_same_refusal_is_written_once(store: Store) -> None:
    assert tell(store, "write.refused", key="acme/4711/auto_solve/1")
    assert not tell(store, "write.refused", "in other words", minutes=5, key="acme/4711/auto_solve/1")
    assert tell(store, "write.done", key="acme/4711/auto_solve/1")
    assert len(store.read(lambda conn: ledger.since(conn, NOON))) == 2


def test_rows_without_a_key_are_all_kept(store: Store) -> None:
    assert tell(store)
    assert tell(store)


def test_a_name_that_is_not_in_the_vocabulary_is_a_mistake(store: Store) -> None:
    with pytest.raises(StoreMisuse, match="vocabulary"):
        tell(store, "page.snet")


def test_rows_come_in_the_order_of_time(store: Store) -> None:
    for text, minutes in (("third", 9), ("first", 1), ("second", 1)):
        tell(store, text=text, minutes=minutes)
    assert [row.text for row in store.read(lambda conn: ledger.since(conn, NOON))] == ["first.", "second.", "third."]
    assert [row.text for row in store.read(lambda conn: ledger.since(conn, after(minutes=2)))] == ["third."]
    assert [row.text for row in store.read(lambda conn: ledger.since(conn, NOON, 1))] == ["first."]


def test_the_last_failures_come_newest_first(store: Store) -> None:
    for minutes in range(4):
        tell(store, "page.failed", f"failure {minutes}", minutes)
        tell(store, "page.sent", "fine", minutes)
    found = store.read(lambda conn: ledger.latest(conn, [LedgerEvent.PAGE_FAILED], 2))
    assert [row.text for row in found] == ["failure 3.", "failure 2."]


def test_the_names_say_whom_and_what() -> None:
    for event in LedgerEvent:
        whom, _, what = event.value.partition(".")
        assert whom.isidentifier()
        assert what.isidentifier()
        assert event.name == f"{whom}_{what}".upper()
