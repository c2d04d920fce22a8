"""What is read of a ticket's stats, and how they stand to its history in a recorded ticket."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from adapters.freshdesk.figures import of_ticket
from slabot.domain import Figure, Measure, Ticket, Timeline
from slabot.reports.reconciling import Match, compare
from tests.fixtures.policies import policy

STATS = {"first_responded_at": None, "resolved_at": "2026-01-09T12:00:00Z"}


def test_stats_and_the_deadline_are_read() -> None:
    assert list(of_ticket({"stats": STATS, "fr_due_by": "2026-01-09T18:00:00+05:30"})) == [
        Figure(measure=Measure.FIRST_REPLY),
        Figure(measure=Measure.SOLVED, at=datetime(2026, 1, 9, 12, tzinfo=UTC)),
        Figure(measure=Measure.FIRST_REPLY_DUE, at=datetime(2026, 1, 9, 12, 30, tzinfo=UTC)),
    ]
    assert list(of_ticket({})) == []
    assert list(of_ticket({"stats": "none", "fr_due_by": "soon"})) == []


def test_the_recorded_ticket_has_stats_that_its_own_dates_contradict(shared_dir: Path) -> None:
    """The recording puts stats of 2020 beside a ticket of 2016 that is open: none of its stamps can be predicted."""
    raw = json.loads((shared_dir / "recorded" / "freshdesk-samples" / "ticket_1.json").read_text("utf-8"))
    created = datetime.fromisoformat(raw["created_at"])
    figures = list(of_ticket(raw))
    assert [(figure.measure.value, str(figure.at)) for figure in figures] == [
        ("first_reply", "2020-06-17 20:23:43+00:00"),
        ("solved", "2020-07-24 15:35:21+00:00"),
        ("first_reply_due", "2016-05-18 05:36:04+00:00"),
        ("resolution_due", "2016-05-18 23:36:04+00:00"),
    ]
    # Its deadline is an hour after the creation around the clock, a target that Freshdesk does not tell with it.
    ticket = Ticket(helpdesk="partners", id="1", created_at=created, priority="low")
    found = list(compare(ticket, Timeline(), figures, policy(), datetime(2020, 8, 1, tzinfo=UTC)))
    assert [(each.measure.value, each.match) for each in found] == [
        ("first_reply", Match.UNEXPLAINED),
        ("solved", Match.UNEXPLAINED),
        ("first_reply_due", Match.UNEXPLAINED),
    ]
    hourly = policy(
        {
            "severities": {
                "critical": {"means": "x", "respond_within": "1h", "calendar": "around_the_clock", "priority": "urgent"}
            },
            "classify": {"otherwise": "critical"},
            "escalate": [],
        }
    )
    due = next(each for each in compare(ticket, Timeline(), figures[2:3], hourly, datetime(2016, 6, 1, tzinfo=UTC)))
    assert due.match is Match.AGREES
