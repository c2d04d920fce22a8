"""Find who else could read the store, or put another one in its place.

Promise: nothing is opened or changed, and nothing is refused: whether it matters is for whoever knows the machine. The
address is not shown, for it may hold a password.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from slabot.domain import Finding, Level
from slabot.policy.connections import is_loopback
from slabot.store.address import StoreAddress

CHECKED = frozenset({"verify-ca", "verify-full"})  # modes of libpq in which a certificate counts
NOT_THE_OWNER = 0o077
IN_A_SHARED_FOLDER = 0o002


def check_protection(address: StoreAddress, environment: Mapping[str, str]) -> Iterator[Finding]:
    """What leaves the store open to others; nothing where it is for its owner alone.

    Args:
        address: where the store is.
        environment: of the process, in which libpq looks for what the address does not say.
    """
    if address.file is not None:
        yield from _of_file(address.file.resolve())
    elif not address.is_sqlite:
        yield from _of_connection(address, environment)


def _of_file(file: Path) -> Iterator[Finding]:
    if _mode(file) & NOT_THE_OWNER:
        yield Finding(
            Level.NOTICE,
            f"The store {file} is open to other users of this machine (mode {_mode(file):o}), and it holds what "
            "customers wrote",
            f"chmod 600 {file}, and the same for {file.name}-wal and {file.name}-shm beside it, if they are there.",
        )
    folder = _mode(file.parent)
    if folder & IN_A_SHARED_FOLDER and not folder & stat.S_ISVTX:
        yield Finding(
            Level.NOTICE,
            f"Everybody on this machine may write in {file.parent}, and could put another store in place of slabot's",
            f"chmod o-w {file.parent}, or keep the store in a folder of its own.",
        )


def _mode(path: Path) -> int:
    """The permissions; none where there is nothing yet."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        return 0


def _of_connection(address: StoreAddress, environment: Mapping[str, str]) -> Iterator[Finding]:
    asked = address.url.query
    host = address.url.host or str(asked.get("host") or environment.get("PGHOST", ""))
    mode = asked.get("sslmode") or environment.get("PGSSLMODE", "")
    if host and not host.startswith("/") and not is_loopback(host) and mode not in CHECKED:
        yield Finding(
            Level.NOTICE,
            f"No certificate is checked on the way to the database at {host}, so somebody on the network between could "
            "read along, or answer in its place",
            "Add sslmode=verify-full to its address, and sslrootcert where you made the certificate (docs/store.md).",
        )
