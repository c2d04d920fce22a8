"""Gather every outage that is known: what tickets mark and what people logged.

Promise: nothing is added up here, so a mark that is taken off late, or an entry that is withdrawn, changes the figures
of its month at the next question.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from slabot.policy import Conditions, Policy
from slabot.reports.outages import Origin, OutageSpan
from slabot.reports.outages import marked as marked_by
from slabot.store import marked, outages
from slabot.store.outages import LoggedOutage


def spans_between(conn: Connection, policy: Policy, since: datetime, until: datetime) -> list[OutageSpan]:
    """The outages of which a part lies between two instants, in the order in which they began."""
    logged = [_of_entry(entry) for entry in outages.between(conn, since, until)]
    of_tickets = [span for span in _marked(conn, policy) if span.begins < until and (span.ends or until) > since]
    return sorted((*logged, *of_tickets), key=lambda span: (span.begins, span.origin, span.name))


def _marked(conn: Connection, policy: Policy) -> Iterator[OutageSpan]:
    rules = policy.availability.outages
    words = {word for rule in rules for word in _words(rule.when)}
    for stored in marked.load(conn, marked.find(conn, words)):
        yield from marked_by(stored.ticket, stored.timeline, rules)


def _words(when: Conditions) -> Iterator[str]:
    """Of these, a ticket that fits has shown one: its tags or, where none are asked for, the names of its fields."""
    yield from when.tags or when.fields or ()


def _of_entry(entry: LoggedOutage) -> OutageSpan:
    return OutageSpan(
        begins=entry.begins,
        ends=entry.ends,
        service=entry.service,
        maintenance=entry.maintenance,
        origin=Origin.OPERATOR,
        name=str(entry.n),
        reason=entry.reason or f"logged by {entry.logged_by}",
    )
