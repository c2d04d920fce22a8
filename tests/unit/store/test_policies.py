from __future__ import annotations

from slabot.store import LedgerEvent, Store, ledger, policies
from tests.fixtures.times import NOON, after


def test_the_same_text_has_the_same_number(store: Store) -> None:
    first = store.write(lambda conn: policies.record(conn, "d1", "one", NOON))
    second = store.write(lambda conn: policies.record(conn, "d2", "two", after(hours=1)))
    again = store.write(lambda conn: policies.record(conn, "d1", "one", after(hours=2)))
    assert first == again < second


def test_every_text_can_be_read_again(store: Store) -> None:
    assert store.read(policies.latest) is None
    number = store.write(lambda conn: policies.record(conn, "d1", "version: 1\n", NOON))
    found = store.read(lambda conn: policies.get(conn, number))
    assert found == store.read(policies.latest)
    assert found is not None
    assert (found.text, found.digest, found.at) == ("version: 1\n", "d1", NOON)
    assert store.read(lambda conn: policies.get(conn, 99)) is None


def test_the_version_in_force_is_that_of_the_last_start(store: Store) -> None:
    assert store.read(policies.in_force) is None
    for number in (1, 2):
        store.write(lambda conn, n=number: policies.record(conn, f"d{n}", str(n), NOON))  # type: ignore[misc]
    assert store.read(policies.in_force) == 2  # of a store from before the ledger kept it
    for number in (2, 1):
        facts, at = {policies.IN_FORCE: number}, after(hours=3 - number)
        store.write(
            lambda conn, at=at, facts=facts: ledger.write(  # type: ignore[misc]
                conn, at, LedgerEvent.SLABOT_STARTED, "slabot started", None, None, facts=facts
            )
        )
    assert store.read(policies.in_force) == 1
