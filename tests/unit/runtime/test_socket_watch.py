"""Whether Slack reaches slabot is noted in the store, also when the store takes nothing for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.runtime.people.socket_watch import SocketWatch
from slabot.store import Store, StoreUnavailable, socket_mode
from slabot.store.errors import Fault
from slabot.store.socket_mode import SocketState
from tests.fixtures.times import NOON


class Known:
    """What it must know of a process."""

    def __init__(self, store: Store) -> None:
        self.store, self.at = store, NOON

    def now(self) -> object:
        return self.at


@pytest.fixture
def parts(store: Store) -> Known:
    return Known(store)


@pytest.fixture
def watch(parts: Known) -> SocketWatch:
    return SocketWatch(parts)  # type: ignore[arg-type]


def noted(store: Store) -> SocketState | None:
    return store.read(socket_mode.state)


def test_since_when_it_is_lost_stays_while_the_reason_changes(watch: SocketWatch, parts: Known, store: Store) -> None:
    assert noted(store) is None
    watch.lost("one")
    parts.at += timedelta(minutes=1)
    watch.lost("another")
    assert noted(store) == SocketState(NOON, "another")
    watch.connected()
    assert noted(store) == SocketState(None)
    watch.lost("again")
    assert noted(store) == SocketState(NOON + timedelta(minutes=1), "again")
    watch.end()
    assert noted(store) is None


def test_nothing_is_written_where_nothing_has_changed(watch: SocketWatch, store: Store) -> None:
    watch.lost("one")
    before = store.writes
    watch.lost("one")
    watch.again()
    assert store.writes == before


def test_what_the_store_did_not_take_is_noted_as_soon_as_it_does(
    watch: SocketWatch, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise StoreUnavailable("it is full", fault=Fault.FULL)

    watch.lost("one")
    with monkeypatch.context() as patched:
        patched.setattr(store, "write", full)
        watch.connected()
        watch.again()
    assert noted(store) == SocketState(NOON, "one")
    watch.again()
    assert noted(store) == SocketState(None)
