"""Which of the tickets that were never read can be missed soonest, and how long will it take to read them all?

Promise: an estimate, made of what a row of the sweep says and without a call. It sets the order of reading and nothing
else: what holds of a ticket is decided when it was read.
"""

from __future__ import annotations

import math
from datetime import datetime

import structlog
from sqlalchemy import Connection

from adapters.base import Adapter, Changed, ReadingPace, SweepBatch
from slabot.calendars import OutsideYearsError
from slabot.domain import Severity
from slabot.policy import Policy, WhenClosed
from slabot.policy.dated import row_of
from slabot.rules.clock import plan_terms
from slabot.runtime.parts import Parts
from slabot.store import LedgerEvent, ledger, meta, ticket_counts, unread

log = structlog.get_logger("slabot.runtime")


def due_by(policy: Policy, row: Changed) -> datetime | None:
    """The earliest deadline of a ticket that a sweep names; None where it has ended, so that nothing can be missed.

    The severity is that of the helpdesk's priority, else the default: what its words say is not known yet.
    """
    if row.ended or row.gone is not None or row.created_at is None:
        return None
    severity = None if row.priority is None else policy.severity_of_priority(row.priority)
    return _due(policy, severity or policy.classify.otherwise, row.created_at)


def due_by_of_new(policy: Policy, at: datetime) -> datetime:
    """The earliest deadline of a ticket of which only a webhook is known: it may be the most urgent, and just made."""
    return min(_due(policy, severity, at) for severity in policy.severities)


def _due(policy: Policy, severity: Severity, start: datetime) -> datetime:
    terms = policy.severities[severity]
    closed = terms.received_when_closed is WhenClosed.NEXT_WORKING_DAY
    try:
        calendar = policy.calendar_from(terms.calendar, start)
        row = row_of(terms.respond_within, start, calendar.zone)
        if row is None:
            return start
        return plan_terms(severity, row.within, calendar, start, received_when_closed=closed).due
    except OutsideYearsError:
        return start  # so long ago that no calendar has that year


def has_old(parts: Parts, page: SweepBatch) -> bool:
    """True if a page names tickets that were there before slabot was installed."""
    installed = parts.store.read(meta.installed)
    return installed is not None and any(
        row.created_at is not None and row.created_at < installed for row in page.changed
    )


def has_read_old(parts: Parts, helpdesk: str) -> bool:
    """True if such tickets were read already: a first sweep that was cut short had listed them."""

    def read(conn: Connection) -> bool:
        installed = meta.installed(conn)
        return installed is not None and ticket_counts.has_older(conn, helpdesk, installed)

    return parts.store.read(read)


def tell(parts: Parts, adapter: Adapter) -> None:
    """Say once, in ledger and log, what a first start on old tickets takes."""
    name, now = adapter.name, parts.now()

    def write(conn: Connection) -> str | None:
        start, installed = parts.policy.start_from, meta.installed(conn)
        unread_yet = unread.count_never_read(conn, name)
        number = unread_yet + ticket_counts.count_of(conn, name)  # reading began while they were being listed
        if start is None or installed is None or start >= installed or not unread_yet:
            return None
        text = words(name, number, adapter.reading_pace())
        return text if ledger.write(conn, now, LedgerEvent.FEED_BACKLOG, text, name, None, f"{name}/backlog") else None

    text = parts.write(write)
    if text is not None:
        log.info("feed.backlog", helpdesk=name, reason=text)


def words(name: str, number: int, pace: ReadingPace) -> str:
    """What is said about that many tickets."""
    calls = math.ceil(number * pace.calls)
    takes = f"about {calls:,} calls"
    if pace.a_minute:
        minutes = max(1, math.ceil(calls / pace.a_minute))
        takes += f", about {minutes:,} min at the {pace.a_minute:,} calls a minute that the account leaves to slabot"
    return (
        f"{number:,} of the tickets that {name} had before slabot was installed must be read for the first time: "
        f"{takes}. Those whose deadline comes next are read first, those that have ended last; a ticket has no clock "
        "here until it was read. slabot status shows how many are left"
    )
