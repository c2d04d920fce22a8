"""How long does a backtest of a year take, and does memory stay flat?

    python -m benchmarks.backtest [--tickets 100000]

Generated tickets of one year: four in a hundred are never answered, the others after 50 minutes in the middle; half of
them are asked back about, a tenth waits for its customer in the end, and the rest is solved and closed. They are
replayed through `config.example.yaml` alone, and through a stricter one against it, on two processes; a tenth of them
first, for the memory. Seconds are of the clock on the wall and of the processors, memory is that of the largest process
at its peak.

Aims: 30 s for 100,000; memory at its peak at most 1.3 times what it is with a tenth.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from slabot.domain import Actor, AnyEvent, Category, Message, Person, StatusChanged, Ticket, TicketRecord, Timeline
from slabot.domain import write_ticket as line_of
from slabot.reports.backtest.bench import BacktestTask, PolicyText
from slabot.reports.backtest.run import backtest
from slabot.reports.backtest.tally import PolicySide, TallyFigure

ROOT = Path(__file__).resolve().parents[1]
YEAR = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 2, 4, 9, 0, tzinfo=UTC)
AIM = 30.0  # seconds
FLAT = 1.3  # times
TEXT = (
    "Hello, since this morning the agent shows all our hosts as offline. Could you have a look, please? Thank you, Ana"
)


def made_up(number: int, chance: random.Random) -> TicketRecord:
    """A ticket of a year."""
    created = YEAR + timedelta(seconds=chance.randrange(365 * 86400))
    ticket = Ticket(
        helpdesk="acme",
        id=str(number),
        created_at=created,
        subject=f"Question {number}",
        priority=chance.choice(["urgent", "high", "normal", "normal", "low"]),
        requester=Person(f"r{number}", f"r{number}@customer.example", "Customer Ltd"),
    )
    return TicketRecord(ticket, Timeline.of(_life(ticket, chance)))


def _life(ticket: Ticket, chance: random.Random) -> Iterator[AnyEvent]:
    asked, at = ticket.requester, ticket.created_at
    assert asked is not None
    yield Message(at=at, id="c0", by=Actor.CUSTOMER, by_id=asked.id, text=TEXT)
    kind = chance.randrange(10)
    if chance.random() < 0.04:
        # Nobody answers; somebody closes it some days later.
        yield StatusChanged(at=at + timedelta(days=chance.randrange(1, 5)), id="s0", by_id="a7", to=Category.CLOSED)
        return
    at += timedelta(seconds=int(chance.lognormvariate(8, 1.0)))
    yield Message(at=at, id="c1", by=Actor.AGENT, by_id="a7", text="Which version is it?")
    if kind < 6 or kind == 9:
        yield StatusChanged(at=at, id="s1", by_id="a7", to=Category.WAITING_ON_CUSTOMER)
        if kind == 9:
            return
        at += timedelta(seconds=chance.randrange(600, 86400))
        yield Message(at=at, id="c2", by=Actor.CUSTOMER, by_id=asked.id, text="It is version 4.2.")
        yield StatusChanged(at=at, id="s2", by=Actor.SYSTEM, to=Category.PENDING)
        at += timedelta(seconds=chance.randrange(600, 86400))
        yield Message(at=at, id="c3", by=Actor.AGENT, by_id="a7", text="Please install 4.3.")
    yield StatusChanged(at=at, id="s3", by_id="a7", to=Category.SOLVED)
    yield StatusChanged(at=at + timedelta(days=3, seconds=1), id="s4", by=Actor.AUTOMATION, to=Category.CLOSED)


def measure(path: str, *, against: bool) -> None:
    """Make one backtest, and print its seconds, tickets, pages and peak of memory as JSON."""
    old = (ROOT / "config.example.yaml").read_bytes()
    new = old.replace(b"respond_within: 2h", b"respond_within: 1h")
    assert new != old
    task = BacktestTask(
        new=PolicyText("new", new if against else old),
        old=PolicyText("old", old) if against else None,
        now=NOW,
        name=path,
    )
    began = time.monotonic()
    found = backtest(task, lambda: _lines(path), lambda _: None, processes=2)
    took = time.monotonic() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processors = sum(each.ru_utime + each.ru_stime for each in used)
    pages = sum(number for key, number in found.tally.items() if key[:2] == (PolicySide.NEW.value, TallyFigure.PAGES))
    tickets, peak = found.tally[PolicySide.NEW.value, TallyFigure.TICKETS], max(each.ru_maxrss for each in used) / 1024
    print(json.dumps([took, processors, tickets, pages, peak]))


def _lines(path: str) -> Iterator[str]:
    with Path(path).open(encoding="utf-8") as stream:
        yield from stream


def main() -> None:
    """Write ticket files, then measure in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--measure", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--against", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, against=options.against)
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        for more in ([], ["--against"]):
            said: list[list[float]] = []
            for count in (options.tickets // 10, options.tickets):
                path, chance = Path(folder) / f"{count}.jsonl", random.Random(4711)
                if not path.exists():
                    with path.open("w", encoding="utf-8") as stream:
                        stream.writelines(line_of(made_up(number, chance)) + "\n" for number in range(count))
                command = [sys.executable, "-m", "benchmarks.backtest", "--measure", str(path), *more]
                said.append(json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout))
                took, used, tickets, pages, peak = said[-1]
                what = "two policies" if more else "one policy"
                print(
                    f"{what}: {tickets:9,.0f} tickets, {pages:9,.0f} pages, {took:6.1f} s "
                    f"({used:6.1f} s of processors), {peak:4.0f} MB",
                    flush=True,
                )
            (*_, few), (took, *_, many) = said
            if not more:
                print(f"{AIM:.0f} s: {'met' if took <= AIM else 'MISSED'}")
            print(f"memory at most {FLAT} times: {'met' if many <= FLAT * few else 'MISSED'} ({many / few:.2f})")


if __name__ == "__main__":
    main()
