"""The event log of a real helpdesk that the examples were written for, and logs of a few rows in its form."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from examples import event_log
from examples.event_log import read_log, read_rows
from examples.follow import Followed
from examples.summary import Summary
from slabot.calendars import iana_zone
from slabot.domain import (
    TicketRecord,
)
from slabot.policy import Policy

POLICY = Path(__file__).resolve().parents[3] / "examples" / "event_log_policy.yaml"
HEAD = "Case ID,Activity,Resource,Complete Timestamp,seriousness_2,customer," + ",".join(event_log.FIELDS)


@dataclass(frozen=True)
class Replayed:
    """The whole log, converted and decided at its every `next_look`."""

    counts: Counter[str]
    policy: Policy
    followed: dict[str, Followed]
    summary: Summary


def log_path(shared: Path) -> Path:
    """The log itself."""
    return shared / "recorded" / "helpdesk-event-log" / "helpdesk.csv.gz"


def records(*rows: str) -> list[TicketRecord]:
    """Tickets of a log of these rows: case, activity, agent, time and severity, the rest the same for all."""
    lines = [HEAD]
    for row in rows:
        case, activity, agent, at, severity = row.split(",")
        lines.append(f"{case},{activity},{agent},{at}.000,{severity},Value 1{',Value 1' * len(event_log.FIELDS)}")
    stream = io.StringIO("\n".join(lines) + "\n")
    return list(read_log(read_rows(stream, "log.csv", iana_zone("Europe/Rome")), "helpdesk", Counter()))


def one(*rows: str) -> TicketRecord:
    """The ticket of a log of these rows: activity, agent, time and severity."""
    (record,) = records(*(f"Case 1,{row}" for row in rows))
    return record
