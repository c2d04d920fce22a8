from __future__ import annotations

from dataclasses import replace

from slabot.store import SlackMessage, Store, messages
from tests.store_samples import NOON, after

PAGE = SlackMessage(
    helpdesk="acme",
    ticket_id="4711",
    clock="first_response",
    channel="C1",
    ts="1767960000.000100",
    digest="d1",
    state="open",
    updated_at=NOON,
)


def put(store: Store, message: SlackMessage) -> None:
    store.write(lambda conn: messages.put(conn, message))


def test_there_is_one_message_a_ticket_and_clock(store: Store) -> None:
    put(store, PAGE)
    later = replace(PAGE, digest="d2", state="acknowledged", updated_at=after(minutes=5))
    put(store, later)
    other = replace(PAGE, clock="next_response", ts="2")
    put(store, other)
    assert store.read(lambda conn: messages.get(conn, "acme", "4711", "first_response", "C1")) == later
    assert store.read(lambda conn: messages.of_ticket(conn, "acme", "4711")) == [later, other]


def test_a_message_is_found_by_its_name_in_slack(store: Store) -> None:
    put(store, PAGE)
    assert store.read(lambda conn: messages.at(conn, "C1", PAGE.ts)) == PAGE
    assert store.read(lambda conn: messages.at(conn, "C2", PAGE.ts)) is None


def test_a_message_that_was_deleted_is_forgotten(store: Store) -> None:
    put(store, PAGE)
    store.write(lambda conn: messages.remove(conn, "acme", "4711", "first_response", "C1"))
    assert store.read(lambda conn: messages.get(conn, "acme", "4711", "first_response", "C1")) is None
