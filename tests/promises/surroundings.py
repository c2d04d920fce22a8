"""Hostile surroundings for the command line, each made afresh in a folder that everybody may enter.

Promise: each really bites: permissions are tried as another user than root.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NOBODY = 65534
EVERYBODY = 0o777


@dataclass(slots=True)
class Place:
    """Where a command is run.

    Attributes:
        folder: holds everything, and is the working directory.
        policy: what commands are given as their policy file.
        environment: in addition to a right one; None takes a variable away.
        as_nobody: run without root's powers.
    """

    folder: Path
    policy: str = "config.yaml"
    environment: dict[str, str | None] = field(default_factory=dict)
    as_nobody: bool = False
    undo: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def database(self) -> Path:
        return self.folder / "data" / "slabot.db"


Hostile = Callable[[Place], object]


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter and write in, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="slabot-hostile-"))
    folder.chmod(EVERYBODY)
    try:
        yield folder
    finally:
        for place, _, _ in os.walk(folder):
            Path(place).chmod(EVERYBODY)
        shutil.rmtree(folder)


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """Not to be root for a while; skips where that cannot be had."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    except OSError as error:
        pytest.skip(f"root may read everything, and cannot become another user here: {error}")
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def mode(what: Callable[[Place], Path], bits: int) -> Hostile:
    """Permissions that bite."""

    def make(place: Place) -> None:
        what(place).chmod(bits)
        place.as_nobody = True

    return make


def content(raw: bytes | None, *, of: str = "database") -> Hostile:
    """A file that holds something else; None for half of what it held."""

    def make(place: Place) -> None:
        file = place.database if of == "database" else place.folder / place.policy
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if raw is None else raw)

    return make


def environment(**changes: str | None) -> Hostile:
    return lambda place: place.environment.update(changes)


def address(text: str) -> Hostile:
    """A store whose address in the environment is this."""

    def make(place: Place) -> None:
        policy = place.folder / "config.yaml"
        lines = policy.read_text().splitlines()
        at = lines.index("store:")
        lines[at + 1] = "  url_env: DATABASE_URL"
        policy.write_text("\n".join(lines) + "\n")
        place.environment["DATABASE_URL"] = text

    return make


def policy_is(path: str) -> Hostile:
    def make(place: Place) -> None:
        place.policy = path

    return make


def newer(place: Place) -> None:
    with contextlib.closing(sqlite3.connect(place.database)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.execute("UPDATE schema_note SET value = '9998' WHERE name = 'serves'")


def foreign(place: Place) -> None:
    place.database.unlink()
    with contextlib.closing(sqlite3.connect(place.database)) as database, database:
        database.execute("CREATE TABLE ticket (x)")


def is_folder(place: Place) -> None:
    place.database.unlink()
    place.database.mkdir()


def no_folder(place: Place) -> None:
    shutil.rmtree(place.database.parent)


def lock_of_another(place: Place) -> None:
    lock = place.database.with_name("slabot.db-running")
    lock.touch(mode=0)
    lock.chmod(0)
    place.as_nobody = True


def lock_taken(place: Place) -> None:
    taken = place.undo.enter_context(place.database.with_name("slabot.db-running").open("w"))
    fcntl.flock(taken, fcntl.LOCK_EX)


def pipe(place: Place) -> None:
    place.policy = "pipe.yaml"
    os.mkfifo(place.folder / "pipe.yaml")


def gone(place: Place) -> None:
    """The working directory is deleted; paths are absolute."""
    place.policy = str(place.folder / place.policy)
    lost = place.folder / "lost"
    lost.mkdir()
    os.chdir(lost)
    lost.rmdir()


STORES: Mapping[str, Hostile] = {
    "its folder is not there": no_folder,
    "its folder may not be written in": mode(lambda place: place.database.parent, 0o555),
    "its folder may not be entered": mode(lambda place: place.database.parent, 0),
    "its file may not be read": mode(lambda place: place.database, 0),
    "its file is no database": content(b"no database at all, but a text of some length\n" * 400),
    "its file is cut off": content(None),
    "its file is a folder": is_folder,
    "it is of a newer slabot": newer,
    "it is somebody else's": foreign,
    "its lock file is somebody else's": lock_of_another,
    "its lock is taken": lock_taken,
}
ADDRESSES: Mapping[str, Hostile] = {
    name: address(text)
    for name, text in {
        "empty": "",
        "no scheme": "slabot.db",
        "another database": "mysql://u:hunter2@localhost/slabot",
        "a space in the password": "postgres://u:hunter2 x@127.0.0.1:1/slabot",
        "a port too high": "postgres://u:hunter2@127.0.0.1:99999/slabot",
        "a port that is none": "postgres://u:hunter2@127.0.0.1:abc/slabot",
        "an @ in the password": "postgres://u:a@hunter2@127.0.0.1:1/slabot",
        "a slash in the password": "postgres://u:a/hunter2@127.0.0.1:1/slabot",
        "a percent sign alone": "postgres://u:hunter2%@127.0.0.1:1/slabot",
        "a line break": "postgres://u:hunter2\n@127.0.0.1:1/slabot",
        "IPv6 without brackets": "postgres://u:hunter2@::1/slabot",
        "IPv6 half in brackets": "postgres://u:hunter2@[::1/slabot",
        "a socket that is not there": "postgresql://u:hunter2@/slabot?host=/nowhere",
        "a socket in percent signs": "postgresql://u:hunter2@%2Fnowhere/slabot",
        "an emoji in the host": "postgresql://u:hunter2@h😀st:1/slabot",
        "an option that is none": "postgresql://u:hunter2@127.0.0.1:1/slabot?hunter=2",
        "a password after the question mark": "postgresql://127.0.0.1:1/slabot?password=hunter2",
        "nobody answers": "postgresql://u:hunter2@127.0.0.1:1/slabot",
        "an option that SQLite does not have": "sqlite:///data/slabot.db?hunter=2",
        "a name that is too long": f"sqlite:///{'x' * 5000}.db",
        "in memory": "sqlite://",
    }.items()
}
SECRETS: Mapping[str, Hostile] = {
    "empty": environment(ZENDESK_TOKEN="", SLACK_BOT_TOKEN=""),
    "not set": environment(ZENDESK_TOKEN=None, SLACK_BOT_TOKEN=None),
    "an emoji": environment(ZENDESK_TOKEN="hunter2😀", SLACK_BOT_TOKEN="xoxb-hunter2😀"),
    "a line break": environment(ZENDESK_TOKEN="hunter2\nX-Evil: 1", SLACK_BOT_TOKEN="xoxb-hunter2\nX-Evil: 1"),
    "an umlaut": environment(ZENDESK_TOKEN="hünter2", SLACK_BOT_TOKEN="xoxb-hünter2"),
    "Cyrillic": environment(ZENDESK_TOKEN="хунтер2", SLACK_BOT_TOKEN="xoxb-хунтер2"),
    "a hook secret with an emoji": environment(ZENDESK_HOOK_SECRET="hunter2😀", SLACK_SIGNING_SECRET="hunter2😀"),
}
FILES: Mapping[str, Hostile] = {
    "missing": policy_is("nowhere.yaml"),
    "a folder": policy_is("data"),
    "a pipe that nobody writes into": pipe,
    "endless": policy_is("/dev/zero"),
    "huge": content(b"# long\n" * 300_000, of="policy"),
    "not to be read": mode(lambda place: place.folder / "config.yaml", 0),
    "binary": content(bytes(range(256)), of="policy"),
    "empty": content(b"", of="policy"),
    "with a NUL in its name": policy_is("a\0b"),
    "with a name that is too long": policy_is("x" * 5000),
    "of nothing but brackets": content(b"[" * 5000, of="policy"),
}
MACHINES: Mapping[str, Hostile] = {
    "PORT is a word": environment(PORT="eighty"),
    "PORT is too high": environment(PORT="99999"),
    "PORT is negative": environment(PORT="-1"),
    "PORT is a superscript": environment(PORT="²"),
    "no TERM, no HOME, no PATH": environment(TERM=None, HOME=None, PATH=None, SLACK_BOT_TOKEN=None),
    "HOME is nowhere": environment(HOME="/nowhere", XDG_CONFIG_HOME="/nowhere", SLACK_BOT_TOKEN=None),
    "LANG=C": environment(LANG="C", LC_ALL="C", SLACK_BOT_TOKEN=None),
    "a terminal of unknown kind": environment(TERM="\x1b]", COLUMNS="many", SLACK_BOT_TOKEN=None),
    "a proxy that is none": environment(HTTPS_PROXY="::://", HTTP_PROXY="::://", NO_PROXY=None, SLACK_BOT_TOKEN=None),
    "the working directory is gone": gone,
}
