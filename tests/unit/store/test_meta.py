from __future__ import annotations

from slabot.store import Store, meta
from tests.fixtures.times import NOON, after


def test_the_day_of_installation_never_moves(store: Store) -> None:
    assert store.read(meta.installed) is None
    assert store.write(lambda conn: meta.installed_at(conn, NOON)) == NOON
    assert store.write(lambda conn: meta.installed_at(conn, after(days=3))) == NOON
    assert store.read(meta.installed) == NOON


def test_a_value_is_replaced(store: Store) -> None:
    assert store.read(lambda conn: meta.get(conn, "a")) is None
    store.write(lambda conn: meta.put(conn, "a", "1"))
    store.write(lambda conn: meta.put(conn, "a", "2"))
    assert store.read(lambda conn: meta.get(conn, "a")) == "2"
