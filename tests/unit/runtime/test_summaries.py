"""Is a summary sent once a period, whatever is restarted, and skipped rather than sent twice?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from slabot.channels.errors import SlackOutcomeUnknown, SlackPermanent, SlackRetry
from slabot.policy.reporting import Every
from slabot.reports.summary import period_before
from slabot.runtime.delivery.loop import Delivery
from slabot.runtime.delivery.summaries import Summaries, SummaryPlanner
from slabot.runtime.evaluation import take_in
from slabot.store import Lane, LedgerEvent, OutboxState, ledger, outbox
from tests.fixtures.tickets import AGENT, message
from tests.unit.runtime.conftest import MONDAY, World

LEADS = "#leads"
WEEKLY: dict[str, Any] = {"summaries": [{"every": "week", "at": "14:30", "to": LEADS}]}
NINE_UTC = MONDAY  # Monday 9:00 UTC is 14:30 in India


def settle(world: World) -> None:
    planner, delivery = SummaryPlanner(world.parts), Delivery(world.parts, Summaries(world.parts))
    while planner.drain() or delivery.drain():
        pass


def told(world: World) -> list[tuple[LedgerEvent, str]]:
    rows = world.parts.store.read(lambda conn: ledger.since(conn, MONDAY - timedelta(days=30)))
    return [(row.event, row.text) for row in rows if row.event.value.startswith("summary")]


@pytest.fixture
def weekly(make: Callable[..., World]) -> World:
    return make(reports=WEEKLY)


def test_a_week_is_told_once_however_often_it_is_restarted(weekly: World) -> None:
    for _ in range(3):
        settle(weekly)
        weekly.later(timedelta(hours=1))

    assert [(key, channel) for key, channel, _ in weekly.slack.posted] == [("summary/week/20260105/#leads", LEADS)]
    assert told(weekly) == [(LedgerEvent.SUMMARY_SENT, "sent the summary of the week to #leads.")]


def test_the_next_week_is_told_a_week_later(weekly: World) -> None:
    settle(weekly)
    assert SummaryPlanner(weekly.parts).next_instant() <= NINE_UTC + timedelta(days=1)
    weekly.later(timedelta(days=7))
    settle(weekly)

    assert [key for key, _, _ in weekly.slack.posted] == [
        "summary/week/20260105/#leads",
        "summary/week/20260112/#leads",
    ]


def test_nothing_is_told_before_its_time(make: Callable[..., World]) -> None:
    world = make(reports={"summaries": [{"every": "week", "at": "14:31", "to": LEADS}]})
    settle(world)
    assert world.slack.posted == []
    assert SummaryPlanner(world.parts).next_instant() == NINE_UTC + timedelta(minutes=1)

    world.later(timedelta(minutes=1))
    assert SummaryPlanner(world.parts).next_instant() == world.parts.now()
    settle(world)
    assert len(world.slack.posted) == 1


def test_a_summary_whose_day_is_over_is_not_begun(weekly: World) -> None:
    weekly.later(timedelta(hours=13))
    settle(weekly)
    assert weekly.slack.posted == []


def test_one_that_may_have_arrived_is_looked_for_and_never_sent_again(weekly: World) -> None:
    weekly.slack.raises.append(SlackOutcomeUnknown("the connection broke off", method="chat.postMessage", code="x"))
    settle(weekly)
    weekly.later(timedelta(minutes=1))
    settle(weekly)

    assert weekly.slack.posted == []
    assert [event for event, _ in told(weekly)] == [LedgerEvent.SUMMARY_SKIPPED]
    assert weekly.parts.store.read(outbox.counts) == {(Lane.SUMMARY, OutboxState.FAILED): 1}


def test_one_that_had_arrived_counts_as_sent(weekly: World) -> None:
    weekly.slack.raises.append(SlackOutcomeUnknown("the connection broke off", method="chat.postMessage", code="x"))
    settle(weekly)
    weekly.slack.posted.append(("summary/week/20260105/#leads", LEADS, None))
    weekly.later(timedelta(minutes=1))
    settle(weekly)

    assert len(weekly.slack.posted) == 1
    assert [event for event, _ in told(weekly)] == [LedgerEvent.SUMMARY_SENT]


def test_slack_that_is_busy_is_waited_for_and_slack_that_refuses_is_not(weekly: World) -> None:
    until = weekly.parts.now() + timedelta(minutes=5)
    weekly.slack.raises.append(SlackRetry("busy", until=until, method="chat.postMessage", code="ratelimited"))
    settle(weekly)
    weekly.later(timedelta(minutes=6))
    settle(weekly)
    assert len(weekly.slack.posted) == 1

    weekly.later(timedelta(days=7))
    weekly.slack.raises.append(
        SlackPermanent(why="no such channel", method="chat.postMessage", code="channel_not_found", remedy="make it")
    )
    settle(weekly)
    assert [event for event, _ in told(weekly)] == [LedgerEvent.SUMMARY_SENT, LedgerEvent.SUMMARY_SKIPPED]


def test_it_tells_the_figures_of_the_week(weekly: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    post = weekly.slack.post

    def noted(channel: str, view: Any, **more: Any) -> Any:
        sent.append(view)
        return post(channel, view, **more)

    monkeypatch.setattr(weekly.slack, "post", noted)
    start = MONDAY - timedelta(days=4)
    for number, minutes in ((1, 30), (2, 60), (3, 300)):
        own = weekly.desk.has(number, start, message(start + timedelta(minutes=minutes), AGENT, "We see it", by_id="9"))
        weekly.parts.write(partial(take_in, parts=weekly.parts, snapshot=weekly.desk.shows[own], seen_at=MONDAY))
    settle(weekly)

    (rendered,) = sent
    assert "66.7 % of 3 promises were kept" in rendered.text
    assert "Missed: acme/3 (critical)" in rendered.text
    assert "Week of 5 Jan to 11 Jan 2026" in rendered.text
    _section, chart, table = rendered.blocks
    assert [(each["name"], each["data"]) for each in chart["chart"]["series"]] == [
        ("Met", [{"label": "critical", "value": 2}]),
        ("Missed", [{"label": "critical", "value": 1}]),
    ]
    assert [cell["text"] for cell in table["rows"][0]][:4] == ["Severity", "Clocks", "Met", "Missed"]
    assert [cell["text"] for cell in table["rows"][1]][:4] == ["critical", "3", "2", "1"]


@pytest.mark.parametrize(
    ("every", "at", "since", "until"),
    [
        (Every.WEEK, "2026-01-12T00:00", "2026-01-05", "2026-01-12"),
        (Every.WEEK, "2026-01-18T23:59", "2026-01-05", "2026-01-12"),
        (Every.MONTH, "2026-03-01T00:00", "2026-02-01", "2026-03-01"),
        (Every.MONTH, "2026-01-31T10:00", "2025-12-01", "2026-01-01"),
    ],
)
def test_the_period_is_the_last_whole_one(every: Every, at: str, since: str, until: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    found = period_before(every, datetime.fromisoformat(at).replace(tzinfo=zone), zone)

    assert [f"{each:%Y-%m-%d}" for each in found] == [since, until]
