"""How did a helpdesk keep an agreement, on one page with plots?

Promise: the figures are the product's own reports of tickets that are read from a file; nothing is stored or sent. The
page stands by itself: it loads nothing and runs no script.

Usage: python -m examples.report_page tickets.jsonl -c examples/event_log_policy.yaml > page.html
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from examples.edge import ExampleError, Progress, lines_of, run
from examples.replay import read_lines, read_policy
from slabot.domain import InstantError, TicketRecord, parse_instant
from slabot.reports.as_html import html_of
from slabot.reports.local_time import seconds
from slabot.reports.question import Question, parse_cuts
from slabot.reports.registry import KINDS
from slabot.reports.ticket_source import TicketSource

SHOWN = {
    "compliance": "severity",
    "response-times": "severity",
    "breaches": "severity",
    "ageing": "severity",
    "auto-solved": "",
    "severity": "",
}


def main() -> int:
    """Read the tickets named on the command line and print the page."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.report_page",
        description="Report how the tickets of a file were answered, as one HTML page with plots, on standard output.",
        epilog="Example: python -m examples.event_log helpdesk.csv.gz | "
        "python -m examples.report_page - -c examples/event_log_policy.yaml > page.html",
    )
    parser.add_argument("tickets", help="ticket files, one JSON object a line, plain or .gz; - reads standard input")
    parser.add_argument("-c", "--config", required=True, help="the policy file")
    parser.add_argument("--now", help="the time to report at, with an offset (default: now)")
    parser.add_argument("--title", default="How the promises were kept", help="of the page (default: %(default)s)")
    options = parser.parse_args()
    policy = read_policy(options.config)
    try:
        now = datetime.now(UTC) if options.now is None else parse_instant(options.now)
    except InstantError as error:
        raise ExampleError(f"--now: {error}") from None
    count = 0
    progress = Progress(lambda: f"{count:,} tickets")

    def counted() -> Iterator[TicketRecord]:
        nonlocal count
        with lines_of(options.tickets) as stream:
            for record in read_lines(stream, options.tickets, policy):
                count += 1
                progress.tick()
                yield record

    source = TicketSource(counted(), policy, now)
    progress.done()
    if not count:
        raise ExampleError(f"{options.tickets}: it holds no ticket; give a ticket file with one JSON object a line")
    reports = []
    question = None
    for kind, by in SHOWN.items():
        question = Question(
            now=seconds(now),
            zone=policy.display_zone,
            by=parse_cuts(by) if by else (),
            severities=policy.severity_names,
            charts=True,
        )
        reports.append(KINDS[kind].build(source, question))
    assert question is not None
    print(html_of(reports, question, title=options.title, config=options.config))
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
