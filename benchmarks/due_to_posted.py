"""How long after its time does a page stand in Slack, with 100,000 clocks outstanding?

    python benchmarks/due_to_posted.py [--clocks 100000] [--pages 200]

The store holds that many running clocks; beside them, pages fall due one after the other, four a second. For each,
the ticket is read again in the helpdesk, decided again, and posted. Measured from the instant that the rung was
planned for to the instant at which the stand-in for Slack has the message. Aim: p99 below 1 second.
"""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timedelta

from sqlalchemy import text

from benchmarks.stage import Scene, percentile, scene
from slabot.runtime import make_actors
from slabot.store import looks

AIM = 1.0  # seconds
GAP = 0.25  # seconds between two pages
FIRST_RUNG = timedelta(seconds=72)  # 1% of two hours


def fill(on: Scene, clocks: int) -> None:
    """Copy one decided ticket until that many clocks run, their looks spread over the coming days."""
    number = on.sandbox.zendesk.people.create_ticket("ana@contoso.example", "Waiting", "A question")
    on.hint(number)
    actors = make_actors(on.parts)
    while on.parts.store.read(looks.earliest) is None:
        actors.readers[0].drain()
    copies = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    """
    columns = {
        "ticket": "facts, version, created_at, requester_id, seen_at, generation, "
        "next_look + 86400 + i, category, severity, policy_version",
        "clock": "label, name, instance, severity, target, calendar, started_at, due_at, met_until, stopped_at, "
        "paused_since, verdict, missed_severity, missed_due_at, missed_met_until",
    }
    store = on.parts.store
    for table, rest in columns.items():
        key = "id" if table == "ticket" else "ticket_id"
        store.write(
            lambda conn, table=table, rest=rest, key=key: conn.execute(  # type: ignore[misc]
                text(
                    f"INSERT INTO {table} (helpdesk, {key}, {rest.replace(' + 86400 + i', '')}) {copies} "
                    f"SELECT helpdesk, 'copy' || i, {rest} FROM {table}, n WHERE {key} = :number"
                ),
                {"count": clocks, "number": str(number)},
            )
        )


def run(clocks: int, pages: int) -> list[float]:
    """Delays in seconds, one for each page."""
    with scene(first_rung="1% used") as on:
        fill(on, clocks)
        on.app.start()
        try:
            return measure(on, pages)
        finally:
            on.app.stop()


def measure(on: Scene, pages: int) -> list[float]:
    """Critical tickets come in one after the other; 72 seconds later each has used 1% of its two hours."""
    planned: dict[str, datetime] = {}
    for index in range(pages):
        number = on.sandbox.zendesk.people.create_ticket(f"c{index}@contoso.example", "Down", "production down")
        created = on.sandbox.zendesk.account.tickets[number].shown["created_at"]
        planned[str(number)] = datetime.fromisoformat(created) + FIRST_RUNG
        on.hint(number)
        time.sleep(GAP)
    deadline = time.monotonic() + FIRST_RUNG.total_seconds() + 30
    posted: dict[str, datetime] = {}
    while time.monotonic() < deadline and len(posted) < pages:
        time.sleep(1)
        for effect in on.sandbox.journal.effects(kind="message.posted"):
            posted.setdefault(effect["metadata"]["event_payload"]["key"].split("/")[1], effect.at)
    return [(at - planned[ticket]).total_seconds() for ticket, at in posted.items() if ticket in planned]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clocks", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    delays = run(options.clocks, options.pages)
    p50, p99 = percentile(delays, 0.50), percentile(delays, 0.99)
    print(f"{options.clocks:,} clocks outstanding, {len(delays)} of {options.pages} pages posted")
    print(f"due to posted: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, worst {max(delays) * 1000:.0f} ms")
    print(f"aim p99 below {AIM:.0f} s: {'met' if p99 < AIM and len(delays) == options.pages else 'missed'}")


if __name__ == "__main__":
    main()
