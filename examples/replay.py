"""What would slabot have done with these tickets, and how did each severity fare?

Promise: every ticket is decided at its creation and at its every `next_look` (examples/follow.py), one ticket at a
time, so a file may be of any length. Nothing is written anywhere.

Usage: python -m examples.replay tickets.jsonl -c examples/event_log_policy.yaml
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TextIO

from examples.edge import ExampleError, Progress, lines_of, run
from examples.follow import AFTERWARDS, follow, observing
from examples.summary import Summary, table
from slabot.domain import SlabotError, TicketFileError, TicketRecord, read_tickets
from slabot.policy import Policy, load_policy

MOST_DAYS = 3650


def read_lines(stream: TextIO, name: str, policy: Policy) -> Iterator[TicketRecord]:
    """The tickets of a JSONL file, one at a time.

    Raises:
        TicketFileError: names the file, the line, the event and the field.
    """
    for number, line in enumerate(stream, 1):
        if line.strip():
            try:
                yield from read_tickets(line, severities=policy.severities)
            except TicketFileError as error:
                raise TicketFileError(str(error), place=f"{name}:{number}") from None


def read_policy(path: str) -> Policy:
    """The policy of a file, its rules only observing.

    Raises:
        ExampleError: the file cannot be read.
        PolicyError: what it says is wrong.
    """
    try:
        return observing(load_policy(Path(path).read_bytes(), path))
    except OSError as error:
        raise ExampleError(f"{path}: the policy cannot be read: {error.strerror}") from None


def summed_up(tickets: Iterator[TicketRecord], policy: Policy, *, afterwards: timedelta = AFTERWARDS) -> Summary:
    """Follow every ticket and count what came of it."""
    summary = Summary(policy)
    progress = Progress(lambda: f"{summary.tickets:,} tickets, {summary.decisions:,} decisions")
    for record in tickets:
        try:
            summary.add(follow(record, policy, afterwards=afterwards))
        except ExampleError:
            raise
        except SlabotError as error:
            raise ExampleError(f"ticket {record.ticket.id}: {error}") from None
        progress.tick()
    progress.done()
    return summary


def main() -> int:
    """Replay the tickets named on the command line and print the summary."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.replay",
        description="Decide every ticket of a file at its every next_look and sum up what slabot would have done.",
        epilog="Example: python -m examples.event_log helpdesk.csv.gz | "
        "python -m examples.replay - -c examples/event_log_policy.yaml",
    )
    parser.add_argument("tickets", help="ticket files, one JSON object a line, plain or .gz; - reads standard input")
    parser.add_argument("-c", "--config", required=True, help="the policy file")
    parser.add_argument(
        "--days",
        type=int,
        default=AFTERWARDS.days,
        metavar="N",
        help="how long a ticket is followed after its last event (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    options = parser.parse_args()
    if not 0 <= options.days <= MOST_DAYS:
        parser.error(f"--days is a number from 0 to {MOST_DAYS}")
    policy, began = read_policy(options.config), time.monotonic()
    with lines_of(options.tickets) as stream:
        tickets = read_lines(stream, options.tickets, policy)
        summary = summed_up(tickets, policy, afterwards=timedelta(days=options.days))
    if not summary.tickets:
        raise ExampleError(f"{options.tickets}: it holds no ticket; give a ticket file with one JSON object a line")
    took = time.monotonic() - began
    print(json.dumps(summary.as_json(), ensure_ascii=False, indent=2) if options.json else "\n".join(table(summary)))
    print(f"{took:.1f} s, {summary.decisions / took:,.0f} decisions a second", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
