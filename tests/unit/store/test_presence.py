"""Is it known whether a slabot runs, whatever the clocks do?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from slabot.store import Store, presence

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def show(store: Store, number: int, now: datetime, who: str = "a") -> None:
    store.write(lambda conn: presence.show(conn, who, number, now))


def never(seconds: float) -> None:
    pytest.fail("nothing was to be waited for")


def test_a_store_that_nobody_shows_himself_in_is_answered_at_once(store: Store) -> None:
    assert not presence.runs(store, NOW, never)


@pytest.mark.parametrize("age", [0, 1, 5, -1])
def test_a_fresh_sign_is_enough(store: Store, age: int) -> None:
    show(store, 1, NOW - age * SECOND)
    assert presence.runs(store, NOW, never)


@pytest.mark.parametrize("age", [timedelta(seconds=6), timedelta(days=3), timedelta(hours=-1)])
def test_who_was_killed_is_known_after_looking_twice(store: Store, age: timedelta) -> None:
    show(store, 1, NOW - age)
    waited: list[float] = []
    assert not presence.runs(store, NOW, waited.append)
    assert waited == [presence.LOOK_AGAIN]
    assert presence.FRESH.total_seconds() + presence.LOOK_AGAIN < 10


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_clock_that_was_set_hides_nobody(store: Store, step: timedelta) -> None:
    show(store, 1, NOW)

    def renewed(seconds: float) -> None:
        show(store, 2, NOW)  # by a machine whose clock was not set

    assert presence.runs(store, NOW + step, renewed)


def test_a_clean_end_takes_the_sign_away_and_no_other(store: Store) -> None:
    show(store, 1, NOW, "a")
    show(store, 1, NOW, "b")
    store.write(lambda conn: presence.leave(conn, "a"))
    assert list(store.read(presence.signs)) == ["b"]
    store.write(lambda conn: presence.leave(conn, "b"))
    assert not presence.runs(store, NOW, never)


def test_the_sign_of_one_who_was_killed_goes_once_another_runs(store: Store) -> None:
    show(store, 1, NOW - timedelta(hours=1), "killed")
    show(store, 1, NOW - timedelta(seconds=30), "slow")
    show(store, 1, NOW, "new")
    assert sorted(store.read(presence.signs)) == ["new", "slow"]
