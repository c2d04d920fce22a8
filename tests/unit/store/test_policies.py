from __future__ import annotations

from slabot.store import Store, policies
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
