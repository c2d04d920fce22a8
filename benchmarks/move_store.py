"""How long does it take to move a SQLite store to PostgreSQL?

    python -m benchmarks.move_store [--events 200000]

Events of one ticket, 150 characters of text each, in a file and a database of their own. Copied in batches, as
`slabot migrate-store` does it, then both stores are read whole and compared. The server of PostgreSQL shares the
machine's cores. Aim: comparing takes one and a half times as long as copying at most.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert

from slabot.store import Store, open_store, schema
from slabot.store.move import StoreMove
from tests.fixtures.stores import create_database, drop_database, postgres_address

AT = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)
AIM = 1.5  # time for comparing, as a share of that for copying
AT_ONCE = 10_000


def fill(store: Store, events: int) -> None:
    """Put the events in."""
    ticket = {"helpdesk": "acme", "id": "1", "facts": "{}", "version": "", "created_at": AT, "seen_at": AT}
    store.write(lambda conn: conn.execute(insert(schema.ticket).values(**ticket, generation=1)))
    for start in range(0, events, AT_ONCE):
        rows = [
            {
                "helpdesk": "acme",
                "ticket_id": "1",
                "id": f"e{number:08}",
                "at": AT,
                "type": "message",
                "author": "customer",
                "body": '{"author":"customer","public":true,"type":"message"}',
                "text": "It does not start. " * 8,
                "version": "v1",
            }
            for number in range(start, min(start + AT_ONCE, events))
        ]
        store.write(partial(_put, rows=rows))


def _put(conn: Connection, rows: list[dict[str, object]]) -> None:
    conn.execute(insert(schema.event), rows)


def main() -> None:
    """Move a store once, and print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=200_000)
    events: int = parser.parse_args().events
    name = create_database(migrated=True)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            open_store(f"sqlite:///{Path(folder) / 'slabot.db'}") as source,
            open_store(postgres_address(name), amid_move=True) as target,
        ):
            fill(source, events)
            move = StoreMove(source, target, AT, lambda step: None)
            move.begin()
            began = time.perf_counter()
            move.copy()
            copied = time.perf_counter()
            moved = move.finish()
            ended = time.perf_counter()
    finally:
        drop_database(name)
    assert moved.tables["event"].rows == events
    copying, comparing = copied - began, ended - copied
    print(f"copied   {events:9,} events in {copying:5.1f} s: {events / copying:7,.0f} a second")
    print(f"compared {events:9,} events in {comparing:5.1f} s: {events / comparing:7,.0f} a second, read from both")
    share = comparing / copying
    print(f"comparing takes {share:.2f} of copying: {'met' if share <= AIM else 'missed'} (aim {AIM})")


if __name__ == "__main__":
    main()
