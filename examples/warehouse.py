"""What can be known of a Zendesk ticket from the tables that a data warehouse keeps of it?

Promise: every ticket row becomes a ticket file; nothing that the tables do not hold is made up. What is missing is
said, ticket by ticket and table by table, and a ticket whose messages are missing says so (`history_complete`), so
that slabot would never write to it and no verdict is claimed for it.

The reading, for the tables of a Fivetran copy (`ticket_data.csv` and its neighbours):

    times              have no offset; they are UTC, as the copier writes them
    field history      changes of status, priority and assignee; at or before the creation: the state at creation
    ticket row         the ticket as it is now, not as it was created: what the field history does not explain (a
                       status, `deleted`, tags) is one change at the row's last update, observed when it was copied
    on-hold            Waiting on Third Party (the API says `hold`)
    comments           messages, by the role of their author; an author without a row who is not the requester counts as
                       a customer, which neither stops a clock nor lets a ticket be solved
    merged_ticket_ids  the other tickets were merged into this one

Usage: python -m examples.warehouse FOLDER > tickets.jsonl
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from examples.edge import ExampleError, lines_of, run
from slabot.domain import (
    Actor,
    AnyEvent,
    AssigneeChanged,
    Category,
    Deleted,
    Merged,
    Message,
    Person,
    PriorityChanged,
    StatusChanged,
    TagsChanged,
    Ticket,
    TicketRecord,
    Timeline,
    write_ticket,
)

CATEGORIES = {
    "new": Category.OPEN,
    "open": Category.PENDING,
    "pending": Category.WAITING_ON_CUSTOMER,
    "hold": Category.WAITING_ON_THIRD_PARTY,
    "on-hold": Category.WAITING_ON_THIRD_PARTY,
    "solved": Category.SOLVED,
    "closed": Category.CLOSED,
}
SYSTEM_AUTHOR = "-1"
TABLES = {
    "ticket": ("id", "created_at", "updated_at", "status", "requester_id", "_fivetran_synced"),
    "ticket_comment": ("id", "ticket_id", "user_id", "created", "body", "public"),
    "ticket_field_history": ("ticket_id", "field_name", "updated", "user_id", "value"),
    "ticket_tag": ("ticket_id", "tag"),
    "user": ("id", "email", "role"),
    "organization": ("id", "name"),
}
Table = list[dict[str, str]]


@dataclass(slots=True)
class Found:
    """What a ticket's tables held, and what they did not, in words."""

    record: TicketRecord
    missing: tuple[str, ...]


@dataclass(slots=True)
class Warehouse:
    """The tables, by what they are looked up with."""

    tickets: Table
    comments: Mapping[str, Table]
    history: Mapping[str, Table]
    tags: Mapping[str, Table]
    users: Mapping[str, dict[str, str]]
    organizations: Mapping[str, dict[str, str]]
    merged_into: Mapping[str, str] = field(default_factory=dict)

    @property
    def orphans(self) -> dict[str, tuple[str, ...]]:
        """By table: the tickets that its rows speak of and that have no row of their own."""
        known = {row["id"] for row in self.tickets}
        return {
            name: tuple(ticket for ticket in table if ticket not in known)
            for name, table in (
                ("comments", self.comments),
                ("field history", self.history),
                ("tags", self.tags),
                ("merges", self.merged_into),
            )
        }


def read_warehouse(folder: Path) -> Warehouse:
    """Read the tables of a folder.

    Raises:
        ExampleError: a table or a column is missing.
    """
    tables = {name: _read_table(folder / f"{name}_data.csv", columns) for name, columns in TABLES.items()}
    merged_into = {
        str(other): row["id"] for row in tables["ticket"] for other in json.loads(row.get("merged_ticket_ids") or "[]")
    }
    return Warehouse(
        tickets=tables["ticket"],
        comments=_by(tables["ticket_comment"], "ticket_id"),
        history=_by(tables["ticket_field_history"], "ticket_id"),
        tags=_by(tables["ticket_tag"], "ticket_id"),
        users={row["id"]: row for row in tables["user"]},
        organizations={row["id"]: row for row in tables["organization"]},
        merged_into=merged_into,
    )


def read_all(warehouse: Warehouse, helpdesk: str) -> Iterator[Found]:
    """Every ticket that has a row, in the order of the table."""
    for row in warehouse.tickets:
        yield _Reading(warehouse, helpdesk, row).found()


class _Reading:
    """One ticket's rows."""

    def __init__(self, warehouse: Warehouse, helpdesk: str, row: dict[str, str]) -> None:
        self._house, self._helpdesk, self._row = warehouse, helpdesk, row
        self._id, self._created = row["id"], _instant(row["created_at"], f"ticket {row['id']}, created_at")
        self._missing: list[str] = []
        self._events: list[AnyEvent] = []
        self._first: dict[str, str | None] = {"status": "new", "priority": None, "assignee_id": None}
        self._now = dict(self._first)

    def found(self) -> Found:
        row = self._row
        self._changes()
        complete = self._messages()
        self._ends()
        organization = row.get("organization_id") or None
        named = self._house.organizations.get(organization or "")
        if organization is not None and named is None:
            self._missing.append(f"organisation {organization} has no row; its number stands for its name")
        user = self._house.users.get(row["requester_id"], {})
        first = self._first
        ticket = Ticket(
            helpdesk=self._helpdesk,
            id=self._id,
            subject=row.get("subject", ""),
            url=row.get("url") or None,
            created_at=self._created,
            channel=row.get("via_channel") or None,
            kind=row.get("type") or None,
            priority=first["priority"],
            status=self._category(first["status"]),
            requester=Person(
                row["requester_id"],
                email=user.get("email") or None,
                organization=organization if named is None else named["name"],
            ),
            assignee=first["assignee_id"],
            history_complete=complete,
        )
        return Found(TicketRecord(ticket, Timeline.of(self._events)), tuple(self._missing))

    def _changes(self) -> None:
        early = 0
        # Stable, and repeated rows of one change are one change: Timeline.of drops those of the same id.
        rows = sorted(self._house.history.get(self._id, []), key=lambda change: change["updated"])
        for change in rows:
            name, value = change["field_name"], change["value"] or None
            if name not in self._first:
                continue
            at = _instant(change["updated"], f"ticket {self._id}, field history of {name}")
            self._now[name] = value
            if at <= self._created:
                self._first[name] = value
                early += at < self._created
                continue
            self._events.append(self._change(name, value, at, change["user_id"] or None))
        if early:
            self._missing.append(
                f"{early} changes are dated before the creation at {self._created.isoformat()}; "
                "they are taken as the state at creation"
            )

    def _change(
        self, name: str, value: str | None, at: datetime, user: str | None, seen: datetime | None = None
    ) -> AnyEvent:
        key, by = f"{name}-{at.isoformat()}-{value}", self._actor(user)
        match name:
            case "status":
                to = self._category(value)
                return StatusChanged(at=at, id=key, by=by, by_id=user, observed_at=seen, to=to)
            case "priority":
                return PriorityChanged(at=at, id=key, by=by, by_id=user, observed_at=seen, to=value)
            case _:
                return AssigneeChanged(at=at, id=key, by=by, by_id=user, observed_at=seen, to=value)

    def _actor(self, user: str | None) -> Actor:
        if user == self._row["requester_id"]:
            return Actor.CUSTOMER
        return Actor.SYSTEM if user == SYSTEM_AUTHOR else Actor.AGENT

    def _messages(self) -> bool:
        comments = self._house.comments.get(self._id, [])
        for comment in comments:
            author = comment["user_id"]
            self._events.append(
                Message(
                    at=_instant(comment["created"], f"comment {comment['id']}"),
                    id=comment["id"],
                    by=self._author(author),
                    by_id=author,
                    email=self._house.users.get(author, {}).get("email") or None,
                    public=comment["public"].upper() == "TRUE",
                    text=comment["body"],
                )
            )
        if not comments:
            self._missing.append("it has no comment rows, not even the request: no verdict can be given")
        return bool(comments)

    def _author(self, author: str) -> Actor:
        if author == SYSTEM_AUTHOR:
            return Actor.SYSTEM
        user = self._house.users.get(author)
        if user is None and author != self._row["requester_id"]:
            self._missing.append(f"author {author} has no user row and counts as a customer")
        return Actor.AGENT if user is not None and user["role"] in ("agent", "admin") else Actor.CUSTOMER

    def _ends(self) -> None:
        """What only the row says: where the ticket stands now."""
        row, status = self._row, self._row["status"]
        at = max(self._created, _instant(row["updated_at"], f"ticket {self._id}, updated_at"))
        seen = max(at, _instant(row["_fivetran_synced"], f"ticket {self._id}, _fivetran_synced"))
        into = self._house.merged_into.get(self._id)
        if into is not None:
            self._events.append(Merged(at=at, by=Actor.SYSTEM, observed_at=seen, into=into))
        tags = tuple(sorted({tag["tag"] for tag in self._house.tags.get(self._id, [])}))
        if tags:
            self._events.append(TagsChanged(at=at, by=Actor.SYSTEM, observed_at=seen, to=tags))
            self._missing.append("when it got its tags is not recorded; its last update stands for that")
        if status == "deleted":
            self._events.append(Deleted(at=at, by=Actor.SYSTEM, observed_at=seen))
            self._missing.append("it is deleted, and when is not recorded; its last update stands for that")
        for name, before in self._now.items():
            value = row.get(name) or None
            if value in (before, None, "deleted"):
                continue
            self._events.append(self._change(name, value, at, SYSTEM_AUTHOR, seen))
            self._missing.append(
                f"its {name} is {value}, and no field history says since when; its last update stands for that"
            )

    def _category(self, status: str | None) -> Category:
        category = CATEGORIES.get(status or "")
        if category is None:
            raise ExampleError(
                f'ticket {self._id}: "{status}" is no status that this example knows ({", ".join(CATEGORIES)}); '
                "add it to CATEGORIES in examples/warehouse.py"
            )
        return category


def _read_table(path: Path, columns: tuple[str, ...]) -> Table:
    with lines_of(str(path)) as stream:
        rows = csv.DictReader(stream)
        missing = [column for column in columns if column not in (rows.fieldnames or ())]
        if missing:
            raise ExampleError(f"{path}: the first line names no column {', '.join(missing)}")
        return list(rows)


def _by(table: Table, column: str) -> dict[str, Table]:
    grouped: defaultdict[str, Table] = defaultdict(list)
    for row in table:
        grouped[row[column]].append(row)
    return dict(grouped)


def _instant(text: str, place: str) -> datetime:
    """A warehouse's time, which has no offset and is UTC; fractions of a second are cut off."""
    try:
        return datetime.fromisoformat(text).replace(microsecond=0, tzinfo=UTC)
    except ValueError:
        raise ExampleError(f'{place}: "{text}" is not a time like 2020-08-28 18:06:36') from None


def main() -> int:
    """Convert the folder named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.warehouse",
        description="Turn a warehouse's Zendesk tables (CSV) into ticket files, one JSON object a line, on standard "
        "output. What is missing is said on standard error.",
        epilog="Example: python -m examples.warehouse seeds/ > tickets.jsonl",
    )
    parser.add_argument("folder", type=Path, help="where ticket_data.csv and its neighbours are")
    parser.add_argument("--helpdesk", default="acme", help="the helpdesk's name in the policy (default: %(default)s)")
    options = parser.parse_args()
    warehouse = read_warehouse(options.folder)
    said: Counter[str] = Counter()
    for found in read_all(warehouse, options.helpdesk):
        said["tickets"] += 1
        said["without messages"] += not found.record.ticket.history_complete
        print(write_ticket(found.record))
        for missing in found.missing:
            print(f"ticket {found.record.ticket.id}: {missing}", file=sys.stderr)
    for table, tickets in warehouse.orphans.items():
        if tickets:
            print(
                f"{table} of {len(tickets)} tickets that have no row, left out: {', '.join(tickets)}", file=sys.stderr
            )
    print(f"{said['tickets']} tickets, {said['without messages']} of them without messages", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
