"""Move a store to the other engine.

Promise: everything arrives, in one transaction, or nothing does; the old store is only read. Stop slabot first, or
what it writes meanwhile stays behind.

    python -m slabot.store.move sqlite:///slabot.db env:DATABASE_URL

An address with a password is named by the environment variable that holds it: arguments are seen by everybody in `ps`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, insert, select, text

from slabot.store.errors import StoreAddressError, StoreError
from slabot.store.schema import metadata
from slabot.store.store import Store, open_store

AT_ONCE = 1000  # rows held in memory


class StoreNotEmpty(StoreError):
    """The store to move to holds something already."""


def move(source: Store, target: Store) -> dict[str, int]:
    """Copy every table into an empty store; returns the number of rows by table.

    Raises:
        StoreNotEmpty: nothing was copied.
    """
    return source.read(lambda origin: target.write(lambda conn: _copy_all(origin, conn, str(target.address))))


def _copy_all(source: Connection, target: Connection, name: str) -> dict[str, int]:
    for table in metadata.sorted_tables:
        if target.execute(select(func.count()).select_from(table)).scalar_one():
            raise StoreNotEmpty(
                f"The store to move to ({name}) already holds something in its table {table.name}. Nothing was copied.",
                "Give an empty database",
            )
    return {table.name: _copy(source, target, table) for table in metadata.sorted_tables}


def _copy(source: Connection, target: Connection, table: Table) -> int:
    copied = 0
    for part in source.execute(select(table)).mappings().partitions(AT_ONCE):
        target.execute(insert(table), [dict(row) for row in part])
        copied += len(part)
    counted = table.autoincrement_column
    if copied and counted is not None and target.dialect.name == "postgresql":
        # The rows brought their numbers with them, so the sequence must be told where to go on.
        sequence = f"pg_get_serial_sequence('{table.name}', '{counted.name}')"
        target.execute(text(f"SELECT setval({sequence}, (SELECT max({counted.name}) FROM {table.name}))"))
    return copied


def _address(argument: str) -> str:
    """The address itself, or that in the environment variable that is named with ``env:``."""
    kind, _, name = argument.partition(":")
    if kind != "env":
        return argument
    if not os.environ.get(name):
        raise StoreAddressError(f"The environment variable {name} is not set", "put the store's address into it.")
    return os.environ[name]


def main(arguments: Sequence[str]) -> int:
    """Move from the first address to the second."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        origin, destination = map(_address, arguments)
        with open_store(origin) as source, open_store(destination) as target:
            copied = move(source, target)
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    for table, rows in copied.items():
        print(f"{rows:9,} {table}")
    print("Everything was copied. Put the new address into the policy file (store: url or url_env) and start slabot.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
