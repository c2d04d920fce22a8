"""What does it cost to sweep, read and decide tickets, end to end?

    python -m benchmarks.sweep_tickets [--tickets 500] [--helpdesk freshdesk]

A sandbox holds that many tickets with a message each. One sweep finds all of them; each is then read, decided and
stored. Then it sweeps again, with its cursor and without: nothing is news, so nothing is read. CPU of the whole process
is printed, the stand-in's included, since it runs in the same one; the adapter alone is measured in
benchmarks/sweep_calls.py, the parsing of its pages in benchmarks/export_parse.py. More than 500 tickets at Freshdesk
take more lists than slabot allows itself in a minute, and then it waits.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import update

from benchmarks.stage import Scene, scene
from slabot.runtime import make_actors
from slabot.runtime.reading.sweeping import Sweeper
from slabot.store import schema
from slabot.store.status import status
from slabot_sandbox.base.objects import stamp


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def fill(on: Scene, helpdesk: str, count: int) -> None:
    """Tickets of a few minutes ago, so that the export does not withhold them."""
    people = on.sandbox.zendesk.people if helpdesk == "zendesk" else on.sandbox.freshdesk.people
    for index in range(count):
        people.create_ticket(f"c{index % 500}@contoso.example", f"Question {index}", "how to do this")
    for ticket in on.sandbox.zendesk.account.tickets.values():
        ticket.generated -= 600
    begun = on.parts.now() - timedelta(seconds=600)
    for index, other in enumerate(on.sandbox.freshdesk.account.tickets.values()):
        changed = stamp(begun + timedelta(seconds=index // 3))
        other.shown |= {"created_at": changed, "updated_at": changed}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=500)
    parser.add_argument("--helpdesk", choices=("zendesk", "freshdesk"), default="zendesk")
    options = parser.parse_args()
    count, helpdesk = options.tickets, options.helpdesk
    with scene() as on:
        fill(on, helpdesk, count)
        parts = on.parts
        adapter = next(one for one in parts.adapters.values() if one.kind == helpdesk)
        actors, sweeper = make_actors(parts), Sweeper(parts, adapter)
        figures: list[tuple[str, tuple[float, float], int]] = []

        def step(name: str, work: Callable[[], object]) -> None:
            before = on.sandbox.journal.counts(service=helpdesk).total()
            spent = timed(work)
            figures.append((name, spent, on.sandbox.journal.counts(service=helpdesk).total() - before))

        def read_all() -> None:
            while actors.readers[0].drain():
                pass

        step("sweep", sweeper.sweep)
        step("read, decide, store", read_all)
        time.sleep(3)  # what was read within two seconds of its change would be read again
        step("sweep with nothing new", sweeper.sweep)
        step("  and what it led to", read_all)
        # The cursor is lost: everything is listed once more, and nothing of it is news.
        forget = update(schema.feed).where(schema.feed.c.helpdesk == adapter.name).values(cursor=None)
        parts.store.write(lambda conn: conn.execute(forget))
        step("sweep from the beginning", sweeper.sweep)
        step("  and what it led to", read_all)
        state = parts.store.read(lambda conn: status(conn, parts.now()))
    print(f"{count:,} tickets at {helpdesk}, {state.running_clocks:,} clocks run")
    for name, (wall, cpu), calls in figures:
        each = f"{cpu / count * 1e6:6.0f} us CPU and {calls / count:6.3f} calls a ticket"
        print(f"{name:26} {wall:7.2f} s wall  {cpu:7.2f} s CPU  {calls:6,} calls  {each}")


if __name__ == "__main__":
    main()
