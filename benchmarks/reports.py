"""How long does a report take on 100,000 tickets of a year, and how much memory?

    python -m benchmarks.reports [--tickets 100000] [--postgres postgresql://...]

A store with the records of so many tickets, made by SQL: a first response each, for every fourth a later clock, an
agent, organisation and group for each. Each report is made as the command makes it, in a process of its own, whose
largest memory stands beside that of one with a tenth of the tickets. The floor beside the time is fetching the same
rows by the bare driver. Without an address the PostgreSQL of the tests is taken.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from slabot.reports.as_json import json_of
from slabot.reports.local_time import seconds
from slabot.reports.question import Cut, Question
from slabot.reports.registry import KINDS
from slabot.runtime.reporting import make_report
from slabot.store import open_store, report_rows, schema
from slabot.store.records import form_of

AIM = 5.0  # seconds
GROWTH = 1.5  # times the memory with a tenth of the tickets: the aim
START = seconds(datetime(2025, 1, 1, tzinfo=UTC))
YEAR = 365 * 86400
SEVERITIES = ("critical", "high", "medium", "low")
AT_ONCE = 5000


def instant(at: int | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)


def rows_of(number: int, draw: random.Random) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The rows of one ticket, by their table."""
    created = START + draw.randrange(YEAR)
    severity = draw.choice(SEVERITIES)
    took, target = int(draw.expovariate(1 / 9000)), {"critical": 7200, "high": 21600}.get(severity, 43200)
    of = {"helpdesk": "acme", "ticket_id": str(number)}
    shared = {
        "organization": f"Customer {draw.randrange(400)}",
        "group": f"Team {draw.randrange(8)}",
        "channel": draw.choice(("email", "web", "chat")),
        "language": draw.choice(("en", "de")),
    }
    ticket = {"id": str(number), "helpdesk": "acme", "facts": "{}", "version": "1", "created_at": instant(created)}
    yield schema.ticket, {**ticket, "seen_at": instant(created), "generation": 1, "policy_version": 1}
    for instance in range(2 if number % 4 == 0 else 1):
        start = created + instance * 90000
        met = took <= target
        yield (
            schema.clock_record,
            {
                **of,
                **shared,
                "label": "next_response" if instance else "first_response",
                "name": "next_response" if instance else "first_response",
                "instance": 1,
                "agreement": draw.choice(("default", "gold")),
                "severity": severity,
                "severity_source": "rule",
                "answered": True,
                "answered_by": str(draw.randrange(40)),
                "started_at": instant(start),
                "due_at": instant(start + target),
                "met_until": instant(start + target),
                "stopped_at": instant(start + took),
                "judged_at": instant(start + min(took, target)),
                "worked_seconds": took,
                "margin_seconds": target - took,
                "verdict": "met" if met else "missed",
                "certain": True,
                "no_promise": "",
                "excused_verdict": None,
                "excused_met_until": None,
                "excused_seconds": None,
                "reason": None,
                "policy_version": 1,
                "pages": 0,
                "first_paged_at": None,
                "acknowledged_at": None,
                "acknowledged_by": None,
            },
        )
    lasts = int(draw.expovariate(1 / 200000))
    still = number % 50 == 0
    yield (
        schema.ticket_summary,
        {
            **of,
            **shared,
            "form": form_of(by_agent=True),
            "digest": "",
            "assignee": str(draw.randrange(40)),
            "agreement": "default",
            "category": "pending" if still else "closed",
            "since": instant(created + lasts),
            "severity": severity,
            "severity_source": "rule",
            "proposed_severity": severity,
            "proposed_source": "rule",
            "confirmed": number % 3 == 0,
            "customer_spoke_at": instant(created),
            "support_spoke_at": instant(created + took),
            "clocks_running": 0,
            "follows": None,
            "read_severity": severity,
            "read_or_else": None,
            "claimed_severity": "critical" if number % 7 == 0 else None,
        },
    )
    yield (
        schema.open_stretch,
        {
            **of,
            "number": 1,
            "opened_at": instant(created),
            "ended_at": None if still else instant(created + lasts),
            "ended_as": None if still else "solved",
            "ended_by": None if still else draw.choice(("agent", "slabot")),
            "wrote_again_at": instant(created + lasts + 5000) if number % 20 == 1 else None,
        },
    )


def fill(url: str, tickets: int) -> None:
    """A store with so many tickets."""
    draw = random.Random(14)
    with open_store(url) as store:
        for first in range(0, tickets, AT_ONCE):
            rows: dict[Any, list[dict[str, Any]]] = {}
            for number in range(first + 1, min(first + AT_ONCE, tickets) + 1):
                for table, row in rows_of(number, draw):
                    rows.setdefault(table, []).append(row)
            store.write(lambda conn, rows=rows: [conn.execute(insert(table), some) for table, some in rows.items()])  # type: ignore[misc]


def largest_memory() -> float:
    """Of this process, in megabytes: what `resource` says would count that of the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def measured(url: str, kind: str) -> None:
    """Make one report in this process, and print what it took as JSON."""
    now = START + YEAR
    question = Question(
        now=now, zone=ZoneInfo("Europe/Berlin"), by=(Cut.SEVERITY, Cut.MONTH), severities=SEVERITIES, charts=True
    )
    with open_store(url) as store:
        begun = time.perf_counter()
        if kind == "floor":
            counted = store.read(lambda conn: sum(1 for _ in report_rows.clocks(conn, None, None, started=True)))
        else:
            made = store.read(lambda conn: make_report(conn, kind, question))
            counted = len(json.dumps(json_of(made, question)))
        spent = time.perf_counter() - begun
    print(json.dumps({"seconds": spent, "megabytes": largest_memory(), "n": counted}))


def run(url: str, kind: str) -> dict[str, float]:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reports", "--one", kind, "--url", url],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(name: str, large: str, small: str) -> None:
    """Print a line for each report."""
    floor = run(large, "floor")["seconds"]
    print(f"{name}: fetching the rows of the clocks alone takes {floor:.2f} s")
    for kind in KINDS:
        whole, tenth = run(large, kind), run(small, kind)
        grown = whole["megabytes"] / tenth["megabytes"]
        kept = whole["seconds"] <= AIM and grown <= GROWTH
        print(
            f"  {kind:<15} {whole['seconds']:5.2f} s, {whole['seconds'] / floor:4.1f} times the floor; "
            f"{whole['megabytes']:4.0f} MB, {grown:.2f} times a tenth's; aim {AIM:.0f} s: {'met' if kept else 'missed'}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--postgres", help="address of a server on which databases may be made")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measured(options.url, options.one)
        return
    with tempfile.TemporaryDirectory() as folder:
        large, small = (f"sqlite:///{Path(folder) / name}.db" for name in ("large", "small"))
        for url, count in ((large, options.tickets), (small, options.tickets // 10)):
            fill(url, count)
        compare("SQLite", large, small)
    if options.postgres:
        os.environ["SLABOT_TEST_PG"] = options.postgres
    from tests.fixtures.stores import create_database, drop_database, postgres_address

    names = [create_database(migrated=True) for _ in range(2)]
    try:
        large, small = map(postgres_address, names)
        for url, count in ((large, options.tickets), (small, options.tickets // 10)):
            fill(url, count)
        compare("PostgreSQL", large, small)
    finally:
        for name in names:
            drop_database(name)


if __name__ == "__main__":
    main()
