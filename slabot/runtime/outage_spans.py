"""Gather every outage that is known: what tickets mark and what people logged.

Promise: nothing is added up here, so a mark that is taken off late, or an entry that is withdrawn, changes the figures
of its month at the next question.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from slabot.policy import Availability, Conditions
from slabot.reports.outages import OutageOrigin, OutageSpan
from slabot.reports.outages import marked as marked_by
from slabot.store import marked, outages
from slabot.store.outages import LoggedOutage


def spans_between(conn: Connection, terms: Availability, since: datetime, until: datetime) -> list[OutageSpan]:
    """The outages of which a part lies between two instants, in the order in which they began."""
    return [span for span in every_span(conn, terms) if span.begins < until and (span.ends or until) > since]


def every_span(conn: Connection, terms: Availability) -> list[OutageSpan]:
    """Every outage that is known, in the order in which they began."""
    logged = map(_of_entry, outages.every(conn))
    return sorted((*logged, *_marked(conn, terms)), key=lambda span: (span.begins, span.origin, span.name))


def _marked(conn: Connection, terms: Availability) -> Iterator[OutageSpan]:
    words = {word for rule in terms.outages for word in _words(rule.when)}
    for stored in marked.load(conn, marked.find(conn, words)):
        yield from marked_by(stored.ticket, stored.timeline, terms.outages)


def _words(when: Conditions) -> Iterator[str]:
    """Of these, a ticket that fits has shown one: its tags or, where none are asked for, the names of its fields."""
    yield from when.tags or when.fields or ()


def _of_entry(entry: LoggedOutage) -> OutageSpan:
    return OutageSpan(
        begins=entry.begins,
        ends=entry.ends,
        service=entry.service,
        maintenance=entry.maintenance,
        origin=OutageOrigin.OPERATOR,
        name=str(entry.n),
        reason=entry.reason or f"logged by {entry.logged_by}",
    )
