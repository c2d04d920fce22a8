from __future__ import annotations

from dataclasses import replace

from slabot.policy import Way
from slabot.store import PostedPage, Store, messages
from tests.fixtures.times import NOON, after

PAGE = PostedPage(
    helpdesk="acme",
    ticket_id="4711",
    clock="first_response",
    way=Way.SLACK,
    address="C1",
    ref="1767960000.000100",
    digest="d1",
    state="open",
    updated_at=NOON,
)


def put(store: Store, message: PostedPage) -> None:
    store.write(lambda conn: messages.put(conn, message))


def of_ticket(store: Store) -> list[PostedPage]:
    return store.read(lambda conn: messages.of_ticket(conn, "acme", "4711"))


def test_a_message_is_kept_in_its_latest_state(store: Store) -> None:
    put(store, PAGE)
    later = replace(PAGE, digest="d2", state="acknowledged", updated_at=after(minutes=5))
    put(store, later)
    other = replace(PAGE, clock="next_response", ref="2")
    put(store, other)
    assert of_ticket(store) == [later, other]
    assert store.read(lambda conn: messages.of_clock(conn, "acme", "4711", "next_response")) == [other]


def test_alerts_about_one_clock_at_one_service_stand_beside_each_other(store: Store) -> None:
    alerts = [replace(PAGE, way=Way.PAGERDUTY, address="main", ref=ref) for ref in ("page/1", "page/2")]
    for alert in alerts:
        put(store, alert)
    assert of_ticket(store) == alerts


def test_a_message_that_was_deleted_is_forgotten(store: Store) -> None:
    put(store, PAGE)
    assert store.read(lambda conn: messages.present(conn, PAGE))
    store.write(lambda conn: messages.remove(conn, PAGE))
    assert not store.read(lambda conn: messages.present(conn, PAGE))
    assert of_ticket(store) == []
