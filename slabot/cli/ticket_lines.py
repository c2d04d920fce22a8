"""Hand over tickets as the lines of a ticket file, from a file, the store or the helpdesks.

Promise: lines are read one at a time, as often as they are asked for. What does not come from a file is written into
one of its own first, readable for this user alone, and that is gone when the command ends.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from slabot.cli.edge import FileError
from slabot.cli.progress import CountedProgress
from slabot.cli.store import policy_store
from slabot.domain import TicketRecord, write_ticket
from slabot.policy import Policy
from slabot.reports.backtest.run import Lines
from slabot.store import ahead, tickets
from slabot.store.of_tickets import Name

AT_ONCE = 200  # tickets of the store in memory


def lines_of_file(path: str) -> Lines:
    """The lines of a ticket file, JSON or JSONL, plain or ``.gz``.

    Raises:
        FileError: from the lines: it cannot be read, or is not UTF-8.
    """
    return lambda: _read(path)


def _read(path: str) -> Iterator[str]:
    try:
        if path.endswith(".gz"):
            with gzip.open(path, "rt", encoding="utf-8-sig", newline="\n") as packed:
                yield from packed
        else:
            with Path(path).open(encoding="utf-8-sig", newline="\n") as stream:
                yield from stream
    except FileNotFoundError:
        raise FileError(f"{path}: there is no such file", "check the name and the folder you are in") from None
    except IsADirectoryError:
        raise FileError(f"{path}: this is a folder", "name the ticket file itself") from None
    except UnicodeDecodeError:
        raise FileError(f"{path}: this is not UTF-8 text", "save the file as UTF-8") from None
    except (OSError, EOFError) as error:
        raise FileError(f"{path}: it cannot be read: {error}") from None


@contextmanager
def lines_of_records(records: Iterable[TicketRecord], progress: CountedProgress) -> Iterator[Lines]:
    """The lines of tickets that are read once, kept in a file until the end."""
    with tempfile.TemporaryDirectory(prefix="slabot-") as folder:  # for the owner alone
        path = Path(folder) / "tickets.jsonl"
        with path.open("w", encoding="utf-8") as stream:
            for count, record in enumerate(records, 1):
                stream.write(write_ticket(record) + "\n")
                progress.say(count)
        yield lines_of_file(str(path))


def records_of_store(policy: Policy) -> Iterator[TicketRecord]:
    """Every ticket that slabot keeps, as it was created."""
    with policy_store(policy) as store:
        names = store.read(lambda conn: tickets.since(conn, None))
        for start in range(0, len(names), AT_ONCE):
            part = names[start : start + AT_ONCE]
            yield from store.read(partial(_records, names=part))


def _records(conn: Connection, names: list[Name]) -> list[TicketRecord]:
    return [stored.record for stored in ahead.load(conn, names)]
