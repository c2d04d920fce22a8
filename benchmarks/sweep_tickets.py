"""What does it cost to sweep, read and decide tickets, end to end?

    python -m benchmarks.sweep_tickets [--tickets 2000]

A sandbox holds that many tickets with a message each. One sweep finds all of them; each is then read (ticket,
comments, audits), decided and stored. CPU of the whole process is printed, the stand-in's included, since it runs
in the same one; the sweep alone and the parsing of its pages are measured in benchmarks/export_parse.py.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from benchmarks.stage import Scene, scene
from slabot.runtime import cast
from slabot.store.status import status


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def fill(on: Scene, count: int) -> None:
    """Tickets of a few minutes ago, so that the export does not withhold them."""
    for index in range(count):
        on.sandbox.zendesk.people.create_ticket(
            f"c{index % 500}@contoso.example", f"Question {index}", "how to do this"
        )
    for ticket in on.sandbox.zendesk.account.tickets.values():
        ticket.generated -= 600


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=2000)
    count: int = parser.parse_args().tickets
    with scene() as on:
        fill(on, count)
        actors = cast(on.composed.parts)
        sweep = timed(actors.sweepers[0].sweep)

        def read_all() -> None:
            while actors.owed.drain():
                pass

        reads = timed(read_all)
        again = timed(actors.sweepers[0].sweep)
        now = on.composed.parts.now()
        state = on.composed.parts.store.read(lambda conn: status(conn, now))
        calls = sum(on.sandbox.journal.counts(service="zendesk").values())
    print(f"{count:,} tickets, {state.running_clocks:,} clocks run, {calls:,} calls to the helpdesk")
    for name, (wall, cpu) in (("sweep", sweep), ("read, decide, store", reads), ("sweep with nothing new", again)):
        print(f"{name:24} {wall:7.2f} s wall  {cpu:7.2f} s CPU  {cpu / count * 1e6:8.0f} us CPU a ticket")


if __name__ == "__main__":
    main()
