"""What do many agreements cost, beside one?

Promise: both are measured in the same run in time of the processor, taking turns, on the same tickets; and each ticket
falls under terms of its own in both, so that what is compared is the number of agreements alone.

    python benchmarks/agreements.py [--log helpdesk.csv.gz]

`slabot check` of a file with 200 agreements (aim: 0.5 s), and `decide()` with 200 of them, each for two organisations,
beside one that names all 400 (aim: at most 10 % more). The tickets are those of the event log (examples/README.md), of
which half belong to one of the organisations; without the log, made-up ones.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for `benchmarks`, wherever this is started from

from benchmarks.decide import LOG, SEED, answered, fresh, made_up, of_the_log, waiting  # noqa: E402
from slabot.domain import Person, TicketRecord, read_tickets  # noqa: E402
from slabot.policy import Policy, check_policy, load_policy  # noqa: E402
from slabot.rules import decide  # noqa: E402

MANY = 200  # agreements
SIZE = 600  # tickets
ROUNDS = 40  # of which the fastest counts
CHECK_AIM = 0.5  # seconds
DECIDE_AIM = 1.1  # times as long as with one agreement
TODAY = date(2026, 11, 24)
NIGHTS = '  nights: {time_zone: Asia/Kolkata, open: {mon-sun: ["00:00-07:00", "22:00-24:00"]}}\n'

Case = tuple[TicketRecord, datetime]


def organizations(number: int) -> list[str]:
    """The customers of one agreement."""
    return [f"Customer {number} Ltd", f"Customer {number} GmbH"]


def with_agreements(text: str, groups: list[list[str]], severity: str) -> str:
    """A policy file in which each group of customers has a target of its own."""
    lines = [text, "agreements:"]
    for number, customers in enumerate(groups):
        lines += [
            f"  - name: agreement {number}",
            f"    when: {{organization: [{', '.join(customers)}]}}",
            f"    severities: {{{severity}: {{respond_within: {60 + number % 50}m}}}}",
        ]
    return "\n".join(lines) + "\n"


def varied(text: str) -> str:
    """The same as in real life: agreements with dates, ladders, waits, quiet hours and further clocks of their own."""
    lines = [text.replace("calendars:\n", f"calendars:\n{NIGHTS}", 1), "agreements:"]
    for number in range(MANY):
        lines += [
            f"  - name: agreement {number}",
            f"    when: {{organization: [{', '.join(organizations(number))}]}}",
            f"    severities: {{critical: {{respond_within: {60 + number % 50}m}}, high: {{respond_within: 4h}}}}",
            "    escalate:",
            f'      - {{severity: critical, rungs: [{{at: 50% used, notify: ["#to-{number}"]}}, {{at: breach}}]}}',
            "      - {rungs: [{at: breach}]}",
            f"    waiting: {{mode: act, or_after: {8 + number % 7}d}}",
            f"    solved: {{close_after: {4 + number % 5}d}}",
            "    quiet_hours: {severities: [medium, low], calendar: nights}",
            f"    clocks: [{{name: resolution, kind: resolution, within: {{critical: {8 + number % 9}h}}}}]",
        ]
        if number % 7 == 0:
            lines += ["    from: 2026-01-01", f"    until: 2027-0{1 + number % 6}-01"]
    return "\n".join(lines) + "\n"


def timed(work: Callable[[], object]) -> float:
    """Seconds of the processor."""
    began = time.process_time()
    work()
    return time.process_time() - began


def of_customers(cases: list[Case]) -> list[Case]:
    """The same tickets, each of an organisation; half of these have an agreement."""
    chance = random.Random(SEED)
    found = []
    for record, now in cases:
        number = chance.randrange(2 * MANY)
        person = record.ticket.requester or Person("r1", email="ana@customer.example")
        ticket = replace(record.ticket, requester=replace(person, organization=chance.choice(organizations(number))))
        found.append((replace(record, ticket=ticket), now))
    return found


def tickets(log: str) -> tuple[str, str, list[Case]]:
    """The text of a policy, a severity of it, and tickets with the instants at which they are looked at."""
    if Path(log).is_file():
        kind = of_the_log(log)
        text, severity = (
            (ROOT / "examples" / "event_log_policy.yaml").read_text("utf-8"),
            next(iter(kind.policy.severities)),
        )
        lines = random.Random(SEED).sample(list(zip(kind.lines, kind.looks, strict=True)), SIZE)
    else:
        print(f"Made-up tickets: there is no {log}")
        text = (ROOT / "config.example.yaml").read_text("utf-8")
        policy, severity = load_policy(text), "high"
        kinds = [made_up(make.__name__, policy, make) for make in (fresh, answered, waiting)]
        lines = [pair for kind in kinds for pair in zip(kind.lines, kind.looks, strict=True)]
    return text, severity, of_customers([(read_tickets(line)[0], now) for line, now in lines])


def decided(cases: list[Case], policy: Policy) -> Callable[[], None]:
    """Decide about each."""

    def work() -> None:
        for record, now in cases:
            decide(record.ticket, record.timeline, policy, now)

    return work


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure many agreements beside one.")
    parser.add_argument("--log", default=str(LOG), help="the helpdesk's event log (default: in the folder shared)")
    options = parser.parse_args()
    example = (ROOT / "config.example.yaml").read_text("utf-8")
    check_policy(example, "config.yaml", TODAY)  # compiles the models
    text = varied(example)
    first = timed(lambda: check_policy(text, "config.yaml", TODAY))
    print(f"check of {MANY} agreements: {first:.3f} s, aim {CHECK_AIM} s: {'met' if first <= CHECK_AIM else 'MISSED'}")

    text, severity, cases = tickets(options.log)
    groups = [organizations(number) for number in range(MANY)]
    works = {
        "none": decided(cases, load_policy(text)),
        "one": decided(cases, load_policy(with_agreements(text, [list(chain.from_iterable(groups))], severity))),
        f"{MANY}": decided(cases, load_policy(with_agreements(text, groups, severity))),
    }
    for work in works.values():
        work()
    rounds = [{name: timed(work) for name, work in works.items()} for _ in range(ROUNDS)]
    least = {name: min(each[name] for each in rounds) for name in works}
    for name, seconds in least.items():
        print(f"decide(), agreements: {name:5}{seconds / len(cases) * 1e6:8.1f} µs")
    ratio = least[f"{MANY}"] / least["one"]
    print(f"{MANY} beside one: {ratio:.3f}, aim {DECIDE_AIM}: {'met' if ratio <= DECIDE_AIM else 'MISSED'}")
    return 0 if first <= CHECK_AIM and ratio <= DECIDE_AIM else 1


if __name__ == "__main__":
    raise SystemExit(main())
