"""Open the two stores of a move so that nobody else works on either.

Promise: a slabot that works on one of them is found, wherever it runs, and then nothing is changed. One that starts
later is refused by what the move has noted (`slabot.store.handover`). A killed one holds nobody up for longer than
three seconds.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from slabot.domain import SlabotError
from slabot.runtime.instance_lock import InstanceLock
from slabot.store import Store, StoreAddressError, forget_dead_processes, open_store, tables_of
from slabot.store.address import StoreAddress, read_address
from slabot.store.engines import is_open_elsewhere
from slabot.store.errors import MoveRefused
from slabot.store.faults import fault_of
from slabot.store.move import Moved, Progress, StoreMove, compare, give_up, refuse_used
from slabot.store.processes import Process
from slabot.store.rows import Fingerprint, moved_tables
from slabot.store.store import read_as_it_is

NO_MOVE = "nothing was moved there yet: leave out --check"


class StoreInUse(SlabotError):
    """A slabot works on the store."""

    def __init__(self, address: StoreAddress, living: list[Process]) -> None:
        who = ", ".join(f"slabot {each.kind.value} at {each.place}" for each in living)
        super().__init__(
            f"{who} works on the store ({address}), since {living[0].started_at:%Y-%m-%d %H:%M} UTC. Nothing was "
            "changed.",
            "End it, and run this command again",
        )


@dataclass(frozen=True, slots=True)
class Ends:
    """The addresses of a move, as they were given; each may hold a password."""

    source: str
    target: str

    def refuse_odd(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            SlabotError: there is no old store, or both are one.
        """
        source, target = read_address(self.source), read_address(self.target)
        _refuse_missing(source)
        if source.file is not None and target.file is not None:
            same = os.path.realpath(source.file) == os.path.realpath(target.file)
        else:
            same = str(source) == str(target)
        if same:
            raise StoreAddressError(
                f"The store is to be moved to where it is: {target}. Nothing was changed.",
                "If the policy file names the new store already, name the old one with --from",
            )
        folder = None if target.file is None else target.file.absolute().parent
        if folder is not None and not folder.is_dir():
            raise StoreAddressError(f"There is no folder {folder} to put the new store into", "make it first.")


def move_store(ends: Ends, now: datetime, *, afresh: bool, wait: Callable[[], object], progress: Progress) -> Moved:
    """Move the one store to the other, or go on with it.

    Args:
        ends: the two stores.
        now: the present instant.
        afresh: forget what an earlier move to the same place had copied.
        wait: for as long as a process that lives takes for its next beat.
        progress: told of each batch.

    Raises:
        SlabotError: it was not moved; the message says how both stand.
    """
    with _both(ends, wait) as (source, target):
        move = StoreMove(source, target, now, progress)
        if not move.begin(afresh=afresh):
            return Moved({}, 0, before=True)
        _refuse_late_comers(ends, move, wait)
        move.copy()
        return move.finish()


def compare_stores(ends: Ends, progress: Progress) -> dict[str, Fingerprint]:
    """Hold the two stores against each other, whoever works on them; what each table holds if that is the same.

    Raises:
        StoresDiffer: they are not the same.
    """
    ends.refuse_odd()
    if tables_of(ends.target) is None:
        raise MoveRefused(f"The store to compare with ({read_address(ends.target)}) holds no slabot's tables", NO_MOVE)
    with (
        open_store(ends.source, amid_move=True) as source,
        open_store(ends.target, amid_move=True) as target,
    ):
        return source.read(lambda conn: compare(conn, target, moved_tables(), progress))


def give_up_move(source_url: str, target_url: str | None, wait: Callable[[], object]) -> str:
    """Open the old store again and close the new one; what was done, for people.

    Raises:
        SlabotError: somebody works on one of them, or the store went elsewhere.
    """
    _refuse_missing(read_address(source_url))
    with contextlib.ExitStack() as opened:
        opened.enter_context(_alone(source_url, wait))
        source = opened.enter_context(open_store(source_url, amid_move=True))
        target = None
        if target_url is not None:
            opened.enter_context(_alone(target_url, wait))
            target = opened.enter_context(open_store(target_url, amid_move=True))
        away = give_up(source, target)
    if away is None:
        return f"The store ({read_address(source_url)}) was not moved, so there is nothing to give up."
    closed = "which is closed now" if target is not None else "which was not asked: end any slabot there yourself"
    since = " What slabot did there is not known here; it looks up before it acts." if away.gone else ""
    return f"slabot works on the {read_address(source_url)} again, and not on the {away.to}, {closed}.{since}"


@contextlib.contextmanager
def _both(ends: Ends, wait: Callable[[], object]) -> Iterator[tuple[Store, Store]]:
    ends.refuse_odd()
    with contextlib.ExitStack() as opened:
        opened.enter_context(_alone(ends.source, wait))
        opened.enter_context(_alone(ends.target, wait))
        read_as_it_is(ends.target, lambda conn: refuse_used(conn, read_address(ends.target)))
        source = opened.enter_context(open_store(ends.source, amid_move=True))
        # What only an older slabot needs is not made: none works there. Procrastinate's tables come with the rest.
        target = opened.enter_context(open_store(ends.target, amid_move=True, finish_migrating=True))
        yield source, target


def _refuse_late_comers(ends: Ends, move: StoreMove, wait: Callable[[], object]) -> None:
    """Find who began to work on one of the stores while it was being closed."""
    try:
        for url in (ends.source, ends.target):
            _refuse_living(url, wait)
    except StoreInUse:
        move.take_back()
        raise


@contextlib.contextmanager
def _alone(url: str, wait: Callable[[], object]) -> Iterator[None]:
    """Refuse a store that a slabot works on, and keep others from a SQLite file meanwhile."""
    address = read_address(url)
    with contextlib.ExitStack() as held:
        if address.file is not None:
            held.enter_context(InstanceLock(address.file))
            _refuse_open(address)
        _refuse_living(url, wait)
        yield


def _refuse_open(address: StoreAddress) -> None:
    """Refuse a file that a command works on: what it writes later would be lost."""
    if address.file is None or not address.file.exists():
        return
    try:
        is_open = is_open_elsewhere(address.file)
    except sqlite3.Error as error:
        fault = fault_of(error, str(address))
        if fault is None:
            raise
        raise fault from error
    if is_open:
        raise MoveRefused(
            f"Another process has the store ({address}) open, such as a slabot command or a backup. Nothing was "
            "changed.",
            "Wait until it has ended, or end it, and run this command again",
        )


def _refuse_living(url: str, wait: Callable[[], object]) -> None:
    living = forget_dead_processes(url, wait)
    if living:
        raise StoreInUse(read_address(url), living)


def _refuse_missing(source: StoreAddress) -> None:
    if source.file is not None and not source.file.exists():
        raise MoveRefused(
            f"There is no store at {source.file}, so there is nothing to move",
            "Are you in the folder that slabot runs in?",
        )
