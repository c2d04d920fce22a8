"""Tell whether the disk that the store is on outlives a restart.

Promise: nothing is opened or changed. What a hosting service forgets is said before slabot has forgotten a page that it
sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from slabot.domain import Finding, Level
from slabot.store.address import StoreAddress

MOUNTS = Path("/proc/self/mountinfo")  # absent outside Linux; then the environment alone is asked
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
LAYERED = frozenset({"overlay", "aufs"})  # the changes of a container, which go with it
HOSTS = {"DYNO": "Heroku", "K_SERVICE": "Cloud Run"}  # variables of services that give every process a fresh disk


def check_lasting(address: StoreAddress, environment: Mapping[str, str], mounts: str) -> Iterator[Finding]:
    """Why a restart may take the store away; nothing where it is in a database server or on a disk that stays.

    Args:
        address: where the store is.
        environment: of the process.
        mounts: as the kernel lists them in `MOUNTS`; empty where it does not.
    """
    if address.file is None:
        return
    file = address.file.resolve()
    why = next((f"{name} gives every start a fresh disk" for key, name in HOSTS.items() if environment.get(key)), None)
    kind = _file_system(file, mounts)
    if kind in IN_MEMORY:
        why = f"it is in memory ({kind})"
    elif kind in LAYERED:
        why = why or "it is in the container itself, and goes with it"
    if why is not None:
        yield Finding(
            Level.NOTICE,
            f"The store {file} is on a disk that may not last: {why}. After a restart slabot would know none of the "
            "pages that it sent",
            "Put it on a volume that stays, or use PostgreSQL (docs/store.md).",
        )


def mounts() -> str:
    """What the kernel lists of this process's mounts; empty where it lists nothing."""
    try:
        return MOUNTS.read_text("utf-8", "replace")
    except OSError:
        return ""


def _file_system(file: Path, mounts: str) -> str | None:
    """The kind of file system that a path is on; of two mounted at one place, the later covers the earlier."""
    found: tuple[int, str] | None = None
    for line in mounts.splitlines():
        before, separator, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if not separator or len(fields) < 5 or not file.is_relative_to(point := Path(_unescaped(fields[4]))):
            continue
        depth = len(point.parts)
        if found is None or depth >= found[0]:
            found = depth, rest[0]
    return None if found is None else found[1]


def _unescaped(path: str) -> str:
    """The kernel writes blanks and backslashes in octal."""
    for octal, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        path = path.replace(octal, letter)
    return path
