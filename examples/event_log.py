"""What would slabot have seen of a helpdesk of which only an event log is left?

Promise: every row of the log becomes something in a ticket file or is counted as left out; what the log does not
say is inferred by one declared reading, and how often is said at the end.

The log is a CSV file, one row an activity, as process mining keeps them. The reading:

    first row of a case      the ticket's creation, that is, the customer's request
    Take in charge ticket    the first one: the first public message by an agent; each: the assignee, and Pending
    Wait                     Waiting on Customer
    any row after a Wait     a customer's message, inferred, one second before it
    Resolve ticket           Solved
    Closed                   Closed
    other rows               an internal note with the activity's name
    rows after a Resolve     (but Closed) the ticket was reopened: Pending; before another Resolve, one second before it
    seriousness_2            the native priority after the row; the policy maps its values to severities
    other columns            custom fields

Usage: python -m examples.event_log helpdesk.csv.gz > tickets.jsonl
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import TextIO
from zoneinfo import ZoneInfo

from examples.edge import ExampleError, Progress, lines_of, run
from slabot.calendars import iana_zone
from slabot.domain import (
    SECOND,
    Actor,
    AnyEvent,
    AssigneeChanged,
    Category,
    FieldChanged,
    Message,
    Person,
    PriorityChanged,
    StatusChanged,
    Ticket,
    TicketRecord,
    Timeline,
    write_ticket,
)

ZONE = "Europe/Rome"
TIME = "%Y/%m/%d %H:%M:%S.%f"
CASE, ACTIVITY, RESOURCE, STAMP, PRIORITY, CUSTOMER = (
    "Case ID",
    "Activity",
    "Resource",
    "Complete Timestamp",
    "seriousness_2",
    "customer",
)
FIELDS = ("product", "responsible_section", "service_level", "service_type", "support_section", "workgroup")


class Activity(StrEnum):
    """The activities that the reading knows; there are more."""

    TAKE = "Take in charge ticket"
    WAIT = "Wait"
    RESOLVE = "Resolve ticket"
    CLOSED = "Closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the log; ``at`` is UTC."""

    case: str
    activity: str
    agent: str
    at: datetime
    priority: str
    customer: str
    fields: dict[str, str]


def read_rows(stream: TextIO, name: str, zone: ZoneInfo) -> Iterator[Row]:
    """The rows of the CSV text, their local times put into UTC; a time that came twice is the first of the two.

    Raises:
        ExampleError: a column is missing or a time cannot be read; names the line.
    """
    rows = csv.DictReader(stream)
    columns = (CASE, ACTIVITY, RESOURCE, STAMP, PRIORITY, CUSTOMER, *FIELDS)
    try:
        missing = [column for column in columns if column not in (rows.fieldnames or ())]
        if missing:
            raise ExampleError(
                f"{name}: the first line names no column {', '.join(missing)}; "
                "this reading is for the log described in examples/README.md"
            )
        for row in rows:
            if None in row.values():
                raise ExampleError(f"{name}:{rows.line_num}: this row has too few columns; is the file cut off?")
            try:
                local = datetime.strptime(row[STAMP], TIME).replace(tzinfo=zone)
            except ValueError:
                raise ExampleError(
                    f'{name}:{rows.line_num}: "{row[STAMP]}" is not a time like 2012/10/09 14:50:17.000'
                ) from None
            yield Row(
                case=row[CASE],
                activity=row[ACTIVITY],
                # Customers and agents are both anonymised to "Value 1", and are not the same people.
                agent=f"agent {row[RESOURCE]}",
                at=local.astimezone(UTC).replace(microsecond=0),
                priority=row[PRIORITY],
                customer=f"customer {row[CUSTOMER]}",
                fields={field: row[field] for field in FIELDS},
            )
    except csv.Error as error:
        raise ExampleError(f"{name}:{rows.line_num}: this is not CSV: {error}") from None


def read_log(rows: Iterable[Row], helpdesk: str, counts: Counter[str]) -> Iterator[TicketRecord]:
    """One ticket for each case, in the order of the log; ``counts`` is told what was read and inferred.

    Raises:
        ExampleError: the rows of a case do not stand together.
    """
    seen: set[str] = set()
    for case, group in groupby(rows, key=lambda row: row.case):
        if case in seen:
            raise ExampleError(f"the rows of {case} do not stand together; sort the file by {CASE}")
        seen.add(case)
        # Stable: rows of the same second keep the log's order.
        record = _Reading(helpdesk, sorted(group, key=lambda row: row.at), counts).record()
        counts["tickets"] += 1
        counts["events"] += len(record.timeline)
        yield record


class _Reading:
    """One case, row by row."""

    def __init__(self, helpdesk: str, rows: list[Row], counts: Counter[str]) -> None:
        self._helpdesk, self._rows, self._counts = helpdesk, rows, counts
        self._events: list[AnyEvent] = []
        self._category = Category.OPEN
        self._assignee: str | None = None
        self._answered = False
        self._reopened = False

    def record(self) -> TicketRecord:
        first = self._rows[0]
        self._take(0, first, first)
        for place, (before, row) in enumerate(zip(self._rows, self._rows[1:], strict=False), 1):
            self._take(place, before, row)
        self._counts["rows"] += len(self._rows)
        self._counts["reopened"] += self._reopened
        ticket = Ticket(
            helpdesk=self._helpdesk,
            id=first.case.removeprefix("Case "),
            created_at=first.at,
            priority=first.priority,
            requester=Person(first.customer),
            fields=first.fields,
        )
        return TicketRecord(ticket, Timeline.of(self._events))

    def _take(self, place: int, before: Row, row: Row) -> None:
        # Within a second the log's order holds, and what is inferred comes before the row that it is inferred from.
        at, seq, inferred = row.at, 2 * place + 1, 2 * place
        just_before = max(before.at, at - SECOND)
        if place and before.activity == Activity.WAIT:
            self._events.append(
                Message(at=just_before, by=Actor.CUSTOMER, by_id=row.customer, id=f"inferred-{inferred}", seq=inferred)
            )
            self._counts["customer messages inferred"] += 1
        if self._category.ended and row.activity != Activity.CLOSED:
            self._reopened = True
        if row.priority != before.priority:
            self._events.append(PriorityChanged(at=at, by_id=row.agent, seq=seq, to=row.priority))
        for name in FIELDS:
            if row.fields[name] != before.fields[name]:
                self._events.append(FieldChanged(at=at, by_id=row.agent, seq=seq, name=name, to=row.fields[name]))
        match row.activity:
            case Activity.TAKE:
                self._charge(row, seq)
            case Activity.WAIT:
                self._move(Category.WAITING_ON_CUSTOMER, row, at, seq)
            case Activity.RESOLVE:
                if self._category.ended:
                    self._move(Category.PENDING, row, just_before, inferred, id=f"inferred-{inferred}")
                self._move(Category.SOLVED, row, at, seq)
            case Activity.CLOSED:
                self._move(Category.CLOSED, row, at, seq)
            case _:
                self._other(place, row, seq)

    def _charge(self, row: Row, seq: int) -> None:
        if not self._answered:
            self._answered = True
            if row.at == self._rows[0].at:
                # Alone, an agent's message at the creation would mean that the agent wrote first. The customer did.
                self._events.append(Message(at=row.at, by=Actor.CUSTOMER, by_id=row.customer))
                self._counts["answered in the second of their creation"] += 1
            self._events.append(Message(at=row.at, by_id=row.agent, seq=seq))
            self._counts["first answers"] += 1
        if row.agent != self._assignee:
            self._assignee = row.agent
            self._events.append(AssigneeChanged(at=row.at, by_id=row.agent, seq=seq, to=row.agent))
        self._move(Category.PENDING, row, row.at, seq)

    def _other(self, place: int, row: Row, seq: int) -> None:
        if place:
            self._events.append(Message(at=row.at, by_id=row.agent, seq=seq, public=False, text=row.activity))
            self._counts["internal notes"] += 1
        if self._category is not Category.OPEN:
            self._move(Category.PENDING, row, row.at, seq)

    def _move(self, to: Category, row: Row, at: datetime, seq: int, *, id: str = "") -> None:
        if to is not self._category:
            self._category = to
            self._events.append(StatusChanged(at=at, by_id=row.agent, id=id, seq=seq, to=to))


def said(counts: Counter[str]) -> str:
    """What was read and what was inferred, for people."""
    return (
        f"{counts['tickets']:,} tickets from {counts['rows']:,} rows, {counts['events']:,} events written; "
        f"{counts['reopened']:,} tickets were reopened\n"
        f"{counts['first answers']:,} have a first answer "
        f"({counts['answered in the second of their creation']:,} in the second of their creation: their log begins "
        "with it)\n"
        f"inferred, not recorded: {counts['customer messages inferred']:,} customer messages, each one second before "
        "the row that follows a Wait"
    )


def main() -> int:
    """Convert the log named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.event_log",
        description="Turn a helpdesk's CSV event log into ticket files, one JSON object a line, on standard output.",
        epilog="Example: python -m examples.event_log helpdesk.csv.gz > tickets.jsonl",
    )
    parser.add_argument("log", help="the CSV file, plain or .gz; - reads standard input")
    parser.add_argument("--zone", default=ZONE, help="the time zone of the log's times (default: %(default)s)")
    parser.add_argument(
        "--helpdesk", default="helpdesk", help="the helpdesk's name in the policy (default: %(default)s)"
    )
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    progress = Progress(lambda: f"{counts['tickets']:,} tickets, {counts['rows']:,} rows")
    with lines_of(options.log) as stream:
        for record in read_log(read_rows(stream, options.log, iana_zone(options.zone)), options.helpdesk, counts):
            print(write_ticket(record))
            progress.tick()
    progress.done()
    print(said(counts), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
