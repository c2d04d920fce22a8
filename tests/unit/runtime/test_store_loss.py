"""The store under a running slabot is gone or another one: it is noticed in seconds and people are told without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import make_url, text
from structlog.testing import capture_logs

from slabot.channels.errors import SlackPermanent
from slabot.policy import Way
from slabot.runtime import Parts
from slabot.runtime.audit.auditor import Auditor
from slabot.runtime.presence import FORGOTTEN, Presence
from slabot.runtime.store_loss import StoreLoss
from slabot.store import StoreReplaced, open_store

from .conftest import MONDAY, World

ERROR = StoreReplaced("The store (SQLite file slabot.db) is gone", "Put it back and restart slabot")


@pytest.fixture
def lost(world: World) -> Callable[[], list[StoreReplaced]]:
    """A presence that has shown itself once; asked, it shows itself again and says what it found lost so far."""
    found: list[StoreReplaced] = []
    presence = Presence(world.parts.store, world.clock, found.append)
    presence.show()

    def again() -> list[StoreReplaced]:
        presence.show()
        return found

    return again


def test_a_store_that_stays_is_not_called_lost(lost: Callable[[], list[StoreReplaced]]) -> None:
    assert [lost(), lost(), lost()] == [[], [], []]


def test_an_older_copy_of_the_store_is_noticed_by_its_count_and_worked_on_no_more(
    world: World, lost: Callable[[], list[StoreReplaced]]
) -> None:
    store = world.parts.store
    lost()
    store.write(lambda conn: conn.execute(text("UPDATE meta SET value = '0' WHERE name = 'count'")))  # put back
    [error] = lost()
    assert "an older copy" in error.why
    assert "restart slabot" in error.remedy
    with pytest.raises(StoreReplaced):
        store.read(lambda conn: None)
    assert len(lost()) == 1, "it is told once"


@pytest.mark.parametrize(("forgotten", "is_worked_on"), [(2, True), (FORGOTTEN - 2, True), (FORGOTTEN, False)])
def test_a_failover_that_lost_some_seconds_stops_nothing(
    world: World, lost: Callable[[], list[StoreReplaced]], forgotten: int, is_worked_on: bool
) -> None:
    def count(number: int) -> None:
        write = text("UPDATE meta SET value = :number WHERE name = 'count'").bindparams(number=str(number))
        world.parts.store.write(lambda conn: conn.execute(write))

    count(1000)
    lost()
    count(1000 - forgotten)
    with capture_logs() as logs:
        assert (lost() == []) is is_worked_on
    assert [entry["event"] for entry in logs] == (["store.forgot"] if is_worked_on else [])


def test_a_deleted_file_is_told_once_and_again_only_after_it_was_back(world: World, sqlite_url: str) -> None:
    file = Path(make_url(sqlite_url).database or "")
    found: list[StoreReplaced] = []
    with open_store(sqlite_url) as store:
        presence = Presence(store, world.clock, found.append)
        for _ in range(2):
            presence.show()
            file.rename(file.with_name("away"))
            presence.show()
            presence.show()
            file.with_name("away").rename(file)
    assert len(found) == 2


def test_people_are_told_without_the_store(world: World) -> None:
    world.parts.store.condemn("is gone")
    with capture_logs() as logs:
        StoreLoss(world.parts).tell(ERROR)
    [(key, channel, thread)] = world.slack.posted
    assert (key, channel, thread) == (f"alert/store/{MONDAY:%Y%m%dT%H%M%S}", "#support-escalations", None)
    assert "Put it back and restart slabot" in logs[0]["reason"]


def test_where_the_main_channel_does_not_take_it_the_fallback_is_told(make: Callable[..., World]) -> None:
    world = make(fallback={"after": "5m", "to": ["#elsewhere"]})
    world.slack.raises.append(
        SlackPermanent(method="chat.postMessage", code="not_in_channel", why="it is no member", remedy="Invite it.")
    )
    StoreLoss(world.parts).tell(ERROR)
    assert [channel for _, channel, _ in world.slack.posted] == ["#elsewhere"]


def test_where_nobody_can_be_told_it_stands_in_the_log_with_what_to_do(world: World) -> None:
    class Broken:
        def deliver(self, message: Any, to: str) -> Any:
            raise RuntimeError("a mistake of ours")

        def address(self, to: str) -> str:
            return to

    parts: Parts = replace(world.parts, channels={Way.SLACK: cast(Any, Broken())})
    with capture_logs() as logs:
        StoreLoss(parts).tell(ERROR)
    reasons = [entry["reason"] for entry in logs if entry["event"] == "store.replaced"]
    assert "Put it back and restart slabot" in reasons[0]
    assert "#support-escalations could not be told" in reasons[1]


def test_no_heartbeat_is_sent_while_the_store_is_another_one(world: World) -> None:
    beats: list[int] = []

    class Counted:
        def beat(self) -> None:
            beats.append(1)

    auditor = Auditor(replace(world.parts, heartbeat=cast(Any, Counted())))
    world.parts.store.condemn("is gone")
    with pytest.raises(StoreReplaced):
        auditor.audit()
    assert beats == []
