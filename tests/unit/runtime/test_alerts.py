"""Alerts about slabot itself: told at least once, about one thing once an hour, and in nobody's way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.channels.errors import SlackOutcomeUnknown, SlackPermanent, SlackRetry
from slabot.channels.slack.sender import Posted
from slabot.channels.slack.text_message import AGAIN
from slabot.runtime.delivery.alerts import owe_alert
from slabot.runtime.delivery.write_limits import WriteLimits
from slabot.store import Lane, LedgerEvent, OutboxState, feeds, ledger, outbox
from tests.fixtures.stored import a_row
from tests.unit.runtime.conftest import MONDAY, World, alert_delivery

MINUTE = timedelta(minutes=1)


def owe(world: World, what: str = "breaker", words: str = "It is open. Look.") -> bool:
    return world.parts.write(lambda conn: owe_alert(conn, world.parts, what, words, world.parts.now()))


def told(world: World) -> list[tuple[LedgerEvent, str]]:
    rows = world.parts.store.read(lambda conn: ledger.since(conn, MONDAY))
    return [(row.event, row.text) for row in rows]


def settle(world: World) -> None:
    delivery = alert_delivery(world.parts)
    while delivery.drain():
        pass


def test_people_are_told_once_an_hour_about_one_thing(world: World) -> None:
    assert owe(world)
    assert not owe(world)
    assert owe(world, "feed/acme")
    settle(world)
    world.later(60 * MINUTE)
    assert owe(world)
    settle(world)

    keys = [key for key, _, _ in world.slack.posted]
    assert keys == ["alert/breaker/20260112T09", "alert/feed/acme/20260112T09", "alert/breaker/20260112T10"]
    assert {channel for _, channel, _ in world.slack.posted} == {"#support-escalations"}
    assert told(world)[0] == (LedgerEvent.ALERT_RAISED, "It is open. Look.")
    assert (LedgerEvent.ALERT_SENT, "told people: It is open. Look.") in told(world)


def test_whoever_sends_alerts_is_woken(world: World) -> None:
    rings = len(world.waker.seen)
    owe(world)

    assert len(world.waker.seen) == rings + 1
    assert alert_delivery(world.parts).next_instant() == MONDAY


def test_an_alert_that_may_have_arrived_is_looked_for_before_it_is_sent_again(world: World) -> None:
    owe(world)
    world.slack.raises.append(SlackOutcomeUnknown("the connection broke off", method="chat.postMessage", code="x"))
    world.slack.posted.append(("alert/breaker/20260112T09", "#support-escalations", None))  # it had arrived
    settle(world)
    assert world.parts.store.read(outbox.counts) == {(Lane.ALERT, OutboxState.SENDING): 1}
    world.later(MINUTE)
    settle(world)

    assert len(world.slack.posted) == 1
    assert world.parts.store.read(outbox.counts) == {(Lane.ALERT, OutboxState.SENT): 1}


def test_an_alert_that_nobody_can_look_for_is_sent_again_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(world)
    world.slack.raises.append(SlackOutcomeUnknown("the connection broke off", method="chat.postMessage", code="x"))
    settle(world)

    def blind(*_: object, **__: object) -> Posted | None:
        raise SlackPermanent(method="conversations.history", code="missing_scope", why="no scope", remedy="Add it.")

    texts: list[str] = []

    def post(channel: str, view: object, *, key: str, **_: object) -> Posted:
        texts.append(view.text)  # type: ignore[attr-defined]
        return Posted("C1", "1.0")

    monkeypatch.setattr(world.slack, "find", blind)
    monkeypatch.setattr(world.slack, "post", post)
    world.later(MINUTE)
    settle(world)

    assert texts == [f"{AGAIN}About slabot itself: It is open. Look."]


@pytest.mark.parametrize(
    "error",
    [
        SlackRetry("later", method="chat.postMessage", code="ratelimited", until=MONDAY + 5 * MINUTE),
        SlackPermanent(method="chat.postMessage", code="is_archived", why="it is archived", remedy="Unarchive it."),
        ValueError("a mistake of ours"),
    ],
)
def test_an_alert_that_could_not_be_sent_is_tried_again(world: World, error: Exception) -> None:
    owe(world)
    world.slack.raises.append(error)
    settle(world)
    assert world.slack.posted == []
    world.later(10 * MINUTE)
    settle(world)

    assert [key for key, _, _ in world.slack.posted] == ["alert/breaker/20260112T09"]


def test_what_is_over_before_anybody_could_be_told_is_not_told(world: World) -> None:
    owe(world, "feed/acme", "acme has not been read yet. Look.")
    world.slack.raises.append(
        SlackRetry("later", method="chat.postMessage", code="ratelimited", until=MONDAY + 5 * MINUTE)
    )
    settle(world)
    world.later(10 * MINUTE)
    world.parts.write(lambda conn: feeds.advance(conn, "acme", "c", world.parts.now(), end=True))
    settle(world)

    assert world.slack.posted == []
    assert world.parts.store.read(outbox.counts) == {(Lane.ALERT, OutboxState.SUPERSEDED): 1}


@pytest.mark.parametrize(
    "error",
    [
        SlackRetry("later", method="chat.postMessage", code="ratelimited", until=MONDAY + 5 * MINUTE),
        SlackPermanent(method="chat.postMessage", code="is_archived", why="it is archived", remedy="Unarchive it."),
    ],
)
def test_that_pages_do_not_leave_is_not_told_once_slack_takes_them_again(world: World, error: Exception) -> None:
    page = a_row("p", ticket_id="1", urgency=MONDAY, not_before=MONDAY, created_at=MONDAY)
    world.parts.write(lambda conn: outbox.put(conn, page))
    world.later(3 * MINUTE)
    owe(world, "pages/waiting", "a page waits. Look.")
    world.slack.raises.append(error)
    settle(world)
    world.later(10 * MINUTE)
    settle(world)

    assert world.slack.posted == []


def test_without_slack_the_ledger_has_it_and_nothing_waits(make: object) -> None:
    world: World = make(slack=False)  # type: ignore[operator]
    delivery = alert_delivery(world.parts)

    assert delivery.next_instant() is None
    assert not delivery.drain()


def test_a_circuit_breaker_that_opens_is_told_with_what_to_do(world: World) -> None:
    for _ in range(2):
        WriteLimits(world.parts)._alert("this run wants to write to 8 tickets", world.parts.now())
    settle(world)

    assert [key for key, _, _ in world.slack.posted] == ["alert/breaker/20260112T09"]
    (words,) = [words for event, words in told(world) if event is LedgerEvent.ALERT_RAISED]
    assert words.startswith("the circuit breaker is open: this run wants to write to 8 tickets. slabot approve shows")
