"""What is read of metric sets and metric events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.zendesk.figures import of_events, of_metrics
from slabot.domain import Figure, Measure

METRICS: dict[str, Any] = {
    "reply_time_in_minutes": {"calendar": 16, "business": 4},
    "first_resolution_time_in_minutes": {"calendar": None, "business": None},
    "full_resolution_time_in_minutes": {"calendar": 90, "business": 9},
    "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
    "solved_at": "2026-01-09T12:00:00Z",
}


def event(type: str, time: str = "2026-01-09T12:00:00Z", **more: Any) -> dict[str, Any]:
    return {"id": 1, "ticket_id": 1, "metric": "reply_time", "instance_id": 1, "type": type, "time": time, **more}


def test_a_metric_set_gives_minutes_and_the_solve() -> None:
    assert list(of_metrics(METRICS)) == [
        Figure(measure=Measure.FIRST_REPLY_MINUTES, minutes=16),
        Figure(measure=Measure.FIRST_REPLY_BUSINESS_MINUTES, minutes=4),
        Figure(measure=Measure.FIRST_RESOLUTION_MINUTES),
        Figure(measure=Measure.FULL_RESOLUTION_MINUTES, minutes=90),
        Figure(measure=Measure.ON_HOLD_MINUTES, minutes=0),
        Figure(measure=Measure.SOLVED, at=datetime(2026, 1, 9, 12, tzinfo=UTC)),
    ]


def test_what_is_missing_or_odd_is_no_figure() -> None:
    assert list(of_metrics({"reply_time_in_minutes": "soon", "on_hold_time_in_minutes": {}})) == []
    [figure] = of_metrics({"reply_time_in_minutes": {"calendar": True}})
    assert figure.minutes is None


def test_events_give_the_reply_and_the_breach_with_its_target() -> None:
    sla = {"target": 60, "target_in_seconds": 3600, "business_hours": True}
    found = list(
        of_events([event("breach", "2026-01-09T13:00:00Z"), event("apply_sla", sla=sla), event("fulfill"), event("x")])
    )
    assert found == [
        Figure(measure=Measure.FIRST_REPLY, at=datetime(2026, 1, 9, 12, tzinfo=UTC)),
        Figure(
            measure=Measure.FIRST_REPLY_DUE,
            at=datetime(2026, 1, 9, 13, tzinfo=UTC),
            target=timedelta(hours=1),
            business_hours=True,
        ),
    ]


def test_a_breach_that_was_taken_back_is_none() -> None:
    assert list(of_events([event("breach", deleted=True), event("apply_sla", sla=None)])) == []
