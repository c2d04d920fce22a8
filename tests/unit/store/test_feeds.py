from __future__ import annotations

from datetime import timedelta

from slabot.store import Store, feeds
from slabot.store.feeds import Feed
from tests.fixtures.times import NOON, after


def feed(store: Store, name: str = "acme") -> Feed:
    return store.read(lambda conn: feeds.get(conn, name))


def test_a_helpdesk_that_was_never_read_is_blank(store: Store) -> None:
    assert feed(store) == Feed(helpdesk="acme")
    assert store.read(feeds.everyone) == []


def test_reading_starts_at_an_instant_and_goes_on_at_a_cursor(store: Store) -> None:
    assert store.write(lambda conn: feeds.resume(conn, "acme", since=NOON)) == (None, NOON)
    assert store.write(lambda conn: feeds.resume(conn, "acme", since=after(hours=1))) == (None, NOON)
    store.write(lambda conn: feeds.advance(conn, "acme", "c1", after(hours=1), end=False))
    assert store.write(lambda conn: feeds.resume(conn, "acme", since=after(hours=2))) == ("c1", NOON)
    assert feed(store).swept_at is None
    store.write(lambda conn: feeds.advance(conn, "acme", "c2", after(hours=2), end=True))
    assert (feed(store).cursor, feed(store).swept_at, feed(store).ok_at) == ("c2", after(hours=2), after(hours=2))


def test_a_failure_is_told_until_the_helpdesk_answers_again(store: Store) -> None:
    store.write(lambda conn: feeds.advance(conn, "acme", "c1", NOON, end=True))
    until = after(minutes=2) + timedelta(microseconds=1)
    store.write(lambda conn: feeds.failed(conn, "acme", "wrong token", after(minutes=1), resume_at=until))
    assert feed(store) == Feed(
        helpdesk="acme",
        cursor="c1",
        swept_at=NOON,
        ok_at=NOON,
        error="wrong token",
        error_at=after(minutes=1),
        resume_at=after(minutes=2, seconds=1),
    )
    store.write(lambda conn: feeds.ok(conn, "acme", after(minutes=3), end=False))
    assert (feed(store).error, feed(store).resume_at, feed(store).ok_at) == (None, None, after(minutes=3))


def test_every_helpdesk_is_listed_by_name(store: Store) -> None:
    for name in ("partners", "acme"):
        store.write(lambda conn, name=name: feeds.ok(conn, name, NOON, end=True))  # type: ignore[misc]
    assert [each.helpdesk for each in store.read(feeds.everyone)] == ["acme", "partners"]
