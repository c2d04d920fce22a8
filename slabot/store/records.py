"""Keep the records that reports are made of.

Promise: the rows of a ticket are exactly the records of its last decision, and what the reader found stays when the
words go that it had read; what a decision leaves as it was is not written again. Which tickets have no records of
today's form is known, so that a report can say so and they can be filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, and_, bindparam, delete, func, insert, or_, select, update

from slabot.rules.clock import Verdict
from slabot.rules.open_time import OpenStretch
from slabot.rules.records import ClockRecord, Records, TicketSummary
from slabot.store import schema
from slabot.store.of_tickets import Name, OfTickets

FORM = "2"  # goes up when records must be worked out anew
_BY_AGENT = "a"
_READ = ("read_severity", "read_or_else", "claimed_severity")  # columns that rest on a customer's words

_CLOCK, _TICKET, _STRETCH, _AGENT = schema.clock_record, schema.ticket_summary, schema.open_stretch, schema.agent
_CLOCK_FIELDS, _TICKET_FIELDS, _STRETCH_FIELDS = (
    tuple(each.name for each in fields(kind)) for kind in (ClockRecord, TicketSummary, OpenStretch)
)
_OF = {
    table.name: OfTickets(select(table), table.c.helpdesk, table.c.ticket_id) for table in (_CLOCK, _TICKET, _STRETCH)
}


def _away(table: Table) -> Any:
    return delete(table).where(*(key == bindparam(f"of_{key.name}") for key in table.primary_key))


_AWAY = {table.name: _away(table) for table in (_CLOCK, _TICKET, _STRETCH)}
_IN = {table.name: insert(table) for table in (_CLOCK, _TICKET, _STRETCH)}

_DIGESTS = OfTickets(
    select(_TICKET.c.helpdesk, _TICKET.c.ticket_id, _TICKET.c.digest), _TICKET.c.helpdesk, _TICKET.c.ticket_id
)

Row = Mapping[str, Any]
Key = tuple[Any, ...]


class StoredRecords(NamedTuple):
    """The rows of a ticket as they are kept, by table and key."""

    rows: Mapping[tuple[str, Key], Row]


@dataclass(frozen=True, slots=True)
class RowChanges:
    """What is to be written so that the rows are those of a decision.

    Attributes:
        outdated: rows that go, by their table.
        missing: rows that come, by their table.
    """

    outdated: tuple[tuple[str, Row], ...]
    missing: tuple[tuple[str, Row], ...]


NOTHING = StoredRecords({})


def form_of(*, by_agent: bool) -> str:
    """The form of the records: another one where figures by agent are kept."""
    return f"{FORM}{_BY_AGENT}" if by_agent else FORM


def digest_of(records: Records, form: str) -> str:
    """The same for the same records in the same form."""
    return blake2b(repr((form, records)).encode(errors="replace"), digest_size=16).hexdigest()


def digests(conn: Connection, names: Sequence[Name]) -> dict[Name, str]:
    """The digest of the records that are kept of each of these tickets; of one without any it is missing."""
    return {(row["helpdesk"], row["ticket_id"]): row["digest"] for row in _DIGESTS.rows(conn, names)}


def of_tickets(conn: Connection, names: Sequence[Name]) -> dict[Name, StoredRecords]:
    """The records of these tickets; one without any is missing."""
    found: dict[Name, dict[tuple[str, Key], Row]] = {}
    for table in (_CLOCK, _TICKET, _STRETCH):
        keys = tuple(key.name for key in table.primary_key)
        for row in _OF[table.name].rows(conn, names):
            mine = found.setdefault((row["helpdesk"], row["ticket_id"]), {})
            mine[table.name, tuple(row[key] for key in keys)] = dict(row)
    return {name: StoredRecords(rows) for name, rows in found.items()}


def changes(name: Name, records: Records, form: str, stored: StoredRecords) -> RowChanges:
    """What differs from what is kept."""
    wanted: dict[tuple[str, Key], Row] = {}
    kept = stored.rows
    for table, row in _rows(name, records, form):
        key = table.name, tuple(row[key.name] for key in table.primary_key)
        if table is _TICKET and records.words_gone and (former := kept.get(key)) is not None:
            row = {**row, **{each: former[each] for each in _READ}}
        wanted[key] = row
    outdated = ((table, row) for (table, key), row in kept.items() if wanted.get((table, key)) != row)
    missing = ((table, row) for (table, key), row in wanted.items() if kept.get((table, key)) != row)
    return RowChanges(tuple(outdated), tuple(missing))


def save(conn: Connection, changed: Iterable[RowChanges]) -> None:
    """Write the differences of several tickets, each kind of row at once."""
    outdated: dict[str, list[Row]] = {}
    missing: dict[str, list[Row]] = {}
    for each in changed:
        for table, row in each.outdated:
            outdated.setdefault(table, []).append(row)
        for table, row in each.missing:
            missing.setdefault(table, []).append(row)
    for name, rows in outdated.items():
        keys = tuple(key.name for key in schema.metadata.tables[name].primary_key)
        conn.execute(_AWAY[name], [{f"of_{key}": row[key] for key in keys} for row in rows])
    for name, rows in missing.items():
        conn.execute(_IN[name], rows)


def _rows(name: Name, records: Records, form: str) -> Iterator[tuple[Table, Row]]:
    of = {"helpdesk": name[0], "ticket_id": name[1]}
    yield (
        _TICKET,
        of
        | {"form": form, "digest": digest_of(records, form)}
        | {each: getattr(records.ticket, each) for each in _TICKET_FIELDS},
    )
    for clock in records.clocks:
        row = of | {each: getattr(clock, each) for each in _CLOCK_FIELDS}
        row["verdict"] = Verdict(clock.verdict).value
        yield _CLOCK, row
    for stretch in records.stretches:
        yield _STRETCH, of | {each: getattr(stretch, each) for each in _STRETCH_FIELDS}


def _unrecorded(form: str | None = None) -> Any:
    """Decided tickets joined with their summaries, of that form or any, and the condition that they have none."""
    ticket = schema.ticket
    same = and_(_TICKET.c.helpdesk == ticket.c.helpdesk, _TICKET.c.ticket_id == ticket.c.id)
    same = same if form is None else and_(same, _TICKET.c.form == form)
    return ticket.outerjoin(_TICKET, same), and_(ticket.c.policy_version.is_not(None), _TICKET.c.form.is_(None))


def unrecorded(conn: Connection, form: str, limit: int) -> list[Name]:
    """Tickets that were decided, and have no records of that form."""
    joined, none = _unrecorded(form)
    ticket = schema.ticket
    found = select(ticket.c.helpdesk, ticket.c.id).select_from(joined).where(none)
    return [(row.helpdesk, row.id) for row in conn.execute(found.limit(limit))]


def count_unrecorded(conn: Connection) -> tuple[int, int]:
    """How many decided tickets have no records at all, and how many clocks they have."""
    joined, none = _unrecorded()
    count = conn.execute(select(func.count()).select_from(joined).where(none)).scalar_one()
    if not count:
        return 0, 0
    ticket, clock = schema.ticket, schema.clock
    theirs = and_(clock.c.helpdesk == ticket.c.helpdesk, clock.c.ticket_id == ticket.c.id)
    clocks = select(func.count()).select_from(joined.join(clock, theirs)).where(none)
    return count, conn.execute(clocks).scalar_one()


def count_outdated(conn: Connection, form: str) -> int:
    """How many tickets have records of another form."""
    return conn.execute(select(func.count()).select_from(_TICKET).where(_TICKET.c.form != form)).scalar_one()


def forget_agents(conn: Connection) -> bool:
    """Take out every figure by agent; True if there was one."""
    named = or_(_CLOCK.c.answered_by.is_not(None), _CLOCK.c.acknowledged_by.is_not(None))
    forgotten = conn.execute(update(_CLOCK).where(named).values(answered_by=None, acknowledged_by=None)).rowcount
    of_today = update(_TICKET).where(_TICKET.c.form == form_of(by_agent=True)).values(assignee=None, form=FORM)
    of_before = update(_TICKET).where(_TICKET.c.assignee.is_not(None)).values(assignee=None)  # still to be filled in
    forgotten += conn.execute(of_today).rowcount + conn.execute(of_before).rowcount
    return forgotten + conn.execute(delete(_AGENT)).rowcount > 0


def erase_person(conn: Connection, helpdesk: str, person: str, instead: str) -> None:
    """Put a pseudonym in the place of a person's id, and forget what they are called."""
    for table, columns in ((_CLOCK, ("answered_by", "acknowledged_by")), (_TICKET, ("assignee",))):
        for column in columns:
            theirs = and_(table.c.helpdesk == helpdesk, table.c[column] == person)
            conn.execute(update(table).where(theirs).values({column: instead}))
    conn.execute(delete(_AGENT).where(_AGENT.c.helpdesk == helpdesk, _AGENT.c.id == person))


def names_of_agents(conn: Connection, helpdesk: str) -> dict[str, str]:
    """The names that are kept of a helpdesk's agents, by its ids."""
    found = conn.execute(select(_AGENT.c.id, _AGENT.c.name).where(_AGENT.c.helpdesk == helpdesk))
    return {row.id: row.name for row in found}


def shared_names(conn: Connection) -> frozenset[str]:
    """Names that several agents bear, of one helpdesk or of two."""
    several = select(_AGENT.c.name).group_by(_AGENT.c.name).having(func.count() > 1)
    return frozenset(conn.execute(several).scalars())


def keep_names(conn: Connection, helpdesk: str, names: Mapping[str, str]) -> None:
    """Keep the names of these agents, whatever they were called before."""
    if not names:
        return
    conn.execute(delete(_AGENT).where(_AGENT.c.helpdesk == helpdesk, _AGENT.c.id.in_(list(names))))
    conn.execute(insert(_AGENT), [{"helpdesk": helpdesk, "id": each, "name": name} for each, name in names.items()])


def unnamed_agents(conn: Connection, helpdesk: str, limit: int) -> list[str]:
    """Agents who answered or have tickets there, and whose name is not kept."""
    found: set[str] = set()
    for table, column in ((_CLOCK, "answered_by"), (_TICKET, "assignee")):
        same = and_(_AGENT.c.helpdesk == table.c.helpdesk, _AGENT.c.id == table.c[column])
        query = select(table.c[column]).select_from(table.outerjoin(_AGENT, same))
        query = query.where(table.c.helpdesk == helpdesk, table.c[column].is_not(None), _AGENT.c.id.is_(None))
        found |= {*conn.execute(query.distinct().limit(limit)).scalars()}
    return sorted(found)[:limit]
