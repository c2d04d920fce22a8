"""How fast is decide(), and how much memory does a ticket take?

Promise: every figure is printed beside its floor, measured in the same run on the same tickets: `json.loads` of the
ticket's line in a ticket file, which is the least that anybody has to do to look at a ticket.

    python benchmarks/decide.py [--log helpdesk.csv.gz]

The policy is config.example.yaml. With a log (examples/README.md) its tickets, under its own policy, are a fourth
case, each looked at at a random time of its life; without one that row is left out, and said to be.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for `examples`, wherever this is started from

from examples.edge import lines_of  # noqa: E402
from examples.event_log import ZONE, read_log, read_rows  # noqa: E402
from slabot.calendars import iana_zone  # noqa: E402
from slabot.domain import (  # noqa: E402
    Actor,
    Category,
    Message,
    Person,
    StatusChanged,
    Ticket,
    TicketRecord,
    Timeline,
    read_tickets,
    write_ticket,
)
from slabot.policy import Policy, load_policy  # noqa: E402
from slabot.rules import Decision, decide, follow  # noqa: E402

LOG = ROOT.parent / "shared" / "recorded" / "helpdesk-event-log" / "helpdesk.csv.gz"
MANY = 100_000  # tickets
CASES = 200  # tickets of a kind that are timed together: short enough to fit between two turns of other work
ROUNDS = 60  # of which the fastest counts
SEED = 20260109
FRIDAY = datetime(2026, 1, 9, 12, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
REQUEST = (
    "Hello, since this morning the agent shows all our hosts as offline, although they are running and reachable. "
    "We restarted the service twice and nothing changed. Could you have a look, please? Thank you, Ana"
)


@dataclass(frozen=True)
class Kind:
    """A kind of ticket: its lines in a ticket file, and when each is looked at."""

    name: str
    policy: Policy
    lines: list[str]
    looks: list[datetime]


def fresh(number: int) -> TicketRecord:
    """A request that nobody has answered."""
    created = FRIDAY + number * MINUTE
    ticket = Ticket(
        helpdesk="acme",
        id=str(number),
        created_at=created,
        subject="Agent offline on all hosts",
        url=f"https://acme.example/agent/tickets/{number}",
        channel="email",
        priority=("urgent", "high", "normal", "low", None)[number % 5],
        requester=Person("r1", email="ana@customer.example", organization="Customer Ltd"),
        tags=("agent", "emea"),
    )
    return TicketRecord(ticket, Timeline.of([Message(at=created, by=Actor.CUSTOMER, by_id="r1", text=REQUEST)]))


def answered(number: int) -> TicketRecord:
    """The same, answered after 40 minutes."""
    return _with_answer(fresh(number), Category.PENDING)


def waiting(number: int) -> TicketRecord:
    """The same, and the customer was asked for something."""
    return _with_answer(fresh(number), Category.WAITING_ON_CUSTOMER)


def _with_answer(record: TicketRecord, category: Category) -> TicketRecord:
    at = record.ticket.created_at + 40 * MINUTE
    answer = Message(at=at, by_id="agent-7", text="Hello Ana, which version do you run, and since when? Best, Ben")
    return TicketRecord(
        record.ticket, record.timeline.merged([answer, StatusChanged(at=at, by_id="agent-7", to=category)])
    )


def made_up(name: str, policy: Policy, make: Callable[[int], TicketRecord]) -> Kind:
    records = [make(number) for number in range(CASES)]
    return Kind(name, policy, [write_ticket(r) for r in records], [r.ticket.created_at + 60 * MINUTE for r in records])


def of_the_log(path: str) -> Kind:
    with lines_of(path) as stream:
        records = list(read_log(read_rows(stream, path, iana_zone(ZONE)), "helpdesk", Counter()))
    chance = random.Random(SEED)
    looks = [
        record.ticket.created_at + chance.random() * (record.timeline[-1].at + DAY - record.ticket.created_at)
        for record in records
    ]
    policy = load_policy((ROOT / "examples" / "event_log_policy.yaml").read_bytes())
    return Kind("event log's mix", policy, [write_ticket(record) for record in records], looks)


def timed(work: Callable[[], None]) -> float:
    """Seconds of the processor; a turn that another process had in between does not count."""
    began = time.process_time()
    work()
    return time.process_time() - began


def speed(kind: Kind) -> tuple[float, float]:
    """Seconds for one decision, and for one json.loads of the same ticket."""
    lines = random.Random(SEED).sample(kind.lines, CASES)
    at = dict(zip(kind.lines, kind.looks, strict=True))
    cases = [(read_tickets(line)[0], at[line]) for line in lines]

    def decided() -> None:
        for record, now in cases:
            decide(record.ticket, record.timeline, kind.policy, now)

    def loaded() -> None:
        for line in lines:
            json.loads(line)

    decided()  # compiles the calendars' years
    rounds = [(timed(decided), timed(loaded)) for _ in range(ROUNDS)]
    return min(one for one, _ in rounds) / CASES, min(floor for _, floor in rounds) / CASES


def life(policy: Policy) -> tuple[float, float, float]:
    """Looks in 30 days at a ticket that nobody answers, and seconds for each: followed once, and decided anew."""
    records, looks = [fresh(number) for number in range(40)], 0

    def asked(record: TicketRecord, ask: Callable[[datetime], Decision]) -> int:
        now: datetime | None = record.ticket.created_at
        end, times = record.ticket.created_at + 30 * DAY, 0
        while now is not None and now < end:
            now, times = ask(now).next_look, times + 1
        return times

    def followed() -> None:
        nonlocal looks
        looks = sum(asked(r, follow(r.ticket, r.timeline, policy).at) for r in records)

    def anew() -> None:
        for r in records:
            asked(r, partial(decide, r.ticket, r.timeline, policy))

    followed()
    once = min(timed(followed) for _ in range(5)) / looks
    return looks / len(records), once, min(timed(anew) for _ in range(5)) / looks


def held(lines: Iterator[str], read: Callable[[str], object]) -> float:
    """Bytes for each of many tickets kept in memory."""
    gc.collect()
    tracemalloc.start()
    kept = [read(line) for line in lines]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(kept)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure decide() beside json.loads of the same tickets.")
    parser.add_argument("--log", default=str(LOG), help="the helpdesk's event log (default: in the folder shared)")
    options = parser.parse_args()
    policy = load_policy((ROOT / "config.example.yaml").read_bytes(), "config.example.yaml")
    kinds = [
        made_up("fresh", policy, fresh),
        made_up("answered", policy, answered),
        made_up("waiting on customer", policy, waiting),
    ]
    if Path(options.log).is_file():
        kinds.append(of_the_log(options.log))
    else:
        print(f"The event log's mix is left out: there is no {options.log}")
    print(f"{'one core, one ticket at a time':32}{'a second':>10}{'µs':>8}{'json.loads, µs':>16}{'ratio':>8}")
    for kind in kinds:
        one, floor = speed(kind)
        print(f"{kind.name:32}{1 / one:>10,.0f}{one * 1e6:>8.0f}{floor * 1e6:>16.1f}{one / floor:>8.1f}", flush=True)

    looks, once, anew = life(policy)
    print(
        f"a fresh ticket's whole life, {looks:.0f} looks in 30 days: {once * 1e6:.0f} µs a look if it is followed, "
        f"{anew * 1e6:.0f} µs if it is decided about anew ({anew / once:.1f} times)",
        flush=True,
    )

    mix = kinds[-1]
    many = list(islice(cycle(zip(mix.lines, mix.looks, strict=True)), MANY))
    lines = [line for line, _ in many]
    print(f"\n{MANY:,} tickets ({mix.name})")
    ours, plain = held(iter(lines), lambda line: read_tickets(line)[0]), held(iter(lines), json.loads)
    average = sum(map(len, lines)) / MANY
    print(
        f"bytes a ticket in memory: {ours:,.0f}; as json.loads leaves it {plain:,.0f} (ratio {ours / plain:.2f}); "
        f"its line {average:,.0f}",
        flush=True,
    )
    began = time.perf_counter()
    cases = [(read_tickets(line)[0], now) for line, now in many]
    read = time.perf_counter() - began
    gc.freeze()
    began, used = time.perf_counter(), time.process_time()
    for record, now in cases:
        decide(record.ticket, record.timeline, mix.policy, now)
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    print(f"read from ticket files: {read:.1f} s, {MANY / read:,.0f} a second")
    print(f"decided: {wall:.1f} s, {MANY / wall:,.0f} a second ({cpu:.1f} s of one core)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
