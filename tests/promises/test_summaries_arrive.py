"""A summary arrives in Slack with its chart, and without it where the workspace takes none.

Promise: whatever of its layout Slack refuses, the figures arrive, once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from slabot.store import LedgerEvent
from slabot_sandbox.slack.account import Channel
from tests.promises.scene import DAY, HOUR, MINUTE, Make, Scene

WEEKLY: dict[str, Any] = {"summaries": [{"every": "week", "at": "10:00", "to": "#support-escalations"}]}
MONDAY = datetime(2026, 1, 19, 12, 0, tzinfo=UTC)


def summaries(scene: Scene) -> list[dict[str, Any]]:
    channels: list[Channel] = list(scene.sandbox.slack.workspace.channels.values())
    return [each for channel in channels for each in channel.messages if "Week of" in each["text"]]


@pytest.mark.parametrize("charts", [True, False])
def test_the_figures_of_a_week_arrive_once_with_or_without_their_chart(
    stage: Make, store_url: str, charts: bool
) -> None:
    scene = stage(store_url, reports=WEEKLY)
    scene.sandbox.slack.workspace.charts = charts
    scene.sweep_every = 6 * HOUR
    scene.start()
    number = scene.ask()
    scene.run_for(10 * MINUTE)
    scene.answer(number)
    scene.run_until(MONDAY)
    scene.run_for(DAY)

    before, told = summaries(scene)
    assert before["text"].startswith("Week of 5 Jan to 11 Jan 2026: no promise came due.")
    assert "blocks" not in before  # there is nothing to draw, and no line for a table
    kinds = [block["type"] for block in told["blocks"]]
    assert kinds == ["section", "data_visualization", "table"] if charts else ["section", "table"]
    assert told["text"].startswith("Week of 12 Jan to 18 Jan 2026: 100.0 % of 1 promises were kept")
    assert [row.event for row in scene.ledger()].count(LedgerEvent.SUMMARY_SENT) == 2
