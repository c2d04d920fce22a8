"""Read the state of slabot from the store.

Promise: one reading, all of one instant, of everything that `slabot status` and the health page show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, func, select

from slabot.store import feeds, ledger, looks, meta, migrate, outbox, policies, processes, schema, ticket_counts, unread
from slabot.store.feeds import Feed
from slabot.store.ledger import LedgerRow
from slabot.store.processes import Process
from slabot.store.unread import Unread
from slabot.store.vocabulary import FAILURES, Lane, LedgerEvent, OutboxState

LAST_ERRORS = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the store knows.

    Attributes:
        installed_at: when slabot first ran on it; None if it never ran.
        with_gaps: open tickets of which slabot cannot see all that was said.
        next_alarm: when the next ticket must be looked at, past or future.
        overdue_looks: tickets whose look has come and was not had yet.
        running_clocks: clocks that have not stopped; overdue_clocks: those of them past their ``met_until``.
        inbox_pending: tickets that must be read; unreadable: those of them that could not be.
        outbox: by lane and state; what is not there is missing.
        oldest_pending: when the row was put in that has waited longest to be sent.
        sending: rows claimed and not settled.
        model_answers, model_drops: of the last 24 hours: what a language model answered, and what was dropped.
        last_errors: the newest first; errors of feeds that last still are in ``feeds``.
        processes: those that share the store; one that was killed is among them for some seconds.
        leases: which of them does what there is only one of: its name, by the lease's.
        in_force: the version of the policy that was put in force last.
    """

    schema_revision: str | None
    installed_at: datetime | None
    policy_version: int | None
    feeds: tuple[Feed, ...]
    tickets: int
    open_tickets: int
    with_gaps: int
    next_alarm: datetime | None
    overdue_looks: int
    running_clocks: int
    overdue_clocks: int
    inbox_pending: int
    unreadable: tuple[Unread, ...]
    outbox: Mapping[tuple[Lane, OutboxState], int]
    oldest_pending: datetime | None
    last_errors: tuple[LedgerRow, ...]
    processes: tuple[Process, ...]
    leases: Mapping[str, str]
    in_force: int | None
    model_answers: int = 0
    model_drops: int = 0

    def is_of_another_policy(self, process: Process) -> bool:
        """True if a process reads another version than the one in force."""
        return self.in_force not in (None, process.policy_version)


def status(conn: Connection, now: datetime) -> Status:
    """Everything at once."""
    policy = policies.latest(conn)
    installed = meta.installed(conn)
    running = schema.clock.c.verdict == "running"
    return Status(
        schema_revision=migrate.revision(conn),
        installed_at=installed,
        policy_version=None if policy is None else policy.version,
        feeds=tuple(feeds.everyone(conn)),
        tickets=_count(conn, schema.ticket),
        open_tickets=ticket_counts.count_open(conn),
        with_gaps=ticket_counts.count_with_gaps(conn),
        next_alarm=looks.earliest(conn),
        overdue_looks=_count(conn, schema.ticket, schema.ticket.c.next_look <= now),
        running_clocks=_count(conn, schema.clock, running),
        overdue_clocks=_count(conn, schema.clock, running, schema.clock.c.met_until < now),
        inbox_pending=_count(conn, schema.unread),
        unreadable=tuple(unread.failing(conn)),
        outbox=outbox.counts(conn),
        oldest_pending=outbox.oldest_pending(conn),
        last_errors=tuple(ledger.latest(conn, FAILURES, LAST_ERRORS)),
        model_answers=ledger.count(conn, [LedgerEvent.MODEL_ANSWERED], now - DAY),
        model_drops=ledger.count(conn, [LedgerEvent.MODEL_DROPPED], now - DAY),
        processes=tuple(processes.everyone(conn)),
        leases=processes.holders(conn),
        in_force=policies.in_force(conn),
    )


def _count(conn: Connection, table: Table, *where: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
