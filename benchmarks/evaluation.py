"""What does it cost to decide about a stored ticket, and how long does it take when a thousand are due at once?

    python -m benchmarks.evaluation [--tickets 1000] [--rounds 5]

The example policy, a store in a file, and urgent tickets that nobody has answered yet. No helpdesk and no channel takes
part: the alarm alone looks at tickets whose time has come. Measured, in processor time of the whole process:

- nothing new: the alarm decides about tickets again at an instant at which nothing changes;
- nothing new, read again: each is told by its helpdesk once more, in a transaction of its own;
- a page planned: the alarm at the instant of their first rung, so that each puts a page into the outbox.

And, on the wall clock, how long the alarm takes until the pages of all tickets are in the outbox, all being due at
one instant: the ordinary case is Monday 00:00, when calendars open. The floor beside them reads the ticket's row and
its events by SQL that was written beforehand, and inserts one row.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.base import Snapshot
from slabot.clock import SteppedClock
from slabot.composition import stepped_app
from slabot.demo.stage import CHANNEL, environment_of, policy_of
from slabot.domain import Actor, Category, Message, Person, Ticket
from slabot.policy import load_policy
from slabot.runtime import Parts
from slabot.runtime.alarm import Alarm
from slabot.runtime.evaluation import take_in
from slabot.store import Lane, OutboxState, looks, outbox
from slabot_sandbox import Sandbox

ASKED = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
FIRST_RUNG = ASKED + timedelta(hours=1)  # 50 % of two hours
NOTHING_NEW = 0.6  # ms of processor time a ticket: the aim
PAGE_PLANNED = 1.2  # the same
ALL = 2.0  # seconds until all are in the outbox: the aim


@contextmanager
def stage(folder: Path) -> Iterator[tuple[Parts, SteppedClock]]:
    """The parts of slabot on a stepped clock, with nothing running."""
    clock = SteppedClock(ASKED)
    sandbox = Sandbox(clock=clock)
    sandbox.slack.workspace.add_channel(CHANNEL)
    with sandbox:
        text = policy_of(sandbox, folder / "slabot.db").replace("start_from: 2026-01-23", "start_from: 2020-01-01")
        app = stepped_app(load_policy(text), text, clock=clock, environment=environment_of(sandbox))
        try:
            yield app.parts, clock
        finally:
            app.stop()


def snapshots(tickets: int) -> list[Snapshot]:
    """Tickets as a helpdesk tells of them: a question, a word of a colleague's, one more question."""
    told = [
        ("customer", True, "production down, all hosts offline"),
        ("agent", False, "looking"),
        ("customer", True, "?"),
    ]
    found = []
    for number in range(1, tickets + 1):
        who = Person(id=str(number), email=f"c{number}@contoso.example", organization="Contoso")
        ticket = Ticket(
            helpdesk="acme",
            id=str(number),
            created_at=ASKED,
            subject=f"Nothing works ({number})",
            url=f"https://acme.example/{number}",
            channel="email",
            kind="incident",
            priority="urgent",
            requester=who,
            tags=("emea",),
        )
        events = [
            Message(
                at=ASKED + timedelta(seconds=place),
                id=f"c{number}-{place}",
                by=Actor(by),
                by_id=str(number) if by == "customer" else "900",
                public=public,
                text=text,
            )
            for place, (by, public, text) in enumerate(told)
        ]
        snapshot = Snapshot(
            ticket=ticket,
            events=tuple(events),
            version="v1",
            status_now=Category.OPEN,
            priority_now="urgent",
            assignee_now=None,
        )
        found.append(snapshot)
    return found


def read(parts: Parts, told: list[Snapshot]) -> float:
    """Seconds of the processor for taking in each in a transaction of its own."""
    cpu = time.process_time()
    for snapshot in told:
        parts.write(lambda conn, snapshot=snapshot: take_in(conn, parts, snapshot, parts.now()))  # type: ignore[misc]
    return time.process_time() - cpu


def recall(parts: Parts, at: datetime) -> None:
    """All tickets are due at once."""
    parts.write(lambda conn: looks.recall(conn, at, -1))


def looked_at(parts: Parts) -> tuple[float, float]:
    """Seconds of the processor and of the wall until nothing is due."""
    alarm, begun, cpu = Alarm(parts), time.perf_counter(), time.process_time()
    while alarm.drain():
        pass
    return time.process_time() - cpu, time.perf_counter() - begun


def least(rounds: int, measured: Callable[[], float]) -> float:
    """The least of several rounds."""
    return min(measured() for _ in range(rounds))


def floor(file: Path, tickets: int) -> float:
    """Seconds of the processor for reading all rows and inserting one for each ticket, by the bare driver."""
    conn = sqlite3.connect(file)
    conn.execute("CREATE TEMP TABLE planned (key TEXT PRIMARY KEY, body TEXT)")
    begun = time.process_time()
    for number in range(1, tickets + 1):
        name = ("acme", str(number))
        conn.execute("SELECT * FROM ticket WHERE helpdesk = ? AND id = ?", name).fetchall()
        conn.execute("SELECT * FROM event WHERE helpdesk = ? AND ticket_id = ?", name).fetchall()
        conn.execute("INSERT OR IGNORE INTO planned VALUES (?, ?)", (f"acme/{number}", "{}"))
    spent = time.process_time() - begun
    conn.close()
    return spent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    tickets = options.tickets
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as (parts, clock):
        told = snapshots(tickets)
        read(parts, told)
        clock.sleep_until(ASKED + timedelta(minutes=1))

        def nothing_new() -> float:
            recall(parts, clock.now())
            return looked_at(parts)[0]

        idle = least(options.rounds, nothing_new)
        again = least(options.rounds, lambda: read(parts, told))
        bare = floor(Path(folder) / "slabot.db", tickets)
        clock.sleep_until(FIRST_RUNG)
        planned, wall = looked_at(parts)
        pages = parts.store.read(outbox.counts).get((Lane.PAGE, OutboxState.PENDING), 0)
        assert pages == tickets, f"{pages} pages of {tickets} tickets"
    rows = (
        ("nothing new", idle, NOTHING_NEW),
        ("nothing new, read again", again, NOTHING_NEW),
        ("a page planned", planned, PAGE_PLANNED),
    )
    for name, spent, aim in rows:
        each = spent / tickets * 1000
        print(
            f"{name:<24} {each:6.2f} ms of processor time a ticket, {spent / bare:5.1f} times the floor; "
            f"aim {aim} ms: {'met' if each <= aim else 'missed'}"
        )
    print(
        f"{tickets:,} pages due at one instant are in the outbox after {wall:.2f} s; "
        f"aim {ALL:.0f} s: {'met' if wall <= ALL else 'missed'}"
    )


if __name__ == "__main__":
    main()
