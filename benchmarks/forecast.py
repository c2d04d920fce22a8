"""How long does a forecast over a full helpdesk take, and does memory stay flat?

    python -m benchmarks.forecast [--tickets 10000]

A store with so many open tickets, each with a history of ten messages: a third was never answered, a third waits for
its customer, a third for a third party, all of the last three days, under `config.example.yaml`. The forecast of the
next 24 hours is made of a tenth of them and of all, each in a process of its own; seconds are of the processor.

Aims: 10 s for 10,000; memory at its peak at most 1.5 times what it is with a tenth (pages are counted, not kept).
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from slabot.domain import Actor, AnyEvent, Category, Message, Person, StatusChanged, Ticket
from slabot.policy import Policy, load_policy
from slabot.reports.ahead import Window
from slabot.rules import NO_PAST, decide
from slabot.runtime.forecasting import forecast
from slabot.store import decisions, open_store, tickets
from slabot.store.decisions import Evaluated

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 2, 4, 9, 0, tzinfo=UTC)  # a Wednesday
AIM = 10.0  # seconds
FLAT = 1.5  # times
AT_ONCE = 200
MESSAGES = 10
TEXT = (
    "Hello, since this morning the agent shows all our hosts as offline, although they are running and reachable. "
    "We restarted the service twice and nothing changed. Could you have a look, please? Thank you, Ana"
)


def made_up(number: int, chance: random.Random) -> tuple[Ticket, list[AnyEvent]]:
    """A ticket of one of three kinds."""
    created = NOW - timedelta(minutes=chance.randrange(30, 3 * 24 * 60))
    ticket = Ticket(
        helpdesk="acme",
        id=str(number),
        created_at=created,
        subject=f"Question {number}",
        priority=chance.choice(["urgent", "high", "normal", "low"]),
        requester=Person(f"r{number}", f"r{number}@customer.example", "Customer Ltd"),
    )
    kind = number % 3
    steps = (NOW - created) / (MESSAGES + 2)
    events: list[AnyEvent] = []
    for place in range(MESSAGES):
        by = Actor.CUSTOMER if kind == 0 or place % 2 == 0 else Actor.AGENT
        author = f"r{number}" if by is Actor.CUSTOMER else "agent-7"
        at = (created + steps * (place + 1)).replace(microsecond=0)
        events.append(Message(at=at, id=f"c{place}", by=by, by_id=author, text=f"{TEXT} ({number}-{place})"))
    if kind:
        to = Category.WAITING_ON_CUSTOMER if kind == 1 else Category.WAITING_ON_THIRD_PARTY
        events.append(StatusChanged(at=events[-1].at, id="s", to=to, by_id="agent-7"))
    return ticket, events


def fill(url: str, count: int, policy: Policy) -> None:
    """Store so many tickets and decide about each."""
    chance = random.Random(4711)

    def write(conn: Connection, numbers: range) -> None:
        for number in numbers:
            ticket, events = made_up(number, chance)
            tickets.merge(conn, ticket, events, "v1", NOW)
        found = tickets.load_locked(conn, [("acme", str(number)) for number in numbers])
        known = decisions.known(conn, list(found.values()))
        decisions.save(conn, _decided(known, policy), 1)

    with open_store(url) as store:
        for start in range(1, count + 1, AT_ONCE):
            store.write(partial(write, numbers=range(start, min(start + AT_ONCE, count + 1))))


def _decided(known: list[decisions.KnownTicket], policy: Policy) -> Iterator[Evaluated]:
    for each in known:
        decision = decide(each.stored.ticket, each.stored.timeline, policy, NOW)
        yield Evaluated(known=each, decision=decision, events=(), told=(), planned=(), revived=(), outdated=False)


def measure(url: str, policy: Policy) -> None:
    """Make one forecast, and print seconds, tickets, deadlines, pages and the peak of memory in MB."""
    window = Window(now=NOW, begins=NOW, ends=NOW + timedelta(hours=24))
    with open_store(url) as store:
        began = time.process_time()
        found = store.read(lambda conn: forecast(conn, policy, NO_PAST, window))
        took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(took, found.tickets, len(found.breaches), len(found.ahead), sum(found.pages.values()), peak)


def main() -> None:
    """Fill a store, then measure in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--measure", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    policy = load_policy((ROOT / "config.example.yaml").read_text("utf-8")).starting(NOW - timedelta(days=30))
    if options.measure:
        measure(options.measure, policy)
        return
    figures: dict[int, list[float]] = {}
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        for count in (options.tickets // 10, options.tickets):
            url = f"sqlite:///{folder}/{count}.db"
            fill(url, count, policy)
            command = [sys.executable, "-m", "benchmarks.forecast", "--measure", url]
            said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
            figures[count] = [float(word) for word in said.split()]
            seconds, looked_at, breaches, ahead, pages, peak = figures[count]
            print(
                f"{count:7,} tickets: {seconds:6.2f} s, {looked_at:,.0f} looked at, {breaches:,.0f} deadlines, "
                f"{ahead:,.0f} things to come, {pages:,.0f} pages, {peak:,.0f} MB"
            )
    (few, many) = (figures[options.tickets // 10], figures[options.tickets])
    print(f"{AIM:.0f} s: {'met' if many[0] <= AIM else 'MISSED'}")
    print(f"memory at most {FLAT} times: {'met' if many[-1] <= FLAT * few[-1] else 'MISSED'}")


if __name__ == "__main__":
    main()
