"""What do the SLA rows of a recorded warehouse come to beside the same tickets here?

Ten tickets have a policy applied. Nine of them have no priority, so that their policy gives them no target; and none of
the ten has a comment, so that nobody can say when it was answered. One deadline is left, of ticket 11071.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from examples.warehouse import read_all, read_warehouse
from slabot.domain import Figure, Measure, TicketRecord
from slabot.reports.deviations import Deviation
from slabot.reports.reconciling import Match, compare
from tests.fixtures.policies import policy

NOW = datetime(2021, 3, 1, tzinfo=UTC)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}_data.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if any(row.values())]


@pytest.fixture
def seeds(shared_dir: Path) -> Path:
    return shared_dir / "recorded" / "zendesk-warehouse-seeds"


@pytest.fixture
def records(seeds: Path) -> dict[str, TicketRecord]:
    return {found.record.ticket.id: found.record for found in read_all(read_warehouse(seeds), "acme")}


def deadline(seeds: Path, record: TicketRecord, applied: dict[str, str]) -> Figure | None:
    """The deadline that a row of the SLA policies gives: the newest version by then, for the priority of then."""
    at = datetime.fromisoformat(applied["policy_applied_at"]).replace(tzinfo=UTC)
    fitting = [
        row
        for row in rows(seeds, "sla_policy_metric_history")
        if (row["sla_policy_id"], row["metric"], row["priority"])
        == (applied["sla_policy_id"], "first_reply_time", record.ticket.priority)
        and row["sla_policy_updated_at"] <= applied["policy_applied_at"]
    ]
    if not fitting:
        return None
    newest = max(fitting, key=lambda row: row["sla_policy_updated_at"])
    target = timedelta(minutes=int(newest["target"]))
    assert newest["business_hours"] == "FALSE"
    return Figure(measure=Measure.FIRST_REPLY_DUE, at=at + target, target=target)


def test_one_of_the_ten_rows_gives_a_deadline_and_it_is_predicted(
    seeds: Path, records: dict[str, TicketRecord]
) -> None:
    applied = rows(seeds, "ticket_sla_policy")
    found = {row["ticket_id"]: deadline(seeds, records[row["ticket_id"]], row) for row in applied}
    assert len(found) == 10
    assert {number for number, figure in found.items() if figure is not None} == {"11071"}
    assert all(not records[number].ticket.history_complete for number in found)

    record, figure = records["11071"], found["11071"]
    assert figure is not None
    assert figure.at == datetime(2020, 8, 29, 10, 6, 36, tzinfo=UTC)
    [compared] = compare(record.ticket, record.timeline, [figure], policy(), NOW)
    # 960 minutes around the clock from the request on Friday evening; here a medium ticket has 12 hours of the week.
    assert (compared.match, compared.rules) == (Match.EXPLAINED, (Deviation.OWN_TARGET,))


def test_without_the_target_that_deadline_is_unexplained(seeds: Path, records: dict[str, TicketRecord]) -> None:
    record = records["11071"]
    bare = Figure(measure=Measure.FIRST_REPLY_DUE, at=datetime(2020, 8, 29, 10, 6, 36, tzinfo=UTC))
    [compared] = compare(record.ticket, record.timeline, [bare], policy(), NOW)
    assert compared.match is Match.UNEXPLAINED


def test_under_the_same_promise_that_deadline_agrees(seeds: Path, records: dict[str, TicketRecord]) -> None:
    record = records["11071"]
    bare = Figure(measure=Measure.FIRST_REPLY_DUE, at=datetime(2020, 8, 29, 10, 6, 36, tzinfo=UTC))
    same = policy(
        {
            "severities.medium.respond_within": "16h",
            "severities.medium.calendar": "around_the_clock",
            "severities.medium.received_when_closed": "as_usual",
        }
    )
    # The priority was raised later; the deadline is the one of then, and so is the one here for that priority.
    [compared] = compare(record.ticket, record.timeline, [bare], same, NOW)
    assert compared.match in (Match.AGREES, Match.EXPLAINED)
    assert set(compared.rules) <= {Deviation.PRIORITY_AT_CREATION}
