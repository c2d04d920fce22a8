"""Does it matter for a ticket with which others it is decided about?

Promise: the alarm, which lets many be decided about in one transaction, leaves the store as it would if each had one of
its own: the same ledger, work, events, clocks, looks and generations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any, cast
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, select

from adapters.base import Snapshot
from slabot.clock import SteppedClock
from slabot.runtime import Parts, alarm
from slabot.runtime.evaluation import take_in
from slabot.store import OutboxState, Store, looks, open_store, outbox, schema
from tests.properties.stories import FoundMessage, moments_of, told

EXAMPLES = 15
TABLES = (schema.ledger, schema.outbox, schema.event, schema.clock, schema.ticket)


def contents(store: Store, table: Table) -> list[tuple[Any, ...]]:
    columns = [column for column in table.columns if column.name != "n"]
    return sorted(store.read(lambda conn: [tuple(map(str, row)) for row in conn.execute(select(*columns))]))


def _drop(conn: Connection, ticket_ids: Sequence[str], dropped: int) -> None:
    """Settle a part of what waits as not wanted; what is wanted after all is put in again at the next look."""
    rows = [row for ticket_id in ticket_ids for row in outbox.of_ticket(conn, "acme", ticket_id)]
    for row in rows[dropped::2]:
        outbox.settle(conn, row.key, OutboxState.SUPERSEDED, "nobody wants it")


def played(stories: Sequence[FoundMessage], looks_at: Sequence[datetime], dropped: int, together: int) -> list[Any]:
    """What the store holds after these tickets were looked at, so many in one transaction."""
    clock = SteppedClock(looks_at[0])
    with (
        TemporaryDirectory() as folder,
        open_store(f"sqlite:///{folder}/slabot.db") as store,
        mock.patch.object(alarm, "TOGETHER", together),
    ):
        parts = Parts(
            store=store,
            policy=stories[0].policy,
            policy_version=1,
            adapters={"acme": cast(Any, None)},
            sender=None,
            clock=clock,
            started_at=looks_at[0],
        )
        for story in stories:
            snapshot = Snapshot(
                ticket=story.ticket,
                events=story.events,
                version="v1",
                status_now=story.ticket.status,
                priority_now=None,
                assignee_now=None,
            )
            store.write(lambda conn, snapshot=snapshot: take_in(conn, parts, snapshot, looks_at[0]))  # type: ignore[misc]
        for now in looks_at[1:]:
            clock.elapse(now - clock.now())
            store.write(lambda conn, now=now: looks.recall(conn, now, 2))  # type: ignore[misc]  # all of them
            alarm.Alarm(parts).drain()
            store.write(lambda conn: _drop(conn, [story.ticket.id for story in stories], dropped))
        return [contents(store, table) for table in TABLES]


@settings(max_examples=EXAMPLES)
@given(st.data(), st.lists(told(most=6), min_size=2, max_size=4), st.integers(0, 2))
def test_many_tickets_are_decided_about_as_if_each_were_the_only_one(
    data: st.DataObject, stories: list[FoundMessage], dropped: int
) -> None:
    same = [replace(each, ticket=replace(each.ticket, id=str(number))) for number, each in enumerate(stories)]
    begin = max(each.ticket.created_at for each in same)
    later = data.draw(st.lists(moments_of(same[0]), min_size=2, max_size=5))
    looks_at = sorted({begin, *(max(begin, at) for at in later), begin + timedelta(days=30)})
    assert played(same, looks_at, dropped, together=50) == played(same, looks_at, dropped, together=1)
