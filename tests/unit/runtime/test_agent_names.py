"""Remember what people call the agents of the helpdesks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import cast

from adapters.base import Adapter
from adapters.errors import Unreachable
from slabot.runtime.agent_names import AGAIN, DOWN, FRESH, AgentNames

NOW = datetime(2026, 1, 12, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Desk:
    """A helpdesk that knows these names, or does not answer."""

    name = "acme"

    def __init__(self) -> None:
        self.knows = {"7": "Bob"}
        self.is_down = False
        self.asked: list[tuple[str, ...]] = []

    def agent_names(self, ids: Collection[str], *, timeout: float) -> Mapping[str, str]:
        self.asked.append(tuple(ids))
        if self.is_down:
            raise Unreachable("it does not answer", endpoint="GET users")
        return {own: self.knows[own] for own in ids if own in self.knows}


def read(names: AgentNames, desk: Desk, *ids: str, at: datetime = NOW, timeout: float = 2.0) -> Mapping[str, str]:
    return names.read(cast("Adapter", desk), ids, at, timeout=timeout)


def test_each_agent_is_asked_for_once_an_hour_and_whoever_has_no_name_sooner() -> None:
    names, desk = AgentNames(), Desk()
    assert read(names, desk, "7", "8") == {"7": "Bob"}
    assert read(names, desk, "7", "8") == {"7": "Bob"}
    assert read(names, desk, "7", "8", at=NOW + AGAIN) == {"7": "Bob"}
    desk.knows["7"] = "Robert"
    assert read(names, desk, "7", at=NOW + FRESH) == {"7": "Robert"}
    assert desk.asked == [("7", "8"), ("8",), ("7",)]


def test_a_helpdesk_that_does_not_answer_is_left_alone_and_what_is_known_serves() -> None:
    names, desk = AgentNames(), Desk()
    read(names, desk, "7")
    desk.is_down = True
    assert read(names, desk, "8", at=NOW + FRESH) == {"7": "Bob"}
    assert read(names, desk, "7", at=NOW + FRESH + DOWN - SECOND) == {"7": "Bob"}
    assert len(desk.asked) == 2
    desk.is_down = False
    assert read(names, desk, "7", at=NOW + FRESH + DOWN) == {"7": "Bob"}
    assert len(desk.asked) == 3


def test_nobody_is_asked_where_no_time_is_left() -> None:
    names, desk = AgentNames(), Desk()
    assert read(names, desk, "7", timeout=0.0) == {}
    assert desk.asked == []
    assert names.known("acme") == {}


def test_nothing_waits_for_an_instant_that_moved_away_when_the_clock_was_set_back() -> None:
    names, desk = AgentNames(), Desk()
    read(names, desk, "7")
    desk.is_down = True
    read(names, desk, "8")
    desk.is_down = False
    assert read(names, desk, "7", "8", at=NOW - 2 * FRESH) == {"7": "Bob"}
    assert desk.asked == [("7",), ("8",), ("7", "8")]
